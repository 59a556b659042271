//! The tables as they stand on the server, compared with those of a new ledger.
//!
//! Whoever only reads may make no tables to compare with; so what the migrations make is written
//! down in a file, which the suite holds against a new ledger (`CUSTCODE_BLESS=1` writes it anew
//! after a migration was added).

use super::session::Session;
use crate::store::Result;
use crate::store::schema::{Objects, differences};

/// Asks for every object: name and definition.
const OBJECTS: &str = include_str!("schema.sql");

/// What the migrations make: name, tab, definition.
const MADE: &str = include_str!("../migrations/postgres/schema.tsv");

impl Session<'_> {
    /// What is not as a new ledger has it. Servers of another make describe their tables in other
    /// words.
    pub(super) fn other_objects(&mut self) -> Result<Vec<String>> {
        const GENUINE: &str = "SELECT version() LIKE 'PostgreSQL %' AND version() NOT LIKE '%-YB-%'";
        let doing = "could not read how the tables were made";
        let genuine = self.one(doing, GENUINE, &[], |row| Ok(row.try_get::<_, bool>(0)?))?;
        if genuine != Some(true) {
            return Ok(Vec::new());
        }
        let found: Objects = self
            .all(doing, OBJECTS, &[], |row| Ok((row.try_get(0)?, row.try_get(1)?)))?
            .into_iter()
            .collect();
        let made = MADE.lines().filter_map(|line| line.split_once('\t'));
        let made = made.map(|(name, definition)| (name.to_owned(), definition.to_owned())).collect();
        Ok(differences(&made, &found))
    }
}
