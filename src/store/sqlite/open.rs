//! A connection to a ledger: its settings, and the look at the file before anything in it is
//! trusted.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::place::Place;
use crate::store::tables::demand_version;
use crate::store::{Error, Result};

/// Marks a SQLite file as a ledger of custcode: "cust" in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x6375_7374;

/// Opens a resolved file without looking into it, so that opening takes no lock and waits for
/// nobody.
pub(super) fn connect(file: &Path, writable: bool) -> rusqlite::Result<Connection> {
    // A reader, too, opens for writing where it may: it has to roll back what a killed writer left
    // behind.
    let mode = if writable { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
    let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    guarded(Connection::open_with_flags(file, flags)?)
}

/// Opens a temporary database of SQLite's own: a file without a name, mode 0600, made only when
/// memory does not do.
pub(super) fn private() -> rusqlite::Result<Connection> {
    guarded(Connection::open("")?)
}

/// SQLite's files without locks: for those that nobody else knows, on whatever file system they
/// lie.
pub(super) const UNLOCKED: &str = "unix-none";

/// Opens a file that nobody else knows.
pub(super) fn connect_unlocked(file: &Path) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    guarded(Connection::open_with_flags_and_vfs(file, flags, UNLOCKED)?)
}

/// The settings of every connection.
fn guarded(connection: Connection) -> rusqlite::Result<Connection> {
    // A ledger has no triggers and no views; what somebody planted must not run. A plan does not
    // depend on the values that are bound: otherwise SQLite prepares a statement anew for each.
    for (setting, value) in [
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
    ] {
        connection.set_db_config(setting, value)?;
    }
    connection.execute_batch("PRAGMA cell_size_check = ON; PRAGMA temp_store = FILE")?;
    connection.set_prepared_statement_cache_capacity(48);
    Ok(connection)
}

/// Whether the file is a ledger that this program understands.
pub(super) fn inspect(connection: &Connection, place: &Place) -> Result<()> {
    let header = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let read = header("application_id").and_then(|id| Ok((id, header("user_version")?)));
    let (application, version) = read.map_err(|error| place.failure("could not read the ledger", error))?;
    let unusable = |reason: String| Error::Unusable { location: place.location().to_owned(), reason };
    if application != APPLICATION_ID {
        return Err(unusable(format!(
            "a SQLite file, but not a custcode ledger (application id {application:#x}, not {APPLICATION_ID:#x})"
        )));
    }
    let version =
        u32::try_from(version).map_err(|_| unusable(format!("its tables have version {version}")))?;
    demand_version(place.location(), version)
}

/// Where SQLite keeps the mark of an application, in the first page of a file.
const MARK: u64 = 68;

/// Whether a file says that it is a ledger of custcode; reads four bytes and takes no lock.
pub fn carries_our_mark(file: &Path) -> std::io::Result<bool> {
    let mut mark = [0; 4];
    match File::open(file)?.read_exact_at(&mut mark, MARK) {
        Ok(()) => Ok(mark == APPLICATION_ID.to_be_bytes()),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// What a writer demands of the file. `EXTRA` alone also syncs the folder when the journal is gone,
/// so that a power loss cannot undo a commit whose code was printed.
pub(super) fn prepare_to_write(connection: &Connection, place: &Place) -> Result<()> {
    let failed = |error| place.failure("could not prepare the ledger for writing", error);
    connection.execute_batch("PRAGMA synchronous = EXTRA").map_err(failed)?;
    // Only another program can have switched to a write-ahead log, which loses commits silently
    // when it is damaged.
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get(0))
        .map_err(failed)?;
    if mode != "delete" {
        return Err(Error::Unusable {
            location: place.location().to_owned(),
            reason: format!("its journal mode is {mode:?} and cannot be changed to \"delete\" now"),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_prepared_once_for_all_values() {
        let connection = guarded(Connection::open_in_memory().expect("memory")).expect("settings");
        let tables = "CREATE TABLE customers (id INTEGER PRIMARY KEY, code INTEGER) STRICT; \
            CREATE TABLE codes (id INTEGER PRIMARY KEY, customer INTEGER) STRICT; \
            CREATE INDEX codes_customer ON codes (customer)";
        connection.execute_batch(tables).expect("tables");
        let join = "SELECT 1 FROM customers JOIN codes ON codes.id = customers.code WHERE customers.id = $1";
        let mut statement = connection.prepare(join).expect("a statement");
        for id in 1..=3 {
            statement.exists([id]).expect("an answer");
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
