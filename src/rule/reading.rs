//! A code read back under a rule book, or why no rule reads it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::language::Split;
use super::printed::{Print, PrintedField, text_of};
use super::{Field, FieldKind, Period, Rule, RuleBook, Value};
use crate::code::normalize::canonical;
use crate::code::{DateFacts, Invalid, Kind, Parsed, Shape};

/// So many texts that would fit are named, before the rest is counted.
const NAMED: usize = 3;

/// One segment of a code, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadSegment {
    /// As the pattern writes it.
    pub name: String,
    /// The printed text.
    pub text: String,
    /// Bytes in the code.
    pub range: Range<usize>,
    /// What it means: the field's label and the value's label; the date; the number; empty for a
    /// literal.
    pub meaning: String,
    /// The field and the key of the value that it names, where it names one; a class code that is
    /// cut at a level names the class at that level, which need not be the customer's
    /// ([`Reading::values`]).
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
    /// The date that the code prints, where it is the only one for which the rule prints this code.
    pub date: Option<jiff::civil::Date>,
}

impl Reading<'_> {
    /// The code as its rule prints it.
    pub fn text(&self) -> String {
        self.segments.iter().map(|segment| segment.text.as_str()).collect()
    }

    /// What the code says of its customer: the field and the key (or text) of each segment that
    /// tells one value from all others for which the rule could have printed the code.
    pub fn values(&self, book: &RuleBook) -> impl Iterator<Item = (&str, &str)> {
        let decides = |index: usize| {
            let part = self.rule.printed[index].as_ref()?;
            let choices = self.rule.choices_of(part.field)?;
            choices.decides(&book.fields()[part.field], part).then_some(())
        };
        let deciding = self.segments.iter().enumerate().filter(move |(index, _)| decides(*index).is_some());
        deciding.filter_map(|(_, segment)| segment.value.as_ref()).map(|(field, key)| (&**field, &**key))
    }
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
                Split::read(rule.cased.as_ref()?, &upper, rule)?.written(self.fields())?
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
        let repeated = self.choices.iter().filter(|choices| choices.segments.len() > 1);
        let faults = repeated.filter_map(|choices| {
            let field = &fields[choices.field];
            let first = choices.segments[0];
            let says =
                |expected: &str| format!("{expected}, as {} says", self.pattern.segments()[first].name);
            if let FieldKind::Text { .. } = field.kind {
                let other = choices.segments.iter().find(|index| text(**index) != text(first))?;
                return Some((*other, says(text(first))));
            }
            if choices.matching(field, &self.printed, &text).next().is_some() {
                return None;
            }
            let mut agreeing: Vec<&Value> = choices.values.iter().map(|id| &field.values[*id]).collect();
            for index in &choices.segments {
                let fits = |value: &&Value| text_of(&self.printed, *index, value) == Some(text(*index));
                if !agreeing.iter().any(fits) {
                    let would = agreeing.iter().filter_map(|value| text_of(&self.printed, *index, value));
                    return Some((*index, says(&any_of(would))));
                }
                agreeing.retain(fits);
            }
            None
        });
        faults.min_by_key(|(index, _)| *index)
    }

    /// The value that segment `index` names: the one that all segments of the field print, or for a
    /// cut class code the class at that level, whatever stands below it. `None` for free text, and
    /// where several values print the same.
    fn value_at<'f, 'c>(
        &self,
        fields: &'f [Field],
        index: usize,
        text: &dyn Fn(usize) -> &'c str,
    ) -> Option<&'f Value> {
        let part = self.printed[index].as_ref()?;
        let field = &fields[part.field];
        match part.print {
            Print::Level(..) if !part.print.is_whole(field) => field.by_code(text(index)),
            _ => self.choices_of(part.field)?.value(field, &self.printed, text),
        }
    }

    /// What each segment of a parsed code means.
    pub(super) fn explain<'b>(&'b self, fields: &[Field], code: &str, parsed: &Parsed) -> Reading<'b> {
        let texts: Vec<&str> = parsed.ranges.iter().map(|range| &code[range.clone()]).collect();
        let mut date = DateFacts::default();
        let mut segments = Vec::with_capacity(texts.len());
        for (index, segment) in self.pattern.segments().iter().enumerate() {
            let text = texts[index];
            let mut period = Period::default();
            let (meaning, value) = match (&segment.shape, &self.printed[index]) {
                (_, Some(part)) => {
                    let value = self.value_at(fields, index, &|i| texts[i]);
                    let field = &fields[part.field];
                    period = value.map(|value| field.period_of(value)).unwrap_or_default();
                    part.meaning(field, value, text)
                }
                (Shape::Date(format), _) => {
                    let mut alone = DateFacts::default();
                    format.read(text.as_bytes(), &mut alone);
                    format.read(text.as_bytes(), &mut date);
                    (alone.describe(), None)
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
            date: date.only_day(),
        }
    }
}

/// `0101 or 0102`; of many, the first few.
fn any_of<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let texts: BTreeSet<&str> = texts.collect();
    let mut named: Vec<String> = texts.iter().take(NAMED).map(|text| (*text).to_owned()).collect();
    let more = texts.len() - named.len();
    if more > 0 {
        named.push(format!("one of {more} more"));
    }
    match named.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}

impl PrintedField {
    /// Meaning and (field, key) of the printed `text`, which names `value`.
    fn meaning(
        &self,
        field: &Field,
        value: Option<&Value>,
        text: &str,
    ) -> (String, Option<(String, String)>) {
        let named = |key: &str| Some((field.name.clone(), key.to_owned()));
        let Some(value) = value else {
            let free = matches!(field.kind, FieldKind::Text { .. });
            return (format!("{}: {text}", field.label), named(text).filter(|_| free));
        };
        let labels: Vec<&str> = match self.print {
            Print::Attribute(..) => vec![&value.label],
            _ => field.path(&value.code).into_iter().map(|value| value.label.as_str()).collect(),
        };
        let period = field.period_of(value);
        let period = if period.is_always() { String::new() } else { format!(" ({period})") };
        (format!("{}: {}{period}", field.label, labels.join(" > ")), named(&value.key))
    }
}
