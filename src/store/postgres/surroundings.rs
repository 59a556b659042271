//! Settings of the server with which what was committed can be lost.

use super::failure::{Fault, failure};
use super::link::Link;
use crate::store::{Flaw, FlawKind, Result};

/// Each setting, its harmful value and what that can do.
const HARMFUL: [(&str, &str, &str); 3] = [
    ("fsync", "off", "a crash of the machine can damage the ledger"),
    ("full_page_writes", "off", "a crash of the machine can leave half-written pages"),
    (
        "synchronous_commit",
        "off",
        "a crash of the server can lose codes that were printed already, and issue them again",
    ),
];

/// The settings that the server should not have.
pub(super) fn flaws(link: &mut Link, location: &str) -> Result<Vec<Flaw>> {
    // A server of another make need not know a setting.
    const SQL: &str = "SELECT pg_catalog.current_setting($1, true)";
    let failed = |error: tokio_postgres::Error| {
        failure(location, "could not look at the server", Fault::Engine(error))
    };
    let mut flaws = Vec::new();
    for (setting, harmful, harm) in HARMFUL {
        let rows = link.query(SQL, &[&setting]).map_err(failed)?;
        let value: Option<String> = rows.first().and_then(|row| row.try_get(0).ok().flatten());
        if value.as_deref() == Some(harmful) {
            flaws.push(Flaw {
                kind: FlawKind::Durability,
                what: format!("{setting} is {harmful}: {harm}"),
                advice: format!("ALTER SYSTEM SET {setting} = on; then SELECT pg_reload_conf()"),
                mendable: false,
            });
        }
    }
    Ok(flaws)
}
