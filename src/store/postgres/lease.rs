//! Codes out of a block of numbers that was set aside, so that issuers do not wait for one another at the counter.
//!
//! A block is open to everybody: who comes new takes from one of its own machine, else from any that nobody holds at this moment, and stays
//! with it; only when there is none, or the own one is used up, a new block is cut from the counter. So what one leaves unused,
//! whoever comes next uses. A block has its own chain, whose head lies in its row.

use postgres::Row;

use super::Postgres;
use super::chain::{link_hash, packed, sha256};
use super::failure::Fault;
use super::issue::{Attempt, candidate, declines};
use super::link::Bound;
use super::quick::{Lists, Said, code_item, digest, gate, made, operation};
use super::rows::Reading;
use super::write::token;
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

/// No row has this id. The look for it takes the lock by which whoever writes in a transaction is waited for, before anything is looked at.
macro_rules! guard {
    () => {
        "guard AS MATERIALIZED (SELECT id FROM sequences WHERE id = -1 FOR KEY SHARE)"
    };
}

const ISSUE: &str = concat!(
    "WITH ",
    guard!(),
    ", ",
    gate!(),
    ", block AS MATERIALIZED (SELECT id, sequence, next, last, head, position, returned_at IS NULL AS open FROM leases \
     WHERE id = $20 AND NOT EXISTS (SELECT FROM guard) FOR UPDATE), \
     pick AS MATERIALIZED (SELECT block.sequence AS chain, block.id AS lease, block.head, block.position, new.* \
     FROM block CROSS JOIN gate JOIN unnest($21, $22, $23) AS new (number, canonical, written) \
     ON new.number = block.next WHERE gate.open AND block.open), ",
    made!(),
    ", moved AS (UPDATE leases SET next = made.number + $24, position = made.position + 1, head = made.hash, \
     returned_at = CASE WHEN made.number + $24 > leases.last THEN $5 END FROM made WHERE leases.id = made.lease) \
     SELECT gate.open, coalesce(block.open, false), block.next, block.last, made.number, made.canonical, made.written \
     FROM gate LEFT JOIN block ON true LEFT JOIN made ON true"
);

/// SQL for [`chain::lease`] of the columns of `ids`.
macro_rules! lease_item {
    () => {
        concat!(packed!("CAST(first AS text)"), " || ", packed!("CAST(last AS text)"), " || ", packed!("$9"))
    };
}

const CUT: &str = concat!(
    "WITH counter AS MATERIALIZED (SELECT id, last, highest, head, position FROM sequences \
     WHERE rule = $12 AND scope = $13 FOR UPDATE), ",
    gate!(),
    ", begins AS (SELECT id, head, position, coalesce(last + $14, $15) AS first FROM counter CROSS JOIN gate \
     WHERE gate.open AND highest IS NULL AND (last IS NULL OR (last >= $15 AND (last - $15) % $14 = 0))), \
     ids AS MATERIALIZED (SELECT begins.*, first + least($16 - 1, ($17 - first) / $14) * $14 AS last, \
     nextval('operations_id_seq') AS operation, nextval('leases_id_seq') AS lease FROM begins WHERE first <= $17), \
     made AS MATERIALIZED (SELECT ids.*, ",
    link_hash!("ids.head", digest!(lease_item!(), "l")),
    " AS hash FROM ids), \
     recorded AS (",
    operation!("made", "0, NULL, NULL"),
    "), cut AS (INSERT INTO leases (id, sequence, first, last, next, holder, operation) \
     SELECT lease, id, first, last, first, $9, operation FROM made), \
     moved AS (UPDATE sequences SET last = made.last, position = made.position + 1, head = made.hash \
     FROM made WHERE sequences.id = made.id), \
     linked AS (INSERT INTO links (sequence, position, operation, hash) SELECT id, position + 1, operation, hash FROM made) \
     SELECT lease, first, last FROM made"
);

const PASS: &str = concat!(
    "WITH ",
    guard!(),
    ", ",
    gate!(),
    ", block AS MATERIALIZED (SELECT id, sequence, next, last, head, position FROM leases WHERE id = $12 AND next = $13 \
     AND NOT EXISTS (SELECT FROM guard) FOR UPDATE), \
     made AS MATERIALIZED (SELECT block.*, nextval('operations_id_seq') AS operation, ",
    link_hash!("block.head", "$14"),
    " AS hash FROM block CROSS JOIN gate WHERE gate.open), \
     recorded AS (",
    operation!("made", "0, NULL, NULL"),
    "), passed AS (INSERT INTO gap_ranges (sequence, first, last, reason, operation) \
     SELECT sequence, next, next, $15, operation FROM made), \
     moved AS (UPDATE leases SET next = made.next + $16, position = made.position + 1, head = made.hash, \
     returned_at = CASE WHEN made.next + $16 > leases.last THEN $5 END FROM made WHERE leases.id = made.id), \
     linked AS (INSERT INTO links (sequence, lease, position, operation, hash) \
     SELECT sequence, id, position + 1, operation, hash FROM made) SELECT count(*) FROM made"
);

type Answer<T> = std::result::Result<T, postgres::Error>;

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
        let candidates = (issue.candidates)(block.next, WINDOW);
        let Some(lists) = Lists::of(&candidates) else { return Ok(Attempt::Declined) };
        let mut params = said.operation(issue);
        params.extend(said.customer(issue));
        let (sent, canonical, written) =
            (lists.numbers.as_slice(), lists.canonical.as_slice(), lists.written.as_slice());
        let step = signed(issue.step);
        let own: [&dyn Bound; 5] = [&block.id, &sent, &canonical, &written, &step];
        params.extend(own);
        let rows = match self.link.query(ISSUE, &params) {
            Err(error) if declines(&error) => return self.taken(issue, block),
            other => other?,
        };
        let Some(row) = rows.first() else { return Ok(Attempt::Declined) };
        let read = || {
            let mut reading = Reading::of(row, 0);
            let (fine, open): (bool, bool) = (reading.get()?, reading.get()?);
            let (next, last) = (reading.known_number()?, reading.known_number()?);
            Ok((fine, open, Block { id: block.id, next, last }, candidate(row, 4)?))
        };
        match read() {
            Err(Fault::Engine(error)) => Err(error),
            Err(Fault::Row(_)) | Ok((false, ..)) => Ok(Attempt::Declined),
            // Others used it up.
            Ok((true, false, ..)) => {
                self.remember(issue, None);
                Ok(Attempt::Again)
            }
            Ok((true, true, block, None)) => self.missed(issue, block, &lists.numbers),
            Ok((true, true, block, Some(candidate))) => {
                let next = candidate.number.saturating_add(issue.step);
                self.remember(issue, Some(Block { next, ..block }));
                let before = candidate.number.checked_sub(issue.step);
                Ok(Attempt::Issued(IssuedNow { candidate, before }))
            }
        }
    }

    /// The block that was locked wants another number than those sent, or the customer was refused.
    fn missed(&mut self, issue: &NewIssue<'_>, block: Block, sent: &[i64]) -> Answer<Attempt> {
        self.remember(issue, Some(block));
        if sent.contains(&signed(block.next)) {
            return Ok(Attempt::Declined);
        }
        match (issue.obstacle)(block.next) {
            Some(reason) => self.pass_over(issue, block, reason),
            None => Ok(Attempt::Again),
        }
    }

    /// A unique key is taken: where it is the code of the block's next number, that is passed over.
    fn taken(&mut self, issue: &NewIssue<'_>, block: Block) -> Answer<Attempt> {
        const NEXT: &str = "SELECT next FROM leases WHERE id = $1";
        const TAKEN: &str = "SELECT FROM codes WHERE canonical = $1";
        let rows = self.link.query(NEXT, &[&block.id])?;
        let Some(next) = rows.first().map(|row| row.try_get::<_, i64>(0)).transpose()? else {
            return Ok(Attempt::Declined);
        };
        let Ok(next) = u64::try_from(next) else { return Ok(Attempt::Declined) };
        let Some(candidate) = (issue.candidates)(next, 1).into_iter().next() else {
            return Ok(Attempt::Declined);
        };
        if self.link.query(TAKEN, &[&candidate.canonical.as_str()])?.is_empty() {
            return Ok(Attempt::Declined);
        }
        self.pass_over(issue, Block { next, ..block }, GapReason::InUse)
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
        let operation = cutting(issue);
        let issue = &NewIssue { operation, attributes: &[], ..*issue };
        let said = Said::of(issue, token);
        let packed = chain::operation(&operation);
        let mut params = said.operation(issue);
        let (step, first, size, last) =
            (signed(issue.step), signed(issue.first), signed(numbers.max(1)), signed(issue.last));
        let packed = packed.as_str();
        let own: [&dyn Bound; 7] =
            [&issue.scope.rule, &issue.scope.scope, &step, &first, &size, &last, &packed];
        params.extend(own);
        let rows = self.link.query(CUT, &params)?;
        let Some(row) = rows.first() else { return Ok(Attempt::Declined) };
        self.remember(issue, Some(block_of(row)?));
        Ok(Attempt::Again)
    }

    /// Steps over a number of a block that has no code, or whose code is taken.
    fn pass_over(&mut self, issue: &NewIssue<'_>, block: Block, reason: GapReason) -> Answer<Attempt> {
        let Ok(token) = token() else { return Ok(Attempt::Declined) };
        let operation = cutting(issue);
        let issue = &NewIssue { operation, attributes: &[], ..*issue };
        let said = Said::of(issue, token);
        let mut items = Items::default();
        let gap = Gap { counter: 0, first: block.next, last: block.next, reason, operation: 0 };
        items.add(Kind::Gap, &chain::gap(&gap));
        let digest = items.digest(&chain::operation(&operation));
        let (next, step) = (signed(block.next), signed(issue.step));
        let mut params = said.operation(issue);
        let reason = reason.as_str();
        let own: [&dyn Bound; 5] = [&block.id, &next, &digest, &reason, &step];
        params.extend(own);
        self.link.query(PASS, &params)?;
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
