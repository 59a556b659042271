//! The SQLite engine: a ledger in one file with a rollback journal, made to lose nothing that was
//! ever printed.
//!
//! `place` finds the file, `group` shares it, `journal` looks at what a killed write left, `open`
//! connects, `queue` gives writers their turn, `session` is one transaction and `engine` what it
//! offers, in the words of `dialect`; `writing` is what a write keeps, `bulk` builds indexes anew,
//! `migrate` makes the tables, `pages` copies a whole ledger for those who read long
//! and for a backup, `draft` is a file in the making, `seal` the last line of a backup, `check` and
//! `surroundings` look for what is wrong.

mod bulk;
mod check;
mod compact;
mod create;
mod dialect;
mod draft;
mod engine;
mod failure;
mod group;
mod journal;
mod migrate;
mod open;
mod pages;
mod place;
mod queue;
mod readers;
mod schema;
mod seal;
mod session;
mod surroundings;
mod writing;

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

pub use self::create::NewLedger;
pub(super) use self::dialect::translated;
pub use self::draft::Draft;
pub use self::open::carries_our_mark;
use self::place::Place;
pub use self::place::leads_somewhere;
use self::queue::{Turn, Wait};
pub use self::seal::{Sealed, is_as_sealed};
use self::session::Session;
use super::{
    Access, Compaction, DEADLINE, Error, Fill, Flaw, Intent, Options, Patience, Result, Snapshot, Store,
    Transaction,
};

/// A ledger in one SQLite file.
pub struct Sqlite {
    place: Place,
    connection: Connection,
    access: Access,
    read_deadline: Duration,
    /// Whether this connection looked at the file and may write.
    prepared: bool,
}

impl Sqlite {
    /// Opens a ledger. Takes no lock and reads nothing yet.
    pub fn open(path: &Path, access: Access, options: &Options) -> Result<Self> {
        let place = Place::find(path, access, options)?;
        place.demand_own_journal()?;
        let connection = open::connect(place.file(), place.is_writable())
            .map_err(|error| place.failure("could not open the ledger", error))?;
        place.demand_same_file()?;
        Ok(Self { place, connection, access, read_deadline: DEADLINE, prepared: false })
    }

    /// Makes a ledger.
    pub fn create(path: &Path, options: &Options) -> Result<Self> {
        create::create(path, options, 0, &mut |_| Ok(()))?;
        Self::open(path, Access::Write, options)
    }

    /// Makes a ledger that holds from its first moment what `fill` puts into it, about so many
    /// rows.
    pub fn create_filled(path: &Path, options: &Options, rows: u64, fill: Fill<'_>) -> Result<Self> {
        create::create(path, options, rows, fill)?;
        Self::open(path, Access::Write, options)
    }

    /// Gives an existing ledger to the group of `options`; whether anything had to be given.
    pub fn share(path: &Path, options: &Options) -> Result<bool> {
        Place::find(path, Access::Write, options)?.share()
    }

    /// Inspects and prepares the file before the first write of this connection.
    fn prepare(&mut self, wait: &mut Wait<'_>) -> Result<()> {
        if self.prepared {
            return Ok(());
        }
        let (connection, place) = (&self.connection, &self.place);
        session::patiently(connection, place, wait, || {
            open::inspect(connection, place)?;
            open::prepare_to_write(connection, place)
        })?;
        self.prepared = true;
        Ok(())
    }

    /// Waits for the turn to write, then makes sure of the file.
    fn queue(&mut self, holder: &str, wait: &mut Wait<'_>) -> Result<Turn> {
        self.place.demand_same_file()?;
        let turn = Turn::take(&self.place, holder, wait)?;
        // Asked first: what the engine says of a file without a name is about rights.
        self.place.demand_same_file()?;
        self.prepare(wait)?;
        Ok(turn)
    }
}

impl Store for Sqlite {
    fn read(&mut self) -> Result<Box<dyn Snapshot + '_>> {
        let patience = Patience { deadline: self.read_deadline, notice: &|_| () };
        let mut wait = Wait::begin(patience);
        let session = Session::read(&self.connection, &self.place, &mut wait)?;
        Ok(Box::new(session))
    }

    fn write(
        &mut self,
        intent: Intent,
        holder: &str,
        patience: Patience<'_>,
    ) -> Result<Box<dyn Transaction + '_>> {
        if self.access == Access::Read {
            let location = self.place.location().to_owned();
            return Err(Error::opened_to_read(location));
        }
        let mut wait = Wait::begin(patience);
        let turn = self.queue(holder, &mut wait)?;
        let session = Session::write(&self.connection, &self.place, intent, turn, &mut wait)?;
        Ok(Box::new(session))
    }

    fn private_copy(&mut self) -> Result<Option<Box<dyn Store>>> {
        Ok(Some(Box::new(self.copy_privately()?)))
    }

    fn compact(&mut self, holder: &str, patience: Patience<'_>) -> Result<Compaction> {
        self.vacuum(holder, patience)?;
        Ok(Compaction::Done)
    }

    fn compaction_needs(&mut self) -> Result<String> {
        self.vacuum_needs()
    }

    fn copy_pages(&mut self, draft: &Draft) -> Result<bool> {
        self.copy_to_draft(draft)?;
        Ok(true)
    }

    fn set_read_deadline(&mut self, deadline: Duration) {
        self.read_deadline = deadline;
    }

    fn location(&self) -> &str {
        self.place.location()
    }

    fn surroundings(&mut self) -> Result<Vec<Flaw>> {
        let mut flaws = self.place.flaws().map_err(|error| self.place.unreadable(&error))?;
        flaws.extend(self.place.journal(&self.connection)?);
        Ok(flaws)
    }

    fn mend_surroundings(&mut self) -> Result<()> {
        self.place.make_private()
    }
}
