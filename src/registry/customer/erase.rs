//! Deleting what is personal of customers: `erase`. Their codes, numbers, dates and states stay,
//! and the chain goes on proving everything else.

use std::collections::{BTreeMap, BTreeSet};

use super::cancelled::erased;
use super::code_reading;
use super::label::entry_of;
use super::resolve::{self, Named, not_found};
use crate::registry::json_fields::{object, pairs};
use crate::registry::note::Note;
use crate::registry::rules::kept;
use crate::registry::session::{Command, Rules, Session, begin};
use crate::registry::{Error, Registry, Result, limits};
use crate::rule::{Field, FieldKind, ReadSegment, RuleBook, Source};
use crate::store::{
    CodeRow, CodeState, Compaction, Entry, Intent, PersonalText, Remainder, Snapshot, TextKind,
};

/// Customers to be erased, all of them or none.
#[derive(Debug, Clone, Default)]
pub struct EraseRequest {
    /// Their codes in any spelling (any they have or had), or `ref:` and a reference.
    pub customers: Vec<String>,
    /// Why; kept for good.
    pub reason: String,
    /// Also where a code prints something personal, which stays.
    pub code_stays: bool,
    /// References leave no mark: whoever comes back is a new customer.
    pub forget_refs: bool,
    /// Say what would happen.
    pub dry_run: bool,
}

/// A customer to be erased, or that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedCustomer {
    /// The code that it carries.
    pub code: String,
    /// What is deleted.
    pub texts: Vec<PersonalText>,
    /// What its codes print of it, and so stays: field, text and code.
    pub printed: Vec<Printed>,
    /// Fields that stay since a code prints them, with their keys.
    pub fields: Vec<(String, String)>,
}

/// Something personal that a code prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The code.
    pub code: String,
    /// The field.
    pub field: String,
    /// What is printed.
    pub text: String,
    /// What it is: free text, or what it comes out of.
    pub what: String,
}

/// What was erased, or would be.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The customers, in the order given; those that were erased before are not among them.
    pub customers: Vec<ErasedCustomer>,
    /// Customers that were erased before, in words.
    pub already: Vec<String>,
    /// What a person should know.
    pub notes: Vec<Note>,
}

impl Registry<'_> {
    /// Deletes everything personal of customers, behind a fence too. The texts may still stand in
    /// pages of the ledger that hold no row any more until [`Registry::compact`] has run.
    pub fn erase(&mut self, request: &EraseRequest) -> Result<Outcome> {
        limits::demand_reason(
            &request.reason,
            "say why, for whoever asks years later; name nobody in it: it stays",
        )?;
        let (book, mut ledger) = self.parts();
        let command = Command { rules: Rules::OfLedger, dry_run: request.dry_run, ..Command::new("erase") };
        let at = ledger.now.to_string();
        let written = ledger.write(&command, |session| {
            let (plan, outcome) = plan(book, session.view(), request)?;
            if !request.dry_run {
                demand_agreement(request, &outcome)?;
            }
            write(session, &plan, request, &at)?;
            Ok(outcome)
        })?;
        let (mut outcome, notes) = written.with_notes();
        outcome.notes.extend(notes);
        Ok(outcome)
    }

    /// Since when deleted texts may still stand in pages of the ledger that hold no row any more;
    /// none where it was written anew since.
    pub fn unfinished_erasure(&mut self) -> Result<Option<String>> {
        Ok(self.store.read()?.unfinished_erasure()?)
    }

    /// Writes the ledger anew where an erasure left pages in which deleted texts may still stand.
    /// Interrupted at any moment, the ledger is as it was, and the next call does it.
    pub fn compact(&mut self) -> Result<Compaction> {
        if self.unfinished_erasure()?.is_none() {
            return Ok(Compaction::Done);
        }
        let Self { store, patience, .. } = self;
        let done = store.compact("erase", *patience)?;
        if done == Compaction::Done {
            let mut transaction = begin(store.as_mut(), Intent::Small, "erase", *patience)?;
            transaction.finish_erasure()?;
            transaction.commit()?;
        }
        Ok(done)
    }
}

/// What is to be written for one customer.
struct Planned {
    customer: i64,
    code: i64,
    /// The fields that stay: a JSON object.
    fields: String,
}

fn write(session: &mut Session<'_>, plan: &[Planned], request: &EraseRequest, at: &str) -> Result<()> {
    for planned in plan {
        let Some((transaction, _)) = session.writing()? else { return Ok(()) };
        let (reason, marks) = (request.reason.trim(), !request.forget_refs);
        transaction.erase(planned.customer, Remainder { fields: &planned.fields, reason, marks })?;
        transaction.begin_erasure(at)?;
    }
    let ids = || plan.iter().map(|planned| planned.code);
    session.end(0, ids().min().zip(ids().max()))
}

/// Looks at every customer before any is touched.
fn plan(book: &RuleBook, view: &mut dyn Snapshot, request: &EraseRequest) -> Result<(Vec<Planned>, Outcome)> {
    let (mut plan, mut outcome, mut seen) = (Vec::new(), Outcome::default(), BTreeSet::new());
    for named in &request.customers {
        let entry = match resolve::named(view, named, "erase")? {
            Named::Customer(entry) => *entry,
            Named::Code(row) => entry_of(view, &row)?.ok_or_else(|| without_customer(&row))?,
            Named::Erased(erasure) => {
                outcome.already.push(format!("{named} was {}", erased(book, &erasure)));
                continue;
            }
            Named::Nothing => return Err(not_found(book, named)),
        };
        if !seen.insert(entry.customer.id) {
            continue;
        }
        if let Some(erasure) = view.erasure_of(entry.customer.id)? {
            outcome.already.push(format!("{} was {}", entry.code.text(), erased(book, &erasure)));
            continue;
        }
        let (planned, customer) = plan_one(book, view, &entry)?;
        plan.push(planned);
        outcome.customers.push(customer);
    }
    Ok((plan, outcome))
}

fn without_customer(row: &CodeRow) -> Error {
    Error::Conflict {
        what: format!("code {} has no customer", row.text()),
        code: Some(row.text().to_owned()),
        hint: None,
    }
}

fn plan_one(book: &RuleBook, view: &mut dyn Snapshot, entry: &Entry) -> Result<(Planned, ErasedCustomer)> {
    let customer = &entry.customer;
    let (mut printed, mut stay) = (Vec::new(), BTreeMap::new());
    for row in view.codes_of(customer.id)? {
        let born = view.operation(row.operation)?.map(|operation| operation.bundle);
        let then = match born {
            Some(digest) if row.counter.is_some() && code_reading::read_row(book, &row).is_none() => {
                Some(kept(view, &digest)?)
            }
            _ => None,
        };
        let book = then.as_ref().unwrap_or(book);
        let Some(reading) = code_reading::read_row(book, &row) else { continue };
        printed.extend(reading.segments.iter().filter_map(|segment| personal(book, &row, segment)));
        if row.state != CodeState::Void {
            stay.extend(reading.values(book).map(|(field, key)| (field.to_owned(), key.to_owned())));
        }
    }
    let (fields, gone): (Vec<_>, Vec<_>) =
        pairs(&customer.fields)?.into_iter().partition(|(name, key)| stay.get(name) == Some(key));
    let mut texts = view.personal_texts(customer.id)?;
    let text = |kind, (name, text): (String, String)| PersonalText { kind, name: Some(name), text };
    texts.extend(gone.into_iter().map(|pair| text(TextKind::Field, pair)));
    texts.extend(pairs(&customer.attributes)?.into_iter().map(|pair| text(TextKind::Attribute, pair)));
    texts.sort_by_key(|text| text.kind);
    let lent = fields.iter().map(|(name, key)| (name.as_str(), key.as_str()));
    let planned = Planned { customer: customer.id, code: entry.code.id, fields: object(lent) };
    let code = entry.code.text().to_owned();
    Ok((planned, ErasedCustomer { code, texts, printed, fields }))
}

/// What a segment prints, where that may tell a person.
fn personal(book: &RuleBook, row: &CodeRow, segment: &ReadSegment) -> Option<Printed> {
    let (name, text) = segment.value.as_ref()?;
    let field: &Field = book.field(name).filter(|field| matches!(field.kind, FieldKind::Text { .. }))?;
    let what = match field.derivation.as_ref().map(|derivation| &derivation.from) {
        Some(Source::Name) => "derived from the name".to_owned(),
        Some(Source::Attribute(attribute)) => format!("derived from {attribute}"),
        None => "free text".to_owned(),
    };
    Some(Printed { code: row.text().to_owned(), field: name.clone(), text: text.clone(), what })
}

/// Refuses to leave something personal in codes unless somebody said that it stays.
fn demand_agreement(request: &EraseRequest, outcome: &Outcome) -> Result<()> {
    let mut printed = outcome.customers.iter().flat_map(|customer| &customer.printed).peekable();
    let Some(first) = printed.peek().filter(|_| !request.code_stays) else { return Ok(()) };
    let code = Some(first.code.clone());
    let told: Vec<_> = printed.map(Printed::told).collect();
    Err(Error::Conflict {
        what: format!("a code never changes, and so keeps what it prints: {}", told.join("; ")),
        code,
        hint: Some(
            "--code-stays deletes everything else; custcode erase --dry-run lists what that is".to_owned(),
        ),
    })
}

impl Printed {
    /// `01LI001 prints initials=LI, derived from the name`.
    pub fn told(&self) -> String {
        format!("{} prints {}={}, {}", self.code, self.field, self.text, self.what)
    }
}
