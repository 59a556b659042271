//! Cancelling codes for good: `void`. A customer that is left without a code is stopped; its
//! references stay with it, so that no nightly import gives it another code, until somebody takes
//! them away.

use std::collections::BTreeSet;

use crate::code::normalize;
use crate::registry::customer::cancelled::told;
use crate::registry::customer::label::{entry_of, subject};
use crate::registry::customer::resolve::{self, not_found};
use crate::registry::customer::update::CustomerUpdate;
use crate::registry::note::Note;
use crate::registry::session::{Command, Session};
use crate::registry::{Error, Registry, Result, limits};
use crate::rule::RuleBook;
use crate::store::{CodeRow, CodeState, CustomerState, Entry, Snapshot};

/// Codes to be cancelled, all of them or none.
#[derive(Debug, Clone, Default)]
pub struct VoidRequest {
    /// The codes, in any spelling, or `ref:` and a reference of their customers.
    pub codes: Vec<String>,
    /// Why; kept for good.
    pub reason: String,
    /// Take the references away from their customers, also of codes that are void already.
    pub drop_references: bool,
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
    /// Its customer's references before.
    pub references: Vec<String>,
    /// Its customer was stopped, having no other code.
    pub stopped: bool,
    /// The references were taken away.
    pub dropped: bool,
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
    /// Cancels codes for good; their numbers are never used again. What is void already stays as it
    /// is.
    pub fn void(&mut self, request: &VoidRequest) -> Result<Outcome> {
        limits::demand_reason(&request.reason, "say why, for whoever asks years later")?;
        let (book, mut ledger) = self.parts();
        let command = Command { dry_run: request.dry_run, ..Command::new("void") };
        let written = ledger.write(&command, |session| {
            let (cancelled, outcome) = plan(book, session.view(), request)?;
            for one in &cancelled {
                one.write(session, request.reason.trim())?;
            }
            let ids = || cancelled.iter().map(|one| one.row.id);
            session.end(0, ids().min().zip(ids().max()))?;
            Ok(outcome)
        })?;
        let (mut outcome, notes) = written.with_notes();
        outcome.notes.extend(notes);
        Ok(outcome)
    }
}

/// What is to be written for one code.
struct Cancelled {
    row: CodeRow,
    /// The customer to be stopped.
    stop: Option<i64>,
    /// The customer without its references.
    without: Option<CustomerUpdate>,
}

impl Cancelled {
    /// A reason is kept even where the code is void already: that of taking the references away.
    fn write(&self, session: &mut Session<'_>, reason: &str) -> Result<()> {
        let Some((transaction, _)) = session.writing()? else { return Ok(()) };
        transaction.change_state(self.row.id, CodeState::Void, Some(reason))?;
        if let Some(customer) = self.stop {
            transaction.change_customer_state(customer, CustomerState::Retired)?;
        }
        self.without.as_ref().map_or(Ok(()), |update| update.write(session))
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
    let mut dropped = BTreeSet::new();
    for row in rows {
        let entry = entry_of(view, &row)?;
        let left =
            entry.as_ref().filter(|it| it.code.state == CodeState::Active && !ids.contains(&it.code.id));
        let mut without = None;
        if let Some(Entry { customer, .. }) = entry.as_ref().filter(|_| request.drop_references) {
            if let Some(left) = left {
                return Err(Error::Conflict {
                    what: format!(
                        "{} carries {}, so {} cannot take its references away",
                        subject(customer),
                        left.code.text(),
                        row.text()
                    ),
                    code: Some(left.code.text().to_owned()),
                    hint: Some("void it without --drop-refs".to_owned()),
                });
            }
            if !customer.references.is_empty() && dropped.insert(customer.id) {
                let mut update = CustomerUpdate::of(customer)?;
                update.drop_references(request.reason.trim());
                without = Some(update);
            }
        }
        if row.state == CodeState::Void && without.is_none() {
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
            references: customer.as_ref().map(|customer| customer.references.clone()).unwrap_or_default(),
            stopped: stop.is_some(),
            dropped: without.is_some(),
        });
        plan.push(Cancelled { stop: stop.map(|customer| customer.id), without, row });
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
    let (mut rows, mut seen) = (Vec::with_capacity(found.len()), BTreeSet::new());
    for ((code, _), row) in wanted.iter().zip(found) {
        let row = if let Some(row) = row {
            row
        } else {
            let named = resolve::named(view, code, "void")?.code(book, code)?;
            named.ok_or_else(|| not_found(book, code))?
        };
        if seen.insert(row.id) {
            rows.push(row);
        }
    }
    Ok(rows)
}
