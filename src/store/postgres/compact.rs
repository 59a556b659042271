//! The tables that held what was deleted written anew: an update leaves the old row in the table's
//! file, and a sample of the texts in the statistics.

use super::Postgres;
use super::failure::{Fault, failure, is_state};
use super::limits::{Limit, NOTICE_LATER, milliseconds, to_answer, to_connect, without_a_sign};
use crate::store::{Access, Compaction, Error, Patience, Result};
use tokio_postgres::error::SqlState;

/// Every table with a text of a customer, or a salt.
const TABLES: [&str; 5] = ["customers", "refs", "changes", "code_events", "operations"];

/// What says that it was done.
const FINISHED: &str = "DELETE FROM custcode.meta WHERE key = 'erasure_unfinished';";

const DOING: &str = "could not write the tables anew";

/// The tables that this role must not rewrite, and their owner.
const OF_OTHERS: &str = "SELECT CAST(relname AS text), CAST(pg_catalog.pg_get_userbyid(relowner) AS text) \
     FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace \
     WHERE nspname = 'custcode' AND relkind = 'r' AND relname = ANY ($1) \
     AND NOT pg_catalog.pg_has_role(relowner, 'USAGE') ORDER BY relname";

impl Postgres {
    /// Writes the tables anew, one after the other, where this role owns them.
    pub(super) fn vacuum(&mut self, patience: Patience<'_>) -> Result<Compaction> {
        if self.connector.access == Access::Read {
            return Err(Error::opened_to_read(self.connector.location().to_owned()));
        }
        self.connector.wait = patience.deadline;
        self.refresh(to_connect(self.connector.wait))?;
        self.prepare()?;
        let commands: Vec<String> =
            TABLES.iter().map(|table| format!("VACUUM (FULL, ANALYZE) custcode.{table}")).collect();
        let refused = |reason: String| {
            let commands = commands.iter().map(|command| format!("{command};"));
            let commands = commands.chain([FINISHED.to_owned()]).collect();
            Ok(Compaction::Refused { reason, commands })
        };
        if self.link.is_pooled() {
            return refused(
                "a pooler stands before the server, which may end the wait for a lock".to_owned(),
            );
        }
        let failed =
            |error: tokio_postgres::Error| failure(self.connector.location(), DOING, Fault::Engine(error));
        self.link.limit(Limit::Until(to_answer(patience.deadline), Some(NOTICE_LATER)));
        let others = self.link.query(OF_OTHERS, &[&TABLES.as_slice()]).map_err(failed)?;
        if let Some(row) = others.first() {
            let text = |column| row.try_get::<_, String>(column).unwrap_or_default();
            return refused(format!("table {} belongs to {}", text(0), text(1)));
        }
        // A statement a message: a vacuum cannot run beside others in a transaction.
        let wait = format!("SET lock_timeout = {}", milliseconds(patience.deadline));
        self.link.batch(&wait).map_err(failed)?;
        self.link.limit(without_a_sign(patience.deadline));
        let mut done = Ok(());
        for command in &commands {
            done = self.link.batch(command);
            if done.is_err() {
                break;
            }
        }
        if !self.link.is_lost() {
            let _ = self.link.batch("RESET lock_timeout");
        }
        match done {
            Ok(()) => Ok(Compaction::Done),
            Err(error) if is_state(&error, &SqlState::LOCK_NOT_AVAILABLE) => {
                Err(Error::Busy { waited: patience.deadline, holder: None })
            }
            Err(error) if is_state(&error, &SqlState::INSUFFICIENT_PRIVILEGE) => {
                refused(failed(error).to_string())
            }
            Err(error) => Err(failed(error)),
        }
    }
}
