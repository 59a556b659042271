//! One transaction: a consistent view, or a write that keeps all other writers out until it ends.
//!
//! Who writes holds `sequences` in EXCLUSIVE mode: others who write wait, and so does the function
//! that issues a code, whose first lock is on that table and which looks at nothing before it. Who
//! reads holds `customers` and `codes` in ACCESS SHARE mode from the beginning, always in that
//! order, so that an import which drops an index waits for readers, or they for it, but never both.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use tokio_postgres::Row;

use super::connector::Connector;
use super::failure::{Fault, engine, failure, is_lost, unwritten};
use super::limits::{Limit, NOTICE_AFTER, NOTICE_LATER, milliseconds, to_answer, without_a_sign};
use super::link::{Link, Params};
use super::rows::Read;
use super::settle::WAIT_FOR_STANDBY;
use super::writing::Writing;
use crate::store::{Error, Intent, Patience, Result};

/// A transaction; rolled back when dropped before its commit.
pub(super) struct Session<'a> {
    pub(super) link: &'a mut Link,
    pub(super) connector: &'a Connector,
    /// What a write keeps between its calls.
    pub(super) writing: Writing,
    /// Whether it writes.
    writes: bool,
    /// Whether there is something to roll back.
    running: bool,
    /// When the statement that runs was asked.
    since: Instant,
}

impl<'a> Session<'a> {
    /// A transaction that was begun on the link.
    pub(super) fn begun(link: &'a mut Link, connector: &'a Connector, intent: Option<Intent>) -> Self {
        link.limit(without_a_sign(connector.wait));
        let writing = Writing::new(intent.unwrap_or(Intent::Small));
        Self { link, connector, writing, writes: intent.is_some(), running: true, since: Instant::now() }
    }

    /// Asks, and gives all rows of the answer. What is still held back is sent first, so that a
    /// write sees what it wrote.
    pub(super) fn ask(&mut self, doing: &str, sql: &str, params: Params<'_>) -> Result<Vec<Row>> {
        self.send_rows()?;
        self.ask_now(doing, sql, params)
    }

    /// Asks without sending what is held back.
    pub(super) fn ask_now(&mut self, doing: &str, sql: &str, params: Params<'_>) -> Result<Vec<Row>> {
        self.whole(doing)?;
        self.since = Instant::now();
        let answer = self.link.query(sql, params);
        self.checked(doing, answer)
    }

    /// Writes by a statement that answers nothing; how many rows it wrote.
    pub(super) fn write(&mut self, doing: &str, sql: &str, params: Params<'_>) -> Result<u64> {
        self.send_rows()?;
        self.whole(doing)?;
        self.since = Instant::now();
        let written = self.link.execute(sql, params);
        self.checked(doing, written)
    }

    /// Runs statements without values.
    pub(super) fn run(&mut self, doing: &str, sql: &str) -> Result<()> {
        self.whole(doing)?;
        self.since = Instant::now();
        let done = self.link.batch(sql);
        self.checked(doing, done)
    }

    /// The one row of an answer, if there is one.
    pub(super) fn one<T>(
        &mut self,
        doing: &str,
        sql: &str,
        params: Params<'_>,
        read: impl FnOnce(&Row) -> Read<T>,
    ) -> Result<Option<T>> {
        let rows = self.ask(doing, sql, params)?;
        rows.first().map(read).transpose().map_err(|fault| self.failure(doing, fault))
    }

    /// Ends the write with an error where the server did not write every row.
    pub(super) fn all_written(&mut self, doing: &str, whole: bool) -> Result<()> {
        if whole {
            return Ok(());
        }
        Err(self.not_written(doing))
    }

    /// The server did not write a row: nothing more is written, nor committed.
    pub(super) fn not_written(&mut self, doing: &str) -> Error {
        self.spoil();
        unwritten(self.connector.location(), doing)
    }

    /// All rows of a short answer.
    pub(super) fn all<T>(
        &mut self,
        doing: &str,
        sql: &str,
        params: Params<'_>,
        read: impl FnMut(&Row) -> Read<T>,
    ) -> Result<Vec<T>> {
        let rows = self.ask(doing, sql, params)?;
        rows.iter().map(read).collect::<Read<_>>().map_err(|fault| self.failure(doing, fault))
    }

    /// The rows of a long answer one by one, until `each` fails.
    pub(super) fn walk(
        &mut self,
        doing: &str,
        sql: &str,
        params: Params<'_>,
        mut each: impl FnMut(&Row) -> Read<Result<()>>,
    ) -> Result<()> {
        self.send_rows()?;
        self.whole(doing)?;
        let mut stopped = None;
        let walked = self.link.stream(sql, params).map_err(Fault::from).and_then(|mut rows| {
            while let Some(row) = rows.next()? {
                if let Err(error) = each(&row)? {
                    stopped = Some(error);
                    break;
                }
            }
            Ok(())
        });
        if let Some(error) = stopped {
            self.link.stop();
            self.spoil();
            return Err(error);
        }
        walked.map_err(|fault| {
            if let Fault::Engine(error) = &fault {
                self.link.note(error);
            }
            self.spoil();
            self.failure(doing, fault)
        })
    }

    /// The words for a failure.
    pub(super) fn failure(&self, doing: &str, fault: Fault) -> Error {
        failure(self.connector.location(), doing, fault)
    }

    /// After a failure PostgreSQL takes nothing more in a transaction, and answers a commit with a
    /// silent rollback.
    fn whole(&self, doing: &str) -> Result<()> {
        if self.writes && self.writing.spoiled {
            return Err(engine(doing, "the write ended with an earlier failure"));
        }
        Ok(())
    }

    fn spoil(&mut self) {
        self.writing.spoiled = true;
    }

    pub(super) fn checked<T>(
        &mut self,
        doing: &str,
        answer: std::result::Result<T, tokio_postgres::Error>,
    ) -> Result<T> {
        answer.map_err(|error| {
            self.link.note(&error);
            self.spoil();
            let failure = self.failure(doing, error.into());
            if !matches!(failure, Error::Busy { .. }) {
                return failure;
            }
            // Nothing can be asked before the transaction is over.
            self.running = false;
            waited(failure, end_failed(self.link, true), self.since)
        })
    }

    /// Commits. An answer that is lost is asked for again: the operation's token tells whether the
    /// commit came through.
    pub(super) fn end(&mut self) -> Result<()> {
        let doing = "could not commit";
        self.whole(doing)?;
        self.running = false;
        self.link.take_unconfirmed();
        self.link.limit(Limit::Until(to_answer(self.connector.wait), Some(NOTICE_LATER)));
        match self.link.batch("COMMIT") {
            Ok(()) if self.link.take_unconfirmed() => Err(self.connector.unconfirmed()),
            Ok(()) => Ok(()),
            Err(error) if is_lost(&error) && self.link.is_given_up() => Err(self.connector.late()),
            Err(error) if is_lost(&error) => {
                self.connector.settle(self.link, self.writing.token.as_deref(), &error)
            }
            Err(error) => Err(self.failure(doing, error.into())),
        }
    }
}

impl Session<'_> {
    /// Gives up the write and makes sure that what it read stays: where there is a synchronous
    /// standby, an entry of the log that comes after everything that was read waits for it.
    pub(super) fn confirm_read(&mut self) -> Result<()> {
        const MARK: &str = "SELECT CASE WHEN pg_catalog.current_setting('synchronous_standby_names', true) <> '' \
             THEN pg_catalog.pg_logical_emit_message(true, 'custcode', '') END";
        let doing = "could not make sure of the answer";
        self.whole(doing)?;
        self.running = false;
        self.link.take_unconfirmed();
        self.link.limit(Limit::Until(to_answer(self.connector.wait), Some(NOTICE_LATER)));
        let begin = self.link.begin("ISOLATION LEVEL READ COMMITTED READ WRITE");
        let marked = self.link.batch(&format!("ROLLBACK; {begin}{WAIT_FOR_STANDBY}; {MARK}; COMMIT"));
        let unconfirmed = self.link.take_unconfirmed();
        match marked {
            Ok(()) if !unconfirmed => Ok(()),
            Err(error) if !self.link.is_given_up() => Err(self.failure(doing, error.into())),
            _ => Err(Error::Unreachable {
                location: self.connector.location().to_owned(),
                reason: "the ledger has an answer that the server's synchronous standby has not confirmed: a failover \
                     would lose it; nothing was written"
                    .to_owned(),
            }),
        }
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if self.running && !self.link.is_lost() {
            self.link.limit(Limit::Until(to_answer(Duration::ZERO), None));
            // Should this fail, the connection is gone, and what was not committed with it.
            let _ = self.link.batch("ROLLBACK");
        }
    }
}

/// Begins to read: the view is that of this moment.
pub(super) fn begin_reading(link: &mut Link, connector: &Connector, deadline: Duration) -> Result<()> {
    let begin = format!(
        "{}SET LOCAL lock_timeout = {}; LOCK TABLE custcode.customers, custcode.codes IN ACCESS SHARE MODE; SELECT 1",
        link.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        milliseconds(deadline)
    );
    link.limit(Limit::Until(to_answer(deadline), None));
    let since = Instant::now();
    attempt(link, connector, &begin).map_err(|(error, holder)| waited(error, holder, since))
}

/// Waits for the other writers, then begins to write.
pub(super) fn begin_writing(
    link: &mut Link,
    connector: &Connector,
    holder: &str,
    patience: Patience<'_>,
) -> Result<()> {
    let opening = link.begin("ISOLATION LEVEL READ COMMITTED READ WRITE");
    link.limit(Limit::Until(to_answer(patience.deadline), None));
    let begin = |wait: Duration| {
        format!(
            "{opening}SET LOCAL application_name = '{}'; \
             SET LOCAL lock_timeout = {}; LOCK TABLE custcode.sequences IN EXCLUSIVE MODE; SET LOCAL lock_timeout = {}",
            signature(holder),
            milliseconds(wait),
            milliseconds(patience.deadline),
        )
    };
    let since = Instant::now();
    if patience.deadline > NOTICE_AFTER {
        match attempt(link, connector, &begin(NOTICE_AFTER)) {
            Err((Error::Busy { .. }, holder)) => (patience.notice)(holder.as_deref()),
            other => return other.map_err(|(error, _)| error),
        }
    }
    let left = patience.deadline.saturating_sub(since.elapsed());
    attempt(link, connector, &begin(left)).map_err(|(error, holder)| waited(error, holder, since))
}

/// Begins, or says why not and who holds the ledger.
fn attempt(
    link: &mut Link,
    connector: &Connector,
    sql: &str,
) -> std::result::Result<(), (Error, Option<String>)> {
    link.batch(sql).map_err(|error| {
        let holder = end_failed(link, false);
        (failure(connector.location(), "could not begin", error.into()), holder)
    })
}

/// Adds how long was waited, and for whom.
fn waited(error: Error, holder: Option<String>, since: Instant) -> Error {
    match error {
        Error::Busy { .. } => Error::Busy { waited: since.elapsed(), holder },
        other => other,
    }
}

/// Ends a transaction that waited for somebody, and asks who holds the ledger; those who only read
/// count where `readers` are in the way as well.
fn end_failed(link: &mut Link, readers: bool) -> Option<String> {
    const HOLDER: &str = "SELECT coalesce(nullif(application_name, ''), 'process ' || CAST(pid AS text)), \
         CAST(extract(epoch FROM pg_catalog.clock_timestamp() - xact_start) AS bigint) \
         FROM pg_catalog.pg_locks JOIN pg_catalog.pg_stat_activity USING (pid) \
         WHERE granted AND locktype = 'relation' AND pid <> pg_catalog.pg_backend_pid() \
         AND CASE WHEN $1 THEN relation IN (SELECT oid FROM pg_catalog.pg_class \
         WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'custcode')) \
         ELSE relation = CAST('custcode.sequences' AS pg_catalog.regclass) AND mode <> 'AccessShareLock' END \
         ORDER BY (mode = 'ExclusiveLock') DESC, (mode <> 'AccessShareLock') DESC, xact_start LIMIT 1";
    if link.is_lost() || link.batch("ROLLBACK").is_err() {
        return None;
    }
    let rows = link.query(HOLDER, &[&readers]).ok()?;
    let row = rows.first()?;
    let name: String = row.try_get(0).ok()?;
    let mut text = name.strip_prefix("custcode ").unwrap_or(&name).to_owned();
    if let Ok(Some(seconds)) = row.try_get::<_, Option<i64>>(1) {
        let _ = write!(text, " for {seconds} s");
    }
    Some(text)
}

/// What those who wait are told: the name of the connection while it writes, in the 63 bytes of
/// ASCII that the server keeps.
fn signature(holder: &str) -> String {
    let host = rustix::system::uname();
    let host = host.nodename().to_string_lossy();
    let mut text = format!("custcode {holder} on {host}");
    text.retain(|letter| matches!(letter, ' '..='~') && letter != '\'' && letter != '\\');
    text.truncate(63);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_short_and_plain() {
        let text =
            signature("import '; DROP (process 71) 客户 and much more that nobody needs to know about it");
        assert!(text.starts_with("custcode import ; DROP (process 71)"), "{text}");
        assert!(text.len() <= 63 && text.is_ascii());
    }
}
