//! The parts of a pattern: what can stand where.

use crate::code::{Alphabet, Checker, DateFormat};

use super::sequence::Sequence;
use super::values::ValueSet;

/// One part of a pattern.
#[derive(Debug, Clone)]
pub struct Segment {
    /// As the pattern writes it, without braces and width: `type`, `type.letter`, `class@1`,
    /// `date:%Y%m%d`, `seq`, `check`; for a literal, the text itself.
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
    /// The check digit over the letters and digits of the segments at these indices, in the order
    /// of the pattern; a lower-case letter counts as upper case where the check digit's alphabet
    /// has only that.
    Check(Checker, Vec<usize>),
}

/// Text of a fixed width over an alphabet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextShape {
    /// Characters.
    pub width: usize,
    /// Symbols that can stand there.
    pub alphabet: Alphabet,
}

impl Shape {
    /// The lengths in bytes that it can have, longest first.
    pub(super) fn byte_widths(&self) -> Vec<usize> {
        match self {
            Self::Literal(text) => vec![text.len()],
            Self::Values(values) => values.widths().to_vec(),
            Self::Text(text) => vec![text.width],
            Self::Date(format) => vec![format.byte_width()],
            Self::Sequence(sequence) => vec![sequence.width],
            Self::Check(checker, _) => vec![checker.width()],
        }
    }

    /// Shortest and longest, in characters.
    pub fn widths(&self) -> (usize, usize) {
        match self {
            Self::Literal(text) => (text.chars().count(), text.chars().count()),
            Self::Date(format) => (format.width(), format.width()),
            // Everything else is ASCII.
            ascii => {
                let widths = ascii.byte_widths();
                (widths.last().copied().unwrap_or(0), widths.first().copied().unwrap_or(0))
            }
        }
    }
}

/// The check digit among segments, if there is one: its segment, how it is computed, and the
/// segments it is over, in order.
pub(super) fn check_of(segments: &[Segment]) -> Option<(usize, &Checker, &[usize])> {
    segments.iter().enumerate().find_map(|(index, segment)| match &segment.shape {
        Shape::Check(checker, over) => Some((index, checker, over.as_slice())),
        _ => None,
    })
}
