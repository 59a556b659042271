//! `store backup`: a whole ledger in one file, as it was at one moment, while others go on issuing.

use std::io::BufWriter;

use super::Watch;
use super::dump::{read, write};
use super::fence::Fence;
use super::source::Still;
use crate::registry::{Error, Result};
use crate::store::Store;
use crate::table::OutputFile;

pub use super::dump::Newest;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// The ledger.
    pub location: String,
    /// Rows of all tables.
    pub rows: u64,
    /// Customers among them.
    pub customers: u64,
    /// Codes among them.
    pub codes: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the content, which the last line of the file tells, too.
    pub sha256: String,
    /// The last command that is in it.
    pub newest: Option<Newest>,
    /// Why the ledger does not issue.
    pub fence: Option<String>,
}

/// Writes a backup into `file`, reads it back, compares, and only then shows it. `path` names the file in messages.
pub fn backup(
    store: &mut dyn Store,
    file: OutputFile,
    path: &str,
    now: jiff::Timestamp,
    watch: &mut dyn Watch,
) -> Result<BackedUp> {
    let output = |source| Error::Output { path: path.to_owned(), source };
    let location = store.location().to_owned();
    let mut still = Still::of(store)?;
    let mut view = still.view()?;
    let header = write::header(view.as_mut(), now)?;
    if let Some(Fence::Unfinished { of }) = header.fence.as_deref().map(Fence::read) {
        return Err(Error::Unfinished { of });
    }
    let mut out = BufWriter::new(file);
    let mut fault = None;
    let written = write::write(view.as_mut(), &header, &mut out, &mut fault, watch);
    if let Some(source) = fault {
        return Err(output(source));
    }
    let trailer = written?;
    drop(view);
    let mut file = out.into_inner().map_err(|error| output(error.into_error()))?;
    file.seal().map_err(output)?;
    let again = file.written().map_err(output)?;
    let dump = read::read(path, again, ("reading again", trailer.rows), watch, &mut |_, _| Ok(()))?;
    if (&dump.header, &dump.trailer) != (&header, &trailer) {
        return Err(output(std::io::Error::other("what was written reads otherwise")));
    }
    file.publish().map_err(output)?;
    let rows = |name: &str| trailer.tables.iter().find(|sum| sum.table == name).map_or(0, |sum| sum.rows);
    Ok(BackedUp {
        location,
        rows: trailer.rows,
        customers: rows("customers"),
        codes: rows("codes"),
        bytes: dump.bytes,
        newest: header.newest,
        fence: header.fence,
        sha256: trailer.sha256,
    })
}
