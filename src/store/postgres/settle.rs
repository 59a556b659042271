//! What became of a commit whose answer was lost: found out for certain, never guessed.
//!
//! Every operation has a random token with a unique index. On a new connection the same token is inserted once more: while the old
//! session still runs, that waits for its end; then the token is there (it was committed) or not (nothing happened).

use postgres::error::SqlState;

use super::failure::{is_state, words};
use super::link::Link;
use super::{Door, connect};
use crate::store::{Error, Result};

impl Door {
    /// Replaces the lost connection. Ok: the commit came through.
    pub(super) fn settle(&self, link: &mut Link, token: Option<&str>, lost: &postgres::Error) -> Result<()> {
        let unreachable =
            |reason: String| Error::Unreachable { location: self.location().to_owned(), reason };
        let reason = words(lost);
        let unknown = || self.uncertain(&reason);
        let Some(token) = token else { return Err(unknown()) };
        let Ok((fresh, _)) = self.enter(connect::reconnect_at_last) else { return Err(unknown()) };
        *link = fresh;
        match was_committed(link, token) {
            Ok(true) => Ok(()),
            Ok(false) => Err(unreachable(format!(
                "the connection was lost before the commit ({reason}); nothing was written"
            ))),
            Err(_) => Err(unknown()),
        }
    }
}

impl Door {
    /// Nobody answers who could tell.
    pub(super) fn uncertain(&self, why: &str) -> Error {
        Error::Uncertain {
            location: self.location().to_owned(),
            reason: format!(
                "the connection was lost while the ledger was committing ({why}), and whether it did could not be found out"
            ),
        }
    }
}

/// Whether the operation of this token is in the ledger; waits for a session that may still bring it there.
pub(super) fn was_committed(link: &mut Link, token: &str) -> std::result::Result<bool, postgres::Error> {
    const PROBE: &str = "INSERT INTO operations (at, command, actor, os_user, host, bundle, token) \
         VALUES ('', '', '', '', '', '', $1) ON CONFLICT DO NOTHING RETURNING id";
    link.batch("BEGIN; SET LOCAL lock_timeout = '1min'")?;
    let inserted = link.query(PROBE, &[&token]);
    let ended = link.batch("ROLLBACK");
    match inserted {
        Ok(rows) => ended.map(|()| rows.is_empty()),
        // A standby has no old session that could still write.
        Err(error) if is_state(&error, &SqlState::READ_ONLY_SQL_TRANSACTION) => {
            Ok(!link.query("SELECT FROM operations WHERE token = $1", &[&token])?.is_empty())
        }
        Err(error) => Err(error),
    }
}
