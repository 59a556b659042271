//! What a company does with codes: issue, register, find, edit, import, export.
//!
//! [`Workspace`] finds the rules and the ledger; [`Registry`] is both, opened together, with one
//! reading of the clock (a [`Ledger`](crate::Ledger) reads it at each request). Everything the
//! program can do is a function here; the `cli` room only puts it into words.

pub mod audit;
mod clock;
mod columns;
pub mod customer;
pub mod error;
pub mod export;
pub mod import;
mod json_fields;
mod kind;
mod limits;
pub mod note;
pub mod number;
pub mod outputs;
mod person;
pub mod rules;
pub mod scope;
mod session;
mod spool;
pub mod transfer;
pub mod validate;
pub mod workspace;

pub use error::Error;
pub use workspace::{Places, Workspace};

use crate::rule::RuleBook;
use crate::store::{NewOperation, Store};

pub use crate::store::Patience;

/// Result of the registry.
pub type Result<T> = std::result::Result<T, Error>;

/// Who acts: kept with every operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// `--actor` or `CUSTCODE_ACTOR`, else the OS user.
    pub actor: String,
    /// OS user.
    pub os_user: String,
    /// Host name.
    pub host: String,
}

impl Who {
    /// An operation of this person, begun `at` under the rules of this digest.
    fn under<'o>(&'o self, command: &'o str, at: &'o str, bundle: &'o str) -> NewOperation<'o> {
        NewOperation {
            at,
            command,
            actor: &self.actor,
            os_user: &self.os_user,
            host: &self.host,
            bundle,
            request_id: None,
            input_digest: None,
            salt: None,
        }
    }
}

/// A rule book and its ledger, opened together. It is [`Send`]: one thread at a time uses it.
pub struct Registry<'a> {
    /// The rules.
    pub book: RuleBook,
    /// The ledger.
    pub store: Box<dyn Store>,
    /// Who acts.
    pub who: Who,
    /// The reading of the clock that requests go by; whoever makes several sets it before each.
    pub now: jiff::Timestamp,
    /// How long to wait for the ledger, and whom to tell.
    pub patience: Patience<'a>,
    /// What the user should know about opening (a ledger made on first use).
    pub notes: Vec<String>,
    /// The folder of an empty ledger that stands in for one not made yet; goes with the registry.
    scratch: Option<tempfile::TempDir>,
}

impl Registry<'_> {
    /// Whether there is a ledger; else an empty one stands in for it.
    pub fn has_ledger(&self) -> bool {
        self.scratch.is_none()
    }

    /// Says who acts from now on.
    pub fn act_as(&mut self, actor: &str) -> Result<()> {
        let who = Who { actor: actor.to_owned(), ..self.who.clone() };
        limits::check_who(&who)?;
        self.who = who;
        Ok(())
    }

    /// Today in the rules' time zone.
    pub fn today(&self) -> jiff::civil::Date {
        today(&self.book, self.now)
    }

    /// The rules' time zone, else the system's.
    pub fn timezone(&self) -> jiff::tz::TimeZone {
        clock::zone(&self.book)
    }
}

/// The day that `now` is in the rules' time zone, else in the system's.
pub fn today(book: &RuleBook, now: jiff::Timestamp) -> jiff::civil::Date {
    now.to_zoned(clock::zone(book)).date()
}
