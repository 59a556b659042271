//! What the check digit makes of the characters of a code, met one after the other.
//!
//! The check characters are read like all others: a machine takes a code or does not.

use crate::code::Checker;
use crate::code::check::system::System;
use crate::code::check::tables::{dihedral_product, verhoeff_permuted};
use crate::code::check::{Automaton, Row};

use super::Role;
use super::graph::{Graph, Layer};

/// What was read so far.
pub(super) type Sum = u32;

/// The check digit, ready to read the codes of one graph.
pub(super) struct Machine<'c> {
    automaton: &'c Automaton,
    arithmetic: Arithmetic<'c>,
    /// By layer, as it is met.
    roles: Vec<Role>,
    /// The layers are met from the right.
    pub(super) reversed: bool,
    /// Every payload has a check digit.
    pub(super) complete: bool,
}

enum Arithmetic<'c> {
    /// Each character is an element of a group, and the elements of a code give 0.
    Group {
        /// By layer and byte.
        elements: Vec<[u32; 256]>,
        /// Elements of the cyclic group; `None` for the dihedral group of Verhoeff.
        modulus: Option<u32>,
    },
    /// Rows of the automaton, with the check characters that were read before the sum was known.
    Rows {
        checker: &'c Checker,
        /// Layers until the last summed one.
        summed: usize,
        /// Different rows stay different, whatever the same characters after them.
        apart: bool,
        /// By check character: how far back it takes the sum, where sums are added.
        back: Option<Box<[Option<usize>; 256]>>,
    },
}

impl<'c> Machine<'c> {
    pub(super) fn new(checker: &'c Checker, graph: &Graph) -> Self {
        let automaton = checker.automaton();
        let uneven = graph.is_uneven(checker);
        let (sums, with) = automaton.sums();
        let group = if uneven || checker.expand { None } else { Arithmetic::group(checker, &graph.layers) };
        let reversed = group.is_none() && automaton.right_to_left();
        let mut roles: Vec<Role> = graph.layers.iter().map(|layer| layer.role).collect();
        if reversed {
            roles.reverse();
        }
        let rows = || {
            let back = checker.expand && !uneven && matches!(checker.system, System::Luhn { .. });
            Arithmetic::Rows {
                checker,
                summed: roles.iter().rposition(|role| *role == Role::Summed).map_or(0, |last| last + 1),
                apart: !uneven && (!checker.expand || checker.system.phases() == 1),
                back: back.then(|| back_of(checker)),
            }
        };
        let arithmetic = group.unwrap_or_else(rows);
        Self { automaton, arithmetic, roles, reversed, complete: !uneven && sums == with }
    }

    /// Whether a character does the same to all sums.
    pub(super) fn is_group(&self) -> bool {
        matches!(self.arithmetic, Arithmetic::Group { .. })
    }

    /// The sum of nothing.
    pub(super) fn start() -> Sum {
        0
    }

    /// The sum after a character of a layer; `None` where no code goes on so.
    pub(super) fn step(&self, met: usize, sum: Sum, byte: u8) -> Option<Sum> {
        let (checker, summed, back) = match &self.arithmetic {
            Arithmetic::Group { elements, modulus } => {
                let element = elements[met][usize::from(byte)];
                return Some(match modulus {
                    Some(modulus) => (sum + element) % modulus,
                    None => number(dihedral_product(element as usize, sum as usize)),
                });
            }
            Arithmetic::Rows { checker, summed, back, .. } => (checker, *summed, back),
        };
        let symbols = number(checker.symbols().size()) + 1;
        let waiting = symbols.pow(number(checker.width()));
        let (row, read) = (self.automaton.row((sum / waiting) as usize), sum % waiting);
        let join = |row: Row, read: u32| number(self.automaton.index(row)) * waiting + read;
        match self.roles[met] {
            Role::Outside => Some(sum),
            Role::Summed => Some(join(self.automaton.step(row, checker.column(byte)?), read)),
            Role::Check(_) if back.is_some() => {
                let back = back.as_ref()?[usize::from(byte)]?;
                let states = checker.system.states();
                let row = if row == Row::EMPTY { self.automaton.row(1) } else { row };
                Some(join(self.automaton.turned(row, back, states), read))
            }
            Role::Check(index) => {
                let known = met >= summed;
                if known && self.automaton.check(row)?[index] != byte {
                    return None;
                }
                if known && index + 1 == checker.width() {
                    // Whatever the sum was, it was shown.
                    return Some(Self::start());
                }
                Some(join(row, read * symbols + u32::from(checker.symbols().value(byte)?) + 1))
            }
        }
    }

    /// Whether what was read is a code.
    pub(super) fn accepts(&self, sum: Sum) -> bool {
        let (checker, back) = match &self.arithmetic {
            Arithmetic::Group { .. } => return sum == 0,
            Arithmetic::Rows { checker, back, .. } => (checker, back),
        };
        let symbols = number(checker.symbols().size()) + 1;
        let waiting = symbols.pow(number(checker.width()));
        let (row, mut read) = (self.automaton.row((sum / waiting) as usize), sum % waiting);
        if back.is_some() {
            return row != Row::EMPTY
                && (self.automaton.index(row) - 1).is_multiple_of(checker.system.states());
        }
        if read == 0 {
            // The check digit came after the sum and was compared.
            return true;
        }
        let Some(check) = self.automaton.check(row) else { return false };
        (0..checker.width()).rev().all(|index| {
            let symbol = checker.symbols().symbols()[(read % symbols) as usize - 1];
            read /= symbols;
            symbol == check[index]
        })
    }

    /// Whether no same characters lead from both sums to codes.
    pub(super) fn are_apart(&self, one: Sum, two: Sum) -> bool {
        match &self.arithmetic {
            _ if one == two => false,
            Arithmetic::Group { .. } => true,
            Arithmetic::Rows { checker, apart, .. } => {
                let waiting = (number(checker.symbols().size()) + 1).pow(number(checker.width()));
                *apart && one % waiting == two % waiting
            }
        }
    }
}

impl Arithmetic<'_> {
    /// The group of a system, where it has one and the check digit stands where the group allows.
    fn group(checker: &Checker, layers: &[Layer]) -> Option<Self> {
        match &checker.system {
            System::Weighted { .. } | System::Luhn { .. } | System::Pure { .. } => {
                Self::cyclic(checker, layers)
            }
            System::Verhoeff => Self::dihedral(checker, layers),
            System::Hybrid { .. } | System::Damm => None,
        }
    }

    fn cyclic(checker: &Checker, layers: &[Layer]) -> Option<Self> {
        let (automaton, modulus) = (checker.automaton(), checker.system.states());
        let mut order = summed(layers);
        if automaton.right_to_left() {
            order.reverse();
        }
        let sum_with = |other: Option<(usize, u8)>| {
            let step = |row, &layer: &usize| match other {
                Some((at, column)) if at == layer => automaton.step(row, column),
                _ => automaton.step(row, 0),
            };
            order.iter().fold(Row::EMPTY, step)
        };
        let zero = Some(sum_with(None)).filter(|row| *row != Row::EMPTY)?;
        let mut elements = vec![[0; 256]; layers.len()];
        for &layer in &order {
            for byte in bytes(&layers[layer]) {
                let row = sum_with(Some((layer, checker.column(byte)?)));
                let more = automaton.index(row) + modulus - automaton.index(zero);
                elements[layer][usize::from(byte)] = number(more % modulus);
            }
        }
        for (elements, layer) in elements.iter_mut().zip(layers) {
            let Role::Check(index) = layer.role else { continue };
            for byte in bytes(layer) {
                let value = usize::from(checker.symbols().value(byte)?);
                let element = match checker.system {
                    // Two check characters are one number in the radix of the system.
                    System::Pure { radix, checks: 2, .. } => {
                        let inverse = (1..modulus).find(|other| other * radix % modulus == 1)?;
                        // A code of zeros has the sum 0.
                        if index == 0 { value } else { (value + modulus - 1) * inverse }
                    }
                    _ => (0..modulus).find(|by| {
                        let row = automaton.turned(zero, modulus - by, modulus);
                        automaton.check(row).is_some_and(|check| check[0] == byte)
                    })?,
                };
                elements[usize::from(byte)] = number(element % modulus);
            }
        }
        Some(Self::Group { elements, modulus: Some(number(modulus)) })
    }

    /// Elements are multiplied from the right of the code to the left, the check digit first or last.
    fn dihedral(checker: &Checker, layers: &[Layer]) -> Option<Self> {
        let order = summed(layers);
        let (first, last) = (order.first()?, order.last()?);
        let mut elements = vec![[0; 256]; layers.len()];
        for (place, &layer) in order.iter().rev().enumerate() {
            for byte in bytes(&layers[layer]) {
                let value = usize::from(checker.column(byte)?);
                elements[layer][usize::from(byte)] = number(verhoeff_permuted(value, place % 8 + 1));
            }
        }
        for (at, layer) in layers.iter().enumerate().filter(|(_, layer)| layer.role == Role::Check(0)) {
            if first < &at && &at < last {
                return None;
            }
            for byte in bytes(layer) {
                elements[at][usize::from(byte)] = checker.symbols().value(byte)?.into();
            }
        }
        Some(Self::Group { elements, modulus: None })
    }
}

/// The layers with letters or digits that are summed.
fn summed(layers: &[Layer]) -> Vec<usize> {
    let is_summed = |layer: &Layer| layer.role == Role::Summed && !layer.typed.is_empty();
    (0..layers.len()).filter(|layer| is_summed(&layers[*layer])).collect()
}

fn bytes(layer: &Layer) -> impl Iterator<Item = u8> {
    layer.edges.iter().flatten().map(|(byte, _)| *byte)
}

/// By check character: what takes the sum that it belongs to back to 0.
fn back_of(checker: &Checker) -> Box<[Option<usize>; 256]> {
    let mut back = Box::new([None; 256]);
    let states = checker.system.states();
    for state in 0..states {
        if let Some([check, _]) = checker.automaton().check(checker.automaton().row(1 + state)) {
            back[usize::from(check)] = Some(states - state);
        }
    }
    back
}

fn number(number: usize) -> u32 {
    u32::try_from(number).expect("a check digit table has under 2^32 rows")
}
