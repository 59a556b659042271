//! Giving out codes: `new`, one or many.

mod quick;

use jiff::civil::Date;

use super::allocate::{Allocator, capacity_note};
pub use super::outcome::{Issued, Outcome};
use crate::code::normalize;
use crate::registry::customer::cancelled::Cancelled;
use crate::registry::customer::existing::Existing;
use crate::registry::customer::label::holder_of;
use crate::registry::customer::matching::{self, Keys, Match};
use crate::registry::customer::names;
use crate::registry::customer::namesakes::{self, Brings, Decided};
use crate::registry::customer::request::{
    Description, Likely, OnExisting, Values, checked_date, not_blank, once, present, request_digest,
};
use crate::registry::session::{Clock, Command, Input, Session, retried};
use crate::registry::{Error, Registry, Result, clock, limits};
use crate::rule::{Prepared, Rule, RuleBook, Source};
use crate::store::{Entry, Intent, NewCode, NewCustomer, Snapshot};

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
    /// Give the customer a reference also that another one had once.
    pub reuse_reference: bool,
    /// `--likely`.
    pub likely: Likely,
    /// A reference that was erased is that of a new customer; else it is refused.
    pub after_erasure: bool,
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
            reuse_reference: false,
            likely: Likely::default(),
            after_erasure: false,
            dry_run: false,
        }
    }
}

impl From<Description> for IssueRequest {
    /// A code for this customer.
    fn from(description: Description) -> Self {
        Self { description, ..Self::default() }
    }
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
}

impl Registry<'_> {
    /// Issues codes.
    pub fn issue(&mut self, request: &IssueRequest) -> Result<Outcome> {
        retried(|| self.issue_once(request))
    }

    fn issue_once(&mut self, request: &IssueRequest) -> Result<Outcome> {
        let today = self.today();
        let (book, mut ledger) = self.parts();
        let plan = Plan::new(book, request, today)?.checked(request)?;
        let digest = request.digest();
        if !request.dry_run
            && let Some(mut outcome) = plan.issue_quickly(&mut ledger, request, digest.as_deref())?
        {
            outcome.notes.extend(clock::far_ahead(request.description.date, today));
            return Ok(outcome);
        }
        let command = Command {
            intent: if request.count > BULK { Intent::Bulk(request.count) } else { Intent::Small },
            input: Input {
                request_id: request.request_id.as_deref(),
                digest: digest.as_deref(),
                personal: true,
            },
            clock: Clock::Checked(request.description.date),
            dry_run: request.dry_run,
            ..Command::new("new")
        };
        Ok(ledger.write_once(&command, |session| plan.carry_out(session, request))?.into())
    }
}

impl IssueRequest {
    /// What is asked, for a request that has an id.
    fn digest(&self) -> Option<String> {
        self.request_id.as_ref()?;
        let (rule, count) = (self.rule.as_deref().unwrap_or_default(), self.count.to_string());
        Some(request_digest("new", &self.description, &[("rule", rule), ("count", &count)]))
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
        Ok(Self { values, date, print })
    }

    /// Refuses at once what can only be a new code and has none; a known reference or request id is
    /// answered all the same.
    fn checked(self, request: &IssueRequest) -> Result<Self> {
        let known =
            request.request_id.is_some() || present(request.description.reference.as_deref()).is_some();
        match self.print {
            Err(error) if !known => Err(error),
            print => Ok(Self { print, ..self }),
        }
    }

    fn carry_out(self, session: &mut Session<'_>, request: &IssueRequest) -> Result<Outcome> {
        if let Some(outcome) = Outcome::given_before(session)? {
            return Ok(outcome);
        }
        let (book, description) = (session.book, &request.description);
        let reference = present(description.reference.as_deref());
        let keys = Keys {
            reference,
            reuse_reference: request.reuse_reference,
            after_erasure: request.after_erasure,
            ..Keys::default()
        };
        match matching::who(book, session.view(), &keys)? {
            Match::Known { entry, .. } => return self.known(session, request, &entry),
            Match::Cancelled(cancelled) => return Err(cancelled.into()),
            Match::Dropped(dropped) => return Err(dropped.into()),
            // A new customer; without a code there is nothing to contradict.
            Match::New | Match::Conflict(_) => {}
        }
        let brings = if reference.is_some() { Brings::Reference } else { Brings::Nothing };
        let found = namesakes::look(book, session.view(), brings, description)?;
        let namesakes = match namesakes::decide(found, request.likely, description)? {
            Decided::Known(entry) => {
                let mut outcome = self.known(session, request, &entry)?;
                outcome.notes.insert(0, namesakes::known(&entry));
                return Ok(outcome);
            }
            Decided::New(note) => note,
        };
        let (rule, prepared) = self.print?;
        let run = Run {
            book,
            rule,
            prepared: &prepared,
            date: self.date,
            names: description.attribute_names(),
            customer: NewCustomer {
                references: reference.as_slice(),
                name: present(description.name.as_deref()),
                strict: present(description.name.as_deref()).and_then(names::key),
                fields: &self.values.to_json(book),
                attributes: &description.attributes_json(),
                date: &self.date.to_string(),
                operation: 0,
                row: 0,
            },
        };
        let mut outcome = run.issue(session, request.count)?;
        outcome.notes.extend(namesakes);
        Ok(outcome)
    }

    /// The code that a known customer has, unless the request is for another one.
    fn known(self, session: &mut Session<'_>, request: &IssueRequest, entry: &Entry) -> Result<Outcome> {
        let (book, description) = (session.book, &request.description);
        let existing = Existing { book, entry, on_existing: request.on_existing };
        existing.agrees(session.view(), description)?;
        match (request.rule.as_deref().map(|name| book.rule(name)), self.print) {
            (Some(Some(asked)), _) => existing.agrees_on_rule(session.view(), asked)?,
            (Some(None), Err(unknown)) => return Err(unknown),
            (_, _) => {}
        }
        let settled = existing.settle(session, description)?;
        Outcome::known(session, entry, settled)
    }
}

/// Codes of one rule and scope for customers alike.
struct Run<'r> {
    book: &'r RuleBook,
    rule: &'r Rule,
    prepared: &'r Prepared,
    date: Date,
    /// Names of the customers' attributes.
    names: Vec<&'r str>,
    /// Its operation counts for nothing.
    customer: NewCustomer<'r>,
}

impl Run<'_> {
    fn issue(&self, session: &mut Session<'_>, count: u64) -> Result<Outcome> {
        let mut allocator = Allocator::all_or_none();
        let handle = allocator.hold(session, self.rule, scope_of(self.rule, self.prepared))?;
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
                Some(allocator.next(handle, self.rule, self.prepared, self.date, &mut code)?)
            } else {
                print_single(self.book, session.view(), self.rule, self.prepared, self.date, &mut code)?;
                None
            };
            if let Some((transaction, operation)) = session.writing()? {
                let canonical = normalize::canonical(&code);
                let written = (canonical != code).then_some(code.as_str());
                let counter = allocator.counter(handle);
                let row = NewCode { canonical: &canonical, written, brought: None, counter, number };
                let (_, id) = transaction.put(&NewCustomer { operation, ..self.customer }, &row)?;
                ids = Some(ids.map_or((id, id), |(first, _)| (first, id)));
            }
            outcome.codes.push(Issued {
                code: code.clone(),
                rule: Some(self.rule.id.clone()),
                number,
                existing: false,
                name: self.customer.name.map(str::to_owned),
                reference: self.customer.references.first().map(|one| (*one).to_owned()),
                references: self.customer.references.iter().map(|one| (*one).to_owned()).collect(),
            });
        }
        outcome.notes.extend(allocator.notes());
        for standing in allocator.standings() {
            outcome.notes.extend(capacity_note(self.rule, &standing));
        }
        if let Some((transaction, _)) = session.writing()? {
            transaction.add_attribute_names(&self.names)?;
            allocator.flush(session)?;
            session.end(count, ids)?;
        }
        Ok(outcome)
    }
}

/// The scope of codes that are not counted: a JSON array without a part.
pub(crate) const UNCOUNTED: &str = "[]";

/// The scope a code is counted in; all codes of a rule without a sequence stand under one counter
/// that counts nothing.
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
        if let Some(cancelled) = Cancelled::code(book, view, &row)? {
            return Err(cancelled.into());
        }
        return Err(Error::Taken {
            code: row.text().to_owned(),
            rule: rule.name.clone(),
            holder: holder_of(view, &row)?,
        });
    }
    Ok(())
}

/// Chooses the rule and derives what it prints, where nobody gave it. That no rule can be chosen is
/// for [`prepare`] to say.
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
