//! Walks over the operations, oldest first: alone, or with the codes and the links that belong to
//! them.

use super::condition::Condition;
use super::rows::{self, Reading, operation_columns};
use crate::store::engine::{Param, Read, Row};
use crate::store::{Link, Logged, Operation, OperationFilter, Result, Snapshot};

const OPERATIONS: &str = concat!("SELECT ", operation_columns!(), " FROM custcode.operations WHERE ");

const LOGGED: &str = concat!(
    "SELECT ",
    operation_columns!(),
    ", coalesce(first.written, first.canonical), coalesce(last.written, last.canonical) \
     FROM custcode.operations LEFT JOIN custcode.codes AS first ON first.id = operations.first_code \
     LEFT JOIN custcode.codes AS last ON last.id = operations.last_code WHERE "
);

// Links have no index by operation, which every issue would pay for: they are sorted for this once.
const LINKED: &str = concat!(
    "SELECT ",
    operation_columns!(),
    ", coalesce(first.written, first.canonical), coalesce(last.written, last.canonical), \
     links.sequence, links.lease, links.position, links.hash \
     FROM custcode.operations LEFT JOIN custcode.codes AS first ON first.id = operations.first_code \
     LEFT JOIN custcode.codes AS last ON last.id = operations.last_code \
     LEFT JOIN custcode.links ON links.operation = operations.id WHERE "
);

/// Where the columns of a link begin in [`LINKED`].
const LINK: usize = 15;

/// The operations that a filter wants, oldest first.
fn wanted<'f>(columns: &str, filter: &'f OperationFilter, order: &str) -> Condition<'f> {
    let mut condition =
        Condition::beginning(&format!("{columns}operations.id IN (SELECT id FROM custcode.operations"));
    for (term, value) in [
        ("at COLLATE \"C\" >= ?", &filter.times.0),
        ("at COLLATE \"C\" < ?", &filter.times.1),
        ("command = ?", &filter.command),
        ("actor = ?", &filter.actor),
    ] {
        if let Some(value) = value {
            condition.and(term, [value.as_str()]);
        }
    }
    if let Some(ids) = &filter.ids {
        condition.and("id = ANY(?)", [Param::Integers(ids)]);
    }
    condition.push(" ORDER BY id DESC LIMIT ");
    condition.value(filter.last.and_then(|last| i64::try_from(last).ok()).unwrap_or(i64::MAX));
    condition.push(") ORDER BY operations.id");
    condition.push(order);
    condition
}

/// Long answers about operations.
impl dyn Snapshot + '_ {
    /// Operations, oldest first.
    pub fn scan_operations(
        &mut self,
        filter: &OperationFilter,
        each: &mut dyn FnMut(&Operation) -> Result<()>,
    ) -> Result<()> {
        let wanted = wanted(OPERATIONS, filter, "");
        self.stream("could not read the operations", &wanted.statement(), wanted.params(), &mut |row| {
            Ok(each(&rows::operation(row)?)?)
        })
    }

    /// Operations, oldest first, each with the codes it names; with their links, in order of
    /// counter and lease, where `links` are wanted.
    pub fn scan_log(
        &mut self,
        filter: &OperationFilter,
        links: bool,
        each: &mut dyn FnMut(&Logged) -> Result<()>,
    ) -> Result<()> {
        let wanted = if links {
            wanted(LINKED, filter, ", links.sequence, links.lease")
        } else {
            wanted(LOGGED, filter, "")
        };
        let mut logged: Option<Logged> = None;
        self.stream("could not read the operations", &wanted.statement(), wanted.params(), &mut |row| {
            let (next, link) = (operation(row)?, if links { link(row)? } else { None });
            match &mut logged {
                // One row for each link.
                Some(logged) if logged.operation.id == next.operation.id => logged.links.extend(link),
                _ => {
                    let next = Logged { links: link.into_iter().collect(), ..next };
                    if let Some(done) = logged.replace(next) {
                        each(&done)?;
                    }
                }
            }
            Ok(())
        })?;
        logged.map_or(Ok(()), |last| each(&last))
    }
}

/// Reads an operation with its codes.
fn operation(row: &dyn Row) -> Read<Logged> {
    let mut reading = Reading::of(row);
    let operation = reading.operation()?;
    let (first, last) = (reading.optional_string()?, reading.optional_string()?);
    Ok(Logged { operation, codes: first.zip(last), links: Vec::new() })
}

/// Reads one of its links.
fn link(row: &dyn Row) -> Read<Option<Link>> {
    let mut reading = Reading::at(row, LINK);
    Ok(match reading.optional_integer()? {
        Some(sequence) => Some(Link {
            sequence,
            lease: reading.integer()?,
            position: reading.integer()?,
            hash: reading.string()?,
        }),
        None => None,
    })
}
