//! Links what a write did to the chains of its counters, and makes checkpoints.

use rusqlite::{OptionalExtension as _, params};

use super::failure::engine;
use super::session::Session;
use crate::store::chain::{self, Kind, LEDGER, Packed};
use crate::store::{Result, Snapshot as _};

impl Session<'_> {
    /// Called before the commit: links every operation begun in this write.
    pub(super) fn link_operations(&mut self) -> Result<()> {
        let links = self.pen.chain.finish();
        self.link_all(links)
    }

    /// Adds links: operation, counter, digest.
    pub(super) fn link_all(&self, links: Vec<(i64, i64, String)>) -> Result<()> {
        links
            .into_iter()
            .try_for_each(|(operation, sequence, digest)| self.link(operation, sequence, &digest))
    }

    /// Adds a link at the end of a counter's chain.
    fn link(&self, operation: i64, sequence: i64, digest: &str) -> Result<()> {
        const HEAD: &str = "SELECT head, position FROM sequences WHERE id = ?1";
        const LINK: &str = "INSERT INTO links (sequence, position, operation, hash) VALUES (?1, ?2, ?3, ?4)";
        const MOVE: &str = "UPDATE sequences SET head = ?2, position = ?3 WHERE id = ?1";
        let doing = "could not link the operation";
        let found = self.statement(HEAD).and_then(|mut statement| {
            statement
                .query_row([sequence], |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, i64>(1)?)))
                .optional()
        });
        let (head, position) = found
            .map_err(self.failed(doing))?
            .ok_or_else(|| engine(doing, format!("there is no counter {sequence}")))?;
        let hash = chain::link(head.as_deref(), digest);
        self.set(doing, LINK, params![sequence, position + 1, operation, hash])?;
        self.set(doing, MOVE, params![sequence, hash, position + 1])?;
        Ok(())
    }

    /// Records the heads that moved since the last checkpoint.
    pub(super) fn seal(&mut self, operation: i64, at: &str) -> Result<String> {
        const LAST: &str = "SELECT hash FROM checkpoints ORDER BY id DESC LIMIT 1";
        const SEALED: &str = "SELECT heads FROM checkpoints";
        const SQL: &str = "INSERT INTO checkpoints (operation, at, heads, hash) VALUES (?1, ?2, ?3, ?4)";
        let failed = self.failed("could not read the checkpoints");
        let before: Option<String> = self
            .statement(LAST)
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)).optional())
            .map_err(&failed)?;
        let sealed: Vec<String> = self
            .statement(SEALED)
            .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
            .map_err(&failed)?;
        let moved = chain::moved(self.heads()?, &sealed)
            .map_err(|error| engine("could not read the checkpoints", error))?;
        let heads =
            serde_json::to_string(&moved).map_err(|error| engine("could not record a checkpoint", error))?;
        let hash = chain::link(before.as_deref(), &Packed::default().text(at).text(&heads).digest());
        self.set("could not record a checkpoint", SQL, params![operation, at, heads, hash])?;
        self.pen.chain.add(operation, LEDGER, Kind::Checkpoint, &Packed::default().text(&hash));
        Ok(hash)
    }
}
