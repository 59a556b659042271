//! One segment at one offset: how long it can be there, or what is wrong.

use crate::code::date::DateFacts;
use crate::code::pattern::{Sequence, Shape, ValueSet, expected};

use super::fault::{Fault, Kind};

/// The widths in bytes that `shape` can have at `offset`, longest first; at least one.
pub(super) fn widths_at(shape: &Shape, code: &str, offset: usize) -> Result<Vec<usize>, Fault> {
    let width = match shape {
        Shape::Values(values) => return values_at(values, code, offset),
        Shape::Literal(text) => {
            let literal = text.as_bytes();
            bytes_at(code, offset, literal.len(), |place, byte| byte == literal[place])?
        }
        Shape::Text(text) => {
            bytes_at(code, offset, text.width, |_, byte| text.alphabet.value(byte).is_some())?
        }
        Shape::Date(format) => {
            let template: Vec<Option<u8>> = format.template().collect();
            let fits = |place: usize, byte: u8| match template[place] {
                Some(literal) => byte == literal,
                None => byte.is_ascii_digit(),
            };
            let width = bytes_at(code, offset, template.len(), fits)?;
            let mut facts = DateFacts::default();
            let text = &code.as_bytes()[offset..offset + width];
            if !(format.read(text, &mut facts) && facts.some_day_fits()) {
                return Err(component(offset, offset + width, None));
            }
            width
        }
        Shape::Sequence(sequence) => sequence_at(sequence, code, offset)?,
        // Any letter or digit will do here: what is right is said when all of the text was read.
        Shape::Check(checker, _) => bytes_at(code, offset, checker.width(), |_, byte| {
            byte.is_ascii_alphanumeric() || checker.symbols().value(byte).is_some()
        })?,
    };
    Ok(vec![width])
}

fn sequence_at(sequence: &Sequence, code: &str, offset: usize) -> Result<usize, Fault> {
    let is_digit = |_, byte| sequence.alphabet.value(byte).is_some();
    let width = bytes_at(code, offset, sequence.width, is_digit)?;
    let end = offset + width;
    let text = &code.as_bytes()[offset..end];
    if let Some(place) = text.iter().position(|digit| sequence.skip_digits.contains(digit)) {
        return Err(component(offset + place, offset + place + 1, None));
    }
    if sequence.number(text).is_some_and(|number| sequence.takes(number)) {
        return Ok(width);
    }
    Err(component(offset, end, Some(expected::numbers(sequence))))
}

fn values_at(values: &ValueSet, code: &str, offset: usize) -> Result<Vec<usize>, Fault> {
    let rest = &code.as_bytes()[offset..];
    let fitting = values.widths().iter().copied();
    let fitting: Vec<usize> =
        fitting.filter(|&width| rest.get(..width).is_some_and(|text| values.contains(text))).collect();
    if !fitting.is_empty() {
        return Ok(fitting);
    }
    if values.continues(rest) || rest.is_empty() {
        return Err(missing(code));
    }
    // As much as the shortest value would take; characters that no value has make it a matter of
    // form.
    let shortest = values.widths().last().copied().unwrap_or(1);
    let found: String = code[offset..].chars().take(shortest).collect();
    let similar = |c: char| values.texts().iter().any(|text| text.chars().any(|own| same_class(own, c)));
    let kind = if found.chars().all(similar) { Kind::Component } else { Kind::Format };
    Err(Fault { kind, ..component(offset, offset + found.len(), None) })
}

fn same_class(a: char, b: char) -> bool {
    a == b || a.is_ascii_digit() && b.is_ascii_digit() || a.is_ascii_uppercase() && b.is_ascii_uppercase()
}

/// `width`, if that many bytes follow `offset` and all of them fit; else the first character that
/// does not.
fn bytes_at(
    code: &str,
    offset: usize,
    width: usize,
    fits: impl Fn(usize, u8) -> bool,
) -> Result<usize, Fault> {
    let rest = &code.as_bytes()[offset..];
    match rest.iter().take(width).enumerate().position(|(place, &byte)| !fits(place, byte)) {
        Some(place) => {
            let start = code.floor_char_boundary(offset + place);
            let end = code.ceil_char_boundary(offset + place + 1);
            Err(Fault { kind: Kind::Format, found: start..end, reached: start, expected: None })
        }
        None if rest.len() < width => Err(missing(code)),
        None => Ok(width),
    }
}

/// The text ends too early.
fn missing(code: &str) -> Fault {
    Fault { kind: Kind::Length, found: code.len()..code.len(), reached: code.len(), expected: None }
}

/// Well formed, but there is no such thing.
fn component(start: usize, end: usize, expected: Option<String>) -> Fault {
    Fault { kind: Kind::Component, found: start..end, reached: start, expected }
}
