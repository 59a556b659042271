//! `seq = { … }`: the numbers that a sequence takes.

use std::ops::Range;

use jiff::civil::Date;

use super::field::alphabet;
use crate::code::{Alphabet, Sequence};
use crate::rule::Diagnostic;
use crate::rule::document::{Findings, Section, Whole};

/// The options of a sequence, as far as they could be read.
#[derive(Clone)]
pub(super) struct Options {
    alphabet: Option<Alphabet>,
    start: u64,
    step: u64,
    max: Option<(u64, Range<usize>)>,
    skip_digits: Vec<u8>,
    pub(super) warn_at: Vec<u8>,
    pub(super) issue_blocks: Option<u64>,
    /// Planned widenings, in the order in which they are written.
    pub(super) widen: Vec<Widening>,
}

/// The largest number: what a ledger can hold.
const LARGEST: u64 = i64::MAX as u64;

pub(super) fn read(seq: Option<&Section<'_>>, findings: &mut Findings) -> Options {
    let mut options = Options {
        alphabet: Alphabet::named("decimal"),
        start: 1,
        step: 1,
        max: None,
        skip_digits: vec![],
        warn_at: vec![],
        issue_blocks: None,
        widen: vec![],
    };
    let Some(seq) = seq else { return options };
    seq.only(
        &["scope", "start", "step", "max", "alphabet", "skip_digits", "warn_at", "issue_blocks", "widen"],
        findings,
    );
    if let Some(text) = seq.text("alphabet", findings) {
        options.alphabet = alphabet(&text, findings);
    }
    if let Some(start) = seq.whole("start", findings) {
        options.start = start.number;
    }
    if let Some(step) = seq.whole("step", findings) {
        options.step = step.number.max(1);
        if step.number == 0 {
            findings.add(Diagnostic::error(
                "bad-sequence",
                step.span,
                "a step of 0 gives every customer one number",
            ));
        }
    }
    options.max = seq.whole("max", findings).map(|max| (max.number, max.span));
    if let (Some(skip), Some(alphabet)) = (seq.text("skip_digits", findings), &options.alphabet) {
        for symbol in skip.text.chars() {
            match u8::try_from(symbol).ok().filter(|byte| alphabet.value(*byte).is_some()) {
                Some(digit) => options.skip_digits.push(digit),
                None => findings.add(
                    Diagnostic::error(
                        "bad-sequence",
                        skip.span.clone(),
                        format!("{symbol:?} is no digit of the sequence"),
                    )
                    .label("expected digits of the alphabet"),
                ),
            }
        }
    }
    if options.step > Sequence::LONGEST_STEP && !options.skip_digits.is_empty() {
        let message = format!("a step of {} is too long to pass over digits", options.step);
        findings.add(
            Diagnostic::error("bad-sequence", seq.at("step"), message)
                .label(format!("with skip_digits a step is at most {}", Sequence::LONGEST_STEP)),
        );
    }
    for percent in seq.wholes("warn_at", findings).unwrap_or_default() {
        match u8::try_from(percent.number) {
            Ok(fits @ 1..=100) => options.warn_at.push(fits),
            _ => findings.add(
                Diagnostic::error(
                    "bad-sequence",
                    percent.span,
                    format!("{} is no percentage", percent.number),
                )
                .label("expected 1 to 100"),
            ),
        }
    }
    options.warn_at.sort_unstable();
    options.issue_blocks = blocks(seq, findings);
    options.widen = widenings(seq, findings);
    options
}

/// One planned widening.
#[derive(Clone)]
pub(super) struct Widening {
    /// First record date with the wider numbers.
    pub(super) from: (Date, Range<usize>),
    /// Their width.
    pub(super) to: Whole,
    /// Their first number, when given.
    pub(super) start: Option<Whole>,
}

/// Reads the widenings of a sequence.
fn widenings(seq: &Section<'_>, findings: &mut Findings) -> Vec<Widening> {
    let one = |section: &Section<'_>, findings: &mut Findings| {
        section.only(&["from", "to", "start"], findings);
        for key in ["from", "to"] {
            if !section.has(key) {
                let message = format!("widen without {key}");
                findings.add(
                    Diagnostic::error("missing-key", section.span.clone(), message)
                        .hint("write widen = { from = 2027-01-01, to = 5 }"),
                );
            }
        }
        let start = section.whole("start", findings);
        let from = section.date("from", findings).map(|date| (date, section.at("from")));
        section.whole("to", findings).zip(from).map(|(to, from)| Widening { from, to, start })
    };
    seq.tables("widen", findings).iter().filter_map(|section| one(section, findings)).collect()
}

/// How many numbers a machine may set aside at once.
fn blocks(seq: &Section<'_>, findings: &mut Findings) -> Option<u64> {
    let size = seq.whole("issue_blocks", findings)?;
    if (2..=10_000).contains(&size.number) {
        return Some(size.number);
    }
    findings.add(
        Diagnostic::error("bad-sequence", size.span, format!("{} is no size of a block", size.number))
            .label("expected 2 to 10000")
            .hint("without issue_blocks no number is ever left out"),
    );
    None
}

impl Options {
    /// The first number that needs more than `width` characters; `None` where no ledger could hold
    /// it.
    pub(super) fn first_beyond(&self, width: usize) -> Option<u64> {
        let base = self.alphabet.as_ref()?.symbols().len() as u64;
        let first = (0..width).try_fold(1_u64, |all, _| all.checked_mul(base))?;
        (first <= LARGEST).then_some(first)
    }

    /// The same numbers, beginning at `start` and going on to the end of whatever width they are
    /// printed in.
    pub(super) fn beginning_at(&self, start: u64) -> Self {
        Self { start, max: None, ..self.clone() }
    }

    /// The sequence of `width` printed characters, whose placeholder stands at `span`.
    pub(super) fn sequence(
        &self,
        width: usize,
        span: Range<usize>,
        findings: &mut Findings,
    ) -> Option<Sequence> {
        let alphabet = self.alphabet.clone()?;
        let base = alphabet.symbols().len() as u64;
        let width_holds = (0..width)
            .try_fold(1_u64, |all, _| all.checked_mul(base))
            .map_or(LARGEST, |all| (all - 1).min(LARGEST));
        let max = match &self.max {
            Some((max, at)) if *max > width_holds => {
                let message = format!("{max} does not fit into {width} characters");
                findings.add(
                    Diagnostic::error("bad-sequence", at.clone(), message)
                        .label(format!("the highest is {width_holds}")),
                );
                return None;
            }
            Some((max, _)) => *max,
            None => width_holds,
        };
        let skip_digits = self.skip_digits.clone();
        let sequence = Sequence { width, alphabet, start: self.start, step: self.step, max, skip_digits };
        if self.start > max || sequence.after(None).is_none() {
            let message =
                format!("the sequence has no number: it starts at {} and ends at {max}", self.start);
            findings.add(Diagnostic::error("bad-sequence", span, message));
            return None;
        }
        Some(sequence)
    }
}
