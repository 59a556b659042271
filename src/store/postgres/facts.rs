//! What a new connection is asked before it is trusted: whether there is a ledger that this program
//! understands, whether only those whom its owner trusts can put anything beside it, and whether
//! what is committed there stays.

use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::failure::{Fault, failure, is_state};
use super::link::Link;
use super::trust;
use crate::store::tables::demand_version;
use crate::store::{Error, Result};

/// The oldest server with everything that is used here.
const OLDEST: i32 = 130_000;

/// Which server it is, and which of its lives: a standby that takes over begins another timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    system: String,
    /// Eight hexadecimal digits, so that texts compare as numbers do.
    timeline: String,
}

impl Identity {
    /// Reads two columns; a server that does not say it has none.
    pub(super) fn read(row: &Row, first: usize) -> std::result::Result<Option<Self>, tokio_postgres::Error> {
        let (system, timeline): (Option<String>, Option<String>) =
            (row.try_get(first)?, row.try_get(first + 1)?);
        Ok(system.zip(timeline).map(|(system, timeline)| Self { system, timeline }))
    }

    /// Whether a server can tell what became of a commit on an earlier one: it is the same, or took
    /// over from it.
    pub(super) fn follows(&self, earlier: &Self) -> bool {
        self.system == earlier.system && self.timeline >= earlier.timeline
    }
}

/// SQL for the two columns of an [`Identity`], of which a standby has no second.
macro_rules! identity_columns {
    () => {
        "(SELECT CAST(system_identifier AS text) FROM pg_catalog.pg_control_system()), \
         CASE WHEN NOT pg_catalog.pg_is_in_recovery() \
         THEN pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8) END"
    };
}

pub(super) use identity_columns;

/// What is known of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    synchronous_commit: String,
    fsync: bool,
    standby: bool,
    read_only: bool,
    /// When the newest operation was written, as the ledger has it.
    pub(super) newest: Option<String>,
}

/// The question, with the columns that say which server it is.
macro_rules! question {
    ($identity:expr) => {
        concat!(
            "SELECT (SELECT value FROM custcode.meta WHERE key = 'schema'), \
             pg_catalog.current_setting('synchronous_commit'), pg_catalog.pg_is_in_recovery(), \
             pg_catalog.current_setting('default_transaction_read_only') = 'on', \
             CAST(pg_catalog.current_setting('server_version_num') AS int), \
             pg_catalog.current_setting('server_version'), \
             (SELECT at FROM custcode.operations ORDER BY id DESC LIMIT 1), \
             coalesce(pg_catalog.current_setting('fsync', true), 'on') = 'on' \
             OR coalesce(pg_catalog.current_setting('custcode.disposable', true), 'off') = 'on', \
             pg_catalog.pg_backend_pid(), pg_catalog.current_setting('search_path'), ",
            trust::of_several!(),
            ", ",
            $identity
        )
    };
}

impl Facts {
    /// Asks, in one round trip.
    pub(super) fn of(link: &mut Link, location: &str) -> Result<Self> {
        let failed = |error: tokio_postgres::Error| {
            failure(location, "could not look at the ledger", Fault::Engine(error))
        };
        let rows = match ask(link, question!(identity_columns!())) {
            // A server of another make, or one that keeps it to itself.
            Err(error)
                if is_state(&error, &SqlState::UNDEFINED_FUNCTION)
                    || is_state(&error, &SqlState::INSUFFICIENT_PRIVILEGE) =>
            {
                ask(link, question!("CAST(NULL AS text), CAST(NULL AS text)"))
            }
            other => other,
        };
        let rows = match rows {
            Err(error)
                if is_state(&error, &SqlState::UNDEFINED_TABLE)
                    || is_state(&error, &SqlState::INVALID_SCHEMA_NAME) =>
            {
                return Err(Error::Missing { location: location.to_owned() });
            }
            Err(error) if is_state(&error, &SqlState::INSUFFICIENT_PRIVILEGE) => {
                // A stranger who owns the schema can lock everybody out of it.
                trust::look(link, location)?;
                return Err(failed(error));
            }
            other => other.map_err(failed)?,
        };
        let Some(row) = rows.first() else { return Err(Error::Missing { location: location.to_owned() }) };
        let server: i32 = row.try_get(4).map_err(failed)?;
        let unusable = |reason: String| Error::Unusable { location: location.to_owned(), reason };
        if server < OLDEST {
            let name: String = row.try_get(5).map_err(failed)?;
            return Err(unusable(format!("the server is PostgreSQL {name}; 13 or newer is needed")));
        }
        link.compare(row.try_get(8).map_err(failed)?, row.try_get(9).map_err(failed)?);
        if row.try_get(10).map_err(failed)? {
            trust::look(link, location)?;
        }
        link.identity = Identity::read(row, 11).map_err(failed)?;
        let version: Option<String> = row.try_get(0).map_err(failed)?;
        let version = version
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| unusable("its tables do not say which version they have".to_owned()))?;
        demand_version(location, version)?;
        Ok(Self {
            synchronous_commit: row.try_get(1).map_err(failed)?,
            fsync: row.try_get(7).map_err(failed)?,
            standby: row.try_get(2).map_err(failed)?,
            read_only: row.try_get(3).map_err(failed)?,
            newest: row.try_get(6).map_err(failed)?,
        })
    }

    /// Whether the server only repeats what another one writes.
    pub(super) fn is_standby(&self) -> bool {
        self.standby
    }

    /// Refuses to write where a commit could be lost or cannot be.
    pub(super) fn allow_writing(&self, location: &str) -> Result<()> {
        let (reason, hint) = if self.standby {
            (STANDBY, NAME_THE_PRIMARY)
        } else if self.read_only {
            (
                "default_transaction_read_only is on for this role or database",
                "ALTER ROLE … SET default_transaction_read_only = off (or for the database)",
            )
        } else if self.synchronous_commit == "off" {
            (
                "synchronous_commit is off: a crash of the server could lose codes that were printed already, and issue them again",
                "ALTER ROLE … SET synchronous_commit = on (or in postgresql.conf, or for the database)",
            )
        } else if !self.fsync {
            (
                "fsync is off: a crash of the machine could lose codes that were printed already, and issue them again",
                "ALTER SYSTEM SET fsync = on; then SELECT pg_reload_conf(); a server for trials, whose codes nobody uses, says so by ALTER SYSTEM SET custcode.disposable = on",
            )
        } else {
            return Ok(());
        };
        Err(Error::Refused {
            location: location.to_owned(),
            reason: reason.to_owned(),
            hint: hint.to_owned(),
        })
    }
}

/// Why nothing can be written on a standby.
pub(super) const STANDBY: &str = "the server is a standby (pg_is_in_recovery), which only reads";

/// What to do about it.
pub(super) const NAME_THE_PRIMARY: &str = "name the primary in --store, or all hosts (postgres://USER@HOST1,HOST2/DATABASE): the one that takes writes is found";

/// Asks; in a transaction of its own where a session's settings last no longer.
fn ask(link: &mut Link, sql: &str) -> std::result::Result<Vec<Row>, tokio_postgres::Error> {
    if !link.is_pooled() {
        return link.query(sql, &[]);
    }
    let begin = link.begin("READ ONLY");
    link.batch(&begin)?;
    let rows = link.query(sql, &[]);
    link.batch("ROLLBACK")?;
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_needs_a_commit_that_stays() {
        let fine = Facts {
            synchronous_commit: "on".to_owned(),
            fsync: true,
            standby: false,
            read_only: false,
            newest: None,
        };
        assert!(fine.allow_writing("db").is_ok());
        let local = Facts { synchronous_commit: "local".to_owned(), ..fine.clone() };
        assert!(local.allow_writing("db").is_ok(), "durable on this server");
        let off = Facts { synchronous_commit: "off".to_owned(), ..fine.clone() };
        for (unfit, why) in [
            (off, "synchronous_commit"),
            (Facts { fsync: false, ..fine.clone() }, "fsync"),
            (Facts { standby: true, ..fine.clone() }, "standby"),
            (Facts { read_only: true, ..fine }, "read_only"),
        ] {
            let refused = unfit.allow_writing("db");
            assert!(matches!(&refused, Err(Error::Refused { reason, .. }) if reason.contains(why)), "{why}");
        }
    }

    #[test]
    fn only_the_same_server_or_its_successor_can_tell() {
        let identity = |system: &str, timeline: &str| Identity {
            system: system.to_owned(),
            timeline: timeline.to_owned(),
        };
        let lost = identity("7", "00000002");
        assert!(lost.follows(&lost) && identity("7", "0000000A").follows(&lost));
        assert!(!identity("7", "00000001").follows(&lost), "the old primary is back");
        assert!(!identity("8", "00000002").follows(&lost), "another cluster");
    }
}
