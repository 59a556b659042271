//! A value of a dictionary with its places in the files of a bundle.

use crate::rule::field::Value;

/// Most characters of one printed value.
pub(super) const WIDEST: usize = 64;

/// A value and where its parts stand.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) value: Value,
    pub(super) file: usize,
    pub(super) key: std::ops::Range<usize>,
    pub(super) code: std::ops::Range<usize>,
}
