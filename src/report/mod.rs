//! Numbers for people: what the prover found, what a rule can hold, how a code is read, the staff handbook.
//!
//! It computes and words; what a screen makes of it is the roof's affair.

pub mod check_digit;
