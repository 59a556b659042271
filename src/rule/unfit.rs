//! Values of a customer that a rule cannot print.

use std::fmt;

use jiff::civil::Date;

use super::Period;

/// Values that a rule cannot print.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnfitValues {
    /// A printed field has no value and no default.
    #[error("no value for {field}")]
    Missing {
        /// The field.
        field: String,
    },
    /// The value lacks the attribute that the pattern prints (`{type.letter}`), or the level
    /// (`{class@2}`).
    #[error("{field} {key} has no {attribute}")]
    NoAttribute {
        /// The field.
        field: String,
        /// The value's key.
        key: String,
        /// The missing attribute.
        attribute: String,
    },
    /// A printed field is derived, and nothing can be derived.
    #[error("cannot derive {field}: {reason}")]
    Underivable {
        /// The field.
        field: String,
        /// Which character of what, and what it lacks.
        reason: String,
    },
    /// The rule's `applies_to` does not take the value.
    #[error("rule {rule} does not apply to {}, only to {taken}", if key.is_empty() { format!("a customer without {field}") } else { format!("{field} {key}") })]
    Elsewhere {
        /// The rule.
        rule: String,
        /// The field.
        field: String,
        /// The value's key; empty when the customer has none.
        key: String,
        /// The keys that it takes.
        taken: String,
    },
    /// A value that the rule prints or applies to, or a class above it, does not hold on the record
    /// date.
    #[error("{0}")]
    Outdated(Box<Outdated>),
}

/// A value that no customer of the record date is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated {
    /// The field.
    pub field: String,
    /// The value's key.
    pub key: String,
    /// Its label.
    pub label: String,
    /// The class above it whose period is over, and its label; none where it is the value's own.
    pub above: Option<(String, String)>,
    /// When the value, or the class above it, holds.
    pub period: Period,
    /// The record date.
    pub date: Date,
    /// Values that hold on that date, as a phrase: `north, south …`; empty when there is none.
    pub instead: String,
}

impl fmt::Display for Outdated {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, key, period, date, .. } = self;
        let named = |key: &str, label: &str| {
            if key == label { key.to_owned() } else { format!("{key} ({label})") }
        };
        write!(out, "{field} {}", named(key, &self.label))?;
        if let Some((key, label)) = &self.above {
            write!(out, " stands below {}, which", named(key, label))?;
        }
        write!(out, " holds {period}, not on {date}")
    }
}
