//! Sequence numbers: which numbers a sequence takes, and how they are written.

use crate::code::Alphabet;

/// The shape of a sequence number and the numbers it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// Printed characters, 1 to 18.
    pub width: usize,
    /// Digits in value order.
    pub alphabet: Alphabet,
    /// First number.
    pub start: u64,
    /// Distance of two numbers; 0 counts as 1.
    pub step: u64,
    /// Last number: the rule's `max` or what the width holds.
    pub max: u64,
    /// Digits that a printed number must not contain; with such, steps up to
    /// [`Sequence::LONGEST_STEP`] are possible.
    pub skip_digits: Vec<u8>,
}

impl Sequence {
    /// Most printed characters of a number.
    pub const WIDEST: usize = 18;

    /// Longest step of a sequence with forbidden digits: the remainders of the step are gone
    /// through.
    pub const LONGEST_STEP: u64 = 1000;

    /// One more character than now, where a ledger can hold a number that needs it.
    pub fn wider(&self) -> Option<usize> {
        let width = u32::try_from(self.width).ok()?;
        let holds = self.base().checked_pow(width).is_some_and(|first| i64::try_from(first).is_ok());
        (holds && self.width < Self::WIDEST).then_some(self.width + 1)
    }

    /// The first number behind `last` (`None` = the start) on the grid of start and step, whether
    /// it can be taken or not. Rules that changed may have left `last` between two numbers of the
    /// grid.
    pub fn following(&self, last: Option<u64>) -> u64 {
        let next =
            last.map_or(Some(self.start), |last| last.checked_add(1).and_then(|next| self.on_grid(next)));
        next.unwrap_or(u64::MAX)
    }

    /// Whether `number` is one of the sequence's.
    pub fn takes(&self, number: u64) -> bool {
        (self.start..=self.last()).contains(&number)
            && self.on_grid(number) == Some(number)
            && !self.has_forbidden(number)
    }

    /// The number that `text` shows; `None` for other characters than digits or more than 64 bits.
    pub fn number(&self, text: &[u8]) -> Option<u64> {
        let mut digits = text.iter().map(|&digit| self.alphabet.value(digit).map(usize::from));
        digits.try_fold(0, |number, digit| self.append(number, digit?))
    }

    /// Appends `number` in the sequence's width (wider if it does not fit).
    pub fn print(&self, number: u64, out: &mut String) {
        for value in self.digits(number) {
            out.push(char::from(self.alphabet.symbols()[value]));
        }
    }

    /// The largest number: `max`, or what the width holds if that is less.
    pub fn last(&self) -> u64 {
        let width = u32::try_from(self.width).unwrap_or(u32::MAX);
        self.base().checked_pow(width).map_or(self.max, |capacity| self.max.min(capacity - 1))
    }

    /// Numbers from `first` to `last`, both of them on the grid; forbidden digits are not looked
    /// at.
    pub fn count(&self, first: u64, last: u64) -> u64 {
        last.checked_sub(first).map_or(0, |span| (span / self.step()).saturating_add(1))
    }

    /// The first and the last number of the grid of start and step between two numbers; forbidden
    /// digits are not looked at.
    pub fn grid(&self, first: u64, last: u64) -> Option<(u64, u64)> {
        let lowest = self.on_grid(first)?;
        let highest = last - last.checked_sub(self.start)? % self.step();
        (lowest <= highest).then_some((lowest, highest))
    }

    pub(super) fn base(&self) -> u64 {
        u64::try_from(self.alphabet.size()).expect("an alphabet has at most 94 symbols")
    }

    /// Distance of two numbers, at least 1.
    pub fn step(&self) -> u64 {
        self.step.max(1)
    }

    /// The first number from `number` on that lies on the grid of start and step.
    pub(super) fn on_grid(&self, number: u64) -> Option<u64> {
        let steps = number.saturating_sub(self.start).div_ceil(self.step());
        self.start.checked_add(steps.checked_mul(self.step())?)
    }

    /// Digit values, most significant first, at least `width` of them.
    pub(super) fn digits(&self, number: u64) -> Vec<usize> {
        let mut digits = Vec::with_capacity(self.width);
        let mut rest = number;
        while rest > 0 || digits.len() < self.width {
            digits.push(usize::try_from(rest % self.base()).expect("a digit is below 94"));
            rest /= self.base();
        }
        digits.reverse();
        digits
    }

    /// The number of digit values; `None` beyond 64 bits.
    pub(super) fn value(&self, digits: impl IntoIterator<Item = usize>) -> Option<u64> {
        digits.into_iter().try_fold(0, |number, digit| self.append(number, digit))
    }

    fn append(&self, number: u64, digit: usize) -> Option<u64> {
        number.checked_mul(self.base())?.checked_add(u64::try_from(digit).ok()?)
    }

    pub(super) fn is_forbidden(&self, digit: usize) -> bool {
        self.skip_digits.contains(&self.alphabet.symbols()[digit])
    }

    pub(super) fn has_forbidden(&self, number: u64) -> bool {
        !self.skip_digits.is_empty() && self.digits(number).into_iter().any(|digit| self.is_forbidden(digit))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(width: usize, start: u64, step: u64, skip: &str) -> Sequence {
        let alphabet = Alphabet::named("decimal").expect("known");
        Sequence { width, alphabet, start, step, max: u64::MAX, skip_digits: skip.as_bytes().to_vec() }
    }

    #[test]
    fn numbers_are_counted_on_their_grid() {
        let tens = Sequence { max: 95, ..decimal(2, 5, 10, "") };
        assert_eq!((tens.capacity(), tens.count(15, 35), tens.count(35, 15)), (10, 3, 0));
        assert_eq!((tens.following(None), tens.following(Some(5))), (5, 15));
        assert_eq!((tens.following(Some(1)), tens.following(Some(6)), tens.following(Some(14))), (5, 15, 15));
        let all = decimal(18, 0, 0, "");
        assert_eq!((all.capacity(), all.following(Some(u64::MAX))), (10_u64.pow(18), u64::MAX));
    }

    #[test]
    fn the_grid_between_two_numbers_has_a_first_and_a_last() {
        let tens = decimal(3, 5, 10, "");
        assert_eq!(tens.grid(0, 99), Some((5, 95)));
        assert_eq!(tens.grid(15, 15), Some((15, 15)));
        assert_eq!(tens.grid(16, 24), None);
        assert_eq!(tens.grid(0, 4), None);
    }

    #[test]
    fn numbers_follow_each_other() {
        let plain = decimal(4, 1, 1, "");
        assert_eq!(plain.after(None), Some(1));
        assert_eq!(plain.after(Some(1)), Some(2));
        assert_eq!(plain.after(Some(9999)), None);
        assert_eq!(plain.after(Some(u64::MAX)), None);
        let tens = decimal(3, 5, 10, "");
        assert_eq!(tens.after(Some(5)), Some(15));
        assert_eq!(tens.after(Some(7)), Some(15), "a number from outside is off the grid");
        assert_eq!(tens.after(Some(2)), Some(5));
        assert_eq!(tens.after(Some(990)), Some(995));
        assert_eq!(tens.after(Some(995)), None);
        assert_eq!(Sequence { max: 90, ..decimal(4, 1, 1, "") }.after(Some(90)), None);
    }

    #[test]
    fn forbidden_digits_are_jumped_over() {
        let no_four = decimal(6, 1, 1, "4");
        assert_eq!(no_four.after(Some(3)), Some(5));
        assert_eq!(no_four.after(Some(399)), Some(500));
        assert_eq!(no_four.after(Some(399_999)), Some(500_000));
        let no_nine = decimal(3, 1, 1, "9");
        assert_eq!(no_nine.after(Some(18)), Some(20));
        assert_eq!(no_nine.after(Some(888)), None);
        let no_zero = decimal(3, 1, 1, "0");
        assert_eq!(no_zero.after(None), Some(111), "leading zeros are digits, too");
        assert_eq!(decimal(3, 1, 1, "0123456789").after(None), None);
        let long = decimal(18, 1, 1, "4");
        assert_eq!(long.after(Some(399_999_999_999_999_999)), Some(500_000_000_000_000_000));
    }

    #[test]
    fn a_step_that_never_leaves_the_forbidden_digits_ends_at_once() {
        assert_eq!(decimal(18, 4, 10, "4").after(None), None);
        assert_eq!(decimal(18, 2, 4, "02468").after(None), None);
        assert_eq!(decimal(18, 13, 100, "1").after(None), None);
        assert_eq!(decimal(18, 1, 3, "124578").after(None), None, "0, 3, 6 and 9 make multiples of 3 only");
        assert_eq!(decimal(18, 1, 1001, "1").after(None), None, "the step is too long to look ahead");
    }

    proptest! {
        #[test]
        fn after_agrees_with_counting(
            symbols in prop::sample::select(vec!["01", "0123456789", "ZYX", "0123456789ABCDEF"]),
            width in 1usize..4, start in 0u64..30, step in 1u64..25, max in 0u64..5000,
            skip in prop::sample::subsequence(b"0123459ZX".to_vec(), 0..4),
            last in prop::option::of(0u64..5000),
        ) {
            let alphabet = Alphabet::new(symbols).expect("symbols");
            let sequence = Sequence { width, alphabet, start, step, max, skip_digits: skip };
            let naive = (last.map_or(0, |last| last + 1)..=max).find(|&number| {
                let mut text = String::new();
                sequence.print(number, &mut text);
                number >= start
                    && (number - start) % step == 0
                    && text.len() == width
                    && text.bytes().all(|digit| !sequence.skip_digits.contains(&digit))
            });
            prop_assert_eq!(sequence.after(last), naive);
            prop_assert!(naive.is_none_or(|number| sequence.takes(number)));
            let until = last.unwrap_or(4999);
            let counted = (0..=until).filter(|&number| sequence.takes(number)).count();
            prop_assert_eq!(sequence.numbers(until), counted as u64);
        }

        #[test]
        fn a_number_is_read_as_it_was_printed(number: u64, width in 1usize..19) {
            let mut text = String::new();
            let sequence = decimal(width, 0, 1, "");
            sequence.print(number, &mut text);
            prop_assert!(text.len() >= width);
            prop_assert_eq!(sequence.number(text.as_bytes()), Some(number));
        }
    }
}
