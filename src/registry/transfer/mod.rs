//! Whole ledgers: copied to another place or engine, backed up, restored — and the fence that keeps
//! two of them from issuing side by side.
//!
//! What is copied row by row is compared by [`sums`], on every pair of engines; a backup is a
//! ledger in a SQLite file with a fence of its own kind. None of these commands needs a rule file
//! that is right, except [`unfence`], which reads codes.

pub mod backup;
pub mod copy;
pub mod erasures;
pub mod fence;
pub mod keep;
mod making;
pub mod restore;
pub(crate) mod source;
mod target;
pub mod unfence;

pub use crate::files::space::bytes;
pub use crate::store::transfer::{Position, Progress, Sum, sums};
pub use making::Newest;
