//! What the engine itself can find wrong in a ledger, the rows that break a law, and the repairs of what is only derived.

use rusqlite::params;

use super::rows::Reading;
use super::session::Session;
use crate::store::{Breach, Law, Result};

/// How SQLite begins to say that an index is not in step with its table, while both are whole.
const OUT_OF_STEP: [&str; 3] = ["wrong # of entries in index ", "non-unique entry in index ", "row "];

impl Session<'_> {
    /// Pages, indexes, and rows that name rows which are not there.
    pub(super) fn flaws_of_file(&self) -> Result<Vec<String>> {
        let mut found = self.integrity_check()?;
        let doing = "could not check the rows that name others";
        let dangling = self.all(doing, "PRAGMA foreign_key_check", [], |row| {
            let (table, id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let id = id.map_or(String::new(), |id| format!(" {id}"));
            Ok(format!("row{id} of {table} names a row of {parent} that is not there"))
        })?;
        found.extend(dangling);
        Ok(found)
    }

    fn integrity_check(&self) -> Result<Vec<String>> {
        let mut found: Vec<String> =
            self.all("could not check the file", "PRAGMA integrity_check", [], |row| row.get(0))?;
        found.retain(|line| line != "ok");
        Ok(found)
    }

    /// Nothing, unless all that is wrong are indexes: a damaged file is not written to.
    pub(super) fn indexes_out_of_step(&self) -> Result<Vec<String>> {
        let found = self.integrity_check()?;
        let of_index = |line: &String| {
            OUT_OF_STEP.iter().any(|begin| line.starts_with(begin))
                && (!line.starts_with("row ") || line.contains(" missing from index "))
        };
        Ok(if found.iter().all(of_index) { found } else { Vec::new() })
    }

    pub(super) fn scan_breaches(
        &self,
        law: &Law,
        each: &mut dyn FnMut(&Breach<'_>) -> Result<()>,
    ) -> Result<()> {
        let failed = self.failed("could not compare the rows");
        let mut statement = self.statement(law.sql).map_err(&failed)?;
        let mut found = statement.query([]).map_err(&failed)?;
        while let Some(row) = found.next().map_err(&failed)? {
            let operation = row.get(0).map_err(&failed)?;
            let mut reading = Reading::of(row, 1);
            let (subject, what) =
                reading.str().and_then(|subject| Ok((subject, reading.str()?))).map_err(&failed)?;
            each(&Breach { operation, subject, what })?;
        }
        Ok(())
    }

    pub(super) fn set_state_by_events(&self, code: i64) -> Result<()> {
        const SQL: &str = "UPDATE codes SET state = coalesce(\
             (SELECT to_state FROM code_events WHERE code = ?1 ORDER BY id DESC LIMIT 1), 'active') WHERE id = ?1";
        self.set("could not put the state of a code right", SQL, [code])?;
        Ok(())
    }

    pub(super) fn count_ahead_anew(&self, counter: i64) -> Result<()> {
        const FORGET: &str = "DELETE FROM numbers_ahead WHERE sequence = ?1";
        const AHEAD: &str = "INSERT INTO numbers_ahead (sequence, number) SELECT sequence, number FROM codes \
             WHERE sequence = ?1 AND number > coalesce((SELECT last FROM sequences WHERE id = ?1), -1)";
        const HIGHEST: &str = "UPDATE sequences SET highest = (SELECT max(number) FROM numbers_ahead WHERE sequence = ?1) \
             WHERE id = ?1";
        for sql in [FORGET, AHEAD, HIGHEST] {
            self.set("could not count the numbers ahead of a counter", sql, params![counter])?;
        }
        Ok(())
    }

    pub(super) fn reindex(&self) -> Result<()> {
        self.set("could not build the indexes anew", "REINDEX", [])?;
        Ok(())
    }
}
