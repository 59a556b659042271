//! What other rules make of the codes in the ledger. Whoever adopts rules, with or without being
//! asked, goes by this comparison.
//!
//! Every code is read under both books, one after the other; memory does not grow with them. A code
//! that the current rules do not read either (rules were adopted although they broke it) is no
//! worse off, unless it would come to mean something else than under the rules it was issued with.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::past::Past;
use crate::registry::customer::code_reading;
use crate::registry::{Result, scope};
use crate::rule::reading::ReadSegment;
use crate::rule::{Reading, Rule, RuleBook};
use crate::store::{CodeRow, Snapshot};

/// Examples kept of each kind.
const EXAMPLES: usize = 5;

/// What would become of the codes in the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impact {
    /// How many there are.
    pub total: u64,
    /// Codes that no rule would read any more.
    pub unreadable: Touched,
    /// Codes that would mean something else: another value, rule, scope or number.
    pub meaning: Touched,
    /// Codes from outside every rule that a rule would print, or that would be taken for codes of
    /// it.
    pub collision: Touched,
    /// Counters (rule id, scope) that such codes would come under, and what these bring.
    pub(super) brought: BTreeMap<(String, String), Brought>,
}

/// What codes bring to a counter that they would come under.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Brought {
    /// The counter has to go on above it.
    pub(super) highest: u64,
    /// The numbers that they carry.
    numbers: Ranges,
    /// The counters that they come from, where they keep their numbers.
    pub(super) counters: BTreeSet<i64>,
}

impl Brought {
    /// The numbers of which another counter tells, as ranges, ascending and apart: those that codes
    /// carry, and `elsewhere`.
    pub(super) fn numbers(&self, elsewhere: &[(u64, u64)]) -> Vec<(u64, u64)> {
        let mut numbers = self.numbers.clone();
        for (first, last) in elsewhere {
            let last = self.highest.min(*last);
            if *first <= last {
                numbers.add(*first, last);
            }
        }
        numbers.0.iter().map(|(first, last)| (*first, *last)).collect()
    }
}

/// Numbers as ranges that do not touch: first and last. Codes come in the order in which they were
/// issued, so there are few.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    fn add(&mut self, mut first: u64, mut last: u64) {
        if let Some((begin, end)) = self.0.range(..=first).next_back().map(|(first, last)| (*first, *last)) {
            if end >= last {
                return;
            }
            if end.saturating_add(1) >= first {
                first = begin;
            }
        }
        let next = |ranges: &BTreeMap<u64, u64>, last: u64| {
            ranges.range(first..=last.saturating_add(1)).next().map(|(first, end)| (*first, *end))
        };
        while let Some((begin, end)) = next(&self.0, last) {
            self.0.remove(&begin);
            last = last.max(end);
        }
        self.0.insert(first, last);
    }
}

/// Codes to which one thing happens.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Touched {
    /// How many.
    pub count: u64,
    /// The first few.
    pub examples: Vec<Example>,
}

/// One code.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Example {
    /// The code.
    pub code: String,
    /// What it was, in words.
    pub was: String,
    /// What it would be.
    pub becomes: String,
}

impl Impact {
    /// Compares what two books make of every code.
    pub(crate) fn of(before: &RuleBook, after: &RuleBook, view: &mut dyn Snapshot) -> Result<Self> {
        let mut last = HashMap::new();
        for (_, _, counter) in view.counters()? {
            last.extend(counter.last.map(|last| (counter.id, last)));
        }
        let mut comparison = Comparison::new(before, after, last);
        comparison.scan(view)?;
        if comparison.unsettled {
            // Rare: earlier breaks, and rules that read such codes again.
            comparison = Comparison { past: Some(Past::load(view)?), ..comparison.again() };
            comparison.scan(view)?;
        }
        Ok(comparison.impact)
    }

    /// How many codes would be touched.
    pub fn touched(&self) -> u64 {
        self.kinds().iter().map(|(_, touched)| touched.count).sum()
    }

    /// The three kinds with their words.
    pub fn kinds(&self) -> [(&'static str, &Touched); 3] {
        [("unreadable", &self.unreadable), ("meaning", &self.meaning), ("collision", &self.collision)]
    }

    /// The first examples of all kinds, in words.
    pub(crate) fn examples(&self) -> Vec<String> {
        let all = self.kinds().into_iter().flat_map(|(_, touched)| &touched.examples);
        all.take(EXAMPLES).map(|it| format!("{}: was {}, would be {}", it.code, it.was, it.becomes)).collect()
    }
}

impl Touched {
    fn add(&mut self, code: &str, was: String, becomes: String) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(Example { code: code.to_owned(), was, becomes });
        }
    }
}

/// Where a code is counted.
struct Counted<'b> {
    rule: &'b Rule,
    scope: String,
    number: Option<u64>,
}

impl<'b> Counted<'b> {
    fn of(book: &'b RuleBook, row: &CodeRow) -> Option<Self> {
        let (rule, scope, number) = code_reading::place(book, row)?;
        Some(Self { rule, scope, number })
    }

    /// Whether this is where the ledger counts the code.
    fn is(&self, row: &CodeRow, rule: &str, scope: &str) -> bool {
        self.rule.id == rule && self.number == row.number && (self.number.is_none() || self.scope == scope)
    }

    fn words(&self) -> String {
        words(&self.rule.id, &self.scope, self.number)
    }
}

/// `number 7 of rule graded in scope 01`.
fn words(rule: &str, scope: &str, number: Option<u64>) -> String {
    match number {
        Some(number) => format!("number {number} of rule {rule}{}", scope::within(scope)),
        None => format!("a code of rule {rule}"),
    }
}

/// A comparison under way.
struct Comparison<'c> {
    before: &'c RuleBook,
    after: &'c RuleBook,
    past: Option<Past>,
    /// By counter: its last number.
    last: HashMap<i64, u64>,
    /// By rule id: both books read its fields alike.
    alike: HashMap<String, bool>,
    /// There are codes that only the rules of the past can judge.
    unsettled: bool,
    impact: Impact,
}

impl<'c> Comparison<'c> {
    fn new(before: &'c RuleBook, after: &'c RuleBook, last: HashMap<i64, u64>) -> Self {
        let alike = before.rules().iter().map(|rule| {
            let same = after.rules().iter().find(|other| other.id == rule.id);
            (rule.id.clone(), same.is_some_and(|other| before.reads_alike(rule, after, other)))
        });
        let alike = alike.collect();
        Self { before, after, past: None, last, alike, unsettled: false, impact: Impact::default() }
    }

    /// The same from the beginning.
    fn again(self) -> Self {
        Self { unsettled: false, impact: Impact::default(), ..self }
    }

    fn scan(&mut self, view: &mut dyn Snapshot) -> Result<()> {
        Ok(view.scan_codes(&mut |row, rule, scope| {
            self.impact.total += 1;
            self.code(row, rule, scope);
            Ok(())
        })?)
    }

    fn code(&mut self, row: &CodeRow, rule: &str, scope: &str) {
        let (before, after) = (self.before, self.after);
        let code = row.text();
        match (Counted::of(before, row), Counted::of(after, row)) {
            (None, None) => {}
            (Some(was), None) => {
                self.impact.unreadable.add(code, was.words(), "read by no rule".to_owned());
            }
            (None, Some(now)) if rule.is_empty() => {
                self.impact.collision.add(code, "outside every rule".to_owned(), now.words());
                self.bring(row, now);
            }
            (None, Some(now)) if now.is(row, rule, scope) => match &self.past {
                None => self.unsettled = true,
                Some(past) => {
                    let origin = past.book(row.operation);
                    if let Some((was, becomes)) = origin.and_then(|book| difference(book, after, row)) {
                        self.impact.meaning.add(code, was, becomes);
                    }
                }
            },
            (None, Some(now)) => {
                self.impact.meaning.add(code, words(rule, scope, row.number), now.words());
                self.bring(row, now);
            }
            (Some(was), Some(now)) if was.rule.id != now.rule.id || was.number != now.number => {
                self.impact.meaning.add(code, was.words(), now.words());
                self.bring(row, now);
            }
            (Some(was), Some(now)) if now.number.is_some() && was.scope != now.scope => {
                self.impact.meaning.add(code, was.words(), now.words());
                self.bring(row, now);
            }
            (Some(was), Some(_)) => {
                if self.alike.get(&was.rule.id) != Some(&true)
                    && let Some((was, becomes)) = difference(before, after, row)
                {
                    self.impact.meaning.add(code, was, becomes);
                }
            }
        }
    }

    /// The code would come under another counter, which must not print it again; nor a number that
    /// its own counter passed over.
    fn bring(&mut self, row: &CodeRow, now: Counted<'_>) {
        let Some(number) = now.number else { return };
        let passed = row.counter.and_then(|counter| self.last.get(&counter)).copied().unwrap_or_default();
        let brought = self.impact.brought.entry((now.rule.id.clone(), now.scope)).or_default();
        brought.highest = brought.highest.max(number).max(passed);
        brought.numbers.add(number, number);
        brought.counters.extend(row.counter.filter(|_| row.number == Some(number)));
    }
}

/// The first field or date that a code would print otherwise.
fn difference(before: &RuleBook, after: &RuleBook, row: &CodeRow) -> Option<(String, String)> {
    let (was, now) = (code_reading::read_row(before, row)?, code_reading::read_row(after, row)?);
    let values = |reading: &Reading<'_>| -> Vec<(String, String)> {
        reading.segments.iter().filter_map(value).collect()
    };
    let (old, new) = (values(&was), values(&now));
    let changed = |one: &[(String, String)], two: &[(String, String)]| {
        one.iter().find(|pair| !two.contains(pair)).map(|(field, _)| field.clone())
    };
    let field = changed(&old, &new).or_else(|| changed(&new, &old))?;
    let word = |values: &[(String, String)]| match values.iter().find(|(name, _)| *name == field) {
        Some((_, key)) => format!("{field} {key}"),
        None => format!("no {field}"),
    };
    Some((word(&old), word(&new)))
}

/// The field and the key that a segment names, or the date that it prints.
fn value(segment: &ReadSegment) -> Option<(String, String)> {
    let date = || segment.name.starts_with("date:").then(|| ("date".to_owned(), segment.meaning.clone()));
    segment.value.clone().or_else(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_join_to_ranges_in_whatever_order_they_come() {
        let mut ranges = Ranges::default();
        for number in [5, 1, 2, 9, 4, 2, 3, 8, u64::MAX, 0] {
            ranges.add(number, number);
        }
        let told = |ranges: &Ranges| ranges.0.clone().into_iter().collect::<Vec<_>>();
        assert_eq!(told(&ranges), [(0, 5), (8, 9), (u64::MAX, u64::MAX)]);
        ranges.add(12, 20);
        ranges.add(13, 14);
        ranges.add(4, 7);
        assert_eq!(told(&ranges), [(0, 9), (12, 20), (u64::MAX, u64::MAX)]);
        ranges.add(10, 30);
        assert_eq!(told(&ranges), [(0, 30), (u64::MAX, u64::MAX)]);
    }
}
