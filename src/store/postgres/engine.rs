//! What a transaction on a server offers to the ledger.

use std::collections::HashMap;

use super::bulk::{target, wait};
use super::copy::Rows;
use super::failure::{Fault, no_zero};
use super::link::{Bound, Params};
use super::session::Session;
use super::writing::Loading;
use crate::store::engine::{self, Dialect, Each, Engine, Param, Row, Writer};
use crate::store::random;
use crate::store::statement::Statement;
use crate::store::tables::Column;
use crate::store::written::{NextIds, Written};
use crate::store::{Error, Result, TABLES, Table, Value};

/// So many keys go into one question.
const KEYS: usize = 5_000;

/// Refuses an object that names U+0000: it could be kept, but never be asked for.
pub(super) fn no_zeros(doing: &str, objects: [&str; 2]) -> Result<()> {
    let escaped = |text: &str| {
        text.match_indices("\\u0000").any(|(at, _)| {
            let before = text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
            before % 2 == 0
        })
    };
    if objects.into_iter().any(escaped) { Err(no_zero(doing)) } else { Ok(()) }
}

/// What could not be read.
fn unreadable(error: &tokio_postgres::Error) -> engine::Fault {
    let cause = std::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
    engine::Fault::Row(format!("{error}{cause}"))
}

impl Row for tokio_postgres::Row {
    fn text(&self, column: usize) -> engine::Read<Option<&str>> {
        self.try_get(column).map_err(|error| unreadable(&error))
    }

    fn integer(&self, column: usize) -> engine::Read<Option<i64>> {
        self.try_get(column).map_err(|error| unreadable(&error))
    }
}

/// The values of a statement as they go out.
fn bound<'p>(params: &'p [Param<'_>]) -> Vec<&'p dyn Bound> {
    params.iter().map(|param| param as &dyn Bound).collect()
}

impl Session<'_> {
    /// What ended an answer.
    fn ended(&self, doing: &str, fault: engine::Fault) -> Error {
        match fault {
            engine::Fault::Stopped(error) => *error,
            engine::Fault::Row(reason) => self.failure(doing, Fault::Row(reason)),
        }
    }

    /// Called before the commit: the next new row comes behind those that brought their ids.
    fn continue_ids(&mut self) -> Result<()> {
        for table in std::mem::take(&mut self.writing.copied) {
            let sql = format!(
                "SELECT setval('custcode.{table}_id_seq', greatest((SELECT max(id) FROM custcode.{table}), 1))"
            );
            self.ask("could not count the rows", &sql, &[])?;
        }
        Ok(())
    }
}

impl Engine for Session<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn query(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
        each: Each<'_>,
    ) -> Result<()> {
        let rows = self.ask(doing, statement.text, &bound(params))?;
        rows.iter().try_for_each(|row| each(row)).map_err(|fault| self.ended(doing, fault))
    }

    fn stream(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
        each: Each<'_>,
    ) -> Result<()> {
        self.walk(doing, statement.text, &bound(params), |row| match each(row) {
            Ok(()) => Ok(Ok(())),
            Err(engine::Fault::Stopped(error)) => Ok(Err(*error)),
            Err(engine::Fault::Row(reason)) => Err(Fault::Row(reason)),
        })
    }

    fn look_up(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        keys: &[&str],
        key: usize,
        each: &mut dyn FnMut(usize, &dyn Row) -> engine::Read<()>,
    ) -> Result<()> {
        for (chunk, keys) in keys.chunks(KEYS).enumerate() {
            let values: Params<'_> = &[&keys];
            let rows = self.ask(doing, statement.text, values)?;
            let mut found = HashMap::with_capacity(rows.len());
            for row in &rows {
                let text = row.text(key).map_err(|fault| self.ended(doing, fault))?;
                found.insert(text.unwrap_or_default(), row);
            }
            for (place, key) in keys.iter().enumerate() {
                if let Some(row) = found.get(key) {
                    each(chunk * KEYS + place, *row).map_err(|fault| self.ended(doing, fault))?;
                }
            }
        }
        Ok(())
    }

    fn schema_differences(&mut self) -> Result<Vec<String>> {
        self.other_objects()
    }

    fn integrity(&mut self) -> Result<Vec<String>> {
        self.check_rows()
    }
}

impl Writer for Session<'_> {
    fn written(&mut self) -> &mut Written {
        &mut self.writing.written
    }

    fn execute(&mut self, doing: &str, statement: &Statement<'_>, params: &[Param<'_>]) -> Result<u64> {
        self.write(doing, statement.text, &bound(params))
    }

    fn unwritten(&mut self, doing: &str) -> Error {
        self.not_written(doing)
    }

    fn token(&mut self) -> Result<Option<String>> {
        self.writing.token = Some(random::digits()?);
        Ok(self.writing.token.clone())
    }

    fn begin_rows(&mut self) -> Result<Option<NextIds>> {
        match self.writing.loading {
            Loading::Undecided(rows) => self.begin_loading(rows).map(Some),
            _ => Ok(None),
        }
    }

    fn insert(&mut self, doing: &str, table: &'static Table, row: &[Value<'_>]) -> Result<()> {
        self.hold_back(doing, table, row)
    }

    fn append_rows(&mut self, doing: &str, table: &Table, rows: &[Value<'_>]) -> Result<()> {
        let mut out = Rows::default();
        wait(&mut out, table.columns.len(), rows);
        self.send_rows()?;
        let sent = out.send(self.link, &target(table));
        let whole = self.checked(doing, sent)?;
        self.all_written(doing, whole)?;
        let has_ids = table.columns[0] == Column::Integer("id");
        if has_ids && !self.writing.copied.contains(&table.name) {
            self.writing.copied.push(table.name);
        }
        Ok(())
    }

    fn accept_objects(&self, doing: &str, objects: [&str; 2]) -> Result<()> {
        no_zeros(doing, objects)
    }

    fn rebuild_indexes(&mut self) -> Result<()> {
        for table in TABLES {
            self.run("could not build the indexes anew", &format!("REINDEX TABLE custcode.{}", table.name))?;
        }
        Ok(())
    }

    fn confirm(mut self: Box<Self>) -> Result<()> {
        self.confirm_read()
    }

    fn complete(mut self: Box<Self>) -> Result<()> {
        self.end_loading()?;
        self.continue_ids()?;
        self.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_that_cannot_be_kept_is_told_from_its_spelling() {
        assert!(no_zeros("x", [r#"{"a":"\u0000"}"#, "{}"]).is_err());
        assert!(no_zeros("x", ["{}", r#"{"a":"\\\u0000"}"#]).is_err());
        assert!(no_zeros("x", [r#"{"a":"\\u0000"}"#, r#"{"a":"\u00001"}"#]).is_err());
        assert!(no_zeros("x", [r#"{"a":"\\u0000"}"#, r#"{"a":"\u0001"}"#]).is_ok());
    }
}
