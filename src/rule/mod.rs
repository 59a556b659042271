//! `rules.toml` → a proved [`RuleBook`]: dictionaries, labels, scope policy, diagnostics with carets, the prover.
//!
//! Stages (after ruff): [`Bundle`] (texts) → `document` (spanned TOML) → `compile` (every problem collected) → [`RuleBook`]
//! (proved, nothing left to re-check).

pub mod book;
pub mod bundle;
pub mod changes;
mod choices;
mod coding;
mod compile;
mod date;
mod derive;
pub mod diagnostic;
mod document;
mod example;
pub mod field;
pub mod headers;
mod index;
pub mod mask;
mod peek;
mod period;
mod prove;
pub mod reading;
mod secret;
mod select;
mod standard;
pub mod target;
pub mod templates;
mod text;

pub use book::RuleBook;
pub use bundle::{Bundle, Origin};
pub use changes::{Change, Subject};
pub use coding::{Outdated, Prepared, PrintedAs, Rule, UnfitValues};
pub use derive::{Derivation, Method, Source};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use document::nearest;
pub use example::Example;
pub use field::{Field, FieldKind, UnknownValue, Value, ValueId};
pub use period::Period;
pub use reading::{ReadSegment, Reading, Rejection};
pub use select::SelectError;
pub use standard::Standard;
pub use target::Target;
pub use text::spelled;
