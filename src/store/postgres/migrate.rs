//! The tables' versions: numbered SQL files, applied all or nothing, by one program at a time.

use super::failure::{Fault, GRANTS, failure};
use super::link::{Link, PATH};
use super::trust;
use crate::store::tables::TABLES_VERSION;
use crate::store::{Error, Result};

const TABLES: [&str; 2] = [
    include_str!("../migrations/postgres/0001_ledger.sql"),
    include_str!("../migrations/postgres/0002_issue.sql"),
];

/// Whoever makes or updates tables holds this lock of the database until the commit: "cust" in
/// ASCII.
const LOCK: &str = "SELECT pg_catalog.pg_advisory_xact_lock(1668641652)";

/// Makes all tables; of two who try at once, one gets [`Error::Exists`].
pub(super) fn begin_creation(link: &mut Link, location: &str) -> Result<()> {
    let doing = format!("could not make {location}");
    let failed = |error: tokio_postgres::Error| failure(location, &doing, Fault::Engine(error));
    let encoding = link.query("SELECT pg_catalog.current_setting('server_encoding')", &[]).map_err(failed)?;
    let encoding: String = encoding[0].try_get(0).map_err(failed)?;
    if encoding != "UTF8" {
        return Err(Error::Unusable {
            location: location.to_owned(),
            reason: format!(
                "the database has the encoding {encoding}, which cannot hold every name; make one with createdb -E UTF8 -T template0"
            ),
        });
    }
    // Made in another transaction than the tables where it is not there: whoever may not make it
    // can be given an empty one.
    let begin = link.begin("READ WRITE");
    link.batch(&format!("{begin}SET LOCAL lock_timeout = '1min'; {LOCK}")).map_err(failed)?;
    let made = trust::look(link, location).and_then(|()| make(link).map_err(failed));
    if !matches!(made, Ok(true)) {
        // Whatever went wrong, nothing may be left open; a rollback that fails has happened
        // already.
        let _ = link.batch("ROLLBACK");
    }
    match made {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::Exists { location: location.to_owned() }),
        Err(error) => Err(hinted(
            error,
            "as the owner of the database: GRANT CREATE ON DATABASE … TO …, for the one who makes the tables",
        )),
    }
}

fn make(link: &mut Link) -> std::result::Result<bool, tokio_postgres::Error> {
    const TABLES: &str = "SELECT FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace \
         WHERE nspname = 'custcode' AND relkind = 'r' LIMIT 1";
    const SCHEMA: &str = "SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'custcode'";
    if !link.query(TABLES, &[])?.is_empty() {
        return Ok(false);
    }
    if link.query(SCHEMA, &[])?.is_empty() {
        link.batch("CREATE SCHEMA custcode")?;
    }
    apply(link)?;
    Ok(true)
}

/// Makes the tables, and says which version they have.
fn apply(link: &mut Link) -> std::result::Result<(), tokio_postgres::Error> {
    // They name what they make without its schema.
    link.batch("SET LOCAL search_path = custcode, pg_temp")?;
    for sql in TABLES {
        link.batch(sql)?;
    }
    link.batch(&format!("SET LOCAL search_path = {PATH}"))?;
    link.batch(&format!("INSERT INTO custcode.meta (key, value) VALUES ('schema', '{TABLES_VERSION}')"))
}

/// Who makes tables needs other rights than who uses them: `hint` tells of those.
fn hinted(error: Error, hint: &str) -> Error {
    match error {
        Error::Refused { location, reason, hint: of_grants } if of_grants.contains(GRANTS) => {
            Error::Refused { location, reason, hint: hint.to_owned() }
        }
        other => other,
    }
}
