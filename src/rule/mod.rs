//! `rules.toml` → a [`RuleBook`]: dictionaries, labels, scope policy, diagnostics with carets, the
//! prover.
//!
//! Stages: [`Bundle`] (texts) → `document` (spanned TOML, parsed once) → `compile` (every problem
//! collected) → [`RuleBook`] → `prove` → [`ProvedBook`]. What a rule can print is an automaton
//! (`language`), which the prover, suggestions and reports ask.

pub mod book;
pub mod bundle;
pub mod changes;
mod choices;
mod coding;
mod compile;
mod derive;
pub mod diagnostic;
mod document;
mod example;
pub mod field;
pub mod headers;
mod index;
mod language;
pub mod mask;
mod period;
mod prepare;
mod printed;
mod prove;
pub mod reading;
mod secret;
mod select;
mod standard;
pub mod target;
pub mod templates;
mod text;
mod unfit;
mod within;

pub use book::{ProvedBook, RuleBook};
pub use bundle::{Bundle, Origin};
pub use changes::{Change, Subject};
pub use coding::{Prepared, Rule};
pub use derive::{Derivation, Initials, Method, Source, letter_set};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use document::nearest;
pub use example::Example;
pub use field::{Field, FieldKind, UnknownValue, Value, ValueId};
#[cfg(feature = "ledger")]
pub(crate) use language::{Uncounted, graphs};
pub use period::Period;
pub use prepare::PrintedAs;
pub use reading::{ReadSegment, Reading, Rejection};
pub use select::SelectError;
pub use standard::Standard;
pub use target::Target;
pub use text::spelled;
pub use unfit::{Outdated, UnfitValues};
