//! What a transaction on a file offers to the ledger.

use std::borrow::Cow;

use rusqlite::types::{FromSqlError, ToSqlOutput, Type, ValueRef};
use rusqlite::{Statement as Prepared, ToSql};

use super::dialect::{constant, translated};
use super::failure::engine;
use super::session::Session;
use super::writing::Loading;
use crate::store::engine::{Dialect, Each, Engine, Fault, Param, Read, Row, Writer};
use crate::store::statement::Statement;
use crate::store::written::{NextIds, Written};
use crate::store::{Error, Result, Table, Value};

/// A value of another type than its column's.
fn wrong(column: usize, error: FromSqlError) -> Fault {
    Fault::Row(rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)).to_string())
}

/// A column that is not there.
fn absent(error: &rusqlite::Error) -> Fault {
    Fault::Row(error.to_string())
}

impl Row for rusqlite::Row<'_> {
    fn text(&self, column: usize) -> Read<Option<&str>> {
        let value = self.get_ref(column).map_err(|error| absent(&error))?;
        value.as_str_or_null().map_err(|error| wrong(column, error))
    }

    fn integer(&self, column: usize) -> Read<Option<i64>> {
        let value = self.get_ref(column).map_err(|error| absent(&error))?;
        value.as_i64_or_null().map_err(|error| wrong(column, error))
    }

    fn lossy(&self, column: usize) -> Read<Option<Cow<'_, str>>> {
        Ok(match self.get_ref(column).map_err(|error| absent(&error))? {
            ValueRef::Null => None,
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes)),
            ValueRef::Integer(number) => Some(number.to_string().into()),
            ValueRef::Real(number) => Some(number.to_string().into()),
        })
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let list = |list: serde_json::Value| ToSqlOutput::from(list.to_string());
        Ok(match self {
            Param::Integer(number) => ToSqlOutput::Borrowed(number.map_or(ValueRef::Null, ValueRef::Integer)),
            Param::Text(text) => {
                ToSqlOutput::Borrowed(text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes())))
            }
            Param::Integers(numbers) => list((*numbers).into()),
            Param::Texts(texts) => list((*texts).into()),
            Param::OptionalTexts(texts) => list(texts.iter().copied().collect()),
        })
    }
}

/// Gives a statement its values; those after the last one that it asks for are for others.
fn bind<V: ToSql>(prepared: &mut Prepared<'_>, values: &[V]) -> rusqlite::Result<()> {
    let wanted = prepared.parameter_count();
    for (index, value) in (1..=wanted).zip(values) {
        prepared.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

/// A text of a statement in SQLite's words.
fn words<'t>(statement: &Statement<'_>, text: &'t str) -> Cow<'t, str> {
    if statement.constant { Cow::Borrowed(constant(text, false)) } else { Cow::Owned(translated(text)) }
}

impl Session<'_> {
    /// What ended an answer.
    fn ended(&self, fault: Fault) -> Error {
        match fault {
            Fault::Stopped(error) => *error,
            Fault::Row(reason) => Error::Unusable {
                location: self.place.location().to_owned(),
                reason: format!("a row cannot be read: {reason}"),
            },
        }
    }

    /// Some failures (a full disk) end the transaction inside SQLite; what came after would be
    /// stored for good, each row on its own.
    fn whole(&self) -> Result<()> {
        if self.connection.is_autocommit() {
            return Err(engine("could not write", "the write ended with an earlier failure"));
        }
        Ok(())
    }

    /// Readies the statement that adds a row of a table, without its id: SQLite gives that itself,
    /// one above the highest, so that a row that is known to be the last needs no search for its
    /// place. Gives its place among the statements.
    fn ready_insert(&mut self, table: &'static Table) -> rusqlite::Result<usize> {
        let known = self.writing.inserts.iter().position(|(known, _)| std::ptr::eq(*known, table));
        if let Some(known) = known {
            return Ok(known);
        }
        let columns: Vec<_> = table.columns[1..].iter().map(|column| column.name()).collect();
        let sql = inserting(table.name, &columns);
        self.writing.inserts.push((table, self.connection.prepare(&sql)?));
        Ok(self.writing.inserts.len() - 1)
    }

    /// The ids above the highest ones.
    fn next_ids(&self) -> Result<NextIds> {
        const SQL: &str = "SELECT (SELECT coalesce(max(id), 0) FROM customers) + 1, \
            (SELECT coalesce(max(id), 0) FROM refs) + 1, (SELECT coalesce(max(id), 0) FROM codes) + 1";
        self.connection
            .query_row(SQL, [], |row| {
                Ok(NextIds { customer: row.get(0)?, reference: row.get(1)?, code: row.get(2)? })
            })
            .map_err(self.failed("could not prepare to add customers"))
    }
}

/// SQL that adds a row.
fn inserting(table: &str, columns: &[&str]) -> String {
    let marks = vec!["?"; columns.len()].join(", ");
    format!("INSERT INTO {table} ({}) VALUES ({marks})", columns.join(", "))
}

impl Engine for Session<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn query(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
        each: Each<'_>,
    ) -> Result<()> {
        let failed = |error| self.place.failure(doing, error);
        if statement.sqlite.is_some() {
            self.whole()?;
        }
        for text in statement.texts() {
            let mut prepared = self.statement(&words(statement, text)).map_err(failed)?;
            bind(&mut prepared, params).map_err(failed)?;
            let mut rows = prepared.raw_query();
            while let Some(row) = rows.next().map_err(failed)? {
                each(row).map_err(|fault| self.ended(fault))?;
            }
        }
        Ok(())
    }

    fn stream(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
        each: Each<'_>,
    ) -> Result<()> {
        self.query(doing, statement, params, each)
    }

    fn look_up(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        keys: &[&str],
        _key: usize,
        each: &mut dyn FnMut(usize, &dyn Row) -> Read<()>,
    ) -> Result<()> {
        self.expect_keys(keys.len())?;
        let failed = |error| self.place.failure(doing, error);
        let mut prepared = self.statement(constant(statement.text, true)).map_err(failed)?;
        for (place, key) in keys.iter().enumerate() {
            bind(&mut prepared, &[key]).map_err(failed)?;
            let mut rows = prepared.raw_query();
            if let Some(row) = rows.next().map_err(failed)? {
                each(place, row).map_err(|fault| self.ended(fault))?;
            }
        }
        Ok(())
    }

    fn schema_differences(&mut self) -> Result<Vec<String>> {
        self.other_objects()
    }

    fn integrity(&mut self) -> Result<Vec<String>> {
        self.flaws_of_file()
    }

    fn stale_indexes(&mut self) -> Result<Vec<String>> {
        self.indexes_out_of_step()
    }
}

impl Writer for Session<'_> {
    fn written(&mut self) -> &mut Written {
        &mut self.writing.written
    }

    fn execute(&mut self, doing: &str, statement: &Statement<'_>, params: &[Param<'_>]) -> Result<u64> {
        let failed = |error| self.place.failure(doing, error);
        self.whole()?;
        let mut written = 0;
        for text in statement.texts() {
            let mut prepared = self.statement(&words(statement, text)).map_err(failed)?;
            bind(&mut prepared, params).map_err(failed)?;
            written = prepared.raw_execute().map_err(failed)?;
        }
        Ok(written as u64)
    }

    fn unwritten(&mut self, doing: &str) -> Error {
        engine(doing, "what was to be changed is not there")
    }

    fn token(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    /// The indexes are settled first, or the statements that add rows would have to be made anew.
    fn begin_rows(&mut self) -> Result<Option<NextIds>> {
        let next = self.next_ids()?;
        // Customers are never deleted, so the highest id counts them.
        self.prepare_indexes(next.customer.unsigned_abs() - 1)?;
        Ok(Some(next))
    }

    fn insert(&mut self, doing: &str, table: &'static Table, row: &[Value<'_>]) -> Result<()> {
        self.whole()?;
        let place = self.place;
        let at = self.ready_insert(table).map_err(|error| place.failure(doing, error))?;
        let prepared = &mut self.writing.inserts[at].1;
        bind(prepared, &row[1..])
            .and_then(|()| prepared.raw_execute())
            .map_err(|error| place.failure(doing, error))?;
        if row[0] != Value::Integer(self.connection.last_insert_rowid()) {
            return Err(engine(doing, "the ledger gave a row another id than the next"));
        }
        Ok(())
    }

    fn append_rows(&mut self, doing: &str, table: &Table, rows: &[Value<'_>]) -> Result<()> {
        if matches!(self.writing.loading, Loading::Undecided { .. }) {
            self.begin_rows()?;
        }
        self.whole()?;
        let failed = |error| self.place.failure(doing, error);
        let columns: Vec<_> = table.columns.iter().map(|column| column.name()).collect();
        let mut prepared = self.statement(&inserting(table.name, &columns)).map_err(failed)?;
        for row in rows.chunks(columns.len()) {
            bind(&mut prepared, row).and_then(|()| prepared.raw_execute()).map_err(failed)?;
        }
        Ok(())
    }

    fn rebuild_indexes(&mut self) -> Result<()> {
        self.whole()?;
        self.connection.execute_batch("REINDEX").map_err(self.failed("could not build the indexes anew"))
    }

    fn confirm(self: Box<Self>) -> Result<()> {
        Ok(())
    }

    fn complete(mut self: Box<Self>) -> Result<()> {
        self.build_dropped_indexes()?;
        self.end()
    }
}
