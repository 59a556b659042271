//! What the segments of a pattern print of fields.

use super::field::cuts;
use super::{Field, FieldKind, UnfitValues, Value};

/// What a segment prints of a field.
#[derive(Debug, Clone)]
pub(super) struct PrintedField {
    /// Index of the field in the book.
    pub(super) field: usize,
    pub(super) print: Print,
}

#[derive(Debug, Clone)]
pub(super) enum Print {
    /// The value's code, or free text.
    Code,
    /// An attribute of the value.
    Attribute(String),
    /// A class code cut at a level: the level and the characters that remain.
    Level(usize, usize),
}

/// What a segment prints of a value of its field.
pub(super) fn text_of<'v>(
    printed: &[Option<PrintedField>],
    segment: usize,
    value: &'v Value,
) -> Option<&'v str> {
    printed[segment].as_ref()?.print.of(value)
}

impl Print {
    /// The text printed for the customer's `key` (for free text: the text).
    pub(super) fn text<'v>(&self, field: &'v Field, key: &'v str) -> Result<&'v str, UnfitValues> {
        let missing = |attribute: String| UnfitValues::NoAttribute {
            field: field.name.clone(),
            key: key.to_owned(),
            attribute,
        };
        let Some(value) = field.value(key) else {
            // Free text prints itself. A dictionary value that is no longer in the file cannot be
            // printed.
            let free = matches!(field.kind, FieldKind::Text { .. });
            return if free { Ok(key) } else { Err(missing("code".to_owned())) };
        };
        match self {
            Self::Code => Ok(&value.code),
            Self::Attribute(name) => value.attribute(name).ok_or_else(|| missing(name.clone())),
            Self::Level(level, cut) => {
                value.code.get(..*cut).ok_or_else(|| missing(format!("level {level}")))
            }
        }
    }

    /// What it prints of `value`.
    pub(super) fn of<'v>(&self, value: &'v Value) -> Option<&'v str> {
        match self {
            Self::Code => Some(&value.code),
            Self::Attribute(name) => value.attribute(name),
            Self::Level(_, cut) => value.code.get(..*cut),
        }
    }

    /// Whether it prints a value's whole code: a class code cut at the last level is one.
    pub(super) fn is_whole(&self, field: &Field) -> bool {
        match (self, &field.kind) {
            (Self::Code, _) => true,
            (Self::Level(_, cut), FieldKind::Levels { widths, .. }) => cuts(widths).last() == Some(*cut),
            _ => false,
        }
    }
}
