//! The next number of a scope that has a code.
//!
//! Counters are held in memory while a command runs and flushed before its commit, so a dry run
//! walks exactly the same way on a snapshot. A number is passed over, and the reason kept, when it
//! has no check digit, contains a forbidden digit, or its code is in the ledger already: none of
//! these may block a scope.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use crate::code::{Sequence, Unprintable};
use crate::registry::note::{Note, NoteKind};
use crate::registry::session::Session;
use crate::registry::{Error, Result, scope};
use crate::rule::{Prepared, Rule};
use crate::store::{Counter, Gap, GapReason, ScopeKey};

/// Names a counter that an [`Allocator`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CounterHandle(usize);

/// A counter that is held.
struct CounterState {
    rule: String,
    scope: String,
    /// Row id; none in a dry run on a counter that does not exist yet.
    id: Option<i64>,
    before: Option<u64>,
    last: Option<u64>,
    /// Numbers in use above the counter.
    ahead: BTreeSet<u64>,
    /// Those that came with this command.
    new_ahead: Vec<u64>,
    gaps: Vec<(u64, u64, GapReason)>,
    /// Numbers that were taken with this command.
    taken: u64,
}

/// The counters that a command holds.
#[derive(Default)]
pub(crate) struct Allocator {
    /// All numbers that are asked for are given, or none.
    all_or_none: bool,
    counters: Vec<CounterState>,
    by_scope: HashMap<String, HashMap<String, usize>>,
    /// What was passed over because it is in the ledger, in words; the first few.
    notes: Vec<Note>,
    /// How many were, in all.
    passed: usize,
}

/// How a scope stands after issuing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Rule id.
    pub(crate) rule: String,
    /// Scope text.
    pub(crate) scope: String,
    /// Last number before.
    pub(crate) before: Option<u64>,
    /// Last number now.
    pub(crate) after: Option<u64>,
}

/// More notes than this are summed up.
const NOTES: usize = 20;

/// So many numbers in a row without a check digit are no accident: the values before the number
/// leave none to any (every algorithm here refuses fewer than one in two by itself).
const BARREN: u32 = 100_000;

impl Allocator {
    /// For a request that needs all the numbers it asks for: when they run out, it is told how many
    /// there were.
    pub(crate) fn all_or_none() -> Self {
        Self { all_or_none: true, ..Self::default() }
    }

    /// Takes a counter in hand: locked until the commit, or only read in a dry run.
    pub(crate) fn hold(
        &mut self,
        session: &mut Session<'_>,
        rule: &Rule,
        scope: &str,
    ) -> Result<CounterHandle> {
        if let Some(&index) = self.by_scope.get(&rule.id).and_then(|scopes| scopes.get(scope)) {
            return Ok(CounterHandle(index));
        }
        let key = ScopeKey { rule: &rule.id, scope };
        let counter = session.lock_counter(&key)?;
        let last = counter.and_then(|counter| counter.last);
        let ahead = match counter {
            Some(Counter { id, highest: Some(_), .. }) => session.view().numbers_ahead(id)?,
            _ => Vec::new(),
        };
        self.counters.push(CounterState {
            rule: rule.id.clone(),
            scope: scope.to_owned(),
            id: counter.map(|counter| counter.id),
            before: last,
            last,
            ahead: ahead.into_iter().collect(),
            new_ahead: Vec::new(),
            gaps: Vec::new(),
            taken: 0,
        });
        let index = self.counters.len() - 1;
        self.by_scope.entry(rule.id.clone()).or_default().insert(scope.to_owned(), index);
        Ok(CounterHandle(index))
    }

    /// The row id of a counter, for the code's row; none in a dry run.
    pub(crate) fn counter(&self, handle: CounterHandle) -> Option<i64> {
        self.counters[handle.0].id
    }

    /// Takes the next number and prints its code onto `code` (cleared first).
    pub(crate) fn next(
        &mut self,
        handle: CounterHandle,
        rule: &Rule,
        prepared: &Prepared,
        date: Date,
        code: &mut String,
    ) -> Result<u64> {
        let sequence = rule.pattern.sequence().expect("a rule without a sequence takes no number");
        let state = &mut self.counters[handle.0];
        let mut barren = 0;
        loop {
            let expected = sequence.following(state.last);
            let Some(number) = sequence.after(state.last) else {
                let left = if self.all_or_none { state.taken } else { 0 };
                return Err(none_left(rule, sequence, prepared, date, &state.scope, left));
            };
            if number > expected {
                state.pass_over(
                    expected,
                    number - sequence.step(),
                    sequence.step(),
                    GapReason::ForbiddenDigit,
                );
            }
            state.last = Some(number);
            code.clear();
            match rule.print(prepared, date, number, code) {
                Err(Unprintable::NoCheckDigit) => {
                    barren += 1;
                    if barren == BARREN {
                        let reason =
                            format!("none of {BARREN} numbers in a row, up to {number}, has a check digit");
                        return Err(Error::NoCode { rule: rule.name.clone(), reason });
                    }
                    state.pass_over(number, number, sequence.step(), GapReason::NoCheckDigit);
                    continue;
                }
                Err(Unprintable::NotInSequence) => {
                    state.pass_over(number, number, sequence.step(), GapReason::ForbiddenDigit);
                    continue;
                }
                Ok(()) => {}
            }
            // Below the counter every number is known; above it only those that somebody brought
            // are in use.
            if state.ahead.remove(&number) {
                state.pass_over(number, number, sequence.step(), GapReason::InUse);
                self.passed += 1;
                if self.notes.len() < NOTES {
                    let text = format!("passed over number {number}: {code} is in the ledger already");
                    self.notes.push(Note::new(NoteKind::PassedOver, text));
                }
                continue;
            }
            state.taken += 1;
            return Ok(number);
        }
    }

    /// Takes a number that somebody brought. `below`: the counter stays and issuing steps over the
    /// number later.
    pub(crate) fn bring(&mut self, handle: CounterHandle, sequence: &Sequence, number: u64, below: bool) {
        let state = &mut self.counters[handle.0];
        if state.last.is_some_and(|last| number <= last) {
            return;
        }
        if below {
            state.ahead.insert(number);
            state.new_ahead.push(number);
        } else {
            if let Some(below) = number.checked_sub(1) {
                state.pass_over_to(sequence, below);
            }
            state.last = Some(number);
        }
    }

    /// Moves a counter to a number that another counter had reached; `in_use` are numbers up to it
    /// whose codes are counted elsewhere, as ranges, ascending and apart. What lies between, no
    /// code will carry.
    pub(crate) fn raise(
        &mut self,
        handle: CounterHandle,
        sequence: &Sequence,
        number: u64,
        in_use: &[(u64, u64)],
    ) {
        let state = &mut self.counters[handle.0];
        if state.last.is_some_and(|last| last >= number) {
            return;
        }
        for (first, last) in in_use {
            let first = state.last.map_or(0, |last| last + 1).max(*first);
            if first <= *last {
                state.pass_over_to(sequence, first.saturating_sub(1));
                // One step behind the range before, only where nothing between is one of the
                // sequence's.
                let whole = sequence.grid(first, *last) == Some((first, *last));
                let step = if whole { sequence.step() } else { 1 };
                state.pass_over(first, *last, step, GapReason::InUse);
                state.last = Some(*last);
            }
        }
        state.pass_over_to(sequence, number);
        // The number itself accounts for where the counter stands, also between two of the
        // sequence.
        if state.last != Some(number) && state.gaps.last().is_none_or(|(_, end, _)| *end != number) {
            state.pass_over(number, number, 1, GapReason::Import);
        }
        state.last = Some(number);
    }

    /// Last number of a counter that is held.
    pub(crate) fn last(&self, handle: CounterHandle) -> Option<u64> {
        self.counters[handle.0].last
    }

    /// What was passed over, in words.
    pub(crate) fn notes(&self) -> impl Iterator<Item = Note> + '_ {
        let more = self.passed - self.notes.len();
        let rest =
            (more > 0).then(|| format!("passed over {more} further numbers that are in the ledger already"));
        let rest = rest.map(|text| Note::new(NoteKind::PassedOver, text));
        self.notes.iter().cloned().chain(rest)
    }

    /// Writes counters and gaps.
    pub(crate) fn flush(&mut self, session: &mut Session<'_>) -> Result<()> {
        let Some((transaction, operation)) = session.writing()? else { return Ok(()) };
        for state in &mut self.counters {
            let Some(counter) = state.id else { continue };
            if let Some(last) = state.last
                && state.last != state.before
            {
                transaction.advance(counter, last)?;
            }
            for number in state.new_ahead.drain(..) {
                transaction.keep_ahead(counter, number)?;
            }
            for (first, last, reason) in state.gaps.drain(..) {
                transaction.skip(&Gap { counter, first, last, reason, operation })?;
            }
        }
        Ok(())
    }

    /// How every counter in hand moved, in the order they were taken.
    pub(crate) fn standings(&self) -> impl Iterator<Item = Standing> + '_ {
        self.counters.iter().filter(|state| state.before != state.last).map(|state| Standing {
            rule: state.rule.clone(),
            scope: state.scope.clone(),
            before: state.before,
            after: state.last,
        })
    }
}

/// Why a scope has no number left but those that were just taken (`left`): they are used up, or
/// never was there one with a check digit, and more of them would not help.
fn none_left(
    rule: &Rule,
    sequence: &Sequence,
    prepared: &Prepared,
    date: Date,
    scope: &str,
    left: u64,
) -> Error {
    let mut code = String::new();
    let mut has_code = |number: u64| {
        code.clear();
        rule.print(prepared, date, number, &mut code).is_ok()
    };
    let mut all = std::iter::successors(sequence.after(None), |number| sequence.after(Some(*number)));
    let numbers = sequence.capacity();
    // The first number shows it, where numbers were used up.
    if numbers <= BARREN.into() && !all.any(&mut has_code) {
        let reason = match numbers {
            1 => "its only number has no check digit".to_owned(),
            _ => format!("none of {numbers} numbers has a check digit"),
        };
        return Error::NoCode { rule: rule.name.clone(), reason };
    }
    Error::Exhausted {
        rule: rule.name.clone(),
        scope: scope.to_owned(),
        limit: sequence.max,
        left,
        wider: sequence.wider(),
        widens: rule.widens(),
    }
}

impl CounterState {
    /// Passes over the numbers above the counter up to `last`, because a code came from outside. A
    /// number that other rules counted may lie between two of this sequence, as may the counter.
    fn pass_over_to(&mut self, sequence: &Sequence, last: u64) {
        let unused = self.last.map_or(sequence.start, |last| last + 1);
        if let Some((first, last)) = sequence.grid(unused, last) {
            self.pass_over(first, last, sequence.step(), GapReason::Import);
        }
    }

    /// Keeps a range of numbers that no code will carry, joined to the one before it where they
    /// touch.
    fn pass_over(&mut self, first: u64, last: u64, step: u64, reason: GapReason) {
        // Rules that were changed can leave the counter between two numbers of its sequence.
        if first > last {
            return;
        }
        if let Some((_, end, why)) = self.gaps.last_mut()
            && *why == reason
            && end.checked_add(step) == Some(first)
        {
            *end = last;
            return;
        }
        self.gaps.push((first, last, reason));
    }
}

/// A warning for the highest level of `warn_at` that a scope has newly reached.
pub(crate) fn capacity_note(rule: &Rule, standing: &Standing) -> Option<Note> {
    let sequence = rule.pattern.sequence()?;
    let total = sequence.capacity();
    let used = |last: Option<u64>| last.map_or(0, |last| sequence.numbers(last));
    let (before, after) = (used(standing.before), used(standing.after));
    let reached = |used: u64, level: u8| u128::from(used) * 100 >= u128::from(total) * u128::from(level);
    let level = rule.warn_at.iter().rev().find(|&&level| reached(after, level) && !reached(before, level))?;
    let counter = match scope::shown(&standing.scope) {
        all if all.is_empty() => format!("rule {}", rule.name),
        scope => format!("rule {}: scope {scope}", rule.name),
    };
    let left = total.saturating_sub(after);
    let text = format!("{counter} has used {after} of {total} numbers (past {level} %); {left} left");
    Some(Note::new(NoteKind::Capacity, text))
}
