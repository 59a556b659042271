//! Many new rows in one write: sent by COPY in large pieces, with the two large unique indexes
//! built at the end where many rows come to few.
//!
//! Building an index over the sorted whole costs half of keeping it up to date row by row. To drop
//! one needs the ownership of the table; a role without it keeps them, and so does an import that
//! comes while others read for long (`pg_dump`). While they are gone readers wait, as they do on
//! `SQLite`.

use tokio_postgres::error::SqlState;

use super::copy::Rows;
use super::failure::{engine, is_duplicate, is_state};
use super::limits::{READERS, milliseconds};
use super::rows::first;
use super::session::Session;
use super::writing::{Copying, Loading};
use crate::store::keys::{Large, large, worth_rebuilding};
use crate::store::written::NextIds;
use crate::store::{Error, Result, Table, Value};

/// Held back until so many bytes have come together.
const PIECE: usize = 4 << 20;

/// Adds rows as they are to those that wait.
pub(super) fn wait(rows: &mut Rows, width: usize, values: &[Value<'_>]) {
    for row in values.chunks(width) {
        rows.row(i16::try_from(width).unwrap_or(i16::MAX));
        for value in row {
            match value {
                Value::Null => rows.null(),
                Value::Integer(number) => rows.integer(*number),
                Value::Text(text) => rows.text(text),
            };
        }
    }
}

/// A table and its columns, as COPY names them.
pub(super) fn target(table: &Table) -> String {
    format!("custcode.{} ({})", table.name, table.column_list())
}

impl Session<'_> {
    /// Holds a row back, to be sent with others.
    pub(super) fn hold_back(&mut self, doing: &str, table: &'static Table, row: &[Value<'_>]) -> Result<()> {
        let Loading::Copying(copying) = &mut self.writing.loading else {
            return Err(engine(doing, "this write adds rows one by one"));
        };
        let known = copying.tables.iter().position(|(known, ..)| std::ptr::eq(*known, table));
        let at = known.unwrap_or_else(|| {
            copying.tables.push((table, Rows::default(), 0));
            copying.tables.len() - 1
        });
        let (_, waiting, highest) = &mut copying.tables[at];
        wait(waiting, row.len(), row);
        if let Value::Integer(id) = row[0] {
            *highest = id;
        }
        if waiting.len() >= PIECE { self.send_rows() } else { Ok(()) }
    }

    /// Called before the first row: nobody else takes ids while this write lasts, so they are
    /// counted by the caller.
    pub(super) fn begin_loading(&mut self, rows: u64) -> Result<NextIds> {
        const IDS: &str = "SELECT nextval('custcode.customers_id_seq'), nextval('custcode.refs_id_seq'), \
             nextval('custcode.codes_id_seq')";
        let doing = "could not prepare to add customers";
        let ids = self.one(doing, IDS, &[], |row| {
            Ok(NextIds { customer: row.try_get(0)?, reference: row.try_get(1)?, code: row.try_get(2)? })
        })?;
        let ids = ids.ok_or_else(|| engine(doing, "the server gave no ids"))?;
        let dropped = if worth_rebuilding(rows, ids.customer.unsigned_abs()) {
            self.drop_indexes()?
        } else {
            Vec::new()
        };
        self.writing.loading = Loading::Copying(Copying { tables: Vec::new(), dropped });
        Ok(ids)
    }

    /// Takes both tables for itself, if those who read are soon done; others who would read wait
    /// meanwhile.
    fn keep_readers_out(&mut self, doing: &str) -> Result<bool> {
        // In the order in which readers take them.
        const LOCK: &str =
            "LOCK TABLE custcode.refs, custcode.customers, custcode.codes IN ACCESS EXCLUSIVE MODE";
        let wait = milliseconds(READERS);
        self.run(doing, &format!("SAVEPOINT readers; SET LOCAL lock_timeout = {wait}"))?;
        match self.link.batch(LOCK) {
            Err(error) if is_state(&error, &SqlState::LOCK_NOT_AVAILABLE) => {
                self.run(doing, "ROLLBACK TO SAVEPOINT readers; RELEASE SAVEPOINT readers")?;
                Ok(false)
            }
            locked => {
                self.checked(doing, locked)?;
                let wait = milliseconds(self.connector.wait);
                self.run(doing, &format!("RELEASE SAVEPOINT readers; SET LOCAL lock_timeout = {wait}"))?;
                Ok(true)
            }
        }
    }

    fn drop_indexes(&mut self) -> Result<Vec<(Large, String)>> {
        const OWNED: &str = "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_catalog.pg_class \
             WHERE oid IN (CAST('custcode.customers' AS regclass), CAST('custcode.refs' AS regclass), CAST('custcode.codes' AS regclass))";
        const MADE: &str = "SELECT pg_get_indexdef(to_regclass('custcode.' || $1))";
        let doing = "could not drop an index for the time of the import";
        if self.one(doing, OWNED, &[], first::<bool>)? != Some(true) {
            return Ok(Vec::new());
        }
        if !self.keep_readers_out(doing)? {
            return Ok(Vec::new());
        }
        let mut dropped = Vec::new();
        for large in large() {
            if let Some(Some(sql)) = self.one(doing, MADE, &[&large.index], first::<Option<String>>)? {
                self.run(doing, &format!("DROP INDEX custcode.{}", large.index))?;
                dropped.push((large, sql));
            }
        }
        Ok(dropped)
    }

    /// Sends what is held back.
    pub(super) fn send_rows(&mut self) -> Result<()> {
        let Loading::Copying(copying) = &mut self.writing.loading else { return Ok(()) };
        if self.writing.spoiled {
            return Ok(());
        }
        let mut sent = Ok(true);
        for (table, waiting, _) in copying.tables.iter_mut().filter(|(_, waiting, _)| !waiting.is_empty()) {
            sent = sent.and_then(|whole| Ok(whole & waiting.send(self.link, &target(table))?));
        }
        let whole = self.checked("could not add customers", sent)?;
        self.all_written("could not add customers", whole)
    }

    /// Called before the commit: sends the rest and builds what was dropped. A duplicate is a
    /// conflict that names it.
    pub(super) fn end_loading(&mut self) -> Result<()> {
        const CHECKPOINT: &str = "SAVEPOINT rows";
        self.send_rows()?;
        let Loading::Copying(copying) = &mut self.writing.loading else { return Ok(()) };
        let Copying { tables, dropped } = std::mem::take(copying);
        let ids: Vec<_> = tables
            .iter()
            .map(|(table, _, highest)| {
                format!("setval('custcode.{}_id_seq', {})", table.name, highest.max(&1))
            })
            .collect();
        let doing = "could not build an index";
        if !ids.is_empty() {
            self.ask_now("could not count the rows", &format!("SELECT {}", ids.join(", ")), &[])?;
        }
        for (large, sql) in dropped {
            self.run(doing, CHECKPOINT)?;
            match self.link.batch(&sql) {
                Err(error) if is_duplicate(&error) => {
                    self.run(doing, "ROLLBACK TO SAVEPOINT rows")?;
                    let Some((key, duplicate)) = large.unique else { return self.checked(doing, Err(error)) };
                    let value: Option<String> = self.one(doing, duplicate, &[], first)?;
                    return Err(Error::Conflict { key, value: value.unwrap_or_default() });
                }
                built => self.checked(doing, built)?,
            }
        }
        Ok(())
    }
}
