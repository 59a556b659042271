//! Rules that change: what a change does to the codes in the ledger (`rules diff`), and taking it
//! over (`rules adopt`).
//!
//! `impact` is the one comparison, by which rules that are adopted on first use are judged as well;
//! `past` knows the rules of then.

mod adopt;
pub(crate) mod current;
mod diff;
mod impact;
mod past;

pub use adopt::{AdoptRequest, Adopted, Adoption};
pub use diff::{Diff, DiffRequest, Version};
pub use impact::{Example, Impact, Touched};
pub(crate) use past::{InForce, kept};
