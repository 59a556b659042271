//! Walks over the operations, oldest first: alone, or with the codes and the links that belong to them.

use rusqlite::params_from_iter;

use super::rows::{self, Reading, operation_columns};
use super::scan::{Condition, text};
use super::session::Session;
use crate::store::{Link, Logged, Operation, OperationFilter, Result};

/// Which operations are wanted, as a condition on their ids.
fn wanted(filter: &OperationFilter) -> Condition {
    let mut condition = Condition::default();
    for (term, value) in [
        ("at >= ?", &filter.times.0),
        ("at < ?", &filter.times.1),
        ("command = ?", &filter.command),
        ("actor = ?", &filter.actor),
    ] {
        if let Some(value) = value {
            condition.and(term, [text(value)]);
        }
    }
    if let Some(ids) = &filter.ids {
        let list = serde_json::Value::from(ids.as_slice()).to_string();
        condition.and("id IN (SELECT value FROM json_each(?))", [text(&list)]);
    }
    let last = filter.last.map_or(-1, |last| i64::try_from(last).unwrap_or(i64::MAX));
    condition.values.push(Box::new(last));
    condition.sql =
        format!("operations.id IN (SELECT id FROM operations{} ORDER BY id DESC LIMIT ?)", condition.sql);
    condition
}

impl Session<'_> {
    pub(super) fn scan_filtered_operations(
        &self,
        filter: &OperationFilter,
        each: &mut dyn FnMut(&Operation) -> Result<()>,
    ) -> Result<()> {
        let wanted = wanted(filter);
        let sql = format!(
            concat!("SELECT ", operation_columns!(), " FROM operations WHERE {} ORDER BY operations.id"),
            wanted.sql
        );
        let failed = self.failed("could not read the operations");
        let mut statement = self.connection.prepare(&sql).map_err(&failed)?;
        let mut found = statement.query(params_from_iter(&wanted.values)).map_err(&failed)?;
        while let Some(row) = found.next().map_err(&failed)? {
            each(&rows::operation(row).map_err(&failed)?)?;
        }
        Ok(())
    }

    pub(super) fn scan_logged(
        &self,
        filter: &OperationFilter,
        links: bool,
        each: &mut dyn FnMut(&Logged) -> Result<()>,
    ) -> Result<()> {
        let wanted = wanted(filter);
        // Links have no index by operation, which every issue would pay for: SQLite sorts them for this once.
        let (columns, joined, order) = if links {
            (
                "links.sequence, links.lease, links.position, links.hash",
                " LEFT JOIN links ON links.operation = operations.id",
                ", links.sequence, links.lease",
            )
        } else {
            ("NULL, NULL, NULL, NULL", "", "")
        };
        let sql = format!(
            concat!(
                "SELECT ",
                operation_columns!(),
                ", coalesce(first.written, first.canonical), coalesce(last.written, last.canonical), {columns} \
                 FROM operations LEFT JOIN codes AS first ON first.id = operations.first_code \
                 LEFT JOIN codes AS last ON last.id = operations.last_code{joined} \
                 WHERE {wanted} ORDER BY operations.id{order}"
            ),
            columns = columns,
            joined = joined,
            wanted = wanted.sql,
            order = order
        );
        let failed = self.failed("could not read the operations");
        let mut statement = self.connection.prepare(&sql).map_err(&failed)?;
        let mut found = statement.query(params_from_iter(&wanted.values)).map_err(&failed)?;
        let mut logged: Option<Logged> = None;
        while let Some(row) = found.next().map_err(&failed)? {
            let next = read(row).map_err(&failed)?;
            match &mut logged {
                // One row for each link.
                Some(logged) if logged.operation.id == next.operation.id => logged.links.extend(next.links),
                _ => {
                    if let Some(done) = logged.replace(next) {
                        each(&done)?;
                    }
                }
            }
        }
        logged.map_or(Ok(()), |last| each(&last))
    }
}

/// Reads an operation with its codes and one of its links.
fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Logged> {
    let mut reading = Reading::of(row, 0);
    let operation = reading.operation()?;
    let (first, last) = (reading.optional_str()?, reading.optional_str()?);
    let codes = first.zip(last).map(|(first, last)| (first.to_owned(), last.to_owned()));
    let link = match reading.optional_integer()? {
        Some(sequence) => Some(Link {
            sequence,
            lease: reading.integer()?,
            position: reading.integer()?,
            hash: reading.str()?.to_owned(),
        }),
        None => None,
    };
    Ok(Logged { operation, codes, links: link.into_iter().collect() })
}
