//! Links what a write did to the chains of its counters, and makes checkpoints.

use super::failure::engine;
use super::session::Session;
use super::write::first;
use crate::store::Result;
use crate::store::Snapshot as _;
use crate::store::chain::{self, Kind, LEDGER, Packed};

/// Adds a link of the operation `$1` to the chains of the counters `$2` with the digests `$3`.
const LINK: &str = "WITH moved AS (UPDATE custcode.sequences SET position = sequences.position + 1, head = custcode.link(sequences.head, new.digest) \
     FROM unnest($2, $3) AS new (sequence, digest) WHERE sequences.id = new.sequence \
     RETURNING sequences.id, sequences.position, sequences.head), \
     linked AS (INSERT INTO custcode.links (sequence, position, operation, hash) \
     SELECT id, position, $1, head FROM moved RETURNING 1) SELECT count(*) FROM linked";

impl Session<'_> {
    /// Called before the commit: links every operation begun in this write.
    pub(super) fn link_operations(&mut self) -> Result<()> {
        // Sorted by operation, and each chain once for each.
        let links = self.chain()?.finish();
        for links in links.chunk_by(|(one, ..), (other, ..)| one == other) {
            let (sequences, digests): (Vec<i64>, Vec<&str>) =
                links.iter().map(|(_, sequence, digest)| (*sequence, digest.as_str())).unzip();
            self.link_chains(links[0].0, &sequences, &digests)?;
        }
        Ok(())
    }

    /// Adds a link of an operation at the end of each of these counters' chains.
    fn link_chains(&mut self, operation: i64, sequences: &[i64], digests: &[&str]) -> Result<()> {
        let doing = "could not link the operation";
        let linked = self.one(doing, LINK, &[&operation, &sequences, &digests], first::<i64>)?;
        self.all_written(doing, linked == i64::try_from(sequences.len()).ok())
    }

    /// Records the heads that moved since the last checkpoint.
    pub(super) fn seal(&mut self, operation: i64, at: &str) -> Result<String> {
        const LAST: &str = "SELECT hash FROM custcode.checkpoints ORDER BY id DESC LIMIT 1";
        const SEALED: &str = "SELECT heads FROM custcode.checkpoints";
        const SQL: &str = "INSERT INTO custcode.checkpoints (operation, at, heads, hash) VALUES ($1, $2, $3, $4) RETURNING 1";
        let doing = "could not read the checkpoints";
        let before: Option<String> = self.one(doing, LAST, &[], first)?;
        let sealed: Vec<String> = self.all(doing, SEALED, &[], first)?;
        let moved = chain::moved(self.heads()?, &sealed).map_err(|error| engine(doing, error))?;
        let heads =
            serde_json::to_string(&moved).map_err(|error| engine("could not record a checkpoint", error))?;
        let hash = chain::link(before.as_deref(), &Packed::default().text(at).text(&heads).digest());
        self.write_rows("could not record a checkpoint", SQL, &[&operation, &at, &heads, &hash], 1)?;
        self.chain()?.add(operation, LEDGER, Kind::Checkpoint, &Packed::default().text(&hash));
        Ok(hash)
    }
}
