//! The printed numbers of a sequence as an automaton: from start to max, on the grid of step,
//! without forbidden digits.

use super::trie::{Bytes, Case, each, only};
use crate::code::Sequence;

/// A wider step is not followed digit by digit: its automaton takes the numbers between as well.
pub(super) const WIDEST_STEP: u64 = 1000;

/// A state packs the position, whether the digits so far are those of the first or the last number,
/// and the remainder.
#[derive(Debug)]
pub(super) struct Numbers {
    pub(super) width: usize,
    base: u64,
    /// By upper-cased byte: its value.
    values: [Option<u8>; 128],
    /// Digits that may be printed.
    digits: Bytes,
    first: Vec<u8>,
    last: Vec<u8>,
    step: u64,
    remainder: u64,
}

struct State {
    position: usize,
    at_first: bool,
    at_last: bool,
    remainder: u64,
}

impl State {
    fn unpack(state: u32) -> Self {
        Self {
            position: (state & 31) as usize,
            at_first: state & 32 != 0,
            at_last: state & 64 != 0,
            remainder: u64::from(state >> 7),
        }
    }

    fn pack(&self) -> u32 {
        let flags = u64::from(self.at_first) << 5 | u64::from(self.at_last) << 6;
        // Position below 32 and remainder below 1000: it fits.
        u32::try_from(self.position as u64 | flags | self.remainder << 7).unwrap_or(u32::MAX)
    }
}

impl Numbers {
    pub(super) fn new(sequence: &Sequence, case: Case) -> Self {
        let symbols = sequence.alphabet.symbols();
        let base = symbols.len() as u64;
        let mut values = [None; 128];
        let mut digits = 0;
        for (value, symbol) in (0..).zip(symbols) {
            let upper = case.of(*symbol);
            values[usize::from(upper & 0x7f)] = Some(value);
            if !sequence.skip_digits.contains(symbol) {
                digits |= only(upper);
            }
        }
        let step = if sequence.step <= WIDEST_STEP { sequence.step.max(1) } else { 1 };
        let spell = |number| digits_of(number, base, sequence.width);
        let (first, last) = (spell(sequence.start), spell(sequence.last()));
        Self {
            width: sequence.width,
            base,
            values,
            digits,
            first,
            last,
            step,
            remainder: sequence.start % step,
        }
    }

    pub(super) fn start() -> u32 {
        State { position: 0, at_first: true, at_last: true, remainder: 0 }.pack()
    }

    pub(super) fn bytes(&self, state: u32) -> Bytes {
        each(self.digits)
            .filter(|byte| self.step(state, *byte).is_some())
            .fold(0, |set, byte| set | only(byte))
    }

    pub(super) fn step(&self, state: u32, byte: u8) -> Option<u32> {
        let state = State::unpack(state);
        if state.position >= self.width || self.digits & only(byte) == 0 {
            return None;
        }
        let value = self.values[usize::from(byte & 0x7f)]?;
        let (low, high) = (self.first[state.position], self.last[state.position]);
        if (state.at_first && value < low) || (state.at_last && value > high) {
            return None;
        }
        let remainder = (state.remainder * self.base + u64::from(value)) % self.step;
        if state.position + 1 == self.width && remainder != self.remainder {
            return None;
        }
        let next = State {
            position: state.position + 1,
            at_first: state.at_first && value == low,
            at_last: state.at_last && value == high,
            remainder,
        };
        Some(next.pack())
    }

    pub(super) fn ends(&self, state: u32) -> bool {
        State::unpack(state).position == self.width
    }

    /// By position: the digits that may stand there.
    pub(super) fn columns(&self) -> Vec<Bytes> {
        vec![self.digits; self.width]
    }

    /// The number printed as these upper-cased digits.
    pub(super) fn number(&self, digits: &[u8]) -> Option<u64> {
        digits.iter().try_fold(0_u64, |number, byte| {
            let value = self.values[usize::from(byte & 0x7f)]?;
            number.checked_mul(self.base)?.checked_add(value.into())
        })
    }
}

/// The digit values of `number`, highest first.
fn digits_of(mut number: u64, base: u64, width: usize) -> Vec<u8> {
    let mut digits = vec![0; width];
    for digit in digits.iter_mut().rev() {
        // A base is at most 94.
        *digit = u8::try_from(number % base).unwrap_or(0);
        number /= base;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Alphabet;

    fn sequence(start: u64, step: u64, max: u64, skip: &str) -> Sequence {
        let alphabet = Alphabet::new("0123456789").expect("digits");
        Sequence { width: 3, alphabet, start, step, max, skip_digits: skip.into() }
    }

    fn words(numbers: &Numbers) -> Vec<u64> {
        let takes = |number: &u64| {
            let text = format!("{number:03}");
            let end = text.bytes().try_fold(Numbers::start(), |state, byte| numbers.step(state, byte));
            end.is_some_and(|state| numbers.ends(state))
        };
        (0..1000).filter(takes).collect()
    }

    #[test]
    fn takes_exactly_the_numbers_of_the_sequence() {
        for (start, step, max, skip) in
            [(1, 1, 999, ""), (17, 3, 205, ""), (0, 1, 0, ""), (1, 1, 60, "4"), (998, 7, 999, "")]
        {
            let sequence = sequence(start, step, max, skip);
            let mut expected = Vec::new();
            while let Some(next) = sequence.after(expected.last().copied()) {
                expected.push(next);
            }
            assert_eq!(
                words(&Numbers::new(&sequence, Case::Folded)),
                expected,
                "{start} {step} {max} {skip}"
            );
        }
    }
}
