//! Where a ledger is: a file path, or the URL of a database.

use std::path::{Path, PathBuf};

use super::Result;
use super::postgres::Address;

/// A ledger's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(Address),
}

impl Location {
    /// Reads `postgres://USER@HOST/DATABASE`, `sqlite:PATH` or a plain path.
    ///
    /// # Errors
    /// [`super::Error::Address`] for a URL that cannot be used, above all one with a password in it.
    pub fn parse(text: &str) -> Result<Self> {
        if Address::looks_like(text) {
            return Ok(Self::Postgres(Address::parse(text)?));
        }
        Ok(Self::Sqlite(PathBuf::from(text.strip_prefix("sqlite:").unwrap_or(text))))
    }

    /// The same place, a relative path taken from `folder`.
    #[must_use]
    pub fn beside(self, folder: &Path) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(folder.join(path)),
            elsewhere @ Self::Postgres(_) => elsewhere,
        }
    }

    /// The file, where the ledger is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}
