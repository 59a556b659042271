//! Taking a code from outside into the ledger: `new --code`.

use jiff::civil::Date;

use super::allocate::{Allocator, Held, Ledger, capacity_note};
use super::issue::{Issued, Outcome, UNCOUNTED, add_names, begin, issued};
use super::void;
use crate::code::{Sequence, normalize};
use crate::registry::customer::known::{self, Known};
use crate::registry::customer::printed;
use crate::registry::customer::request::{
    Description, Jump, OnExisting, Values, attributes_json, checked_date, field_index, not_blank, once,
    present, request_digest,
};
use crate::registry::note::{Note, NoteKind};
use crate::registry::rules::current;
use crate::registry::texts::pairs;
use crate::registry::{Error, Registry, Result, clock, limits};
use crate::rule::{Reading, RuleBook};
use crate::store::{CodeState, Intent, NewCode, NewCustomer, NewOperation, Snapshot};

/// A code from outside to be registered.
#[derive(Debug, Clone, Default)]
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
    /// Say what would happen.
    pub dry_run: bool,
}

/// Fewer unused numbers below a brought one than this need no confirmation.
const JUMP: u64 = 1_000;
/// A brought number must leave at least one part in so many of its scope.
const LEFT: u64 = 20;
/// The longest code that is taken in, in characters.
const LONGEST: usize = 128;

impl Registry<'_> {
    /// Takes a code from outside into the ledger.
    pub fn register(&mut self, request: &RegisterRequest) -> Result<Outcome> {
        crate::registry::retried(|| self.register_once(request))
    }

    fn register_once(&mut self, request: &RegisterRequest) -> Result<Outcome> {
        let today = self.today();
        not_blank("--ref", request.description.reference.as_deref())?;
        not_blank("--request-id", request.request_id.as_deref())?;
        once(&request.description.attributes)?;
        limits::check(&request.description)?;
        limits::REQUEST_ID.check(request.request_id.as_deref())?;
        let Self { book, store, who, now, patience, .. } = self;
        let brought = Brought::read(book, &request.code, true)?;
        let digest = request
            .request_id
            .as_ref()
            .map(|_| request_digest("register", &request.description, &[("code", &request.code)]));
        let date = checked_date(request.description.date.or(brought.date()).unwrap_or(today))?;
        let values = Values::resolve(book, &request.description.fields)?;
        let registration = Registration { book, request, brought, values, date };
        let ahead = clock::far_ahead(request.description.date, today);
        let answer = |view: &mut dyn Snapshot| match &request.request_id {
            Some(id) => known::answer(view, id, digest.as_deref(), book),
            None => Ok(None),
        };
        if request.dry_run {
            let mut view = store.read()?;
            current::judge(book, view.as_mut())?;
            if let Some(outcome) = answer(view.as_mut())? {
                return Ok(outcome);
            }
            let behind = clock::behind(book, view.as_mut(), *now)?;
            let mut outcome = registration.carry_out(&mut Ledger::Dry(view.as_mut()), 0)?;
            outcome.notes.extend(behind.into_iter().chain(ahead).filter(|_| outcome.written));
            return Ok(outcome);
        }
        let mut transaction = begin(store.as_mut(), Intent::Small, "new --code", *patience)?;
        let adopted = current::ensure(book, transaction.as_mut(), who, *now)?;
        if let Some(outcome) = answer(transaction.as_mut())? {
            return Ok(outcome);
        }
        let behind = clock::behind(book, transaction.as_mut(), *now)?;
        let operation = transaction.begin_operation(&NewOperation {
            request_id: request.request_id.as_deref(),
            input_digest: digest.as_deref(),
            ..who.operation("new", &now.to_string(), book)
        })?;
        let mut outcome = registration.carry_out(&mut Ledger::Real(transaction.as_mut()), operation)?;
        outcome.notes.extend(behind.into_iter().chain(ahead).filter(|_| outcome.written));
        if request.request_id.is_some() || outcome.written {
            transaction.commit()?;
            outcome.notes.extend(adopted);
        }
        Ok(outcome)
    }
}

/// A code from outside, read under the rules.
pub(crate) struct Brought<'b> {
    /// As the rule that reads it prints it; one from outside the rules as it came, blanks around it taken off.
    pub(crate) written: String,
    /// Its canonical form.
    pub(crate) canonical: String,
    /// What it says; none for a legacy code.
    pub(crate) reading: Option<Reading<'b>>,
}

impl<'b> Brought<'b> {
    /// Reads a code; one that no rule reads is refused unless `legacy`.
    pub(crate) fn read(book: &'b RuleBook, code: &str, legacy: bool) -> Result<Self> {
        let written = code.trim().to_owned();
        let canonical = normalize::canonical(&written).into_owned();
        let unfit = |reason: &str| Error::InvalidCode {
            code: written.clone(),
            reason: reason.to_owned(),
            hint: None,
        };
        if canonical.is_empty() {
            return Err(unfit("it is empty"));
        }
        if let Some(control) = limits::control_character(&written) {
            return Err(unfit(&format!("it has {control}")));
        }
        if canonical == "AUTO" {
            return Err(unfit("in a file the word asks for a new code"));
        }
        if canonical.chars().count() > LONGEST {
            return Err(unfit("it is longer than 128 characters"));
        }
        let (written, reading) = match printed::read(book, &written) {
            // In whatever spelling it comes, a code that a rule reads is kept as that rule prints it.
            Ok(reading) => {
                (reading.segments.iter().map(|segment| segment.text.as_str()).collect(), Some(reading))
            }
            Err(_) if legacy => (written, None),
            Err(rejection) => {
                let fault = &rejection.invalid;
                return Err(Error::InvalidCode {
                    reason: format!("{fault} (position {}, rule {})", fault.offset + 1, rejection.rule.name),
                    code: written,
                    hint: Some("to keep a code that no rule reads: --legacy".to_owned()),
                });
            }
        };
        Ok(Self { written, canonical, reading })
    }

    /// The date that the code itself prints, when it prints a whole one.
    pub(crate) fn date(&self) -> Option<Date> {
        self.reading.as_ref()?.date
    }

    /// How the ledger keeps it: as written only where that differs.
    pub(crate) fn row(&self, counter: Option<i64>) -> NewCode<'_> {
        NewCode {
            canonical: &self.canonical,
            written: (self.written != self.canonical).then_some(self.written.as_str()),
            counter,
            number: self.reading.as_ref().and_then(|reading| reading.number),
        }
    }

    /// Gives the fields whose values the code names these values, where the record has none.
    pub(crate) fn fill(&self, book: &RuleBook, values: &mut Values) {
        let Some(reading) = &self.reading else { return };
        for (name, key) in reading.values(book) {
            if let Ok(index) = field_index(book, name) {
                values.fill(index, key);
            }
        }
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
    brought: Brought<'r>,
    /// What was said of the customer's fields.
    values: Values,
    date: Date,
}

impl Registration<'_> {
    fn carry_out(&self, ledger: &mut Ledger<'_>, operation: i64) -> Result<Outcome> {
        if let Some(outcome) = self.known(ledger, operation)? {
            return Ok(outcome);
        }
        // Only a code that the ledger does not know must be one of these rules.
        Brought::read(self.book, &self.request.code, self.request.legacy)?;
        let mut allocator = Allocator::default();
        let held = self.count(ledger, &mut allocator)?;
        let description = &self.request.description;
        let mut values = self.values.clone();
        self.brought.fill(self.book, &mut values);
        let attributes = attributes_json(description);
        if let Some(transaction) = ledger.transaction() {
            let customer = NewCustomer {
                reference: present(description.reference.as_deref()),
                name: present(description.name.as_deref()),
                fields: &values.to_json(self.book),
                attributes: &attributes,
                date: &self.date.to_string(),
                operation,
                row: 0,
            };
            let row = self.brought.row(held.and_then(|held| allocator.counter(held)));
            let (_, id) = transaction.put(&customer, &row)?;
            add_names(transaction, &pairs(&attributes)?)?;
            allocator.flush(transaction, operation)?;
            transaction.end_operation(operation, 1, Some((id, id)))?;
        }
        let rule = self.brought.reading.as_ref().map(|reading| reading.rule);
        let mut notes = self.drift();
        notes.extend(allocator.standings().filter_map(|standing| capacity_note(rule?, &standing)));
        let issued = Issued {
            code: self.brought.written.clone(),
            rule: rule.map(|rule| rule.id.clone()),
            number: self.brought.reading.as_ref().and_then(|reading| reading.number),
            existing: false,
            name: description.name.clone(),
            reference: description.reference.clone(),
        };
        Ok(Outcome { codes: vec![issued], notes, written: true })
    }

    /// What the code says otherwise than the record: that is kept, for customers change and their codes stay.
    fn drift(&self) -> Vec<Note> {
        let Some(reading) = &self.brought.reading else { return Vec::new() };
        let key = |name: &str| self.values.key(field_index(self.book, name).ok()?);
        let differences = printed::differences(self.book, reading, &key, Some(self.date));
        let told = differences.iter().map(|it| {
            let (code, of_code, of_request) = (&self.brought.written, it.of_code(), it.of_request());
            Note::new(NoteKind::Drift, format!("{code} says {of_code}; the record says {of_request}"))
        });
        told.collect()
    }

    /// The answer when the code or the reference is in the ledger already: the same customer, or a conflict.
    fn known(&self, ledger: &mut Ledger<'_>, operation: i64) -> Result<Option<Outcome>> {
        let description = &self.request.description;
        let reference = present(description.reference.as_deref());
        let view = ledger.view();
        let by_reference = match reference {
            Some(reference) => view.find_references(&[reference])?.swap_remove(0),
            None => None,
        };
        let found = view.find_codes(&[&self.brought.canonical])?.swap_remove(0);
        if let Some(entry) = &by_reference
            && found.as_ref().is_none_or(|row| row.customer == Some(entry.customer.id))
        {
            void::refuse_customer(self.book, view, entry)?;
        }
        let Some(row) = found else {
            return match by_reference {
                Some(entry) => Err(Error::Conflict {
                    what: format!(
                        "{} has code {} already",
                        known::subject(&entry.customer),
                        entry.code.text()
                    ),
                    code: Some(entry.code.text().to_owned()),
                    hint: None,
                }),
                None => Ok(None),
            };
        };
        void::refuse_code(self.book, view, &row)?;
        let entry = match row.customer {
            Some(customer) => view.entry(customer)?,
            None => None,
        };
        if let Some(other) = by_reference.filter(|other| Some(other.customer.id) != row.customer) {
            return Err(Error::Conflict {
                what: format!(
                    "{} has code {} already; code {} belongs to {}",
                    known::subject(&other.customer),
                    other.code.text(),
                    row.text(),
                    known::holder(view, &row)?
                ),
                code: Some(other.code.text().to_owned()),
                hint: None,
            });
        }
        match entry {
            Some(entry) if same_customer(&entry, reference, description.name.as_deref()) => {
                let known = Known { book: self.book, entry: &entry, on_existing: self.request.on_existing };
                let settled = known.settle(ledger, description, operation)?;
                known::answered(ledger, operation, &entry)?;
                let (notes, written) = (settled.notes, settled.written);
                Ok(Some(Outcome { codes: vec![issued(&entry, self.book, true)], notes, written }))
            }
            _ => Err(Error::Conflict {
                what: format!(
                    "code {} is {} and belongs to {}, not to {}",
                    row.text(),
                    if row.state == CodeState::Active { "in use" } else { row.state.as_str() },
                    known::holder(view, &row)?,
                    known::who(reference, present(description.name.as_deref()))
                ),
                code: Some(row.text().to_owned()),
                hint: None,
            }),
        }
    }

    /// Moves the code's counter; none for a legacy code.
    fn count(&self, ledger: &mut Ledger<'_>, allocator: &mut Allocator) -> Result<Option<Held>> {
        let Some(reading) = &self.brought.reading else { return Ok(None) };
        let (Some(sequence), Some(number)) = (reading.rule.pattern.sequence(), reading.number) else {
            return allocator.hold(ledger, reading.rule, UNCOUNTED).map(Some);
        };
        let held = allocator.hold(ledger, reading.rule, &reading.scope)?;
        let last = allocator.last(held);
        let first = sequence.following(last);
        let unused = sequence.count(first, number).saturating_sub(1);
        let far = jump_reason(sequence, last, number, unused);
        if let Some(reason) = &far
            && self.request.jump == Jump::Refuse
        {
            return Err(Error::Jump { code: self.brought.written.clone(), reason: reason.clone() });
        }
        let below = far.is_some() && self.request.jump == Jump::KeepBelow;
        allocator.bring(held, sequence, number, below);
        Ok(Some(held))
    }
}

/// Whether a known customer is the one described: the same reference; or the same name where one of them has no reference; or nothing
/// is said of either.
pub(crate) fn same_customer(
    entry: &crate::store::Entry,
    reference: Option<&str>,
    name: Option<&str>,
) -> bool {
    let known = &entry.customer;
    match (known.reference.as_deref(), reference) {
        (Some(a), Some(b)) => a == b,
        _ => match (known.name.as_deref(), present(name)) {
            (Some(a), Some(b)) => normalize::folded(a) == normalize::folded(b),
            (None, Some(_)) => false,
            (_, None) => true,
        },
    }
}
