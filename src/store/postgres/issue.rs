//! A code in one round trip: the statement gets the codes of the next few numbers and picks the one that the locked counter asks for.
//!
//! It picks by a join with the row it has locked, which after a wait is the newest one; a known reference costs no number, since
//! the counter moves only for a customer who was added. Whatever the statement cannot do it leaves to a transaction, and says why nothing
//! was picked. The client remembers where a counter stood: as long as nobody overtakes it by more than the codes it sends, each code costs
//! one round trip.

use std::collections::HashMap;

use postgres::Row;
use postgres::error::SqlState;

use super::Postgres;
use super::chain::{link_hash, packed, sha256};
use super::failure::{Fault, failure, is_collision, is_lost, is_state, words};
use super::lease::Block;
use super::link::Bound;
use super::quick::{Lists, Said, code_item, digest, gate, made, operation};
use super::rows::{Read, Reading};
use super::write::{is_duplicate, no_zeros, token};
use crate::store::{Access, Candidate, IssuedNow, NewIssue, Result};

/// The fewest and the most codes that are sent along.
const WINDOW: (usize, usize) = (16, 512);

/// How often a counter may run away from the codes that were sent, or a connection break, before a transaction takes over.
const TRIES: usize = 12;

/// The first lock is that of the counter, so that whoever writes in a transaction is waited for before anything is looked at.
const ISSUE: &str = concat!(
    "WITH counter AS MATERIALIZED (SELECT id, last, highest, head, position FROM sequences \
     WHERE rule = $20 AND scope = $21 FOR UPDATE), ",
    gate!(),
    ", pick AS MATERIALIZED (SELECT counter.id AS chain, CAST(0 AS bigint) AS lease, counter.head, counter.position, new.* \
     FROM counter CROSS JOIN gate JOIN unnest($22, $23, $24) AS new (number, canonical, written) \
     ON new.number = coalesce(counter.last + $25, $26) WHERE gate.open AND counter.highest IS NULL), ",
    made!(),
    ", moved AS (UPDATE sequences SET last = made.number, position = made.position + 1, head = made.hash \
     FROM made WHERE sequences.id = made.chain) \
     SELECT gate.open AND counter.id IS NOT NULL AND counter.highest IS NULL, counter.last, made.number, made.canonical, made.written \
     FROM gate LEFT JOIN counter ON true LEFT JOIN made ON true"
);

/// Where a counter stood when it was last heard of, and how many codes are sent along.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    last: Option<u64>,
    window: usize,
}

/// What a connection remembers from one issue to the next; only ever a guess.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By rule, then scope.
    places: HashMap<String, HashMap<String, Place>>,
    /// The block that was taken from last.
    pub(super) blocks: HashMap<String, HashMap<String, Block>>,
}

/// What came of one attempt.
pub(super) enum Attempt {
    /// It is in the ledger.
    Issued(IssuedNow),
    /// A transaction has to look why.
    Declined,
    /// The guess was wrong: again.
    Again,
}

impl Postgres {
    /// Issues one code without a transaction of several statements, where that is possible.
    pub(super) fn issue_quickly(&mut self, issue: &NewIssue<'_>) -> Result<Option<IssuedNow>> {
        let plain = no_zeros("", [issue.customer.fields, issue.customer.attributes]).is_ok();
        if self.door.access == Access::Read || !plain {
            return Ok(None);
        }
        let said = Said::of(issue, token()?);
        for _ in 0..TRIES {
            self.refresh()?;
            self.prepare()?;
            let attempt = match issue.block {
                Some(block) => self.attempt_lease(issue, &said, block),
                None => self.attempt(issue, &said),
            };
            match attempt {
                Ok(Attempt::Issued(issued)) => return Ok(Some(issued)),
                Ok(Attempt::Declined) => return Ok(None),
                Ok(Attempt::Again) => {}
                Err(error) if is_collision(&error) => {}
                // A transaction waits longer, and tells for whom.
                Err(error) if is_state(&error, &SqlState::LOCK_NOT_AVAILABLE) => return Ok(None),
                Err(error) => {
                    self.link.note(&error);
                    if let Some(issued) = self.found_again(&said.token, issue.step, error)? {
                        return Ok(Some(issued));
                    }
                }
            }
        }
        Ok(None)
    }

    fn attempt(
        &mut self,
        issue: &NewIssue<'_>,
        said: &Said,
    ) -> std::result::Result<Attempt, postgres::Error> {
        const COUNTER: &str = "SELECT last FROM sequences WHERE rule = $1 AND scope = $2";
        let (rule, scope) = (issue.scope.rule, issue.scope.scope);
        let remembered = self.memory.places.get(rule).and_then(|scopes| scopes.get(scope)).copied();
        let place = match remembered {
            Some(place) => place,
            None => match self.link.query(COUNTER, &[&rule, &scope])?.first() {
                Some(row) => Place { last: number(row.try_get(0)?), window: WINDOW.0 },
                None => return Ok(Attempt::Declined),
            },
        };
        let next = following(issue, place.last);
        let candidates = if next > issue.last { Vec::new() } else { (issue.candidates)(next, place.window) };
        let Some(lists) = Lists::of(&candidates) else { return Ok(Attempt::Declined) };
        let (Ok(step), Ok(first)) = (i64::try_from(issue.step), i64::try_from(issue.first)) else {
            return Ok(Attempt::Declined);
        };
        if candidates.is_empty() {
            return Ok(Attempt::Declined);
        }
        let mut params = said.operation(issue);
        params.extend(said.customer(issue));
        let (numbers, canonical, written) =
            (lists.numbers.as_slice(), lists.canonical.as_slice(), lists.written.as_slice());
        let own: [&dyn Bound; 7] = [&rule, &scope, &numbers, &canonical, &written, &step, &first];
        params.extend(own);
        let rows = match self.link.query(ISSUE, &params) {
            Err(error) if declines(&error) => return Ok(Attempt::Declined),
            other => other?,
        };
        let Some(row) = rows.first() else { return Ok(Attempt::Declined) };
        let (fine, last, picked) = match answer(row) {
            Ok(answer) => answer,
            Err(Fault::Engine(error)) => return Err(error),
            Err(Fault::Row(_)) => return Ok(Attempt::Declined),
        };
        if !fine {
            return Ok(Attempt::Declined);
        }
        let now = picked.as_ref().map_or(last, |picked| Some(picked.number));
        let moved = now.unwrap_or(next).saturating_sub(place.last.unwrap_or(next)) / issue.step.max(1);
        // Twice as many as were needed, and not at once fewer again.
        let wanted = usize::try_from(moved.saturating_mul(2)).unwrap_or(WINDOW.1);
        let window = wanted.max(place.window - place.window / 4).clamp(WINDOW.0, WINDOW.1);
        self.memory
            .places
            .entry(rule.to_owned())
            .or_default()
            .insert(scope.to_owned(), Place { last: now, window });
        Ok(match picked {
            Some(candidate) => Attempt::Issued(IssuedNow { candidate, before: last }),
            // It was among the codes, so the customer is what was refused.
            None if candidates.iter().any(|one| one.number == following(issue, last)) => Attempt::Declined,
            None => Attempt::Again,
        })
    }

    /// After a failure: a code of this token that is in the ledger, or none when it is certain that there is none and another attempt may help.
    fn found_again(&mut self, token: &str, step: u64, error: postgres::Error) -> Result<Option<IssuedNow>> {
        const FOUND: &str = "SELECT number, canonical, written FROM operations JOIN codes ON codes.id = operations.first_code \
             WHERE token = $1";
        let location = self.door.location().to_owned();
        let doing = "could not issue a code";
        if !is_lost(&error) {
            return Err(failure(&location, doing, error.into()));
        }
        let why = words(&error);
        loop {
            let (link, facts, committed) = self.door.find_out(token, &why)?;
            (self.link, self.facts) = (link, facts);
            if !committed {
                return Ok(None);
            }
            let failed = |fault| failure(&location, doing, fault);
            match self.link.query(FOUND, &[&token]) {
                Ok(rows) => {
                    let candidate =
                        rows.first().map(|row| candidate(row, 0)).transpose().map_err(failed)?.flatten();
                    let issued = |candidate: Candidate| IssuedNow {
                        before: candidate.number.checked_sub(step),
                        candidate,
                    };
                    return Ok(candidate.map(issued));
                }
                // It is in the ledger: whoever asked has to hear which it is.
                Err(error) if is_lost(&error) => {}
                Err(error) => return Err(failed(error.into())),
            }
        }
    }
}

/// Whether a refusal is for a transaction to explain: somebody has the code, the request id or this very operation.
pub(super) fn declines(error: &postgres::Error) -> bool {
    is_duplicate(error)
}

/// The number after `last`.
fn following(issue: &NewIssue<'_>, last: Option<u64>) -> u64 {
    last.map_or(issue.first, |last| last.saturating_add(issue.step))
}

fn number(stored: Option<i64>) -> Option<u64> {
    stored.and_then(|number| u64::try_from(number).ok())
}

/// Whether issuing is possible, the counter's last number, and what was issued.
fn answer(row: &Row) -> Read<(bool, Option<u64>, Option<Candidate>)> {
    let mut reading = Reading::of(row, 0);
    Ok((reading.get()?, reading.number()?, candidate(row, 2)?))
}

/// Number, canonical form and what was written, from column `first` on.
pub(super) fn candidate(row: &Row, first: usize) -> Read<Option<Candidate>> {
    let mut reading = Reading::of(row, first);
    let (number, canonical, written) = (reading.number()?, reading.get::<Option<String>>()?, reading.get()?);
    Ok(number.zip(canonical).map(|(number, canonical)| Candidate { number, canonical, written }))
}
