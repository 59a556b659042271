//! How long anything of a ledger is waited for, how often it is tried again and with what pauses.
//!
//! All of it follows from the wait of the command (`--wait`). On SQLite nothing is tried again: who
//! waits in the queue does so until the wait is over. On PostgreSQL a connection can break at any
//! moment, and in the worst case every step of a write takes as long as it may and is begun again
//! as often as it may: [`longest`] adds that up, so that it can be said.

use std::time::Duration;

/// The wait when nobody says otherwise.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// How often a command is begun whose connection broke before it had written anything.
pub(crate) const ATTEMPTS: u32 = 3;

/// No server is given less time than this for an answer: it may be as busy as `--wait 0` is
/// impatient.
pub(super) const SHORTEST: Duration = Duration::from_secs(2);

/// The server itself ends a wait for a lock at the deadline; its answer is on its way for a moment
/// more.
pub(super) const GRACE: Duration = SHORTEST;

/// How often a transaction that could not begin on a dead connection is begun on another, within
/// the time to connect.
#[cfg(feature = "postgres")]
pub(super) const BEGINNINGS: usize = 3;

/// How often a counter may run away from the codes that were sent, or a connection break, before a
/// transaction takes over; all within the time to answer.
#[cfg(feature = "postgres")]
pub(super) const ISSUES: usize = 12;

/// The first pause between attempts to connect, and the longest.
#[cfg(feature = "postgres")]
pub(super) const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// How often the journal of a SQLite file is looked at while somebody may be writing it, and how
/// long between two looks.
pub(super) const LOOKS: u32 = 50;
pub(super) const LOOK_PAUSE: Duration = Duration::from_millis(10);

/// Within which a server is to be connected to, all hosts and attempts together.
pub(super) fn connecting(wait: Duration) -> Duration {
    wait.max(SHORTEST)
}

/// Within which a server is to answer what has a deadline of its own there.
pub(super) fn answering(wait: Duration) -> Duration {
    wait.saturating_add(GRACE)
}

/// How long a write to a PostgreSQL ledger can take in the worst case, the work of its statements
/// left out.
pub fn longest(wait: Duration) -> Duration {
    // What was sent and got no answer is looked up on a new connection.
    let settled = answering(wait).saturating_add(connecting(wait));
    // One code in one round trip, which a transaction takes over from.
    let quickly = settled;
    // The last beginning starts within the time to connect.
    let begun = connecting(wait).saturating_add(answering(wait));
    let committed = settled;
    let attempt = quickly.saturating_add(begun).saturating_add(committed);
    connecting(wait).saturating_add(attempt.saturating_mul(ATTEMPTS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_case_counts_every_attempt() {
        let seconds = |wait| longest(Duration::from_secs(wait)).as_secs();
        assert_eq!((seconds(0), seconds(2), seconds(60)), (38, 56, 1158));
        assert!(longest(Duration::MAX) == Duration::MAX, "no overflow");
    }
}
