//! `rules.toml` → a proved [`RuleBook`]: dictionaries, labels, scope policy, diagnostics with carets, the prover.
//!
//! Stages (after ruff): [`Bundle`] (texts) → `document` (spanned TOML) → `compile` (every problem collected) → [`RuleBook`]
//! (proved, nothing left to re-check).

pub mod book;
pub mod bundle;
mod coding;
mod compile;
mod date;
pub mod diagnostic;
mod document;
pub mod field;
pub mod mask;
mod peek;
mod prove;
pub mod reading;
mod select;
pub mod templates;

pub use book::RuleBook;
pub use bundle::{Bundle, Origin};
pub use coding::{Prepared, Rule, UnfitValues};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use document::nearest;
pub use field::{Field, FieldKind, UnknownValue, Value, ValueId};
pub use reading::{ReadSegment, Reading, Rejection};
pub use select::SelectError;
