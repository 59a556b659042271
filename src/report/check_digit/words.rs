//! Typing errors in words.

use super::{Rate, TypingError};
use crate::code::Checker;
use crate::report::words::list;
use crate::rule::Uncounted;

/// The errors of a kind, with an example.
pub(super) fn of(error: TypingError) -> &'static str {
    match error {
        TypingError::Single => "single wrong characters (1 for 7)",
        TypingError::AdjacentTransposition => "adjacent transpositions (12 for 21)",
        TypingError::JumpTransposition => "jump transpositions (123 for 321)",
        TypingError::Twin => "twin errors (11 for 22)",
        TypingError::JumpTwin => "jump twin errors (131 for 232)",
        TypingError::Phonetic => "phonetic errors (16 for 60)",
        TypingError::Glyph => "look-alike characters (0 for O)",
    }
}

/// The errors of a kind, without an example.
pub(super) fn short(error: TypingError) -> &'static str {
    of(error).split(" (").next().unwrap_or_default()
}

/// Stable name of an error, as in JSON.
pub(super) fn kind(error: TypingError) -> &'static str {
    match error {
        TypingError::Single => "single",
        TypingError::AdjacentTransposition => "adjacent-transposition",
        TypingError::JumpTransposition => "jump-transposition",
        TypingError::Twin => "twin",
        TypingError::JumpTwin => "jump-twin",
        TypingError::Phonetic => "phonetic",
        TypingError::Glyph => "glyph",
    }
}

/// Why rates are not computed.
pub(super) fn uncountable(reason: Uncounted) -> &'static str {
    match reason {
        Uncounted::Dependent => "two parts of the codes print the same field or the date",
        Uncounted::Calendar => "the parts of the date depend on each other",
        Uncounted::Lengths => "two parts of the codes vary in length",
        Uncounted::Large => "counting all codes takes too much time or memory",
    }
}

/// One line about all rates.
pub(super) fn summary(checker: &Checker, rates: &[Rate]) -> String {
    let caught = shares(rates.iter().filter_map(|rate| Some((rate.in_rule?, rate.error))));
    format!("{} catches {caught}", checker.algorithm().name())
}

/// The same where the rates in the rule's codes are not known.
pub(super) fn uncounted(checker: &Checker, reason: &str, rates: &[Rate]) -> String {
    let known: Vec<(f64, TypingError)> =
        rates.iter().filter_map(|rate| Some((rate.alone?, rate.error))).collect();
    let algorithm = checker.algorithm().name();
    let alone = if known.is_empty() {
        String::new()
    } else {
        format!("; in codes of its own alphabet alone it catches {}", shares(known.into_iter()))
    };
    format!("what {algorithm} catches in these codes is not computed: {reason}{alone}")
}

/// Shares, sorted into all, some and none.
fn shares(rates: impl Iterator<Item = (f64, TypingError)>) -> String {
    let rates: Vec<(f64, TypingError)> = rates.collect();
    let with = |fits: &dyn Fn(f64) -> bool| -> Vec<&str> {
        let fitting = rates.iter().filter(|(caught, _)| fits(*caught));
        fitting.map(|(_, error)| short(*error)).collect()
    };
    let (all, none) = (with(&|caught| caught >= 100.0), with(&|caught| caught <= 0.0));
    let some: Vec<String> = rates
        .iter()
        .filter(|(caught, _)| *caught < 100.0 && *caught > 0.0)
        .map(|(caught, error)| format!("{caught} % of {}", short(*error)))
        .collect();
    let some: Vec<&str> = some.iter().map(String::as_str).collect();
    let mut parts = Vec::new();
    if !all.is_empty() {
        parts.push(format!("all {}", list(&all)));
    }
    if !some.is_empty() {
        parts.push(list(&some));
    }
    if !none.is_empty() {
        parts.push(format!("no {}", none.join(", no ")));
    }
    parts.join("; ")
}
