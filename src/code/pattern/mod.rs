//! A pattern: segments in order, printed to a code and parsed back.
//!
//! [`Pattern::parse`] explains, [`Pattern::matches`] only decides, fast; both have the same opinion
//! on every text.

mod allowed;
mod confused;
mod expected;
mod layout;
mod places;
mod print;
mod read;
mod segment;
mod sequence;
mod values;

use std::ops::Range;

use super::Invalid;
use super::check::{Automaton, Checker};
use layout::Layout;
pub use print::Unprintable;
pub use segment::{Segment, Shape, TextShape};
pub use sequence::Sequence;
pub use values::ValueSet;

/// Segments in order. Compiled for speed: fixed layouts are checked by one table walk.
#[derive(Debug, Clone)]
pub struct Pattern {
    segments: Vec<Segment>,
    /// The check digit's; one without a sum where there is no check digit.
    automaton: Automaton,
    /// One per combination of segment widths; `None` if there are too many of them.
    layouts: Option<Vec<Layout>>,
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
    /// Compiles segments; at most one sequence and one check. What the check digit is said to be
    /// over is put in order; indices that are no segment, or the check digit itself, are left out.
    pub fn new(mut segments: Vec<Segment>) -> Self {
        let count = segments.len();
        for (place, segment) in segments.iter_mut().enumerate() {
            if let Shape::Check(_, over) = &mut segment.shape {
                over.retain(|&index| index < count && index != place);
                over.sort_unstable();
                over.dedup();
            }
        }
        let mut pattern = Self { segments, automaton: Automaton::idle(), layouts: None };
        if let Some((_, checker, _)) = pattern.check() {
            pattern.automaton = checker.automaton().clone();
        }
        pattern.layouts = Layout::all(&pattern.segments, &pattern.automaton);
        pattern
    }

    /// Bytes of the tables that make [`Pattern::matches`] fast.
    pub fn table_bytes(&self) -> usize {
        self.layouts.iter().flatten().map(Layout::bytes).sum()
    }

    /// The same pattern without these tables: [`Pattern::matches`] then says the same, slowly.
    #[must_use]
    pub fn without_tables(self) -> Self {
        Self { layouts: None, ..self }
    }

    /// The segments.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The sequence, if there is one.
    pub fn sequence(&self) -> Option<&Sequence> {
        self.segments.iter().find_map(|segment| match &segment.shape {
            Shape::Sequence(sequence) => Some(sequence),
            _ => None,
        })
    }

    /// The check digit, if there is one: its segment, how it is computed, and the segments it is
    /// over, in order.
    pub fn check(&self) -> Option<(usize, &Checker, &[usize])> {
        segment::check_of(&self.segments)
    }

    /// Shortest and longest code, in characters.
    pub fn widths(&self) -> (usize, usize) {
        let widths = self.segments.iter().map(|segment| segment.shape.widths());
        widths.fold((0, 0), |(shortest, longest), (low, high)| (shortest + low, longest + high))
    }

    /// Whether `code` is a code of this pattern; the fast path of [`Pattern::parse`], without
    /// allocation as long as the segments' widths have few combinations.
    pub fn matches(&self, code: &[u8]) -> bool {
        match &self.layouts {
            Some(layouts) => layouts.iter().any(|layout| layout.matches(code, &self.automaton)),
            None => str::from_utf8(code).is_ok_and(|code| self.parse(code).is_ok()),
        }
    }

    /// Reads `code` back, or says what is wrong at the furthest point reached. Several date
    /// segments must agree on one date. Never panics, whatever the text.
    pub fn parse(&self, code: &str) -> Result<Parsed, Invalid> {
        read::read(self, code)
    }
}
