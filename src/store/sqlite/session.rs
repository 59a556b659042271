//! One transaction on a connection: a consistent view, or a write that holds its turn in the queue
//! until it ends.

use std::cell::Cell;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection};

use super::open::{APPLICATION_ID, inspect};
use super::place::Place;
use super::queue::{Turn, Wait};
use super::writing::{Loading, Writing};
use crate::store::{Error, Intent, Patience, Result};

/// Page cache of a scan or a small write, in KiB (SQLite's own default); pages come from the
/// kernel's cache anyway.
pub(super) const SMALL_CACHE: u32 = 2_000;

/// Page cache of many look-ups or inserts in random order, in KiB.
pub(super) const LARGE_CACHE: u32 = 32_000;

/// From this many keys a look-up is worth the large cache.
const MANY_KEYS: usize = 1_000;

/// A transaction; rolled back when dropped before its commit.
pub(super) struct Session<'a> {
    pub(super) connection: &'a Connection,
    pub(super) place: &'a Place,
    /// What a write keeps between its calls; a reading session never uses it.
    pub(super) writing: Writing<'a>,
    /// How long a commit waits for readers.
    deadline: Duration,
    /// Size of the page cache, in KiB.
    cache: u32,
    /// Whether what was written stays.
    committed: Cell<bool>,
    /// Given back last, when nothing is open any more.
    turn: Option<Turn>,
}

impl<'a> Session<'a> {
    /// Begins to read: the view is that of this moment.
    pub(super) fn read(connection: &'a Connection, place: &'a Place, wait: &mut Wait<'_>) -> Result<Self> {
        let session = Self::begin(connection, place, "BEGIN", Loading::Plain, None, wait)?;
        // The first read takes the lock, and rolls back what a killed writer left.
        patiently(connection, place, wait, || inspect(connection, place))?;
        place.demand_same_file()?;
        Ok(session)
    }

    /// Begins to write.
    pub(super) fn write(
        connection: &'a Connection,
        place: &'a Place,
        intent: Intent,
        turn: Turn,
        wait: &mut Wait<'_>,
    ) -> Result<Self> {
        let (begin, loading) = match intent {
            Intent::Small => ("BEGIN IMMEDIATE", Loading::Plain),
            Intent::Bulk(rows) => ("BEGIN EXCLUSIVE", Loading::Undecided { rows }),
        };
        // A bulk write takes its operation and counters from this very transaction, so that a
        // look-up per row and key would prove what is true by construction.
        let checked = loading == Loading::Plain;
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, checked)
            .map_err(|error| place.failure("could not prepare the write", error))?;
        let session = Self::begin(connection, place, begin, loading, Some(turn), wait)?;
        place.demand_same_file()?;
        if !checked {
            session.touch_first_page()?;
        }
        Ok(session)
    }

    /// Begins to fill a file that nobody else knows, with about so many rows.
    pub(super) fn draft(connection: &'a Connection, place: &'a Place, rows: u64) -> Result<Self> {
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false)
            .map_err(|error| place.failure("could not prepare the write", error))?;
        let mut wait = Wait::begin(Patience { deadline: Duration::ZERO, notice: &|_| () });
        Self::begin(connection, place, "BEGIN EXCLUSIVE", Loading::Undecided { rows }, None, &mut wait)
    }

    fn begin(
        connection: &'a Connection,
        place: &'a Place,
        begin: &str,
        loading: Loading,
        turn: Option<Turn>,
        wait: &mut Wait<'_>,
    ) -> Result<Self> {
        patiently(connection, place, wait, || {
            connection.execute_batch(begin).map_err(|error| place.failure("could not begin", error))
        })?;
        let deadline = wait.deadline();
        let (writing, committed) = (Writing::new(loading), Cell::new(false));
        Ok(Self { connection, place, writing, deadline, cache: SMALL_CACHE, committed, turn })
    }

    /// Has the journal begin with page 1, before a write that does not fit the cache changes any
    /// other page of the file.
    fn touch_first_page(&self) -> Result<()> {
        let touched = self.connection.pragma_update(None, "application_id", APPLICATION_ID);
        touched.map_err(self.failed("could not begin"))
    }

    /// A statement, prepared at most once per connection.
    pub(super) fn statement(&self, sql: &str) -> rusqlite::Result<CachedStatement<'a>> {
        self.connection.prepare_cached(sql)
    }

    /// Names what was being done when the engine failed.
    pub(super) fn failed(&self, doing: &str) -> impl Fn(rusqlite::Error) -> Error + use<'a> {
        let (place, doing) = (self.place, doing.to_owned());
        move |error| place.failure(&doing, error)
    }

    /// Sets the page cache, in KiB.
    pub(super) fn set_cache(&mut self, kib: u32) -> Result<()> {
        if self.cache != kib {
            self.connection
                .pragma_update(None, "cache_size", -i64::from(kib))
                .map_err(self.failed("could not set the page cache"))?;
            self.cache = kib;
        }
        Ok(())
    }

    /// Makes room for look-ups that jump about.
    pub(super) fn expect_keys(&mut self, keys: usize) -> Result<()> {
        if keys < MANY_KEYS {
            return Ok(());
        }
        if self.turn.is_some() {
            self.touch_first_page()?;
        }
        self.set_cache(LARGE_CACHE)
    }

    /// Commits, waiting for readers. What was committed to a file that has lost its name is told as
    /// lost.
    pub(super) fn end(&self) -> Result<()> {
        self.place.demand_same_file()?;
        let failed = self.failed("could not commit");
        self.connection.busy_timeout(self.deadline).map_err(&failed)?;
        self.connection.execute_batch("COMMIT").map_err(|error| match failed(error) {
            Error::Busy { .. } => Error::Busy { waited: self.deadline, holder: self.place.lock_holder() },
            other => other,
        })?;
        self.committed.set(true);
        self.place.demand_same_file()
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if !self.connection.is_autocommit() {
            // Should this fail, the journal stays and the next one to open the ledger rolls back.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        if self.turn.is_some() && !self.committed.get() {
            // After a failure of the disk SQLite leaves the journal to the next reader. Read now: a
            // full disk gets its space back.
            let _ = self.connection.pragma_query_value(None, "schema_version", |_| Ok(()));
        }
        // Likewise only memory is at stake here.
        let _ = self.set_cache(SMALL_CACHE);
    }
}

/// Repeats `attempt` while programs outside the queue hold the ledger, telling the user, until the
/// deadline.
pub(super) fn patiently<T>(
    connection: &Connection,
    place: &Place,
    wait: &mut Wait<'_>,
    attempt: impl Fn() -> Result<T>,
) -> Result<T> {
    loop {
        // Cannot fail on an open connection, and a shorter wait would harm nobody.
        let _ = connection.busy_timeout(wait.slice());
        match attempt() {
            Err(Error::Busy { .. }) => wait.go_on(place.lock_holder())?,
            done => return done,
        }
    }
}
