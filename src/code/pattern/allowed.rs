//! The next number of a sequence without forbidden digits, found digit by digit: counting could go
//! on for ever, as from 1 in steps of 3 to a number that has no digits but 0, 3, 6 and 9.

use super::sequence::Sequence;

impl Sequence {
    /// The first number after `last` (`None` = from the start) that the sequence can take, whatever
    /// its check digit; numbers with a forbidden digit are jumped over without counting through
    /// them. `None` when exhausted.
    pub fn after(&self, last: Option<u64>) -> Option<u64> {
        let number = match last {
            Some(last) => self.on_grid(last.checked_add(1)?)?,
            None => self.start,
        };
        if number > self.last() {
            return None;
        }
        let number = if self.has_forbidden(number) { Allowed::of(self)?.after(number)? } else { number };
        (number <= self.last()).then_some(number)
    }

    /// How many numbers the sequence takes in all, each check digit taken for granted.
    pub fn capacity(&self) -> u64 {
        self.numbers(self.last())
    }

    /// How many numbers the sequence takes up to `last`: those with a forbidden digit left out,
    /// each check digit taken for granted.
    pub fn numbers(&self, last: u64) -> u64 {
        let last = last.min(self.last());
        if last < self.start {
            return 0;
        }
        if self.skip_digits.is_empty() {
            return self.grid(self.start, last).map_or(0, |(first, last)| self.count(first, last));
        }
        Allowed::of(self).map_or(0, |allowed| allowed.count(last))
    }
}

/// Numbers of a sequence without its forbidden digits.
struct Allowed<'s> {
    sequence: &'s Sequence,
    step: usize,
    base: usize,
    /// Digit values that are not forbidden, ascending.
    digits: Vec<usize>,
    /// For each count of digits up to the width, and each remainder by the step: whether so many
    /// allowed digits leave it.
    endings: Vec<Vec<bool>>,
    /// The value of a 1 before so many digits, by the step.
    powers: Vec<usize>,
}

impl<'s> Allowed<'s> {
    /// `None` for a step beyond [`Sequence::LONGEST_STEP`].
    fn of(sequence: &'s Sequence) -> Option<Self> {
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

    /// The first number behind `number` that lies on the grid of start and step; `None` when the
    /// width holds none.
    fn after(&self, number: u64) -> Option<u64> {
        let digits = self.sequence.digits(number);
        let kept = digits.iter().take_while(|digit| self.digits.contains(digit)).count();
        // As many digits as possible stay as they are; the one behind them is raised.
        (0..=kept.min(digits.len() - 1)).rev().find_map(|place| {
            let raised = self.digits.iter().filter(|digit| **digit > digits[place]);
            raised.map(|digit| [&digits[..place], &[*digit]].concat()).find_map(|begin| self.least(begin))
        })
    }

    /// How many numbers there are up to `number`, both of start and `number` included.
    fn count(&self, number: u64) -> u64 {
        let ways = self.ways();
        let below = self.sequence.start.checked_sub(1).map_or(0, |below| self.up_to(below, &ways));
        self.up_to(number, &ways).saturating_sub(below)
    }

    /// For each count of digits up to the width, and each remainder by the step: how many such
    /// texts leave it.
    fn ways(&self) -> Vec<Vec<u64>> {
        let mut ways = vec![vec![0_u64; self.step]];
        ways[0][0] = 1;
        for (length, power) in self.powers.iter().enumerate() {
            let mut longer = vec![0_u64; self.step];
            for (rest, count) in ways[length].iter().enumerate().filter(|(_, count)| **count > 0) {
                for digit in &self.digits {
                    let left = &mut longer[(digit * power + rest) % self.step];
                    *left = left.saturating_add(*count);
                }
            }
            ways.push(longer);
        }
        ways
    }

    /// Numbers on the grid from 0 to `number`, wherever the sequence starts.
    fn up_to(&self, number: u64, ways: &[Vec<u64>]) -> u64 {
        let digits = self.sequence.digits(number);
        let (mut count, mut rest) = (0_u64, 0);
        for (place, own) in digits.iter().enumerate() {
            let left = digits.len() - place - 1;
            for digit in self.digits.iter().filter(|digit| *digit < own) {
                count = count
                    .saturating_add(ways[left][self.wanted((rest * self.base + digit) % self.step, left)]);
            }
            if !self.digits.contains(own) {
                return count;
            }
            rest = (rest * self.base + own) % self.step;
        }
        count + u64::from(self.wanted(rest, 0) == 0)
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

    /// Whether digits that leave `rest` can be followed by `left` more, so that the number lies on
    /// the grid.
    fn leads(&self, rest: usize, left: usize) -> bool {
        self.endings[left][self.wanted(rest, left)]
    }

    /// What `left` more digits have to leave behind digits that leave `rest`.
    fn wanted(&self, rest: usize, left: usize) -> usize {
        let grid = usize::try_from(self.sequence.start % self.sequence.step()).expect("below the step");
        let power = self.powers.get(left).copied().unwrap_or_default();
        (grid + self.step - rest * power % self.step) % self.step
    }
}
