//! Counting over all codes and all errors.

use std::collections::HashMap;

use crate::code::Checker;
use crate::code::check::Row;
use crate::code::check::system::System;

use super::budget::Budget;
use super::error::Window;
use super::number::Count;
use super::pairs::Pairs;
use super::walk::{Walk, Ways};
use super::{Place, Role, TypingError};

/// Pairs of a code and an error that befalls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally<N> {
    /// All of them.
    pub all: N,
    /// Those that give another valid code: nobody notices.
    pub missed: N,
}

/// Counts every code that `places` allow with every error, in the order of [`TypingError::ALL`].
///
/// Codes are all combinations of the legal characters that have a check digit. `None` where that
/// would take too much time or memory: check characters before the end of codes whose sum varies in
/// length, or large sums.
pub fn count<N: Count>(checker: &Checker, places: &[Place]) -> Option<[Tally<N>; 7]> {
    count_within(checker, places, &mut Budget::new())
}

/// The same within a budget for several shapes of one code.
pub(super) fn count_within<N: Count>(
    checker: &Checker,
    places: &[Place],
    budget: &mut Budget,
) -> Option<[Tally<N>; 7]> {
    budget.release_all();
    let mut counter = Counter::<N>::new(checker, places, budget)?;
    let mut tallies = [Tally { all: N::from(0), missed: N::from(0) }; 7];
    let mut windows: Vec<(usize, usize)> = Vec::new();
    for (kind, error) in TypingError::ALL.into_iter().enumerate() {
        windows.extend((0..(places.len() + 1).saturating_sub(error.span())).map(|first| (kind, first)));
    }
    // Windows that end at one place share tables.
    windows.sort_by_key(|&(kind, first)| counter.walk.met(first, TypingError::ALL[kind].span()).end);
    for (kind, first) in windows {
        let error = TypingError::ALL[kind];
        let in_window = |place: &Place| matches!(place.role, Role::Check(_));
        let added = if places[first..first + error.span()].iter().any(in_window) {
            counter.checked(error, first)?
        } else {
            counter.plain(error, first)
        };
        tallies[kind].all += added.all;
        tallies[kind].missed += added.missed;
    }
    Some(tallies)
}

/// One count in progress.
pub(super) struct Counter<'c, 'b, N> {
    pub(super) budget: &'b mut Budget,
    pub(super) checker: &'c Checker,
    pub(super) walk: Walk<'c>,
    /// For each number of places met: the ways to the rows before the next.
    pub(super) before: Vec<Ways<N>>,
    /// For each number of places met: the ways from there on to two rows with the same check digit.
    rest: Rest<N>,
    /// Rows of one phase differ by what is summed and by nothing else, and every one has a check
    /// digit: one row stands for all.
    uniform: bool,
    pub(super) pairs: Pairs<N>,
    /// What an error does to a window of these classes from a row on, once counted.
    known: HashMap<(TypingError, [usize; 3], Row), (u32, u32)>,
}

/// The ways to fill the places after a window, so that both the code and what became of it are
/// valid.
enum Rest<N> {
    /// Two rows never meet again, and every row has a check digit: the same number for all.
    Same(Vec<N>),
    /// Two rows never meet again: by row.
    ByRow(Vec<Vec<N>>),
    /// By pair of rows: [`Pairs`] knows.
    ByPair,
}

impl<'c, 'b, N: Count> Counter<'c, 'b, N> {
    fn new(checker: &'c Checker, places: &[Place], budget: &'b mut Budget) -> Option<Self> {
        let walk = Walk::new(checker, places);
        let before = walk.ways_within::<N>(budget)?;
        let apart = !walk.is_uneven() && (!checker.expand || checker.system.phases() == 1);
        let complete = before[before.len() - 1].iter().all(|(row, _)| walk.automaton.check(*row).is_some());
        let mut pairs = Pairs::new();
        let rest = match (apart, complete) {
            (false, _) => {
                pairs.prepare(&walk, &before, budget)?;
                Rest::ByPair
            }
            (true, true) => Rest::Same(products(&walk)),
            (true, false) => {
                budget.hold((walk.cells.len() + 1) * walk.automaton.rows())?;
                Rest::ByRow(by_row(&walk))
            }
        };
        let uniform = apart && complete && is_linear(checker);
        Some(Self { budget, checker, walk, before, rest, uniform, pairs, known: HashMap::new() })
    }

    /// A window without check characters.
    fn plain(&mut self, error: TypingError, first: usize) -> Tally<N> {
        let met = self.walk.met(first, error.span());
        let mut tally = Tally { all: N::from(0), missed: N::from(0) };
        for (row, ways) in self.starts(met.start) {
            match &self.rest {
                Rest::Same(products) => {
                    let rest = products[met.end];
                    let mut classes = [usize::MAX; 3];
                    for (class, cell) in classes.iter_mut().zip(&self.walk.cells[first..met.len() + first]) {
                        *class = cell.class;
                    }
                    let (all, missed) = *self.known.entry((error, classes, row)).or_insert_with(|| {
                        let (mut all, mut missed) = (0, 0);
                        self.walk.errors(error, first, row, |right, wrong| {
                            all += 1;
                            missed += u32::from(wrong == Some(right));
                        });
                        (all, missed)
                    });
                    tally.all += ways * rest * N::from(all);
                    tally.missed += ways * rest * N::from(missed);
                }
                Rest::ByRow(rest) => self.walk.errors(error, first, row, |right, wrong| {
                    let rest = ways * rest[met.end][self.walk.automaton.index(right)];
                    tally.all += rest;
                    if wrong == Some(right) {
                        tally.missed += rest;
                    }
                }),
                Rest::ByPair => self.walk.errors(error, first, row, |right, wrong| {
                    tally.all += ways * self.pairs.ways(&self.walk, met.end, right, right);
                    if let Some(wrong) = wrong {
                        tally.missed += ways * self.pairs.ways(&self.walk, met.end, right, wrong);
                    }
                }),
            }
        }
        tally
    }

    /// The rows before a place with the ways to them; one row for all where that makes no
    /// difference.
    fn starts(&self, met: usize) -> Ways<N> {
        let ways = &self.before[met];
        match ways.first() {
            Some(&(row, _)) if self.uniform => {
                let mut all = N::from(0);
                for &(_, ways) in ways {
                    all += ways;
                }
                vec![(row, all)]
            }
            _ => ways.clone(),
        }
    }
}

/// Whether a character adds to the state of a phase the same amount whatever the state.
pub(super) fn is_linear(checker: &Checker) -> bool {
    let linear =
        matches!(checker.system, System::Weighted { .. } | System::Luhn { .. } | System::Pure { .. });
    linear && !checker.expand
}

/// For each number of places met: in how many ways the rest can be filled.
fn products<N: Count>(walk: &Walk<'_>) -> Vec<N> {
    let mut products = vec![N::from(1)];
    for cell in walk.in_order().rev() {
        products.push(products[products.len() - 1] * N::from(cell.options()));
    }
    products.reverse();
    products
}

/// For each number of places met, by row: in how many ways the rest can be filled, so that there is
/// a check digit.
fn by_row<N: Count>(walk: &Walk<'_>) -> Vec<Vec<N>> {
    let automaton = walk.automaton;
    let rows = || (0..automaton.rows()).map(|index| automaton.row(index));
    let mut ways: Vec<Vec<N>> =
        vec![rows().map(|row| N::from(u32::from(automaton.check(row).is_some()))).collect()];
    for cell in walk.in_order().rev() {
        let last = &ways[ways.len() - 1];
        let before = match cell.role {
            Role::Check(_) => last.clone(),
            Role::Outside => last.iter().map(|&ways| ways * N::from(cell.options())).collect(),
            Role::Summed => rows()
                .map(|row| {
                    let columns = cell.legal.iter().filter_map(|&byte| cell.column(byte));
                    columns.fold(N::from(0), |sum, column| {
                        sum + last[automaton.index(automaton.step(row, column))]
                    })
                })
                .collect(),
        };
        ways.push(before);
    }
    ways.reverse();
    ways
}

impl Walk<'_> {
    /// Every error in the window from place `first` on, for codes that come to it in `row`: the row
    /// after it, and the row after what became of it, `None` where a character cannot stand where
    /// it was typed.
    fn errors(&self, error: TypingError, first: usize, row: Row, mut each: impl FnMut(Row, Option<Row>)) {
        let span = error.span();
        self.windows(first, span, |window| {
            if !error.befalls(window) {
                return;
            }
            let Some(right) = self.pass(row, first, span, window) else { return };
            self.mistakes(error, first, window, |wrong| each(right, self.pass(row, first, span, wrong)));
        });
    }

    /// Every filling of the window; check characters are left open as 0.
    pub(super) fn windows(&self, first: usize, span: usize, mut each: impl FnMut(Window)) {
        const OPEN: &[u8] = &[0];
        let legal = |place: usize| match self.cells.get(first + place) {
            Some(cell) if place < span && !matches!(cell.role, Role::Check(_)) => &cell.legal[..],
            _ => OPEN,
        };
        for &a in legal(0) {
            for &b in legal(1) {
                for &c in legal(2) {
                    each([a, b, c]);
                }
            }
        }
    }

    /// Every way to mistype the window.
    pub(super) fn mistakes(
        &self,
        error: TypingError,
        first: usize,
        window: Window,
        wrong: impl FnMut(Window),
    ) {
        error.of(window, &self.cells[first].typed, wrong);
    }
}
