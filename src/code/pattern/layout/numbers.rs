//! Whether the digits of a fixed layout are a number of the sequence. Forbidden digits are not
//! looked at: the byte tables have no column for them.

use std::cmp::Ordering;

use crate::code::pattern::Sequence;

/// A sequence with its bounds worked out. Numbers of one width compare as their digits do, from the
/// left, which mostly takes one digit.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    /// The value of each digit.
    values: [u8; 256],
    /// Digit values of the first number.
    first: Box<[u8]>,
    /// Digit values of the last number; `None` where every digit has its highest value.
    last: Option<Box<[u8]>>,
    /// Where only some numbers between count.
    grid: Option<Sequence>,
}

impl Numbers {
    pub(super) fn new(sequence: &Sequence) -> Self {
        let mut values = [0; 256];
        for (value, &digit) in (0..).zip(sequence.alphabet.symbols()) {
            values[usize::from(digit)] = value;
        }
        let digits = |number| -> Box<[u8]> {
            let mut text = String::new();
            sequence.print(number, &mut text);
            text.bytes().map(|digit| values[usize::from(digit)]).collect()
        };
        // Every digit is below the marker of a first number that is wider than what is printed.
        let first = Some(digits(sequence.start)).filter(|digits| digits.len() == sequence.width);
        let last = digits(sequence.last());
        let is_highest = last.iter().all(|&value| usize::from(value) + 1 == sequence.alphabet.size());
        Self {
            first: first.unwrap_or_else(|| [u8::MAX].into()),
            last: (!is_highest).then_some(last),
            grid: (sequence.step > 1).then(|| sequence.clone()),
            values,
        }
    }

    /// Whether the sequence has the number of `text`, which must consist of as many of its digits
    /// as it prints.
    #[inline]
    pub(super) fn contains(&self, text: &[u8]) -> bool {
        let compared_to = |bound: &[u8]| {
            text.iter().map(|&digit| self.values[usize::from(digit)]).cmp(bound.iter().copied())
        };
        compared_to(&self.first) != Ordering::Less
            && self.last.as_deref().is_none_or(|last| compared_to(last) != Ordering::Greater)
            && self
                .grid
                .as_ref()
                .is_none_or(|sequence| sequence.number(text).is_some_and(|number| sequence.takes(number)))
    }
}
