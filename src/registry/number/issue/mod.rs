//! Giving out codes: `new`, one or many.

mod quick;

use jiff::civil::Date;

use super::allocate::{Allocator, Ledger, capacity_note};
use super::void;
use crate::code::normalize;
use crate::registry::customer::known::{self, Known};
use crate::registry::customer::printed;
use crate::registry::customer::request::{
    Description, OnExisting, Values, attributes_json, checked_date, not_blank, once, present, request_digest,
};
use crate::registry::note::Note;
use crate::registry::rules::current;
use crate::registry::texts::pairs;
use crate::registry::{Error, Patience, Registry, Result, clock, limits, retried};
use crate::rule::{Prepared, Rule, RuleBook, Source};
use crate::store::{Entry, Intent, NewCode, NewCustomer, NewOperation, Snapshot, Transaction};

/// A request for codes.
#[derive(Debug, Clone)]
pub struct IssueRequest {
    /// The customer (each of them, when `count` > 1).
    pub description: Description,
    /// `--rule`.
    pub rule: Option<String>,
    /// How many; 1 unless asked otherwise. More than one excludes name and reference.
    pub count: u64,
    /// `--request-id`: the same answer for the same request, for good.
    pub request_id: Option<String>,
    /// `--on-existing`.
    pub on_existing: OnExisting,
    /// Say what would happen; takes no lock and makes no ledger.
    pub dry_run: bool,
}

impl Default for IssueRequest {
    fn default() -> Self {
        Self {
            description: Description::default(),
            rule: None,
            count: 1,
            request_id: None,
            on_existing: OnExisting::default(),
            dry_run: false,
        }
    }
}

/// One code given.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Issued {
    /// The code.
    pub code: String,
    /// The rule's id; none for legacy codes.
    pub rule: Option<String>,
    /// Sequence number, where there is one.
    pub number: Option<u64>,
    /// It was there before this request.
    pub existing: bool,
    /// The customer's name.
    pub name: Option<String>,
    /// The customer's reference.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
}

/// The answer to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The codes, in order.
    pub codes: Vec<Issued>,
    /// What a person should know: numbers stepped over, attributes that differ, a scope near its end.
    pub notes: Vec<Note>,
    /// Whether the ledger was changed, or would have been in a dry run.
    pub written: bool,
}

/// More codes than this in one request are written as a bulk.
const BULK: u64 = 5_000;

/// Codes of one request, which are all held in memory.
const MOST: u64 = 1_000_000;

/// A request checked against the rules, before any ledger is touched.
struct Plan<'b> {
    values: Values,
    date: Date,
    /// The rule and what it prints; an error that only counts if a new code is needed.
    print: Result<(&'b Rule, Prepared)>,
    digest: Option<String>,
}

impl Registry<'_> {
    /// Issues codes.
    pub fn issue(&mut self, request: &IssueRequest) -> Result<Outcome> {
        retried(|| self.issue_once(request))
    }

    fn issue_once(&mut self, request: &IssueRequest) -> Result<Outcome> {
        let today = self.today();
        let Self { book, store, who, now, patience, .. } = self;
        let plan = Plan::new(book, request, today)?.checked(request)?;
        let ahead = clock::far_ahead(request.description.date, today);
        if request.dry_run {
            let mut view = store.read()?;
            current::judge(book, view.as_mut())?;
            let behind = clock::behind(book, view.as_mut(), *now)?;
            let mut outcome = plan.carry_out(book, &mut Ledger::Dry(view.as_mut()), request, 0)?;
            outcome.notes.extend(behind.into_iter().chain(ahead).filter(|_| outcome.written));
            return Ok(outcome);
        }
        if let Some(mut outcome) = plan.issue_quickly(book, store.as_mut(), who, *now, request, *patience)? {
            outcome.notes.extend(ahead);
            return Ok(outcome);
        }
        let intent = if request.count > BULK { Intent::Bulk(request.count) } else { Intent::Small };
        let mut transaction = begin(store.as_mut(), intent, "new", *patience)?;
        let adopted = current::ensure(book, transaction.as_mut(), who, *now)?;
        if let Some(outcome) = plan.repeated(book, transaction.as_mut(), request)? {
            transaction.confirm()?;
            return Ok(outcome);
        }
        let behind = clock::behind(book, transaction.as_mut(), *now)?;
        let operation = transaction.begin_operation(&NewOperation {
            request_id: request.request_id.as_deref(),
            input_digest: plan.digest.as_deref(),
            ..who.operation("new", &now.to_string(), book)
        })?;
        let mut outcome =
            plan.carry_out(book, &mut Ledger::Real(transaction.as_mut()), request, operation)?;
        outcome.notes.extend(behind.into_iter().chain(ahead).filter(|_| outcome.written));
        // A known reference that changed nothing leaves no trace, unless the request has a name of its own.
        if request.request_id.is_some() || outcome.written {
            transaction.commit()?;
            outcome.notes.extend(adopted);
        } else {
            transaction.confirm()?;
        }
        Ok(outcome)
    }
}

impl<'b> Plan<'b> {
    fn new(book: &'b RuleBook, request: &IssueRequest, today: Date) -> Result<Self> {
        let description = &request.description;
        not_blank("--ref", description.reference.as_deref())?;
        not_blank("--request-id", request.request_id.as_deref())?;
        once(&description.attributes)?;
        limits::check(description)?;
        limits::REQUEST_ID.check(request.request_id.as_deref())?;
        if request.count == 0 || request.count > MOST {
            return Err(Error::usage(
                format!("--count {} is not between 1 and {MOST}", request.count),
                "ask several times, each time with another --request-id".to_owned(),
            ));
        }
        if request.count > 1 && (description.name.is_some() || description.reference.is_some()) {
            return Err(Error::usage(
                "--count gives codes to many customers; --name and --ref describe one",
                "to issue once for many customers, import a file".to_owned(),
            ));
        }
        let date = checked_date(description.date.unwrap_or(today))?;
        let mut values = Values::resolve(book, &description.fields)?;
        let source = |source: &Source| source.text(description.name.as_deref(), &description.attributes);
        let print = derive(book, request.rule.as_deref(), &mut values, &source, date)
            .and_then(|()| prepare(book, request.rule.as_deref(), &values, date));
        if let Ok((rule, _)) = &print {
            values.fill_defaults(book, &rule.printed_fields());
        }
        let digest = request.request_id.as_ref().map(|_| {
            request_digest(
                "new",
                description,
                &[
                    ("rule", request.rule.as_deref().unwrap_or_default()),
                    ("count", &request.count.to_string()),
                ],
            )
        });
        Ok(Self { values, date, print, digest })
    }

    /// Refuses at once what can only be a new code and has none; a known reference or request id is answered all the same.
    fn checked(self, request: &IssueRequest) -> Result<Self> {
        let known =
            request.request_id.is_some() || present(request.description.reference.as_deref()).is_some();
        match self.print {
            Err(error) if !known => Err(error),
            print => Ok(Self { print, ..self }),
        }
    }

    /// The answer given before to this request id, if there is one.
    fn repeated(
        &self,
        book: &RuleBook,
        view: &mut dyn Snapshot,
        request: &IssueRequest,
    ) -> Result<Option<Outcome>> {
        let Some(id) = &request.request_id else { return Ok(None) };
        known::answer(view, id, self.digest.as_deref(), book)
    }

    fn carry_out(
        self,
        book: &RuleBook,
        ledger: &mut Ledger<'_>,
        request: &IssueRequest,
        operation: i64,
    ) -> Result<Outcome> {
        if let Ledger::Dry(view) = ledger
            && let Some(outcome) = self.repeated(book, *view, request)?
        {
            return Ok(outcome);
        }
        let description = &request.description;
        let reference = present(description.reference.as_deref());
        if let Some(reference) = reference
            && let Some(entry) = ledger.view().find_references(&[reference])?.swap_remove(0)
        {
            void::refuse_customer(book, ledger.view(), &entry)?;
            let known = Known { book, entry: &entry, on_existing: request.on_existing };
            known.agrees(ledger.view(), description)?;
            match (request.rule.as_deref().map(|name| book.rule(name)), self.print) {
                (Some(Some(asked)), _) => known.agrees_on_rule(ledger.view(), asked)?,
                (Some(None), Err(unknown)) => return Err(unknown),
                (_, _) => {}
            }
            let settled = known.settle(ledger, description, operation)?;
            known::answered(ledger, operation, &entry)?;
            let (notes, written) = (settled.notes, settled.written);
            return Ok(Outcome { codes: vec![issued(&entry, book, true)], notes, written });
        }
        let (rule, prepared) = self.print?;
        let customer = NewCustomer {
            reference,
            name: present(description.name.as_deref()),
            fields: &self.values.to_json(book),
            attributes: &attributes_json(description),
            date: &self.date.to_string(),
            operation,
            row: 0,
        };
        let mut run = Run { book, rule, prepared: &prepared, date: self.date, customer };
        run.issue(ledger, request.count)
    }
}

/// Codes of one rule and scope for customers alike.
struct Run<'r> {
    book: &'r RuleBook,
    rule: &'r Rule,
    prepared: &'r Prepared,
    date: Date,
    customer: NewCustomer<'r>,
}

impl Run<'_> {
    fn issue(&mut self, ledger: &mut Ledger<'_>, count: u64) -> Result<Outcome> {
        let mut allocator = Allocator::default();
        let held = allocator.hold(ledger, self.rule, scope_of(self.rule, self.prepared))?;
        if self.rule.pattern.sequence().is_none() && count > 1 {
            return Err(Error::usage(
                format!("rule {} has no sequence: it gives one code, not {count}", self.rule.name),
                None,
            ));
        }
        let mut outcome = Outcome { written: true, ..Outcome::default() };
        let (mut code, mut ids) = (String::new(), None);
        for _ in 0..count {
            let number = if self.rule.pattern.sequence().is_some() {
                let next = allocator.next(held, self.rule, self.prepared, self.date, &mut code);
                Some(next.map_err(|error| with_left(error, outcome.codes.len() as u64))?)
            } else {
                print_single(self.book, ledger.view(), self.rule, self.prepared, self.date, &mut code)?;
                None
            };
            if let Some(transaction) = ledger.transaction() {
                let canonical = normalize::canonical(&code);
                let written = (canonical != code).then_some(code.as_str());
                let counter = allocator.counter(held);
                let row = NewCode { canonical: &canonical, written, counter, number };
                let (_, id) = transaction.put(&self.customer, &row)?;
                ids = Some(ids.map_or((id, id), |(first, _)| (first, id)));
            }
            outcome.codes.push(Issued {
                code: code.clone(),
                rule: Some(self.rule.id.clone()),
                number,
                existing: false,
                name: self.customer.name.map(str::to_owned),
                reference: self.customer.reference.map(str::to_owned),
            });
        }
        outcome.notes.extend(allocator.notes());
        for standing in allocator.standings() {
            outcome.notes.extend(capacity_note(self.rule, &standing));
        }
        if let Some(transaction) = ledger.transaction() {
            add_names(transaction, &pairs(self.customer.attributes)?)?;
            allocator.flush(transaction, self.customer.operation)?;
            transaction.end_operation(self.customer.operation, count, ids)?;
        }
        Ok(outcome)
    }
}

/// Remembers the names of attributes, in the order of their first use.
pub(crate) fn add_names(transaction: &mut dyn Transaction, attributes: &[(String, String)]) -> Result<()> {
    let names: Vec<&str> = attributes.iter().map(|(name, _)| name.as_str()).collect();
    Ok(transaction.add_attribute_names(&names)?)
}

/// Tells how many numbers there were when too many were asked for.
fn with_left(error: Error, left: u64) -> Error {
    match error {
        Error::Exhausted { rule, scope, limit, wider, widens, .. } => {
            Error::Exhausted { rule, scope, limit, left, wider, widens }
        }
        other => other,
    }
}

/// Waits for the ledger and begins to write.
pub(crate) fn begin<'s>(
    store: &'s mut dyn crate::store::Store,
    intent: Intent,
    command: &str,
    patience: Patience<'_>,
) -> Result<Box<dyn Transaction + 's>> {
    let holder = format!("{command} (process {})", std::process::id());
    Ok(store.write(intent, &holder, patience)?)
}

/// The scope of codes that are not counted: a JSON array without a part.
pub(crate) const UNCOUNTED: &str = "[]";

/// The scope a code is counted in; all codes of a rule without a sequence stand under one counter that counts nothing.
pub(crate) fn scope_of<'p>(rule: &Rule, prepared: &'p Prepared) -> &'p str {
    if rule.pattern.sequence().is_some() { &prepared.scope } else { UNCOUNTED }
}

/// Prints the only code of a combination, unless somebody has it.
pub(crate) fn print_single(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    rule: &Rule,
    prepared: &Prepared,
    date: Date,
    code: &mut String,
) -> Result<()> {
    code.clear();
    rule.print(prepared, date, 0, code)
        .map_err(|reason| Error::NoCode { rule: rule.name.clone(), reason: reason.to_string() })?;
    let canonical = normalize::canonical(code);
    if let Some(row) = view.find_codes(&[&canonical])?.swap_remove(0) {
        void::refuse_code(book, view, &row)?;
        return Err(Error::Taken {
            code: row.text().to_owned(),
            rule: rule.name.clone(),
            holder: known::holder(view, &row)?,
        });
    }
    Ok(())
}

/// Chooses the rule and derives what it prints, where nobody gave it. That no rule can be chosen is for [`prepare`] to say.
pub(crate) fn derive<'s>(
    book: &RuleBook,
    explicit: Option<&str>,
    values: &mut Values,
    source: &dyn Fn(&Source) -> Option<&'s str>,
    date: Date,
) -> Result<()> {
    if book.fields().iter().all(|field| field.derivation.is_none()) {
        return Ok(());
    }
    match book.select(explicit, &|field: &str| values.lookup(book, field), date) {
        Ok(rule) => values.derive(book, rule, source),
        Err(_) => Ok(()),
    }
}

/// Chooses the rule and resolves what it prints.
pub(crate) fn prepare<'b>(
    book: &'b RuleBook,
    explicit: Option<&str>,
    values: &Values,
    date: Date,
) -> Result<(&'b Rule, Prepared)> {
    let value = |field: &str| values.lookup(book, field);
    let rule = book.select(explicit, &value, date)?;
    let prepared = rule
        .prepare(book, &value, date)
        .map_err(|source| Error::Unfit { rule: rule.name.clone(), source })?;
    Ok((rule, prepared))
}

/// A known customer's code as an answer.
pub(crate) fn issued(entry: &Entry, book: &RuleBook, existing: bool) -> Issued {
    Issued {
        code: entry.code.text().to_owned(),
        rule: printed::read_row(book, &entry.code).map(|reading| reading.rule.id.clone()),
        number: entry.code.number,
        existing,
        name: entry.customer.name.clone(),
        reference: entry.customer.reference.clone(),
    }
}
