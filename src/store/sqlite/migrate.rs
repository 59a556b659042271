//! Makes the tables.

use rusqlite::Connection;

use crate::store::tables::TABLES_VERSION;

const TABLES: &str = include_str!("../migrations/sqlite/0001_ledger.sql");

/// Makes the tables in an empty file. Must run in a transaction.
pub(super) fn make(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "user_version", TABLES_VERSION)
}
