//! Where a ledger is and what it is opened for: everything needed to connect, and to connect once
//! more.

use std::fmt;
use std::time::{Duration, Instant};

use super::connect::connect;
use super::facts::Facts;
use super::limits::{Limit, NOTICE_AFTER, Pauses};
use super::link::Link;
use crate::store::address::Address;
use crate::store::{Access, Error, Notice, Result, Waiting};

/// How the server of a ledger is reached.
pub(super) struct Connector {
    pub(super) address: Address,
    pub(super) access: Access,
    /// How long the command waits.
    pub(super) wait: Duration,
    /// Who is told what it waits for.
    pub(super) notice: Option<Notice>,
}

impl Connector {
    pub(super) fn new(address: &Address, access: Access, waiting: &Waiting) -> Self {
        let Waiting { deadline, notice } = waiting.clone();
        Self { address: address.clone(), access, wait: deadline, notice }
    }

    /// Where it is, for messages.
    pub(super) fn location(&self) -> &str {
        self.address.as_str()
    }

    /// Tells what is waited for.
    pub(super) fn notice(&self, what: &str) {
        if let Some(notice) = &self.notice {
            notice(what);
        }
    }

    /// A connection to a ledger that was looked at.
    pub(super) fn open(&self, until: Instant) -> Result<(Link, Facts)> {
        let mut link = connect(self, until)?;
        link.limit(Limit::Until(until, Some(NOTICE_AFTER)));
        let facts = Facts::of(&mut link, self.location())?;
        Ok((link, facts))
    }

    /// The same for a connection that was lost: the server may need a moment to come back.
    pub(super) fn reopen(&self, until: Instant) -> Result<(Link, Facts)> {
        let mut pauses = Pauses::new();
        loop {
            match self.open(until) {
                Err(Error::Unreachable { .. }) if pauses.pause(until) => {}
                other => return other,
            }
        }
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("address", &self.address).finish_non_exhaustive()
    }
}
