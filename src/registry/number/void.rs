//! Cancelling codes for good: `void`. A customer that is left without a code is stopped; its reference stays taken, so that no nightly
//! import gives it another one, until somebody frees it.

use std::collections::BTreeSet;

use super::issue::begin;
use crate::code::normalize;
use crate::registry::customer::known::subject;
use crate::registry::customer::printed;
use crate::registry::customer::request::present;
use crate::registry::customer::revised::Revised;
use crate::registry::note::Note;
use crate::registry::rules::current;
use crate::registry::{Error, Registry, Result, clock, limits};
use crate::rule::RuleBook;
use crate::store::{CodeRow, CodeState, CustomerState, Entry, Intent, Snapshot, Transaction};

/// Codes to be cancelled, all of them or none.
#[derive(Debug, Clone, Default)]
pub struct VoidRequest {
    /// The codes, in any spelling.
    pub codes: Vec<String>,
    /// Why; kept for good.
    pub reason: String,
    /// Free the references of their customers, also of codes that are void already.
    pub release: bool,
    /// Say what would happen.
    pub dry_run: bool,
}

/// What became of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voided {
    /// As written.
    pub code: String,
    /// The state before.
    pub before: CodeState,
    /// Its customer's name.
    pub name: Option<String>,
    /// Its customer's reference before.
    pub reference: Option<String>,
    /// Its customer was stopped, having no other code.
    pub stopped: bool,
    /// The reference was freed.
    pub released: bool,
}

/// What was done.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The codes concerned, in the order given; those that were so already are not among them.
    pub codes: Vec<Voided>,
    /// Codes that were void already, in words.
    pub already: Vec<String>,
    /// What a person should know.
    pub notes: Vec<Note>,
}

impl Registry<'_> {
    /// Cancels codes for good; their numbers are never used again. What is void already stays as it is.
    pub fn void(&mut self, request: &VoidRequest) -> Result<Outcome> {
        if present(Some(&request.reason)).is_none() {
            return Err(Error::usage(
                "--reason is empty",
                "say why, for whoever asks years later".to_owned(),
            ));
        }
        limits::REASON.check(Some(&request.reason))?;
        let Self { book, store, who, now, patience, .. } = self;
        if request.dry_run {
            let mut view = store.read()?;
            current::judge(book, view.as_mut())?;
            return Ok(plan(book, view.as_mut(), request)?.1);
        }
        let mut transaction = begin(store.as_mut(), Intent::Small, "void", *patience)?;
        let adopted = current::ensure(book, transaction.as_mut(), who, *now)?;
        let (cancelled, mut outcome) = plan(book, transaction.as_mut(), request)?;
        let ids = || cancelled.iter().map(|one| one.row.id);
        let Some(ends) = ids().min().zip(ids().max()) else { return Ok(outcome) };
        let operation = transaction.begin_operation(&who.operation("void", &now.to_string(), book))?;
        for one in &cancelled {
            one.write(transaction.as_mut(), request.reason.trim(), operation)?;
        }
        transaction.end_operation(operation, 0, Some(ends))?;
        transaction.commit()?;
        outcome.notes.extend(adopted);
        Ok(outcome)
    }
}

/// What is to be written for one code.
struct Cancelled {
    row: CodeRow,
    /// The customer to be stopped.
    stop: Option<i64>,
    /// The customer without its reference.
    release: Option<Revised>,
}

impl Cancelled {
    /// A reason is kept even where the code is void already: it is that of the release.
    fn write(&self, transaction: &mut dyn Transaction, reason: &str, operation: i64) -> Result<()> {
        transaction.change_state(self.row.id, CodeState::Void, Some(reason))?;
        if let Some(customer) = self.stop {
            transaction.change_customer_state(customer, CustomerState::Retired)?;
        }
        self.release.as_ref().map_or(Ok(()), |revised| revised.write(transaction, operation))
    }
}

/// Looks at every code before any is touched.
fn plan(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    request: &VoidRequest,
) -> Result<(Vec<Cancelled>, Outcome)> {
    let rows = find(book, view, &request.codes)?;
    let ids: BTreeSet<i64> = rows.iter().map(|row| row.id).collect();
    let (mut plan, mut outcome) = (Vec::new(), Outcome::default());
    let mut freed = BTreeSet::new();
    for row in rows {
        let entry = entry_of(view, &row)?;
        let left =
            entry.as_ref().filter(|it| it.code.state == CodeState::Active && !ids.contains(&it.code.id));
        let mut release = None;
        if let Some(Entry { customer, .. }) = entry.as_ref().filter(|_| request.release) {
            if let Some(left) = left {
                return Err(Error::Conflict {
                    what: format!(
                        "{} carries {}, so {} cannot free its reference",
                        subject(customer),
                        left.code.text(),
                        row.text()
                    ),
                    code: Some(left.code.text().to_owned()),
                    hint: Some("void it without --release".to_owned()),
                });
            }
            if customer.reference.is_some() && freed.insert(customer.id) {
                let mut revised = Revised::of(customer)?;
                revised.reference("");
                release = Some(revised);
            }
        }
        if row.state == CodeState::Void && release.is_none() {
            outcome.already.push(told(book, view, &row)?);
            continue;
        }
        let customer = entry.map(|entry| entry.customer);
        let stop = customer
            .as_ref()
            .filter(|customer| row.state == CodeState::Active && customer.state == CustomerState::Active);
        outcome.codes.push(Voided {
            code: row.text().to_owned(),
            before: row.state,
            name: customer.as_ref().and_then(|customer| customer.name.clone()),
            reference: customer.as_ref().and_then(|customer| customer.reference.clone()),
            stopped: stop.is_some(),
            released: release.is_some(),
        });
        plan.push(Cancelled { stop: stop.map(|customer| customer.id), release, row });
    }
    Ok((plan, outcome))
}

/// The codes in the ledger, each once; one that is not there is an error.
fn find(book: &RuleBook, view: &mut dyn Snapshot, codes: &[String]) -> Result<Vec<CodeRow>> {
    let mut seen = BTreeSet::new();
    let wanted: Vec<(&String, String)> = codes
        .iter()
        .map(|code| (code, normalize::canonical(code).into_owned()))
        .filter(|(_, canonical)| seen.insert(canonical.clone()))
        .collect();
    let canonical: Vec<&str> = wanted.iter().map(|(_, canonical)| canonical.as_str()).collect();
    let found = view.find_codes(&canonical)?;
    wanted.iter().zip(found).map(|((code, _), row)| row.ok_or_else(|| not_found(book, code))).collect()
}

/// A code that is not in the ledger, with what is wrong with it if it is no code at all.
pub(crate) fn not_found(book: &RuleBook, code: &str) -> Error {
    let reason = printed::read(book, code.trim()).err().map(|rejection| {
        let meant = rejection.suggestion.map_or(String::new(), |near| format!("; did you mean {near}?"));
        format!("{} (rule {}){meant}", rejection.invalid, rejection.rule.name)
    });
    Error::NotFound { code: limits::shown(code), reason }
}

/// The customer of a code, with the code that it carries now.
fn entry_of(view: &mut dyn Snapshot, row: &CodeRow) -> Result<Option<Entry>> {
    match row.customer {
        Some(customer) => Ok(view.entry(customer)?),
        None => Ok(None),
    }
}

/// When, by whom and why a code was cancelled: `void since 2026-11-22 09:00:00 +08:00 by li: entered twice`.
fn since(book: &RuleBook, view: &mut dyn Snapshot, row: &CodeRow) -> Result<String> {
    let events = view.events_of(row.id)?;
    let cancelled =
        events.into_iter().rfind(|(event, _)| event.to == CodeState::Void && event.from != CodeState::Void);
    Ok(cancelled.map_or_else(
        || "void".to_owned(),
        |(event, operation)| {
            let at = clock::shown(&clock::zone(book), &operation.at);
            let reason = event.reason.map_or(String::new(), |reason| format!(": {reason}"));
            format!("void since {at} by {}{reason}", operation.actor)
        },
    ))
}

/// `01A0001 is void since …`.
fn told(book: &RuleBook, view: &mut dyn Snapshot, row: &CodeRow) -> Result<String> {
    Ok(format!("{} is {}", row.text(), since(book, view, row)?))
}

/// Refuses a request that would give a cancelled code out again.
pub(crate) fn refuse_code(book: &RuleBook, view: &mut dyn Snapshot, row: &CodeRow) -> Result<()> {
    if row.state != CodeState::Void {
        return Ok(());
    }
    let message = format!("code {}", told(book, view, row)?);
    Err(Error::Void { message, code: row.text().to_owned(), hint: None })
}

/// Refuses a request for a customer whose code was cancelled: it would get another one unseen.
pub(crate) fn refuse_customer(book: &RuleBook, view: &mut dyn Snapshot, entry: &Entry) -> Result<()> {
    if entry.code.state != CodeState::Void {
        return Ok(());
    }
    let code = entry.code.text();
    Err(Error::Void {
        message: format!(
            "code {code} of {} is {}",
            subject(&entry.customer),
            since(book, view, &entry.code)?
        ),
        hint: entry.customer.reference.as_ref().map(|_| {
            format!("custcode void {code} --release --reason \"…\" frees the reference for a new code")
        }),
        code: code.to_owned(),
    })
}
