//! The integration suite: one file per capability.

mod check_digits;
mod codec;
