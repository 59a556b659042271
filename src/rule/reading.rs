//! A code read back under a rule book, or why no rule reads it.

use std::ops::Range;

use crate::code::Invalid;

use super::Rule;

/// One segment of a code, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadSegment {
    /// As the pattern writes it.
    pub name: String,
    /// The printed text.
    pub text: String,
    /// Bytes in the code.
    pub range: Range<usize>,
    /// What it means: the field's label and the value's label; the date; the number; empty for a literal.
    pub meaning: String,
    /// The field and the key of the value that it names, where it names one.
    pub value: Option<(String, String)>,
}

/// A code that one rule reads.
#[derive(Debug, Clone)]
pub struct Reading<'b> {
    /// The rule.
    pub rule: &'b Rule,
    /// Every segment, in order.
    pub segments: Vec<ReadSegment>,
    /// Scope text: JSON array of the printed parts.
    pub scope: String,
    /// The sequence number.
    pub number: Option<u64>,
    /// The date that the code prints, when it prints a whole one.
    pub date: Option<jiff::civil::Date>,
}

/// No rule reads the code; the fault of the rule that came furthest.
#[derive(Debug, Clone)]
pub struct Rejection<'b> {
    /// The rule that read furthest.
    pub rule: &'b Rule,
    /// Its fault.
    pub invalid: Invalid,
    /// A valid code that differs only in spelling (case, width, blanks), when there is one.
    pub suggestion: Option<String>,
}
