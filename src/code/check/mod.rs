//! Check digits: one small table-driven core for every algorithm.
//!
//! A [`CheckSpec`] is compiled into a [`Checker`]. A code is judged by computing its check
//! characters anew and comparing, never by a remainder, so that each payload has one spelling.
//! Which characters of a code are summed is the pattern's affair.

mod automaton;
pub mod rates;
mod resolve;
mod spec;
mod system;
mod tables;

use super::Alphabet;

pub(crate) use automaton::{Automaton, Row};
use resolve::Resolved;
pub use spec::{Algorithm, Align, CheckSpec, CheckSpecError};
use system::System;

/// A compiled check digit system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checker {
    algorithm: Algorithm,
    system: System,
    /// Letters are summed as two digits.
    expand: bool,
    payload: Alphabet,
    symbols: Alphabet,
    width: usize,
    automaton: Automaton,
}

/// A payload that cannot be summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Nothing to sum.
    #[error("the payload is empty")]
    Empty,
    /// The byte at this offset is no payload symbol.
    #[error("character {0} has no value in the check digit's alphabet")]
    Symbol(usize),
}

impl Checker {
    /// Compiles `spec` into tables.
    pub fn compile(spec: &CheckSpec) -> Result<Self, CheckSpecError> {
        let Resolved { system, payload, symbols, expand } = resolve::resolve(spec)?;
        let automaton = Automaton::compile(&system, &payload, &symbols, expand);
        let (algorithm, width) = (spec.algorithm, system.checks());
        Ok(Self { algorithm, system, expand, payload, symbols, width, automaton })
    }

    /// How many check characters are printed (1 or 2).
    pub fn width(&self) -> usize {
        self.width
    }

    /// Bytes of its table, which clones share.
    pub fn table_bytes(&self) -> usize {
        self.automaton.bytes()
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Payload symbols.
    pub fn payload(&self) -> &Alphabet {
        &self.payload
    }

    /// Symbols that a check character can be.
    pub fn symbols(&self) -> &Alphabet {
        &self.symbols
    }

    /// The share of payloads that have a check character at all, as a fraction: (1, 1) unless the
    /// symbols are fewer than the values.
    pub fn share_of_payloads(&self) -> (usize, usize) {
        let (sums, with) = self.automaton.sums();
        if sums == with { (1, 1) } else { (with, sums) }
    }

    /// The modulus and the weights of a weighted sum, first weight first; `None` for other systems.
    pub fn weights(&self) -> Option<(usize, &[usize])> {
        match &self.system {
            System::Weighted { modulus, weights, .. } => Some((*modulus, weights)),
            _ => None,
        }
    }

    /// The check characters of `payload`; `None` where the payload has no valid one. With one check
    /// character the second byte is 0.
    ///
    /// # Errors
    /// The offset of the first byte that is no payload symbol, or an empty payload.
    pub fn compute(&self, payload: &[u8]) -> Result<Option<[u8; 2]>, PayloadError> {
        if payload.is_empty() {
            return Err(PayloadError::Empty);
        }
        if let Some(place) = payload.iter().position(|&byte| self.payload.value(byte).is_none()) {
            return Err(PayloadError::Symbol(place));
        }
        Ok(self.check_of(&[payload]))
    }

    /// The check characters of a code's summed parts, left to right. Characters other than ASCII
    /// letters and digits are left out; `None` where there is no valid check or a letter or digit
    /// has no value.
    pub(crate) fn check_of(&self, parts: &[&[u8]]) -> Option<[u8; 2]> {
        let bytes = parts.iter().copied().flatten();
        let step = |row, &byte: &u8| Some(self.automaton.step(row, self.column(byte)?));
        let row = if self.automaton.right_to_left() {
            bytes.rev().try_fold(Row::EMPTY, step)
        } else {
            bytes.into_iter().try_fold(Row::EMPTY, step)
        };
        self.automaton.check(row?)
    }

    /// The automaton's column of a summed character: its value (a lower-case letter counts as upper
    /// case where the alphabet has only that), or the skip column for what is neither letter nor
    /// digit.
    pub(crate) fn column(&self, byte: u8) -> Option<u8> {
        if !byte.is_ascii_alphanumeric() {
            return Some(self.automaton.skip());
        }
        self.payload.value(byte).or_else(|| self.payload.value(byte.to_ascii_uppercase()))
    }

    /// The table itself, for the walk over a whole code.
    pub(crate) fn automaton(&self) -> &Automaton {
        &self.automaton
    }
}
