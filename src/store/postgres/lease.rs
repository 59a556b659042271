//! Codes out of a block of numbers that was set aside, so that issuers do not wait for one another at the counter.
//!
//! A block is open to everybody: who comes new takes from one of its own machine, else from any that nobody holds at this moment, and stays
//! with it; only when there is none, or the own one is used up, a new block is cut from the counter. So what one leaves unused,
//! whoever comes next uses. A block has its own chain, whose head lies in its row.

use std::sync::LazyLock;

use postgres::Row;

use super::Postgres;
use super::chain::{link, packed};
use super::issue::{Answer, Attempt};
use super::link::Bound;
use super::quick::{self, GATE, Lists, Said, digest, operation};
use super::write::{is_duplicate, token};
use crate::store::chain::{self, Items, Kind};
use crate::store::{Gap, GapReason, IssuedNow, NewIssue, NewOperation};

/// What was last heard of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    id: i64,
    next: u64,
    last: u64,
}

/// So many codes are sent along for one block.
const WINDOW: usize = 8;

/// The command under which blocks are cut and numbers in them passed over.
const COMMAND: &str = "lease";

/// SQL that cuts a block of `$16` numbers off the counter of rule `$12` and scope `$13`, whose grid is `$15` and every `$14`th number up to `$17`.
static CUT: LazyLock<String> = LazyLock::new(|| {
    // As `chain::lease`, with the machine as `$9`.
    let item = ["CAST(first AS text)", "CAST(last AS text)", "$9"].map(packed).join(" || ");
    let hash = link("ids.head", &digest('l', &item));
    let record = operation("made", "0, NULL, NULL");
    format!(
        "WITH {GATE}, counter AS MATERIALIZED (SELECT id, last, highest, head, position FROM sequences \
         WHERE rule = $12 AND scope = $13 FOR UPDATE), \
         begins AS (SELECT id, head, position, coalesce(last + $14, $15) AS first FROM counter CROSS JOIN gate \
         WHERE gate.open AND highest IS NULL AND (last IS NULL OR (last >= $15 AND (last - $15) % $14 = 0))), \
         ids AS MATERIALIZED (SELECT begins.*, first + least($16 - 1, ($17 - first) / $14) * $14 AS last, \
         nextval('operations_id_seq') AS operation, nextval('leases_id_seq') AS lease FROM begins WHERE first <= $17), \
         made AS MATERIALIZED (SELECT ids.*, {hash} AS hash FROM ids), {record}, \
         cut AS (INSERT INTO leases (id, sequence, first, last, next, holder, operation) \
         SELECT lease, id, first, last, first, $9, operation FROM made), \
         moved AS (UPDATE sequences SET last = made.last, position = made.position + 1, head = made.hash \
         FROM made WHERE sequences.id = made.id), \
         linked AS (INSERT INTO links (sequence, position, operation, hash) SELECT id, position + 1, operation, hash FROM made) \
         SELECT lease, first, last FROM made"
    )
});

/// SQL that passes over the next number `$13` of the block `$12` for the reason `$15`, with the digest `$14`; the next comes `$16` later.
static PASS: LazyLock<String> = LazyLock::new(|| {
    let hash = link("block.head", "$14");
    let record = operation("made", "0, NULL, NULL");
    format!(
        "WITH {GATE}, block AS MATERIALIZED (SELECT id, sequence, next, last, head, position FROM leases \
         WHERE id = $12 AND next = $13 FOR UPDATE), \
         made AS MATERIALIZED (SELECT block.*, nextval('operations_id_seq') AS operation, {hash} AS hash \
         FROM block CROSS JOIN gate WHERE gate.open), {record}, \
         passed AS (INSERT INTO gap_ranges (sequence, first, last, reason, operation) \
         SELECT sequence, next, next, $15, operation FROM made), \
         moved AS (UPDATE leases SET next = made.next + $16, position = made.position + 1, head = made.hash, \
         returned_at = CASE WHEN made.next + $16 > leases.last THEN $5 END FROM made WHERE leases.id = made.id), \
         linked AS (INSERT INTO links (sequence, lease, position, operation, hash) \
         SELECT sequence, id, position + 1, operation, hash FROM made) SELECT count(*) FROM made"
    )
});

/// An engine's numbers are signed.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Postgres {
    pub(super) fn attempt_lease(
        &mut self,
        issue: &NewIssue<'_>,
        said: &Said,
        numbers: u64,
    ) -> Answer<Attempt> {
        let (rule, scope) = (issue.scope.rule, issue.scope.scope);
        let known = self.memory.blocks.get(rule).and_then(|scopes| scopes.get(scope)).copied();
        let block = match known {
            Some(block) => Some(block),
            None => self.open_block(issue)?,
        };
        let Some(block) = block.filter(|block| block.next <= block.last) else {
            return self.cut(issue, numbers);
        };
        let mut candidates = (issue.candidates)(block.next, WINDOW);
        let Some(lists) = Lists::of(&candidates, issue.step) else { return self.missed(issue, block.id) };
        let number = match quick::run(&mut self.link, said, issue, &lists, Some(block.id)) {
            Err(error) if is_duplicate(&error) => return self.taken(issue, block),
            Err(error) if quick::is_overtaken(&error) => {
                return self.missed(issue, block.id);
            }
            other => other?,
        };
        let Some(number) = number else { return Ok(Attempt::Declined) };
        self.remember(issue, Some(Block { next: number.saturating_add(issue.step), ..block }));
        let found = candidates.iter().position(|one| one.number == number);
        Ok(found.map_or(Attempt::Declined, |at| {
            let before = number.checked_sub(issue.step);
            let newest = self.facts.newest.clone();
            Attempt::Issued(IssuedNow { candidate: candidates.swap_remove(at), before, newest })
        }))
    }

    /// The block's next number was not among the codes: others took from it or used it up, or the number has no code.
    fn missed(&mut self, issue: &NewIssue<'_>, id: i64) -> Answer<Attempt> {
        let now = self.block_now(id)?;
        self.remember(issue, now);
        let Some(block) = now else { return Ok(Attempt::Again) };
        match (issue.obstacle)(block.next) {
            Some(reason) => self.pass_over(issue, block, reason),
            None => Ok(Attempt::Again),
        }
    }

    /// A block as it stands now; none when it is used up.
    fn block_now(&mut self, id: i64) -> Answer<Option<Block>> {
        const NOW: &str = "SELECT id, next, last FROM leases WHERE id = $1 AND returned_at IS NULL";
        self.link.query(NOW, &[&id])?.first().map(block_of).transpose()
    }

    /// A unique key is taken: where it is the code of the block's next number, that is passed over.
    fn taken(&mut self, issue: &NewIssue<'_>, block: Block) -> Answer<Attempt> {
        const TAKEN: &str = "SELECT FROM codes WHERE canonical = $1";
        let Some(block) = self.block_now(block.id)? else { return Ok(Attempt::Declined) };
        let Some(candidate) = (issue.candidates)(block.next, 1).into_iter().next() else {
            return Ok(Attempt::Declined);
        };
        if self.link.query(TAKEN, &[&candidate.canonical.as_str()])?.is_empty() {
            return Ok(Attempt::Declined);
        }
        self.pass_over(issue, block, GapReason::InUse)
    }

    /// A block that somebody left, if there is one.
    fn open_block(&mut self, issue: &NewIssue<'_>) -> Answer<Option<Block>> {
        const OPEN: &str = "SELECT id, next, last FROM leases \
             WHERE sequence = (SELECT id FROM sequences WHERE rule = $1 AND scope = $2) AND returned_at IS NULL \
             ORDER BY (holder = $3) DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED";
        let rows = self.link.query(OPEN, &[&issue.scope.rule, &issue.scope.scope, &issue.operation.host])?;
        rows.first().map(block_of).transpose()
    }

    /// Sets a new block aside.
    fn cut(&mut self, issue: &NewIssue<'_>, numbers: u64) -> Answer<Attempt> {
        self.remember(issue, None);
        let Ok(token) = token() else { return Ok(Attempt::Declined) };
        let command = cutting(issue);
        let issue = &NewIssue { operation: command, attributes: &[], ..*issue };
        let said = Said::of(issue, token);
        let packed = chain::operation(&command);
        let mut params = said.operation(issue);
        let (step, first, size, last) =
            (signed(issue.step), signed(issue.first), signed(numbers.max(1)), signed(issue.last));
        let packed = packed.as_str();
        let own: [&dyn Bound; 7] =
            [&issue.scope.rule, &issue.scope.scope, &step, &first, &size, &last, &packed];
        params.extend(own);
        let rows = self.link.query(&CUT, &params)?;
        let Some(row) = rows.first() else { return Ok(Attempt::Declined) };
        self.remember(issue, Some(block_of(row)?));
        Ok(Attempt::Again)
    }

    /// Steps over a number of a block that has no code, or whose code is taken.
    fn pass_over(&mut self, issue: &NewIssue<'_>, block: Block, reason: GapReason) -> Answer<Attempt> {
        let Ok(token) = token() else { return Ok(Attempt::Declined) };
        let command = cutting(issue);
        let issue = &NewIssue { operation: command, attributes: &[], ..*issue };
        let said = Said::of(issue, token);
        let mut items = Items::default();
        let gap = Gap { counter: 0, first: block.next, last: block.next, reason, operation: 0 };
        items.add(Kind::Gap, &chain::gap(&gap));
        let digest = items.digest(&chain::operation(&command));
        let (next, step) = (signed(block.next), signed(issue.step));
        let mut params = said.operation(issue);
        let reason = reason.as_str();
        let own: [&dyn Bound; 5] = [&block.id, &next, &digest, &reason, &step];
        params.extend(own);
        self.link.query(&PASS, &params)?;
        self.remember(issue, Some(Block { next: block.next.saturating_add(issue.step), ..block }));
        Ok(Attempt::Again)
    }

    fn remember(&mut self, issue: &NewIssue<'_>, block: Option<Block>) {
        let scopes = self.memory.blocks.entry(issue.scope.rule.to_owned()).or_default();
        match block {
            Some(block) => scopes.insert(issue.scope.scope.to_owned(), block),
            None => scopes.remove(issue.scope.scope),
        };
    }
}

/// Reads id, next and last number; the ledger never holds a negative one.
fn block_of(row: &Row) -> Answer<Block> {
    let number = |column| Ok(row.try_get::<_, i64>(column)?.unsigned_abs());
    Ok(Block { id: row.try_get(0)?, next: number(1)?, last: number(2)? })
}

/// The operation of what is done to blocks: it has no request id, that belongs to the code.
fn cutting<'a>(issue: &NewIssue<'a>) -> NewOperation<'a> {
    NewOperation { command: COMMAND, request_id: None, input_digest: None, ..issue.operation }
}
