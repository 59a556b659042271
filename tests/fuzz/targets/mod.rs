//! What each fuzz target demands of its input: `run` takes any bytes and panics when a demand is
//! not met.
//!
//! The fuzzers in `../bins` and the suite's replay compile the same files; so these use nothing of
//! either.

pub(crate) mod codes;
pub(crate) mod days;
mod issued;
pub(crate) mod patterns;
pub(crate) mod rules;
mod second;
pub(crate) mod tables;
pub(crate) mod validate;
