//! Where the ledger is kept: plain records behind two traits; knows neither rules nor tables.
//!
//! A [`Store`] is opened on a location. [`Store::read`] gives a [`Snapshot`] (one consistent view, no lock kept longer than it lives),
//! [`Store::write`] a [`Transaction`] (waits its turn in a fair queue). What is not committed never happened.

mod address;
pub mod chain;
pub mod holder;
pub mod laws;
pub mod location;
mod names;
pub mod new;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod record;
mod schema;
pub mod sqlite;
pub mod tables;
pub mod view;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub use address::Address;
pub use laws::{Breach, LAWS, Law, LawName};
pub use location::Location;
pub use new::{Candidate, IssuedNow, NewCode, NewCustomer, NewIssue, NewOperation};
pub use record::{
    Bundle, Change, CodeRow, CodeState, Counter, Customer, CustomerState, Entry, Event, Gap, GapReason,
    Lease, LedgerInfo, Link, Operation, Pace, ScopeKey,
};
pub use tables::{Column, TABLES, TABLES_VERSION, Table, Value};
pub use view::{Filter, Flaw, FlawKind, Listed, Logged, OperationFilter, StoryRow};

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
    /// The connection was lost during the commit, and whether that came through could not be found out.
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
    /// Called once, after a second, with the holder's description if known; [`holder::tell`] puts it into words.
    pub notice: &'a dyn Fn(Option<&str>),
}

/// How long to wait for the ledger when nobody says otherwise.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// A place where a ledger is kept.
pub trait Store {
    /// One consistent view. Drop it before writing to a pipe or a terminal.
    fn read(&mut self) -> Result<Box<dyn Snapshot + '_>>;
    /// Waits in the queue, then begins to write. `holder` is shown to those who wait, e.g. `import (process 71)`, with the time
    /// from now on ([`holder::describe`]).
    fn write(
        &mut self,
        intent: Intent,
        holder: &str,
        patience: Patience<'_>,
    ) -> Result<Box<dyn Transaction + '_>>;
    /// Issues one code in one round trip where the engine gains by it. `None`: nothing was written and a transaction has to look why
    /// (a known reference, other rules, a number to step over, a counter that is not there yet), or the engine has no such way.
    ///
    /// As in a transaction, a code that is returned is durable. Repeated calls on one counter are cheaper than the first.
    fn issue(&mut self, issue: &NewIssue<'_>, patience: Patience<'_>) -> Result<Option<IssuedNow>> {
        let (_, _) = (issue, patience);
        Ok(None)
    }
    /// A private copy of the ledger as it is now, for a long read, where [`Store::read`] would hold up those who write. `None`: it
    /// would hold up nobody.
    fn still(&mut self) -> Result<Option<Box<dyn Store>>> {
        Ok(None)
    }
    /// The longest wait of [`Store::read`] while a write becomes durable; [`DEADLINE`] unless told.
    fn set_read_deadline(&mut self, deadline: Duration);
    /// Where it is, for messages; never holds a secret.
    fn location(&self) -> &str;
    /// What is wrong with the ledger's surroundings: permissions, names and neighbours of a file, settings of a server.
    fn surroundings(&mut self) -> Result<Vec<Flaw>> {
        Ok(Vec::new())
    }
    /// Puts right those flaws of [`Store::surroundings`] that say that they can be.
    fn mend_surroundings(&mut self) -> Result<()> {
        Ok(())
    }
}

/// What can be asked of a ledger. Lists of keys give answers in the same order.
pub trait Snapshot {
    /// What the ledger says of itself; counts nothing.
    fn info(&mut self) -> Result<LedgerInfo>;
    /// A bundle by digest.
    fn bundle(&mut self, digest: &str) -> Result<Option<Bundle>>;
    /// Whether there is any customer.
    fn has_customers(&mut self) -> Result<bool>;
    /// Codes by canonical form.
    fn find_codes(&mut self, canonical: &[&str]) -> Result<Vec<Option<CodeRow>>>;
    /// Customers by reference, each with its current code.
    fn find_references(&mut self, references: &[&str]) -> Result<Vec<Option<Entry>>>;
    /// A customer with its current code.
    fn entry(&mut self, customer: i64) -> Result<Option<Entry>>;
    /// Customers whose name is one of `names`, blanks around it and case aside: calls `each(index into names, entry)`, for
    /// namesakes more than once. One scan at most.
    fn find_names(&mut self, names: &[&str], each: &mut dyn FnMut(usize, Entry) -> Result<()>) -> Result<()>;
    /// The codes a customer has or had, oldest first; at most one of them is active.
    fn codes_of(&mut self, customer: i64) -> Result<Vec<CodeRow>>;
    /// State changes of a code after its birth, oldest first, each with its operation.
    fn events_of(&mut self, code: i64) -> Result<Vec<(Event, Operation)>>;
    /// Attribute changes of a customer, oldest first, each with its operation.
    fn changes_of(&mut self, customer: i64) -> Result<Vec<(Change, Operation)>>;
    /// An operation by id.
    fn operation(&mut self, id: i64) -> Result<Option<Operation>>;
    /// An operation by request id.
    fn find_request(&mut self, request_id: &str) -> Result<Option<Operation>>;
    /// The operations whose input had this digest, newest first.
    fn find_inputs(&mut self, digest: &str) -> Result<Vec<Operation>>;
    /// Names of attributes in order of first use.
    fn attribute_names(&mut self) -> Result<Vec<String>>;
    /// Numbers in use above a counter, ascending.
    fn numbers_ahead(&mut self, counter: i64) -> Result<Vec<u64>>;
    /// Every counter: rule id, scope, counter; ordered by rule and scope.
    fn counters(&mut self) -> Result<Vec<(String, String, Counter)>>;
    /// The highest number of each counter that anything has spent ([`laws::HIGHEST_SPENT`]), by counter; where that is more than the
    /// counter says, it was moved down behind the ledger's back.
    fn highest_spent(&mut self) -> Result<BTreeMap<i64, u64>>;
    /// Every counter that was given a code since `time` (RFC 3339 in UTC): how many, and since when it has codes; ordered by counter.
    fn paces(&mut self, time: &str) -> Result<Vec<Pace>>;
    /// How many customers and how many codes there are.
    fn totals(&mut self) -> Result<(u64, u64)>;
    /// A counter, `None` when nothing was ever taken from it.
    fn counter(&mut self, scope: &ScopeKey<'_>) -> Result<Option<Counter>>;
    /// Customers with their current codes in order of id, filtered; stops when `each` fails.
    fn scan(&mut self, filter: &Filter, each: &mut dyn FnMut(&Listed<'_>) -> Result<()>) -> Result<()>;
    /// Customers that an operation made, or that it was answered with, in order of their codes; each with its current code.
    fn scan_operation(&mut self, operation: i64, each: &mut dyn FnMut(&Entry) -> Result<()>) -> Result<()>;
    /// Every code in order of id with its rule id, scope and number: `each(code, rule, scope)` (both empty for legacy codes).
    fn scan_codes(&mut self, each: &mut dyn FnMut(&CodeRow, &str, &str) -> Result<()>) -> Result<()>;
    /// Every code that has a number, in order of counter and number.
    fn scan_numbers(&mut self, each: &mut dyn FnMut(&CodeRow) -> Result<()>) -> Result<()>;
    /// The codes of a counter in order of their numbers.
    fn scan_counter(&mut self, counter: i64, each: &mut dyn FnMut(&CodeRow) -> Result<()>) -> Result<()>;
    /// The numbers of a counter that were passed over, in order of the first.
    fn gaps(&mut self, counter: i64) -> Result<Vec<Gap>>;
    /// The leases of a counter in order of their first number.
    fn leases(&mut self, counter: i64) -> Result<Vec<Lease>>;
    /// Operations, oldest first.
    fn scan_operations(
        &mut self,
        filter: &OperationFilter,
        each: &mut dyn FnMut(&Operation) -> Result<()>,
    ) -> Result<()>;
    /// Operations, oldest first, each with the codes it names; with their links, in order of counter and lease, where `links` are
    /// wanted.
    fn scan_log(
        &mut self,
        filter: &OperationFilter,
        links: bool,
        each: &mut dyn FnMut(&Logged) -> Result<()>,
    ) -> Result<()>;
    /// Everything that is hashed, in order of operation, chain, kind and id. The columns of an item are those of its builder in
    /// [`chain`], in that order (of a revision also the `after` of the customer's revision before); of a [`chain::Kind::Code`]: number, canonical form, as written, then the customer born with it (none:
    /// all absent): reference, name, fields, attributes, state, date, row, and of its revisions the first `before` and the last `after`.
    fn story(&mut self, each: &mut dyn FnMut(&StoryRow<'_>) -> Result<()>) -> Result<()>;
    /// The heads of all chains that have a link, in order of counter and lease.
    fn heads(&mut self) -> Result<Vec<chain::Head>>;
    /// What of the tables, columns, constraints, indexes … is not as the migrations made it, or is none of theirs, in words.
    fn schema_differences(&mut self) -> Result<Vec<String>>;
    /// What the engine's own checks find wrong (pages, indexes, rows that name missing rows), in words.
    fn integrity(&mut self) -> Result<Vec<String>>;
    /// Those words of [`Snapshot::integrity`] that [`Transaction::rebuild_indexes`] would put right: the rows are whole, an index is not.
    fn stale_indexes(&mut self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
    /// The rows that break a law.
    fn breaches(&mut self, law: &Law, each: &mut dyn FnMut(&Breach<'_>) -> Result<()>) -> Result<()>;
    /// How many rows a table has.
    fn count(&mut self, table: &Table) -> Result<u64>;
    /// The rows of a table in order of its key (texts by their bytes), without the first `skip`.
    fn rows(
        &mut self,
        table: &Table,
        skip: u64,
        each: &mut dyn FnMut(&[Value<'_>]) -> Result<()>,
    ) -> Result<()>;
}

/// A write in progress; dropped without [`Transaction::commit`], nothing happened.
pub trait Transaction: Snapshot {
    /// Records the command that writes; every other row names it.
    fn begin_operation(&mut self, operation: &NewOperation<'_>) -> Result<i64>;
    /// The counter of a scope, made at 0 when new, and locked until the end.
    fn take(&mut self, scope: &ScopeKey<'_>) -> Result<Counter>;
    /// Moves a counter up; never down.
    fn advance(&mut self, counter: i64, last: u64) -> Result<()>;
    /// Notes that a number above the counter is in use: issuing steps over it.
    fn keep_ahead(&mut self, counter: i64, number: u64) -> Result<()>;
    /// Records numbers that were passed over.
    fn skip(&mut self, gap: &Gap) -> Result<()>;
    /// Adds a customer with its code, both new; gives the ids (customer, code). In a bulk write look everything up before
    /// the first of these: it may drop indexes until the commit.
    fn put(&mut self, customer: &NewCustomer<'_>, code: &NewCode<'_>) -> Result<(i64, i64)>;
    /// Replaces a customer's name, reference, fields and attributes, recording each difference as a [`Change`] of the
    /// operation begun last.
    fn update(
        &mut self,
        customer: i64,
        name: Option<&str>,
        reference: Option<&str>,
        fields: &str,
        attributes: &str,
        changes: &[Change],
    ) -> Result<()>;
    /// Remembers names of attributes that are not known yet, in this order.
    fn add_attribute_names(&mut self, names: &[&str]) -> Result<()>;
    /// Writes the totals of an operation: rows and its first and last code ids.
    fn end_operation(&mut self, operation: i64, rows: u64, codes: Option<(i64, i64)>) -> Result<()>;
    /// Stores a bundle and makes it the current one.
    fn adopt(&mut self, bundle: &Bundle) -> Result<()>;
    /// Changes the state of a code, and records that as an event of the operation begun last.
    fn change_state(&mut self, code: i64, to: CodeState, reason: Option<&str>) -> Result<()>;
    /// Changes the state of a customer and records that as a [`Change`] of the attribute `state`.
    fn change_customer_state(&mut self, customer: i64, to: CustomerState) -> Result<()>;
    /// Fences the ledger, or with `None` takes the fence away.
    fn set_fence(&mut self, reason: Option<&str>) -> Result<()>;
    /// Records the heads of all chains that moved since the checkpoint before; gives its hash.
    fn add_checkpoint(&mut self, operation: i64, at: &str) -> Result<String>;
    /// Sets the kept state of a code to the last one that its events gave it; records nothing.
    fn restate(&mut self, code: i64) -> Result<()>;
    /// Makes the numbers ahead of a counter those of its codes above it.
    fn recount_ahead(&mut self, counter: i64) -> Result<()>;
    /// Builds every index anew.
    fn rebuild_indexes(&mut self) -> Result<()>;
    /// Adds whole rows as they are, nothing hashed or checked: for copies and restores. `rows` holds the values of the rows one after
    /// the other. After the commit the next id that the engine gives is above theirs.
    fn append(&mut self, table: &Table, rows: &[Value<'_>]) -> Result<()>;
    /// Deletes all rows of a table: for a copy that has to begin again.
    fn clear(&mut self, table: &Table) -> Result<()>;
    /// Ends a write that wrote nothing, and makes sure that what it read stays: an answer out of the ledger has to
    /// outlive a failover as a new code does.
    fn confirm(self: Box<Self>) -> Result<()> {
        Ok(())
    }
    /// Makes everything durable. For bulk writes: builds the indexes first; a duplicate is [`Error::Conflict`].
    fn commit(self: Box<Self>) -> Result<()>;
}

/// Opens an existing ledger. What is wrong inside the file (foreign, newer, damaged) may show only at the first read or
/// write, which is when it is looked at.
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

/// Makes a new ledger that holds from its first moment what `fill` puts into it, about `rows` rows; as [`create`], refuses when there
/// is something at the location. When `fill` fails, nothing was made.
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

/// Gives an existing ledger to the group of `options`; whether anything had to be given. Its owner's next write does the same.
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
    /// The group of users that share a ledger in a file; without one it is its owner's alone. Other engines have roles for that.
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
