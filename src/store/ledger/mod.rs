//! What a ledger can be asked, and what is written to it: each question and each write once, for
//! every engine.
//!
//! `rows` makes records of rows; short questions stand in `read`, long ones in `scan`, `search`,
//! `log` and `history`, `portable` reads whole tables; `put` adds customers, `revise` changes what
//! is there, `erase` deletes what is personal, `write` does the rest, and `chain` ties all of it to
//! what went before.

mod chain;
mod condition;
mod erase;
mod history;
mod log;
mod portable;
mod put;
mod read;
mod revise;
mod rows;
mod scan;
mod search;
mod write;

use std::ops::{Deref, DerefMut};

use super::statement::Statement;
use super::{Snapshot, Transaction};

/// A write sees what can be read.
impl<'t> Deref for dyn Transaction + 't {
    type Target = dyn Snapshot + 't;

    fn deref(&self) -> &Self::Target {
        self
    }
}

impl DerefMut for dyn Transaction + '_ {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self
    }
}

/// Every constant statement with its name, for the tests that prepare them.
pub(super) fn statements() -> impl Iterator<Item = (&'static str, Statement<'static>)> {
    [
        read::STATEMENTS,
        scan::STATEMENTS,
        search::STATEMENTS,
        history::STATEMENTS,
        put::STATEMENTS,
        revise::STATEMENTS,
        erase::STATEMENTS,
        write::STATEMENTS,
        chain::STATEMENTS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
