//! What a ledger is and holds, in a few numbers.

use super::Workspace;
use crate::registry::transfer::fence::Fence;
use crate::registry::{Error, Patience, Registry, Result, scope};
use crate::store::{self, Access, LedgerInfo, Snapshot};

/// A ledger at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerView {
    /// Where it is.
    pub location: String,
    /// What it says of itself.
    pub info: LedgerInfo,
    /// Number of customers.
    pub customers: u64,
    /// Number of codes, whatever their state.
    pub codes: u64,
    /// Since when deleted texts may still stand in the ledger's pages.
    pub unfinished_erasure: Option<String>,
    /// Every counter.
    pub counters: Vec<CounterView>,
}

/// A counter: which rule and scope, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CounterView {
    /// Rule id.
    pub rule: String,
    /// JSON array of the printed parts.
    #[serde(serialize_with = "scope::serialize")]
    pub scope: String,
    /// Last number taken; none before the first.
    pub last: Option<u64>,
    /// Its greatest number under the rules in hand; none where the rule is gone or has no sequence.
    pub max: Option<u64>,
}

impl Registry<'_> {
    /// Looks at the ledger.
    pub fn info(&mut self) -> Result<LedgerView> {
        let location = self.store.location().to_owned();
        let mut snapshot = self.store.read()?;
        let (customers, codes) = snapshot.totals()?;
        let counters = snapshot.counters()?.into_iter().map(|(rule, scope, counter)| CounterView {
            max: self.book.rule(&rule).and_then(|rule| Some(rule.pattern.sequence()?.max)),
            rule,
            scope,
            last: counter.last,
        });
        let counters = counters.collect();
        let (info, unfinished_erasure) = (snapshot.info()?, snapshot.unfinished_erasure()?);
        Ok(LedgerView { location, counters, info, customers, codes, unfinished_erasure })
    }
}

impl Workspace {
    /// Asks the ledger something, if there is one.
    ///
    /// # Errors
    /// An unfinished copy is refused: half a ledger would pass for a whole one.
    pub fn ask<T>(
        &self,
        patience: Patience<'_>,
        question: impl FnOnce(&mut dyn Snapshot) -> store::Result<T>,
    ) -> Result<Option<T>> {
        let mut store = match self.open_store(Access::Read, patience) {
            Err(Error::LedgerMissing { .. }) => return Ok(None),
            other => other?,
        };
        let mut view = store.read()?;
        match view.info()?.fence.as_deref().map(Fence::read) {
            Some(Fence::Unfinished { of }) => Err(Error::Unfinished { of }),
            _ => Ok(Some(question(view.as_mut())?)),
        }
    }
}
