//! The numbers that codes and errors are counted in.

use std::ops::{Add, AddAssign, Mul};

/// A number that codes and errors are counted in: `u128` is exact; `f64` holds what is more than
/// that, to twelve digits, and its zero is still exact.
pub trait Count: Copy + PartialEq + From<u32> + Add<Output = Self> + Mul<Output = Self> + AddAssign {
    /// As a floating point number.
    fn float(self) -> f64;
}

impl Count for u128 {
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than sixteen digits")]
    fn float(self) -> f64 {
        self as f64
    }
}

impl Count for f64 {
    fn float(self) -> f64 {
        self
    }
}
