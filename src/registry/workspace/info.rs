//! What a ledger is and holds, in a few numbers; and whether codes are in it.

use crate::code::normalize::canonical;
use crate::registry::{Registry, Result};
use crate::store::{CodeState, LedgerInfo};

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
    /// Every counter.
    pub counters: Vec<CounterView>,
}

/// A counter: which rule and scope, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CounterView {
    /// Rule id.
    pub rule: String,
    /// JSON array of the printed parts.
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
        Ok(LedgerView { location, counters: counters.collect(), info: snapshot.info()?, customers, codes })
    }

    /// The state of each code (any spelling) in the ledger; `None` = it is not there.
    pub fn states(&mut self, codes: &[&str]) -> Result<Vec<Option<CodeState>>> {
        let canonical: Vec<_> = codes.iter().map(|code| canonical(code)).collect();
        let canonical: Vec<&str> = canonical.iter().map(AsRef::as_ref).collect();
        let rows = self.store.read()?.find_codes(&canonical)?;
        Ok(rows.into_iter().map(|row| row.map(|row| row.state)).collect())
    }
}
