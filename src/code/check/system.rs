//! The arithmetic of every algorithm, as a machine that takes one value at a time. Slow and plain;
//! it runs only while [`super::Automaton`] is built from it.

use super::spec::Align;
use super::tables::{DAMM, dihedral_inverse, dihedral_product, verhoeff_permuted};

/// A family of check digit systems. Its state is a number below [`System::states`]; the phase is
/// the count of values taken so far modulo [`System::phases`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum System {
    /// The check value makes the weighted sum a multiple of the modulus.
    Weighted { modulus: usize, weights: Vec<usize>, align: Align },
    /// Every second value from the right doubled, the digits of the product summed.
    Luhn { base: usize },
    /// ISO 7064 pure: the whole number in this radix, check included, leaves 1 when divided by the
    /// modulus.
    Pure { modulus: usize, radix: usize, checks: usize },
    /// ISO 7064 hybrid MOD m+1,m.
    Hybrid { base: usize },
    /// Damm.
    Damm,
    /// Verhoeff.
    Verhoeff,
}

impl System {
    pub(super) fn states(&self) -> usize {
        match *self {
            Self::Weighted { modulus, .. } | Self::Pure { modulus, .. } => modulus,
            Self::Luhn { base } => base,
            Self::Hybrid { base } => base + 1,
            Self::Damm | Self::Verhoeff => 10,
        }
    }

    pub(super) fn phases(&self) -> usize {
        match self {
            Self::Weighted { weights, .. } => weights.len(),
            Self::Luhn { .. } => 2,
            Self::Verhoeff => 8,
            Self::Pure { .. } | Self::Hybrid { .. } | Self::Damm => 1,
        }
    }

    pub(super) fn start(&self) -> usize {
        match *self {
            Self::Hybrid { base } => base,
            _ => 0,
        }
    }

    /// How many check characters there are.
    pub(super) fn checks(&self) -> usize {
        match *self {
            Self::Pure { checks, .. } => checks,
            _ => 1,
        }
    }

    /// Whether the payload is taken from its right end.
    pub(super) fn right_to_left(&self) -> bool {
        match self {
            Self::Weighted { align, .. } => *align == Align::Right,
            Self::Luhn { .. } | Self::Verhoeff => true,
            Self::Pure { .. } | Self::Hybrid { .. } | Self::Damm => false,
        }
    }

    /// The state after `value`.
    pub(super) fn step(&self, phase: usize, state: usize, value: usize) -> usize {
        match self {
            Self::Weighted { modulus, weights, .. } => (state + weights[phase] * value) % modulus,
            Self::Luhn { base } => {
                let product = if phase == 0 { 2 * value } else { value };
                (state + product / base + product % base) % base
            }
            Self::Pure { modulus, radix, .. } => (state + value) * radix % modulus,
            Self::Hybrid { base } => {
                let sum = match (state + value) % base {
                    0 => *base,
                    sum => sum,
                };
                2 * sum % (base + 1)
            }
            Self::Damm => usize::from(DAMM[state][value]),
            Self::Verhoeff => dihedral_product(state, verhoeff_permuted(value, phase + 1)),
        }
    }

    /// The values of the check characters; the second counts only where there are two.
    pub(super) fn finish(&self, state: usize) -> [usize; 2] {
        let only = |value| [value, 0];
        match *self {
            Self::Weighted { modulus, .. } => only((modulus - state) % modulus),
            Self::Luhn { base } => only((base - state) % base),
            Self::Pure { modulus, checks: 1, .. } => only((modulus + 1 - state) % modulus),
            // Two check characters can spell 0 and 1 in two ways. The larger one (M+1-r, as for
            // IBAN) is the only one accepted, so that a code has one spelling.
            Self::Pure { modulus, radix, .. } => {
                let check = modulus + 1 - state * radix % modulus;
                [check / radix, check % radix]
            }
            Self::Hybrid { base } => only((base + 1 - state) % base),
            Self::Damm => only(state),
            Self::Verhoeff => only(dihedral_inverse(state)),
        }
    }
}
