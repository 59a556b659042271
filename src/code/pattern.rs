//! A pattern: segments in order, printed to a code and parsed back.

use std::ops::Range;

use jiff::civil::Date;

use super::{Alphabet, Checker, DateFormat, Invalid};

/// One part of a pattern.
#[derive(Debug, Clone)]
pub struct Segment {
    /// As the pattern writes it, without braces and width: `type`, `type.letter`, `class@1`, `date:%Y%m%d`, `seq`, `check`; for a
    /// literal, the text itself.
    pub name: String,
    /// What can stand there.
    pub shape: Shape,
}

/// What can stand in a segment.
#[derive(Debug, Clone)]
pub enum Shape {
    /// Always this text.
    Literal(String),
    /// One of a finite set of texts.
    Values(ValueSet),
    /// Free text of a fixed shape.
    Text(TextShape),
    /// A date.
    Date(DateFormat),
    /// The sequence number.
    Sequence(Sequence),
    /// The check digit over the segments at these indices.
    Check(Checker, Vec<usize>),
}

/// A finite set of printed values (a dictionary's codes), 1 to 64 printable ASCII characters each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueSet {
    texts: Vec<String>,
}

impl ValueSet {
    /// Sorts and keeps `texts`; equal texts are kept once.
    pub fn new(_texts: impl IntoIterator<Item = String>) -> Self {
        todo!()
    }
    /// The texts, sorted.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }
    /// Whether `text` is one of them.
    pub fn contains(&self, _text: &[u8]) -> bool {
        todo!()
    }
}

/// Text of a fixed width over an alphabet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextShape {
    /// Characters.
    pub width: usize,
    /// Symbols that can stand there.
    pub alphabet: Alphabet,
}

/// The shape of a sequence number and the numbers it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// Printed characters, 1 to 18.
    pub width: usize,
    /// Digits in value order.
    pub alphabet: Alphabet,
    /// First number.
    pub start: u64,
    /// Distance of two numbers.
    pub step: u64,
    /// Last number: the rule's `max` or what the width holds.
    pub max: u64,
    /// Digits that a printed number must not contain.
    pub skip_digits: Vec<u8>,
}

impl Sequence {
    /// The first number after `last` (`None` = from the start) that the sequence can take, whatever its check digit;
    /// numbers with a forbidden digit are jumped over without counting through them. `None` when exhausted.
    pub fn after(&self, _last: Option<u64>) -> Option<u64> {
        todo!()
    }
}

/// Why a number has no code; the next number may have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unprintable {
    /// The payload has no valid check digit.
    #[error("no check digit")]
    NoCheckDigit,
    /// The number contains a forbidden digit, or is off the start/step grid, or above the maximum.
    #[error("not a number of the sequence")]
    NotInSequence,
}

/// Segments in order. Compiled for speed: fixed layouts are checked by one table walk.
#[derive(Debug, Clone)]
pub struct Pattern {
    segments: Vec<Segment>,
}

/// A code read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// Byte range of each segment.
    pub ranges: Vec<Range<usize>>,
    /// The sequence number.
    pub number: Option<u64>,
}

impl Pattern {
    /// Compiles segments; at most one sequence and one check.
    pub fn new(_segments: Vec<Segment>) -> Self {
        todo!()
    }
    /// The segments.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }
    /// The sequence, if there is one.
    pub fn sequence(&self) -> Option<&Sequence> {
        todo!()
    }
    /// Shortest and longest code, in characters.
    pub fn widths(&self) -> (usize, usize) {
        todo!()
    }
    /// Prints a code onto `out`. `parts[i]` is the text of segment i (empty for literal, date, sequence and check
    /// segments, which are printed from the pattern, `date` and `number`). On an error `out` is as before.
    pub fn print(
        &self,
        _parts: &[&str],
        _date: Date,
        _number: u64,
        _out: &mut String,
    ) -> Result<(), Unprintable> {
        todo!()
    }
    /// Whether `code` is a code of this pattern; the fast path of [`Pattern::parse`], no allocation.
    pub fn matches(&self, _code: &[u8]) -> bool {
        todo!()
    }
    /// Reads `code` back, or says what is wrong at the furthest point reached. Several date segments must agree
    /// on one date. Never panics, whatever the text.
    pub fn parse(&self, _code: &str) -> Result<Parsed, Invalid> {
        todo!()
    }
}
