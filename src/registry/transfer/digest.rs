//! What a ledger holds, in one number a table: equal numbers, equal rows, whatever the engine.

use super::meta::is_content;
use super::rows::push_line;
use super::{Counting, Watch, total};
use crate::files::Digest;
use crate::store::{self, Snapshot, TABLES};

/// One table in a number.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sum {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 over all rows in key order, each as one line of JSON; in hex.
    pub sha256: String,
}

/// Sums up every table of a ledger. The fence is left out: it belongs to the place, not to the content.
pub fn sums(view: &mut dyn Snapshot, doing: &'static str, watch: &mut dyn Watch) -> store::Result<Vec<Sum>> {
    let total = total(view)?;
    let mut counting = Counting::new(watch, doing, total);
    let mut line = String::new();
    TABLES
        .iter()
        .map(|table| {
            let mut summing = Summing::default();
            view.rows(table, 0, &mut |row| {
                if is_content(table, row) {
                    line.clear();
                    push_line(row, &mut line);
                    summing.add(&line);
                }
                counting.row()
            })?;
            Ok(summing.sum(table.name))
        })
        .collect()
}

/// A table being summed up.
#[derive(Default)]
pub(super) struct Summing {
    digest: Digest,
    rows: u64,
}

impl Summing {
    /// One more row, as a line.
    pub(super) fn add(&mut self, line: &str) {
        self.digest.add(line);
        self.rows += 1;
    }

    pub(super) fn sum(self, table: &str) -> Sum {
        Sum { table: table.to_owned(), rows: self.rows, sha256: self.digest.hex() }
    }
}

/// The content of a ledger in one short number that is quick to get: enough to see whether the ledger changed, since whatever writes
/// adds a row and moves the head of a chain.
pub(super) fn fingerprint(view: &mut dyn Snapshot) -> store::Result<String> {
    let info = view.info()?;
    let mut digest = Digest::default();
    digest.add(format!("{}\n{}\n", info.id, info.bundle.unwrap_or_default()));
    // The rows of meta are few, and some of them belong to the place.
    for table in &TABLES[1..] {
        digest.add(format!("{} {}\n", table.name, view.count(table)?));
    }
    for (sequence, lease, position, hash) in view.heads()? {
        digest.add(format!("{sequence} {lease} {position} {hash}\n"));
    }
    Ok(digest.hex())
}
