//! Whether the digits of a fixed layout are a number of the sequence. Forbidden digits are not looked at: the cells
//! have no column for them.

use crate::code::pattern::Sequence;

/// A sequence with its bounds worked out.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    values: [u8; 256],
    base: u64,
    start: u64,
    last: u64,
    step: u64,
}

impl Numbers {
    pub(super) fn new(sequence: &Sequence) -> Self {
        let mut values = [0; 256];
        for &digit in sequence.alphabet.symbols() {
            values[usize::from(digit)] = sequence.alphabet.value(digit).unwrap_or(0);
        }
        Self {
            values,
            base: sequence.base(),
            start: sequence.start,
            last: sequence.last(),
            step: sequence.step(),
        }
    }

    /// Whether the sequence has the number of `text`, which must consist of its digits.
    #[inline]
    pub(super) fn contains(&self, text: &[u8]) -> bool {
        let number = text.iter().try_fold(0u64, |number, &digit| {
            number.checked_mul(self.base)?.checked_add(self.values[usize::from(digit)].into())
        });
        number.is_some_and(|number| {
            self.start <= number
                && number <= self.last
                && (self.step == 1 || (number - self.start).is_multiple_of(self.step))
        })
    }
}
