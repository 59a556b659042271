//! What an engine offers: questions, writes and rows. Everything a ledger is asked and all that is
//! written stands above this, once, in [`super::ledger`].

use std::borrow::Cow;

use super::statement::Statement;
use super::tables::{Table, Value};
use super::written::{NextIds, Written};
use super::{Error, Result};

/// Which engine it is, where a write needs a text of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// In this process: a statement costs nothing but itself.
    Sqlite,
    /// On a server: each statement costs a round trip.
    Postgres,
}

/// A value for a `$n`. What is absent fits a column of its type.
#[derive(Debug, Clone, Copy)]
pub enum Param<'p> {
    /// A whole number.
    Integer(Option<i64>),
    /// A text.
    Text(Option<&'p str>),
    /// A list of whole numbers.
    Integers(&'p [i64]),
    /// A list of texts.
    Texts(&'p [&'p str]),
    /// A list of texts, each of which may be absent.
    OptionalTexts(&'p [Option<&'p str>]),
}

impl From<i64> for Param<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}

impl From<Option<i64>> for Param<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Integer(number)
    }
}

impl<'p> From<&'p str> for Param<'p> {
    fn from(text: &'p str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'p> From<&'p String> for Param<'p> {
    fn from(text: &'p String) -> Self {
        Self::Text(Some(text))
    }
}

impl<'p> From<Option<&'p str>> for Param<'p> {
    fn from(text: Option<&'p str>) -> Self {
        Self::Text(text)
    }
}

/// The values of a statement, whatever each of them is.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::engine::Param::from($value)),*]
    };
}

pub(super) use params;

/// Why the reading of an answer came to an end.
#[derive(Debug)]
pub enum Fault {
    /// A row that no version of the program writes: what is wrong with it.
    Row(String),
    /// Whoever was told of the rows had enough.
    Stopped(Box<Error>),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Stopped(Box::new(error))
    }
}

/// What was read out of a row.
pub(super) type Read<T> = std::result::Result<T, Fault>;

/// A row of an answer; columns count from 0.
pub trait Row {
    /// A text.
    fn text(&self, column: usize) -> Read<Option<&str>>;
    /// A whole number.
    fn integer(&self, column: usize) -> Read<Option<i64>>;
    /// Anything as text. A value that is damaged is told as something else than it was, which is
    /// what a check looks for.
    fn lossy(&self, column: usize) -> Read<Option<Cow<'_, str>>> {
        Ok(self.text(column)?.map(Cow::Borrowed))
    }
}

/// Whoever is told of the rows of an answer.
pub(super) type Each<'e> = &'e mut dyn FnMut(&dyn Row) -> Read<()>;

/// A consistent view of a ledger. `doing` says what failed when something does: "could not read a
/// code".
pub trait Engine {
    /// Which engine it is.
    fn dialect(&self) -> Dialect;
    /// A short answer.
    fn query(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
        each: Each<'_>,
    ) -> Result<()>;
    /// A long answer, of which one row at a time is in memory.
    fn stream(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
        each: Each<'_>,
    ) -> Result<()>;
    /// Many keys at once: `statement` takes them as `= ANY($1)` and answers at most one row for
    /// each, whose key stands in the column `key`. Calls `each` with the place of a key and its
    /// row, in the keys' order.
    fn look_up(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        keys: &[&str],
        key: usize,
        each: &mut dyn FnMut(usize, &dyn Row) -> Read<()>,
    ) -> Result<()>;
    /// What of the tables, columns, constraints, indexes … is not as the migrations made it, or is
    /// none of theirs, in words.
    fn schema_differences(&mut self) -> Result<Vec<String>>;
    /// What the engine's own checks find wrong (pages, indexes, rows that name missing rows), in
    /// words.
    fn integrity(&mut self) -> Result<Vec<String>>;
    /// Those words of [`Engine::integrity`] that [`Writer::rebuild_indexes`] would put right: the
    /// rows are whole, an index is not.
    fn stale_indexes(&mut self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}

/// A write of a ledger.
pub trait Writer: Engine {
    /// What was written so far, as far as the commit needs it.
    fn written(&mut self) -> &mut Written;
    /// Writes; gives the number of rows written.
    fn execute(&mut self, doing: &str, statement: &Statement<'_>, params: &[Param<'_>]) -> Result<u64>;
    /// The error of a statement that wrote other rows than it should have; nothing more is written,
    /// nor committed.
    fn unwritten(&mut self, doing: &str) -> Error;
    /// A random name for the operation that begins, where a commit can be lost on its way.
    fn token(&mut self) -> Result<Option<String>>;
    /// Called before the first new customer: the next ids, where nobody else takes any while this
    /// write lasts. `None`: they are given one by one.
    fn begin_rows(&mut self) -> Result<Option<NextIds>>;
    /// Adds a row, whose first value is the next id of its table. The engine may hold it back until
    /// something is asked.
    fn insert(&mut self, doing: &str, table: &'static Table, row: &[Value<'_>]) -> Result<()>;
    /// Adds whole rows as they are, one after the other.
    fn append_rows(&mut self, doing: &str, table: &Table, rows: &[Value<'_>]) -> Result<()>;
    /// Refuses JSON objects that the engine cannot keep.
    fn accept_objects(&self, doing: &str, objects: [&str; 2]) -> Result<()> {
        let (_, _) = (doing, objects);
        Ok(())
    }
    /// Builds every index anew.
    fn rebuild_indexes(&mut self) -> Result<()>;
    /// Ends a write that wrote nothing, and makes sure that what it read stays: an answer out of
    /// the ledger has to outlive a failover as a new code does.
    fn confirm(self: Box<Self>) -> Result<()>;
    /// Makes everything durable; the rows are complete.
    fn complete(self: Box<Self>) -> Result<()>;
}
