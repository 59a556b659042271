//! What one count may cost. Time and memory are charged before they are used, so that a pattern
//! that would take too much is given up instead of taking it.

/// Steps and numbers that a count may still use.
#[derive(Debug)]
pub(super) struct Budget {
    steps: usize,
    numbers: usize,
}

/// Steps of the walks: some tenths of a second.
const STEPS: usize = 100_000_000;
/// Numbers of up to sixteen bytes that are held at once: 64 MiB.
const NUMBERS: usize = 4 << 20;

impl Budget {
    pub(super) fn new() -> Self {
        Self { steps: STEPS, numbers: NUMBERS }
    }

    /// Charges steps; `None` where the budget ends.
    pub(super) fn walk(&mut self, steps: usize) -> Option<()> {
        self.steps = self.steps.checked_sub(steps)?;
        Some(())
    }

    /// Charges numbers that are about to be held; `None` where the budget ends.
    pub(super) fn hold(&mut self, numbers: usize) -> Option<()> {
        self.numbers = self.numbers.checked_sub(numbers)?;
        Some(())
    }

    /// Gives back all numbers: nothing of what was counted so far is held any more.
    pub(super) fn release_all(&mut self) {
        self.numbers = NUMBERS;
    }
}
