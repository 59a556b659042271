//! What the masks of all systems are made of: text, dates, one number, fields of the record.

use std::ops::Range;

use super::Request;
use crate::rule::Diagnostic;

/// How often a number begins again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// Each year.
    Year,
    /// Each month.
    Month,
    /// Each day.
    Day,
}

/// What a part prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// Always this text.
    Text(String),
    /// A date; one directive such as `%Y`.
    Date(&'static str),
    /// The number, with its width.
    Sequence(usize),
    /// A field of the record, with the characters it prints.
    Field(String, usize),
}

/// A part of a mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MaskPart {
    pub(super) content: Content,
    /// As the mask writes it.
    pub(super) source: String,
    /// Whether the number counts within what this part prints.
    pub(super) counted: bool,
}

/// A mask that was read from end to end.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) parts: Vec<MaskPart>,
    /// The first number.
    pub(super) start: u64,
    /// What a person should know before using the rule.
    pub(super) notes: Vec<String>,
}

/// Collects the parts of a mask, and everything that is wrong with it.
pub(super) struct Reader<'a> {
    pub(super) request: &'a Request<'a>,
    parts: Vec<MaskPart>,
    start: u64,
    notes: Vec<String>,
    findings: Vec<Diagnostic>,
    /// Where the number stands.
    number: Option<Range<usize>>,
}

/// Most digits of a number.
const LONGEST: usize = 18;

impl<'a> Reader<'a> {
    pub(super) fn new(request: &'a Request<'a>) -> Self {
        Self { request, parts: Vec::new(), start: 1, notes: Vec::new(), findings: Vec::new(), number: None }
    }

    pub(super) fn mask(&self) -> &'a str {
        self.request.mask
    }

    /// The text at `span` prints itself, one character after the other; what no code can hold is
    /// refused.
    pub(super) fn text(&mut self, span: Range<usize>) {
        for (at, symbol) in self.mask()[span.clone()].char_indices() {
            let at = span.start + at;
            self.symbol(symbol, at..at + symbol.len_utf8());
        }
    }

    /// `symbol` is printed; `span` is how the mask writes it.
    pub(super) fn symbol(&mut self, symbol: char, span: Range<usize>) {
        if !symbol.is_ascii_graphic() {
            self.refuse(
                span,
                format!("{symbol:?} cannot stand in a code"),
                "take another character: codes are ASCII letters, digits and signs",
            );
            return;
        }
        let source = &self.request.mask[span];
        if let Some(MaskPart { content: Content::Text(text), source: whole, .. }) = self.parts.last_mut() {
            text.push(symbol);
            whole.push_str(source);
            return;
        }
        self.add(Content::Text(symbol.to_string()), source.to_owned());
    }

    /// A date of one directive.
    pub(super) fn date(&mut self, directive: &'static str, span: Range<usize>) {
        self.add(Content::Date(directive), self.request.mask[span].to_owned());
    }

    /// A field of the record that prints `width` characters.
    pub(super) fn field(&mut self, name: &str, width: usize, span: Range<usize>) {
        self.add(Content::Field(name.to_owned(), width), self.request.mask[span].to_owned());
    }

    /// A field whose width the mask does not tell.
    pub(super) fn field_of_any_width(&mut self, name: &str, span: Range<usize>) {
        match self.request.fields.iter().find(|(known, _)| known == name) {
            Some((_, width)) => self.field(name, *width, span),
            None => self.refuse(
                span,
                format!("the mask does not say how many characters the field {name:?} prints"),
                &format!(
                    "say it: --field {name}=4; a code must be readable again, so it is always that many"
                ),
            ),
        }
    }

    /// The number; a second one is refused.
    pub(super) fn sequence(&mut self, width: usize, span: Range<usize>) {
        if width > LONGEST {
            self.refuse(
                span.clone(),
                format!("a number of {width} digits is too long"),
                "18 digits are the most",
            );
        }
        if self.number.is_some() {
            self.refuse(span, "a second number in one mask", "leave one of the two out");
            return;
        }
        self.add(Content::Sequence(width), self.request.mask[span.clone()].to_owned());
        self.number = Some(span);
    }

    /// The number that the system adds by itself; `source` says it in the system's words.
    pub(super) fn implied_sequence(&mut self, width: usize, source: &str) {
        self.add(Content::Sequence(width), source.to_owned());
        self.number = Some(self.mask().len()..self.mask().len());
    }

    pub(super) fn has_sequence(&self) -> bool {
        self.number.is_some()
    }

    /// The first number is this one.
    pub(super) fn start_at(&mut self, number: u64) {
        self.start = number;
    }

    fn add(&mut self, content: Content, source: String) {
        self.parts.push(MaskPart { content, source, counted: false });
    }

    /// The number counts within the parts that `counted` picks.
    pub(super) fn count_within(&mut self, counted: impl Fn(&Content) -> bool) {
        for part in &mut self.parts {
            part.counted |= counted(&part.content);
        }
    }

    /// The number counts within everything printed so far.
    pub(super) fn count_within_the_text_before(&mut self) {
        self.count_within(|_| true);
    }

    /// The number begins again each `period`: the code must print it, or two customers get one
    /// code.
    pub(super) fn count_each(&mut self, period: Period) {
        let printed = |directives: &[&str]| {
            self.parts
                .iter()
                .any(|part| matches!(part.content, Content::Date(one) if directives.contains(&one)))
        };
        let mut missing = Vec::new();
        if !printed(&["%Y", "%y"]) {
            missing.push("year");
        }
        let day_of_year = period == Period::Day && printed(&["%j"]);
        if period >= Period::Month && !day_of_year && !printed(&["%m"]) {
            missing.push("month");
        }
        if period == Period::Day && !day_of_year && !printed(&["%d"]) {
            missing.push("day");
        }
        if !missing.is_empty() {
            let message = format!(
                "the number begins again each {}, but the mask does not print the {}",
                period.word(),
                missing.join(" and the ")
            );
            let place = self.number.clone().unwrap_or(0..self.mask().len());
            self.refuse(place, message, "print it too, or two customers get one code");
        }
        self.count_within(
            |content| matches!(content, Content::Date(directive) if finest(directive) <= period),
        );
    }

    /// Says what a person should know.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Whether some date is printed.
    pub(super) fn prints_a_date(&self) -> bool {
        self.parts.iter().any(|part| matches!(part.content, Content::Date(_)))
    }

    /// A note for systems that count on although the code prints a date.
    pub(super) fn never_begins_again(&mut self, why: &str) {
        if self.prints_a_date() {
            self.note(format!("the number never begins again although the code prints a date, {why}"));
        }
    }

    /// `span` cannot be carried over: what it is, and what to do instead.
    pub(super) fn refuse(&mut self, span: Range<usize>, message: impl Into<String>, instead: &str) {
        self.findings.push(Diagnostic::error("mask", span, message).hint(instead));
    }

    /// A part that the system does not know.
    pub(super) fn unknown(&mut self, span: Range<usize>, known: &[&str]) {
        let source = &self.mask()[span.clone()];
        let nearest = crate::rule::nearest(source, known.iter().copied());
        let finding = Diagnostic::error(
            "mask",
            span,
            format!("{} has no {source:?} in a mask", self.request.system.title()),
        );
        self.findings.push(match nearest {
            Some(nearest) => finding.suggest(Some(nearest)),
            None => finding.hint(format!("known are {}", known.join(" "))),
        });
    }

    /// The whole mask, or everything that is wrong with it.
    pub(super) fn finish(mut self) -> Result<Read, Vec<Diagnostic>> {
        if self.number.is_none() && self.findings.is_empty() {
            let example = self.request.system.example();
            self.refuse(0..self.mask().len(), "the mask has no number", &format!("write it like {example}"));
        }
        if !self.findings.is_empty() {
            return Err(self.findings);
        }
        Ok(Read { parts: self.parts, start: self.start, notes: self.notes })
    }
}

impl Period {
    /// `year`, `month`, `day`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
        }
    }
}

/// The longest period within which a directive prints one text only.
fn finest(directive: &str) -> Period {
    match directive {
        "%Y" | "%y" => Period::Year,
        "%m" => Period::Month,
        _ => Period::Day,
    }
}
