//! Goes over the numbers of every counter that is wanted, once, and spools what no active code
//! carries.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::GapsRequest;
use super::sweep::{Found, Sweep};
use crate::code::Sequence;
use crate::registry::rules::{InForce, kept};
use crate::registry::spool::Spool;
use crate::registry::{Error, Result, scope};
use crate::rule::RuleBook;
use crate::store::{self, CodeRow, Counter, Snapshot};

/// A counter to be looked at, and its rule's sequence: as it is now, or where the rule is gone as
/// it was last.
pub(super) struct Counted {
    pub(super) rule: String,
    pub(super) scope: String,
    pub(super) counter: Counter,
    pub(super) sequence: Option<Sequence>,
    /// The oldest operation that gave it a code.
    pub(super) oldest: Option<i64>,
}

/// A find in the spool, with the place of its counter in the list.
#[derive(Serialize, Deserialize)]
pub(super) struct Spooled {
    pub(super) place: usize,
    pub(super) found: Found,
}

/// The counters that count, by ascending id.
pub(super) fn wanted(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    request: &GapsRequest,
) -> Result<Vec<Counted>> {
    let mut counters = view.counters()?;
    // A counter that was moved down has passed these all the same.
    let spent = view.highest_spent()?;
    for (_, _, counter) in &mut counters {
        counter.last = counter.last.max(spent.get(&counter.id).copied());
    }
    let by_id = |id: &str| book.rules().iter().find(|rule| rule.id == id);
    let rule = match request.rule.as_deref() {
        Some(name) => match book.rule(name).map(|rule| rule.id.as_str()) {
            Some(id) => Some(id),
            None if counters.iter().any(|(rule, ..)| rule == name) => Some(name),
            None => {
                book.select(Some(name), &|_| None, jiff::civil::Date::default())?;
                None
            }
        },
        None => None,
    };
    let mut wanted: Vec<Counted> = counters
        .into_iter()
        .filter(|(id, scope, counter)| {
            (counter.last.is_some() || counter.highest.is_some())
                && rule.is_none_or(|rule| rule == id)
                && request.scope.as_deref().is_none_or(|asked| scope::is_meant(asked, scope))
        })
        .map(|(id, scope, counter)| {
            let sequence = by_id(&id).and_then(|rule| rule.pattern.sequence()).cloned();
            Counted { rule: id, scope, counter, sequence, oldest: None }
        })
        .collect();
    if let (Some(scope), true) = (&request.scope, wanted.is_empty()) {
        return Err(Error::usage(
            format!("no counter has the scope {scope}"),
            "custcode store info shows every counter with its scope".to_owned(),
        ));
    }
    wanted.sort_by_key(|counted| counted.counter.id);
    recall(view, &mut wanted, &|id| by_id(id).is_some())?;
    Ok(wanted)
}

/// Counters whose rule is gone or renamed are read with the rule as it was last: only it knows
/// which numbers it took.
fn recall(view: &mut dyn Snapshot, wanted: &mut [Counted], is_there: &dyn Fn(&str) -> bool) -> Result<()> {
    if wanted.iter().all(|counted| is_there(&counted.rule)) {
        return Ok(());
    }
    let in_force = InForce::read(view)?;
    let (changes, mut seen): (Vec<_>, _) = (in_force.changes().collect(), HashSet::new());
    for (_, digest) in changes.into_iter().rev().filter(|(_, digest)| seen.insert(*digest)) {
        let mut unknown =
            wanted.iter_mut().filter(|it| it.sequence.is_none() && !is_there(&it.rule)).peekable();
        if unknown.peek().is_none() {
            break;
        }
        // Rules that this program cannot load any more tell nothing.
        let Ok(book) = kept(view, digest) else { continue };
        for counted in unknown {
            let rule = book.rules().iter().find(|rule| rule.id == counted.rule);
            counted.sequence = rule.and_then(|rule| rule.pattern.sequence()).cloned();
        }
    }
    Ok(())
}

impl Spooled {
    /// Reads a record of this command's own spool.
    pub(super) fn read(record: &[u8]) -> Self {
        serde_json::from_slice(record).expect("this command wrote it")
    }
}

/// Goes over the codes of all these counters.
pub(super) fn find(view: &mut dyn Snapshot, counted: &mut [Counted]) -> Result<Spool> {
    let only = match &*counted {
        [only] => Some(only.counter.id),
        _ => None,
    };
    let mut erased = HashSet::new();
    view.scan_erasures(&mut |erasure, _| {
        erased.insert(erasure.customer);
        Ok(())
    })?;
    let mut finder =
        Finder { counted, erased, place: 0, sweep: None, found: Vec::new(), spool: Spool::new()? };
    let mut failure = None;
    let mut each = |row: &CodeRow| {
        finder.code(row).map_err(|error| {
            failure = Some(error);
            store::Error::Interrupted
        })
    };
    let scanned = match only {
        Some(id) => view.scan_counter(id, &mut each),
        None => view.scan_numbers(&mut each),
    };
    match failure {
        Some(error) => return Err(error),
        None => scanned?,
    }
    while finder.place < finder.counted.len() {
        finder.leave()?;
    }
    Ok(finder.spool)
}

/// The pass under way.
struct Finder<'f> {
    counted: &'f mut [Counted],
    /// Customers who were erased.
    erased: HashSet<i64>,
    /// The counter whose codes come now.
    place: usize,
    sweep: Option<Sweep>,
    found: Vec<Found>,
    spool: Spool,
}

impl Finder<'_> {
    fn code(&mut self, row: &CodeRow) -> Result<()> {
        let Some(counter) = row.counter else { return Ok(()) };
        while self.counted.get(self.place).is_some_and(|current| current.counter.id < counter) {
            self.leave()?;
        }
        match self.counted.get(self.place) {
            Some(current) if current.counter.id == counter => {
                let erased = row.customer.filter(|customer| self.erased.contains(customer));
                self.sweep.get_or_insert_with(|| current.sweep()).code(row, erased, &mut self.found);
                self.write()
            }
            _ => Ok(()),
        }
    }

    /// No code of the current counter follows; it may have had none.
    fn leave(&mut self) -> Result<()> {
        let current = &mut self.counted[self.place];
        let mut sweep = self.sweep.take().unwrap_or_else(|| current.sweep());
        sweep.end(&mut self.found);
        current.oldest = sweep.oldest;
        self.write()?;
        self.place += 1;
        Ok(())
    }

    fn write(&mut self) -> Result<()> {
        for found in self.found.drain(..) {
            let record = serde_json::to_vec(&Spooled { place: self.place, found });
            self.spool.push(&record.expect("numbers and texts are JSON"))?;
        }
        Ok(())
    }
}

impl Counted {
    fn sweep(&self) -> Sweep {
        Sweep::new(self.sequence.as_ref().map(|sequence| sequence.start), self.counter.last)
    }
}
