//! What a rule can print, as an automaton: asked by the prover, by suggestions and by reports.
//!
//! A rule's codes are a language over bytes. Each segment is a small automaton: a trie of
//! dictionary codes, a set of characters per position, the numbers of a sequence. The automata take
//! any check digit and any digits for a date; a word is made concrete with the real pattern
//! ([`Split`]).

mod automaton;
#[cfg(feature = "ledger")]
mod dates;
#[cfg(feature = "ledger")]
mod graph;
mod numbers;
mod search;
mod split;
mod trie;

pub(super) use automaton::{Language, Workshop};
#[cfg(feature = "ledger")]
pub(crate) use graph::{Uncounted, graphs};
pub(super) use search::{Bounds, Meeting, OPEN, Search};
pub(super) use split::Split;
