//! Links what a write did to the chains of its counters, and makes checkpoints.

use super::rows::Reading;
use crate::store::chain::{self, Kind, LEDGER, Packed};
use crate::store::engine::{Dialect, Param, params};
use crate::store::statement::statements;
use crate::store::{Error, Result, Transaction};

statements! {
    // Adds a link of the operation `$1` to the chains of the counters `$2` with the digests `$3`.
    LINKS(3) = "WITH moved AS (UPDATE custcode.sequences SET position = sequences.position + 1, \
        head = custcode.link(sequences.head, new.digest) \
        FROM unnest(CAST($2 AS bigint[]), CAST($3 AS text[])) AS new (sequence, digest) WHERE sequences.id = new.sequence \
        RETURNING sequences.id, sequences.position, sequences.head), \
        linked AS (INSERT INTO custcode.links (sequence, position, operation, hash) \
        SELECT id, position, $1, head FROM moved RETURNING 1) \
        SELECT (SELECT count(*) FROM linked), CAST(coalesce(array_length(CAST($2 AS bigint[]), 1), 0) AS bigint)", [];
    HEAD(1) = "SELECT head, position FROM custcode.sequences WHERE id = $1";
    LINK(4) = "INSERT INTO custcode.links (sequence, position, operation, hash) VALUES ($1, $2, $3, $4)";
    MOVE(3) = "UPDATE custcode.sequences SET head = $2, position = $3 WHERE id = $1";
    LAST_CHECKPOINT(0) = "SELECT hash FROM custcode.checkpoints ORDER BY id DESC LIMIT 1";
    SEALED(0) = "SELECT heads FROM custcode.checkpoints";
    CHECKPOINT(4) = "INSERT INTO custcode.checkpoints (operation, at, heads, hash) VALUES ($1, $2, $3, $4)";
}

const LINKING: &str = "could not link the operation";

impl dyn Transaction + '_ {
    /// Called before the commit: links every operation begun in this write.
    pub(super) fn link_operations(&mut self) -> Result<()> {
        let links = self.written().chain.finish();
        self.add_links(&links)
    }

    /// Adds links (operation, counter, digest), which come sorted by operation, each chain once for
    /// each.
    pub(in crate::store) fn add_links(&mut self, links: &[(i64, i64, String)]) -> Result<()> {
        if self.dialect() == Dialect::Sqlite {
            return links
                .iter()
                .try_for_each(|(operation, sequence, digest)| self.add_link(*operation, *sequence, digest));
        }
        for links in links.chunk_by(|(one, ..), (other, ..)| one == other) {
            let (sequences, digests): (Vec<i64>, Vec<&str>) =
                links.iter().map(|(_, sequence, digest)| (*sequence, digest.as_str())).unzip();
            let values = [links[0].0.into(), Param::Integers(&sequences), Param::Texts(&digests)];
            self.write_counted(LINKING, &LINKS, &values)?;
        }
        Ok(())
    }

    /// Adds a link at the end of a counter's chain.
    fn add_link(&mut self, operation: i64, sequence: i64, digest: &str) -> Result<()> {
        let found = self.one(LINKING, &HEAD, params![sequence], |row| {
            let mut reading = Reading::of(row);
            Ok((chain::link(reading.optional_str()?, digest), reading.integer()?))
        })?;
        let Some((hash, position)) = found else { return Err(self.unwritten(LINKING)) };
        self.write_rows(LINKING, &LINK, params![sequence, position + 1, operation, &hash], 1)?;
        self.write_rows(LINKING, &MOVE, params![sequence, &hash, position + 1], 1)
    }

    /// Records the heads of all chains that moved since the checkpoint before; gives its hash.
    pub fn add_checkpoint(&mut self, operation: i64, at: &str) -> Result<String> {
        let (reading, writing) = ("could not read the checkpoints", "could not record a checkpoint");
        let failed = |doing: &str, error: serde_json::Error| Error::Engine {
            context: doing.to_owned(),
            source: error.into(),
        };
        let before = self.one(reading, &LAST_CHECKPOINT, &[], |row| Reading::of(row).string())?;
        let sealed = self.all(reading, &SEALED, &[], |row| Reading::of(row).string())?;
        let moved = chain::moved(self.heads()?, &sealed).map_err(|error| failed(reading, error))?;
        let heads = serde_json::to_string(&moved).map_err(|error| failed(writing, error))?;
        let hash = chain::link(before.as_deref(), &Packed::default().text(at).text(&heads).digest());
        self.write_rows(writing, &CHECKPOINT, params![operation, at, &heads, &hash], 1)?;
        let item = Packed::default().text(&hash);
        self.written().chain.add(operation, LEDGER, Kind::Checkpoint, &item);
        Ok(hash)
    }
}
