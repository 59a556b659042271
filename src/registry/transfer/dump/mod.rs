//! The form of a backup: one text for all engines, JSON Lines.
//!
//! The first line is the [`Header`]. Then each table has a line `{"table":"codes","columns":["id", …]}` and below it its rows in key
//! order, each an array of texts, whole numbers and nulls. The last line is the [`Trailer`] with the digests. Whoever lost this
//! program can still read it with `jq`.

pub(super) mod read;
pub(super) mod write;

use serde::{Deserialize, Serialize};

use super::digest::Sum;

/// The version of the form.
pub(super) const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    /// Version of the form.
    pub(super) custcode_backup: u32,
    /// Version of the program that wrote it.
    pub(super) program: String,
    /// When it was taken, RFC 3339.
    pub(super) at: String,
    /// The ledger's id.
    pub(super) ledger: String,
    /// Version of the tables.
    pub(super) schema: u32,
    /// Digest of the rules in force.
    pub(super) bundle: Option<String>,
    /// Why the ledger did not issue.
    pub(super) fence: Option<String>,
    /// The last command that wrote.
    pub(super) newest: Option<Newest>,
    /// Every counter with its high-water mark.
    pub(super) counters: Vec<Mark>,
}

/// The last command that wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newest {
    /// Its number.
    pub operation: i64,
    /// When, RFC 3339.
    pub at: String,
    /// Which.
    pub command: String,
    /// Who.
    pub actor: String,
}

/// A counter's high-water mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) rule: String,
    pub(super) scope: String,
    pub(super) last: Option<u64>,
    /// The highest number in use, if above `last`.
    pub(super) highest: Option<u64>,
}

/// The line above the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Title {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trailer {
    /// Rows in all.
    pub(super) rows: u64,
    /// Every table, in order.
    pub(super) tables: Vec<Sum>,
    /// SHA-256 of every byte before this line, in hex.
    pub(super) sha256: String,
}
