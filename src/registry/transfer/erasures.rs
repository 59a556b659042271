//! Who was erased, as a list of codes and times, and what is done with it where a ledger is
//! restored from a backup that is older: it still has what was deleted.

use crate::code::normalize;
use crate::registry::customer::erase::EraseRequest;
use crate::registry::session::begin;
use crate::registry::transfer::source;
use crate::registry::{Error, Patience, Registry, Result};
use crate::store::sqlite::carries_our_mark;
use crate::store::{Access, Compaction, Intent, Location, Options, Snapshot};
use crate::table::{Encoding, Format, Reader, Reading, Record, Source};

/// The columns of the list.
pub const COLUMNS: [&str; 2] = [CODE, "erased_at"];

/// The column that a list has at least.
const CODE: &str = "code";

/// The reason of an erasure that is made again.
const AGAIN: &str = "erased before, after the backup was taken";

/// A customer that was erased.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Erased {
    /// The code that it carries.
    pub code: String,
    /// When, RFC 3339.
    pub erased_at: String,
}

/// What came of the erasures that were due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// How many customers were erased again.
    pub erased: u64,
    /// What came of the wish to write the ledger anew.
    pub compaction: Compaction,
}

impl Registry<'_> {
    /// Every customer that was erased, in order of the erasures.
    pub fn erasures(&mut self) -> Result<Vec<Erased>> {
        listed(self.store.read()?.as_mut())
    }

    /// Erases the customers that were erased after the backup of which this ledger was made. Those
    /// that the backup does not know are left out. Interrupted, the next call goes on.
    pub fn apply_erasures(&mut self) -> Result<Applied> {
        let known = {
            let mut view = self.store.read()?;
            let Some(due) = view.erasures_due()? else {
                return Ok(Applied { erased: 0, compaction: Compaction::Done });
            };
            let canonical: Vec<_> = due.lines().map(normalize::canonical).collect();
            let canonical: Vec<&str> = canonical.iter().map(AsRef::as_ref).collect();
            let found = view.find_codes(&canonical)?.into_iter().flatten();
            found.filter(|row| row.customer.is_some()).map(|row| row.canonical).collect::<Vec<_>>()
        };
        let request = EraseRequest {
            customers: known,
            reason: AGAIN.to_owned(),
            code_stays: true,
            ..EraseRequest::default()
        };
        let erased = if request.customers.is_empty() { 0 } else { self.erase(&request)?.customers.len() };
        let mut transaction = begin(self.store.as_mut(), Intent::Small, "erase", self.patience)?;
        transaction.settle_erasures()?;
        transaction.commit()?;
        Ok(Applied { erased: erased as u64, compaction: self.compact()? })
    }
}

fn listed(view: &mut dyn Snapshot) -> Result<Vec<Erased>> {
    let mut list = Vec::new();
    view.scan_erasures(&mut |erasure, code| {
        list.extend(code.map(|code| Erased { code: code.to_owned(), erased_at: erasure.operation.at }));
        Ok(())
    })?;
    Ok(list)
}

/// The codes of a list, which is a file that `store erasures` wrote, or a ledger.
pub fn read_codes(named: &str, options: &Options, patience: Patience<'_>) -> Result<Vec<String>> {
    let location = Location::parse(named)?;
    let is_ledger = location.file().is_none_or(|path| carries_our_mark(path).unwrap_or(false));
    if is_ledger {
        let mut store = source::open(&location, Access::Read, options, patience)?;
        let list = listed(store.read()?.as_mut())?;
        return Ok(list.into_iter().map(|erased| erased.code).collect());
    }
    let unreadable = |source| Error::Unreadable { path: named.to_owned(), source };
    let source = Source::open(named).map_err(unreadable)?;
    let mut reader =
        Reader::open(&source, &Reading { raw: true, ..Reading::of(Format::Csv, Encoding::Utf8) })?;
    let Some(column) = reader.headers().iter().position(|header| header.trim() == CODE) else {
        return Err(Error::usage(
            format!("{named} is no list of erasures: it has no column {CODE}"),
            "custcode store erasures -o FILE, with the ledger that was erased from, writes one".to_owned(),
        ));
    };
    let (mut codes, mut record) = (Vec::new(), Record::default());
    while reader.read(&mut record)? {
        codes.extend(record.iter().nth(column).map(|code| code.trim().to_owned()));
    }
    codes.retain(|code| !code.is_empty());
    Ok(codes)
}
