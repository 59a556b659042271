//! Second pass: who is who. Each understood row is a new customer, one that the ledger knows, the same as another row, or refused.

use std::collections::{BTreeMap, HashMap};

use super::decision::{Decision, Decisions};
use super::namesakes::namesakes;
use super::read::Understood;
use super::rejects::Rejects;
use super::repeated::{self, Candidate};
use super::repeats::{Key, Repeats};
use super::replay::{InOrder, Replay};
use super::row::Row;
use super::{ImportRequest, Listener, Stand};
use crate::code::normalize;
use crate::registry::customer::known::{self, Known};
use crate::registry::customer::request::OnExisting;
use crate::registry::number::allocate::Ledger;
use crate::registry::number::register::same_customer;
use crate::registry::number::void;
use crate::registry::spool::Spool;
use crate::registry::{Error, Result};
use crate::rule::RuleBook;
use crate::store::{self, CodeRow, Customer, Entry};

/// The outcome of the pass.
pub(super) struct Identified {
    /// One decision a row, in the order of the row spool.
    pub(super) decisions: Decisions,
    /// Decisions that only became known when all rows had been seen.
    pub(super) overrides: BTreeMap<u64, Decision>,
    /// Codes of rows that other rows repeat, as soon as they are there.
    pub(super) codes: HashMap<u64, String>,
    /// New customers to whom later rows gave something else, by the row that makes them.
    pub(super) records: HashMap<u64, Customer>,
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
            records: HashMap::new(),
            rejects: Vec::new(),
            updated: 0,
            differing: 0,
        });
    }
    // Whoever is met by references alone is met twice only by one reference, which is a repetition in the file.
    let by_other_keys = understood.coded + understood.nameless_keys > 0 || !replay.operations().is_empty();
    let surveys = request.on_existing == OnExisting::Update && !empty && by_other_keys;
    let mut pass = Pass {
        book,
        request,
        operation,
        empty,
        namesakes,
        candidates: &understood.candidates,
        survey: surveys.then(Repeats::default),
        repeated: Vec::new(),
        found: Vec::new(),
        rejects: Rejects::new()?,
        decisions: Decisions::spooled()?,
        updated: 0,
        differing: 0,
    };
    let (first, rest) = if surveys { (50, 100) } else { (0, 150) };
    if surveys {
        let mut earlier = replay.in_order()?;
        in_batches(&mut understood.rows, &mut |rows, _, seen| {
            pass.survey(rows, &mut earlier, ledger)?;
            proceed(listener, 400 + part(seen, total, first), seen, 0)
        })?;
        pass.repeated = pass.survey.take().map_or(Ok(Vec::new()), Repeats::candidates)?;
    }
    let mut earlier = replay.in_order()?;
    in_batches(&mut understood.rows, &mut |rows, batch, seen| {
        pass.batch(rows, batch, &mut earlier, ledger, listener)?;
        proceed(listener, 400 + first + part(seen, total, rest), seen, pass.rejects.rows)
    })?;
    let Pass { found, rejects, decisions, updated, differing, .. } = pass;
    let resolved = repeated::resolve(book, request, &found, ledger, operation, listener)?;
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

/// Takes a batch of rows, their records, and how many rows there were so far.
type EachBatch<'e> = &'e mut dyn FnMut(&[Row<'_>], &[Vec<u8>], u64) -> Result<()>;

/// Calls `each` with all rows, batch by batch.
fn in_batches(rows: &mut Spool, each: EachBatch<'_>) -> Result<()> {
    let mut records = rows.records()?;
    let mut batch: Vec<Vec<u8>> = vec![Vec::new(); BATCH];
    let mut seen = 0;
    loop {
        let mut filled = 0;
        while filled < BATCH && records.next(&mut batch[filled])? {
            filled += 1;
        }
        if filled == 0 {
            return Ok(());
        }
        seen += filled as u64;
        let rows: Vec<Row<'_>> = batch[..filled].iter().map(|record| Row::decode(record)).collect();
        each(&rows, &batch[..filled], seen)?;
    }
}

/// How much of `whole` is done with so many of all rows.
fn part(seen: u64, total: u64, whole: u32) -> u32 {
    u32::try_from(seen * u64::from(whole) / total).unwrap_or(whole)
}

/// Tells from time to time how far the pass is, unless it is to stop.
fn proceed(listener: &mut dyn Listener, done: u32, rows: u64, rejected: u64) -> Result<()> {
    let due = rows % super::read::STRIDE < BATCH as u64;
    if due && !listener.progress(Stand { phase: 2, done, rows, rejected }) {
        return Err(store::Error::Interrupted.into());
    }
    Ok(())
}

/// What an earlier run of the file makes of a row.
enum Replayed {
    /// It has this code.
    Code(String),
    /// Its code was cancelled since.
    Refused(String),
}

/// Whom of the ledger a row means.
pub(super) enum Met {
    /// Nobody.
    Nobody,
    /// This customer.
    Known {
        /// Whom.
        entry: Box<Entry>,
        /// By what.
        by: By,
    },
    /// A row without any key means whoever has its name, and that is the customer of this code.
    Namesake(CodeRow),
    /// The row is refused, for this reason.
    Refused(String),
}

/// By what a row means a customer of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// It made it, in an earlier run of the file.
    Row,
    /// It had its name when an earlier run of the file made it out of a later row.
    Name,
    /// It has its reference.
    Reference,
    /// It has its code: names must agree.
    Code,
}

/// A row's code that somebody else has.
pub(super) fn not_his(code: &str, holder: &str, row: &Row<'_>) -> String {
    let mine = known::who(row.reference, row.name);
    format!("code {code} belongs to {holder}, not to {mine}{}", known::why_one(row.brought))
}

/// A row whose only namesake has a cancelled code.
pub(super) fn cancelled_namesake(row: &Row<'_>, reason: &str) -> String {
    let name = row.name.unwrap_or_default();
    format!("{name:?}: {reason} (number it all the same: --allow-same)")
}

/// A row whose customer is known by its name only.
pub(super) fn exists_already(request: &ImportRequest<'_>, row: &Row<'_>, code: &str) -> String {
    format!(
        "{}:{} (row {}): skipped: {:?} exists already as {code} (number it all the same: --allow-same)",
        request.source.name,
        row.line,
        row.row,
        row.name.unwrap_or_default()
    )
}

/// A refusal as the reason of one row, with the way out.
pub(super) fn reason(judged: Result<()>) -> Result<std::result::Result<(), String>> {
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
    candidates: &'p [u64],
    /// Where customers are updated: whom of the ledger the rows mean, while that is found out.
    survey: Option<Repeats>,
    /// Rows that mean a customer of the ledger whom other rows mean as well, by whatever key.
    repeated: Vec<u64>,
    found: Vec<Candidate>,
    rejects: Rejects,
    decisions: Decisions,
    updated: u64,
    differing: u64,
}

impl Pass<'_> {
    /// Notes whom of the ledger these rows mean.
    fn survey(&mut self, rows: &[Row<'_>], earlier: &mut InOrder<'_>, ledger: &mut Ledger<'_>) -> Result<()> {
        let met = self.met(rows, earlier, ledger)?;
        let Some(survey) = &mut self.survey else { return Ok(()) };
        for (row, met) in rows.iter().zip(met) {
            let customer = match met {
                Met::Known { entry, .. } => Some(entry.customer.id),
                Met::Namesake(code) => code.customer,
                Met::Nobody | Met::Refused(_) => None,
            };
            customer.map_or(Ok(()), |customer| survey.add(Key::Customer(customer), row.row))?;
        }
        Ok(())
    }

    /// Decides for these rows, or lets them wait for the others.
    fn batch(
        &mut self,
        rows: &[Row<'_>],
        encoded: &[Vec<u8>],
        earlier: &mut InOrder<'_>,
        ledger: &mut Ledger<'_>,
        listener: &mut dyn Listener,
    ) -> Result<()> {
        let met = self.met(rows, earlier, ledger)?;
        for ((row, met), encoded) in rows.iter().zip(met).zip(encoded) {
            let judged = match met {
                Met::Refused(reason) => Err(reason),
                met if self.waits(row) => {
                    self.found.push(Candidate::new(encoded.clone(), met));
                    Ok(Decision::New)
                }
                met => self.judge(row, met, ledger, listener)?,
            };
            let decision = judged.or_else(|reason| {
                self.rejects.push(row.row, row.line, &reason).map(|()| Decision::Rejected)
            })?;
            self.decisions.push(&decision)?;
        }
        Ok(())
    }

    /// Whom of the ledger each of these rows means.
    fn met(&self, rows: &[Row<'_>], earlier: &mut InOrder<'_>, ledger: &mut Ledger<'_>) -> Result<Vec<Met>> {
        let replayed = self.replayed(rows, earlier, ledger)?;
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
        let met = |(row, replayed): (&Row<'_>, Option<Replayed>)| match replayed {
            Some(Replayed::Code(code)) => Self::meet_again(row, &code, ledger),
            Some(Replayed::Refused(reason)) => Ok(Met::Refused(reason)),
            None => {
                let same_reference = row.reference.and_then(|_| by_reference.next().flatten());
                let same_code = row.code.and_then(|_| by_code.next().flatten());
                self.meet(row, same_reference, same_code, ledger)
            }
        };
        rows.iter().zip(replayed).map(met).collect()
    }

    /// Codes that an earlier run of this file gave to these rows. Where a code was cancelled and its reference freed, the row is
    /// looked at as if it were new.
    fn replayed(
        &self,
        rows: &[Row<'_>],
        earlier: &mut InOrder<'_>,
        ledger: &mut Ledger<'_>,
    ) -> Result<Vec<Option<Replayed>>> {
        let one = |row: &Row<'_>| {
            let Some((code, cancelled)) = earlier.code_of(row.row)? else { return Ok(None) };
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

    /// The customer whom an earlier run took in under `code`.
    fn meet_again(row: &Row<'_>, code: &str, ledger: &mut Ledger<'_>) -> Result<Met> {
        let found = ledger.view().find_codes(&[&normalize::canonical(code)])?.swap_remove(0);
        let entry = match found.and_then(|found| found.customer) {
            Some(customer) => ledger.view().entry(customer)?,
            None => None,
        };
        // Its code is in the ledger: it was read from there.
        let Some(entry) = entry else { return Ok(Met::Nobody) };
        // Whoever has a reference was not made by a row without one, but only numbered on its account.
        let by_name = row.code.is_none() && row.reference.is_none() && entry.customer.reference.is_some();
        let by = if by_name { By::Name } else { By::Row };
        Ok(Met::Known { entry: Box::new(entry), by })
    }

    /// Whom of the ledger a row means.
    fn meet(
        &self,
        row: &Row<'_>,
        same_reference: Option<Entry>,
        same_code: Option<CodeRow>,
        ledger: &mut Ledger<'_>,
    ) -> Result<Met> {
        if let Err(reason) = self.cancelled(same_reference.as_ref(), same_code.as_ref(), ledger)? {
            return Ok(Met::Refused(reason));
        }
        if let Some(entry) = same_reference {
            let its_own = same_code.is_some_and(|found| found.customer == Some(entry.customer.id));
            return Ok(if row.brought && !its_own {
                Met::Refused(format!(
                    "{} has code {} already; the row brings {}",
                    known::subject(&entry.customer),
                    entry.code.text(),
                    row.code.unwrap_or_default()
                ))
            } else {
                Met::Known { entry: Box::new(entry), by: By::Reference }
            });
        }
        if let (Some(code), Some(found)) = (row.code, same_code) {
            return self.meet_code(row, code, &found, ledger);
        }
        Ok(match self.namesakes.get(&row.row) {
            Some(namesake) => Met::Namesake(namesake.clone()),
            None => Met::Nobody,
        })
    }

    /// Whether a row is judged when all rows are known: those that repeat others, and where customers are updated also those that mean
    /// one customer of the ledger by different keys.
    fn waits(&self, row: &Row<'_>) -> bool {
        self.survey.is_some()
            || self.candidates.binary_search(&row.row).is_ok()
            || self.repeated.binary_search(&row.row).is_ok()
    }

    /// The row's code is in the ledger: its own, or another customer's.
    fn meet_code(&self, row: &Row<'_>, code: &str, found: &CodeRow, ledger: &mut Ledger<'_>) -> Result<Met> {
        let entry = match found.customer {
            Some(customer) => ledger.view().entry(customer)?,
            None => None,
        };
        // Where no reference decides, the name does, and rows of this file may change it.
        let later = row.reference.is_none() && self.waits(row);
        Ok(match entry {
            Some(entry) if later || same_customer(&entry, row.reference, row.name) => {
                Met::Known { entry: Box::new(entry), by: By::Code }
            }
            _ => {
                let holder = known::holder(ledger.view(), found)?;
                Met::Refused(not_his(code, &holder, row))
            }
        })
    }

    /// What is done with a row that nobody repeats; the inner error is the row's.
    fn judge(
        &mut self,
        row: &Row<'_>,
        met: Met,
        ledger: &mut Ledger<'_>,
        listener: &mut dyn Listener,
    ) -> Result<std::result::Result<Decision, String>> {
        Ok(match met {
            Met::Refused(reason) => Err(reason),
            // Where nothing is to be updated or refused, there is nothing to look at.
            Met::Known { entry, by: By::Row } if self.request.on_existing == OnExisting::Keep => {
                Ok(Decision::known(&entry))
            }
            Met::Known { entry, by: By::Name } => Ok(Decision::known(&entry)),
            Met::Known { entry, .. } => return self.settle(row, &entry, ledger),
            Met::Namesake(known) => {
                if let Err(reason) = reason(void::refuse_code(self.book, ledger.view(), &known))? {
                    return Ok(Err(cancelled_namesake(row, &reason)));
                }
                listener.note(&exists_already(self.request, row, known.text()));
                Ok(Decision::Known(known.text().to_owned()))
            }
            Met::Nobody => row.unfit().map_or(Ok(Decision::New), |why| Err(why.to_owned())),
        })
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

    /// A known customer: the printed fields must be those of the first request; the rest is kept, updated or refused as asked.
    fn settle(
        &mut self,
        row: &Row<'_>,
        entry: &Entry,
        ledger: &mut Ledger<'_>,
    ) -> Result<std::result::Result<Decision, String>> {
        let customer = &entry.customer;
        let same = row.name == customer.name.as_deref()
            && row.reference.is_none_or(|reference| customer.reference.as_deref() == Some(reference))
            && row.fields == customer.fields
            && row.attributes == customer.attributes;
        if same {
            return Ok(Ok(Decision::known(entry)));
        }
        let description = row.description()?;
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
