//! How many codes a rule has: in one scope, and in all.

use std::collections::HashSet;

use serde::Serialize;

use super::codes::{Codes, Part};
use super::dictionary::{Dictionary, days_of};
use super::words::{part_name, thousands};
use crate::code::{DateFormat, Sequence, Shape};
use crate::report::words::list;
use crate::rule::Rule;

/// Numbers of a scope that are printed one by one to count those without a check digit.
const COUNTED: u64 = 20_000;

/// How many codes there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capacity {
    /// For people.
    pub words: String,
    /// Codes of one scope; 1 where the rule has no sequence.
    pub per_scope: u64,
    /// Whether `per_scope` is counted exactly. A check digit that leaves numbers out leaves out others in each scope.
    pub exact: bool,
    /// What a scope is made of; empty where everything is counted together.
    pub scope: Vec<String>,
    /// How many scopes there are: in the current year, where a date makes them.
    pub scopes: u128,
    /// Whether every year brings new scopes.
    pub each_year: bool,
    /// `per_scope` times `scopes`.
    pub total: u128,
}

/// Counts the codes of a rule.
pub(super) fn capacity(codes: &Codes<'_>) -> Capacity {
    let rule = codes.rule;
    let (per_scope, exact) =
        rule.pattern.sequence().map_or((1, true), |sequence| room(rule, sequence, codes));
    let (dates, each_year) = dates(codes);
    let scopes = fields(codes).saturating_mul(dates);
    let total = scopes.saturating_mul(per_scope.into());
    let mut scope: Vec<String> = Vec::new();
    for name in rule.scope().iter().filter_map(|index| part_name(&rule.pattern.segments()[*index])) {
        if !scope.contains(&name) {
            scope.push(name);
        }
    }
    let mut capacity = Capacity { words: String::new(), per_scope, exact, scope, scopes, each_year, total };
    capacity.words = words(&capacity, rule.pattern.sequence().is_some());
    capacity
}

fn words(capacity: &Capacity, counts: bool) -> String {
    let about = if capacity.exact { "" } else { "about " };
    let codes = if capacity.per_scope == 1 { "code" } else { "codes" };
    let (room, total) = (thousands(capacity.per_scope.into()), thousands(capacity.total));
    let each = list(&capacity.scope);
    match (counts, capacity.scope.is_empty(), capacity.each_year) {
        (_, true, _) => {
            format!("{about}{room} {codes} in all")
        }
        (true, false, false) => {
            format!(
                "{about}{room} {codes} for each {each}, of which there are {}: {about}{total} in all",
                thousands(capacity.scopes)
            )
        }
        (true, false, true) if capacity.scopes == 1 => format!("{about}{room} {codes} for each {each}"),
        (true, false, true) => format!(
            "{about}{room} {codes} for each {each}, of which there are {} a year: {about}{total} a year",
            thousands(capacity.scopes)
        ),
        (false, false, false) => format!("one code for each {each}: {total} in all"),
        (false, false, true) => format!("one code for each {each}: {total} a year"),
    }
}

/// Numbers of one scope, and whether they are counted exactly.
fn room(rule: &Rule, sequence: &Sequence, codes: &Codes<'_>) -> (u64, bool) {
    let numbers = sequence.capacity();
    let Some((with, sums)) = rule.pattern.check().map(|(_, checker, _)| checker.share_of_payloads()) else {
        return (numbers, true);
    };
    if with == sums {
        return (numbers, true);
    }
    if let Some(exact) = counted(rule, sequence, codes, numbers) {
        return (exact, true);
    }
    // Rounded up: where there are numbers, "about 0" would say that there is no code.
    let share = (u128::from(numbers) * with as u128).div_ceil(sums as u128);
    (u64::try_from(share).unwrap_or(numbers), false)
}

/// The numbers that have a check digit, where every scope has the same ones and they are few enough to look at.
fn counted(rule: &Rule, sequence: &Sequence, codes: &Codes<'_>, numbers: u64) -> Option<u64> {
    let (_, _, over) = rule.pattern.check()?;
    let alike = over
        .iter()
        .all(|index| matches!(rule.pattern.segments()[*index].shape, Shape::Literal(_) | Shape::Sequence(_)));
    if !alike || numbers > COUNTED {
        return None;
    }
    let template = codes.any()?;
    let ranges = rule.pattern.parse(&template).ok()?.ranges;
    let parts: Vec<&str> = ranges.into_iter().map(|range| &template[range]).collect();
    let (mut count, mut last, mut code) = (0, None, String::new());
    while let Some(number) = sequence.after(last) {
        code.clear();
        count += u64::from(rule.pattern.print(&parts, codes.days.first(), number, &mut code).is_ok());
        last = Some(number);
    }
    Some(count)
}

/// Combinations of what fields print in the scope.
fn fields(codes: &Codes<'_>) -> u128 {
    let scope = codes.rule.scope();
    let mut counted: Vec<&str> = Vec::new();
    let mut all = 1_u128;
    for part in scope.iter().map(|index| &codes.parts()[*index]) {
        let Some(field) = part.field().filter(|field| !counted.contains(field)) else { continue };
        counted.push(field);
        let same = |index: &usize| codes.parts()[*index].field() == Some(field);
        let segments: Vec<usize> = scope.iter().copied().filter(same).collect();
        all = all.saturating_mul(match part {
            Part::Text(_, shape) => {
                let width = u32::try_from(shape.width).unwrap_or(u32::MAX);
                (shape.alphabet.size() as u128).saturating_pow(width)
            }
            Part::Choice(_, dictionary) => combinations(codes, field, dictionary, &segments),
            _ => 1,
        });
    }
    all
}

/// Different combinations that segments print of one dictionary, for values that hold now and have everything that the rule prints.
fn combinations(codes: &Codes<'_>, field: &str, dictionary: &Dictionary<'_>, segments: &[usize]) -> u128 {
    let (rule, book) = (codes.rule, codes.book);
    let same = |index: &usize| codes.parts()[*index].field() == Some(field);
    let all: Vec<usize> = (0..codes.parts().len()).filter(same).collect();
    let day = codes.days.first();
    let holds = |key: &str| {
        let period = book.field(field).and_then(|field| Some(field.period_of(field.value(key)?)));
        period.is_none_or(|period| period.holds_on(day))
    };
    let printed = |key: &str| -> Option<Vec<String>> {
        all.iter().all(|index| rule.prints(book, *index, key).is_some()).then_some(())?;
        segments.iter().map(|index| rule.prints(book, *index, key).map(str::to_owned)).collect()
    };
    let choices = dictionary.choices.iter().map(|(key, _)| *key).filter(|key| holds(key));
    choices.filter_map(printed).collect::<HashSet<_>>().len() as u128
}

/// How many scopes the dates of a year make, and whether another year makes others.
fn dates(codes: &Codes<'_>) -> (u128, bool) {
    let formats: Vec<&DateFormat> = codes
        .rule
        .scope()
        .iter()
        .filter_map(|index| match &codes.rule.pattern.segments()[*index].shape {
            Shape::Date(format) => Some(format),
            _ => None,
        })
        .collect();
    if formats.is_empty() {
        return (1, false);
    }
    let year = codes.days.first().year();
    let of = |year: i16| -> HashSet<String> {
        let days = days_of(year);
        days.map(|day| {
            let mut text = String::new();
            for format in &formats {
                format.print(day, &mut text);
                text.push('\n');
            }
            text
        })
        .collect()
    };
    let (own, next) = (of(year), of(year.saturating_add(1)));
    let fresh = next.iter().any(|text| !own.contains(text));
    (own.len() as u128, fresh)
}
