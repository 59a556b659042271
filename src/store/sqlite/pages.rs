//! A ledger copied page by page through the engine's backup API.
//!
//! All pages are copied in one step: in several, every write in between would start the copy anew,
//! and a busy ledger would never be copied. Whoever issues waits for that step only.
//!
//! A private copy, for a long read, is a temporary database of SQLite: mode 0600, without a name
//! from its first moment, gone with the process however that ends. A backup goes into a draft.

use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode};

use super::draft::Draft;
use super::failure::engine;
use super::queue::Wait;
use super::session::{Session, patiently};
use super::{Sqlite, open};
use crate::store::{Access, Error, Patience, Result};

impl Sqlite {
    /// Copies the ledger as it is now; for reading only.
    pub(super) fn copy_privately(&self) -> Result<Self> {
        const DOING: &str = "could not take a private copy of the ledger";
        let failed = |error| self.place.failure(DOING, error);
        let mut connection = open::private().map_err(failed)?;
        self.copy_into(&mut connection, &failed)?;
        let (place, read_deadline) = (self.place.clone(), self.read_deadline);
        Ok(Self { place, connection, access: Access::Read, read_deadline, prepared: false })
    }

    /// Copies the ledger as it is now into a draft, where there is room for it.
    pub(super) fn copy_to_draft(&self, draft: &Draft) -> Result<()> {
        const DOING: &str = "could not copy the ledger";
        let length = self.place.file().metadata();
        draft.demand_room(length.map_err(|error| self.place.unreadable(&error))?.len())?;
        let (place, mut connection) = draft.connect()?;
        let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
            // Nothing is written but the draft.
            Some(ErrorCode::DiskFull) => place.failure(DOING, error),
            _ => self.place.failure(DOING, error),
        };
        self.copy_into(&mut connection, &failed)?;
        connection.close().map_err(|(_, error)| failed(error))?;
        draft.be_journaled().map_err(|error| engine(DOING, error))
    }

    fn copy_into(&self, target: &mut Connection, failed: &dyn Fn(rusqlite::Error) -> Error) -> Result<()> {
        let mut wait = Wait::begin(Patience { deadline: self.read_deadline, notice: &|_| () });
        // Looks at the file first, and rolls back what a killed writer left behind.
        drop(Session::read(&self.connection, &self.place, &mut wait)?);
        let copying = Backup::new(&self.connection, target).map_err(failed)?;
        patiently(&self.connection, &self.place, &mut wait, || match copying.step(-1).map_err(failed)? {
            StepResult::Done => Ok(()),
            _ => Err(Error::Busy { waited: Duration::ZERO, holder: None }),
        })
    }
}
