//! The two tables that no formula gives: Damm's quasigroup and Verhoeff's permutation.

/// H. M. Damm's totally anti-symmetric quasigroup of order 10 (dissertation, Marburg 2004):
/// `[interim][digit]`.
pub(super) const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// J. Verhoeff's permutation (Error Detecting Decimal Codes, Amsterdam 1969), applied once per
/// place.
const VERHOEFF: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// `digit` after `times` applications of Verhoeff's permutation; it has order 8.
pub(super) fn verhoeff_permuted(digit: usize, times: usize) -> usize {
    (0..times).fold(digit, |permuted, _| VERHOEFF[permuted])
}

/// The product of the dihedral group of order 10: 0–4 are rotations, 5–9 reflections.
pub(super) fn dihedral_product(a: usize, b: usize) -> usize {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// The element that gives 0 together with `a`.
pub(super) fn dihedral_inverse(a: usize) -> usize {
    if a < 5 { (5 - a) % 5 } else { a }
}
