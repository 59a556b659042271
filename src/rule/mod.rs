//! `rules.toml` → a proved [`RuleBook`]: dictionaries, labels, scope policy, diagnostics with carets, the prover.
//!
//! Stages (after ruff): [`Bundle`] (texts) → `document` (spanned TOML) → `compile` (every problem collected) → [`RuleBook`]
//! (proved, nothing left to re-check).

pub mod book;
pub mod bundle;
pub mod diagnostic;
pub mod field;
mod peek;
pub mod reading;

pub use book::{Prepared, Rule, RuleBook, SelectError, UnfitValues};
pub use bundle::{Bundle, Origin};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use field::{Field, FieldKind, UnknownValue, Value, ValueId};
pub use reading::{Reading, Rejection};
