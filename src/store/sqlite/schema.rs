//! The tables as they stand in the file, compared with those of a new ledger.

use std::sync::OnceLock;

use rusqlite::Connection;

use super::migrate::make;
use super::session::Session;
use crate::store::Result;
use crate::store::schema::{Objects, differences};

impl Session<'_> {
    /// What is not as a new ledger has it.
    pub(super) fn other_objects(&self) -> Result<Vec<String>> {
        let made = made().map_err(self.failed("could not make empty tables to compare with"))?;
        let found =
            objects(self.connection).map_err(self.failed("could not read how the tables were made"))?;
        Ok(differences(made, &found))
    }
}

/// The objects of a new ledger. They are made once: a process may look at thousands of ledgers.
fn made() -> rusqlite::Result<&'static Objects> {
    static MADE: OnceLock<Objects> = OnceLock::new();
    if let Some(made) = MADE.get() {
        return Ok(made);
    }
    let empty = Connection::open_in_memory()?;
    make(&empty)?;
    let objects = objects(&empty)?;
    Ok(MADE.get_or_init(|| objects))
}

/// Tables, indexes, triggers and views by type and name, each as it was made, however that is
/// spaced; those of SQLite itself have no text.
fn objects(connection: &Connection) -> rusqlite::Result<Objects> {
    const SQL: &str = "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut statement = connection.prepare(SQL)?;
    let rows = statement.query_map([], |row| {
        let text: String = row.get(1)?;
        Ok((row.get(0)?, text.split_whitespace().collect::<Vec<_>>().join(" ")))
    })?;
    rows.collect()
}
