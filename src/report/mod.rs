//! Numbers for people: what the prover found, what a rule can hold, how a code is read, the staff
//! handbook.
//!
//! It computes and words; what a screen makes of it is the roof's affair.

pub mod anatomy;
pub mod check_digit;
pub mod guide;
pub mod language;
pub mod proof;
pub mod visible;
mod words;
