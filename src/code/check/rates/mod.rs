//! The exact share of typing errors that a check digit catches: counted over all codes and all
//! errors, not sampled.
//!
//! The codes of one shape are a [`Graph`]. An error changes up to three neighbouring places, a
//! window: a code and what becomes of it take one way through the graph before the window and the
//! same characters after it. What can happen in a window is counted once for all windows that are
//! alike, so that the cost grows with the characters that can stand in it, not with the codes.

mod budget;
mod changes;
mod compiled;
mod confused;
mod count;
mod error;
mod graph;
mod machine;
mod number;
mod share;
mod walk;
mod window;
mod windows;

pub(in crate::code) use confused::confused;
pub use count::{Tally, count};
pub use error::TypingError;
pub use graph::{Edges, Graph, Layer, check_edges};
pub use number::Count;
pub use share::{Shares, caught};

use super::Checker;

/// A place of a code that holds letters or digits. Signs between them are no places: nobody swaps a
/// digit with a hyphen unseen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Characters that can stand there, each once; for a check character, the check symbols.
    pub legal: Vec<u8>,
    /// Characters that are typed by mistake where a new one comes in, from this place on. Typed but
    /// not legal is counted and caught.
    pub typed: Vec<u8>,
    /// What it is to the check digit.
    pub role: Role,
}

/// What a place is to the check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Part of the sum.
    Summed,
    /// No part of it.
    Outside,
    /// The check character of this index.
    Check(usize),
}

impl Place {
    /// The places of a code that consists of `length` characters of the algorithm's own alphabet,
    /// all of them free, and the check characters. A mistake stays within the alphabet of its
    /// place. This is how tables of detection rates are made.
    pub fn free(checker: &Checker, length: usize) -> Vec<Self> {
        let place = |symbols: &[u8], role| Self { legal: symbols.to_vec(), typed: symbols.to_vec(), role };
        let payload = std::iter::repeat_n(place(checker.payload().symbols(), Role::Summed), length);
        let check = (0..checker.width()).map(|index| place(checker.symbols().symbols(), Role::Check(index)));
        payload.chain(check).collect()
    }
}
