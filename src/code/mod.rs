//! The pure codec: a [`Pattern`] prints segment values as a code and parses a code back into them.
//!
//! No I/O, no clock, no dictionaries with labels: what a value *means* is the `rule` room's affair.

pub mod alphabet;
pub mod check;
pub mod date;
pub mod invalid;
pub mod normalize;
pub mod pattern;

pub use alphabet::Alphabet;
pub use check::{Algorithm, CheckSpec, Checker};
pub use date::DateFormat;
pub(crate) use date::{DateFacts, DatePart, Directive};
pub use invalid::{Invalid, Kind};
pub use pattern::{Parsed, Pattern, Segment, Sequence, Shape, TextShape, Unprintable, ValueSet};
