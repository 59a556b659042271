//! Whether the ledger is sound, and what became of every number: check, gaps, log, repair.

pub mod check;
pub mod gaps;
pub mod log;
pub mod repair;
