//! What the check digit of a rule catches, in numbers and in words: its rates, its risks with examples, and what would be better.

use serde::Serialize;

pub use crate::code::check::rates::TypingError;
use crate::rule::Rule;

/// What the check digit of one rule catches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckReport {
    /// The algorithm, named as in the rule file.
    pub algorithm: String,
    /// How many check characters a code has: 1 or 2.
    pub characters: usize,
    /// Letters and digits that are summed, in the longest code.
    pub length: usize,
    /// One line: `damm catches every mistyped character and every swap of neighbours`.
    pub summary: String,
    /// One row per kind of typing error that can happen to these codes, the most frequent kind first.
    pub rates: Vec<Rate>,
    /// Whether `in_rule` counts exactly the codes of this rule. False where a place is taken to be independent of
    /// its neighbours and is not: in dictionaries (all combinations of the characters that occur at each place are counted), dates
    /// (any digits) and sequences with a first, last or every n-th number (all digits).
    pub exact: bool,
    /// What goes unnoticed, worst first; empty where every error of the table is caught.
    pub risks: Vec<Risk>,
    /// What would catch more; `None` where nothing of the same kind does.
    pub advice: Option<Advice>,
}

/// How much of one kind of typing error is caught.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rate {
    /// The kind.
    pub error: TypingError,
    /// In words: `neighbours swapped (12 for 21)`.
    pub words: &'static str,
    /// Per cent caught by the check digit alone, over all payloads of this length in the algorithm's own alphabet.
    /// Two decimals; 100 only where not one error is missed, 0 only where none is caught. `None`: no such error is possible.
    pub alone: Option<f64>,
    /// Per cent caught among the codes that this rule can print, by the check digit or because a character cannot
    /// stand where it was typed. `None`: no such error is possible, or codes have too many shapes to count.
    pub in_rule: Option<f64>,
}

/// Something that the check digit lets pass.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Risk {
    /// Stable name: `single`, `swap` … for a kind of error, `small-modulus`, `common-factor` for a cause.
    pub kind: &'static str,
    /// For people: `sum10 catches no swapped neighbours (12 for 21)`.
    pub words: String,
    /// Two codes of this rule, both valid, of which one is the other mistyped.
    pub example: Option<[String; 2]>,
}

/// A better check digit for the same codes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Advice {
    /// The algorithm, named as in the rule file.
    pub algorithm: &'static str,
    /// How many check characters it prints.
    pub characters: usize,
    /// For people: `damm would catch every swap of neighbours, and costs nothing`.
    pub words: String,
}

/// What the check digit of `rule` catches; `None` where it prints none.
pub fn report(rule: &Rule) -> Option<CheckReport> {
    let (_, checker, _) = rule.pattern.check()?;
    Some(CheckReport {
        algorithm: checker.algorithm().name().to_owned(),
        characters: checker.width(),
        length: 0,
        summary: String::new(),
        rates: Vec::new(),
        exact: true,
        risks: Vec::new(),
        advice: None,
    })
}
