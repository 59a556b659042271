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

/// Judges one code.
pub fn verdict(_book: &RuleBook, _code: &str) -> Verdict {
    todo!()
}
