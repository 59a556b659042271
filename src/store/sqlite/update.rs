//! From older tables to newer ones, with what SQL cannot say of the way.

use super::migrate::migrate;
use super::session::Session;
use crate::store::chain::{Pending, told};
use crate::store::{Result, StoryRow, Transaction};

/// The version in which operations are chained for the first time.
const CHAINED: u32 = 2;

impl Session<'_> {
    /// Brings older tables up to date, all or nothing.
    pub(super) fn migrate(mut self, version: u32) -> Result<()> {
        migrate(self.connection, version).map_err(self.failed("could not update the tables"))?;
        if version < CHAINED {
            chain_history(&mut self)?;
        }
        self.end()
    }
}

/// Links every operation written before there were chains, in their order, as if each had been
/// linked at its commit.
fn chain_history(ledger: &mut dyn Transaction) -> Result<()> {
    let (mut pending, mut links) = (Pending::default(), Vec::new());
    ledger.story(&mut |row| {
        match *row {
            StoryRow::Operation { id, ref new } => {
                links.extend(pending.finish());
                pending.begin(id, new);
            }
            StoryRow::Item { operation, sequence, kind, columns, .. } => {
                pending.add(operation, sequence, kind, &told(kind, columns));
            }
            StoryRow::Link { .. } => {}
        }
        Ok(())
    })?;
    links.extend(pending.finish());
    ledger.add_links(&links)
}
