//! Numbers that rows bring with their codes: where each counter must go, and which of them jump too far.

use std::collections::{BTreeMap, HashMap};

use super::decision::{Decision, Identified};
use super::read::Understood;
use super::rejects::Rejects;
use super::row::Row;
use crate::registry::Result;
use crate::registry::customer::request::Jump;
use crate::registry::number::allocate::{Allocator, CounterHandle};
use crate::registry::number::register::jump_reason;
use crate::registry::session::Session;
use crate::rule::{Rule, RuleBook};

/// The numbers that the file brings to one scope.
pub(super) struct Arrival {
    held: CounterHandle,
    rule: usize,
    /// Ascending, each once.
    numbers: Vec<u64>,
    /// From this number on they jump.
    far: Option<u64>,
}

/// By rule and scope.
pub(super) type Arrivals = BTreeMap<(usize, String), Arrival>;

/// Surveys the brought numbers of new customers; those that jump are refused unless `jump` allows them.
pub(super) fn survey(
    book: &RuleBook,
    jump: Jump,
    understood: &mut Understood,
    identified: &mut Identified,
    allocator: &mut Allocator,
    session: &mut Session<'_>,
) -> Result<Arrivals> {
    let mut arrivals = Arrivals::new();
    if understood.coded == 0 {
        return Ok(arrivals);
    }
    let mut numbers: HashMap<(usize, String), Vec<u64>> = HashMap::new();
    each_new(understood, identified, &mut |row| {
        if let (Some(rule), Some(number)) = (row.rule, row.number) {
            match numbers.get_mut(&(rule, row.scope().to_owned())) {
                Some(list) => list.push(number),
                None => drop(numbers.insert((rule, row.scope().to_owned()), vec![number])),
            }
        }
        Ok(())
    })?;
    let mut scopes: Vec<_> = numbers.into_iter().collect();
    scopes.sort_unstable();
    for ((index, scope), mut numbers) in scopes {
        numbers.sort_unstable();
        numbers.dedup();
        let rule = &book.rules()[index];
        let held = allocator.hold(session, rule, &scope)?;
        let far = first_far(rule, allocator.last(held), &numbers);
        arrivals.insert((index, scope), Arrival { held, rule: index, numbers, far });
    }
    if jump == Jump::Refuse && arrivals.values().any(|arrival| arrival.far.is_some()) {
        let pass = refuse(book, &arrivals, understood, identified, allocator)?;
        identified.rejects.push(pass);
        let pass = orphans(understood, identified)?;
        identified.rejects.push(pass);
    }
    Ok(arrivals)
}

/// The first of ascending numbers that jumps; all above it do too.
fn first_far(rule: &Rule, last: Option<u64>, numbers: &[u64]) -> Option<u64> {
    let above = numbers.iter().filter(|number| last.is_none_or(|last| **number > last));
    above.enumerate().find_map(|(before, &number)| {
        let unused = unused_below(rule, last, number, before);
        jump_reason(rule.pattern.sequence()?, last, number, unused).map(|_| number)
    })
}

/// Numbers between the counter and `number` that nobody has, `taken` of them being brought as well.
fn unused_below(rule: &Rule, last: Option<u64>, number: u64, taken: usize) -> u64 {
    rule.pattern.sequence().map_or(0, |sequence| {
        let first = sequence.following(last);
        sequence.count(first, number).saturating_sub(1 + taken as u64)
    })
}

/// Refuses the rows whose numbers jump.
fn refuse(
    book: &RuleBook,
    arrivals: &Arrivals,
    understood: &mut Understood,
    identified: &mut Identified,
    allocator: &Allocator,
) -> Result<Rejects> {
    let mut pass = Rejects::new()?;
    let mut overrides = BTreeMap::new();
    each_new(understood, identified, &mut |row| {
        let (Some(index), Some(number)) = (row.rule, row.number) else { return Ok(()) };
        let Some(arrival) = arrivals.get(&(index, row.scope().to_owned())) else { return Ok(()) };
        if arrival.far.is_none_or(|far| number < far) {
            return Ok(());
        }
        let rule = &book.rules()[index];
        let last = allocator.last(arrival.held);
        let below = arrival.numbers.partition_point(|known| *known < number);
        let passed = arrival.numbers.partition_point(|known| last.is_some_and(|last| *known <= last));
        let unused = unused_below(rule, last, number, below - passed);
        let reason = rule.pattern.sequence().and_then(|it| jump_reason(it, last, number, unused));
        let code = row.code.unwrap_or_default();
        let reason = format!(
            "code {code}: {}; --allow-jump moves the counter there, --keep-below keeps it where it is",
            reason.unwrap_or_default()
        );
        overrides.insert(row.row, Decision::Rejected);
        pass.push(row.row, row.line, &reason)
    })?;
    identified.overrides.append(&mut overrides);
    Ok(pass)
}

/// Refuses the rows that are the same customer as a row just refused: they would have had its code.
fn orphans(understood: &mut Understood, identified: &mut Identified) -> Result<Rejects> {
    let mut pass = Rejects::new()?;
    let refused = |row: &u64| identified.overrides.get(row) == Some(&Decision::Rejected);
    let orphans: BTreeMap<u64, u64> = identified
        .overrides
        .iter()
        .filter_map(|(row, decision)| match decision {
            Decision::Same(original) if refused(original) => Some((*row, *original)),
            _ => None,
        })
        .collect();
    if orphans.is_empty() {
        return Ok(pass);
    }
    let mut records = understood.rows.records()?;
    let mut record = Vec::new();
    while records.next(&mut record)? {
        let row = Row::decode(&record);
        if let Some(original) = orphans.get(&row.row) {
            pass.push(row.row, row.line, &format!("the same customer as row {original}, which is rejected"))?;
            identified.overrides.insert(row.row, Decision::Rejected);
        }
    }
    Ok(pass)
}

/// Moves every counter above its brought numbers; far ones stay below later issuing where `jump` says so.
pub(super) fn take_in(book: &RuleBook, jump: Jump, arrivals: &Arrivals, allocator: &mut Allocator) {
    for arrival in arrivals.values() {
        let Some(sequence) = book.rules()[arrival.rule].pattern.sequence() else { continue };
        for &number in &arrival.numbers {
            let far = arrival.far.is_some_and(|far| number >= far);
            if !(far && jump == Jump::Refuse) {
                allocator.bring(arrival.held, sequence, number, far && jump == Jump::KeepBelow);
            }
        }
    }
}

/// Calls `each` with every row that is a new customer and has a code.
pub(super) fn each_new(
    understood: &mut Understood,
    identified: &mut Identified,
    each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let (mut records, mut decisions) = (understood.rows.records()?, identified.decisions.in_order()?);
    let mut record = Vec::new();
    while records.next(&mut record)? {
        let (row, decision) = (Row::decode(&record), decisions.next()?);
        if row.code.is_some() && *identified.overrides.get(&row.row).unwrap_or(&decision) == Decision::New {
            each(&row)?;
        }
    }
    Ok(())
}
