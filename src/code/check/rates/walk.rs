//! The places of a code as the check digit's automaton meets them.

use std::ops::Range;

use crate::code::Checker;
use crate::code::check::{Automaton, Row};

use super::error::Window;
use super::number::Count;
use super::{Place, Role};

/// Places in the order of the code, ready to be walked.
pub(super) struct Walk<'c> {
    pub(super) automaton: &'c Automaton,
    pub(super) cells: Vec<Cell>,
}

/// One place.
pub(super) struct Cell {
    pub(super) legal: Vec<u8>,
    pub(super) typed: Vec<u8>,
    pub(super) role: Role,
    /// By byte: the automaton's column; [`REFUSED`] for what cannot stand here. What is no part of
    /// the sum has the column that changes nothing.
    columns: [u8; 256],
}

/// No column: the byte cannot stand here. Automata have at most 96 columns.
const REFUSED: u8 = u8::MAX;

/// Stands for a check character that is still open.
const OPEN: usize = 0;

/// The ways to each row of the automaton that can be reached.
pub(super) type Ways<N> = Vec<(Row, N)>;

impl<'c> Walk<'c> {
    pub(super) fn new(checker: &'c Checker, places: &[Place]) -> Self {
        let cell = |place: &Place| {
            let mut columns = [REFUSED; 256];
            let mut legal = place.legal.clone();
            // A letter without a value can stand in no valid code.
            legal.retain(|&byte| place.role != Role::Summed || checker.column(byte).is_some());
            for &byte in &legal {
                let column = checker.column(byte).filter(|_| place.role == Role::Summed);
                columns[usize::from(byte)] = column.unwrap_or(checker.automaton.skip());
            }
            if matches!(place.role, Role::Check(_)) {
                columns[OPEN] = checker.automaton.skip();
            }
            Cell { legal, typed: place.typed.clone(), role: place.role, columns }
        };
        Self { automaton: &checker.automaton, cells: places.iter().map(cell).collect() }
    }

    /// The window of `span` places from place `first` on, counted as the automaton meets them.
    pub(super) fn met(&self, first: usize, span: usize) -> Range<usize> {
        let start = if self.automaton.right_to_left() { self.cells.len() - first - span } else { first };
        start..start + span
    }

    /// The cells as the automaton meets them.
    pub(super) fn in_order(&self) -> Box<dyn DoubleEndedIterator<Item = &Cell> + '_> {
        if self.automaton.right_to_left() {
            Box::new(self.cells.iter().rev())
        } else {
            Box::new(self.cells.iter())
        }
    }

    /// The numbers of the places, in that order.
    pub(super) fn places_in_order(&self) -> impl Iterator<Item = usize> {
        let last = self.cells.len() - 1;
        (0..=last).map(move |place| if self.automaton.right_to_left() { last - place } else { place })
    }

    /// The row after the window from place `first` on; `None` if a character cannot stand where it
    /// is.
    #[inline]
    pub(super) fn pass(&self, row: Row, first: usize, span: usize, window: Window) -> Option<Row> {
        let step = |row, place: usize| {
            let column = self.cells[first + place].column(window[place])?;
            Some(self.automaton.step(row, column))
        };
        if self.automaton.right_to_left() {
            (0..span).rev().try_fold(row, step)
        } else {
            (0..span).try_fold(row, step)
        }
    }

    /// For each number of places met: the ways to fill them, by row. Check characters do not count.
    pub(super) fn ways<N: Count>(&self) -> Vec<Ways<N>> {
        let mut all = vec![vec![(Row::EMPTY, N::from(1))]];
        for cell in self.in_order() {
            let next = self.further(&all[all.len() - 1], cell);
            all.push(next);
        }
        all
    }

    /// The ways after one more place.
    fn further<N: Count>(&self, ways: &Ways<N>, cell: &Cell) -> Ways<N> {
        let options = cell.options();
        match cell.role {
            Role::Check(_) => ways.clone(),
            Role::Outside => ways.iter().map(|&(row, ways)| (row, ways * N::from(options))).collect(),
            Role::Summed => {
                let mut next = vec![N::from(0); self.automaton.rows()];
                for &(row, ways) in ways {
                    for column in cell.legal.iter().filter_map(|&byte| cell.column(byte)) {
                        next[self.automaton.index(self.automaton.step(row, column))] += ways;
                    }
                }
                let reached = next.into_iter().enumerate().filter(|(_, ways)| *ways != N::from(0));
                reached.map(|(index, ways)| (self.automaton.row(index), ways)).collect()
            }
        }
    }
}

impl Cell {
    /// The automaton's column of `byte`; `None` where it cannot stand here.
    #[inline]
    pub(super) fn column(&self, byte: u8) -> Option<u8> {
        let column = self.columns[usize::from(byte)];
        (column != REFUSED).then_some(column)
    }

    /// How many characters can be chosen here: a check character is not chosen.
    pub(super) fn options(&self) -> u32 {
        match self.role {
            Role::Check(_) => 1,
            _ => u32::try_from(self.legal.len()).expect("a place has at most 256 characters"),
        }
    }
}
