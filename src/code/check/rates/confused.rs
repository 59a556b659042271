//! Two codes that the check digit confuses: for people, who believe an example sooner than a
//! percentage.

use std::collections::BTreeSet;

use crate::code::Checker;
use crate::code::check::Row;

use super::error::Window;
use super::walk::{Walk, Ways};
use super::{Place, Role, TypingError};

/// Two fillings of `places`, left to right, of which the second is the first mistyped, with equal
/// check digits; the first pair that pleases `judge`.
///
/// `choices` are the characters to take at each place of the first code, the preferred one first;
/// what is mistyped may be anything legal. `patience` counts down with each step of the search.
pub(in crate::code) fn confused(
    checker: &Checker,
    places: &[Place],
    choices: &[Vec<u8>],
    error: TypingError,
    patience: &mut usize,
    judge: &mut dyn FnMut(&[u8], &[u8]) -> bool,
) -> Option<[Vec<u8>; 2]> {
    let mut walk = Walk::new(checker, places);
    for (cell, choices) in walk.cells.iter_mut().zip(choices) {
        cell.legal.retain(|byte| choices.contains(byte));
        cell.legal.sort_by_key(|byte| choices.iter().position(|choice| choice == byte));
    }
    if walk.cells.iter().any(|cell| cell.legal.is_empty()) {
        return None;
    }
    let before: Vec<Ways<f64>> = walk.ways();
    let ends = before[before.len() - 1].iter().filter_map(|(row, _)| walk.automaton.check(*row));
    let checks: BTreeSet<[u8; 2]> = ends.collect();
    for first in 0..(places.len() + 1).saturating_sub(error.span()) {
        let met = walk.met(first, error.span());
        // Each check digit may be tried with each window.
        let tried = if walk.checks(first, error.span()).next().is_some() { checks.len() / 4 } else { 0 };
        for &(row, _) in &before[met.start] {
            let mut code: Vec<u8> = walk.cells.iter().map(|cell| cell.legal[0]).collect();
            walk.lead(&before[..met.start], row, &mut code);
            let mut windows = Vec::new();
            walk.windows(first, error.span(), |window| windows.push(window));
            for open in windows {
                *patience = patience.checked_sub(1 + tried)?;
                for (right, wrong) in walk.mistyped(error, first, row, open, &checks) {
                    let code = walk.joined(first, error.span(), row, &code, [right, wrong], patience);
                    if let Some([one, two]) = code.filter(|[one, two]| judge(one, two)) {
                        return Some([one, two]);
                    }
                }
            }
        }
    }
    None
}

/// The characters of a window, those of the check digit left open, and the check digit; `None`
/// where the window holds no part of it.
type Reading = (Window, Option<[u8; 2]>);

impl Walk<'_> {
    /// Writes characters to `code` that lead to `row`, the preferred ones as near to it as
    /// possible; `before` are the ways to each place until there.
    fn lead(&self, before: &[Ways<f64>], mut row: Row, code: &mut [u8]) {
        let places: Vec<usize> = self.places_in_order().take(before.len()).collect();
        for (&place, ways) in places.iter().zip(before).rev() {
            let cell = &self.cells[place];
            if cell.role != Role::Summed {
                continue;
            }
            let mut steps = cell.legal.iter().flat_map(|&byte| {
                let column = cell.column(byte);
                ways.iter()
                    .filter_map(move |&(from, _)| Some((byte, from, self.automaton.step(from, column?))))
            });
            if let Some((byte, from, _)) = steps.find(|&(_, _, to)| to == row) {
                (code[place], row) = (byte, from);
            }
        }
    }

    /// What can become of the window from place `first` on; a part of the check digit in it can be
    /// that of each of `checks`.
    fn mistyped(
        &self,
        error: TypingError,
        first: usize,
        row: Row,
        open: Window,
        checks: &BTreeSet<[u8; 2]>,
    ) -> Vec<(Reading, Reading)> {
        let span = error.span();
        let mut found = Vec::new();
        if self.checks(first, span).next().is_none() {
            if error.befalls(open) {
                self.mistakes(error, first, open, |wrong| found.push(((open, None), (wrong, None))));
            }
            return found;
        }
        let after = self.in_order().skip(self.met(first, span).end);
        let decided = after.into_iter().all(|cell| cell.role != Role::Summed);
        let known = self.pass(row, first, span, open).and_then(|row| self.automaton.check(row));
        for &check in checks.iter().filter(|check| !decided || Some(**check) == known) {
            let window = self.written(first, span, open, check);
            if error.befalls(window) {
                self.mistakes(error, first, window, |wrong| {
                    let (wrong, typed) = self.read(first, span, wrong, check);
                    if checks.contains(&typed) {
                        found.push(((open, Some(check)), (wrong, Some(typed))));
                    }
                });
            }
        }
        found
    }

    /// `code` with both windows, and with characters after them that bring both to their check
    /// digits.
    fn joined(
        &self,
        first: usize,
        span: usize,
        row: Row,
        code: &[u8],
        [right, wrong]: [Reading; 2],
        patience: &mut usize,
    ) -> Option<[Vec<u8>; 2]> {
        let start = (self.pass(row, first, span, right.0)?, self.pass(row, first, span, wrong.0)?);
        let fits = |(one, two)| {
            let (one, two) = (self.automaton.check(one)?, self.automaton.check(two)?);
            let fits = match (right.1, wrong.1) {
                (Some(right), Some(wrong)) => one == right && two == wrong,
                _ => one == two,
            };
            fits.then_some([one, two])
        };
        let mut layers: Vec<Vec<Meeting>> = vec![vec![(start, 0, 0)]];
        let places: Vec<usize> = self.places_in_order().skip(self.met(first, span).end).collect();
        let places: Vec<usize> =
            places.into_iter().filter(|&place| self.cells[place].role == Role::Summed).collect();
        for &place in &places {
            let (cell, last) = (&self.cells[place], &layers[layers.len() - 1]);
            let (mut seen, mut next) = (BTreeSet::new(), Vec::new());
            for &byte in &cell.legal {
                let column = cell.column(byte)?;
                let step = |row| self.automaton.step(row, column);
                for (from, &((one, two), _, _)) in last.iter().enumerate() {
                    *patience = patience.checked_sub(1)?;
                    let pair = (step(one), step(two));
                    if seen.insert(pair) {
                        next.push((pair, from, byte));
                    }
                }
            }
            layers.push(next);
        }
        let ends = layers[layers.len() - 1].iter().enumerate();
        let (mut at, checks) = ends.into_iter().find_map(|(at, end)| Some((at, fits(end.0)?)))?;
        let mut code = code.to_vec();
        for (&place, layer) in places.iter().zip(&layers[1..]).rev() {
            (_, at, code[place]) = layer[at];
        }
        Some([(right.0, checks[0]), (wrong.0, checks[1])].map(|(window, check)| {
            let mut code = code.clone();
            code[first..first + span].copy_from_slice(&window[..span]);
            self.checks(0, code.len()).for_each(|(place, index)| code[place] = check[index]);
            code
        }))
    }
}

/// Two rows that the rest of a code leads to, the number of the pair that they come from, and the
/// character between.
type Meeting = ((Row, Row), usize, u8);
