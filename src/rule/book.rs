//! The proved rule book: what the registry asks when it issues or reads a code.

use jiff::civil::Date;

use crate::code::{Pattern, Unprintable};

use super::{Bundle, Diagnostics, Field, Reading, Rejection};

/// A coding rule, compiled and proved.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name in the file.
    pub name: String,
    /// Permanent id; the name when not given.
    pub id: String,
    /// The pattern as written.
    pub text: String,
    /// The compiled pattern.
    pub pattern: Pattern,
    /// For people.
    pub label: Option<String>,
    /// Percentages of a scope at which to warn, ascending.
    pub warn_at: Vec<u8>,
    /// First record date.
    pub from: Option<Date>,
    /// Last record date.
    pub until: Option<Date>,
    // fields of the compiled form are added by the builder: scope segment indices, applies_to, printed field per segment …
}

/// What a rule needs to print codes of one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The scope: JSON array of the printed parts, in pattern order; `[]` when the rule counts everything together.
    pub scope: String,
    /// The text of each field segment, by segment index; empty for the others.
    pub parts: Vec<String>,
}

/// Values that a rule cannot print.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnfitValues {
    /// A printed field has no value and no default.
    #[error("no value for {field}")]
    Missing {
        /// The field.
        field: String,
    },
    /// The value lacks the attribute that the pattern prints (`{type.letter}`), or the level (`{class@2}`).
    #[error("{field} {key} has no {attribute}")]
    NoAttribute {
        /// The field.
        field: String,
        /// The value's key.
        key: String,
        /// The missing attribute.
        attribute: String,
    },
}

/// No rule, or no such rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// `--rule` names none.
    #[error("unknown rule {name:?}")]
    Unknown {
        /// As given.
        name: String,
        /// The nearest.
        suggestion: Option<String>,
    },
    /// The named rule does not hold on the record date.
    #[error("rule {name} holds {period}, not on {date}")]
    NotInForce {
        /// The rule.
        name: String,
        /// `from 2024-01-01 until 2030-12-31`.
        period: String,
        /// The record date.
        date: Date,
    },
    /// Nothing applies.
    #[error("no rule applies to this customer on {date}")]
    None {
        /// The record date.
        date: Date,
    },
}

/// Rules, fields and settings; proved, unless loaded with a proof already known.
#[derive(Debug, Clone)]
pub struct RuleBook {
    /// The texts it came from.
    pub bundle: Bundle,
    /// Their digest.
    pub digest: String,
    /// Warnings that no rule's `allow` accepts.
    pub warnings: Diagnostics,
}

impl RuleBook {
    /// Compiles and proves `bundle`. `proved` = this digest was proved before (its proof is in the ledger): the prover is skipped.
    pub fn load(_bundle: Bundle, _proved: bool) -> Result<Self, Diagnostics> {
        todo!()
    }
    /// The time zone of record dates; `None` where no rule prints a date and none is given.
    pub fn timezone(&self) -> Option<&jiff::tz::TimeZone> {
        todo!()
    }
    /// `store = …` of the rule file.
    pub fn store(&self) -> Option<&str> {
        todo!()
    }
    /// Declared fields in file order.
    pub fn fields(&self) -> &[Field] {
        todo!()
    }
    /// The field of this name.
    pub fn field(&self, _name: &str) -> Option<&Field> {
        todo!()
    }
    /// Rules in file order.
    pub fn rules(&self) -> &[Rule] {
        todo!()
    }
    /// The rule of this name or id.
    pub fn rule(&self, _name: &str) -> Option<&Rule> {
        todo!()
    }
    /// The rule that issues: `explicit`, else the one whose `applies_to` matches, else the default rule in force on `date`.
    /// `value(field)` gives the key (or text) the customer has for a field, default included.
    pub fn select(
        &self,
        _explicit: Option<&str>,
        _value: &dyn Fn(&str) -> Option<String>,
        _date: Date,
    ) -> Result<&Rule, SelectError> {
        todo!()
    }
    /// Reads a code under every rule (whatever their from/until: old codes stay readable).
    pub fn read(&self, _code: &str) -> Result<Reading<'_>, Rejection<'_>> {
        todo!()
    }
    /// The rule that reads `code`, by the fast path; no allocation.
    pub fn matches(&self, _code: &[u8]) -> Option<&Rule> {
        todo!()
    }
}

impl Rule {
    /// Names of the fields that the pattern prints, each once, in pattern order.
    pub fn printed_fields(&self) -> Vec<&str> {
        todo!()
    }
    /// Resolves the scope and the parts; `value(field)` gives the customer's key or text.
    pub fn prepare(
        &self,
        _book: &RuleBook,
        _value: &dyn Fn(&str) -> Option<String>,
        _date: Date,
    ) -> Result<Prepared, UnfitValues> {
        todo!()
    }
    /// Prints the code of one number (0 where the rule has no sequence).
    pub fn print(
        &self,
        _prepared: &Prepared,
        _date: Date,
        _number: u64,
        _out: &mut String,
    ) -> Result<(), Unprintable> {
        todo!()
    }
}
