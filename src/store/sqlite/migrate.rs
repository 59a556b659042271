//! The tables' versions: numbered SQL files, applied once each; and what SQL cannot say of the way from one to the next.

use rusqlite::Connection;

use super::session::Session;
use crate::store::chain::{Pending, told};
use crate::store::{Result, StoryRow, Transaction};

/// Version n is made by file n-1 of this list.
const MIGRATIONS: [&str; 2] = [
    include_str!("../migrations/sqlite/0001_ledger.sql"),
    include_str!("../migrations/sqlite/0002_chain.sql"),
];

/// The version this program writes.
#[expect(clippy::cast_possible_truncation, reason = "a handful of files")]
pub(super) const LATEST: u32 = MIGRATIONS.len() as u32;

/// The version in which operations are chained for the first time.
const CHAINED: u32 = 2;

/// Brings the tables from `version` to [`LATEST`], inside the caller's transaction.
pub(super) fn migrate(connection: &Connection, version: u32) -> rusqlite::Result<()> {
    for sql in MIGRATIONS.iter().skip(version as usize) {
        connection.execute_batch(sql)?;
    }
    connection.pragma_update(None, "user_version", LATEST)
}

impl Session<'_> {
    /// Brings older tables up to date, all or nothing.
    pub(super) fn migrate(mut self, version: u32) -> Result<()> {
        migrate(self.connection, version).map_err(self.failed("could not update the tables"))?;
        if version < CHAINED {
            chain_history(&mut self)?;
        }
        self.end()
    }
}

/// Links every operation written before there were chains, in their order, as if each had been linked at its commit.
fn chain_history(ledger: &mut dyn Transaction) -> Result<()> {
    let (mut pending, mut links) = (Pending::default(), Vec::new());
    ledger.story(&mut |row| {
        match *row {
            StoryRow::Operation { id, ref new } => {
                links.extend(pending.finish());
                pending.begin(id, new);
            }
            StoryRow::Item { operation, sequence, kind, columns, .. } => {
                pending.add(operation, sequence, kind, &told(kind, columns));
            }
            StoryRow::Link { .. } => {}
        }
        Ok(())
    })?;
    links.extend(pending.finish());
    ledger.add_links(&links)
}
