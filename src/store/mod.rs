//! Where the ledger is kept, as plain records; knows neither rules nor tables.
//!
//! A [`Store`] is opened on a location. [`Store::read`] gives a [`Snapshot`] (one consistent view,
//! no lock kept longer than it lives), [`Store::write`] a [`Transaction`] (waits its turn in a fair
//! queue). What is not committed never happened.

mod address;
pub mod chain;
mod engine;
mod erasure;
pub mod holder;
mod keys;
pub mod laws;
mod ledger;
pub mod location;
pub mod new;
#[cfg(feature = "postgres")]
pub mod postgres;
mod random;
pub mod record;
pub mod salt;
mod schema;
pub mod sqlite;
mod statement;
pub mod tables;
pub mod transfer;
pub mod view;
mod waits;
mod written;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use address::Address;
pub use erasure::{Compaction, Erasure, PersonalText, Remainder, TextKind};
pub use laws::{Breach, LAWS, Law, LawName};
pub use location::Location;
pub use new::{Candidate, IssuedNow, NewCode, NewCustomer, NewIssue, NewOperation};
pub use record::{
    Bundle, Change, CodeRow, CodeState, Counter, Customer, CustomerState, DroppedReference, Entry, Event,
    Gap, GapReason, Lease, LedgerInfo, Link, Operation, Pace, ScopeKey,
};
pub use tables::{Column, TABLES, TABLES_VERSION, Table, Value};
pub use view::{Checkpoint, Filter, Flaw, FlawKind, HistoryRow, KeyedName, Listed, Logged, OperationFilter};
pub(crate) use waits::ATTEMPTS;
pub use waits::{DEADLINE, longest};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no ledger at the location.
    #[error("no ledger at {location}")]
    Missing {
        /// Where it was looked for.
        location: String,
    },
    /// [`create`] found something there.
    #[error("{location} exists already")]
    Exists {
        /// The location.
        location: String,
    },
    /// Not a custcode ledger, a newer schema, or damaged.
    #[error("{location}: {reason}")]
    Unusable {
        /// The location.
        location: String,
        /// Why.
        reason: String,
    },
    /// It was made by a program from before the first release.
    #[error("{location} is a ledger of an earlier custcode (tables {version}, not {TABLES_VERSION})")]
    Old {
        /// Where.
        location: String,
        /// The version of its tables.
        version: u32,
    },
    /// Opened for reading only, or the file or folder cannot be written.
    #[error("{location} cannot be written: {reason}")]
    ReadOnly {
        /// The location.
        location: String,
        /// Why.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// The deadline passed while others held the ledger.
    #[error("{}", busy(*waited, holder.as_deref()))]
    Busy {
        /// How long was waited.
        waited: Duration,
        /// Who holds it, if known: the description that [`holder::describe`] gave.
        holder: Option<String>,
    },
    /// A unique key is taken: `code` or `reference` or `request id`.
    #[error("{key} {value:?} is in the ledger already")]
    Conflict {
        /// Which key.
        key: &'static str,
        /// Its value (may be empty when found by an index build).
        value: String,
    },
    /// The disk or the temporary folder is full.
    #[error("no space left: {detail}")]
    Full {
        /// The engine's words and the folder concerned.
        detail: String,
    },
    /// The connection to the engine was lost, or could not be made: repeating is safe.
    #[error("{location}: {reason}")]
    Unreachable {
        /// The location.
        location: String,
        /// Why.
        reason: String,
    },
    /// The connection was lost during the commit, and whether that came through could not be found
    /// out.
    #[error("{location}: {reason}")]
    Uncertain {
        /// The location.
        location: String,
        /// Why.
        reason: String,
    },
    /// The engine refuses what was asked, by a setting or for lack of a privilege.
    #[error("{location}: {reason}")]
    Refused {
        /// The location.
        location: String,
        /// Why.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// A ledger's address that cannot be used. Never repeats a secret.
    #[error("{reason}")]
    Address {
        /// What is wrong with it.
        reason: String,
        /// What to write.
        hint: String,
    },
    /// Interrupted by a signal.
    #[error("interrupted")]
    Interrupted,
    /// Any other failure of the engine.
    #[error("{context}: {source}")]
    Engine {
        /// What was being done.
        context: String,
        /// The engine's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// A write through a ledger that was opened for reading.
    fn opened_to_read(location: String) -> Self {
        Self::ReadOnly {
            location,
            reason: "it was opened for reading only".to_owned(),
            hint: "this is a fault of the program: please report it".to_owned(),
        }
    }
}

/// A wait that was given up, in words.
fn busy(waited: Duration, holder: Option<&str>) -> String {
    let waited = waited.as_secs();
    match holder {
        Some(holder) => format!("busy: {} (waited {waited} s)", holder::tell(holder, SystemTime::now())),
        None => format!("the ledger was busy for {waited} s"),
    }
}

/// Result of the store.
pub type Result<T> = std::result::Result<T, Error>;

/// What a write is for; bulk writes take the ledger exclusively and may rebuild indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// A handful of rows.
    Small,
    /// About this many new customers.
    Bulk(u64),
}

/// How long to wait for the ledger and whom to tell.
#[derive(Clone, Copy)]
pub struct Patience<'a> {
    /// The longest wait, usually [`DEADLINE`].
    pub deadline: Duration,
    /// Called once, after a second, with the holder's description if known; [`holder::tell`] puts
    /// it into words.
    pub notice: &'a (dyn Fn(Option<&str>) + Sync),
}

/// A place where a ledger is kept. One thread at a time uses it, whichever that is.
pub trait Store: Send {
    /// One consistent view. Drop it before writing to a pipe or a terminal.
    fn read(&mut self) -> Result<Box<dyn Snapshot + '_>>;
    /// Waits in the queue, then begins to write. `holder` is shown to those who wait, e.g.
    /// `import (process 71)`, with the time from now on ([`holder::describe`]).
    fn write(
        &mut self,
        intent: Intent,
        holder: &str,
        patience: Patience<'_>,
    ) -> Result<Box<dyn Transaction + '_>>;
    /// Issues one code in one round trip where the engine gains by it. `None`: nothing was written
    /// and a transaction has to look why (a known reference, other rules, a number to step over, a
    /// counter that is not there yet), or the engine has no such way.
    ///
    /// As in a transaction, a code that is returned is durable. Repeated calls on one counter are
    /// cheaper than the first.
    fn issue(&mut self, issue: &NewIssue<'_>, patience: Patience<'_>) -> Result<Option<IssuedNow>> {
        let (_, _) = (issue, patience);
        Ok(None)
    }
    /// A private copy of the ledger as it is now, for a long read, where [`Store::read`] would hold
    /// up those who write. `None`: it would hold up nobody.
    fn private_copy(&mut self) -> Result<Option<Box<dyn Store>>> {
        Ok(None)
    }
    /// Writes everything anew, so that no page holds what was deleted; interrupted at any moment,
    /// the ledger is as it was.
    fn compact(&mut self, holder: &str, patience: Patience<'_>) -> Result<Compaction>;
    /// What [`Store::compact`] needs, in words.
    fn compaction_needs(&mut self) -> Result<String>;
    /// Copies the ledger as it is now into a draft, page by page, where this engine keeps it in
    /// such a file. `false`: nothing was copied.
    fn copy_pages(&mut self, draft: &sqlite::Draft) -> Result<bool> {
        let _ = draft;
        Ok(false)
    }
    /// The longest wait of [`Store::read`] while a write becomes durable; [`DEADLINE`] unless told.
    fn set_read_deadline(&mut self, deadline: Duration);
    /// Where it is, for messages; never holds a secret.
    fn location(&self) -> &str;
    /// What is wrong with the ledger's surroundings: permissions, names and neighbours of a file,
    /// settings of a server.
    fn surroundings(&mut self) -> Result<Vec<Flaw>> {
        Ok(Vec::new())
    }
    /// Puts right those flaws of [`Store::surroundings`] that say that they can be.
    fn mend_surroundings(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A consistent view of a ledger: what it can be asked stands in `store/ledger`, once for every
/// engine.
pub trait Snapshot: engine::Engine {}

impl<E: engine::Engine> Snapshot for E {}

/// A write in progress, which sees what a [`Snapshot`] sees; dropped without a commit, nothing
/// happened.
pub trait Transaction: Snapshot + engine::Writer {}

impl<W: engine::Writer> Transaction for W {}

/// Every constant statement of the ledger with its name, for whoever wants to prepare them.
#[doc(hidden)]
pub fn statements() -> impl Iterator<Item = (&'static str, statement::Statement<'static>)> {
    ledger::statements()
}

/// Opens an existing ledger. What is wrong inside the file (foreign, newer, damaged) may show only
/// at the first read or write, which is when it is looked at.
pub fn open(location: &Location, access: Access) -> Result<Box<dyn Store>> {
    open_with(location, access, &Options::default())
}

/// As [`open`], with options.
pub fn open_with(location: &Location, access: Access, options: &Options) -> Result<Box<dyn Store>> {
    match location {
        Location::Sqlite(path) => Ok(Box::new(sqlite::Sqlite::open(path, access, options)?)),
        #[cfg(feature = "postgres")]
        Location::Postgres(address) => {
            Ok(Box::new(postgres::Postgres::open(address, access, &options.waiting)?))
        }
        #[cfg(not(feature = "postgres"))]
        Location::Postgres(_) => Err(without_postgres()),
    }
}

/// Makes a new, empty ledger; refuses when there is something at the location.
pub fn create(location: &Location) -> Result<Box<dyn Store>> {
    create_with(location, &Options::default())
}

/// As [`create`], with options.
pub fn create_with(location: &Location, options: &Options) -> Result<Box<dyn Store>> {
    match location {
        Location::Sqlite(path) => Ok(Box::new(sqlite::Sqlite::create(path, options)?)),
        #[cfg(feature = "postgres")]
        Location::Postgres(address) => Ok(Box::new(postgres::Postgres::create(address, &options.waiting)?)),
        #[cfg(not(feature = "postgres"))]
        Location::Postgres(_) => Err(without_postgres()),
    }
}

/// Puts rows into a ledger in the making.
pub type Fill<'f> = &'f mut dyn FnMut(&mut dyn Transaction) -> Result<()>;

/// Makes a new ledger that holds from its first moment what `fill` puts into it, about `rows` rows;
/// as [`create`], refuses when there is something at the location. When `fill` fails, nothing was
/// made.
pub fn create_filled(
    location: &Location,
    options: &Options,
    rows: u64,
    fill: Fill<'_>,
) -> Result<Box<dyn Store>> {
    match location {
        Location::Sqlite(path) => Ok(Box::new(sqlite::Sqlite::create_filled(path, options, rows, fill)?)),
        #[cfg(feature = "postgres")]
        Location::Postgres(address) => {
            Ok(Box::new(postgres::Postgres::create_filled(address, &options.waiting, rows, fill)?))
        }
        #[cfg(not(feature = "postgres"))]
        Location::Postgres(_) => Err(without_postgres()),
    }
}

/// The answer of a build that leaves PostgreSQL out.
#[cfg(not(feature = "postgres"))]
fn without_postgres() -> Error {
    address::wrong(
        "this build has no PostgreSQL",
        "name a ledger in a file, or build custcode with its feature `postgres`",
    )
}

/// Gives an existing ledger to the group of `options`; whether anything had to be given. Its
/// owner's next write does the same.
pub fn share(location: &Location, options: &Options) -> Result<bool> {
    match location {
        Location::Sqlite(path) => sqlite::Sqlite::share(path, options),
        // Roles and grants share it.
        Location::Postgres(_) => Ok(false),
    }
}

/// What a ledger is opened or made with.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The group of users that share a ledger in a file; without one it is its owner's alone. Other
    /// engines have roles for that.
    pub group: Option<String>,
    /// How long a server is waited for.
    pub waiting: Waiting,
}

impl Options {
    /// Nothing but the wait of the command.
    pub fn within(deadline: Duration) -> Self {
        Self { waiting: Waiting { deadline, notice: None }, ..Self::default() }
    }
}

/// Tells somebody what is waited for.
pub type Notice = Arc<dyn Fn(&str) + Send + Sync>;

/// How long a server is waited for, and who is told.
#[derive(Clone)]
pub struct Waiting {
    /// The longest wait for a connection, usually [`DEADLINE`].
    pub deadline: Duration,
    /// Called after a second with what is waited for: "db port 5432 to answer".
    pub notice: Option<Notice>,
}

impl Default for Waiting {
    fn default() -> Self {
        Self { deadline: DEADLINE, notice: None }
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

/// Whether a store will be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reads only; works without write permission.
    Read,
    /// Reads and writes.
    Write,
}
