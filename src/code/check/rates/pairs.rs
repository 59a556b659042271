//! Two codes walked at once: where the rest of them is the same and yet brings their sums together again.

use std::collections::HashMap;

use crate::code::check::Row;

use super::walk::{Walk, Ways};
use super::{Count, Role};

/// For pairs of rows: the ways to fill the places after them.
pub(super) struct Pairs<N> {
    /// For each number of places met: the rows that are reached, by the automaton's index their number among them.
    reached: Vec<Reached>,
    /// For each number of places met: the ways to two rows with the same check digit.
    same: Vec<Table<N>>,
    /// The ways to two rows with these check digits.
    each: HashMap<[[u8; 2]; 2], Vec<Table<N>>>,
    /// Steps that may still be taken before it is given up.
    patience: usize,
}

/// By number of the first row times their count plus that of the second.
type Table<N> = Vec<N>;

struct Reached {
    rows: Vec<Row>,
    number: Vec<usize>,
}

/// Steps of the pair walk that one pattern may cost: some tenths of a second.
const PATIENCE: usize = 200_000_000;

impl<N: Count> Pairs<N> {
    pub(super) fn new(walk: &Walk<'_>, before: &[Ways<N>]) -> Self {
        let reached = before.iter().map(|ways| {
            let rows: Vec<Row> = ways.iter().map(|(row, _)| *row).collect();
            let mut number = vec![usize::MAX; walk.automaton.rows()];
            for (place, row) in rows.iter().enumerate() {
                number[walk.automaton.index(*row)] = place;
            }
            Reached { rows, number }
        });
        Self { reached: reached.collect(), same: Vec::new(), each: HashMap::new(), patience: PATIENCE }
    }

    /// Computes what [`Pairs::ways`] needs; `None` where it takes too long.
    pub(super) fn prepare(&mut self, walk: &Walk<'_>) -> Option<()> {
        self.same = self.tables(walk, |one, two| one.is_some() && one == two)?;
        Some(())
    }

    /// The ways to fill the places after `met` of them, so that both rows end with the same check digit.
    pub(super) fn ways(&self, walk: &Walk<'_>, met: usize, one: Row, two: Row) -> N {
        self.same[met][self.reached[met].pair(walk, one, two)]
    }

    /// The ways to fill the places after `met` of them, so that the first row ends with the first check digit and the second one
    /// with the second; `None` where that takes too long.
    pub(super) fn ways_to(
        &mut self,
        walk: &Walk<'_>,
        checks: [[u8; 2]; 2],
        met: usize,
        [one, two]: [Row; 2],
    ) -> Option<N> {
        if !self.each.contains_key(&checks) {
            let [first, second] = checks;
            let tables = self.tables(walk, |one, two| one == Some(first) && two == Some(second))?;
            self.each.insert(checks, tables);
        }
        Some(self.each[&checks][met][self.reached[met].pair(walk, one, two)])
    }

    fn tables(
        &mut self,
        walk: &Walk<'_>,
        ends: impl Fn(Option<[u8; 2]>, Option<[u8; 2]>) -> bool,
    ) -> Option<Vec<Table<N>>> {
        let last = &self.reached[self.reached.len() - 1];
        let check = |row: Row| walk.automaton.check(row);
        let end = last.pairs().map(|(one, two)| N::from(u32::from(ends(check(one), check(two)))));
        let mut tables: Vec<Table<N>> = vec![end.collect()];
        for (cell, places) in walk.in_order().rev().zip(self.reached.windows(2).rev()) {
            let (here, next, after) = (&places[0], &places[1], &tables[tables.len() - 1]);
            let table = match cell.role {
                Role::Check(_) => after.clone(),
                Role::Outside => after.iter().map(|&ways| ways * N::from(cell.options())).collect(),
                Role::Summed => {
                    let steps = here.rows.len().pow(2) * cell.legal.len();
                    self.patience = self.patience.checked_sub(steps)?;
                    let columns: Vec<u8> = cell.legal.iter().filter_map(|&byte| cell.column(byte)).collect();
                    let step = |row, column| walk.automaton.step(row, column);
                    here.pairs()
                        .map(|(one, two)| {
                            columns.iter().fold(N::from(0), |sum, &column| {
                                sum + after[next.pair(walk, step(one, column), step(two, column))]
                            })
                        })
                        .collect()
                }
            };
            tables.push(table);
        }
        tables.reverse();
        Some(tables)
    }
}

impl Reached {
    fn pairs(&self) -> impl Iterator<Item = (Row, Row)> {
        self.rows.iter().flat_map(|&one| self.rows.iter().map(move |&two| (one, two)))
    }

    fn pair(&self, walk: &Walk<'_>, one: Row, two: Row) -> usize {
        let number = |row| self.number[walk.automaton.index(row)];
        number(one) * self.rows.len() + number(two)
    }
}
