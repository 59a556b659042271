//! The limits of the waits for a server. How often anything is tried again, and how long all of it
//! can take, stands in `store::waits`.
//!
//! - To be connected: the wait, all hosts and all attempts together, but no less than two seconds.
//!   One attempt at one host takes no longer than `connect_timeout` ([`CONNECT`] unless told), nor,
//!   of several hosts, than its share of what is left. A server without a free connection, and one
//!   that is starting, are asked again until then.
//! - For each attempt to begin a transaction, and for all attempts at one code in one round trip:
//!   the wait and a grace of two seconds.
//! - For a commit: the same; what became of it is then unknown. Where its connection broke, that is
//!   found out within another wait.
//! - For a command that is begun again: [`RECONNECT`] for the connection.
//! - For a statement in a transaction: as long as the server takes, but after each wait without a
//!   sign of it somebody knocks at the server once more ([`Limit::Answering`]), and it counts as
//!   lost when that is not answered.

use std::time::{Duration, Instant};

pub(super) use crate::store::waits::{BEGINNINGS, ISSUES};
use crate::store::waits::{PAUSES, answering, connecting};

/// How long one attempt at a host may take, where the URL says nothing.
pub(super) const CONNECT: Duration = Duration::from_secs(10);

/// How long a server that is not there is tried again, by who was connected to it a moment ago.
pub(super) const RECONNECT: Duration = Duration::from_secs(2);

/// How long what was sent may stay without an answer of the network before the connection counts as
/// lost.
pub(super) const SILENCE: Duration = Duration::from_secs(30);

/// After this time those who wait are told.
pub(super) const NOTICE_AFTER: Duration = Duration::from_secs(1);

/// The same for an answer that the server itself may keep back for a second, to whoever waits for a
/// lock.
pub(super) const NOTICE_LATER: Duration = Duration::from_millis(1_500);

/// How long the end of a connection is waited for: the server gives back what it holds meanwhile.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

/// How long an import waits for those who read before it keeps the indexes that it would rather
/// build anew.
pub(super) const READERS: Duration = Duration::from_secs(1);

/// Until when something is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    /// Until then; whoever waits longer than the second is told. Afterwards the connection counts
    /// as lost.
    Until(Instant, Option<Duration>),
    /// As long as the server answers others, who ask it every so often.
    Answering(Duration),
}

/// Until when a server may take to connect.
pub(super) fn to_connect(wait: Duration) -> Instant {
    after(connecting(wait))
}

/// Until when the answer to what has a deadline of its own on the server is waited for.
pub(super) fn to_answer(wait: Duration) -> Instant {
    after(answering(wait))
}

/// The end of a share of the time.
pub(super) fn within(time: Duration) -> Instant {
    after(time)
}

/// The wait of a command as a statement in a transaction has it.
pub(super) fn without_a_sign(wait: Duration) -> Limit {
    Limit::Answering(connecting(wait))
}

/// So much later than now; a time beyond all clocks is a year.
fn after(wait: Duration) -> Instant {
    const YEAR: Duration = Duration::from_hours(365 * 24);
    Instant::now() + wait.min(YEAR)
}

/// The time that is left.
pub(super) fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}

/// Pauses between attempts: each twice as long as the one before, up to a second.
pub(super) struct Pauses(Duration);

impl Pauses {
    pub(super) fn new() -> Self {
        Self(PAUSES.0)
    }

    /// Sleeps; false when there would be no time left for another attempt.
    pub(super) fn pause(&mut self, until: Instant) -> bool {
        if left(until) <= self.0 {
            return false;
        }
        std::thread::sleep(self.0);
        self.0 = (self.0 * 2).min(PAUSES.1);
        true
    }
}

/// As `lock_timeout` takes it, where 0 would mean for ever.
pub(super) fn milliseconds(wait: Duration) -> u128 {
    wait.as_millis().clamp(1, i32::MAX as u128)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::waits::SHORTEST;

    #[test]
    fn no_wait_is_too_short_for_an_answer_or_too_long_for_a_clock() {
        assert!(left(to_connect(Duration::ZERO)) > SHORTEST / 2);
        assert!(left(to_connect(Duration::MAX)) > Duration::from_secs(1_000_000));
        assert!(left(to_answer(Duration::MAX)) > Duration::from_secs(1_000_000));
    }

    #[test]
    fn a_wait_is_never_for_ever() {
        assert_eq!(milliseconds(Duration::ZERO), 1);
        assert_eq!(milliseconds(Duration::MAX), i32::MAX as u128);
    }
}
