//! The digits of a sequence one by one: which beginnings lead to a number that it takes.

use crate::code::Sequence;

/// Digits that are tried before two numbers that look alike are given up.
const MISREAD_TRIES: usize = 10_000;

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

    /// Two numbers that differ in these digits at `place` and in no other; the least of them.
    pub(super) fn misread(&self, place: usize, (a, b): (u8, u8)) -> Option<(String, String)> {
        let value = |digit| self.sequence.alphabet.value(digit).map(u64::from);
        let (base, step) = (self.symbols().len() as u64, self.sequence.step());
        let weight = (place + 1..self.width()).fold(1 % step, |weight, _| weight * base % step);
        // Only numbers that lie whole steps apart are both on the grid.
        if value(a)?.abs_diff(value(b)?) * weight % step != 0 {
            return None;
        }
        let (mut one, mut other) = (Vec::new(), Vec::new());
        let mut tries = MISREAD_TRIES;
        self.pair(&mut one, &mut other, (place, a, b), &mut tries).then_some(())?;
        Some((String::from_utf8(one).ok()?, String::from_utf8(other).ok()?))
    }

    /// Completes two numbers digit by digit; whether there are such.
    fn pair(
        &self,
        one: &mut Vec<u8>,
        other: &mut Vec<u8>,
        differ: (usize, u8, u8),
        tries: &mut usize,
    ) -> bool {
        if one.len() == self.width() {
            return true;
        }
        for digit in self.symbols() {
            let (a, b) = if one.len() == differ.0 { (differ.1, differ.2) } else { (*digit, *digit) };
            let Some(left) = tries.checked_sub(1) else { return false };
            *tries = left;
            one.push(a);
            other.push(b);
            if self.begins(one) && self.begins(other) && self.pair(one, other, differ, tries) {
                return true;
            }
            one.pop();
            other.pop();
            if one.len() == differ.0 {
                break;
            }
        }
        false
    }

    /// Beginnings of one class and length go on alike: both at the first number or not, both at the
    /// last or not, and with the same remainder by the step.
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
    fn numbers_are_misread_within_the_sequence() {
        let alphabet = Alphabet::named("alphanumeric").expect("known");
        let sequence = Sequence { width: 2, alphabet, start: 1, step: 1, max: 99, skip_digits: Vec::new() };
        let misread = |sequence: &Sequence, place, pair| Digits::of(sequence).misread(place, pair);
        let both = |one: &str, other: &str| Some((one.to_owned(), other.to_owned()));
        assert_eq!(misread(&sequence, 1, (b'0', b'O')), both("10", "1O"), "00 is no number of the sequence");
        assert_eq!(misread(&sequence, 0, (b'0', b'O')), None, "O0 is above 99");
        // 0 and O lie 24 apart.
        let fives = Sequence { step: 5, ..sequence.clone() };
        assert_eq!(misread(&fives, 1, (b'0', b'O')), None);
        let eights = Sequence { step: 8, ..sequence };
        assert_eq!(misread(&eights, 1, (b'1', b'I')), None);
        assert_eq!(misread(&eights, 1, (b'0', b'O')), None, "1, 9, 17 …: none of them ends in 0");
    }

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
