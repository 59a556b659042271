//! The fast path: a pattern whose segments all have one width is a row of 256-entry tables, walked
//! together with the check digit's automaton. A pattern with segments of several widths is a few
//! such layouts.
//!
//! It only decides; [`super::read`] explains, and must never be of another opinion.

mod byte_table;
mod lookup;
mod numbers;

use std::ops::Range;

use crate::code::DateFormat;
use crate::code::check::{Automaton, Row};
use crate::code::date::DateFacts;

use super::segment::{Segment, Shape, check_of};
use byte_table::ByteTable;
pub(super) use byte_table::allowed;
use lookup::Lookup;
use numbers::Numbers;

/// Beyond this many combinations of segment widths the reader's search is used instead.
const MAX_LAYOUTS: usize = 32;

/// Codes longer than this are left to the reader's search, too: a cell takes 256 bytes.
const MAX_BYTES: usize = 256;

/// One combination of segment widths.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// For each byte of the code, which bytes can stand there and their columns in the automaton.
    tables: Box<[ByteTable]>,
    /// Where the check characters stand.
    check: Option<Range<usize>>,
    /// What the tables alone cannot tell.
    lookups: Vec<(Range<usize>, Lookup)>,
    numbers: Option<(Range<usize>, Numbers)>,
    dates: Vec<(Range<usize>, DateFormat)>,
}

impl Layout {
    /// The layouts of a pattern; `automaton` is its check digit's. `None` if there are too many.
    pub(super) fn all(segments: &[Segment], automaton: &Automaton) -> Option<Vec<Self>> {
        let layout = |widths: &Vec<usize>| Self::new(segments, automaton, widths);
        Some(combinations(segments)?.iter().map(layout).collect())
    }

    /// Bytes of its tables; dictionaries are shared and do not count.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.tables)
    }

    fn new(segments: &[Segment], automaton: &Automaton, widths: &[usize]) -> Self {
        let mut tables = Vec::new();
        let mut layout = Self {
            tables: Box::default(),
            check: None,
            lookups: Vec::new(),
            numbers: None,
            dates: Vec::new(),
        };
        for (index, (segment, &width)) in segments.iter().zip(widths).enumerate() {
            let range = tables.len()..tables.len() + width;
            let summed = check_of(segments).filter(|(_, _, over)| over.contains(&index));
            let summed = summed.map(|(_, checker, _)| checker);
            tables.extend(byte_table::of_shape(&segment.shape, width, summed, automaton.skip()));
            match &segment.shape {
                Shape::Literal(_) | Shape::Text(_) => {}
                Shape::Values(values) => {
                    layout.lookups.extend(Lookup::new(values, width).map(|lookup| (range, lookup)));
                }
                Shape::Sequence(sequence) => layout.numbers = Some((range, Numbers::new(sequence))),
                Shape::Date(format) => layout.dates.push((range, format.clone())),
                Shape::Check(..) => layout.check = Some(range),
            }
        }
        layout.tables = tables.into();
        layout
    }

    /// Whether `code` is a code of this layout; `automaton` is the pattern's.
    pub(super) fn matches(&self, code: &[u8], automaton: &Automaton) -> bool {
        if code.len() != self.tables.len() {
            return false;
        }
        let places = self.tables.iter().zip(code);
        let end =
            if automaton.right_to_left() { walk(places.rev(), automaton) } else { walk(places, automaton) };
        end.is_some_and(|row| self.check_fits(code, automaton, row))
            && self.lookups.iter().all(|(range, lookup)| lookup.contains(&code[range.clone()]))
            && self.numbers.as_ref().is_none_or(|(range, numbers)| numbers.contains(&code[range.clone()]))
            && self.dates_agree(code)
    }

    #[inline]
    fn check_fits(&self, code: &[u8], automaton: &Automaton, row: Row) -> bool {
        let Some(range) = &self.check else { return true };
        // Byte by byte: a call to compare one or two bytes costs more than they do.
        let fits =
            |check: [u8; 2]| code[range.clone()].iter().zip(&check).all(|(found, right)| found == right);
        automaton.check(row).is_some_and(fits)
    }

    fn dates_agree(&self, code: &[u8]) -> bool {
        let mut facts = DateFacts::default();
        self.dates.iter().all(|(range, format)| format.read(&code[range.clone()], &mut facts))
            && (self.dates.is_empty() || facts.some_day_fits())
    }
}

/// The combinations of segment widths; `None` if there are too many, or codes are too long.
pub(super) fn combinations(segments: &[Segment]) -> Option<Vec<Vec<usize>>> {
    let mut combinations: Vec<Vec<usize>> = vec![Vec::new()];
    for segment in segments {
        let widths = segment.shape.byte_widths();
        if combinations.len() * widths.len() > MAX_LAYOUTS {
            return None;
        }
        let longer = |start: &Vec<usize>| {
            let start = start.clone();
            widths.iter().map(move |&width| [&start[..], &[width]].concat()).collect::<Vec<_>>()
        };
        combinations = combinations.iter().flat_map(longer).collect();
    }
    let bytes = |widths: &Vec<usize>| widths.iter().fold(0, |sum: usize, &width| sum.saturating_add(width));
    if combinations.iter().any(|widths| bytes(widths) > MAX_BYTES) {
        return None;
    }
    Some(combinations)
}

/// The automaton's row after the whole code; `None` where a byte cannot stand in its place.
#[inline]
fn walk<'a>(mut places: impl Iterator<Item = (&'a ByteTable, &'a u8)>, automaton: &Automaton) -> Option<Row> {
    places.try_fold(Row::EMPTY, |row, (cell, &byte)| Some(automaton.step(row, cell.column(byte)?)))
}
