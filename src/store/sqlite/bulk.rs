//! How a write treats the large unique indexes: keeps them row by row, or drops them and builds
//! them at the end ([`crate::store::keys::large`]).

use super::dialect::translated;
use super::session::{LARGE_CACHE, SMALL_CACHE, Session};
use super::writing::Loading;
use crate::store::Result;
use crate::store::keys::{large, named, worth_rebuilding};

impl Session<'_> {
    /// Called before the first row: drops the large indexes when many rows come to few.
    pub(super) fn prepare_indexes(&mut self, existing: u64) -> Result<()> {
        let Loading::Undecided { rows } = self.writing.loading else { return Ok(()) };
        self.writing.loading = Loading::Plain;
        if !worth_rebuilding(rows, existing) {
            return self.set_cache(LARGE_CACHE);
        }
        let failed = self.failed("could not drop an index for the time of the import");
        let mut dropped = Vec::new();
        for large in large() {
            const SQL: &str = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1";
            let sql = self.connection.query_row(SQL, [large.index], |row| row.get(0)).map_err(&failed)?;
            self.connection.execute_batch(&format!("DROP INDEX {}", large.index)).map_err(&failed)?;
            dropped.push((large, sql));
        }
        self.writing.loading = Loading::Dropped(dropped);
        // A sorter works in runs as large as the cache: the smaller, the faster.
        self.set_cache(SMALL_CACHE)
    }

    /// Called before the commit: builds what was dropped. A duplicate is a conflict that names it.
    pub(super) fn build_dropped_indexes(&mut self) -> Result<()> {
        let Loading::Dropped(dropped) = &self.writing.loading else { return Ok(()) };
        for (large, sql) in dropped {
            self.connection.execute_batch(sql).map_err(|error| {
                let conflict = self.failed("could not build an index")(error);
                let twice = large.unique.and_then(|(_, duplicate)| {
                    let duplicate = translated(duplicate);
                    self.connection.query_row(&duplicate, [], |row| row.get::<_, String>(0)).ok()
                });
                named(conflict, |_| twice.as_deref())
            })?;
        }
        self.writing.loading = Loading::Plain;
        Ok(())
    }
}
