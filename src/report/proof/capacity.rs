//! How many codes a rule has: in one scope, and in all.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::codes::{Codes, Part};
use super::dictionary::{Dictionary, days_of};
use super::words::{part_name, thousands};
use crate::code::{DateFormat, Sequence, Shape, TextShape};
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
    /// Whether `per_scope` is counted exactly. A check digit that leaves numbers out leaves out
    /// others in each scope.
    pub exact: bool,
    /// What a scope is made of; empty where everything is counted together.
    pub scope: Vec<String>,
    /// How many scopes there are: in the current year, where a date makes them. Without a sequence,
    /// those that have a code.
    pub scopes: u128,
    /// Whether every year brings new scopes.
    pub each_year: bool,
    /// `per_scope` times `scopes`.
    pub total: u128,
}

/// Counts the codes of a rule.
pub(super) fn capacity(codes: &Codes<'_>) -> Capacity {
    let rule = codes.rule;
    let (days, each_year) = dates(codes);
    let all = fields(codes).saturating_mul(days.len() as u128);
    let share = rule.pattern.check().map_or((1, 1), |(_, checker, _)| checker.share_of_payloads());
    let (per_scope, scopes, exact) = match rule.pattern.sequence() {
        Some(sequence) => {
            let (numbers, exact) = room(rule, sequence, codes);
            (numbers, all, exact)
        }
        None if share == (1, 1) => (1, all, true),
        // Some combinations have no check digit, and so no code.
        None => match printed(codes, &days) {
            Some(count) => (1, count, true),
            None => (1, all.saturating_mul(share.0 as u128).div_ceil(share.1 as u128), false),
        },
    };
    let total = scopes.saturating_mul(per_scope.into());
    let mut scope: Vec<String> = Vec::new();
    for name in rule.scope().iter().filter_map(|index| part_name(&rule.pattern.segments()[*index])) {
        if !scope.contains(&name) {
            scope.push(name);
        }
    }
    let mut capacity = Capacity { words: String::new(), per_scope, exact, scope, scopes, each_year, total };
    capacity.words = words(&capacity, rule.pattern.sequence().is_some(), share != (1, 1));
    capacity
}

fn words(capacity: &Capacity, counts: bool, some_lack: bool) -> String {
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
        (false, false, each_year) => {
            let at_most = if some_lack { "at most " } else { "" };
            let when = if each_year { "a year" } else { "in all" };
            format!("{at_most}one code for each {each}: {about}{total} {when}")
        }
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

/// The numbers that have a check digit, where every scope has the same ones and they are few enough
/// to look at.
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

/// Combinations of fields and days that have a code, where they are few enough to look at.
fn printed(codes: &Codes<'_>, days: &[Date]) -> Option<u128> {
    let parts = codes.parts();
    let mut drafts = vec![vec![String::new(); parts.len()]];
    let mut done: Vec<&str> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let Some(field) = part.field().filter(|field| !done.contains(field)) else { continue };
        done.push(field);
        let same = |index: &usize| parts[*index].field() == Some(field);
        let segments: Vec<usize> = (index..parts.len()).filter(same).collect();
        let texts: Vec<Vec<String>> = match part {
            Part::Text(_, shape) => {
                let texts = texts(shape, drafts.len())?.into_iter();
                texts.map(|text| vec![text; segments.len()]).collect()
            }
            Part::Choice(_, dictionary) => {
                combinations(codes, field, dictionary, &segments).into_iter().collect()
            }
            _ => continue,
        };
        if (drafts.len() * texts.len().max(1) * days.len()) as u64 > COUNTED {
            return None;
        }
        let with = |draft: &Vec<String>| -> Vec<Vec<String>> {
            let chosen = |texts: &Vec<String>| {
                let mut draft = draft.clone();
                segments.iter().zip(texts).for_each(|(index, text)| draft[*index].clone_from(text));
                draft
            };
            texts.iter().map(chosen).collect()
        };
        drafts = drafts.iter().flat_map(with).collect();
    }
    let mut count = 0;
    let mut code = String::new();
    for draft in &drafts {
        let texts: Vec<&str> = draft.iter().map(String::as_str).collect();
        for day in days {
            code.clear();
            count += u128::from(codes.rule.pattern.print(&texts, *day, 0, &mut code).is_ok());
        }
    }
    Some(count)
}

/// Every free text of a shape; `None` where there are too many, each of them so many `times`.
fn texts(shape: &TextShape, times: usize) -> Option<Vec<String>> {
    let width = u32::try_from(shape.width).ok()?;
    let all = shape.alphabet.size().checked_pow(width).and_then(|all| all.checked_mul(times));
    all.filter(|all| *all as u64 <= COUNTED)?;
    let longer = |texts: Vec<String>| -> Vec<String> {
        let symbols = shape.alphabet.symbols();
        let followed = |text: &String| -> Vec<String> {
            symbols.iter().map(|symbol| format!("{text}{}", char::from(*symbol))).collect()
        };
        texts.iter().flat_map(followed).collect()
    };
    Some((0..shape.width).fold(vec![String::new()], |texts, _| longer(texts)))
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
            Part::Choice(_, dictionary) => combinations(codes, field, dictionary, &segments).len() as u128,
            _ => 1,
        });
    }
    all
}

/// Different combinations that segments print of one dictionary, for values that hold now and have
/// everything that the rule prints.
fn combinations(
    codes: &Codes<'_>,
    field: &str,
    dictionary: &Dictionary<'_>,
    segments: &[usize],
) -> BTreeSet<Vec<String>> {
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
    choices.filter_map(printed).collect()
}

/// A day for each scope that the dates of a year make, and whether another year makes others.
fn dates(codes: &Codes<'_>) -> (Vec<Date>, bool) {
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
        return (vec![codes.days.first()], false);
    }
    let year = codes.days.first().year();
    let of = |year: i16| -> BTreeMap<String, Date> {
        let texts = days_of(year).map(|day| {
            let mut text = String::new();
            for format in &formats {
                format.print(day, &mut text);
                text.push('\n');
            }
            (text, day)
        });
        texts.collect()
    };
    let (own, next) = (of(year), of(year.saturating_add(1)));
    let fresh = next.keys().any(|text| !own.contains_key(text));
    (own.into_values().collect(), fresh)
}
