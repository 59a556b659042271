//! Second pass: who is who. Each understood row is a new customer, one that the ledger knows, the same as another row, or refused.

use std::collections::{BTreeMap, HashMap};

use super::decision::{Decision, Decisions};
use super::namesakes::namesakes;
use super::read::{Understood, namesake_place};
use super::rejects::Rejects;
use super::repeated::{self, Candidate};
use super::replay::{InOrder, Replay};
use super::row::Row;
use super::{ImportRequest, Listener, Stand};
use crate::code::normalize;
use crate::registry::allocate::Ledger;
use crate::registry::known::{self, Known};
use crate::registry::register::same_customer;
use crate::registry::request::{Description, OnExisting};
use crate::registry::texts::pairs;
use crate::registry::{Error, Result, void};
use crate::rule::RuleBook;
use crate::store::{self, CodeRow, Entry};

/// The outcome of the pass.
pub(super) struct Identified {
    /// One decision a row, in the order of the row spool.
    pub(super) decisions: Decisions,
    /// Decisions that only became known when all rows had been seen.
    pub(super) overrides: BTreeMap<u64, Decision>,
    /// Codes of rows that other rows repeat, as far as the ledger knows them.
    pub(super) codes: HashMap<u64, String>,
    pub(super) rejects: Vec<Rejects>,
    pub(super) updated: u64,
    /// Known customers that the file describes otherwise; kept as they are.
    pub(super) differing: u64,
}

/// Rows looked up together.
const BATCH: usize = 1_024;

/// Decides for every row.
pub(super) fn identify(
    book: &RuleBook,
    request: &ImportRequest<'_>,
    understood: &mut Understood,
    ledger: &mut Ledger<'_>,
    operation: i64,
    replay: &mut Replay,
    listener: &mut dyn Listener,
) -> Result<Identified> {
    let namesakes = namesakes(book, request, understood, ledger, replay)?;
    let total = understood.rows.len().max(1);
    let empty = !ledger.view().has_customers()?;
    if empty && understood.candidates.is_empty() && understood.unfit == 0 {
        return Ok(Identified {
            decisions: Decisions::all_new(),
            overrides: BTreeMap::new(),
            codes: HashMap::new(),
            rejects: Vec::new(),
            updated: 0,
            differing: 0,
        });
    }
    let mut pass = Pass {
        book,
        request,
        operation,
        empty,
        namesakes,
        replay: replay.in_order()?,
        candidates: &understood.candidates,
        found: Vec::new(),
        rejects: Rejects::new()?,
        decisions: Decisions::spooled()?,
        updated: 0,
        differing: 0,
    };
    let mut records = understood.rows.records()?;
    let mut batch: Vec<Vec<u8>> = vec![Vec::new(); BATCH];
    let mut seen = 0;
    loop {
        let mut filled = 0;
        while filled < BATCH && records.next(&mut batch[filled])? {
            filled += 1;
        }
        if filled == 0 {
            break;
        }
        let rows: Vec<Row<'_>> = batch[..filled].iter().map(|record| Row::decode(record)).collect();
        pass.batch(&rows, ledger, listener)?;
        seen += filled as u64;
        if seen % super::read::STRIDE < BATCH as u64 {
            let done = 400 + u32::try_from(seen * 150 / total).unwrap_or(150);
            let stand = Stand { phase: 2, done, rows: seen, rejected: pass.rejects.rows };
            if !listener.progress(stand) {
                return Err(store::Error::Interrupted.into());
            }
        }
    }
    drop(records);
    let mut repeated = Rejects::new()?;
    let resolved = repeated::resolve(request, &pass.found, &mut repeated, listener)?;
    Ok(Identified {
        decisions: pass.decisions,
        overrides: resolved.overrides,
        codes: resolved.codes,
        rejects: vec![pass.rejects, repeated],
        updated: pass.updated,
        differing: pass.differing,
    })
}

/// What an earlier run of the file makes of a row.
enum Replayed {
    /// It has this code.
    Code(String),
    /// Its code was cancelled since.
    Refused(String),
}

/// A refusal as the reason of one row, with the way out.
fn reason(judged: Result<()>) -> Result<std::result::Result<(), String>> {
    match judged {
        Ok(()) => Ok(Ok(())),
        Err(Error::Void { message, hint, .. }) => {
            Ok(Err(hint.map_or(message.clone(), |hint| format!("{message}; {hint}"))))
        }
        Err(error) => Err(error),
    }
}

/// The state of the pass.
struct Pass<'p> {
    book: &'p RuleBook,
    request: &'p ImportRequest<'p>,
    operation: i64,
    /// The ledger has no customers: nobody can be known.
    empty: bool,
    /// Code of each row known by its name.
    namesakes: HashMap<u64, CodeRow>,
    /// Codes of the rows that an earlier run of this file took in.
    replay: InOrder<'p>,
    candidates: &'p [u64],
    found: Vec<Candidate>,
    rejects: Rejects,
    decisions: Decisions,
    updated: u64,
    differing: u64,
}

impl Pass<'_> {
    fn batch(
        &mut self,
        rows: &[Row<'_>],
        ledger: &mut Ledger<'_>,
        listener: &mut dyn Listener,
    ) -> Result<()> {
        let replayed = self.replayed(rows, ledger)?;
        let asked = || rows.iter().zip(&replayed).filter(|(_, code)| code.is_none()).map(|(row, _)| row);
        let (mut by_reference, mut by_code) = (Vec::new(), Vec::new());
        if !self.empty {
            let references: Vec<&str> = asked().filter_map(|row| row.reference).collect();
            by_reference = ledger.view().find_references(&references)?;
            let codes: Vec<_> = asked().filter_map(|row| row.code).map(normalize::canonical).collect();
            let codes: Vec<&str> = codes.iter().map(AsRef::as_ref).collect();
            by_code = ledger.view().find_codes(&codes)?;
        }
        let (mut by_reference, mut by_code) = (by_reference.into_iter(), by_code.into_iter());
        for (row, replayed) in rows.iter().zip(&replayed) {
            let judged = match replayed {
                Some(Replayed::Code(code)) => self.replay_one(row, code, ledger)?,
                Some(Replayed::Refused(reason)) => Err(reason.clone()),
                None => {
                    let same_reference = row.reference.and_then(|_| by_reference.next().flatten());
                    let same_code = row.code.and_then(|_| by_code.next().flatten());
                    self.judge(row, same_reference, same_code.as_ref(), ledger, listener)?
                }
            };
            let decision = match judged {
                Ok(decision) => decision,
                Err(reason) => {
                    self.rejects.push(row.row, row.line, &reason)?;
                    Decision::Rejected
                }
            };
            if self.candidates.binary_search(&row.row).is_ok() {
                self.found.push(Candidate::new(row, &namesake_place(row), decision.clone()));
            }
            self.decisions.push(&decision)?;
        }
        Ok(())
    }

    /// Codes that an earlier run of this file gave to these rows. Where a code was cancelled and its reference freed, the row is
    /// looked at as if it were new.
    fn replayed(&mut self, rows: &[Row<'_>], ledger: &mut Ledger<'_>) -> Result<Vec<Option<Replayed>>> {
        let one = |row: &Row<'_>| {
            let Some((code, cancelled)) = self.replay.code_of(row.row)? else { return Ok(None) };
            if !cancelled {
                return Ok(Some(Replayed::Code(code.to_owned())));
            }
            let found = ledger.view().find_codes(&[&normalize::canonical(code)])?.swap_remove(0);
            let Some(customer) = found.and_then(|found| found.customer) else { return Ok(None) };
            let Some(entry) = ledger.view().entry(customer)? else { return Ok(None) };
            if row.reference.is_some() && entry.customer.reference.is_none() {
                return Ok(None);
            }
            Ok(reason(void::refuse_customer(self.book, ledger.view(), &entry))?.err().map(Replayed::Refused))
        };
        rows.iter().map(one).collect()
    }

    /// A row that an earlier run took in under `code`: where nothing is to be updated or refused, there is nothing to look at.
    fn replay_one(
        &mut self,
        row: &Row<'_>,
        code: &str,
        ledger: &mut Ledger<'_>,
    ) -> Result<std::result::Result<Decision, String>> {
        if self.request.on_existing != OnExisting::Keep {
            let found = ledger.view().find_codes(&[&normalize::canonical(code)])?.swap_remove(0);
            if let Some(customer) = found.and_then(|found| found.customer)
                && let Some(entry) = ledger.view().entry(customer)?
            {
                return self.settle(row, &entry, ledger);
            }
        }
        Ok(Ok(Decision::Known(code.to_owned())))
    }

    /// What the ledger says of a row; the inner error is the row's.
    fn judge(
        &mut self,
        row: &Row<'_>,
        same_reference: Option<Entry>,
        same_code: Option<&CodeRow>,
        ledger: &mut Ledger<'_>,
        listener: &mut dyn Listener,
    ) -> Result<std::result::Result<Decision, String>> {
        if let Err(reason) = self.cancelled(same_reference.as_ref(), same_code, ledger)? {
            return Ok(Err(reason));
        }
        if let Some(entry) = same_reference {
            let its_own = same_code.is_some_and(|found| found.customer == Some(entry.customer.id));
            if row.brought && !its_own {
                return Ok(Err(format!(
                    "{} has code {} already; the row brings {}",
                    known::subject(&entry.customer),
                    entry.code.text(),
                    row.code.unwrap_or_default()
                )));
            }
            return self.settle(row, &entry, ledger);
        }
        if let (Some(code), Some(found)) = (row.code, same_code) {
            return self.judge_code(row, code, found, ledger);
        }
        if let Some(why) = row.unfit() {
            return Ok(Err(why.to_owned()));
        }
        if let Some(known) = self.namesakes.get(&row.row) {
            if let Err(reason) = reason(void::refuse_code(self.book, ledger.view(), known))? {
                let name = row.name.unwrap_or_default();
                return Ok(Err(format!("{name:?}: {reason} (number it all the same: --allow-same)")));
            }
            let code = known.text();
            listener.note(&format!(
                "{}:{} (row {}): skipped: {:?} exists already as {code} (number it all the same: --allow-same)",
                self.request.source.name,
                row.line,
                row.row,
                row.name.unwrap_or_default()
            ));
            return Ok(Ok(Decision::Known(code.to_owned())));
        }
        Ok(Ok(Decision::New))
    }

    /// Whether the code of the row's customer, or the one that it brings, was cancelled.
    fn cancelled(
        &self,
        same_reference: Option<&Entry>,
        same_code: Option<&CodeRow>,
        ledger: &mut Ledger<'_>,
    ) -> Result<std::result::Result<(), String>> {
        let view = ledger.view();
        if let Some(found) = same_code.filter(|found| same_reference.is_none_or(|it| it.code.id != found.id))
        {
            let refused = reason(void::refuse_code(self.book, view, found))?;
            if refused.is_err() {
                return Ok(refused);
            }
        }
        same_reference.map_or(Ok(Ok(())), |entry| reason(void::refuse_customer(self.book, view, entry)))
    }

    /// The row's code is in the ledger: its own, or another customer's.
    fn judge_code(
        &mut self,
        row: &Row<'_>,
        code: &str,
        found: &CodeRow,
        ledger: &mut Ledger<'_>,
    ) -> Result<std::result::Result<Decision, String>> {
        let entry = match found.customer {
            Some(customer) => ledger.view().entry(customer)?,
            None => None,
        };
        match entry {
            Some(entry) if same_customer(&entry, row.reference, row.name) => self.settle(row, &entry, ledger),
            _ => {
                let (holder, mine) =
                    (known::holder(ledger.view(), found)?, known::who(row.reference, row.name));
                let why = known::why_one(row.brought);
                Ok(Err(format!("code {code} belongs to {holder}, not to {mine}{why}")))
            }
        }
    }

    /// A known customer: the printed fields must be those of the first request; the rest is kept, updated or refused as asked.
    fn settle(
        &mut self,
        row: &Row<'_>,
        entry: &Entry,
        ledger: &mut Ledger<'_>,
    ) -> Result<std::result::Result<Decision, String>> {
        // Looked up with other rows, which may have changed it since.
        let fresh = match self.request.on_existing {
            OnExisting::Update => ledger.view().entry(entry.customer.id)?,
            OnExisting::Keep | OnExisting::Error => None,
        };
        let entry = fresh.as_ref().unwrap_or(entry);
        let customer = &entry.customer;
        let same = row.name == customer.name.as_deref()
            && row.reference.is_none_or(|reference| customer.reference.as_deref() == Some(reference))
            && row.fields == customer.fields
            && row.attributes == customer.attributes;
        if same {
            return Ok(Ok(Decision::known(entry)));
        }
        let description = Description {
            name: row.name.map(str::to_owned),
            reference: row.reference.map(str::to_owned),
            date: None,
            fields: pairs(row.given.unwrap_or(row.fields))?,
            attributes: pairs(row.attributes)?,
        };
        let known = Known { book: self.book, entry, on_existing: self.request.on_existing };
        let agreed = if row.brought { Ok(()) } else { known.agrees(ledger.view(), &description) };
        let settled = agreed.and_then(|()| known.settle(ledger, &description, self.operation));
        match settled {
            Ok(settled) => {
                self.updated += u64::from(settled.written);
                self.differing += u64::from(settled.kept);
                Ok(Ok(Decision::known(entry)))
            }
            Err(Error::Conflict { what, .. }) => Ok(Err(what)),
            Err(error) => Err(error),
        }
    }
}
