//! Second pass: who is who. Each understood row is a new customer, one that the ledger knows, the same as another row, or refused.

use std::collections::{BTreeMap, HashMap};

use super::decision::{Decision, Decisions, Identified};
use super::failure::{Failure, RowResult};
use super::namesakes::namesakes;
use super::read::Understood;
use super::rejects::Rejects;
use super::repeated::{self, Candidate};
use super::replay::{InOrder, Replay};
use super::row::Row;
use super::words::{cancelled_namesake, exists_already, not_theirs};
use super::{ImportRequest, Listener, Stand};
use crate::code::normalize;
use crate::registry::Result;
use crate::registry::customer::cancelled::Cancelled;
use crate::registry::customer::existing::Existing;
use crate::registry::customer::label::{self, entry_of};
use crate::registry::customer::matching::{self, Conflict, Evidence, Found, Match};
use crate::registry::customer::request::OnExisting;
use crate::registry::session::Session;
use crate::rule::RuleBook;
use crate::store::{self, CodeRow, Entry};

/// Rows looked up together.
const BATCH: usize = 1_024;

/// So many rows wait for the others where customers are updated; those behind are judged at once, so that memory stays flat.
const WAITING: usize = 65_536;

/// Decides for every row.
pub(super) fn identify(
    book: &RuleBook,
    request: &ImportRequest<'_>,
    understood: &mut Understood,
    session: &mut Session<'_>,
    replay: &mut Replay,
    listener: &mut dyn Listener,
) -> Result<Identified> {
    let namesakes = namesakes(book, request, understood, session, replay)?;
    let total = understood.rows.len().max(1);
    let empty = !session.view().has_customers()?;
    if empty && understood.candidates.is_empty() && understood.unfit == 0 {
        return Ok(Identified {
            decisions: Decisions::all_new(),
            overrides: BTreeMap::new(),
            codes: HashMap::new(),
            records: HashMap::new(),
            rejects: Vec::new(),
            updated: 0,
            differing: 0,
        });
    }
    let mut pass = Pass {
        book,
        request,
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
        pass.batch(&rows, &batch, session, listener)?;
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
    let Pass { found, rejects, decisions, updated, differing, .. } = pass;
    let resolved = repeated::resolve(book, request, &found, session, listener)?;
    Ok(Identified {
        decisions,
        overrides: resolved.overrides,
        codes: HashMap::new(),
        records: resolved.records,
        rejects: vec![rejects, resolved.rejects],
        updated: updated + resolved.updated,
        differing: differing + resolved.differing,
    })
}

/// What an earlier run of the file makes of a row.
enum Replayed {
    /// It has this code.
    Code(String),
    /// Its code was cancelled since.
    Refused(Cancelled),
}

/// The state of the pass.
struct Pass<'p> {
    book: &'p RuleBook,
    request: &'p ImportRequest<'p>,
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
        encoded: &[Vec<u8>],
        session: &mut Session<'_>,
        listener: &mut dyn Listener,
    ) -> Result<()> {
        let replayed = self.replayed(rows, session)?;
        let asked = || rows.iter().zip(&replayed).filter(|(_, code)| code.is_none()).map(|(row, _)| row);
        let (mut by_reference, mut by_code) = (Vec::new(), Vec::new());
        if !self.empty {
            let references: Vec<&str> = asked().filter_map(|row| row.reference).collect();
            by_reference = session.view().find_references(&references)?;
            let codes: Vec<_> = asked().filter_map(|row| row.code).map(normalize::canonical).collect();
            let codes: Vec<&str> = codes.iter().map(AsRef::as_ref).collect();
            by_code = session.view().find_codes(&codes)?;
        }
        let (mut by_reference, mut by_code) = (by_reference.into_iter(), by_code.into_iter());
        for ((row, replayed), encoded) in rows.iter().zip(replayed).zip(encoded) {
            let met = match replayed {
                Some(Replayed::Code(code)) => Self::meet_again(row, &code, session),
                Some(Replayed::Refused(cancelled)) => Err(cancelled.into()),
                None => {
                    let found = Found {
                        by_reference: row.reference.and_then(|_| by_reference.next().flatten()),
                        by_code: row.code.and_then(|_| by_code.next().flatten()),
                    };
                    self.meet(row, found, session)
                }
            };
            let decided = match met {
                Ok(met) if self.waits(row, matches!(met, Match::New)) => {
                    self.found.push(Candidate::new(encoded.clone(), met));
                    Ok(Decision::New)
                }
                Ok(met) => self.judge(row, met, session, listener),
                Err(failure) => Err(failure),
            };
            let decision = match decided {
                Ok(decision) => decision,
                Err(Failure::Run(error)) => return Err(error),
                Err(Failure::Row(reason)) => {
                    self.rejects.push(row.row, row.line, &reason)?;
                    Decision::Rejected
                }
            };
            self.decisions.push(&decision)?;
        }
        Ok(())
    }

    /// Codes that an earlier run of this file gave to these rows. Where a code was cancelled and its reference freed, the row is
    /// looked at as if it were new.
    fn replayed(&mut self, rows: &[Row<'_>], session: &mut Session<'_>) -> Result<Vec<Option<Replayed>>> {
        let one = |row: &Row<'_>| {
            let Some((code, cancelled)) = self.replay.code_of(row.row)? else { return Ok(None) };
            if !cancelled {
                return Ok(Some(Replayed::Code(code.to_owned())));
            }
            let Some(entry) = customer_of(code, session)? else { return Ok(None) };
            if row.reference.is_some() && entry.customer.reference.is_none() {
                return Ok(None);
            }
            Ok(Cancelled::customer(self.book, session.view(), &entry)?.map(Replayed::Refused))
        };
        rows.iter().map(one).collect()
    }

    /// The customer whom an earlier run took in under `code`.
    fn meet_again(row: &Row<'_>, code: &str, session: &mut Session<'_>) -> RowResult<Match> {
        // Its code is in the ledger: it was read from there.
        let Some(entry) = customer_of(code, session)? else { return Ok(Match::New) };
        // Whoever has a reference was not made by a row without one, but only numbered on its account.
        let by_name = row.code.is_none() && row.reference.is_none() && entry.customer.reference.is_some();
        let by = if by_name { Evidence::EarlierName } else { Evidence::EarlierRow };
        Ok(Match::Known { entry: Box::new(entry), by })
    }

    /// Whom of the ledger a row means.
    fn meet(&self, row: &Row<'_>, found: Found, session: &mut Session<'_>) -> RowResult<Match> {
        match matching::decide(self.book, session.view(), &row.keys(), found)? {
            Match::New => Ok(match self.namesakes.get(&row.row) {
                Some(namesake) => Match::Namesake(namesake.clone()),
                None => Match::New,
            }),
            Match::Cancelled(cancelled) => Err(cancelled.into()),
            Match::Conflict(Conflict::OtherCode { entry, .. }) => {
                let (subject, has) = (label::subject(&entry.customer), entry.code.text());
                let brings = row.code.unwrap_or_default();
                Err(Failure::Row(format!("{subject} has code {has} already; the row brings {brings}")))
            }
            // Where no reference decides, the name does, and rows of this file may change it.
            Match::Conflict(Conflict::OtherCustomer { entry: Some(entry), .. })
                if row.reference.is_none() && self.waits(row, false) =>
            {
                Ok(Match::Known { entry, by: Evidence::Code })
            }
            Match::Conflict(Conflict::OtherCustomer { row: code, entry }) => {
                let holder = label::holder(&code, entry.as_deref());
                Err(Failure::Row(not_theirs(row.code.unwrap_or_default(), &holder, row)))
            }
            met => Ok(met),
        }
    }

    /// Whether a row is judged when all rows are known: those that repeat others, and where customers are updated also those that could
    /// be the same customer of the ledger by different keys.
    fn waits(&self, row: &Row<'_>, new: bool) -> bool {
        let updating = self.request.on_existing == OnExisting::Update && !new && self.found.len() < WAITING;
        updating || self.candidates.binary_search(&row.row).is_ok()
    }

    /// What is done with a row that nobody repeats.
    fn judge(
        &mut self,
        row: &Row<'_>,
        met: Match,
        session: &mut Session<'_>,
        listener: &mut dyn Listener,
    ) -> RowResult<Decision> {
        match met {
            // Where nothing is to be updated or refused, there is nothing to look at.
            Match::Known { entry, by: Evidence::EarlierRow }
                if self.request.on_existing == OnExisting::Keep =>
            {
                Ok(Decision::known(&entry))
            }
            Match::Known { entry, by: Evidence::EarlierName } => Ok(Decision::known(&entry)),
            Match::Known { entry, .. } => self.settle(row, &entry, session),
            Match::Namesake(known) => {
                if let Some(cancelled) = Cancelled::code(self.book, session.view(), &known)? {
                    return Err(Failure::Row(cancelled_namesake(row, cancelled)));
                }
                listener.note(&exists_already(self.request, row, known.text()));
                Ok(Decision::Known(known.text().to_owned()))
            }
            Match::New | Match::Cancelled(_) | Match::Conflict(_) => match row.unfit() {
                Some(why) => Err(Failure::Row(why.to_owned())),
                None => Ok(Decision::New),
            },
        }
    }

    /// A known customer: the printed fields must be those of the first request; the rest is kept, updated or refused as asked.
    fn settle(&mut self, row: &Row<'_>, entry: &Entry, session: &mut Session<'_>) -> RowResult<Decision> {
        // Looked up with other rows, which may have changed it since.
        let fresh = match self.request.on_existing {
            OnExisting::Update => session.view().entry(entry.customer.id)?,
            OnExisting::Keep | OnExisting::Error => None,
        };
        let entry = fresh.as_ref().unwrap_or(entry);
        let customer = &entry.customer;
        let same = row.name == customer.name.as_deref()
            && row.reference.is_none_or(|reference| customer.reference.as_deref() == Some(reference))
            && row.fields == customer.fields
            && row.attributes == customer.attributes;
        if same {
            return Ok(Decision::known(entry));
        }
        let description = row.description()?;
        let existing = Existing { book: self.book, entry, on_existing: self.request.on_existing };
        if !row.brought {
            existing.agrees(session.view(), &description).map_err(Failure::of_existing)?;
        }
        let settled = existing.settle(session, &description).map_err(Failure::of_existing)?;
        self.updated += u64::from(settled.written);
        self.differing += u64::from(settled.kept);
        Ok(Decision::known(entry))
    }
}

/// The customer of a code.
fn customer_of(code: &str, session: &mut Session<'_>) -> Result<Option<Entry>> {
    match session.view().find_codes(&[&normalize::canonical(code)])?.swap_remove(0) {
        Some(row) => entry_of(session.view(), &row),
        None => Ok(None),
    }
}
