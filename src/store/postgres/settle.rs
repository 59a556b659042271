//! What became of a commit whose answer was lost: found out for certain, never guessed.
//!
//! Every operation has a random token with a unique index. On a new connection the same token is
//! inserted once more: while the old session still runs, that waits for its end; then the token is
//! there (it was committed) or not.
//!
//! What can be seen may still be lost: a commit whose wait for a synchronous standby was cut off is
//! visible on its server and nowhere else. So the answer is written down, in a commit that waits
//! for the standby as well, and read after it, together with which server it is. That note also
//! ends the matter: a request that comes in late finds it, and does nothing.

use std::time::Instant;

use tokio_postgres::error::SqlState;

use super::connector::Connector;
use super::facts::{Facts, Identity, identity_columns};
use super::failure::{is_lost, is_state, words};
use super::limits::{Limit, NOTICE_LATER, Pauses, left, milliseconds, to_connect};
use super::link::Link;
use crate::store::{Error, Result};

/// What a server says of a token.
enum Answer {
    Committed(bool),
    /// A standby has to confirm it and does not.
    Unconfirmed,
    /// It is not the server that could know.
    Stranger,
    /// It keeps the note from being written.
    Unwritten,
}

impl Connector {
    /// Replaces the lost connection of a transaction. Ok: its commit came through.
    pub(super) fn settle(
        &self,
        link: &mut Link,
        token: Option<&str>,
        lost: &tokio_postgres::Error,
    ) -> Result<()> {
        let why = words(lost);
        let Some(token) = token else { return Err(self.uncertain(&why)) };
        let (fresh, _, committed) = self.find_out(token, link.identity.as_ref(), &why)?;
        *link = fresh;
        if committed {
            return Ok(());
        }
        let reason = format!("the connection was lost before the commit ({why}); nothing was written");
        Err(Error::Unreachable { location: self.location().to_owned(), reason })
    }

    /// A new connection, and whether the operation of this token is in the ledger to stay; if not,
    /// it never will be. `earlier` is the server that it was sent to.
    pub(super) fn find_out(
        &self,
        token: &str,
        earlier: Option<&Identity>,
        why: &str,
    ) -> Result<(Link, Facts, bool)> {
        let until = to_connect(self.wait);
        let mut pauses = Pauses::new();
        loop {
            let Ok((mut link, facts)) = self.reopen(until) else { break };
            // A standby cannot tell; the primary may be found at the next attempt.
            if !facts.is_standby() {
                match ask(&mut link, token, earlier, until) {
                    Ok(Answer::Committed(committed)) => return Ok((link, facts, committed)),
                    Ok(Answer::Unconfirmed) => return Err(self.unconfirmed()),
                    Ok(Answer::Stranger) => {
                        return Err(self.uncertain(&format!("{why}; another server answers now")));
                    }
                    Ok(Answer::Unwritten) => {
                        return Err(self.uncertain(&format!(
                            "{why}; and the server does not write the note of it: a trigger, a rule or row level security?"
                        )));
                    }
                    Err(_) if link.is_given_up() => break,
                    Err(error)
                        if is_lost(&error) || is_state(&error, &SqlState::READ_ONLY_SQL_TRANSACTION) => {}
                    Err(_) => break,
                }
            }
            if !pauses.pause(until) {
                break;
            }
        }
        Err(self.uncertain(why))
    }

    /// Nobody answers who could tell.
    fn uncertain(&self, why: &str) -> Error {
        self.unknown(format!(
            "the connection was lost while the ledger was committing ({why}), and whether it did could not be found out"
        ))
    }

    /// The server committed, and says itself that its standby may not have it.
    pub(super) fn unconfirmed(&self) -> Error {
        self.unknown(
            "the server stopped waiting for its synchronous standby while the ledger was committing: a failover \
             would lose what was written, and whether it stays could not be found out"
                .to_owned(),
        )
    }

    /// The server has not answered a commit within the wait.
    pub(super) fn late(&self) -> Error {
        self.unknown(format!(
            "the server has not confirmed the commit for {} s (where a synchronous standby is missing, it waits for \
             ever), and whether it comes through could not be found out",
            self.wait.as_secs()
        ))
    }

    fn unknown(&self, reason: String) -> Error {
        Error::Uncertain { location: self.location().to_owned(), reason }
    }
}

/// SQL by which a commit waits for the standby, whatever the role's setting; it may wait for more
/// than that.
pub(super) const WAIT_FOR_STANDBY: &str = "SELECT pg_catalog.set_config('synchronous_commit', \
     CASE pg_catalog.current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)";

/// Asks one server.
fn ask(
    link: &mut Link,
    token: &str,
    earlier: Option<&Identity>,
    until: Instant,
) -> std::result::Result<Answer, tokio_postgres::Error> {
    const AFTERWARDS: &str =
        concat!("SELECT EXISTS (SELECT FROM custcode.operations WHERE token = $1), ", identity_columns!());
    if let (Some(earlier), Some(now)) = (earlier, &link.identity)
        && !now.follows(earlier)
    {
        return Ok(Answer::Stranger);
    }
    link.limit(Limit::Until(until, Some(NOTICE_LATER)));
    let begin = link.begin("ISOLATION LEVEL READ COMMITTED READ WRITE");
    let lock = milliseconds(left(until));
    link.batch(&format!("{begin}{WAIT_FOR_STANDBY}; SET LOCAL lock_timeout = {lock}"))?;
    let Some(committed) = note(link, token)? else {
        link.batch("ROLLBACK")?;
        return Ok(Answer::Unwritten);
    };
    link.take_unconfirmed();
    link.batch("COMMIT")?;
    if link.take_unconfirmed() {
        return Ok(Answer::Unconfirmed);
    }
    let Some(known) = &link.identity else { return Ok(Answer::Committed(committed)) };
    let known = known.clone();
    let rows = link.query(AFTERWARDS, &[&token])?;
    let Some(row) = rows.first() else { return Ok(Answer::Stranger) };
    match Identity::read(row, 1)? {
        Some(now) if now == known => Ok(Answer::Committed(row.try_get(0)?)),
        _ => Ok(Answer::Stranger),
    }
}

/// Notes whether the operation of a token was committed, and says so; nothing where the server does
/// not write every row.
fn note(link: &mut Link, token: &str) -> std::result::Result<Option<bool>, tokio_postgres::Error> {
    const INSERT: &str = "INSERT INTO custcode.operations (at, command, actor, os_user, host, bundle, token) \
         VALUES ('', '', '', '', '', '', $1) ON CONFLICT DO NOTHING RETURNING id";
    const THERE: &str = "SELECT 1 FROM custcode.operations WHERE token = $1";
    // Not taken back but deleted: who waits with the same token goes on only when the note can be
    // seen.
    const DELETE: &str = "DELETE FROM custcode.operations WHERE id = $1 RETURNING 1";
    const NOTE: &str = "INSERT INTO custcode.outcomes (token, committed) VALUES ($1, $2) \
         ON CONFLICT (token) DO UPDATE SET noted = outcomes.noted + 1 RETURNING 1";
    let inserted = link.query(INSERT, &[&token])?;
    let (committed, done) = match inserted.first() {
        Some(row) => (false, link.query(DELETE, &[&row.try_get::<_, i64>(0)?])?),
        None => (true, link.query(THERE, &[&token])?),
    };
    let noted = if done.len() == 1 { link.query(NOTE, &[&token, &committed])?.len() } else { 0 };
    Ok((noted == 1).then_some(committed))
}
