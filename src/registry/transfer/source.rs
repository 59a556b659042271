//! A ledger that is read as a whole, while others go on writing to it.

use crate::registry::{Error, Patience, Result};
use crate::store::{self, Access, Location, Options, Snapshot, Store};

/// A place by a name that is right wherever it is read.
pub(crate) fn absolute_name(location: &Location) -> String {
    let path = location.file().and_then(|path| std::path::absolute(path).ok());
    path.map_or_else(|| location.to_string(), |path| path.display().to_string())
}

/// Opens an existing ledger.
pub(in super::super) fn open(
    location: &Location,
    access: Access,
    options: &Options,
    patience: Patience<'_>,
) -> Result<Box<dyn Store>> {
    let mut store = store::open_with(location, access, options).map_err(|error| match error {
        store::Error::Missing { location } => Error::LedgerMissing { location },
        other => other.into(),
    })?;
    store.set_read_deadline(patience.deadline);
    Ok(store)
}

/// A ledger as it is at one moment.
pub(super) struct ConsistentView<'s> {
    ledger: &'s mut dyn Store,
    /// Where reading the ledger itself would hold up others.
    copy: Option<Box<dyn Store>>,
}

impl<'s> ConsistentView<'s> {
    /// Holds the moment.
    pub(super) fn of(ledger: &'s mut dyn Store) -> Result<Self> {
        let copy = ledger.private_copy()?;
        Ok(Self { ledger, copy })
    }

    /// The one view. Asked for once: on an engine that needs no copy the next view would be a later
    /// one.
    pub(super) fn view(&mut self) -> Result<Box<dyn Snapshot + '_>> {
        Ok(match &mut self.copy {
            Some(copy) => copy.read()?,
            None => self.ledger.read()?,
        })
    }
}
