//! Where a ledger is and what it is opened for: everything needed to connect, and to connect once more.

use std::thread;
use std::time::Duration;

use super::address::Address;
use super::connect::connect;
use super::facts::Facts;
use super::link::Link;
use crate::store::{Access, Error, Result};

/// How often a lost connection is made anew, with growing pauses: two seconds in all.
pub(super) const TRIES: u32 = 6;

/// How often where something has to be found out: a server that fails over needs half a minute.
pub(super) const TRIES_AT_LAST: u32 = 35;

/// The first pause, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// The way to a ledger.
pub(super) struct Door {
    pub(super) address: Address,
    pub(super) access: Access,
}

impl Door {
    /// Where it is, for messages.
    pub(super) fn location(&self) -> &str {
        self.address.as_str()
    }

    /// A connection to a ledger that was looked at.
    pub(super) fn enter(&self) -> Result<(Link, Facts)> {
        let mut link = connect(&self.address, self.access)?;
        let facts = Facts::of(&mut link, self.location())?;
        Ok((link, facts))
    }

    /// The same for a connection that was lost: the server may need a moment to come back.
    pub(super) fn enter_again(&self, tries: u32) -> Result<(Link, Facts)> {
        let (mut pause, longest) = PAUSES;
        for _ in 1..tries {
            match self.enter() {
                Err(Error::Unreachable { .. }) => thread::sleep(pause),
                other => return other,
            }
            pause = (pause * 2).min(longest);
        }
        self.enter()
    }
}
