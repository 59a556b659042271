//! What the check digit of a rule catches, in numbers and in words: its rates, its risks with
//! examples, and what would be better.
//!
//! Every statement is computed for the rule at hand: the length of its codes, the characters of
//! each place, its weights.

mod advice;
mod risks;
mod words;

use serde::Serialize;

use crate::code::check::rates::{Graph, Place, Role, caught};
use crate::code::{Pattern, Shape};
use crate::rule::{Rule, Uncounted, graphs};

pub use crate::code::check::rates::TypingError;

/// What the check digit of one rule catches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckReport {
    /// The algorithm, named as in the rule file.
    pub algorithm: &'static str,
    /// How many check characters a code has: 1 or 2.
    pub characters: usize,
    /// Letters and digits that are summed, in the longest code.
    pub length: usize,
    /// One line: `damm catches every single wrong character and all adjacent transpositions`.
    pub summary: String,
    /// One row per kind of typing error that can happen to these codes, the most frequent kind
    /// first.
    pub rates: Vec<Rate>,
    /// Why `in_rule` is not known, for people; none where it is.
    pub not_computed: Option<&'static str>,
    /// What goes unnoticed, causes first, then the most frequent kind of error; empty where every
    /// error of the table is caught. Where the rates are not computed, only what two codes show.
    pub risks: Vec<Risk>,
    /// What would catch more with as many check characters; `None` where nothing does, or hardly
    /// more, or where it is not computed.
    pub advice: Option<Advice>,
    /// What a second check character would catch of what still goes unnoticed.
    pub beyond: Option<Advice>,
}

/// How much of one kind of typing error is caught.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rate {
    /// The kind.
    pub error: TypingError,
    /// In words: `adjacent transpositions (12 for 21)`.
    pub words: &'static str,
    /// Per cent caught by the check digit alone, over all payloads of this length in the
    /// algorithm's own alphabet. Two decimals; 100 only where not one error is missed, 0 only where
    /// none is caught. `None`: no such error is possible.
    pub alone: Option<f64>,
    /// Per cent caught among the codes that this rule can print, by the check digit or because a
    /// character cannot stand where it was typed. `None`: no such error is possible, or the report
    /// says why it is not computed.
    pub in_rule: Option<f64>,
}

/// Something that the check digit lets pass.
///
/// That a value without a symbol is printed as another one (10 folded to 0), a weakness of many
/// home-made check digits, cannot be said in a rule file: such numbers are passed over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Risk {
    /// Stable name: `single`, `swap` … for a kind of error, `small-modulus`, `common-factor`,
    /// `equal-weights`, `uncovered` for a cause.
    pub kind: &'static str,
    /// For people: `sum10 catches no adjacent transpositions (12 for 21)`.
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
    /// For people: `damm would catch all adjacent transpositions; it costs nothing`.
    pub words: String,
}

/// What the check digit of `rule` catches; `None` where it prints none.
pub fn report(rule: &Rule) -> Option<CheckReport> {
    let pattern = &rule.pattern;
    let (_, checker, over) = pattern.check()?;
    let length = pattern.places().iter().flatten().map(|places| summed(places)).max().unwrap_or(0);
    let alone = caught(checker, &[Graph::free(checker, &Place::free(checker, length))]);
    let shapes = graphs(rule, checker, over);
    let in_rule = shapes.as_ref().ok().and_then(|shapes| caught(checker, shapes));
    let not_computed = match (&shapes, &in_rule) {
        (Err(reason), _) => Some(words::uncountable(*reason)),
        (_, None) => Some(words::uncountable(Uncounted::Large)),
        (Ok(_), Some(_)) => None,
    };
    let (alone, in_rule) = (alone.unwrap_or_default(), in_rule.unwrap_or_default());
    let rows = TypingError::ALL.into_iter().zip(alone).zip(in_rule);
    let rates: Vec<Rate> = rows
        .filter(|((_, alone), in_rule)| alone.is_some() || in_rule.is_some())
        .map(|((error, alone), in_rule)| Rate { error, words: words::of(error), alone, in_rule })
        .collect();
    let (advice, beyond) = advice::of(rule, checker, &in_rule);
    let risks = match not_computed {
        Some(_) => risks::shown(rule, checker),
        None => risks::of(rule, checker, &rates),
    };
    let summary = match not_computed {
        Some(reason) => words::uncounted(checker, reason, &rates),
        None => words::summary(checker, &rates),
    };
    Some(CheckReport {
        algorithm: checker.algorithm().name(),
        characters: checker.width(),
        length,
        summary,
        risks,
        advice,
        beyond,
        rates,
        not_computed,
    })
}

/// How many characters are summed.
fn summed(places: &[Place]) -> usize {
    places.iter().filter(|place| place.role == Role::Summed).count()
}

impl Rate {
    /// Per cent caught in the rule's codes; where that is unknown, by the check digit alone.
    fn caught(&self) -> Option<f64> {
        self.in_rule.or(self.alone)
    }
}

/// The segments that vary and are not covered by the check digit.
fn uncovered(pattern: &Pattern) -> Vec<usize> {
    let Some((check, _, over)) = pattern.check() else { return Vec::new() };
    let others = (0..pattern.segments().len()).filter(|index| *index != check && !over.contains(index));
    others.filter(|&index| !matches!(pattern.segments()[index].shape, Shape::Literal(_))).collect()
}
