//! What became of a commit whose answer was lost: found out for certain, never guessed.
//!
//! Every operation has a random token with a unique index. On a new connection the same token is inserted once more: while the old
//! session still runs, that waits for its end; then the token is there (it was committed) or not (nothing happened).

use postgres::error::SqlState;

use super::door::{Door, TRIES_AT_LAST};
use super::facts::Facts;
use super::failure::{is_lost, is_state, words};
use super::link::Link;
use crate::store::{Error, Result};

/// How often the connection on which this is asked may break in its turn.
const TRIES: usize = 20;

impl Door {
    /// Replaces the lost connection of a transaction. Ok: its commit came through.
    pub(super) fn settle(&self, link: &mut Link, token: Option<&str>, lost: &postgres::Error) -> Result<()> {
        let why = words(lost);
        let Some(token) = token else { return Err(self.uncertain(&why)) };
        let (fresh, _, committed) = self.find_out(token, &why)?;
        *link = fresh;
        if committed {
            return Ok(());
        }
        let reason = format!("the connection was lost before the commit ({why}); nothing was written");
        Err(Error::Unreachable { location: self.location().to_owned(), reason })
    }

    /// A new connection, and whether the operation of this token is in the ledger.
    pub(super) fn find_out(&self, token: &str, why: &str) -> Result<(Link, Facts, bool)> {
        for _ in 0..TRIES {
            let Ok((mut link, facts)) = self.enter_again(TRIES_AT_LAST) else { break };
            match was_committed(&mut link, token) {
                Ok(committed) => return Ok((link, facts, committed)),
                Err(error) if is_lost(&error) => {}
                Err(_) => break,
            }
        }
        Err(self.uncertain(why))
    }

    /// Nobody answers who could tell.
    fn uncertain(&self, why: &str) -> Error {
        Error::Uncertain {
            location: self.location().to_owned(),
            reason: format!(
                "the connection was lost while the ledger was committing ({why}), and whether it did could not be found out"
            ),
        }
    }
}

/// Whether the operation of this token is in the ledger; waits for a session that may still bring it there.
fn was_committed(link: &mut Link, token: &str) -> std::result::Result<bool, postgres::Error> {
    const PROBE: &str = "INSERT INTO operations (at, command, actor, os_user, host, bundle, token) \
         VALUES ('', '', '', '', '', '', $1) ON CONFLICT DO NOTHING RETURNING id";
    link.batch("BEGIN; SET LOCAL lock_timeout = '1min'")?;
    let inserted = link.query(PROBE, &[&token]);
    // It only asked: what it inserted is taken back, and should that fail, the session ends with it.
    let _ = link.batch("ROLLBACK");
    match inserted {
        Ok(rows) => Ok(rows.is_empty()),
        // A standby has no old session that could still write.
        Err(error) if is_state(&error, &SqlState::READ_ONLY_SQL_TRANSACTION) => {
            Ok(!link.query("SELECT FROM operations WHERE token = $1", &[&token])?.is_empty())
        }
        Err(error) => Err(error),
    }
}
