//! A rule file with every file it reads; its digest names it.

use std::path::PathBuf;

/// Where a bundle was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Compiled in (`rules.example.toml`).
    BuiltIn,
    /// A rule file on disk.
    File(PathBuf),
    /// Out of a ledger's `bundles` table.
    Ledger,
}

/// The texts of a rule set: the rule file and the CSV files it names, by the name used in the rule file.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Where it was found.
    pub origin: Origin,
    /// Name (`rules.toml`, `regions.csv`) and text; the rule file is the first.
    pub files: Vec<(String, String)>,
}

/// A bundle that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file could not be read.
    #[error("could not read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is larger than the limit (rule file 1 MiB, CSV file 64 MiB) or not UTF-8.
    #[error("{}: {reason}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A stored bundle does not decode.
    #[error("the stored rule bundle does not decode: {0}")]
    Decode(String),
}

impl Bundle {
    /// The built-in rules.
    pub fn built_in() -> Self {
        todo!()
    }
    /// Reads a rule file and, relative to its folder, every file its `values_from` keys name (a TOML syntax error is no error
    /// here: it is reported by [`super::RuleBook::load`]). `values_from` never leaves the folder tree of the rule file.
    pub fn read(_path: &std::path::Path) -> Result<Self, BundleError> {
        todo!()
    }
    /// SHA-256 over names and texts, in hex.
    pub fn digest(&self) -> String {
        todo!()
    }
    /// One text that holds every file (JSON), for the ledger.
    pub fn encode(&self) -> String {
        todo!()
    }
    /// The reverse of [`Bundle::encode`].
    pub fn decode(_text: &str) -> Result<Self, BundleError> {
        todo!()
    }
}
