//! Two codes walked at once: where the rest of them is the same and yet brings their sums together
//! again.

use std::collections::HashMap;

use crate::code::check::Row;

use super::budget::Budget;
use super::walk::{Cell, Walk, Ways};
use super::{Count, Role};

/// For pairs of rows: the ways to fill the places after them.
///
/// Every table is charged to the budget before it is made.
pub(super) struct Pairs<N> {
    /// For each number of places met: the rows that are reached, by the automaton's index their
    /// number among them. Made when they are first asked for.
    reached: Vec<Reached>,
    /// For each number of places met: the ways to two rows with the same check digit.
    same: Vec<Table<N>>,
    /// After `met` places: the ways to two rows with these check digits.
    each: HashMap<[[u8; 2]; 2], Table<N>>,
    met: usize,
}

/// By number of the first row times their count plus that of the second.
type Table<N> = Vec<N>;

struct Reached {
    rows: Vec<Row>,
    number: Vec<u32>,
}

/// The check digits that two rows end with.
type Ends = (Option<[u8; 2]>, Option<[u8; 2]>);

impl<N: Count> Pairs<N> {
    pub(super) fn new() -> Self {
        Self { reached: Vec::new(), same: Vec::new(), each: HashMap::new(), met: 0 }
    }

    /// Computes what [`Pairs::ways`] needs; `None` where it takes too much.
    pub(super) fn prepare(&mut self, walk: &Walk<'_>, before: &[Ways<N>], budget: &mut Budget) -> Option<()> {
        self.reach(walk, before, budget)?;
        let mut tables = Vec::new();
        self.tables(walk, 0, &|(one, two)| one.is_some() && one == two, budget, &mut |table, _| {
            tables.push(table);
        })?;
        tables.reverse();
        self.same = tables;
        Some(())
    }

    /// The ways to fill the places after `met` of them, so that both rows end with the same check
    /// digit.
    pub(super) fn ways(&self, walk: &Walk<'_>, met: usize, one: Row, two: Row) -> N {
        self.same[met][self.reached[met].pair(walk, one, two)]
    }

    /// Gets ready for [`Pairs::ways_to`] after `met` places; what was known of another number of
    /// places is forgotten.
    pub(super) fn turn_to(
        &mut self,
        walk: &Walk<'_>,
        before: &[Ways<N>],
        met: usize,
        budget: &mut Budget,
    ) -> Option<()> {
        self.reach(walk, before, budget)?;
        if self.met != met {
            budget.release(self.each.values().map(Vec::len).sum());
            (self.each, self.met) = (HashMap::new(), met);
        }
        Some(())
    }

    /// The ways to fill the places after those that [`Pairs::turn_to`] named, so that the first row
    /// ends with the first check digit and the second one with the second; `None` where that takes
    /// too much.
    pub(super) fn ways_to(
        &mut self,
        walk: &Walk<'_>,
        checks: [[u8; 2]; 2],
        [one, two]: [Row; 2],
        budget: &mut Budget,
    ) -> Option<N> {
        if !self.each.contains_key(&checks) {
            let [first, second] = checks;
            let mut last = Vec::new();
            let ends = |ends: Ends| ends == (Some(first), Some(second));
            self.tables(walk, self.met, &ends, budget, &mut |table, budget| {
                budget.release(std::mem::replace(&mut last, table).len());
            })?;
            self.each.insert(checks, last);
        }
        Some(self.each[&checks][self.reached[self.met].pair(walk, one, two)])
    }

    fn reach(&mut self, walk: &Walk<'_>, before: &[Ways<N>], budget: &mut Budget) -> Option<()> {
        if !self.reached.is_empty() {
            return Some(());
        }
        // Four bytes a row, and as many for its number.
        budget.hold(before.len() * walk.automaton.rows() / 2)?;
        let reached = before.iter().map(|ways| {
            let rows: Vec<Row> = ways.iter().map(|(row, _)| *row).collect();
            let mut number = vec![u32::MAX; walk.automaton.rows()];
            for (place, row) in (0..).zip(&rows) {
                number[walk.automaton.index(*row)] = place;
            }
            Reached { rows, number }
        });
        self.reached = reached.collect();
        Some(())
    }

    /// The tables from the end of the code back to the one after `met` places, one by one.
    fn tables(
        &self,
        walk: &Walk<'_>,
        met: usize,
        ends: &dyn Fn(Ends) -> bool,
        budget: &mut Budget,
        keep: &mut dyn FnMut(Table<N>, &mut Budget),
    ) -> Option<()> {
        let last = &self.reached[self.reached.len() - 1];
        last.charge(1, budget)?;
        let check = |row: Row| walk.automaton.check(row);
        let end = last.pairs().map(|(one, two)| N::from(u32::from(ends((check(one), check(two))))));
        let mut after: Table<N> = end.collect();
        for (cell, places) in
            walk.in_order().rev().zip(self.reached.windows(2).rev()).take(walk.cells.len() - met)
        {
            let (here, next) = (&places[0], &places[1]);
            let choices = if cell.role == Role::Summed { cell.legal.len() } else { 1 };
            here.charge(choices, budget)?;
            let table = here.before(walk, cell, next, &after);
            keep(std::mem::replace(&mut after, table), budget);
        }
        keep(after, budget);
        Some(())
    }
}

impl Reached {
    /// Charges a table of these rows, each pair of which is looked at so many times.
    fn charge(&self, times: usize, budget: &mut Budget) -> Option<()> {
        let pairs = self.rows.len().pow(2);
        budget.walk(pairs.saturating_mul(times))?;
        budget.hold(pairs)
    }

    /// The table before a place, out of the one after it.
    fn before<N: Count>(&self, walk: &Walk<'_>, cell: &Cell, next: &Self, after: &Table<N>) -> Table<N> {
        match cell.role {
            Role::Check(_) => after.clone(),
            Role::Outside => after.iter().map(|&ways| ways * N::from(cell.options())).collect(),
            Role::Summed => {
                let columns: Vec<u8> = cell.legal.iter().filter_map(|&byte| cell.column(byte)).collect();
                let step = |row, column| walk.automaton.step(row, column);
                self.pairs()
                    .map(|(one, two)| {
                        columns.iter().fold(N::from(0), |sum, &column| {
                            sum + after[next.pair(walk, step(one, column), step(two, column))]
                        })
                    })
                    .collect()
            }
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (Row, Row)> {
        self.rows.iter().flat_map(|&one| self.rows.iter().map(move |&two| (one, two)))
    }

    fn pair(&self, walk: &Walk<'_>, one: Row, two: Row) -> usize {
        let number = |row| self.number[walk.automaton.index(row)] as usize;
        number(one) * self.rows.len() + number(two)
    }
}
