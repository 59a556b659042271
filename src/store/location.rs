//! Where a ledger is: a file path, or a URL once other engines exist.

use std::path::{Path, PathBuf};

/// A ledger's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
}

impl Location {
    /// Reads `sqlite:PATH` or a plain path.
    pub fn parse(text: &str) -> Self {
        Self::Sqlite(PathBuf::from(text.strip_prefix("sqlite:").unwrap_or(text)))
    }

    /// The same place, a relative path taken from `folder`.
    #[must_use]
    pub fn beside(self, folder: &Path) -> Self {
        match self {
            Self::Sqlite(path) => Self::Sqlite(folder.join(path)),
        }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
        }
    }
}
