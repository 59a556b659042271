//! Whether a code is right, and if not, where it goes wrong. Needs no ledger.

use crate::rule::RuleBook;
use crate::rule::reading::ReadSegment;

/// The answer for one code.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// A code of these rules.
    Valid {
        /// Rule id.
        rule: String,
        /// Its segments.
        segments: Vec<ReadSegment>,
    },
    /// Not a code of any rule: the fault of the rule that read furthest.
    Invalid {
        /// That rule's id.
        rule: String,
        /// The fault.
        fault: crate::code::Invalid,
        /// A valid code that differs in spelling only.
        suggestion: Option<String>,
    },
}

/// Judges one code, exactly as it is written.
pub fn verdict(book: &RuleBook, code: &str) -> Verdict {
    match book.read(code) {
        Ok(reading) => Verdict::Valid { rule: reading.rule.id.clone(), segments: reading.segments },
        Err(rejection) => Verdict::Invalid {
            rule: rejection.rule.id.clone(),
            fault: rejection.invalid,
            suggestion: rejection.suggestion,
        },
    }
}
