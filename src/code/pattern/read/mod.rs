//! From a text to its segments, or to the fault that was met furthest.
//!
//! Segments of several widths make a search of it. What a segment can be at an offset is looked at
//! once, and what cannot lead to the text's end is remembered, so that no text takes long.

mod fault;
mod shape;

use std::ops::Range;

use crate::code::Invalid;
use crate::code::date::DateFacts;

use super::{Parsed, Pattern, Shape};
use fault::Furthest;

/// How many complete readings of one text are looked at. Readings differ only where a pattern can
/// be read in two ways, which no rule may be; this keeps the time bounded for patterns that never
/// were in a rule.
const MAX_READINGS: usize = 1024;

/// Reads `code` as `pattern`.
pub(super) fn read(pattern: &Pattern, code: &str) -> Result<Parsed, Invalid> {
    let widest = pattern.segments.iter().map(|s| s.shape.byte_widths().first().copied().unwrap_or(0));
    let offsets = 1 + code.len().min(widest.fold(0, usize::saturating_add));
    let mut reader = Reader {
        pattern,
        code,
        offsets,
        dead: vec![false; offsets * pattern.segments.len()],
        starts: Vec::with_capacity(pattern.segments.len() + 1),
        readings: 0,
        furthest: Furthest::default(),
    };
    if reader.read_from(0, 0) {
        let ranges = reader.ranges();
        let number = pattern.segments.iter().zip(&ranges).find_map(|(segment, range)| match &segment.shape {
            Shape::Sequence(sequence) => sequence.number(&code.as_bytes()[range.clone()]),
            _ => None,
        });
        return Ok(Parsed { ranges, number });
    }
    Err(reader.furthest.into_invalid(pattern, code))
}

/// A search in progress.
struct Reader<'r> {
    pattern: &'r Pattern,
    code: &'r str,
    /// Offsets that a segment can start at.
    offsets: usize,
    /// For each segment and offset: no reading from there on reaches the end.
    dead: Vec<bool>,
    /// Where the segments read so far start; after the last one, the end.
    starts: Vec<usize>,
    /// Complete readings seen.
    readings: usize,
    furthest: Furthest,
}

impl Reader<'_> {
    /// Whether the text from `offset` on can be read as the segments from `index` on; `starts` then
    /// holds how.
    fn read_from(&mut self, index: usize, offset: usize) -> bool {
        let Some(segment) = self.pattern.segments.get(index) else { return self.read_end(offset) };
        let place = index * self.offsets + offset;
        if self.dead[place] || self.readings >= MAX_READINGS {
            return false;
        }
        let readings_before = self.readings;
        self.starts.push(offset);
        let found = match shape::widths_at(&segment.shape, self.code, offset) {
            Ok(widths) => widths.iter().any(|&width| self.read_from(index + 1, offset + width)),
            Err(fault) => {
                self.furthest.note(index, fault);
                false
            }
        };
        if !found {
            self.starts.pop();
            self.dead[place] = self.readings == readings_before;
        }
        found
    }

    /// All segments were read: judges what they must be together.
    fn read_end(&mut self, offset: usize) -> bool {
        if offset < self.code.len() {
            self.furthest
                .note(self.pattern.segments.len().saturating_sub(1), fault::extra(self.code, offset));
            return false;
        }
        self.readings += 1;
        self.starts.push(offset);
        let fits = self.dates_agree() && self.check_fits();
        if !fits {
            self.starts.pop();
        }
        fits
    }

    fn dates_agree(&mut self) -> bool {
        let mut facts = DateFacts::default();
        for (index, range) in self.ranges().into_iter().enumerate() {
            let Shape::Date(format) = &self.pattern.segments[index].shape else { continue };
            let known_before = facts;
            let text = &self.code.as_bytes()[range.clone()];
            if !(format.read(text, &mut facts) && facts.some_day_fits()) {
                let expected = format!("a date written {} that agrees with {known_before}", format.text());
                self.furthest
                    .note(index, fault::together(self.code, &range, expected, fault::Kind::Component));
                return false;
            }
        }
        true
    }

    fn check_fits(&mut self) -> bool {
        let Some((index, checker, over)) = self.pattern.check() else { return true };
        let ranges = self.ranges();
        let bytes = self.code.as_bytes();
        let summed: Vec<&[u8]> = over.iter().map(|&index| &bytes[ranges[index].clone()]).collect();
        let right = checker.check_of(&summed);
        let right = right.as_ref().map(|check| &check[..checker.width()]);
        let range = &ranges[index];
        if right == Some(&bytes[range.clone()]) {
            return true;
        }
        let expected = match right {
            Some(check) => String::from_utf8_lossy(check).into_owned(),
            None => format!("undefined: {} has no check digit", String::from_utf8_lossy(&summed.concat())),
        };
        self.furthest.note(index, fault::together(self.code, range, expected, fault::Kind::CheckDigit));
        false
    }

    /// The byte range of each segment of a complete reading.
    fn ranges(&self) -> Vec<Range<usize>> {
        self.starts.windows(2).map(|pair| pair[0]..pair[1]).collect()
    }
}
