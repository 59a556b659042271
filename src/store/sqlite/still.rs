//! A private copy of a ledger, so that a long read holds up nobody who writes.
//!
//! The copy is a temporary database of SQLite: mode 0600, without a name from its first moment, gone with the process however that
//! ends. All pages are copied in one step: in several, every write in between would start it anew, and a busy ledger would never be
//! copied.

use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};

use super::queue::Wait;
use super::session::{Session, patiently};
use super::{Sqlite, open};
use crate::store::{Access, Error, Patience, Result};

impl Sqlite {
    /// Copies the ledger as it is now; for reading only.
    pub(super) fn copy_privately(&self) -> Result<Self> {
        const DOING: &str = "could not take a private copy of the ledger";
        let failed = |error| self.place.failure(DOING, error);
        let mut wait = Wait::begin(Patience { deadline: self.read_deadline, notice: &|_| () });
        // Looks at the file first, and rolls back what a killed writer left behind.
        drop(Session::read(&self.connection, &self.place, &mut wait)?);
        let mut connection = open::private().map_err(failed)?;
        {
            let copying = Backup::new(&self.connection, &mut connection).map_err(failed)?;
            patiently(&self.connection, &self.place, &mut wait, || {
                match copying.step(-1).map_err(failed)? {
                    StepResult::Done => Ok(()),
                    _ => Err(Error::Busy { waited: Duration::ZERO, holder: None }),
                }
            })?;
        }
        let (place, read_deadline) = (self.place.clone(), self.read_deadline);
        Ok(Self { place, connection, access: Access::Read, read_deadline, prepared: false })
    }
}
