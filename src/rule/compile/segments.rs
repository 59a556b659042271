//! From the items of a pattern to its segments: which field a placeholder prints, and every text
//! that can stand there.

use std::ops::Range;

use super::pattern::{Item, ItemKind};
use super::sequence::Options;
use super::{Compiled, unprintable};
use crate::code::{DateFormat, Segment, Shape, TextShape, ValueSet};
use crate::rule::choices::Choices;
use crate::rule::coding::MOST_SEGMENTS;
use crate::rule::document::{Findings, nearest};
use crate::rule::field::cuts;
use crate::rule::printed::{Print, PrintedField};
use crate::rule::{Diagnostic, Field, FieldKind, Value};

/// The segments of a rule, in order; the check digit is filled in later.
#[derive(Debug, Default)]
pub(super) struct Segments {
    pub(super) list: Vec<Segment>,
    pub(super) printed: Vec<Option<PrintedField>>,
    /// By printed field.
    pub(super) choices: Vec<Choices>,
    pub(super) spans: Vec<Range<usize>>,
    /// Index of the check segment, which stands as an empty literal until its algorithm is known.
    pub(super) check: Option<usize>,
    /// Something could not be read: the rule is not complete.
    pub(super) broken: bool,
}

/// What stands in for segments while a rule is compiled.
pub(super) struct Context<'c> {
    pub(super) compiled: &'c Compiled,
    /// The rule's `applies_to`.
    pub(super) applies_to: &'c [(String, Vec<String>)],
    /// Of its sequence.
    pub(super) sequence: &'c Options,
}

pub(super) fn build(items: &[Item<'_>], context: &Context<'_>, findings: &mut Findings) -> Segments {
    let mut segments = Segments::default();
    let mut fields: Vec<(usize, Wanted<'_>)> = Vec::new();
    let mut sequences = 0;
    for item in items {
        let span = item.span.clone();
        let built = match &item.kind {
            ItemKind::Literal(text) => Some((text.clone(), Shape::Literal(text.clone()), None)),
            ItemKind::Date(format) => date(format, &span, context.compiled, findings),
            ItemKind::Sequence(width) => {
                sequences += 1;
                once(sequences, "sequence", &span, findings);
                let sequence = context.sequence.sequence(*width, span.clone(), findings);
                sequence.map(|sequence| ("seq".to_owned(), Shape::Sequence(sequence), None))
            }
            ItemKind::Check => {
                once(1 + usize::from(segments.check.is_some()), "check digit", &span, findings);
                segments.check = Some(segments.list.len());
                Some(("check".to_owned(), Shape::Literal(String::new()), None))
            }
            ItemKind::Field { name, attribute, level, width } => {
                let wanted =
                    Wanted { name, attribute: *attribute, level: *level, width: *width, span: &item.span };
                let built = wanted.build(context.compiled, findings);
                if built.is_some() {
                    fields.push((segments.list.len(), wanted));
                }
                built
            }
        };
        let Some((name, shape, part)) = built else {
            segments.broken = true;
            continue;
        };
        segments.list.push(Segment { name, shape });
        segments.printed.push(part);
        segments.spans.push(span);
    }
    if segments.list.len() > MOST_SEGMENTS {
        let span = segments.spans[MOST_SEGMENTS].clone();
        findings.add(Diagnostic::error(
            "bad-pattern",
            span,
            format!("a pattern has at most {MOST_SEGMENTS} segments"),
        ));
        segments.broken = true;
    }
    fill(&mut segments, &fields, context, findings);
    segments
}

/// Gives the segments that print fields the texts that they can print, once it is known what the
/// others print of them.
fn fill(
    segments: &mut Segments,
    wanted: &[(usize, Wanted<'_>)],
    context: &Context<'_>,
    findings: &mut Findings,
) {
    for (index, wanted) in wanted {
        let Some(part) = segments.printed[*index].clone() else { continue };
        let field = &context.compiled.fields[part.field];
        let taken = context.taken(wanted.name);
        if !segments.choices.iter().any(|choices| choices.field == part.field) {
            segments.choices.push(Choices::of(part.field, field, taken, &segments.printed));
        }
        if let FieldKind::Text { width, alphabet, .. } = &field.kind {
            segments.list[*index].shape = match taken {
                Some(texts) => Shape::Values(ValueSet::new(texts.iter().cloned())),
                None => Shape::Text(TextShape { width: *width, alphabet: alphabet.clone() }),
            };
            continue;
        }
        let Some(choices) = segments.choices.iter().find(|choices| choices.field == part.field) else {
            continue;
        };
        // Where no value prints all of it, one word about it is enough.
        if choices.values.is_empty() && choices.segments.last() != Some(index) {
            segments.broken = true;
            continue;
        }
        let values = choices.values.iter().map(|id| &field.values[*id]);
        let texts: Vec<(&Value, &str)> =
            values.filter_map(|value| Some((value, part.print.of(value)?))).collect();
        if wanted.check_texts(&texts, findings).is_none() {
            segments.broken = true;
        }
        let texts = texts.into_iter().map(|(_, text)| text.to_owned());
        segments.list[*index].shape = Shape::Values(ValueSet::new(texts));
    }
}

type Built = Option<(String, Shape, Option<PrintedField>)>;

fn once(count: usize, what: &str, span: &Range<usize>, findings: &mut Findings) {
    if count > 1 {
        findings.add(
            Diagnostic::error("bad-pattern", span.clone(), format!("a second {what}")).hint("a rule has one"),
        );
    }
}

fn date(format: &str, span: &Range<usize>, compiled: &Compiled, findings: &mut Findings) -> Built {
    if compiled.timezone.is_none() {
        findings.add(
            Diagnostic::error(
                "missing-key",
                span.clone(),
                "a date is printed, but the file names no time zone",
            )
            .label("whose day is it?")
            .hint("add a line at the top of the file: timezone = \"Asia/Shanghai\""),
        );
    }
    // The format begins after `{date:`.
    let place = |range: Range<usize>| {
        let start = span.start + "{date:".len();
        if span.len() == format.len() + "{date:}".len() {
            start + range.start..start + range.end
        } else {
            span.clone()
        }
    };
    if let Some(symbol) = unprintable(format) {
        let at = format.find(symbol).unwrap_or(0);
        let message = format!("{symbol:?} cannot stand in a code");
        findings.add(Diagnostic::error("bad-pattern", place(at..at + symbol.len_utf8()), message));
        return None;
    }
    match DateFormat::new(format) {
        Ok(_) if !format.contains('%') => {
            findings.add(
                Diagnostic::error("bad-date-format", place(0..format.len()), "a date without a directive")
                    .label("prints the same text every day")
                    .hint("write {date:%Y%m%d}; see %Y %y %m %d %j %G %V"),
            );
            None
        }
        Ok(format) => Some((format!("date:{}", format.text()), Shape::Date(format), None)),
        Err(error) => {
            let range = place(error.offset..error.offset + error.directive.len());
            findings.add(
                Diagnostic::error("bad-date-format", range, error.to_string())
                    .hint("known are %Y %y %m %d, %j (day of the year), %G and %V (ISO week)"),
            );
            None
        }
    }
}

impl<'c> Context<'c> {
    /// The keys (or texts) of a field that `applies_to` takes.
    fn taken(&self, field: &str) -> Option<&'c [String]> {
        self.applies_to.iter().find(|(name, _)| name == field).map(|(_, keys)| keys.as_slice())
    }
}

/// A field placeholder.
struct Wanted<'w> {
    name: &'w str,
    attribute: Option<&'w str>,
    level: Option<usize>,
    width: Option<usize>,
    span: &'w Range<usize>,
}

impl Wanted<'_> {
    /// The segment, its texts left open.
    fn build(&self, compiled: &Compiled, findings: &mut Findings) -> Built {
        let Some((index, field)) = compiled.field(self.name) else {
            if !compiled.broken.contains(self.name) {
                findings.add(self.unknown(compiled));
            }
            return None;
        };
        let name = match (self.attribute, self.level) {
            (Some(attribute), _) => format!("{}.{attribute}", self.name),
            (_, Some(level)) => format!("{}@{level}", self.name),
            _ => self.name.to_owned(),
        };
        let print = if let FieldKind::Text { width, .. } = &field.kind {
            self.only_whole(findings)?;
            self.check_width(*width, || format!("field {} prints {width} characters", self.name), findings);
            Print::Code
        } else {
            self.print(field, findings)?
        };
        Some((name, Shape::Literal(String::new()), Some(PrintedField { field: index, print })))
    }

    fn unknown(&self, compiled: &Compiled) -> Diagnostic {
        let names = compiled.fields.iter().map(|field| field.name.as_str());
        let suggestion = nearest(self.name, names.chain(["date", "seq", "check"]));
        let finding = Diagnostic::error(
            "unknown-field",
            self.span.clone(),
            format!("there is no field {:?}", self.name),
        );
        let finding = finding.hint(format!("declare it under [fields.{}]", self.name));
        finding.suggest(suggestion)
    }

    /// Free text has neither attributes nor levels.
    fn only_whole(&self, findings: &mut Findings) -> Option<()> {
        if self.attribute.is_none() && self.level.is_none() {
            return Some(());
        }
        let message = format!("field {} is free text: it has neither attributes nor levels", self.name);
        findings.add(Diagnostic::error("unknown-attribute", self.span.clone(), message));
        None
    }

    fn print(&self, field: &Field, findings: &mut Findings) -> Option<Print> {
        if let Some(level) = self.level {
            let FieldKind::Levels { widths, .. } = &field.kind else {
                let message = format!("field {} has no levels", self.name);
                let finding = Diagnostic::error("unknown-attribute", self.span.clone(), message);
                findings.add(
                    finding.hint(format!("declare them: levels = [2, 2, 3] under [fields.{}]", self.name)),
                );
                return None;
            };
            let Some(cut) = cuts(widths).nth(level - 1) else {
                let message = format!("field {} has {} levels, not {level}", self.name, widths.len());
                findings.add(Diagnostic::error("unknown-attribute", self.span.clone(), message));
                return None;
            };
            return Some(Print::Level(level, cut));
        }
        let Some(attribute) = self.attribute else { return Some(Print::Code) };
        if field.values.iter().all(|value| value.attribute(attribute).is_none()) {
            let known =
                field.values.iter().flat_map(|value| value.attributes.iter().map(|(name, _)| name.as_str()));
            let message = format!("no value of {} has the attribute {attribute:?}", self.name);
            let finding = Diagnostic::error("unknown-attribute", self.span.clone(), message);
            findings.add(finding.suggest(nearest(attribute, known)));
            return None;
        }
        Some(Print::Attribute(attribute.to_owned()))
    }

    /// Every text can be printed and has the asserted width.
    fn check_texts(&self, texts: &[(&Value, &str)], findings: &mut Findings) -> Option<()> {
        if texts.is_empty() {
            let message = format!("no value of {} can stand here", self.name);
            findings.add(Diagnostic::error("unknown-attribute", self.span.clone(), message));
            return None;
        }
        for (value, text) in texts {
            if let Some(symbol) = unprintable(text) {
                let message = format!("{:?} of {} {} cannot be printed", text, self.name, value.key);
                let finding = Diagnostic::error("bad-code", self.span.clone(), message);
                findings.add(finding.label(format!("{symbol:?} cannot stand in a code")));
                return None;
            }
            if text.is_empty() || text.len() > super::placed::WIDEST {
                let message = format!("{:?} of {} {} cannot be printed", text, self.name, value.key);
                findings.add(
                    Diagnostic::error("bad-code", self.span.clone(), message)
                        .label("expected 1 to 64 characters"),
                );
                return None;
            }
        }
        let wrong = texts.iter().find(|(_, text)| self.width.is_some_and(|width| width != text.len()));
        if let Some((value, text)) = wrong {
            let say = || format!("{} {} prints {text:?}: {} characters", self.name, value.key, text.len());
            self.check_width(text.len(), say, findings);
        }
        Some(())
    }

    fn check_width(&self, found: usize, say: impl Fn() -> String, findings: &mut Findings) {
        if let Some(width) = self.width.filter(|width| *width != found) {
            findings.add(
                Diagnostic::error("wrong-width", self.span.clone(), say())
                    .label(format!("the pattern asserts {width}"))
                    .hint("{name:4} only asserts a width; free text is padded by the pad of its field"),
            );
        }
    }
}
