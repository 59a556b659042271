//! A new ledger: made whole under a name of its own, then moved to its place, so that nobody ever meets half of one.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::failure::engine;
use super::group::Group;
use super::migrate::migrate;
use super::open::{self, APPLICATION_ID};
use super::place::{Place, beside, folder_of, leads_somewhere, network_obstacle, write_hint};
use super::session::Session;
use crate::files::draft::{Kind, draft};
use crate::store::{Access, Error, Fill, Options, Result, Transaction};

/// Makes a ledger at `path` and lets `fill` put about `rows` rows into it; of two who try at once, one gets [`Error::Exists`].
pub(super) fn create(path: &Path, options: &Options, rows: u64, fill: Fill<'_>) -> Result<()> {
    let location = path.display().to_string();
    let doing = format!("could not make {location}");
    refuse_leftovers(path)?;
    let folder = folder_of(path);
    if let Some(obstacle) = network_obstacle(folder).map_err(|error| engine(&doing, error))? {
        return Err(obstacle.into_error(location));
    }
    let group = options.group.as_ref().map(|name| Group::find(name, &location)).transpose()?;
    if let Some(group) = &group {
        group.demand(folder, &location)?;
    }
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Error::Exists { location: location.clone() },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            let hint = write_hint(&error, folder);
            Error::ReadOnly { location: location.clone(), reason: error.to_string(), hint }
        }
        ErrorKind::StorageFull => Error::Full { detail: format!("{doing}: {error}") },
        _ => engine(&doing, error),
    };
    // Mode 0600 from the first moment; journals inherit it. Dropped on any failure, and the file with it.
    // It stays open to the end: that says that it is in use.
    let (open_file, draft) = draft(folder, Kind::Ledger).map_err(failed)?.into_parts();
    write_tables(&draft).map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => Error::Full { detail: format!("{doing}: {error}") },
        _ => engine(&doing, error),
    })?;
    number_changes(&open_file).map_err(failed)?;
    if rows > 0 {
        fill_tables(&draft, path, rows, fill)?;
    }
    if let Some(group) = &group {
        group.share(&draft, &location)?;
    }
    open_file.sync_all().map_err(failed)?;
    draft.persist_noclobber(path).map_err(|error| failed(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

/// Whatever has the name, be it a broken link, stays. So does a journal of a ledger that is gone: SQLite would
/// play it into the new one.
fn refuse_leftovers(path: &Path) -> Result<()> {
    leads_somewhere(path)?;
    if path.symlink_metadata().is_ok() {
        return Err(Error::Exists { location: path.display().to_string() });
    }
    for name in [beside(path, "-journal"), beside(path, "-wal")] {
        if name.symlink_metadata().is_ok() {
            return Err(Error::Refused {
                location: path.display().to_string(),
                reason: format!(
                    "{} is left of a ledger that was moved away or deleted, and would be played into a new one",
                    name.display()
                ),
                hint: format!(
                    "put the ledger back beside it; if it is gone for good, move what is left away: mv {0} {0}.old",
                    name.display()
                ),
            });
        }
    }
    Ok(())
}

/// Writes all tables in one transaction. Needs no journal: nobody else knows the file, and the caller syncs it.
fn write_tables(file: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN",
    )?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    migrate(&connection, 0)?;
    connection.execute_batch("COMMIT")?;
    connection.close().map_err(|(_, error)| error)
}

/// Lets the file count its changes from a random number on, so that what was left of a write to another ledger is known
/// by it. Nobody has opened the file yet.
fn number_changes(file: &File) -> std::io::Result<()> {
    /// Where page 1 keeps the counter, and the counter for which the rest of its header holds.
    const PLACES: [u64; 2] = [24, 92];
    let mut first = [0; 4];
    getrandom::fill(&mut first).map_err(|error| std::io::Error::other(error.to_string()))?;
    PLACES.iter().try_for_each(|place| file.write_all_at(&first, *place))
}

/// Lets the caller fill the tables in one transaction, without a journal on the disk either.
fn fill_tables(draft: &Path, path: &Path, rows: u64, fill: Fill<'_>) -> Result<()> {
    let place = Place::find(draft, Access::Write, &Options::default())?.called(path);
    let failed = |error| place.failure("could not fill the new ledger", error);
    let connection = open::connect(place.file(), true).map_err(failed)?;
    connection.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF").map_err(failed)?;
    let mut writing: Box<dyn Transaction> = Box::new(Session::draft(&connection, &place, rows)?);
    fill(writing.as_mut())?;
    writing.commit()
}
