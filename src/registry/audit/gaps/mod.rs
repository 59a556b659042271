//! Numbers that no active code carries, each range with its reason: `gaps`.
//!
//! Memory stays flat however many codes a counter has: `find` goes over them once (`sweep`) and
//! leaves what it found in a spool; then `explain` gives each find its reason: what the ledger
//! recorded (`cover`), the history of its code, or none.

mod cover;
mod explain;
mod find;
mod sweep;

use super::gaps::cover::{Cover, covers};
use super::gaps::explain::Telling;
use super::gaps::find::{Spooled, find, wanted};
use crate::registry::{Registry, Result};
use crate::store::{CodeState, GapReason, Operation};

/// Which gaps are wanted.
#[derive(Debug, Clone, Default)]
pub struct GapsRequest {
    /// Only this rule, by name or id.
    pub rule: Option<String>,
    /// Only this scope: the printed parts separated by commas, or its JSON array.
    pub scope: Option<String>,
    /// Only what nothing explains.
    pub unexplained: bool,
}

/// Why no active code carries a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Its code was cancelled.
    Void,
    /// The customer of its code stopped.
    Retired,
    /// Its customer carries another code by now.
    Former,
    /// Its code is held for later.
    Reserved,
    /// The customer of its code was erased.
    Erased,
    /// A machine holds it in a leased block.
    Leased,
    /// The rule has no check digit for it.
    NoCheckDigit,
    /// It contains a digit that the rule leaves out.
    ForbiddenDigit,
    /// Its code was in the ledger already when its turn came.
    InUse,
    /// A code from outside moved the counter past it.
    Import,
    /// It may have been issued after the backup that the ledger was restored from.
    Restore,
    /// The rule did not take it when the counter passed it.
    Rules,
    /// Nobody knows.
    Unexplained,
}

impl Reason {
    /// Its word in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Void => "void",
            Self::Retired => "retired",
            Self::Former => "former",
            Self::Reserved => "reserved",
            Self::Erased => "erased",
            Self::Leased => "leased",
            Self::NoCheckDigit => "no-check-digit",
            Self::ForbiddenDigit => "forbidden-digit",
            Self::InUse => "in-use",
            Self::Import => "import",
            Self::Restore => "restore",
            Self::Rules => "rules",
            Self::Unexplained => "unexplained",
        }
    }
}

impl From<GapReason> for Reason {
    fn from(reason: GapReason) -> Self {
        match reason {
            GapReason::NoCheckDigit => Self::NoCheckDigit,
            GapReason::ForbiddenDigit => Self::ForbiddenDigit,
            GapReason::InUse => Self::InUse,
            GapReason::Import => Self::Import,
            GapReason::Restore => Self::Restore,
        }
    }
}

impl From<CodeState> for Reason {
    fn from(state: CodeState) -> Self {
        match state {
            CodeState::Void => Self::Void,
            CodeState::Retired => Self::Retired,
            CodeState::Former => Self::Former,
            CodeState::Reserved => Self::Reserved,
            CodeState::Active => Self::Unexplained,
        }
    }
}

/// Numbers that follow one another in their sequence and have one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapLine {
    /// Rule id.
    pub rule: String,
    /// JSON array of the printed parts.
    pub scope: String,
    /// First number.
    pub first: u64,
    /// Last number.
    pub last: u64,
    /// How many there are, forbidden digits not looked at.
    pub numbers: u64,
    /// Why.
    pub reason: Reason,
    /// The codes of the first and the last number, where they had one.
    pub codes: Option<(String, String)>,
    /// The reason somebody gave, or the machine that holds the numbers.
    pub detail: Option<String>,
    /// The operation that left them.
    pub operation: Option<Operation>,
}

/// What was found in all, wanted or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Totals {
    /// Ranges.
    pub ranges: u64,
    /// Numbers in them.
    pub numbers: u64,
    /// Of these, numbers that nothing explains.
    pub unexplained: u64,
}

impl Registry<'_> {
    /// Calls `each` with every gap that is wanted, counter by counter in the order in which they
    /// came to be, by ascending number. A read transaction is open meanwhile.
    pub fn gaps(
        &mut self,
        request: &GapsRequest,
        each: &mut dyn FnMut(&GapLine) -> Result<()>,
    ) -> Result<Totals> {
        let mut view = self.store.read()?;
        let mut counted = wanted(&self.book, view.as_mut(), request)?;
        let mut spool = find(view.as_mut(), &mut counted)?;
        let mut telling = Telling::new(&self.book, request.unexplained, each);
        let (mut records, mut record) = (spool.records()?, Vec::new());
        let mut recorded: Option<(usize, Vec<Cover>)> = None;
        while records.next(&mut record)? {
            let Spooled { place, found } = Spooled::read(&record);
            let covers = match recorded.take() {
                Some((before, covers)) if before == place => covers,
                _ => covers(view.gaps(counted[place].counter.id)?, view.leases(counted[place].counter.id)?),
            };
            telling.tell(view.as_mut(), &counted[place], &covers, found)?;
            recorded = Some((place, covers));
        }
        telling.finish()
    }
}
