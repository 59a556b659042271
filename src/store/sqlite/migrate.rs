//! The tables' versions: numbered SQL files, applied once each.

use rusqlite::Connection;

/// Version n is made by file n-1 of this list.
const MIGRATIONS: [&str; 2] = [
    include_str!("../migrations/sqlite/0001_ledger.sql"),
    include_str!("../migrations/sqlite/0002_chain.sql"),
];

/// The version this program writes.
#[expect(clippy::cast_possible_truncation, reason = "a handful of files")]
pub(super) const LATEST: u32 = MIGRATIONS.len() as u32;

/// Brings the tables from `version` to [`LATEST`], inside the caller's transaction.
pub(super) fn migrate(connection: &Connection, version: u32) -> rusqlite::Result<()> {
    for sql in MIGRATIONS.iter().skip(version as usize) {
        connection.execute_batch(sql)?;
    }
    connection.pragma_update(None, "user_version", LATEST)
}
