//! A connection and what is known of it: the statements it has prepared, and whether it is still
//! alive.
//!
//! A question that is asked once goes out in one round trip, unprepared; asked again on the same
//! connection it is prepared first, so that neither a single command nor a long import pays for the
//! other. Where a connection pool lies in between, nothing of a session outlives a transaction:
//! nothing is prepared, and settings are told in each transaction.

use std::collections::HashMap;

use tokio::runtime::Builder;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Row, Statement};

use super::client::{Client, Rows};
use super::connect::Target;
use super::facts::Identity;
use super::failure::is_lost;
use super::limits::Limit;
use crate::store::engine::Param;

/// A value for a `$n`, with the type it goes out as.
pub(super) trait Bound {
    fn bound(&self) -> (&(dyn ToSql + Sync), Type);
}

macro_rules! bound {
    ($($rust:ty => $sql:ident),* $(,)?) => {
        $(impl Bound for $rust {
            fn bound(&self) -> (&(dyn ToSql + Sync), Type) {
                (self, Type::$sql)
            }
        })*
    };
}

bound! {
    i64 => INT8,
    Option<i64> => INT8,
    bool => BOOL,
    &str => TEXT,
    String => TEXT,
    Option<&str> => TEXT,
    Option<String> => TEXT,
    &[&str] => TEXT_ARRAY,
    &[Option<&str>] => TEXT_ARRAY,
    &[String] => TEXT_ARRAY,
    &[i64] => INT8_ARRAY,
    &[Option<i64>] => INT8_ARRAY,
    &[Option<String>] => TEXT_ARRAY,
    Vec<i64> => INT8_ARRAY,
}

impl Bound for Param<'_> {
    fn bound(&self) -> (&(dyn ToSql + Sync), Type) {
        match self {
            Param::Integer(number) => (number, Type::INT8),
            Param::Text(text) => (text, Type::TEXT),
            Param::Integers(numbers) => (numbers, Type::INT8_ARRAY),
            Param::Texts(texts) => (texts, Type::TEXT_ARRAY),
            Param::OptionalTexts(texts) => (texts, Type::TEXT_ARRAY),
        }
    }
}

/// The values of a statement.
pub(super) type Params<'p> = &'p [&'p dyn Bound];

/// What every session is told. Nobody's schema is looked through for a name, the temporary one
/// last; a statement that finds the ledger held gives up after a second, unless it says otherwise;
/// plans do not depend on values here, and making one for each code would cost more than the code.
macro_rules! settings {
    ($before:literal, $is:literal, $space:literal) => {
        concat!(
            $before,
            "search_path",
            $is,
            "pg_catalog,",
            $space,
            "pg_temp",
            $before,
            "bytea_output",
            $is,
            "hex",
            $before,
            "client_min_messages",
            $is,
            "warning",
            $before,
            "lock_timeout",
            $is,
            "1000",
            $before,
            "plan_cache_mode",
            $is,
            "force_generic_plan",
            $before,
            "jit",
            $is,
            "off",
        )
    };
}

/// The settings as a connection begins with them.
pub(super) const AT_START: &str =
    concat!("-c default_transaction_isolation=read\\ committed", settings!(" -c ", "=", ""));

/// The settings as a transaction begins with them.
const IN_TRANSACTIONS: &str = concat!(settings!("; SET LOCAL ", " = ", " "), "; ");

/// The search path as a session that was told it has it.
pub(super) const PATH: &str = "pg_catalog,pg_temp";

/// Where a session is told its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settings {
    /// When it is made: it is ours alone.
    AtStart,
    /// In each transaction: there is a connection pool in between.
    InTransactions,
}

/// How often a statement was asked for.
enum Known {
    Once,
    Prepared(Statement),
}

/// A connection.
pub(super) struct Link {
    client: Client,
    /// A wish to stop goes out on a connection of its own.
    target: Target,
    settings: Settings,
    /// Which server it is, where that is known.
    pub(super) identity: Option<Identity>,
    statements: HashMap<String, Known>,
    /// Met a failure after which nothing can be asked any more.
    lost: bool,
}

impl Link {
    pub(super) fn new(client: Client, target: Target, settings: Settings) -> Self {
        Self { client, target, settings, identity: None, statements: HashMap::new(), lost: false }
    }

    /// How long the answers to come are waited for.
    pub(super) fn limit(&mut self, limit: Limit) {
        self.client.limit(limit);
    }

    /// Whether another connection is needed.
    pub(super) fn is_lost(&self) -> bool {
        self.lost || self.client.is_closed()
    }

    /// Whether it was lost because the server did not answer in time.
    pub(super) fn is_given_up(&self) -> bool {
        self.client.is_given_up()
    }

    /// Whether a commit was answered before the synchronous standby had it, since this was asked
    /// last.
    pub(super) fn take_unconfirmed(&mut self) -> bool {
        self.client.take_unconfirmed()
    }

    /// Whether others may have a session's place on the server between one transaction and the
    /// next.
    pub(super) fn is_pooled(&self) -> bool {
        self.settings == Settings::InTransactions
    }

    /// Learns from what the server says of the session, whether it is the one that was asked for.
    pub(super) fn compare(&mut self, process: i32, path: &str) {
        let told = path.split(',').map(str::trim).eq(PATH.split(','));
        if !told || process != self.client.process() {
            self.settings = Settings::InTransactions;
        }
    }

    /// SQL that begins a transaction: `mode` says of which kind.
    pub(super) fn begin(&self, mode: &str) -> String {
        match self.settings {
            Settings::AtStart => format!("BEGIN {mode}; "),
            Settings::InTransactions => format!("BEGIN {mode}{IN_TRANSACTIONS}"),
        }
    }

    /// Remembers a failure that ended the connection.
    pub(super) fn note(&mut self, error: &tokio_postgres::Error) {
        self.lost |= is_lost(error);
    }

    fn noted<T>(&mut self, answer: Result<T, tokio_postgres::Error>) -> Result<T, tokio_postgres::Error> {
        if let Err(error) = &answer {
            self.note(error);
        }
        answer
    }

    /// Statements without values, in one round trip.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), tokio_postgres::Error> {
        let done = self.client.batch(sql);
        self.noted(done)
    }

    /// All rows of an answer.
    pub(super) fn query(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, tokio_postgres::Error> {
        let rows = match self.statement(sql, params) {
            Ok(Some(statement)) => {
                let values: Vec<_> = params.iter().map(|value| value.bound().0).collect();
                self.client.query(&statement, &values)
            }
            Ok(None) => {
                let values: Vec<_> = params.iter().map(|value| value.bound()).collect();
                self.client.query_typed(sql, &values)
            }
            Err(error) => Err(error),
        };
        self.noted(rows)
    }

    /// How many rows a statement wrote that answers nothing.
    pub(super) fn execute(&mut self, sql: &str, params: Params<'_>) -> Result<u64, tokio_postgres::Error> {
        let written = match self.statement(sql, params) {
            Ok(Some(statement)) => {
                let values: Vec<_> = params.iter().map(|value| value.bound().0).collect();
                self.client.execute(&statement, &values)
            }
            Ok(None) => {
                let values: Vec<_> = params.iter().map(|value| value.bound()).collect();
                self.client.execute_typed(sql, &values)
            }
            Err(error) => Err(error),
        };
        self.noted(written)
    }

    /// The rows of a long answer, as they come.
    pub(super) fn stream(
        &mut self,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Rows<'_>, tokio_postgres::Error> {
        self.client.stream(sql, params.iter().map(|value| value.bound()).collect())
    }

    /// Sends rows in the binary form of COPY; how many the server wrote.
    pub(super) fn copy(&mut self, sql: &str, rows: &[u8]) -> Result<u64, tokio_postgres::Error> {
        self.client.copy(sql, rows)
    }

    /// Asks the server to give up a long answer that nobody wants to hear to its end. The wish may
    /// reach it late and would end whatever is asked next, so nothing is asked on this connection
    /// any more.
    pub(super) fn stop(&mut self) {
        self.lost = true;
        if let Ok(runtime) = Builder::new_current_thread().enable_all().build() {
            self.target.cancel(&runtime, &self.client.cancellation());
            runtime.shutdown_background();
        }
    }

    /// The prepared statement, from the second time on.
    fn statement(
        &mut self,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Option<Statement>, tokio_postgres::Error> {
        if self.is_pooled() {
            return Ok(None);
        }
        match self.statements.get(sql) {
            Some(Known::Prepared(statement)) => Ok(Some(statement.clone())),
            Some(Known::Once) => self.prepare(sql, params).map(Some),
            None => {
                self.statements.insert(sql.to_owned(), Known::Once);
                Ok(None)
            }
        }
    }

    fn prepare(&mut self, sql: &str, params: Params<'_>) -> Result<Statement, tokio_postgres::Error> {
        let types: Vec<_> = params.iter().map(|value| value.bound().1).collect();
        let statement = self.client.prepare(sql, &types)?;
        self.statements.insert(sql.to_owned(), Known::Prepared(statement.clone()));
        Ok(statement)
    }
}
