//! Windows with a check character in it: the code's check digit, which the rest of the code decides
//! on, is mistyped.

use crate::code::check::Row;

use super::count::{Counter, Tally, is_linear};
use super::error::Window;
use super::walk::{Cell, Walk, Ways};
use super::{Count, Role, TypingError};

/// The check characters of a code; the second is 0 where there is one.
type Check = [u8; 2];

impl<N: Count> Counter<'_, '_, N> {
    /// A window with a check character; `None` where it takes too much.
    pub(super) fn checked(&mut self, error: TypingError, first: usize) -> Option<Tally<N>> {
        let span = error.span();
        let met = self.walk.met(first, span);
        let after = || self.walk.in_order().skip(met.end);
        if after().all(|cell| cell.role != Role::Summed) {
            // What is summed is summed before the window's end: the sum then is the code's.
            let rest = after().fold(N::from(1), |rest, cell| rest * N::from(cell.options()));
            let starts = self.before[met.start].iter().map(|&(row, ways)| (row, ways * rest)).collect();
            let walk = &self.walk;
            return Some(
                self.decided(error, first, &starts, |row, window| walk.pass(row, first, span, window)),
            );
        }
        if is_linear(self.checker) && !self.walk.is_uneven() {
            // The order of the summands does not matter: the window comes last.
            let last = Last::new(&self.walk, self.checker.system.states(), first, span);
            let starts = last.starts(&self.walk);
            let walk = &self.walk;
            return Some(self.decided(error, first, &starts, |row, window| last.pass(walk, row, window)));
        }
        self.undecided(error, first)
    }

    /// Where the window is the last to be summed: `pass` gives the sum of the whole code.
    fn decided(
        &self,
        error: TypingError,
        first: usize,
        starts: &Ways<N>,
        pass: impl Fn(Row, Window) -> Option<Row>,
    ) -> Tally<N> {
        let mut tally = Tally { all: N::from(0), missed: N::from(0) };
        for &(row, ways) in starts {
            self.walk.windows(first, error.span(), |open| {
                let sum = |window| pass(row, window).and_then(|row| self.walk.automaton.check(row));
                let Some(check) = sum(open) else { return };
                let window = self.walk.written(first, error.span(), open, check);
                if !error.befalls(window) {
                    return;
                }
                self.walk.mistakes(error, first, window, |wrong| {
                    tally.all += ways;
                    let (open, typed) = self.walk.read(first, error.span(), wrong, check);
                    if sum(open) == Some(typed) {
                        tally.missed += ways;
                    }
                });
            });
        }
        tally
    }

    /// Where places after the window are summed, too: each check digit is tried.
    fn undecided(&mut self, error: TypingError, first: usize) -> Option<Tally<N>> {
        let span = error.span();
        let met = self.walk.met(first, span);
        let mut tally = Tally { all: N::from(0), missed: N::from(0) };
        let sums = self.before[self.before.len() - 1].iter();
        let mut checks: Vec<Check> = sums.filter_map(|(row, _)| self.walk.automaton.check(*row)).collect();
        checks.sort_unstable();
        checks.dedup();
        let (walk, pairs, budget) = (&self.walk, &mut self.pairs, &mut *self.budget);
        pairs.turn_to(walk, &self.before, met.end, budget)?;
        for &(row, ways) in &self.before[met.start] {
            for &check in &checks {
                let mut windows = Vec::new();
                walk.windows(first, span, |open| windows.push(open));
                budget.walk(windows.len())?;
                for open in windows {
                    let window = walk.written(first, span, open, check);
                    if !error.befalls(window) {
                        continue;
                    }
                    let Some(right) = walk.pass(row, first, span, open) else { continue };
                    let rest = ways * pairs.ways_to(walk, [check, check], [right, right], budget)?;
                    if rest == N::from(0) {
                        continue;
                    }
                    let mut mistakes = Vec::new();
                    walk.mistakes(error, first, window, |wrong| mistakes.push(wrong));
                    budget.walk(mistakes.len())?;
                    for wrong in mistakes {
                        tally.all += rest;
                        let (open, typed) = walk.read(first, span, wrong, check);
                        let wrong = walk.pass(row, first, span, open).filter(|_| checks.contains(&typed));
                        if let Some(wrong) = wrong {
                            let pair = [right, wrong];
                            tally.missed += ways * pairs.ways_to(walk, [check, typed], pair, budget)?;
                        }
                    }
                }
            }
        }
        Some(tally)
    }
}

impl Walk<'_> {
    /// The check characters of the window from place `first` on: their place in the window, and
    /// which of the code's they are.
    pub(super) fn checks(&self, first: usize, span: usize) -> impl Iterator<Item = (usize, usize)> {
        self.cells[first..first + span].iter().enumerate().filter_map(|(place, cell)| match cell.role {
            Role::Check(index) => Some((place, index)),
            _ => None,
        })
    }

    /// The window as a code with this check digit shows it.
    pub(super) fn written(&self, first: usize, span: usize, mut window: Window, check: Check) -> Window {
        self.checks(first, span).for_each(|(place, index)| window[place] = check[index]);
        window
    }

    /// A window as it was typed in a code with this check digit: what is summed of it, and the
    /// check digit as it now is.
    pub(super) fn read(
        &self,
        first: usize,
        span: usize,
        mut window: Window,
        mut check: Check,
    ) -> (Window, Check) {
        for (place, index) in self.checks(first, span) {
            check[index] = std::mem::take(&mut window[place]);
        }
        (window, check)
    }
}

/// A window of a linear system, summed after all other places.
struct Last {
    first: usize,
    span: usize,
    states: usize,
    /// By place of the window and byte: what it adds to the sum; `None` where it cannot stand.
    added: Vec<[Option<usize>; 256]>,
}

impl Last {
    fn new(walk: &Walk<'_>, states: usize, first: usize, span: usize) -> Self {
        let sum_with = |summed: Option<(usize, u8)>| {
            let step = |row, (cell, place): (&Cell, usize)| match (cell.role, summed) {
                (Role::Summed, Some((at, column))) if at == place => walk.automaton.step(row, column),
                (Role::Summed, _) => walk.automaton.step(row, 0),
                _ => row,
            };
            let row = walk.in_order().zip(walk.places_in_order()).fold(Row::EMPTY, step);
            walk.automaton.index(row)
        };
        let nothing = sum_with(None);
        let added = (first..first + span).map(|place| {
            let mut added = [None; 256];
            for byte in 0..=u8::MAX {
                let cell = &walk.cells[place];
                added[usize::from(byte)] = cell.column(byte).map(|column| match cell.role {
                    Role::Summed => (sum_with(Some((place, column))) + states - nothing) % states,
                    _ => 0,
                });
            }
            added
        });
        Self { first, span, states, added: added.collect() }
    }

    /// The ways to fill all places outside the window.
    fn starts<N: Count>(&self, walk: &Walk<'_>) -> Ways<N> {
        let window = self.first..self.first + self.span;
        let mut ways = vec![(Row::EMPTY, N::from(1))];
        for (cell, place) in walk.in_order().zip(walk.places_in_order()) {
            if !window.contains(&place) {
                ways = walk.further(&ways, cell);
            } else if cell.role == Role::Summed {
                ways = ways.into_iter().map(|(row, ways)| (walk.automaton.step(row, 0), ways)).collect();
            }
        }
        ways
    }

    /// The sum of a code with this window.
    fn pass(&self, walk: &Walk<'_>, row: Row, window: Window) -> Option<Row> {
        let add = |sum, (added, byte): (&[Option<usize>; 256], u8)| Some(sum + added[usize::from(byte)]?);
        let by = self.added.iter().zip(window).try_fold(0, add)?;
        Some(walk.automaton.turned(row, by, self.states))
    }
}
