//! The numbers that codes and errors are counted in.

use std::ops::{Add, AddAssign, Mul};

/// A number that codes and errors are counted in: `u128` is exact; `f64` holds what is more than
/// that, to twelve digits, and its zero is still exact.
pub trait Count: Copy + PartialEq + From<u32> + Add<Output = Self> + Mul<Output = Self> + AddAssign {
    /// As a floating point number.
    fn float(self) -> f64;

    /// Less `part` of it. What rounding leaves of nothing is nothing: no kind of error is possible
    /// in so few of so many codes.
    fn without(self, part: Self) -> Self;
}

impl Count for u128 {
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than sixteen digits")]
    fn float(self) -> f64 {
        self as f64
    }

    fn without(self, part: Self) -> Self {
        self - part
    }
}

impl Count for f64 {
    fn float(self) -> f64 {
        self
    }

    fn without(self, part: Self) -> Self {
        let rest = self - part;
        if rest > self * ROUNDING { rest } else { 0.0 }
    }
}

/// What many additions of floating point numbers can be wrong by, as a share.
const ROUNDING: f64 = 1e-10;
