//! Customers by name, in one scan; see [`crate::store::names`].

use std::collections::HashMap;

use super::rows::{self, entry_columns};
use super::session::Session;
use crate::store::names::Wanted;
use crate::store::{Entry, Result};

/// So many customers are read at once.
const ENTRIES: usize = 1_000;

impl Session<'_> {
    /// Calls `each` with every customer that has one of the names, give or take case, width, blanks and punctuation.
    pub(super) fn scan_names(
        &mut self,
        names: &[&str],
        each: &mut dyn FnMut(usize, Entry) -> Result<()>,
    ) -> Result<()> {
        const NAMES: &str = "SELECT id, name FROM custcode.customers WHERE name IS NOT NULL ORDER BY id";
        const FOUND: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM custcode.customers JOIN custcode.codes ON codes.id = customers.code WHERE customers.id = ANY($1)"
        );
        if names.is_empty() {
            return Ok(());
        }
        let wanted = Wanted::new(names);
        let mut found = Vec::new();
        self.walk("could not look for names", NAMES, &[], |row| {
            let (customer, name): (i64, &str) = (row.try_get(0)?, row.try_get(1)?);
            found.extend(wanted.places(name).map(|place| (customer, place)));
            Ok(Ok(()))
        })?;
        for found in found.chunks(ENTRIES) {
            let ids: Vec<i64> = found.iter().map(|(customer, _)| *customer).collect();
            let entries = self.all("could not read customers", FOUND, &[&ids.as_slice()], rows::entry)?;
            let entries: HashMap<i64, Entry> =
                entries.into_iter().map(|entry| (entry.customer.id, entry)).collect();
            for (customer, place) in found {
                if let Some(entry) = entries.get(customer) {
                    each(*place, entry.clone())?;
                }
            }
        }
        Ok(())
    }
}
