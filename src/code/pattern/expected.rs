//! The words for what can stand in a segment: phrases that continue "… is".

use crate::code::Alphabet;

use super::{Segment, Sequence, Shape, ValueSet};

/// Values listed before the rest is only counted.
const LISTED_VALUES: usize = 6;

/// What could stand in `segment`.
pub(super) fn phrase(segment: &Segment) -> String {
    match &segment.shape {
        Shape::Literal(text) => format!("the text {text:?}"),
        Shape::Values(values) => one_of(values),
        Shape::Text(text) => characters(text.width, &text.alphabet),
        Shape::Date(format) => format!("a date written {}", format.text()),
        Shape::Sequence(sequence) => {
            let digits = characters(sequence.width, &sequence.alphabet);
            match &sequence.skip_digits[..] {
                [] => digits,
                skipped => format!("{digits} without {}", listed(skipped.iter().map(|&s| char::from(s)))),
            }
        }
        Shape::Check(checker, _) => {
            let alphabet = checker.symbols();
            match checker.width() {
                1 => format!("a check digit out of {alphabet}"),
                width => format!("{width} check characters out of {alphabet}"),
            }
        }
    }
}

/// Which numbers `sequence` takes.
pub(super) fn numbers(sequence: &Sequence) -> String {
    let text = |number| {
        let mut text = String::new();
        sequence.print(number, &mut text);
        text
    };
    let first = sequence.after(None).unwrap_or(sequence.start);
    if sequence.step > 1 {
        let next = std::iter::successors(sequence.after(None), |&number| sequence.after(Some(number)));
        return format!("one of {} …", listed(next.take(3).map(text)));
    }
    format!("between {} and {}", text(first), text(sequence.last()))
}

/// `1 digit`, `4 digits`, `3 letters A-Z`, `2 characters out of 01XY`.
fn characters(width: usize, alphabet: &Alphabet) -> String {
    let named = |name| Alphabet::named(name).is_some_and(|named| named == *alphabet);
    let s = if width == 1 { "" } else { "s" };
    if named("decimal") {
        format!("{width} digit{s}")
    } else if named("letters") {
        format!("{width} letter{s} A-Z")
    } else if named("alphanumeric") {
        format!("{width} digit{s} or letter{s} A-Z")
    } else if named("hex") {
        format!("{width} digit{s} 0-9A-F")
    } else {
        format!("{width} character{s} out of {alphabet}")
    }
}

/// `one of A, B, C`; a long list is cut: `one of 01, 02, 03, 04, 05, 06 … (34 values)`.
fn one_of(values: &ValueSet) -> String {
    match values.texts() {
        [] => "nothing: its dictionary is empty".to_owned(),
        [only] => only.clone(),
        texts if texts.len() <= LISTED_VALUES => format!("one of {}", listed(texts)),
        texts => format!("one of {} … ({} values)", listed(&texts[..LISTED_VALUES]), texts.len()),
    }
}

fn listed(items: impl IntoIterator<Item = impl ToString>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}
