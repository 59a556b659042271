//! A check digit system compiled to one table: a row per state, a column per symbol value. Whole
//! codes are checked by walking it, one load per character.

use std::sync::Arc;

use crate::code::Alphabet;

use super::system::System;

/// The compiled table.
///
/// A row holds, for each payload value, the offset of the next row; then its own offset (the column
/// of characters that are no part of the sum); then the check characters that end a payload here.
/// Row 0 is the empty payload, which has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Automaton {
    table: Arc<[u32]>,
    /// Payload symbols: the column of characters outside the sum comes right after theirs.
    symbols: u8,
    right_to_left: bool,
}

/// A place in the table: the offset of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Row(u32);

impl Row {
    /// Nothing summed so far.
    pub(crate) const EMPTY: Self = Self(0);
}

impl Automaton {
    /// A table without a sum, for patterns without a check digit.
    pub(crate) fn idle() -> Self {
        Self { table: [0, 0].into(), symbols: 0, right_to_left: false }
    }

    /// Tabulates `system` over `payload`; values of 10 and more are taken as two decimal digits
    /// when `expand`.
    pub(super) fn compile(system: &System, payload: &Alphabet, symbols: &Alphabet, expand: bool) -> Self {
        let (states, phases) = (system.states(), system.phases());
        let stride = payload.size() + 2;
        let offset =
            |row: usize| u32::try_from(row * stride).expect("a check digit table has under 2^32 cells");
        let row_of = |phase: usize, state: usize| 1 + phase * states + state;
        let step_to = |phase: usize, state: usize, value: usize| {
            let digits = [value / 10, value % 10];
            let values: &[usize] = match (expand && value >= 10, system.right_to_left()) {
                (false, _) => &[value],
                (true, false) => &digits,
                (true, true) => &[digits[1], digits[0]],
            };
            let (phase, state) = values.iter().fold((phase, state), |(phase, state), &value| {
                ((phase + 1) % phases, system.step(phase, state, value))
            });
            offset(row_of(phase, state))
        };

        let mut table = Vec::with_capacity((1 + phases * states) * stride);
        table.extend((0..payload.size()).map(|value| step_to(0, system.start(), value)));
        table.extend([0, 0]);
        for phase in 0..phases {
            for state in 0..states {
                table.extend((0..payload.size()).map(|value| step_to(phase, state, value)));
                table.push(offset(row_of(phase, state)));
                table.push(check_cell(system, symbols, state));
            }
        }
        let size = u8::try_from(payload.size()).expect("an alphabet has at most 94 symbols");
        Self { table: table.into(), symbols: size, right_to_left: system.right_to_left() }
    }

    /// Bytes of the table.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.table)
    }

    /// Whether the characters are taken from the right end.
    pub(crate) fn right_to_left(&self) -> bool {
        self.right_to_left
    }

    /// The column of characters that are no part of the sum.
    pub(crate) fn skip(&self) -> u8 {
        self.symbols
    }

    /// The row after the character of `column`.
    #[inline]
    pub(crate) fn step(&self, row: Row, column: u8) -> Row {
        Row(self.table[row.0 as usize + usize::from(column)])
    }

    /// How many sums there are, and how many of them have check characters.
    pub(super) fn sums(&self) -> (usize, usize) {
        let rows = self.table.chunks_exact(self.stride()).skip(1);
        let with = rows.clone().filter(|row| row.last().is_some_and(|cell| *cell != 0)).count();
        (rows.len(), with)
    }

    /// The check characters of all sums that have some.
    pub(super) fn checks(&self) -> impl Iterator<Item = [u8; 2]> {
        (1..self.rows()).filter_map(|index| self.check(self.row(index)))
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.table.len() / self.stride()
    }

    /// The place of `row` among them.
    pub(super) fn index(&self, row: Row) -> usize {
        row.0 as usize / self.stride()
    }

    /// The row `by` states further within the phase of `row`, which has `states` of them and is not
    /// empty.
    pub(super) fn turned(&self, row: Row, by: usize, states: usize) -> Row {
        let place = self.index(row) - 1;
        let turned = place - place % states + (place % states + by) % states;
        self.row(1 + turned)
    }

    /// The row at a place of the table.
    pub(super) fn row(&self, index: usize) -> Row {
        Row(u32::try_from(index * self.stride()).expect("a check digit table has under 2^32 cells"))
    }

    /// Cells of a row.
    fn stride(&self) -> usize {
        usize::from(self.symbols) + 2
    }

    /// The check characters of what was summed (the second is 0 where there is one); `None` where
    /// there is no valid one.
    #[inline]
    pub(crate) fn check(&self, row: Row) -> Option<[u8; 2]> {
        let [first, second, ..] = self.table[row.0 as usize + usize::from(self.symbols) + 1].to_le_bytes();
        (first != 0).then_some([first, second])
    }
}

/// The check characters of a state as a table cell; 0 = a value without a symbol.
fn check_cell(system: &System, symbols: &Alphabet, state: usize) -> u32 {
    let [first, second] = system.finish(state).map(|value| symbols.symbol(value));
    match (first, second) {
        (Some(first), _) if system.checks() == 1 => u32::from(first),
        (Some(first), Some(second)) => u32::from_le_bytes([first, second, 0, 0]),
        _ => 0,
    }
}
