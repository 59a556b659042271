//! What a new connection is asked before it is trusted: whether there is a ledger that this program understands, and whether what is
//! committed there stays.

use postgres::error::SqlState;

use super::failure::{Fault, GRANTS, failure, is_state};
use super::link::Link;
use super::migrate::LATEST;
use crate::store::{Error, Result};

/// The oldest server with everything that is used here.
const OLDEST: i32 = 130_000;

/// What is known of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// Version of the tables.
    pub(super) version: u32,
    synchronous_commit: String,
    standby: bool,
    read_only: bool,
    /// When the newest operation was written, as the ledger has it.
    pub(super) newest: Option<String>,
}

impl Facts {
    /// Asks, in one round trip.
    pub(super) fn of(link: &mut Link, location: &str) -> Result<Self> {
        const SQL: &str = "SELECT (SELECT value FROM meta WHERE key = 'schema'), current_setting('synchronous_commit'), \
             pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on', \
             CAST(current_setting('server_version_num') AS int), current_setting('server_version'), \
             (SELECT at FROM operations ORDER BY id DESC LIMIT 1)";
        let failed =
            |error: postgres::Error| failure(location, "could not look at the ledger", Fault::Engine(error));
        let rows = match link.query(SQL, &[]) {
            Err(error) if is_state(&error, &SqlState::UNDEFINED_TABLE) => {
                return Err(missing(link, location));
            }
            other => other.map_err(failed)?,
        };
        let Some(row) = rows.first() else { return Err(missing(link, location)) };
        let server: i32 = row.try_get(4).map_err(failed)?;
        let unusable = |reason: String| Error::Unusable { location: location.to_owned(), reason };
        if server < OLDEST {
            let name: String = row.try_get(5).map_err(failed)?;
            return Err(unusable(format!("the server is PostgreSQL {name}; 13 or newer is needed")));
        }
        let version: Option<String> = row.try_get(0).map_err(failed)?;
        let version = version
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| unusable("its tables do not say which version they have".to_owned()))?;
        if version > LATEST {
            return Err(unusable(format!(
                "its tables have version {version}, this program knows {LATEST}; use a newer custcode"
            )));
        }
        Ok(Self {
            version,
            synchronous_commit: row.try_get(1).map_err(failed)?,
            standby: row.try_get(2).map_err(failed)?,
            read_only: row.try_get(3).map_err(failed)?,
            newest: row.try_get(6).map_err(failed)?,
        })
    }

    /// Refuses to write where a commit could be lost or cannot be.
    pub(super) fn allow_writing(&self, location: &str) -> Result<()> {
        let location = location.to_owned();
        if self.standby {
            let reason =
                "the server is a standby (pg_is_in_recovery), which only reads; name the primary".to_owned();
            return Err(Error::ReadOnly { location, reason });
        }
        if self.read_only {
            let reason = "default_transaction_read_only is on for this role or database".to_owned();
            return Err(Error::ReadOnly { location, reason });
        }
        if self.synchronous_commit == "off" {
            return Err(Error::Refused {
                location,
                reason: "synchronous_commit is off: a crash of the server could lose codes that were printed already, and issue them again"
                    .to_owned(),
                hint: "ALTER ROLE … SET synchronous_commit = on (or in postgresql.conf, or for the database)".to_owned(),
            });
        }
        Ok(())
    }
}

/// No table in the search path: there is none, or it may not be seen.
fn missing(link: &mut Link, location: &str) -> Error {
    const SQL: &str = "SELECT FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace \
         WHERE nspname = 'custcode' AND relname = 'meta'";
    match link.query(SQL, &[]) {
        Ok(rows) if rows.is_empty() => Error::Missing { location: location.to_owned() },
        Ok(_) => Error::Refused {
            location: location.to_owned(),
            reason: "this role may not use the schema custcode".to_owned(),
            hint: format!("as the owner of the tables: {GRANTS} (reading needs SELECT only)"),
        },
        Err(error) => failure(location, "could not look for the ledger", Fault::Engine(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_needs_a_commit_that_stays() {
        let fine = Facts {
            version: LATEST,
            synchronous_commit: "on".to_owned(),
            standby: false,
            read_only: false,
            newest: None,
        };
        assert!(fine.allow_writing("db").is_ok());
        let off = Facts { synchronous_commit: "off".to_owned(), ..fine.clone() };
        assert!(
            matches!(off.allow_writing("db"), Err(Error::Refused { reason, .. }) if reason.contains("synchronous_commit"))
        );
        let local = Facts { synchronous_commit: "local".to_owned(), ..fine.clone() };
        assert!(local.allow_writing("db").is_ok(), "durable on this server");
        assert!(matches!(
            Facts { standby: true, ..fine.clone() }.allow_writing("db"),
            Err(Error::ReadOnly { .. })
        ));
        assert!(matches!(Facts { read_only: true, ..fine }.allow_writing("db"), Err(Error::ReadOnly { .. })));
    }
}
