//! What the engine itself can find wrong in a ledger.

use rusqlite::Row;

use super::session::Session;
use crate::store::Result;

/// How SQLite begins to say that an index is not in step with its table, while both are whole.
const OUT_OF_STEP: [&str; 3] = ["wrong # of entries in index ", "non-unique entry in index ", "row "];

impl Session<'_> {
    /// Pages, indexes, and rows that name rows which are not there.
    pub(super) fn flaws_of_file(&self) -> Result<Vec<String>> {
        let mut found = self.integrity_check()?;
        let doing = "could not check the rows that name others";
        let dangling = self.all(doing, "PRAGMA foreign_key_check", |row| {
            let (table, id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let id = id.map_or(String::new(), |id| format!(" {id}"));
            Ok(format!("row{id} of {table} names a row of {parent} that is not there"))
        })?;
        found.extend(dangling);
        Ok(found)
    }

    /// All rows of a short answer.
    fn all<T>(
        &self,
        doing: &str,
        sql: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.statement(sql).and_then(|mut statement| statement.query_map([], read)?.collect());
        rows.map_err(self.failed(doing))
    }

    fn integrity_check(&self) -> Result<Vec<String>> {
        let mut found: Vec<String> =
            self.all("could not check the file", "PRAGMA integrity_check", |row| row.get(0))?;
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
}
