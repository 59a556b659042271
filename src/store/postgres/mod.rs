//! The PostgreSQL engine: a ledger that several machines share, in the schema `custcode` of a
//! database.
//!
//! `address`, `password`, `tls`, `guard`, `connect` and `connector` lead to the server, `stream`,
//! `client` and `link` are a connection to it, for which `limits` says how long anything is waited
//! for; `facts` and `trust` look at it, `migrate` makes the tables; `session` is a transaction on
//! it and `engine` what that offers; `writing` is what a write keeps, `bulk` and `copy` write many
//! rows, `integrity`, `schema` and `surroundings` look for what is wrong, `settle` finds out what
//! became of a commit whose answer was lost. `express` issues a code in one round trip.
//!
//! # Assumptions
//! Everything here runs against PostgreSQL 13 and newer. Of servers that speak its language the
//! following is assumed, and not claimed:
//!
//! - `YugabyteDB` takes `LOCK TABLE … IN EXCLUSIVE MODE` as PostgreSQL does, or serialises by its
//!   own rules and answers collisions with 40001, which are told as safe to repeat.
//! - `CockroachDB` takes `LOCK TABLE` as nothing since 26.1, where `pg_dump_compatibility` is on;
//!   older ones refuse it and cannot hold a ledger. Its default isolation (SERIALIZABLE) has the
//!   same effect for writers, at the price of 40001. Its `sha256` gives text where PostgreSQL's
//!   gives bytes: the last 64 letters of either, as text, are the digest in hexadecimal, which is
//!   all that is used. Its advisory locks do nothing, or only those of a transaction: let one
//!   program alone make the tables.
//! - Both have identity columns, `COPY … (FORMAT binary)`, `FOR UPDATE`, and functions in PL/pgSQL
//!   that return rows.

mod bulk;
mod client;
mod compact;
mod connect;
mod connector;
mod copy;
mod engine;
mod express;
mod facts;
mod failure;
mod guard;
mod integrity;
mod limits;
mod link;
mod migrate;
mod password;
mod rows;
mod schema;
mod session;
mod settle;
mod stream;
mod surroundings;
mod tls;
mod trust;
mod writing;

use std::time::{Duration, Instant};

use super::address::Address;
pub use failure::GRANTS;

use self::connector::Connector;
use self::express::Memory;
use self::facts::Facts;
use self::limits::{BEGINNINGS, Limit, RECONNECT, to_answer, to_connect, within, without_a_sign};
use self::link::Link;
use self::session::Session;
use super::{
    Access, Compaction, DEADLINE, Error, Fill, Flaw, Intent, IssuedNow, NewIssue, Patience, Result, Snapshot,
    Store, Transaction, Waiting,
};

/// A ledger in a PostgreSQL database.
pub struct Postgres {
    connector: Connector,
    link: Link,
    facts: Facts,
    read_deadline: Duration,
    /// Where counters and blocks stood when they were last issued from.
    memory: Memory,
    /// Whether the attempt that is made has sent what may commit.
    sent: bool,
}

impl Postgres {
    /// Opens a ledger.
    pub fn open(address: &Address, access: Access, waiting: &Waiting) -> Result<Self> {
        let connector = Connector::new(address, access, waiting);
        let (link, facts) = connector.open(to_connect(connector.wait))?;
        Ok(Self { connector, link, facts, read_deadline: DEADLINE, memory: Memory::default(), sent: false })
    }

    /// Makes a ledger: the schema `custcode` and its tables, in a database that is there.
    pub fn create(address: &Address, waiting: &Waiting) -> Result<Self> {
        Self::create_filled(address, waiting, 0, &mut |_| Ok(()))
    }

    /// Makes a ledger that holds from its first moment what `fill` puts into it, about so many
    /// rows.
    pub fn create_filled(address: &Address, waiting: &Waiting, rows: u64, fill: Fill<'_>) -> Result<Self> {
        let connector = Connector::new(address, Access::Write, waiting);
        let mut link = connect::connect(&connector, to_connect(connector.wait))?;
        link.limit(without_a_sign(connector.wait));
        migrate::begin_creation(&mut link, connector.location())?;
        let mut transaction: Box<dyn Transaction> =
            Box::new(Session::begun(&mut link, &connector, Some(Intent::Bulk(rows))));
        fill(transaction.as_mut())?;
        transaction.commit()?;
        Self::open(address, Access::Write, waiting)
    }

    /// A connection that lives, as far as is known.
    fn refresh(&mut self, until: Instant) -> Result<()> {
        if self.link.is_lost() {
            (self.link, self.facts) = self.connector.reopen(until.min(within(RECONNECT)))?;
        }
        Ok(())
    }

    /// Begins a transaction; once more on another connection while this one turns out to be dead,
    /// since nothing has happened yet.
    fn begin(&mut self, begin: impl Fn(&mut Self) -> Result<()>) -> Result<()> {
        let until = to_connect(self.connector.wait);
        for _ in 1..BEGINNINGS {
            self.refresh(until)?;
            match begin(self) {
                Err(Error::Unreachable { .. }) if !self.link.is_given_up() => {}
                other => return other,
            }
        }
        self.refresh(until)?;
        begin(self)
    }

    /// Makes sure of the server before a write.
    fn prepare(&self) -> Result<()> {
        self.facts.allow_writing(self.connector.location())
    }
}

impl Drop for Postgres {
    /// Gives back the block that is held: who comes next may be quicker than the server is with the
    /// end of a session.
    fn drop(&mut self) {
        if self.memory.holds_blocks() && !self.link.is_lost() {
            self.link.limit(Limit::Until(to_answer(Duration::ZERO), None));
            // Should this fail, the session ends and the hold with it.
            let _ = self.link.batch("SELECT pg_advisory_unlock_all()");
        }
    }
}

impl Store for Postgres {
    fn read(&mut self) -> Result<Box<dyn Snapshot + '_>> {
        self.begin(|store| session::begin_reading(&mut store.link, &store.connector, store.read_deadline))?;
        Ok(Box::new(Session::begun(&mut self.link, &self.connector, None)))
    }

    fn write(
        &mut self,
        intent: Intent,
        holder: &str,
        patience: Patience<'_>,
    ) -> Result<Box<dyn Transaction + '_>> {
        if self.connector.access == Access::Read {
            let location = self.location().to_owned();
            return Err(Error::opened_to_read(location));
        }
        self.connector.wait = patience.deadline;
        self.begin(|store| {
            store.prepare()?;
            session::begin_writing(&mut store.link, &store.connector, holder, patience)
        })?;
        Ok(Box::new(Session::begun(&mut self.link, &self.connector, Some(intent))))
    }

    fn issue(&mut self, issue: &NewIssue<'_>, patience: Patience<'_>) -> Result<Option<IssuedNow>> {
        self.connector.wait = patience.deadline;
        self.issue_quickly(issue)
    }

    fn compact(&mut self, _: &str, patience: Patience<'_>) -> Result<Compaction> {
        self.vacuum(patience)
    }

    fn compaction_needs(&mut self) -> Result<String> {
        Ok("nobody can read or issue while each of its tables is written; the server needs their size free"
            .to_owned())
    }

    fn set_read_deadline(&mut self, deadline: Duration) {
        self.read_deadline = deadline;
        self.connector.wait = deadline;
    }

    fn location(&self) -> &str {
        self.connector.location()
    }

    fn surroundings(&mut self) -> Result<Vec<Flaw>> {
        self.refresh(to_connect(self.connector.wait))?;
        surroundings::flaws(&mut self.link, self.connector.location())
    }
}
