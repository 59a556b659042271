//! A ledger in the making, under a name of its own until it is whole, so that nobody ever meets
//! half of one. Nobody else knows the file: it needs neither locks nor a journal on the disk, and
//! is synced when it gets its name.

use std::fs::{File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempPath;

use super::failure::engine;
use super::migrate::make;
use super::open::{self, APPLICATION_ID};
use super::place::Place;
use super::session::Session;
use super::{DEADLINE, Sqlite};
use crate::files::draft::{Kind, draft, draft_for};
use crate::files::space;
use crate::store::{Access, Error, Fill, Options, Result, Store, Transaction};

/// Where the first page of a SQLite file says how it is journaled, and how a ledger is: by a
/// rollback journal.
const JOURNALED: (u64, [u8; 2]) = (18, [1, 1]);

/// Where the first page keeps the counter of changes, and the counter for which the rest of its
/// header holds.
const COUNTED: [u64; 2] = [24, 92];

/// A ledger in the making; removed when dropped.
pub struct Draft {
    /// Open to the end: that says that it is in use.
    file: File,
    path: TempPath,
    /// How messages call it.
    name: PathBuf,
}

impl Draft {
    /// Begins an empty file, mode 0600, beside the one that it will be. A link and a folder of that
    /// name are refused.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let (file, path) = draft_for(target, Kind::Ledger)?.into_parts();
        Ok(Self { file, path, name: target.to_owned() })
    }

    /// Begins one in the temporary folder, for a ledger that gets no name; messages call it `name`.
    pub fn temporary(name: &str) -> io::Result<Self> {
        let (file, path) = draft(&std::env::temp_dir(), Kind::Ledger)?.into_parts();
        Ok(Self { file, path, name: PathBuf::from(name) })
    }

    /// How messages call it.
    pub fn name(&self) -> String {
        self.name.display().to_string()
    }

    /// The name that it has for now.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its content.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Refuses to begin where there is no room for so many bytes. What cannot be found out is no
    /// reason.
    pub fn demand_room(&self, bytes: u64) -> Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        match space::free(folder) {
            Ok(free) if free < bytes => Err(Error::Full {
                detail: format!(
                    "{} needs {} in {}, where {} are free",
                    self.name.display(),
                    space::bytes(bytes),
                    folder.display(),
                    space::bytes(free)
                ),
            }),
            _ => Ok(()),
        }
    }

    /// Adds bytes of a ledger's file.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Makes the tables of an empty ledger.
    pub fn make_tables(&self) -> Result<()> {
        self.write_tables().map_err(|error| {
            let doing = format!("could not make {}", self.name.display());
            match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DiskFull) => Error::Full { detail: format!("{doing}: {error}") },
                _ => engine(&doing, error),
            }
        })
    }

    fn write_tables(&self) -> rusqlite::Result<()> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let connection = Connection::open_with_flags_and_vfs(&self.path, flags, open::UNLOCKED)?;
        connection.execute_batch(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN",
        )?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        make(&connection)?;
        connection.execute_batch("COMMIT")?;
        connection.close().map_err(|(_, error)| error)
    }

    /// Lets the caller write about so many rows in one transaction.
    pub fn fill(&self, rows: u64, fill: Fill<'_>) -> Result<()> {
        let (place, connection) = self.connect()?;
        let mut writing: Box<dyn Transaction> = Box::new(Session::draft(&connection, &place, rows)?);
        fill(writing.as_mut())?;
        writing.commit()
    }

    /// The ledger as it is so far, for reading.
    pub fn open(&self) -> Result<Box<dyn Store>> {
        let (place, connection) = self.connect()?;
        let access = Access::Read;
        Ok(Box::new(Sqlite { place, connection, access, read_deadline: DEADLINE, prepared: false }))
    }

    /// A connection that writes without a journal on the disk.
    pub(super) fn connect(&self) -> Result<(Place, Connection)> {
        let place = Place::find(&self.path, Access::Read, &Options::default())?.called(&self.name);
        let connection = open::connect_unlocked(place.file()).and_then(|connection| {
            connection.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")?;
            Ok(connection)
        });
        let connection = connection.map_err(|error| place.failure("could not open the new ledger", error))?;
        Ok((place, connection))
    }

    /// Has the file say that it is journaled as a ledger is: pages that were copied bring the word
    /// of another program.
    pub(super) fn be_journaled(&self) -> io::Result<()> {
        let (place, word) = JOURNALED;
        self.file.write_all_at(&word, place)
    }

    /// Lets the file count its changes from a random number on, so that what was left of a write to
    /// another ledger is known by it.
    pub(super) fn number_changes(&self) -> io::Result<()> {
        let mut first = [0; 4];
        getrandom::fill(&mut first).map_err(|error| io::Error::other(error.to_string()))?;
        COUNTED.iter().try_for_each(|place| self.file.write_all_at(&first, *place))
    }

    /// Sets the permissions.
    pub fn set_mode(&self, mode: u32) -> io::Result<()> {
        self.file.set_permissions(Permissions::from_mode(mode))
    }

    /// Gives the file its name, durably; in place of another one only where `replace` says so.
    pub fn publish(self, target: &Path, replace: bool) -> io::Result<()> {
        self.file.sync_all()?;
        let named = if replace { self.path.persist(target) } else { self.path.persist_noclobber(target) };
        named.map_err(|error| error.error)?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}
