//! Second pass: who is who. Each understood row is a new customer, one that the ledger knows, the
//! same as another row, or refused.

use std::collections::{HashMap, HashSet};

use super::contradictions::Contradictions;
use super::decision::{Decision, Decisions, Identified};
use super::failure::{Failure, RowResult};
use super::namesakes::{self, ByName, LedgerNames, Met};
use super::rejects::Rejects;
use super::repeated::{self, Candidate};
use super::repeats::{Key, Repeats};
use super::replay::{InOrder, Replay};
use super::row::Row;
use super::understood::Understood;
use super::words::conflicting;
use super::{ImportRequest, Listener, Stand};
use crate::code::normalize;
use crate::registry::Result;
use crate::registry::customer::cancelled::Cancelled;
use crate::registry::customer::existing::Existing;
use crate::registry::customer::matching::{self, Conflict, Dropped, Evidence, Found, Match};
use crate::registry::customer::namesakes::{Called, Verdict, codes};
use crate::registry::customer::request::OnExisting;
use crate::registry::session::Session;
use crate::registry::spool::Spool;
use crate::rule::RuleBook;
use crate::store::{self, Entry};

/// Rows looked up together.
const BATCH: usize = 1_024;

/// Decides for every row.
pub(super) fn identify(
    book: &RuleBook,
    request: &ImportRequest<'_>,
    understood: &mut Understood,
    session: &mut Session<'_>,
    replay: &mut Replay,
    listener: &mut dyn Listener,
) -> Result<Identified> {
    let total = understood.rows.len().max(1);
    let empty = !session.view().has_customers()?;
    if empty && understood.candidates.is_empty() && understood.unfit == 0 {
        return Ok(Identified::all_new());
    }
    // Whoever is met by references alone is met twice only by one reference, which is a repetition
    // in the file.
    let by_other_keys = understood.coded + understood.named_only > 0 || !replay.operations().is_empty();
    let surveys = request.on_existing == OnExisting::Update && !empty && by_other_keys;
    let survey = surveys.then(Repeats::default);
    let mut pass = Pass::new(book, request, (empty, survey), &understood.candidates)?;
    let (first, rest) = if surveys { (50, 100) } else { (0, 150) };
    if surveys {
        let mut earlier = replay.in_order()?;
        in_batches(&mut understood.rows, &mut |rows, _, seen| {
            pass.survey(rows, &mut earlier, session)?;
            proceed(listener, 400 + part(seen, total, first), seen, 0)
        })?;
        pass.repeated = pass.survey.take().map_or(Ok(Vec::new()), Repeats::candidates)?;
    }
    let mut earlier = replay.in_order()?;
    in_batches(&mut understood.rows, &mut |rows, batch, seen| {
        pass.batch(rows, batch, &mut earlier, session)?;
        proceed(listener, 400 + first + part(seen, total, rest), seen, pass.rejects.rows)
    })?;
    let Pass { found, rejects, decisions, updated, differing, attached, mut by_name, contradictions, .. } =
        pass;
    if !request.confirmed {
        contradictions.judge()?;
    }
    let resolved = repeated::resolve(book, request, &found, session, listener)?;
    by_name.merge(resolved.by_name);
    Ok(Identified {
        decisions,
        overrides: resolved.overrides,
        codes: HashMap::new(),
        records: resolved.records,
        rejects: vec![rejects, resolved.rejects],
        updated: updated + resolved.updated,
        differing: differing + resolved.differing,
        attached: attached + resolved.attached,
        by_name,
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

/// The state of the pass.
struct Pass<'p> {
    book: &'p RuleBook,
    request: &'p ImportRequest<'p>,
    /// The ledger has no customers: nobody can be known.
    empty: bool,
    names: LedgerNames,
    /// Customers without a reference who got one by their name, and which: another row with another
    /// reference is somebody else.
    claimed: HashMap<i64, String>,
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
    attached: u64,
    /// Customers that got a reference.
    attached_to: HashSet<i64>,
    by_name: ByName,
    contradictions: Contradictions,
}

impl<'p> Pass<'p> {
    fn new(
        book: &'p RuleBook,
        request: &'p ImportRequest<'p>,
        (empty, survey): (bool, Option<Repeats>),
        candidates: &'p [u64],
    ) -> Result<Self> {
        Ok(Self {
            book,
            request,
            empty,
            names: LedgerNames::default(),
            claimed: HashMap::new(),
            candidates,
            survey,
            repeated: Vec::new(),
            found: Vec::new(),
            rejects: Rejects::new()?,
            decisions: Decisions::spooled()?,
            updated: 0,
            differing: 0,
            attached: 0,
            attached_to: HashSet::new(),
            by_name: ByName::default(),
            contradictions: Contradictions::default(),
        })
    }

    /// Notes whom of the ledger these rows mean.
    fn survey(
        &mut self,
        rows: &[Row<'_>],
        earlier: &mut InOrder<'_>,
        session: &mut Session<'_>,
    ) -> Result<()> {
        let met = self.met(rows, earlier, session)?;
        let Some(survey) = &mut self.survey else { return Ok(()) };
        for (row, Met { who, called }) in rows.iter().zip(met) {
            let customer = match who {
                Match::Known { entry, .. } => Some(entry.customer.id),
                Match::New => match namesakes::of_row(self.request.likely, row, called) {
                    Verdict::Same(entry) | Verdict::Attached(entry) => Some(entry.customer.id),
                    Verdict::New(_) | Verdict::Undecided(..) => None,
                },
                Match::Cancelled(_) | Match::Dropped(_) | Match::Conflict(_) => None,
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
        session: &mut Session<'_>,
    ) -> Result<()> {
        let met = self.met(rows, earlier, session)?;
        for ((row, met), encoded) in rows.iter().zip(met).zip(encoded) {
            self.contradictions.add(row, &met.who, session)?;
            let decided = match self.with_new_reference(row, met) {
                Err(reason) => Err(Failure::Row(reason)),
                Ok(met) if self.waits(row) && !met.who.is_refused() => {
                    self.found.push(Candidate::new(encoded.clone(), met));
                    Ok(Decision::New)
                }
                Ok(met) => self.judge(row, met, session),
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

    /// Whom of the ledger each of these rows means.
    fn met(
        &mut self,
        rows: &[Row<'_>],
        earlier: &mut InOrder<'_>,
        session: &mut Session<'_>,
    ) -> Result<Vec<Met>> {
        let met = self.met_by_keys(rows, earlier, session)?;
        let mut met: Vec<Met> = met.into_iter().map(|who| Met { who, called: Vec::new() }).collect();
        if self.empty {
            return Ok(met);
        }
        // A new code is a new customer, whatever its name.
        let unknown = |(row, met): &(&Row<'_>, &mut Met)| row.code.is_none() && matches!(met.who, Match::New);
        let (asked, places): (Vec<_>, Vec<_>) = rows.iter().zip(&mut met).filter(unknown).unzip();
        for (met, called) in places.into_iter().zip(self.names.of(self.book, &asked, session)?) {
            met.called = called;
        }
        Ok(met)
    }

    /// The same by keys alone.
    fn met_by_keys(
        &self,
        rows: &[Row<'_>],
        earlier: &mut InOrder<'_>,
        session: &mut Session<'_>,
    ) -> Result<Vec<Match>> {
        let replayed = self.replayed(rows, earlier, session)?;
        let asked = || rows.iter().zip(&replayed).filter(|(_, met)| met.is_none()).map(|(row, _)| row);
        let (mut by_reference, mut by_code) = (Vec::new(), Vec::new());
        let (mut dropped, mut erased) = (Vec::new(), Vec::new());
        if !self.empty {
            let references: Vec<&str> = asked().filter_map(|row| row.reference).collect();
            by_reference = session.view().find_references(&references)?;
            if !self.request.reuse_reference {
                dropped = session.view().find_dropped(&references)?;
            }
            if !self.request.after_erasure {
                erased = session.view().find_erased(&references)?;
            }
            let codes: Vec<_> = asked().filter_map(|row| row.code).map(normalize::canonical).collect();
            let codes: Vec<&str> = codes.iter().map(AsRef::as_ref).collect();
            by_code = session.view().find_codes(&codes)?;
        }
        let (mut by_reference, mut by_code) = (by_reference.into_iter(), by_code.into_iter());
        let (mut dropped, mut erased) = (dropped.into_iter(), erased.into_iter());
        let met = |(row, replayed): (&Row<'_>, Option<Match>)| {
            if let Some(met) = replayed {
                return Ok(met);
            }
            let by_reference = row.reference.and_then(|_| by_reference.next().flatten());
            let dropped = row.reference.and_then(|_| dropped.next().flatten());
            let erased = row.reference.and_then(|_| erased.next().flatten());
            let found = Found {
                // Who has the reference now counts, not who had it.
                dropped: dropped.filter(|_| by_reference.is_none()),
                erased: erased.filter(|_| by_reference.is_none()),
                by_reference,
                by_code: row.code.and_then(|_| by_code.next().flatten()),
            };
            self.meet(row, found, session)
        };
        rows.iter().zip(replayed).map(met).collect()
    }

    /// Whom an earlier run of this file made of these rows. Where a code was cancelled and its
    /// reference freed, the row is looked at as if it were new.
    fn replayed(
        &self,
        rows: &[Row<'_>],
        earlier: &mut InOrder<'_>,
        session: &mut Session<'_>,
    ) -> Result<Vec<Option<Match>>> {
        let mut given = Vec::with_capacity(rows.len());
        for row in rows {
            given.push(earlier.code_of(row.row)?.map(|(code, cancelled)| (code.to_owned(), cancelled)));
        }
        let codes: Vec<&str> = given.iter().flatten().map(|(code, _)| code.as_str()).collect();
        let carriers = if codes.is_empty() { Vec::new() } else { session.view().find_carriers(&codes)? };
        let mut carriers = carriers.into_iter();
        let one = |(row, given): (&Row<'_>, &Option<(String, bool)>)| {
            let Some((_, cancelled)) = given else { return Ok(None) };
            let entry = carriers.next().flatten();
            if let (Some(reference), Some(entry), false) =
                (row.reference, &entry, self.request.reuse_reference)
                && !entry.customer.references.iter().any(|it| it == reference)
                && let Some(dropped) = Dropped::of_another(self.book, session.view(), reference, None)?
            {
                return Ok(Some(Match::Dropped(dropped)));
            }
            if let Some(entry) = &entry
                && let Some(erased) = Cancelled::erased(self.book, session.view(), entry)?
            {
                return Ok(if self.request.after_erasure { None } else { Some(Match::Cancelled(erased)) });
            }
            if !*cancelled {
                return Ok(Some(entry.map_or(Match::New, |entry| again(row, entry))));
            }
            let Some(entry) = entry else { return Ok(None) };
            if row.reference.is_some() && entry.customer.references.is_empty() {
                return Ok(None);
            }
            Ok(Cancelled::customer(self.book, session.view(), &entry)?.map(Match::Cancelled))
        };
        rows.iter().zip(&given).map(one).collect()
    }

    /// Whom of the ledger a row means.
    fn meet(&self, row: &Row<'_>, found: Found, session: &mut Session<'_>) -> Result<Match> {
        Ok(match matching::decide(self.book, session.view(), &row.keys(), found)? {
            // Where no reference decides, the name does, and rows of this file may change it.
            Match::Conflict(Conflict::OtherCustomer { entry: Some(entry), .. })
                if row.reference.is_none() && self.waits(row) =>
            {
                Match::Known { entry, by: Evidence::Code }
            }
            met => met,
        })
    }

    /// Whether a row is judged when all rows are known: those that repeat others, and where
    /// customers are updated also those that mean one customer of the ledger by different keys.
    fn waits(&self, row: &Row<'_>) -> bool {
        self.survey.is_some()
            || self.candidates.binary_search(&row.row).is_ok()
            || self.repeated.binary_search(&row.row).is_ok()
    }

    /// A row with a reference that nobody has means the customer of its name who has none, where
    /// somebody said so; why it is refused, where nobody did.
    fn with_new_reference(&mut self, row: &Row<'_>, met: Met) -> std::result::Result<Met, String> {
        let (Some(reference), false) = (row.reference, met.called.is_empty()) else { return Ok(met) };
        let alone = |who| Met { who, called: Vec::new() };
        match namesakes::of_row(self.request.likely, row, met.called) {
            Verdict::Same(entry) | Verdict::Attached(entry) => {
                let claimed = self.claimed.entry(entry.customer.id).or_insert_with(|| reference.to_owned());
                if *claimed != reference {
                    self.by_name.namesakes += 1;
                    return Ok(alone(Match::New));
                }
                Ok(alone(Match::Known { entry: Box::new(entry), by: Evidence::Name }))
            }
            Verdict::New(others) => {
                self.by_name.add_new(&others);
                Ok(alone(Match::New))
            }
            Verdict::Undecided(entries, doubt) => {
                Err(self.by_name.add_undecided(row, doubt, &codes(&entries)))
            }
        }
    }

    /// What is done with a row that nobody repeats.
    fn judge(&mut self, row: &Row<'_>, met: Met, session: &mut Session<'_>) -> RowResult<Decision> {
        match met.who {
            // Where nothing is to be updated or refused, there is nothing to look at.
            Match::Known { entry, by: Evidence::EarlierRow }
                if self.request.on_existing == OnExisting::Keep =>
            {
                Ok(Decision::known(&entry))
            }
            Match::Known { entry, by: Evidence::EarlierName } => Ok(Decision::known(&entry)),
            Match::Known { entry, .. } => self.settle(row, &entry, session),
            Match::New => self.by_name(row, met.called, session),
            Match::Cancelled(cancelled) => Err(cancelled.into()),
            Match::Dropped(dropped) => Err(Failure::Row(dropped.in_line())),
            Match::Conflict(conflict) => Err(Failure::Row(conflicting(row, &conflict))),
        }
    }

    /// A row without any key is who has its name and everything else that it says.
    fn by_name(
        &mut self,
        row: &Row<'_>,
        called: Vec<Called>,
        session: &mut Session<'_>,
    ) -> RowResult<Decision> {
        match namesakes::of_row(self.request.likely, row, called) {
            Verdict::Same(entry) => {
                self.by_name.add(row, entry.code.text());
                Ok(Decision::known(&entry))
            }
            Verdict::Attached(entry) => {
                self.by_name.add(row, entry.code.text());
                self.settle(row, &entry, session)
            }
            Verdict::New(others) => {
                if let Some(why) = row.unfit() {
                    return Err(Failure::Row(why.to_owned()));
                }
                self.by_name.add_new(&others);
                Ok(Decision::New)
            }
            Verdict::Undecided(entries, doubt) => {
                Err(Failure::Row(self.by_name.add_undecided(row, doubt, &codes(&entries))))
            }
        }
    }

    /// A known customer: the printed fields must be those of the first request; the rest is kept,
    /// updated or refused as asked.
    fn settle(&mut self, row: &Row<'_>, entry: &Entry, session: &mut Session<'_>) -> RowResult<Decision> {
        let customer = &entry.customer;
        let same = row.name == customer.name.as_deref()
            && row.reference.is_none_or(|reference| customer.references.iter().any(|it| it == reference))
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
        self.differing += u64::from(settled.kept);
        // A customer may get several references, each by a row of its own.
        let again = settled.attached && !self.attached_to.insert(entry.customer.id);
        self.updated += u64::from(settled.written && !again);
        self.attached += u64::from(settled.attached);
        Ok(Decision::known(entry))
    }
}

/// The customer whom an earlier run made of a row, or on its account.
fn again(row: &Row<'_>, entry: Entry) -> Match {
    // Whoever has a reference was not made by a row without one, but only numbered on its account.
    let by_name = row.has_no_key() && !entry.customer.references.is_empty();
    let by = if by_name { Evidence::EarlierName } else { Evidence::EarlierRow };
    Match::Known { entry: Box::new(entry), by }
}
