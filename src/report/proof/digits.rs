//! The digits of a sequence one by one: which beginnings lead to a number that it takes.

use crate::code::Sequence;

/// A sequence, digit by digit.
pub(super) struct Digits<'b> {
    sequence: &'b Sequence,
    /// Its first and last number as printed.
    first: String,
    last: String,
}

impl<'b> Digits<'b> {
    pub(super) fn of(sequence: &'b Sequence) -> Self {
        let printed = |number| {
            let mut text = String::new();
            sequence.print(number, &mut text);
            text
        };
        Self { sequence, first: printed(sequence.start), last: printed(sequence.last()) }
    }

    pub(super) fn width(&self) -> usize {
        self.sequence.width
    }

    pub(super) fn symbols(&self) -> &'b [u8] {
        self.sequence.alphabet.symbols()
    }

    pub(super) fn sequence(&self) -> &'b Sequence {
        self.sequence
    }

    /// The number of all its digits, if the sequence takes it.
    pub(super) fn number(&self, digits: &[u8]) -> Option<u64> {
        self.sequence.number(digits).filter(|number| self.sequence.takes(*number))
    }

    /// Whether some number begins so.
    pub(super) fn begins(&self, digits: &[u8]) -> bool {
        let symbols = self.symbols();
        let filled = |filler: u8| {
            let mut text = digits.to_vec();
            text.resize(self.width(), filler);
            self.sequence.number(&text)
        };
        let (Some(lowest), Some(highest)) = (filled(symbols[0]), filled(symbols[symbols.len() - 1])) else {
            return false;
        };
        let from = lowest.checked_sub(1);
        self.sequence.after(from).is_some_and(|number| number <= highest)
    }

    /// Beginnings of one class and length go on alike: both at the first number or not, both at the last or not, and with the same
    /// remainder by the step.
    pub(super) fn class(&self, digits: &[u8]) -> u64 {
        let at = |bound: &str| u64::from(bound.as_bytes().starts_with(digits));
        let rest = self.sequence.number(digits).unwrap_or_default() % self.sequence.step();
        rest << 2 | at(&self.first) << 1 | at(&self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Alphabet;

    #[test]
    fn beginnings_lead_to_numbers_or_nowhere() {
        let alphabet = Alphabet::named("decimal").expect("known");
        let sequence =
            Sequence { width: 3, alphabet, start: 7, step: 10, max: 250, skip_digits: b"4".to_vec() };
        let digits = Digits::of(&sequence);
        for (begin, leads) in [
            ("", true),
            ("0", true),
            ("00", true),
            ("007", true),
            ("008", false),
            ("04", false),
            ("25", false),
            ("3", false),
        ] {
            assert_eq!(digits.begins(begin.as_bytes()), leads, "{begin}");
        }
        assert_eq!((digits.number(b"017"), digits.number(b"018")), (Some(17), None));
        assert_eq!(digits.class(b"01"), digits.class(b"11"), "both between the bounds, both leave 1");
        assert_ne!(digits.class(b"00"), digits.class(b"10"), "one is where the first number is");
    }
}
