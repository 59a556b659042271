//! Customers by name, in one scan; see [`crate::store::names`].

use super::session::Session;
use crate::store::names::Wanted;
use crate::store::{Entry, Result, Snapshot as _};

impl Session<'_> {
    /// Calls `each` with every customer that has one of the names, give or take case, width, blanks and punctuation.
    pub(super) fn scan_names(
        &mut self,
        names: &[&str],
        each: &mut dyn FnMut(usize, Entry) -> Result<()>,
    ) -> Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        let wanted = Wanted::new(names);
        let failed = self.failed("could not look for names");
        let mut statement =
            self.statement("SELECT id, name FROM customers WHERE name IS NOT NULL").map_err(&failed)?;
        let mut rows = statement.query([]).map_err(&failed)?;
        while let Some(row) = rows.next().map_err(&failed)? {
            let name = row.get_ref(1).map_err(&failed)?.as_str().map_err(|error| failed(error.into()))?;
            let mut places = wanted.places(name).peekable();
            if places.peek().is_none() {
                continue;
            }
            let customer = row.get(0).map_err(&failed)?;
            let Some(entry) = self.entry(customer)? else { continue };
            for place in places {
                each(place, entry.clone())?;
            }
        }
        Ok(())
    }
}
