//! A code in one round trip: a function of the tables gets the codes of the next few numbers and
//! takes the one that the counter asks for.
//!
//! A known reference costs no number, since the counter moves only for a customer who was added.
//! Whatever the function cannot do it leaves to a transaction. The client remembers where a counter
//! stood: as long as nobody overtakes it by more than the codes it sends, each code costs one round
//! trip.
//!
//! `functions` calls the functions of the tables, `lease` issues out of a block that was set aside,
//! and `memory` is what both guess from. An engine without all this issues by a transaction.

mod functions;
mod lease;
mod memory;

use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use self::functions::{Lists, Said};
pub(super) use self::memory::Memory;
use super::Postgres;
use super::engine::no_zeros;
use super::failure::{failure, is_collision, is_duplicate, is_lost, is_state, words};
use super::limits::{ISSUES, Limit, NOTICE_LATER, left, to_answer};
use super::rows::Read;
use crate::store::random;
use crate::store::{Access, Candidate, Error, IssuedNow, NewIssue, Result};

/// The fewest and the most codes that are sent along.
const WINDOW: (usize, usize) = (16, 512);

/// What failed, for messages.
const ISSUING: &str = "could not issue a code";

/// Where a counter stood when it was last heard of, and how many codes are sent along.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    last: Option<u64>,
    window: usize,
}

/// An answer of the server.
pub(super) type Answer<T> = std::result::Result<T, tokio_postgres::Error>;

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
        if self.connector.access == Access::Read || !plain {
            return Ok(None);
        }
        let mut said = Said::of(issue, random::digits()?)?;
        let until = to_answer(self.connector.wait);
        for _ in 0..ISSUES {
            self.refresh(until)?;
            self.prepare()?;
            if self.link.is_pooled() || left(until).is_zero() {
                break;
            }
            self.link.limit(Limit::Until(until, Some(NOTICE_LATER)));
            self.link.take_unconfirmed();
            self.sent = false;
            let attempt = match issue.block {
                Some(block) => self.attempt_lease(issue, &said, block),
                None => self.attempt(issue, &said),
            };
            match attempt {
                Ok(_) if self.sent && self.link.take_unconfirmed() => {
                    return Err(self.connector.unconfirmed());
                }
                Ok(Attempt::Issued(issued)) => return Ok(Some(issued)),
                Ok(Attempt::Declined) => break,
                Ok(Attempt::Again) => {}
                Err(error) if is_collision(&error) => {}
                // A transaction waits longer, and tells for whom.
                Err(error) if is_state(&error, &SqlState::LOCK_NOT_AVAILABLE) => break,
                Err(error) => {
                    self.link.note(&error);
                    if let Some(issued) = self.found_again(&said.token, issue.step, error)? {
                        return Ok(Some(issued));
                    }
                    // Should it come through late, it does nothing: that was noted under its token.
                    said.token = random::digits()?;
                }
            }
        }
        Ok(None)
    }

    fn attempt(&mut self, issue: &NewIssue<'_>, said: &Said) -> Answer<Attempt> {
        let place = match self.memory.places.get(&issue.scope) {
            Some(place) => place,
            None => match self.look_up(issue)? {
                Some(place) => place,
                None => return Ok(Attempt::Declined),
            },
        };
        let next = following(issue, place.last);
        let candidates = if next > issue.last { Vec::new() } else { (issue.candidates)(next, place.window) };
        let Some(lists) = Lists::of(&candidates, issue.step) else { return Ok(Attempt::Declined) };
        self.sent = true;
        let number = match functions::run(&mut self.link, said, issue, &lists, None) {
            Err(error) if is_duplicate(&error) || functions::is_known(&error) => {
                return Ok(Attempt::Declined);
            }
            Err(error) if functions::is_overtaken(&error) => {
                return self.catch_up(issue, place);
            }
            other => other?,
        };
        let Some(number) = number else { return Ok(Attempt::Declined) };
        self.remember_place(issue, place, Some(number));
        let before = if number == issue.first { None } else { number.checked_sub(issue.step) };
        Ok(self.issued(candidates, number, before))
    }

    /// What comes of the number that was given, after `before`.
    pub(super) fn issued(&self, candidates: Vec<Candidate>, number: u64, before: Option<u64>) -> Attempt {
        let newest = self.facts.newest.clone();
        let given = candidates.into_iter().find(|one| one.number == number);
        given.map_or(Attempt::Declined, |candidate| Attempt::Issued(IssuedNow { candidate, before, newest }))
    }

    /// Where a counter from which may be issued stands; nothing where there is none.
    fn look_up(&mut self, issue: &NewIssue<'_>) -> Answer<Option<Place>> {
        const COUNTER: &str =
            "SELECT last FROM custcode.sequences WHERE rule = $1 AND scope = $2 AND highest IS NULL";
        let rows = self.link.query(COUNTER, &[&issue.scope.rule, &issue.scope.scope])?;
        let last = rows.first().map(|row| row.try_get::<_, Option<i64>>(0)).transpose()?;
        let place = |last: Option<i64>| Place {
            last: last.and_then(|number| u64::try_from(number).ok()),
            window: WINDOW.0,
        };
        Ok(last.map(place))
    }

    /// The counter's next number was not among the codes.
    fn catch_up(&mut self, issue: &NewIssue<'_>, place: Place) -> Answer<Attempt> {
        match self.look_up(issue)? {
            // Where it was all the time, something else is wrong.
            Some(now) if now.last != place.last => {
                self.remember_place(issue, place, now.last);
                Ok(Attempt::Again)
            }
            _ => Ok(Attempt::Declined),
        }
    }

    /// Notes where the counter is now, and how many codes to send for the next one: twice as many
    /// as were needed, and not at once fewer again.
    fn remember_place(&mut self, issue: &NewIssue<'_>, place: Place, now: Option<u64>) {
        let moved = now.unwrap_or(0).saturating_sub(place.last.unwrap_or(issue.first)) / issue.step.max(1);
        let wanted = usize::try_from(moved.saturating_mul(2)).unwrap_or(WINDOW.1);
        let window = wanted.max(place.window - place.window / 4).clamp(WINDOW.0, WINDOW.1);
        self.memory.places.set(&issue.scope, Place { last: now, window });
    }

    /// After a failure: a code of this token that is in the ledger, or none when it is certain that
    /// there is none and another attempt may help.
    fn found_again(
        &mut self,
        token: &str,
        step: u64,
        error: tokio_postgres::Error,
    ) -> Result<Option<IssuedNow>> {
        if !is_lost(&error) || (self.link.is_given_up() && !self.sent) {
            return Err(failure(self.connector.location(), ISSUING, error.into()));
        }
        if !self.sent {
            return Ok(None);
        }
        if self.link.is_given_up() {
            return Err(self.connector.late());
        }
        let why = words(&error);
        loop {
            let (link, facts, committed) =
                self.connector.find_out(token, self.link.identity.as_ref(), &why)?;
            (self.link, self.facts) = (link, facts);
            if !committed {
                return Ok(None);
            }
            match self.issued_under(token, step) {
                // It is in the ledger: whoever asked has to hear which it is.
                Err(Error::Unreachable { .. }) => {}
                other => return other,
            }
        }
    }

    /// The code that an operation of this token issued, if it is in the ledger.
    fn issued_under(&mut self, token: &str, step: u64) -> Result<Option<IssuedNow>> {
        const FOUND: &str = "SELECT number, canonical, written FROM custcode.operations JOIN custcode.codes ON codes.id = operations.first_code \
             WHERE token = $1";
        let failed = |fault| failure(self.connector.location(), ISSUING, fault);
        let rows = self.link.query(FOUND, &[&token]).map_err(|error| failed(error.into()))?;
        let found = rows.first().map(candidate).transpose().map_err(failed)?;
        Ok(found.flatten().map(|candidate| IssuedNow {
            before: candidate.number.checked_sub(step),
            candidate,
            newest: None,
        }))
    }
}

/// The number after `last`.
fn following(issue: &NewIssue<'_>, last: Option<u64>) -> u64 {
    last.map_or(issue.first, |last| last.saturating_add(issue.step))
}

/// Number, canonical form and what was written of a code.
fn candidate(row: &Row) -> Read<Option<Candidate>> {
    let number = row.try_get::<_, Option<i64>>(0)?.and_then(|number| u64::try_from(number).ok());
    let (canonical, written): (Option<String>, _) = (row.try_get(1)?, row.try_get(2)?);
    Ok(number.zip(canonical).map(|(number, canonical)| Candidate { number, canonical, written }))
}
