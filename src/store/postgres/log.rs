//! Walks over the operations, oldest first: alone, or with the codes and the links that belong to them.

use tokio_postgres::Row;

use super::rows::{Read, Reading, operation_columns};
use super::scan::{Condition, limit};
use super::session::Session;
use crate::store::{Link, Logged, Operation, OperationFilter, Result};

/// Which operations are wanted, as a condition on their ids.
fn wanted(filter: &OperationFilter) -> Condition {
    let mut condition = Condition::default();
    for (term, value) in [
        ("at COLLATE \"C\" >= ?", &filter.times.0),
        ("at COLLATE \"C\" < ?", &filter.times.1),
        ("command = ?", &filter.command),
        ("actor = ?", &filter.actor),
    ] {
        if let Some(value) = value {
            condition.and(term, [value.clone()]);
        }
    }
    if let Some(ids) = &filter.ids {
        let place = condition.add(ids.clone());
        condition.and(&format!("id = ANY({place})"), []);
    }
    let place = condition.add(limit(filter.last.unwrap_or(u64::MAX)));
    condition.sql = format!(
        "operations.id IN (SELECT id FROM custcode.operations{} ORDER BY id DESC LIMIT {place})",
        condition.sql
    );
    condition
}

impl Session<'_> {
    pub(super) fn scan_filtered_operations(
        &mut self,
        filter: &OperationFilter,
        each: &mut dyn FnMut(&Operation) -> Result<()>,
    ) -> Result<()> {
        let wanted = wanted(filter);
        let sql = format!(
            concat!(
                "SELECT ",
                operation_columns!(),
                " FROM custcode.operations WHERE {} ORDER BY operations.id"
            ),
            wanted.sql
        );
        self.walk("could not read the operations", &sql, &wanted.params(), |row| {
            Ok(each(&Reading::of(row, 0).operation()?))
        })
    }

    pub(super) fn scan_logged(
        &mut self,
        filter: &OperationFilter,
        links: bool,
        each: &mut dyn FnMut(&Logged) -> Result<()>,
    ) -> Result<()> {
        let wanted = wanted(filter);
        let (columns, joined, order) = if links {
            (
                "links.sequence, links.lease, links.position, links.hash",
                " LEFT JOIN custcode.links ON links.operation = operations.id",
                ", links.sequence, links.lease",
            )
        } else {
            ("CAST(NULL AS bigint), CAST(NULL AS bigint), CAST(NULL AS bigint), NULL", "", "")
        };
        let sql = format!(
            concat!(
                "SELECT ",
                operation_columns!(),
                ", coalesce(first.written, first.canonical), coalesce(last.written, last.canonical), {columns} \
                 FROM custcode.operations LEFT JOIN custcode.codes AS first ON first.id = operations.first_code \
                 LEFT JOIN custcode.codes AS last ON last.id = operations.last_code{joined} \
                 WHERE {wanted} ORDER BY operations.id{order}"
            ),
            columns = columns,
            joined = joined,
            wanted = wanted.sql,
            order = order
        );
        let mut logged: Option<Logged> = None;
        self.walk("could not read the operations", &sql, &wanted.params(), |row| {
            let (next, link) = read(row)?;
            match &mut logged {
                Some(logged) if logged.operation.id == next.operation.id => logged.links.extend(link),
                _ => {
                    let done = logged.replace(Logged { links: link.into_iter().collect(), ..next });
                    if let Some(done) = done {
                        return Ok(each(&done));
                    }
                }
            }
            Ok(Ok(()))
        })?;
        logged.map_or(Ok(()), |last| each(&last))
    }
}

/// Reads an operation with its codes, and one of its links.
fn read(row: &Row) -> Read<(Logged, Option<Link>)> {
    let mut reading = Reading::of(row, 0);
    let operation = reading.operation()?;
    let (first, last): (Option<String>, Option<String>) = (reading.get()?, reading.get()?);
    let link = match reading.get()? {
        Some(sequence) => {
            Some(Link { sequence, lease: reading.get()?, position: reading.get()?, hash: reading.get()? })
        }
        None => None,
    };
    Ok((Logged { operation, codes: first.zip(last), links: Vec::new() }, link))
}
