//! What the prover proved of a rule that passed, in words.

use serde::Serialize;

use super::words::part_name;
use crate::code::Shape;
use crate::report::words::list;
use crate::rule::{Rule, RuleBook};

/// No two customers get one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unique {
    /// For people.
    pub words: String,
    /// The other rules of the file, the first 100 of them; none of them prints a code of this one.
    pub compared_with: Vec<String>,
    /// Those of them whose codes all have other lengths, the first 100.
    pub by_length: Vec<String>,
    /// How many other rules there are.
    pub others: usize,
    /// How many of them have codes of other lengths only.
    pub others_by_length: usize,
}

/// Rules that are named: a file with thousands of them would have a report of gigabytes.
const NAMED: usize = 100;

/// Every code is read in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readable {
    /// For people.
    pub words: String,
    /// The parts that a code is read as, literal text left out.
    pub parts: Vec<String>,
    /// The parts whose length varies.
    pub varying: Vec<String>,
}

/// Why no two customers get one code of `rule`.
pub(super) fn unique(book: &RuleBook, rule: &Rule) -> Unique {
    let others: Vec<&Rule> = book.rules().iter().filter(|other| other.name != rule.name).collect();
    let (shortest, longest) = rule.pattern.widths();
    let by_length: Vec<&Rule> = others
        .iter()
        .copied()
        .filter(|other| {
            let (low, high) = other.pattern.widths();
            high < shortest || longest < low
        })
        .collect();
    let scope = names(rule, rule.scope());
    let own = match (rule.pattern.sequence(), scope.is_empty()) {
        (Some(_), true) => "every customer has a number of its own".to_owned(),
        (Some(_), false) => format!("every customer has a number of its own within {}", list(&scope)),
        (None, true) => "there is one code".to_owned(),
        (None, false) if scope.len() == 1 => format!("every {} has a code of its own", scope[0]),
        (None, false) => format!("every combination of {} has a code of its own", list(&scope)),
    };
    let between = match (others.len(), by_length.len()) {
        (0, _) => "the file has no other rule".to_owned(),
        (1, 0) => format!("rule {} prints none of its codes, by their characters", others[0].name),
        (1, _) => format!("rule {} prints none of its codes, by their length", others[0].name),
        (all, 0) => format!("none of the {all} other rules prints one, by their characters"),
        (all, same) if all == same => format!("none of the {all} other rules prints one, by their length"),
        (all, lengths) => {
            format!(
                "none of the {all} other rules prints one: {lengths} by their length, {} by their characters",
                all - lengths
            )
        }
    };
    Unique {
        words: format!("proved: {own}; {between}"),
        compared_with: named(&others),
        by_length: named(&by_length),
        others: others.len(),
        others_by_length: by_length.len(),
    }
}

/// The first names.
fn named(rules: &[&Rule]) -> Vec<String> {
    rules.iter().take(NAMED).map(|rule| rule.name.clone()).collect()
}

/// Why every code of `rule` is read in one way.
pub(super) fn readable(rule: &Rule) -> Readable {
    let segments = rule.pattern.segments();
    let all: Vec<usize> = (0..segments.len()).collect();
    let varying: Vec<usize> = all
        .iter()
        .copied()
        .filter(|index| match &segments[*index].shape {
            Shape::Values(values) => values.texts().iter().any(|text| text.len() != values.texts()[0].len()),
            _ => false,
        })
        .collect();
    let (parts, varying) = (names(rule, &all), names(rule, &varying));
    let reason = match varying.as_slice() {
        [] => "every part has one length".to_owned(),
        [only] => format!("only {only} varies in length, and the length of a code tells"),
        several => format!("{} vary in length, and every way to cut a code was gone through", list(several)),
    };
    Readable {
        words: format!("proved: a code is read in one way: {}; {reason}", parts.join(", ")),
        parts,
        varying,
    }
}

/// What segments are called, literal text left out, each name once.
fn names(rule: &Rule, segments: &[usize]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for index in segments {
        if let Some(name) = part_name(&rule.pattern.segments()[*index])
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}
