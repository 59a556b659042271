//! The whole file written anew, so that no page of it holds what was deleted.
//!
//! SQLite leaves a deleted text where it stood until the place is needed again: in a cell of a
//! page, in a page of the free list, in what was left of a page after a split or of an index that
//! was dropped. `secure_delete` would overwrite what is deleted from then on, not what was left
//! behind before, so the file is vacuumed: its rows go into a temporary file without a name, and
//! from there back. Interrupted, the journal brings back the file as it was.

use super::queue::Wait;
use super::{Sqlite, session};
use crate::files::space;
use crate::store::{Access, Error, Patience, Result};

const DOING: &str = "could not write the ledger anew";

impl Sqlite {
    /// Writes the file anew, in a turn of its own.
    pub(super) fn vacuum(&mut self, holder: &str, patience: Patience<'_>) -> Result<()> {
        if self.access == Access::Read {
            return Err(Error::opened_to_read(self.place.location().to_owned()));
        }
        let mut wait = Wait::begin(patience);
        let _turn = self.queue(holder, &mut wait)?;
        self.demand_room()?;
        let (connection, place) = (&self.connection, &self.place);
        connection.flush_prepared_statement_cache();
        session::patiently(connection, place, &mut wait, || {
            connection.execute_batch("VACUUM").map_err(|error| place.failure(DOING, error))
        })?;
        place.demand_same_file()
    }

    /// What it needs, in words.
    pub(super) fn vacuum_needs(&self) -> Result<String> {
        let size = space::bytes(self.size()?);
        let folders = [self.place.folder().to_owned(), std::env::temp_dir()];
        Ok(format!("up to {size} in {} and as much in {}", folders[0].display(), folders[1].display()))
    }

    fn size(&self) -> Result<u64> {
        let length = self.place.file().metadata();
        Ok(length.map_err(|error| self.place.unreadable(&error))?.len())
    }

    /// Refuses to begin where the journal or the temporary file would not fit. What cannot be found
    /// out is no reason.
    fn demand_room(&self) -> Result<()> {
        let size = self.size()?;
        for folder in [self.place.folder(), &std::env::temp_dir()] {
            if space::free(folder).is_ok_and(|free| free < size) {
                return Err(Error::Full {
                    detail: format!(
                        "the texts are deleted; to write {} anew needs {} in {}, where less is free",
                        self.place.location(),
                        space::bytes(size),
                        folder.display()
                    ),
                });
            }
        }
        Ok(())
    }
}
