//! The next number of a sequence without forbidden digits, found digit by digit: counting could go on for ever, as from 1 in
//! steps of 3 to a number that has no digits but 0, 3, 6 and 9.

use super::Sequence;

/// Numbers of a sequence without its forbidden digits.
pub(super) struct Allowed<'s> {
    sequence: &'s Sequence,
    step: usize,
    base: usize,
    /// Digit values that are not forbidden, ascending.
    digits: Vec<usize>,
    /// For each count of digits up to the width, and each remainder by the step: whether so many allowed digits leave it.
    endings: Vec<Vec<bool>>,
    /// The value of a 1 before so many digits, by the step.
    powers: Vec<usize>,
}

impl<'s> Allowed<'s> {
    /// `None` for a step beyond [`Sequence::LONGEST_STEP`].
    pub(super) fn of(sequence: &'s Sequence) -> Option<Self> {
        let step =
            usize::try_from(sequence.step()).ok().filter(|_| sequence.step() <= Sequence::LONGEST_STEP)?;
        let base = sequence.alphabet.size();
        let digits: Vec<usize> = (0..base).filter(|&digit| !sequence.is_forbidden(digit)).collect();
        let (mut endings, mut powers) =
            (Vec::with_capacity(sequence.width), Vec::with_capacity(sequence.width));
        let (mut ending, mut power) = (vec![false; step], 1 % step);
        ending[0] = true;
        for _ in 0..sequence.width {
            let mut longer = vec![false; step];
            for rest in (0..step).filter(|&rest| ending[rest]) {
                for digit in &digits {
                    longer[(digit * power + rest) % step] = true;
                }
            }
            endings.push(std::mem::replace(&mut ending, longer));
            powers.push(power);
            power = power * base % step;
        }
        Some(Self { sequence, step, base, digits, endings, powers })
    }

    /// The first number behind `number` that lies on the grid of start and step; `None` when the width holds none.
    pub(super) fn after(&self, number: u64) -> Option<u64> {
        let digits = self.sequence.digits(number);
        let kept = digits.iter().take_while(|digit| self.digits.contains(digit)).count();
        // As many digits as possible stay as they are; the one behind them is raised.
        (0..=kept.min(digits.len() - 1)).rev().find_map(|place| {
            let raised = self.digits.iter().filter(|digit| **digit > digits[place]);
            raised.map(|digit| [&digits[..place], &[*digit]].concat()).find_map(|begin| self.least(begin))
        })
    }

    /// The least number that begins so.
    fn least(&self, mut digits: Vec<usize>) -> Option<u64> {
        let before = |rest: usize, digit: &usize| (rest * self.base + digit) % self.step;
        let mut rest = digits.iter().fold(0, before);
        if !self.leads(rest, self.sequence.width.checked_sub(digits.len())?) {
            return None;
        }
        while digits.len() < self.sequence.width {
            let left = self.sequence.width - digits.len() - 1;
            let next = *self.digits.iter().find(|digit| self.leads(before(rest, digit), left))?;
            rest = before(rest, &next);
            digits.push(next);
        }
        self.sequence.value(digits)
    }

    /// Whether digits that leave `rest` can be followed by `left` more, so that the number lies on the grid.
    fn leads(&self, rest: usize, left: usize) -> bool {
        let wanted = usize::try_from(self.sequence.start % self.sequence.step()).expect("below the step");
        self.endings[left][(wanted + self.step - rest * self.powers[left] % self.step) % self.step]
    }
}
