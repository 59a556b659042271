//! `store unfence`: a fenced ledger issues again, once somebody has said what was issued behind its
//! back.
//!
//! Counters only move up. What they pass over on the way may be on paper, so no customer ever gets
//! it: a gap, with the reason
//! `restore`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fence::Fence;
use crate::code::Sequence;
use crate::registry::note::{Note, NoteKind};
use crate::registry::number::external_code::ExternalCode;
use crate::registry::rules::current::refuse_backup;
use crate::registry::session::{Command, Rules};
use crate::registry::{Error, Registry, Result, scope};
use crate::rule::RuleBook;
use crate::store::transfer::close_leases;
use crate::store::{Counter, Gap, GapReason, ScopeKey, Snapshot, Transaction};

/// What is known of the codes that the ledger does not know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnfenceRequest {
    /// The highest code seen of a counter, in any spelling; of as many counters as there are.
    pub at_least: Vec<String>,
    /// Every counter moves so many numbers ahead.
    pub skip: Option<u64>,
    /// Nothing was issued, of other counters than those of `at_least`.
    pub nothing_lost: bool,
    /// Say what would happen.
    pub dry_run: bool,
}

/// How a counter stands and will stand.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Advance {
    /// Rule id.
    pub rule: String,
    /// JSON array of the printed parts.
    #[serde(serialize_with = "scope::serialize")]
    pub scope: String,
    /// Last number; none before the first.
    pub last: Option<u64>,
    /// The code with the last number; none when no code has it.
    pub code: Option<String>,
    /// Last number afterwards.
    pub becomes: Option<u64>,
    /// There was no number left to move all the way.
    pub full: bool,
    /// Its highest code was named.
    #[serde(skip)]
    pub named: bool,
}

impl Advance {
    /// How a person finds it: rule, scope, and where it stands.
    fn told(&self) -> String {
        let at = match (&self.code, self.last) {
            (Some(code), _) => format!(" at {code}"),
            (None, Some(last)) => format!(" at number {last}"),
            (None, None) => String::new(),
        };
        scope::named(&self.rule, &self.scope) + &at
    }
}

/// What was done, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfenced {
    /// The fence; none when there is none.
    pub fence: Option<String>,
    /// Every counter.
    pub counters: Vec<Advance>,
    /// What a person should know.
    pub notes: Vec<Note>,
    /// Whether the fence was lifted.
    pub lifted: bool,
}

impl UnfenceRequest {
    /// Whether anything was said of what the ledger does not know.
    pub fn says_something(&self) -> bool {
        self.nothing_lost || self.skip.is_some() || !self.at_least.is_empty()
    }

    /// Whether counters were asked to move.
    fn moves(&self) -> bool {
        self.skip.is_some() || !self.at_least.is_empty()
    }

    /// Refuses to lift the fence while nothing was said of some of the counters: they would give
    /// codes twice that are on paper.
    pub fn demand_word(&self, planned: &Unfenced) -> Result<()> {
        if planned.fence.is_none() {
            return Ok(());
        }
        if !self.says_something() {
            return Err(Error::usage(
                "say what was issued that this ledger does not know",
                "--at-least CODE (the highest on paper, for each counter), --skip N, or --nothing-lost"
                    .to_owned(),
            ));
        }
        let silent: Vec<_> = planned.counters.iter().filter(|counter| !counter.named).collect();
        if self.skip.is_some() || self.nothing_lost || silent.is_empty() {
            return Ok(());
        }
        Err(Error::usage(
            format!("what was issued of {} is not said: {}", counters(silent.len()), listed(&silent)),
            "--at-least CODE for each, or for all others --skip N or --nothing-lost".to_owned(),
        ))
    }
}

/// So many counters.
fn counters(number: usize) -> String {
    if number == 1 { "1 counter".to_owned() } else { format!("{number} counters") }
}

/// Counters are told one by one up to this many.
const TOLD: usize = 10;

fn listed(counters: &[&Advance]) -> String {
    let told: Vec<_> = counters.iter().take(TOLD).map(|counter| counter.told()).collect();
    let more =
        if counters.len() > TOLD { format!(" and {} more", counters.len() - TOLD) } else { String::new() };
    format!("{}{more}", told.join(", "))
}

impl Registry<'_> {
    /// Moves the counters as asked and lifts the fence; one operation, in the ledger's log.
    ///
    /// Erasures that are still due in a restored ledger are applied first.
    pub fn unfence(&mut self, request: &UnfenceRequest) -> Result<Unfenced> {
        if !request.dry_run && request.says_something() {
            self.apply_erasures()?;
        }
        let at = self.now.to_string();
        let (book, mut ledger) = self.parts();
        let highest = highest(book, &request.at_least)?;
        let command = Command {
            holder: "store unfence",
            rules: Rules::OfCommand,
            dry_run: request.dry_run,
            ..Command::new("unfence")
        };
        let written = ledger.write(&command, |session| {
            if session.is_dry_run() {
                session.adopt_behind_fence()?;
                return plan(book, session.view(), request, &highest);
            }
            let planned = plan(book, session.view(), request, &highest)?;
            if planned.fence.is_none() {
                return Ok(planned);
            }
            request.demand_word(&planned)?;
            session.adopt_behind_fence()?;
            if let Some((transaction, operation)) = session.writing()? {
                for counter in &planned.counters {
                    advance(book, transaction, counter, operation)?;
                }
                if request.moves() {
                    close_leases(transaction, &at, operation)?;
                }
                transaction.set_fence(None)?;
            }
            Ok(planned)
        })?;
        let lifted = written.operation.is_some();
        let (mut planned, notes) = written.with_notes();
        planned.notes.extend(notes);
        Ok(Unfenced { lifted, ..planned })
    }
}

/// A counter by rule id and scope.
type Key = (String, String);

/// The highest number of each counter among the codes seen.
fn highest(book: &RuleBook, codes: &[String]) -> Result<BTreeMap<Key, u64>> {
    let mut highest = BTreeMap::new();
    for code in codes {
        let brought = ExternalCode::read(book, code, false)?;
        let reading = brought.reading.as_ref().expect("legacy codes are refused");
        let Some(number) = reading.number else {
            return Err(Error::usage(
                format!(
                    "--at-least {code}: rule {} has no sequence, so no counter to move",
                    reading.rule.name
                ),
                format!("lift the fence, then take the code in: custcode new --code {code} --name …"),
            ));
        };
        let key = (reading.rule.id.clone(), reading.scope.clone());
        let known = highest.entry(key).or_insert(number);
        *known = number.max(*known);
    }
    Ok(highest)
}

/// Every counter as it stands and will stand.
fn plan(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    request: &UnfenceRequest,
    highest: &BTreeMap<Key, u64>,
) -> Result<Unfenced> {
    let fence = view.info()?.fence;
    if let Some(Fence::Unfinished { of }) = fence.as_deref().map(Fence::read) {
        return Err(Error::Unfinished { of });
    }
    refuse_backup(view)?;
    let (known, spent) = (view.counters()?, view.highest_spent()?);
    let mut codes = highest_codes(view, &known)?;
    let mut counters = Vec::new();
    for (rule, scope, counter) in known {
        let Some(sequence) = book.rule(&rule).and_then(|rule| rule.pattern.sequence()) else { continue };
        let seen = highest.get(&(rule.clone(), scope.clone())).copied();
        // Where the counter was moved down, what it had passed stays behind it.
        let passed = counter.last.max(spent.get(&counter.id).copied());
        let (skipped, full) = request.skip.map_or((passed, false), |steps| ahead(sequence, passed, steps));
        let becomes = passed.max(seen).max(skipped);
        let code = codes.remove(&counter.id);
        if let (Some(seen), Some((known, code)), true) = (seen, &code, fence.is_some())
            && seen < *known
        {
            return Err(below((&rule, &scope), seen, *known, code));
        }
        let code = code.filter(|(number, _)| Some(*number) == counter.last).map(|(_, code)| code);
        let (last, named) = (counter.last, seen.is_some());
        counters.push(Advance { rule, scope, last, code, becomes, full, named });
    }
    for ((rule, scope), number) in highest {
        if !counters.iter().any(|known| known.rule == *rule && known.scope == *scope) {
            let (rule, scope) = (rule.clone(), scope.clone());
            counters.push(Advance {
                rule,
                scope,
                last: None,
                code: None,
                becomes: Some(*number),
                full: false,
                named: true,
            });
        }
    }
    counters.sort_by(|a, b| (&a.rule, &a.scope).cmp(&(&b.rule, &b.scope)));
    if fence.is_none() && request.moves() && counters.iter().any(|counter| counter.becomes != counter.last) {
        return Err(Error::Conflict {
            what: "the ledger is not fenced and issues; its counters were not moved".to_owned(),
            code: None,
            hint: Some(
                "to take a code in that the ledger does not know: custcode new --code CODE".to_owned(),
            ),
        });
    }
    let notes = notes(request, fence.as_deref(), &counters);
    Ok(Unfenced { fence, counters, notes, lifted: false })
}

/// The highest code of each counter, by its id, but for those that were brought and lie above where
/// it stands.
fn highest_codes(
    view: &mut dyn Snapshot,
    known: &[(String, String, Counter)],
) -> Result<HashMap<i64, (u64, String)>> {
    let last: HashMap<i64, u64> =
        known.iter().filter_map(|(_, _, counter)| Some((counter.id, counter.last?))).collect();
    let mut codes = HashMap::<i64, (u64, String)>::new();
    view.scan_codes(&mut |row, _, _| {
        if let (Some(counter), Some(number)) = (row.counter, row.number)
            && last.get(&counter).is_some_and(|last| number <= *last)
        {
            let (highest, code) = codes.entry(counter).or_default();
            if code.is_empty() || number > *highest {
                *highest = number;
                row.text().clone_into(code);
            }
        }
        Ok(())
    })?;
    Ok(codes)
}

/// A highest code below one that the ledger knows is a slip, or of another ledger.
fn below((rule, scope): (&str, &str), seen: u64, known: u64, code: &str) -> Error {
    Error::usage(
        format!(
            "--at-least names number {seen} of {}, but the ledger itself knows number {known}, {code}",
            scope::named(rule, scope)
        ),
        "name the highest code on paper; if none is higher than what the ledger knows: --nothing-lost"
            .to_owned(),
    )
}

/// The number so many steps ahead, and whether the sequence ends before.
fn ahead(sequence: &Sequence, last: Option<u64>, steps: u64) -> (Option<u64>, bool) {
    if steps == 0 {
        return (last, false);
    }
    let next = sequence.following(last);
    let wanted = (steps - 1).checked_mul(sequence.step()).and_then(|more| next.checked_add(more));
    let whole = sequence.count(sequence.start, sequence.last()).saturating_sub(1);
    let end = sequence.start.saturating_add(whole.saturating_mul(sequence.step()));
    match wanted.filter(|wanted| *wanted <= end) {
        Some(wanted) => (Some(wanted), false),
        None => (last.max(Some(end)), true),
    }
}

/// What a person should know before saying yes.
fn notes(request: &UnfenceRequest, fence: Option<&str>, counters: &[Advance]) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(Fence::Moved { to }) = fence.map(Fence::read) {
        notes.push(Note::new(
            NoteKind::OtherLedger,
            format!("{to} may issue, too: two ledgers side by side give two customers one code"),
        ));
    }
    if let Some(Fence::Copy { of, .. }) = fence.map(Fence::read) {
        notes.push(Note::new(
            NoteKind::OtherLedger,
            format!("{of} may issue, too: two ledgers side by side give two customers one code"),
        ));
    }
    let others: Vec<_> = counters.iter().filter(|counter| !counter.named).collect();
    if request.nothing_lost && request.skip.is_none() && !request.at_least.is_empty() && !others.is_empty() {
        let (of, listed) = (self::counters(others.len()), listed(&others));
        notes.push(Note::new(
            NoteKind::Counters,
            format!("the ledger goes on where it stands with {of}: {listed}"),
        ));
    }
    let full = counters.iter().filter(|counter| counter.full).count();
    if full > 0 {
        notes.push(Note::new(
            NoteKind::Capacity,
            format!("{full} of the counters reach their end: nothing is left in their scopes"),
        ));
    }
    if request.skip.is_some() && request.at_least.is_empty() {
        notes.push(Note::new(NoteKind::Counters, "--skip moves the counters that the ledger knows; of one that began later (a new day, a new type) name the \
             highest code with --at-least"
                ));
    }
    notes
}

/// Moves a counter, and records what it passes over.
fn advance(
    book: &RuleBook,
    transaction: &mut dyn Transaction,
    planned: &Advance,
    operation: i64,
) -> Result<()> {
    let (Some(to), true) = (planned.becomes, planned.becomes != planned.last) else { return Ok(()) };
    let sequence = book
        .rule(&planned.rule)
        .and_then(|rule| rule.pattern.sequence())
        .expect("only rules with a sequence were planned");
    let counter = transaction.take(&ScopeKey { rule: &planned.rule, scope: &planned.scope })?;
    // A number that somebody brought has its code in the ledger; it is no gap.
    let used: BTreeSet<u64> = transaction.numbers_ahead(counter.id)?.into_iter().collect();
    for (first, last) in passed(sequence, counter.last, to, &used) {
        let gap = Gap { counter: counter.id, first, last, reason: GapReason::Restore, operation };
        transaction.skip(&gap)?;
    }
    transaction.advance(counter.id, to)?;
    Ok(())
}

/// The numbers that a counter passes over on its way from `last` to `to`: those on the rule's grid
/// that nobody uses, and `to` itself, which may have been printed under an earlier form of the
/// rule.
fn passed(sequence: &Sequence, last: Option<u64>, to: u64, used: &BTreeSet<u64>) -> Vec<(u64, u64)> {
    let mut first = sequence.following(last);
    let mut ranges = Vec::new();
    let above = last.map_or(0, |last| last + 1);
    for end in used.range(above..=to.max(above)).copied().chain([to.saturating_add(1)]) {
        ranges.extend(
            end.checked_sub(1)
                .filter(|before| first <= *before)
                .and_then(|before| sequence.grid(first, before)),
        );
        first = sequence.following(Some(end));
    }
    if !used.contains(&to) && ranges.last().is_none_or(|(_, last)| *last < to) {
        ranges.push((to, to));
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Alphabet;

    fn sequence(step: u64) -> Sequence {
        let alphabet = Alphabet::named("decimal").expect("known");
        Sequence { width: 2, alphabet, start: 5, step, max: u64::MAX, skip_digits: Vec::new() }
    }

    #[test]
    fn what_is_passed_over_lies_on_the_grid_but_for_the_number_that_was_named() {
        let used = |numbers: &[u64]| numbers.iter().copied().collect();
        let twos = Sequence { start: 2, ..sequence(2) };
        assert_eq!(passed(&twos, Some(1), 2, &used(&[])), [(2, 2)]);
        assert_eq!(passed(&twos, Some(1), 5, &used(&[])), [(2, 4), (5, 5)]);
        assert_eq!(passed(&sequence(10), Some(5), 45, &used(&[25])), [(15, 15), (35, 45)]);
        assert_eq!(passed(&sequence(10), Some(5), 45, &used(&[24, 45])), [(15, 15), (25, 35)]);
        assert_eq!(passed(&sequence(10), Some(5), 9, &used(&[])), [(9, 9)]);
        assert_eq!(passed(&sequence(1), None, 3, &used(&[])), [(3, 3)]);
        assert_eq!(passed(&sequence(1), Some(5), 9, &used(&[7, 8])), [(6, 6), (9, 9)]);
    }

    #[test]
    fn steps_end_where_the_sequence_ends() {
        assert_eq!(ahead(&sequence(1), None, 1), (Some(5), false));
        assert_eq!(ahead(&sequence(10), Some(15), 3), (Some(45), false));
        assert_eq!(ahead(&sequence(10), Some(15), 0), (Some(15), false));
        assert_eq!(ahead(&sequence(1), Some(90), 100), (Some(99), true));
        assert_eq!(ahead(&sequence(1), Some(90), u64::MAX), (Some(99), true));
        assert_eq!(ahead(&sequence(1), Some(99), 1), (Some(99), true));
        assert_eq!(ahead(&sequence(10), Some(85), 2), (Some(95), true));
    }
}
