//! Two codes that the check digit confuses: for people, who believe an example sooner than a percentage.

use std::ops::ControlFlow;

use crate::code::Checker;
use crate::code::check::Row;

use super::walk::{Walk, Ways};
use super::{Place, TypingError};

/// Pairs that are shown to the judge before it is given up: with sparse dictionaries most are no codes.
const PATIENCE: usize = 20_000;

/// Two fillings of `places`, left to right, of which the second is the first mistyped, with equal check digits; the first pair that
/// pleases `judge`.
///
/// `choices` are the characters to take at each place of the first code, the preferred one first; what is mistyped may be anything
/// legal. The rows of the automaton before the error are reached through the choices; after it the preferred ones are
/// taken, all but one.
pub(in crate::code) fn confused(
    checker: &Checker,
    places: &[Place],
    choices: &[Vec<u8>],
    error: TypingError,
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
    let mut patience = PATIENCE;
    let mut shown = |pair: &[Vec<u8>; 2]| {
        patience = patience.saturating_sub(1);
        match (judge(&pair[0], &pair[1]), patience) {
            (true, _) => ControlFlow::Break(Some(pair.clone())),
            (false, 0) => ControlFlow::Break(None),
            (false, _) => ControlFlow::Continue(()),
        }
    };
    for first in 0..(places.len() + 1).saturating_sub(error.span()) {
        let met = walk.met(first, error.span());
        for codes in walk.variants(met.end) {
            for &(row, _) in &before[met.start] {
                let mut code = codes.clone();
                walk.trace(&before, met.start, row, &mut code);
                if let ControlFlow::Break(pair) = walk.pairs(error, first, row, &code, &mut shown) {
                    return pair;
                }
            }
        }
    }
    None
}

impl Walk<'_> {
    /// Codes of the preferred characters, then with one other character at one of the places met from `met` on.
    fn variants(&self, met: usize) -> Vec<Vec<u8>> {
        let preferred: Vec<u8> = self.cells.iter().map(|cell| cell.legal[0]).collect();
        let mut variants = vec![preferred.clone()];
        for place in self.places_in_order().skip(met).filter(|&place| self.cells[place].options() > 1) {
            for &byte in &self.cells[place].legal[1..] {
                let mut variant = preferred.clone();
                variant[place] = byte;
                variants.push(variant);
            }
        }
        variants
    }

    /// Writes characters to `code` that lead to `row` before the place that is met after `met` others: preferred ones as
    /// near to it as possible.
    fn trace(&self, before: &[Ways<f64>], met: usize, mut row: Row, code: &mut [u8]) {
        let places: Vec<usize> = self.places_in_order().take(met).collect();
        for (&place, ways) in places.iter().zip(before).rev() {
            let cell = &self.cells[place];
            if !matches!(cell.role, super::Role::Summed) {
                continue;
            }
            let steps = cell.legal.iter().flat_map(|&byte| {
                let column = cell.column(byte);
                ways.iter()
                    .filter_map(move |&(from, _)| Some((byte, from, self.automaton.step(from, column?))))
            });
            if let Some((byte, from, _)) = steps.into_iter().find(|&(_, _, to)| to == row) {
                (code[place], row) = (byte, from);
            }
        }
    }

    /// Shows every pair of `code` with another window from place `first` on, that is met in `row`, and what becomes of it.
    fn pairs(
        &self,
        error: TypingError,
        first: usize,
        row: Row,
        code: &[u8],
        shown: &mut impl FnMut(&[Vec<u8>; 2]) -> ControlFlow<Option<[Vec<u8>; 2]>>,
    ) -> ControlFlow<Option<[Vec<u8>; 2]>> {
        let span = error.span();
        let met = self.met(first, span);
        let sum = |window| {
            let row = self.pass(row, first, span, window)?;
            let after = self.in_order().zip(self.places_in_order()).skip(met.end);
            let end = after
                .filter(|(cell, _)| cell.role == super::Role::Summed)
                .try_fold(row, |row, (cell, place)| {
                    Some(self.automaton.step(row, cell.column(code[place])?))
                });
            self.automaton.check(end?)
        };
        let mut windows = Vec::new();
        self.windows(first, span, |window| windows.push(window));
        for open in windows {
            let Some(check) = sum(open) else { continue };
            let window = self.written(first, span, open, check);
            if !error.befalls(window) {
                continue;
            }
            let mut mistakes = Vec::new();
            self.mistakes(error, first, window, |wrong| mistakes.push(wrong));
            for wrong in mistakes {
                let (left_open, typed) = self.read(first, span, wrong, check);
                if sum(left_open) == Some(typed) {
                    shown(&[(window, check), (wrong, typed)].map(|(window, check)| {
                        let mut code = code.to_vec();
                        code[first..first + span].copy_from_slice(&window[..span]);
                        self.checks(0, code.len()).for_each(|(place, index)| code[place] = check[index]);
                        code
                    }))?;
                }
            }
        }
        ControlFlow::Continue(())
    }
}
