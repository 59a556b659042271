//! The SQLite engine.

use std::path::Path;

use super::{Access, Intent, Patience, Result, Snapshot, Store, Transaction};

/// A ledger in one SQLite file.
pub struct Sqlite {}

impl Sqlite {
    /// Opens a ledger.
    pub fn open(_path: &Path, _access: Access) -> Result<Self> {
        todo!()
    }
    /// Makes a ledger.
    pub fn create(_path: &Path) -> Result<Self> {
        todo!()
    }
}

impl Store for Sqlite {
    fn read(&mut self) -> Result<Box<dyn Snapshot + '_>> {
        todo!()
    }
    fn write(
        &mut self,
        _intent: Intent,
        _holder: &str,
        _patience: Patience<'_>,
    ) -> Result<Box<dyn Transaction + '_>> {
        todo!()
    }
    fn location(&self) -> &str {
        todo!()
    }
}
