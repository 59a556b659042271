//! Numbers that rows bring with their codes: where each counter must go, and which of them jump too
//! far.

use std::collections::{BTreeMap, HashMap};

use super::decision::{Decision, Identified};
use super::rejects::Rejects;
use super::row::Row;
use super::understood::Understood;
use crate::registry::Result;
use crate::registry::customer::request::Jump;
use crate::registry::number::allocate::{Allocator, CounterHandle};
use crate::registry::number::register::jump_reason;
use crate::registry::session::Session;
use crate::rule::{Rule, RuleBook};
use crate::store::Snapshot;

/// The numbers that the file brings to one scope.
pub(super) struct Arrival {
    held: CounterHandle,
    rule: usize,
    /// Those of new customers: ascending, each once.
    numbers: Vec<u64>,
    /// Where the counter stands, earlier runs of this file left out.
    last: Option<u64>,
    /// All that the file brings above that, with those that earlier runs of it took in: ascending,
    /// each once.
    judged: Vec<u64>,
    /// From this number on they jump.
    far: Option<u64>,
}

/// By rule and scope.
pub(super) type Arrivals = BTreeMap<(usize, String), Arrival>;

/// Surveys the brought numbers of new customers; those that jump are refused unless `jump` allows
/// them. What earlier runs of the same file did to a counter does not count: a row that they
/// refused is refused again, however near they came to it.
pub(super) fn survey(
    book: &RuleBook,
    jump: Jump,
    earlier_runs: &[i64],
    understood: &mut Understood,
    identified: &mut Identified,
    allocator: &mut Allocator,
    session: &mut Session<'_>,
) -> Result<Arrivals> {
    let mut arrivals = Arrivals::new();
    if understood.coded == 0 {
        return Ok(arrivals);
    }
    let (mut new, mut known) = (Numbers::default(), Numbers::default());
    each_coded(understood, identified, &mut |row, decision| {
        match decision {
            Decision::New => new.add(row),
            Decision::Known(_) if !earlier_runs.is_empty() => known.add(row),
            _ => {}
        }
        Ok(())
    })?;
    for ((index, scope), numbers) in new.by_scope() {
        let rule = &book.rules()[index];
        let held = allocator.hold(session, rule, &scope)?;
        let (mut last, mut judged) = (allocator.last(held), numbers.clone());
        if let Some(counter) = allocator.counter(held).filter(|_| !earlier_runs.is_empty()) {
            let (of_others, of_this_file) = apart(session.view(), counter, last, earlier_runs)?;
            last = of_others;
            let brought = known.0.remove(&(index, scope.clone())).unwrap_or_default();
            judged.extend(brought.into_iter().filter(|number| of_this_file.binary_search(number).is_ok()));
            judged.sort_unstable();
            judged.dedup();
        }
        let far = first_far(rule, last, &judged);
        arrivals.insert((index, scope), Arrival { held, rule: index, numbers, last, judged, far });
    }
    if jump == Jump::Refuse && arrivals.values().any(|arrival| arrival.far.is_some()) {
        let pass = refuse(book, &arrivals, understood, identified)?;
        identified.rejects.push(pass);
        let pass = orphans(understood, identified)?;
        identified.rejects.push(pass);
    }
    Ok(arrivals)
}

/// Numbers by rule and scope.
#[derive(Default)]
struct Numbers(HashMap<(usize, String), Vec<u64>>);

impl Numbers {
    fn add(&mut self, row: &Row<'_>) {
        let (Some(rule), Some(number)) = (row.rule, row.number) else { return };
        let place = (rule, row.scope().to_owned());
        match self.0.get_mut(&place) {
            Some(list) => list.push(number),
            None => drop(self.0.insert(place, vec![number])),
        }
    }

    /// In order: the scopes, and the numbers of each, each once.
    fn by_scope(self) -> BTreeMap<(usize, String), Vec<u64>> {
        let ordered = self.0.into_iter().map(|(place, mut numbers)| {
            numbers.sort_unstable();
            numbers.dedup();
            (place, numbers)
        });
        ordered.collect()
    }
}

/// The last number of a counter at `last` that anything but these operations spent, and the numbers
/// whose codes these operations wrote, ascending.
fn apart(
    view: &mut dyn Snapshot,
    counter: i64,
    last: Option<u64>,
    operations: &[i64],
) -> Result<(Option<u64>, Vec<u64>)> {
    let (mut of_others, mut own) = (None, Vec::new());
    let mut other = |number: u64| {
        if last.is_some_and(|last| number <= last) {
            of_others = of_others.max(Some(number));
        }
    };
    view.scan_counter(counter, &mut |code| {
        match code.number {
            Some(number) if operations.contains(&code.operation) => own.push(number),
            Some(number) => other(number),
            None => {}
        }
        Ok(())
    })?;
    let gaps = view.gaps(counter)?.into_iter().map(|gap| (gap.operation, gap.last));
    let leases = view.leases(counter)?.into_iter().map(|lease| (lease.operation, lease.last));
    gaps.chain(leases).filter(|(operation, _)| !operations.contains(operation)).for_each(|it| other(it.1));
    own.sort_unstable();
    Ok((of_others, own))
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
        let last = arrival.last;
        let below = arrival.judged.partition_point(|known| *known < number);
        let passed = arrival.judged.partition_point(|known| last.is_some_and(|last| *known <= last));
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

/// Moves every counter above its brought numbers; far ones stay below later issuing where `jump`
/// says so.
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
    each_coded(understood, identified, &mut |row, decision| match decision {
        Decision::New => each(row),
        _ => Ok(()),
    })
}

/// Calls `each` with every row that has a code, and what is done with it.
fn each_coded(
    understood: &mut Understood,
    identified: &mut Identified,
    each: &mut dyn FnMut(&Row<'_>, &Decision) -> Result<()>,
) -> Result<()> {
    let (mut records, mut decisions) = (understood.rows.records()?, identified.decisions.in_order()?);
    let mut record = Vec::new();
    while records.next(&mut record)? {
        let (row, decision) = (Row::decode(&record), decisions.next()?);
        if row.code.is_some() {
            each(&row, identified.overrides.get(&row.row).unwrap_or(&decision))?;
        }
    }
    Ok(())
}
