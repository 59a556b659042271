//! Two codes of one pattern that its check digit confuses.

use jiff::civil::{Date, date};

use crate::code::check::rates::{self, Place, TypingError};

use super::{Pattern, Shape};

/// Most texts of a dictionary that are tried.
const TEXTS: usize = 500;

/// Steps of the search before it is given up: some hundredths of a second.
const PATIENCE: usize = 1_000_000;

/// Days whose digits make other days when they are swapped or doubled.
const DAYS: [Date; 4] = [date(2026, 1, 12), date(2026, 12, 1), date(2026, 2, 10), date(2022, 11, 22)];

impl Pattern {
    /// Two codes, both valid, of which the second is the first mistyped; `None` where the check
    /// digit, or the shape of the codes, lets no such pair be, or none was met among the first 500
    /// texts of each dictionary and some days.
    pub fn confused(&self, error: TypingError) -> Option<[String; 2]> {
        let (check, checker, _) = self.check()?;
        let typed = self.typed()?;
        let mut patience = PATIENCE;
        self.bases().iter().find_map(|texts| {
            let widths: Vec<usize> = texts.iter().map(String::len).collect();
            let mut code: Vec<u8> = texts.concat().into_bytes();
            let (offsets, mut places): (Vec<usize>, Vec<Place>) = self.places_of(&widths).into_iter().unzip();
            let choices: Vec<Vec<u8>> = offsets
                .iter()
                .zip(&mut places)
                .map(|(&offset, place)| {
                    place.typed.clone_from(&typed);
                    let mut choices = vec![code[offset]];
                    let segment = segment_at(&widths, offset);
                    if segment == check {
                        choices.clear();
                    }
                    if segment == check || self.is_free(segment) {
                        choices.extend(&place.legal);
                    }
                    choices
                })
                .collect();
            let mut fill = |bytes: &[u8]| {
                offsets.iter().zip(bytes).for_each(|(&offset, &byte)| code[offset] = byte);
                code.clone()
            };
            let mut judge = |one: &[u8], two: &[u8]| self.matches(&fill(one)) && self.matches(&fill(two));
            let pair = rates::confused(checker, &places, &choices, error, &mut patience, &mut judge)?;
            Some(pair.map(|bytes| String::from_utf8_lossy(&fill(&bytes)).into_owned()))
        })
    }

    /// Codes to begin with, segment by segment: the first text of each dictionary; then each of its
    /// other texts, and other days.
    fn bases(&self) -> Vec<Vec<String>> {
        let of_day = |day| self.segments.iter().map(|segment| preferred(&segment.shape, day)).collect();
        let first: Vec<String> = of_day(DAYS[0]);
        let mut bases = vec![first.clone()];
        if self.segments.iter().any(|segment| matches!(segment.shape, Shape::Date(_))) {
            bases.extend(DAYS[1..].iter().map(|&day| of_day(day)));
        }
        for (index, segment) in self.segments.iter().enumerate() {
            if let Shape::Values(values) = &segment.shape {
                bases.extend(values.texts().iter().take(TEXTS).skip(1).map(|text| {
                    let mut texts = first.clone();
                    texts[index].clone_from(text);
                    texts
                }));
            }
        }
        bases
    }

    /// Whether a segment can be filled character by character.
    fn is_free(&self, segment: usize) -> bool {
        match &self.segments[segment].shape {
            Shape::Text(_) | Shape::Sequence(_) => true,
            Shape::Date(format) => format.is_any_digits(),
            _ => false,
        }
    }
}

/// The segment that the byte at `offset` belongs to.
fn segment_at(widths: &[usize], offset: usize) -> usize {
    let ends = widths.iter().scan(0, |end, width| {
        *end += width;
        Some(*end)
    });
    ends.take_while(|&end| end <= offset).count()
}

/// The text of a segment that looks natural; the check digit's is open.
fn preferred(shape: &Shape, day: Date) -> String {
    let mut text = String::new();
    match shape {
        Shape::Literal(literal) => text.push_str(literal),
        Shape::Values(values) => text.extend(values.texts().first().map(String::as_str)),
        Shape::Text(free) => {
            text.extend(std::iter::repeat_n(char::from(free.alphabet.symbols()[0]), free.width));
        }
        Shape::Date(format) => format.print(day, &mut text),
        Shape::Sequence(sequence) => {
            sequence.print(sequence.after(None).unwrap_or(sequence.start), &mut text);
            // A start beyond the width has no number: there is no code, and nobody to confuse.
            text.truncate(sequence.width);
        }
        Shape::Check(checker, _) => text.extend(std::iter::repeat_n('?', checker.width())),
    }
    text
}
