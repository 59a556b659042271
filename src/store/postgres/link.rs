//! A connection and what is known of it: the statements it has prepared, and whether it is still alive.
//!
//! A question that is asked once goes out in one round trip, unprepared; asked again on the same connection it is prepared first, so that
//! neither a single command nor a long import pays for the other.

use std::collections::HashMap;

use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls, Row, RowIter, Statement};

use super::failure::is_lost;
use super::tls::Security;

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

/// The values of a statement.
pub(super) type Params<'p> = &'p [&'p dyn Bound];

/// How often a statement was asked for.
enum Known {
    Once,
    Prepared(Statement),
}

/// A connection.
pub(super) struct Link {
    pub(super) client: Client,
    /// How it is encrypted: a wish to stop goes out on a connection of its own.
    security: Security,
    statements: HashMap<String, Known>,
    /// Met a failure after which nothing can be asked any more.
    lost: bool,
}

impl Link {
    pub(super) fn new(client: Client, security: Security) -> Self {
        Self { client, security, statements: HashMap::new(), lost: false }
    }

    /// Whether another connection is needed.
    pub(super) fn is_lost(&self) -> bool {
        self.lost || self.client.is_closed()
    }

    /// Remembers a failure that ended the connection.
    pub(super) fn note(&mut self, error: &postgres::Error) {
        self.lost |= is_lost(error);
    }

    fn noted<T>(&mut self, answer: Result<T, postgres::Error>) -> Result<T, postgres::Error> {
        if let Err(error) = &answer {
            self.note(error);
        }
        answer
    }

    /// Statements without values, in one round trip.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), postgres::Error> {
        let done = self.client.batch_execute(sql);
        self.noted(done)
    }

    /// All rows of an answer.
    pub(super) fn query(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, postgres::Error> {
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

    /// The rows of a long answer, as they come.
    pub(super) fn stream(&mut self, sql: &str, params: Params<'_>) -> Result<RowIter<'_>, postgres::Error> {
        self.client.query_typed_raw(sql, params.iter().map(|value| value.bound()).collect::<Vec<_>>())
    }

    /// Asks the server to give up a long answer that nobody wants to hear to its end. The wish may reach it late and would end whatever is
    /// asked next, so nothing is asked on this connection any more.
    pub(super) fn stop(&mut self) {
        self.lost = true;
        let token = self.client.cancel_token();
        let _ = match &self.security.connector {
            Some(connector) => token.cancel_query(connector.clone()),
            None => token.cancel_query(NoTls),
        };
    }

    /// The prepared statement, from the second time on.
    fn statement(&mut self, sql: &str, params: Params<'_>) -> Result<Option<Statement>, postgres::Error> {
        match self.statements.get(sql) {
            Some(Known::Prepared(statement)) => Ok(Some(statement.clone())),
            Some(Known::Once) => self.prepare(sql, params).map(Some),
            None => {
                self.statements.insert(sql.to_owned(), Known::Once);
                Ok(None)
            }
        }
    }

    fn prepare(&mut self, sql: &str, params: Params<'_>) -> Result<Statement, postgres::Error> {
        let types: Vec<_> = params.iter().map(|value| value.bound().1).collect();
        let statement = self.client.prepare_typed(sql, &types)?;
        self.statements.insert(sql.to_owned(), Known::Prepared(statement.clone()));
        Ok(statement)
    }
}
