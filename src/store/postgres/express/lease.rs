//! Codes out of a block of numbers that was set aside, so that issuers do not wait for one another
//! at the counter.
//!
//! Who needs a block takes one of its own machine that nobody holds at this moment, else any such,
//! and only when there is none a new one off the counter. So what one leaves unused, whoever comes
//! next uses. A block has its own chain, whose head lies in its row.

use std::sync::LazyLock;

use tokio_postgres::Row;

use super::functions::{self, Lists, Said, call};
use super::{Answer, Attempt};
use crate::store::chain;
use crate::store::postgres::Postgres;
use crate::store::postgres::failure::is_duplicate;
use crate::store::postgres::link::Bound;
use crate::store::random;
use crate::store::{Gap, GapReason, NewIssue, NewOperation};

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

/// Takes a block that nobody holds, or a new one.
static TAKE: LazyLock<String> = LazyLock::new(|| call("take_block", 19));

/// Passes over the next number of a block.
static PASS: LazyLock<String> = LazyLock::new(|| call("pass_over", 18));

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
        let known = self.memory.blocks.get(&issue.scope);
        let block = match known.filter(|block| block.next <= block.last) {
            Some(block) => block,
            None => match self.take(issue, numbers)? {
                Some(block) => block,
                None => return Ok(Attempt::Declined),
            },
        };
        let candidates = (issue.candidates)(block.next, WINDOW);
        let Some(lists) = Lists::of(&candidates, issue.step) else { return self.missed(issue, block.id) };
        self.sent = true;
        let number = match functions::run(&mut self.link, said, issue, &lists, Some(block.id)) {
            Err(error) if is_duplicate(&error) => return self.taken(issue, block),
            Err(error) if functions::is_overtaken(&error) => {
                return self.missed(issue, block.id);
            }
            other => other?,
        };
        let Some(number) = number else { return Ok(Attempt::Declined) };
        self.remember(issue, Some(Block { next: number.saturating_add(issue.step), ..block }));
        Ok(self.issued(candidates, number, number.checked_sub(issue.step)))
    }

    /// The block's next number was not among the codes: others took from it or used it up, or the
    /// number has no code.
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
        const NOW: &str = "SELECT id, next, last FROM custcode.leases WHERE id = $1 AND returned_at IS NULL";
        self.link.query(NOW, &[&id])?.first().map(block_of).transpose()
    }

    /// A unique key is taken: where it is the code of the block's next number, that is passed over.
    fn taken(&mut self, issue: &NewIssue<'_>, block: Block) -> Answer<Attempt> {
        const TAKEN: &str = "SELECT FROM custcode.codes WHERE canonical = $1";
        let Some(block) = self.block_now(block.id)? else { return Ok(Attempt::Declined) };
        let Some(candidate) = (issue.candidates)(block.next, 1).into_iter().next() else {
            return Ok(Attempt::Declined);
        };
        if self.link.query(TAKEN, &[&candidate.canonical.as_str()])?.is_empty() {
            return Ok(Attempt::Declined);
        }
        self.pass_over(issue, block, GapReason::InUse)
    }

    /// A block to issue from; none where a transaction has to look why.
    fn take(&mut self, issue: &NewIssue<'_>, numbers: u64) -> Answer<Option<Block>> {
        self.remember(issue, None);
        let Ok(token) = random::digits() else { return Ok(None) };
        let command = taking(issue);
        let issue = &NewIssue { operation: command, attributes: &[], ..*issue };
        let Ok(said) = Said::of(issue, token) else { return Ok(None) };
        let numbers = [issue.first, issue.step, numbers.max(1), issue.last].map(signed);
        let mut params = said.operation(issue);
        params.extend([&issue.scope.rule as &dyn Bound, &issue.scope.scope]);
        params.extend(numbers.iter().map(|number| number as &dyn Bound));
        let block = self.link.query(&TAKE, &params)?.first().map(block_of).transpose()?;
        self.remember(issue, block);
        Ok(block)
    }

    /// Steps over a number of a block that has no code, or whose code is taken.
    fn pass_over(&mut self, issue: &NewIssue<'_>, block: Block, reason: GapReason) -> Answer<Attempt> {
        let Ok(token) = random::digits() else { return Ok(Attempt::Declined) };
        let command = taking(issue);
        let issue = &NewIssue { operation: command, attributes: &[], ..*issue };
        let Ok(said) = Said::of(issue, token) else { return Ok(Attempt::Declined) };
        let gap = Gap { counter: 0, first: block.next, last: block.next, reason, operation: 0 };
        let gap = chain::gap(&gap);
        let (next, step, reason, gap) =
            (signed(block.next), signed(issue.step), reason.as_str(), gap.as_str());
        let mut params = said.operation(issue);
        let own: [&dyn Bound; 5] = [&block.id, &next, &step, &reason, &gap];
        params.extend(own);
        self.link.query(&PASS, &params)?;
        self.remember(issue, Some(Block { next: block.next.saturating_add(issue.step), ..block }));
        Ok(Attempt::Again)
    }

    fn remember(&mut self, issue: &NewIssue<'_>, block: Option<Block>) {
        match block {
            Some(block) => self.memory.blocks.set(&issue.scope, block),
            None => self.memory.blocks.forget(&issue.scope),
        }
    }
}

/// Reads id, next and last number; the ledger never holds a negative one.
fn block_of(row: &Row) -> Answer<Block> {
    let number = |column| Ok(row.try_get::<_, i64>(column)?.unsigned_abs());
    Ok(Block { id: row.try_get(0)?, next: number(1)?, last: number(2)? })
}

/// The operation of what is done to blocks: it has no request id, that belongs to the code.
fn taking<'a>(issue: &NewIssue<'a>) -> NewOperation<'a> {
    NewOperation { command: COMMAND, request_id: None, input_digest: None, ..issue.operation }
}
