//! How a write treats the two large unique indexes: keeps them row by row, or drops them and builds them at the end.
//!
//! Keeping an index on a random key up to date costs more than everything else in an import; sorted once at the end, in the same
//! transaction, it takes half the time and a tenth of the memory.

use super::failure::name_value;
use super::session::{LARGE_CACHE, SMALL_CACHE, Session};
use crate::store::Result;

/// The indexes that are dropped, each with the query that names a duplicate.
const LARGE: [(&str, &str); 2] = [
    ("codes_canonical", "SELECT canonical FROM codes GROUP BY canonical HAVING count(*) > 1 LIMIT 1"),
    (
        "customers_reference",
        "SELECT reference FROM customers WHERE reference IS NOT NULL \
         GROUP BY reference HAVING count(*) > 1 LIMIT 1",
    ),
];

/// One new row on this many old ones makes the building of an index cheaper than its upkeep.
const OLD_PER_NEW: u64 = 5;

/// Below this many new rows nothing is gained that anybody would notice.
const WORTH_REBUILDING: u64 = 2_000;

/// What a write does with the large indexes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Loading {
    /// Keeps them.
    Plain,
    /// Decides at the first row, after the caller's look-ups; about so many rows will come.
    Undecided { rows: u64 },
    /// Dropped them; holds each one's position in [`LARGE`] and the statement that makes it again.
    Dropped(Vec<(usize, String)>),
}

impl Session<'_> {
    /// Called before the first row: drops the large indexes when many rows come to few.
    pub(super) fn prepare_indexes(&mut self, existing: u64) -> Result<()> {
        let Loading::Undecided { rows } = self.pen.loading else { return Ok(()) };
        self.pen.loading = Loading::Plain;
        if rows < WORTH_REBUILDING || rows < existing / OLD_PER_NEW {
            return self.set_cache(LARGE_CACHE);
        }
        let failed = self.failed("could not drop an index for the time of the import");
        let mut dropped = Vec::new();
        for (position, (name, _)) in LARGE.iter().enumerate() {
            const SQL: &str = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1";
            let sql = self.connection.query_row(SQL, [name], |row| row.get(0)).map_err(&failed)?;
            self.connection.execute_batch(&format!("DROP INDEX {name}")).map_err(&failed)?;
            dropped.push((position, sql));
        }
        self.pen.loading = Loading::Dropped(dropped);
        // A sorter works in runs as large as the cache: the smaller, the faster.
        self.set_cache(SMALL_CACHE)
    }

    /// Called before the commit: builds what was dropped. A duplicate is a conflict that names it.
    pub(super) fn build_dropped_indexes(&mut self) -> Result<()> {
        let Loading::Dropped(dropped) = &self.pen.loading else { return Ok(()) };
        for (position, sql) in dropped {
            self.connection.execute_batch(sql).map_err(|error| {
                let conflict = self.failed("could not build an index")(error);
                let (_, duplicates) = LARGE[*position];
                let twice = self.connection.query_row(duplicates, [], |row| row.get::<_, String>(0)).ok();
                name_value(conflict, |_| twice.as_deref())
            })?;
        }
        self.pen.loading = Loading::Plain;
        Ok(())
    }
}
