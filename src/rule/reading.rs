//! A code read back under a rule book, or why no rule reads it.

use std::ops::Range;

use super::coding::{Part, Print};
use super::date::Printed;
use super::{Field, FieldKind, Period, Rule, RuleBook, Value};
use crate::code::normalize::canonical;
use crate::code::{Invalid, Kind, Parsed, Shape};

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
    /// The record dates for which that value is issued; a code that has it is valid for ever.
    pub period: Period,
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

impl RuleBook {
    /// Reads a code under every rule (whatever their from/until: old codes stay readable).
    ///
    /// # Panics
    /// Never: a loaded book has a rule.
    #[expect(clippy::result_large_err, reason = "a rejection is as usual a verdict as a reading")]
    pub fn read(&self, code: &str) -> Result<Reading<'_>, Rejection<'_>> {
        let mut furthest: Option<(&Rule, Invalid)> = None;
        // The default rules first: of two rules that came equally far, the fault is theirs.
        let others = self.rules().iter().filter(|rule| !self.defaults().any(|d| d.name == rule.name));
        for rule in self.defaults().chain(others) {
            match rule.parse(self.fields(), code) {
                Ok(parsed) => return Ok(rule.explain(self.fields(), code, &parsed)),
                Err(invalid) => {
                    if furthest.as_ref().is_none_or(|(_, far)| invalid.offset > far.offset) {
                        furthest = Some((rule, invalid));
                    }
                }
            }
        }
        let (rule, invalid) = furthest.expect("a loaded book has a rule");
        Err(Rejection { rule, invalid, suggestion: self.respell(code) })
    }

    /// Where a code is counted: its rule, the scope and the number, without what the segments mean.
    pub fn place(&self, code: &str) -> Option<(&Rule, String, Option<u64>)> {
        self.rules().iter().find_map(|rule| {
            let parsed = rule.parse(self.fields(), code).ok()?;
            let scope = rule.scope_of(|index| &code[parsed.ranges[index].clone()]);
            Some((rule, scope, parsed.number))
        })
    }

    /// The rule that reads `code`, by the fast path; no allocation.
    pub fn matches(&self, code: &[u8]) -> Option<&Rule> {
        self.rules().iter().find(|rule| {
            rule.pattern.matches(code)
                && (!rule.repeats
                    || std::str::from_utf8(code).is_ok_and(|text| rule.parse(self.fields(), text).is_ok()))
        })
    }

    /// The valid code that `code` becomes when only its spelling changes.
    fn respell(&self, code: &str) -> Option<String> {
        let upper = canonical(code);
        self.rules().iter().find_map(|rule| {
            let spelled = if upper != code && rule.pattern.matches(upper.as_bytes()) {
                upper.clone().into_owned()
            } else {
                rule.cased.as_ref()?.spell(&upper, rule)?
            };
            (spelled != code && rule.parse(self.fields(), &spelled).is_ok()).then_some(spelled)
        })
    }
}

impl Rule {
    /// [`crate::code::Pattern::parse`], and segments of one field must agree on its value.
    pub(super) fn parse(&self, fields: &[Field], code: &str) -> Result<Parsed, Invalid> {
        let parsed = self.pattern.parse(code)?;
        match self.disagreement(fields, |index| &code[parsed.ranges[index].clone()]) {
            None => Ok(parsed),
            Some((index, expected)) => Err(Invalid {
                kind: Kind::Component,
                index,
                segment: self.pattern.segments()[index].name.clone(),
                offset: code[..parsed.ranges[index].start].chars().count(),
                found: code[parsed.ranges[index].clone()].to_owned(),
                expected,
            }),
        }
    }

    /// The first segment that does not fit an earlier one of the same field, and what would fit.
    pub(super) fn disagreement<'c>(
        &self,
        fields: &[Field],
        text: impl Fn(usize) -> &'c str,
    ) -> Option<(usize, String)> {
        if !self.repeats {
            return None;
        }
        for (index, part) in self.printed.iter().enumerate() {
            let Some(part) = part else { continue };
            let field = &fields[part.field];
            let same = self.printed[..index].iter().enumerate().filter_map(|(i, p)| Some((i, p.as_ref()?)));
            let earlier: Vec<(usize, &Part)> = same.filter(|(_, p)| p.field == part.field).collect();
            if earlier.is_empty() {
                continue;
            }
            let agreeing = |candidate: &&Value| {
                let prints = |i: usize, p: &Part| p.print.of(candidate) == Some(text(i));
                earlier.iter().all(|(i, p)| prints(*i, p))
            };
            let expected: Vec<&str> = match field.kind {
                FieldKind::Text { .. } => vec![text(earlier[0].0)],
                _ => field.values.iter().filter(agreeing).filter_map(|value| part.print.of(value)).collect(),
            };
            if !expected.contains(&text(index)) {
                let expected = expected.first().copied().unwrap_or_default();
                return Some((
                    index,
                    format!("{expected}, as {} says", self.pattern.segments()[earlier[0].0].name),
                ));
            }
        }
        None
    }

    /// The value that segment `index` names; where several segments print the field, the one that all of them print.
    pub(super) fn value_at<'f, 'c>(
        &self,
        fields: &'f [Field],
        index: usize,
        text: impl Fn(usize) -> &'c str,
    ) -> Option<&'f Value> {
        let part = self.printed[index].as_ref()?;
        let field = &fields[part.field];
        if !self.repeats {
            return part.value(field, text(index));
        }
        let same: Vec<(usize, &Part)> = self.parts_of(part.field).collect();
        let agreed = field
            .values
            .iter()
            .find(|value| same.iter().all(|(i, part)| part.print.of(value) == Some(text(*i))));
        match part.print {
            // A cut class code names the class at that level, whatever stands below it.
            Print::Level(..) => part.value(field, text(index)),
            _ => agreed.or_else(|| part.value(field, text(index))),
        }
    }

    /// The segments that print a field.
    fn parts_of(&self, field: usize) -> impl Iterator<Item = (usize, &Part)> {
        let parts = self.printed.iter().enumerate().filter_map(|(index, part)| Some((index, part.as_ref()?)));
        parts.filter(move |(_, part)| part.field == field)
    }

    /// What each segment of a parsed code means.
    pub(super) fn explain<'b>(&'b self, fields: &[Field], code: &str, parsed: &Parsed) -> Reading<'b> {
        let texts: Vec<&str> = parsed.ranges.iter().map(|range| &code[range.clone()]).collect();
        let mut date = Printed::default();
        let mut segments = Vec::with_capacity(texts.len());
        for (index, segment) in self.pattern.segments().iter().enumerate() {
            let text = texts[index];
            let mut period = Period::default();
            let (meaning, value) = match (&segment.shape, &self.printed[index]) {
                (_, Some(part)) => {
                    let value = self.value_at(fields, index, |i| texts[i]);
                    let field = &fields[part.field];
                    period = value.map(|value| field.period_of(value)).unwrap_or_default();
                    part.meaning(field, value, text)
                }
                (Shape::Date(format), _) => {
                    let mut alone = Printed::default();
                    let read = alone.read(format.text(), text).and(date.read(format.text(), text));
                    (read.map(|()| alone.describe()).unwrap_or_default(), None)
                }
                (Shape::Sequence(_), _) => {
                    (parsed.number.map(|n| format!("number {n}")).unwrap_or_default(), None)
                }
                (Shape::Check(checker, _), _) => {
                    (format!("check digit, {}", checker.algorithm().name()), None)
                }
                _ => (String::new(), None),
            };
            let range = parsed.ranges[index].clone();
            segments.push(ReadSegment {
                name: segment.name.clone(),
                text: text.to_owned(),
                range,
                meaning,
                value,
                period,
            });
        }
        Reading {
            rule: self,
            segments,
            scope: self.scope_of(|index| texts[index]),
            number: parsed.number,
            date: date.whole_day(),
        }
    }
}

impl Part {
    /// Meaning and (field, key) of the printed `text`, which names `value`.
    fn meaning(
        &self,
        field: &Field,
        value: Option<&Value>,
        text: &str,
    ) -> (String, Option<(String, String)>) {
        let named = |key: &str| Some((field.name.clone(), key.to_owned()));
        let Some(value) = value else { return (format!("{}: {text}", field.label), named(text)) };
        let labels: Vec<&str> = match self.print {
            Print::Attribute(..) => vec![&value.label],
            _ => field.path(&value.code).into_iter().map(|value| value.label.as_str()).collect(),
        };
        let period = field.period_of(value);
        let period = if period.is_always() { String::new() } else { format!(" ({period})") };
        (format!("{}: {}{period}", field.label, labels.join(" > ")), named(&value.key))
    }

    /// The value that prints `text`; `None` for free text.
    pub(super) fn value<'f>(&self, field: &'f Field, text: &str) -> Option<&'f Value> {
        match &self.print {
            Print::Attribute(_, by_text) => by_text.get(text).map(|id| &field.values[*id]),
            Print::Code | Print::Level(..) => field.by_code(text),
        }
    }
}

impl Print {
    /// What it prints of `value`.
    pub(super) fn of<'v>(&self, value: &'v Value) -> Option<&'v str> {
        match self {
            Self::Code => Some(&value.code),
            Self::Attribute(name, _) => value.attribute(name),
            Self::Level(_, cut) => value.code.get(..*cut),
        }
    }
}
