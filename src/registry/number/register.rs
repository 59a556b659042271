//! Taking a code from outside into the ledger: `new --code`.

use jiff::civil::Date;

use super::allocate::{Allocator, CounterHandle, capacity_note};
use super::external_code::ExternalCode;
use super::issue::UNCOUNTED;
use super::outcome::{Issued, Outcome};
use crate::code::Sequence;
use crate::registry::customer::code_reading;
use crate::registry::customer::existing::Existing;
use crate::registry::customer::label;
use crate::registry::customer::matching::{self, CodeOrigin, Conflict, Keys, Match};
use crate::registry::customer::names;
use crate::registry::customer::namesakes::{self, Brings};
use crate::registry::customer::request::{
    Description, Jump, OnExisting, Values, checked_date, field_index, not_blank, once, present,
    request_digest,
};
use crate::registry::note::{Note, NoteKind};
use crate::registry::session::{Clock, Command, Input, Session};
use crate::registry::{Error, Registry, Result, limits};
use crate::rule::RuleBook;
use crate::store::{CodeRow, CodeState, Entry, NewCustomer, Snapshot};

/// A code from outside to be registered.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
pub struct RegisterRequest {
    /// As written.
    pub code: String,
    /// The customer.
    pub description: Description,
    /// Keep a code that no rule reads.
    pub legacy: bool,
    /// Far numbers.
    pub jump: Jump,
    /// `--request-id`.
    pub request_id: Option<String>,
    /// `--on-existing`.
    pub on_existing: OnExisting,
    /// Give the customer a reference also that another one had once.
    pub reuse_reference: bool,
    /// A reference that was erased is that of a new customer; else it is refused.
    pub after_erasure: bool,
    /// Say what would happen.
    pub dry_run: bool,
}

/// Fewer unused numbers below a brought one than this need no confirmation.
const JUMP: u64 = 1_000;
/// A brought number must leave at least one part in so many of its scope.
const LEFT: u64 = 20;

impl Registry<'_> {
    /// Takes a code from outside into the ledger.
    pub fn register(&mut self, request: &RegisterRequest) -> Result<Outcome> {
        let today = self.today();
        let description = &request.description;
        not_blank("--ref", description.reference.as_deref())?;
        not_blank("--request-id", request.request_id.as_deref())?;
        once(&description.attributes)?;
        limits::check(description)?;
        limits::REQUEST_ID.check(request.request_id.as_deref())?;
        let (book, mut ledger) = self.parts();
        let code = ExternalCode::read(book, &request.code, true)?;
        let asked = || request_digest("register", description, &[("code", &request.code)]);
        let digest = request.request_id.as_ref().map(|_| asked());
        let date = checked_date(description.date.or(code.date()).unwrap_or(today))?;
        let values = Values::resolve(book, &description.fields)?;
        let registration = Registration { book, request, code, values, date };
        let command = Command {
            holder: "new --code",
            input: Input {
                request_id: request.request_id.as_deref(),
                digest: digest.as_deref(),
                personal: true,
            },
            clock: Clock::Checked(description.date),
            dry_run: request.dry_run,
            ..Command::new("new")
        };
        Ok(ledger.write(&command, |session| registration.carry_out(session))?.into())
    }
}

/// What a brought number would do to its scope, when that needs a confirmation.
pub(crate) fn jump_reason(
    sequence: &Sequence,
    last: Option<u64>,
    number: u64,
    unused: u64,
) -> Option<String> {
    // The very next number wastes nothing, however near the end it is.
    if last.is_some_and(|last| number <= last) || unused == 0 {
        return None;
    }
    let total = sequence.capacity();
    let left = total.saturating_sub(sequence.numbers(number));
    if left.saturating_mul(LEFT) < total {
        return Some(format!("number {number} would leave {left} of {total} numbers of its scope"));
    }
    (unused > JUMP).then(|| format!("number {number} would leave {unused} unused numbers below it"))
}

/// One registration under way.
struct Registration<'r> {
    book: &'r RuleBook,
    request: &'r RegisterRequest,
    code: ExternalCode<'r>,
    /// What was said of the customer's fields.
    values: Values,
    date: Date,
}

impl Registration<'_> {
    fn carry_out(&self, session: &mut Session<'_>) -> Result<Outcome> {
        if let Some(outcome) = Outcome::given_before(session)? {
            return Ok(outcome);
        }
        let description = &self.request.description;
        let keys = Keys {
            code: Some(&self.code.canonical),
            origin: CodeOrigin::Request,
            reference: present(description.reference.as_deref()),
            reuse_reference: self.request.reuse_reference,
            name: description.name.as_deref(),
            after_erasure: self.request.after_erasure,
        };
        match matching::who(self.book, session.view(), &keys)? {
            Match::Known { entry, .. } => self.known(session, &entry),
            Match::Cancelled(cancelled) => Err(cancelled.into()),
            Match::Dropped(dropped) => Err(dropped.into()),
            Match::Conflict(conflict) => Err(conflicting(session.view(), conflict, &keys)?),
            Match::New => self.take_in(session),
        }
    }

    fn known(&self, session: &mut Session<'_>, entry: &Entry) -> Result<Outcome> {
        let existing = Existing { book: self.book, entry, on_existing: self.request.on_existing };
        let settled = existing.settle(session, &self.request.description)?;
        Outcome::known(session, entry, settled)
    }

    /// A new customer with the code.
    fn take_in(&self, session: &mut Session<'_>) -> Result<Outcome> {
        // Only a code that the ledger does not know must be one of these rules.
        ExternalCode::read(self.book, &self.request.code, self.request.legacy)?;
        let mut allocator = Allocator::default();
        let handle = self.count(session, &mut allocator)?;
        let description = &self.request.description;
        let mut values = self.values.clone();
        self.code.fill(self.book, &mut values);
        let reference = present(description.reference.as_deref());
        let found = namesakes::look(self.book, session.view(), Brings::Code, description)?;
        let others = namesakes::note(&found);
        if let Some((transaction, operation)) = session.writing()? {
            let customer = NewCustomer {
                references: reference.as_slice(),
                name: present(description.name.as_deref()),
                strict: present(description.name.as_deref()).and_then(names::key),
                fields: &values.to_json(self.book),
                attributes: &description.attributes_json(),
                date: &self.date.to_string(),
                operation,
                row: 0,
            };
            let row = self.code.row(handle.and_then(|handle| allocator.counter(handle)));
            let (_, id) = transaction.put(&customer, &row)?;
            transaction.add_attribute_names(&description.attribute_names())?;
            allocator.flush(session)?;
            session.end(1, Some((id, id)))?;
        }
        let rule = self.code.reading.as_ref().map(|reading| reading.rule);
        let mut notes = self.drift();
        notes.extend(others);
        notes.extend(allocator.standings().filter_map(|standing| capacity_note(rule?, &standing)));
        let issued = Issued {
            code: self.code.written.clone(),
            rule: rule.map(|rule| rule.id.clone()),
            number: self.code.reading.as_ref().and_then(|reading| reading.number),
            existing: false,
            name: description.name.clone(),
            reference: reference.map(str::to_owned),
            references: reference.map(str::to_owned).into_iter().collect(),
        };
        Ok(Outcome { codes: vec![issued], notes, written: true })
    }

    /// What the code says otherwise than the record: that is kept, for customers change and their
    /// codes stay.
    fn drift(&self) -> Vec<Note> {
        let Some(reading) = &self.code.reading else { return Vec::new() };
        let key = |name: &str| self.values.key(field_index(self.book, name).ok()?);
        let differences = code_reading::differences(self.book, reading, &key, Some(self.date));
        let told = differences.iter().map(|it| {
            let (code, of_code, of_request) = (&self.code.written, it.of_code(), it.of_request());
            Note::new(NoteKind::Drift, format!("{code} says {of_code}; the record says {of_request}"))
        });
        told.collect()
    }

    /// Moves the code's counter; none for a legacy code.
    fn count(&self, session: &mut Session<'_>, allocator: &mut Allocator) -> Result<Option<CounterHandle>> {
        let Some(reading) = &self.code.reading else { return Ok(None) };
        let (Some(sequence), Some(number)) = (reading.rule.pattern.sequence(), reading.number) else {
            return allocator.hold(session, reading.rule, UNCOUNTED).map(Some);
        };
        let handle = allocator.hold(session, reading.rule, &reading.scope)?;
        let last = allocator.last(handle);
        let first = sequence.following(last);
        let unused = sequence.count(first, number).saturating_sub(1);
        let far = jump_reason(sequence, last, number, unused);
        if let Some(reason) = &far
            && self.request.jump == Jump::Refuse
        {
            return Err(Error::Jump { code: self.code.written.clone(), reason: reason.clone() });
        }
        let below = far.is_some() && self.request.jump == Jump::KeepBelow;
        allocator.bring(handle, sequence, number, below);
        Ok(Some(handle))
    }
}

/// Why a code cannot be taken in for whom the request describes.
fn conflicting(view: &mut dyn Snapshot, conflict: Conflict, keys: &Keys<'_>) -> Result<Error> {
    let (what, code) = match conflict {
        Conflict::OtherCode { entry, brought } => {
            let (subject, code) = (label::subject(&entry.customer), entry.code.text().to_owned());
            let brought = match brought {
                Some(row) => {
                    format!("; code {} belongs to {}", row.text(), label::holder_of(view, &row)?)
                }
                None => String::new(),
            };
            (format!("{subject} has code {code} already{brought}"), code)
        }
        Conflict::OtherCustomer { row, entry } => {
            let what = format!(
                "code {} is {} and belongs to {}, not to {}",
                row.text(),
                in_use(&row),
                label::holder(&row, entry.as_deref()),
                label::who(keys.reference, present(keys.name))
            );
            (what, row.text().to_owned())
        }
    };
    Ok(Error::Conflict { what, code: Some(code), hint: None })
}

fn in_use(row: &CodeRow) -> &'static str {
    if row.state == CodeState::Active { "in use" } else { row.state.as_str() }
}
