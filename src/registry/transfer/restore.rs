//! `store restore`: a ledger out of a backup, at a place where there is none; it issues only when somebody has said what was issued
//! since.

use super::dump::read;
use super::fence::Fence;
use super::rows::Batch;
use super::source::home;
use super::{Watch, digest, meta};
use crate::registry::{Error, Result};
use crate::store::{self, Access, Location, Options, Transaction, Value};
use crate::table::{ReadError, Source};

pub use super::dump::Newest;

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Where.
    pub location: String,
    /// The ledger's id.
    pub ledger: String,
    /// When the backup was taken, RFC 3339.
    pub at: String,
    /// Rows of all tables.
    pub rows: u64,
    /// The last command that is in it.
    pub newest: Option<Newest>,
    /// Why the ledger does not issue.
    pub fence: String,
}

/// Restores a backup. Nothing is made unless the whole backup is as it was written, and the new ledger holds the same.
pub fn restore(
    source: &Source,
    location: &Location,
    options: &Options,
    watch: &mut dyn Watch,
) -> Result<Restored> {
    let name = home(location);
    // Told before a long reading; that nothing is overwritten is seen to when the ledger is made.
    match store::open_with(location, Access::Read, options) {
        Err(store::Error::Missing { .. }) => {}
        _ => return Err(occupied(name)),
    }
    let again =
        || source.reader().map_err(|error| Error::Unreadable { path: source.name.clone(), source: error });
    let dump = read::read(&source.name, again()?, ("checking", 0), watch, &mut |_, _| Ok(()))?;
    let fence = Fence::Restored { at: dump.header.at.clone(), before: dump.header.fence.clone() }.to_string();
    let mut failure = None;
    let made = store::create_filled(location, options, dump.trailer.rows.max(1), &mut |transaction| {
        fill(transaction, (&source.name, &dump), &fence, watch, &mut |doing, watch, each| {
            read::read(&source.name, again()?, (doing, dump.trailer.rows), watch, each)
        })
        .map_err(|error| match error {
            Error::Store(error) => error,
            other => {
                failure = Some(other);
                store::Error::Interrupted
            }
        })
    });
    match (made, failure) {
        (_, Some(failure)) => Err(failure),
        (Err(store::Error::Exists { .. }), _) => Err(occupied(name)),
        (Err(error), _) => Err(error.into()),
        (Ok(_), None) => Ok(Restored {
            location: name,
            ledger: dump.header.ledger,
            at: dump.header.at,
            rows: dump.trailer.rows,
            newest: dump.header.newest,
            fence,
        }),
    }
}

fn occupied(location: String) -> Error {
    Error::Occupied { location, reason: "there already".to_owned() }
}

/// Reads the backup once more.
type Again<'a> = &'a mut dyn FnMut(&'static str, &mut dyn Watch, read::Each<'_>) -> Result<read::Dump>;

/// Loads every row into a ledger in the making, and compares what it holds then with the backup.
fn fill(
    transaction: &mut dyn Transaction,
    (name, dump): (&str, &read::Dump),
    fence: &str,
    watch: &mut dyn Watch,
    again: Again<'_>,
) -> Result<()> {
    if dump.header.schema != store::TABLES_VERSION {
        return Err(ReadError::Malformed {
            name: name.to_owned(),
            line: 1,
            column: None,
            reason: format!(
                "its tables have version {}, this program knows {}",
                dump.header.schema,
                store::TABLES_VERSION
            ),
            hint: Some(format!("restore it with custcode {}, which wrote it", dump.header.program)),
        }
        .into());
    }
    for table in store::TABLES.iter().rev() {
        transaction.clear(table)?;
    }
    let mut batch = Batch::default();
    let mut filling = None;
    again("restoring", watch, &mut |table, row: &[Value<'_>]| {
        if let Some(before) = filling
            && (before != *table || batch.is_full())
        {
            batch.write(&before, transaction)?;
        }
        filling = Some(*table);
        batch.push(row);
        Ok(())
    })?;
    if let Some(table) = filling {
        batch.write(&table, transaction)?;
    }
    let mut said = meta::Meta::read(transaction)?;
    said.fence = Some(fence.to_owned());
    said.write(transaction)?;
    let sums = digest::sums(transaction, "comparing", watch)?;
    let differing: Vec<&str> = sums
        .iter()
        .zip(&dump.trailer.tables)
        .filter(|(here, there)| here != there)
        .map(|(here, _)| here.table.as_str())
        .collect();
    if differing.is_empty() { Ok(()) } else { Err(Error::Differs { what: differing.join(", ") }) }
}
