//! Third pass: brought codes are registered, the rest is numbered in file order, and every row of
//! the output gets its code.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::brought::{Arrivals, each_new, take_in};
use super::coded::Coded;
use super::decision::{Decision, Identified};
use super::read::STRIDE;
use super::rejects::Rejects;
use super::row::Row;
use super::understood::Understood;
use super::{ImportReport, ImportRequest, Listener, Stand};
use crate::code::normalize;
use crate::registry::customer::names;
use crate::registry::number::allocate::{Allocator, CounterHandle};
use crate::registry::session::Session;
use crate::registry::{Error, Result};
use crate::rule::{Prepared, RuleBook};
use crate::store::{self, Customer, NewCode, NewCustomer};

/// Everything the pass works with.
pub(super) struct Writing<'w, 'l> {
    pub(super) book: &'w RuleBook,
    pub(super) request: &'w ImportRequest<'w>,
    pub(super) session: &'w mut Session<'l>,
    pub(super) allocator: Allocator,
    pub(super) arrivals: Arrivals,
    pub(super) output: Option<Coded>,
    pub(super) report: ImportReport,
    /// Rows for which their scope has no number left, where the others are kept.
    pub(super) full: Rejects,
    /// First and last code row.
    pub(super) codes: Option<(i64, i64)>,
    /// By rule and place: what is printed there, and the counter in hand.
    pub(super) ready: HashMap<usize, HashMap<String, (Prepared, CounterHandle)>>,
}

/// So many places of a rule are kept ready, then made anew.
const READY: usize = 4_096;

impl Writing<'_, '_> {
    /// Registers and numbers everything.
    pub(super) fn run(
        &mut self,
        understood: &mut Understood,
        identified: &mut Identified,
        listener: &mut dyn Listener,
    ) -> Result<()> {
        take_in(self.book, self.request.jump, &self.arrivals, &mut self.allocator);
        if understood.coded > 0 {
            self.register(understood, identified)?;
        }
        let mut ahead = Ahead::of(understood, identified)?;
        let total = understood.rows.len().max(1);
        let changed = std::mem::take(&mut identified.records);
        let (mut records, mut decisions) = (understood.rows.records()?, identified.decisions.in_order()?);
        let (mut record, mut code, mut seen) = (Vec::new(), String::new(), 0);
        while records.next(&mut record)? {
            let (row, decision) = (Row::decode(&record), decisions.next()?);
            let decision = identified.overrides.get(&row.row).cloned().unwrap_or(decision);
            let code = match &decision {
                Decision::Rejected => None,
                Decision::Known(code) => {
                    self.report.skipped += 1;
                    Some(code.as_str())
                }
                Decision::Same(original) => {
                    if let Some(later) = ahead.records.remove(original) {
                        // Entered under this row, so that rows stay ascending for a replay; its own
                        // is known by its reference.
                        let later = Row { row: row.row, ..Row::decode(&later) };
                        match self.issue(&later, changed.get(original), &mut code) {
                            Err(Error::Exhausted { .. } | Error::NoCode { .. }) if self.request.partial => {}
                            issued => {
                                issued?;
                                identified.codes.insert(*original, code.clone());
                            }
                        }
                    }
                    let Some(known) = identified.codes.get(original) else {
                        let reason = format!("the same customer as row {original}, which got no code");
                        self.full.push(row.row, row.line, &reason)?;
                        continue;
                    };
                    self.report.skipped += 1;
                    Some(known.as_str())
                }
                Decision::New if ahead.rows.contains(&row.row) && identified.codes.contains_key(&row.row) => {
                    identified.codes.get(&row.row).map(String::as_str)
                }
                Decision::New => {
                    if row.code.is_none() {
                        match self.issue(&row, changed.get(&row.row), &mut code) {
                            Err(full @ (Error::Exhausted { .. } | Error::NoCode { .. }))
                                if self.request.partial =>
                            {
                                self.full.push(row.row, row.line, &full.to_string())?;
                                continue;
                            }
                            issued => issued?,
                        }
                        self.report.nameless += u64::from(row.is_nameless());
                        // Only rows that another row repeats are asked for again.
                        if understood.candidates.binary_search(&row.row).is_ok() {
                            identified.codes.insert(row.row, code.clone());
                        }
                    }
                    row.code.or(Some(&code))
                }
            };
            if let (Some(output), Some(code)) = (&mut self.output, code) {
                output.row(row.row, code)?;
            }
            seen += 1;
            if seen % STRIDE == 0 {
                let done = 550 + u32::try_from(seen * 350 / total).unwrap_or(350);
                let stand = Stand { phase: 3, done, rows: seen, rejected: self.report.rejected };
                if !listener.progress(stand) {
                    return Err(store::Error::Interrupted.into());
                }
            }
        }
        Ok(())
    }

    /// Registers the codes that rows brought, and the single codes of rules without a sequence.
    fn register(&mut self, understood: &mut Understood, identified: &mut Identified) -> Result<()> {
        let candidates = std::mem::take(&mut understood.candidates);
        let records = std::mem::take(&mut identified.records);
        let mut originals = Vec::new();
        each_new(understood, identified, &mut |row| {
            let written = row.code.unwrap_or_default();
            let held = match row.rule.map(|rule| &self.book.rules()[rule]) {
                Some(rule) => Some(self.allocator.hold(self.session, rule, row.scope())?),
                None => None,
            };
            let canonical = normalize::canonical(written);
            let new = NewCode {
                canonical: &canonical,
                written: (canonical != written).then_some(written),
                brought: row.spelling,
                counter: held.and_then(|held| self.allocator.counter(held)),
                number: row.number,
            };
            put(self.session, row, records.get(&row.row), &new, &mut self.codes)?;
            if candidates.binary_search(&row.row).is_ok() {
                originals.push((row.row, written.to_owned()));
            }
            let counted = if row.brought { &mut self.report.registered } else { &mut self.report.issued };
            *counted += 1;
            self.report.legacy += u64::from(row.rule.is_none());
            Ok(())
        })?;
        identified.codes.extend(originals);
        identified.records = records;
        understood.candidates = candidates;
        Ok(())
    }

    /// Issues the next number of the row's scope.
    fn issue(&mut self, row: &Row<'_>, record: Option<&Customer>, code: &mut String) -> Result<()> {
        let index = row.rule.expect("a row without a code has a rule");
        let rule = &self.book.rules()[index];
        let ready = self.ready.entry(index).or_default();
        if !ready.contains_key(row.place) {
            if ready.len() >= READY {
                ready.clear();
            }
            let held = self.allocator.hold(self.session, rule, row.scope())?;
            ready.insert(row.place.to_owned(), (row.prepared(), held));
        }
        let (prepared, held) = &ready[row.place];
        // Scope and parts are the same for rows of several days, if the code prints no date.
        let date = if rule.prints_date() {
            row.date.parse().expect("the first pass wrote the date")
        } else {
            Date::default()
        };
        let number = self.allocator.next(*held, rule, prepared, date, code)?;
        let canonical = normalize::canonical(code);
        let new = NewCode {
            canonical: &canonical,
            written: (canonical != *code).then_some(code.as_str()),
            brought: None,
            counter: self.allocator.counter(*held),
            number: Some(number),
        };
        put(self.session, row, record, &new, &mut self.codes)?;
        self.report.issued += 1;
        Ok(())
    }
}

/// Rows that are to be numbered before their turn: an earlier row is the same customer, and its
/// line of the output needs the code.
struct Ahead {
    rows: HashSet<u64>,
    /// Those not numbered yet, as the first pass wrote them.
    records: HashMap<u64, Vec<u8>>,
}

impl Ahead {
    fn of(understood: &mut Understood, identified: &Identified) -> Result<Self> {
        let rows: HashSet<u64> = identified
            .overrides
            .iter()
            .filter_map(|(row, decision)| match decision {
                Decision::Same(original) if original > row && !identified.codes.contains_key(original) => {
                    Some(*original)
                }
                _ => None,
            })
            .collect();
        let mut records = HashMap::new();
        if !rows.is_empty() {
            let (mut all, mut record) = (understood.rows.records()?, Vec::new());
            while all.next(&mut record)? {
                let row = Row::decode(&record).row;
                if rows.contains(&row) {
                    records.insert(row, record.clone());
                }
            }
        }
        Ok(Self { rows, records })
    }
}

/// Adds one customer with its code, as its `record` is where later rows changed it, unless this is
/// a dry run.
fn put(
    session: &mut Session<'_>,
    row: &Row<'_>,
    record: Option<&Customer>,
    code: &NewCode<'_>,
    codes: &mut Option<(i64, i64)>,
) -> Result<()> {
    let Some((transaction, operation)) = session.writing()? else { return Ok(()) };
    let (name, fields, attributes) = match record {
        Some(it) => (it.name.as_deref(), it.fields.as_str(), it.attributes.as_str()),
        None => (row.name, row.fields, row.attributes),
    };
    let changed: Vec<&str> =
        record.map_or_else(Vec::new, |it| it.references.iter().map(String::as_str).collect());
    let customer = NewCustomer {
        references: if record.is_some() { &changed } else { row.reference.as_slice() },
        name,
        strict: name.and_then(names::key),
        fields,
        attributes,
        date: row.date,
        operation,
        row: i64::try_from(row.row).expect("a file has fewer rows than bytes"),
    };
    let (_, id) = transaction.put(&customer, code)?;
    *codes = Some(codes.map_or((id, id), |(first, _)| (first, id)));
    Ok(())
}
