//! Customers by what somebody knows of them: a code, a reference, a part of the name, the initials
//! of its pinyin, a telephone number, another attribute.
//!
//! A text that is a code or a reference means that one, which indexes find. For anything else every
//! customer is looked at, a table at a time.

mod best;
mod text;

use std::collections::HashMap;

use self::best::{Best, Candidate};
use self::text::Wanted;
use super::label::entry_of;
use super::names;
use super::resolve;
use crate::code::normalize::canonical;
use crate::registry::json_fields::pairs;
use crate::registry::{Error, Registry, Result};
use crate::rule::RuleBook;
use crate::store::{self, CodeRow, CustomerState, Entry, Snapshot};

/// How closely something matches, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closeness {
    /// It is the code, up to its spelling.
    Code,
    /// It is the reference.
    Reference,
    /// It is the name.
    Name,
    /// A code, a reference or a name begins with it.
    Beginning,
    /// It stands in one of them.
    Part,
    /// With them begin the initials of the name in pinyin.
    Initials,
    /// They stand among these initials.
    #[serde(rename = "initials")]
    SomeInitials,
    /// It stands in an attribute.
    Attribute,
}

/// What of a customer matches.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A code that it has or had.
    Code,
    /// A reference that it has.
    Ref,
    /// Its name.
    Name,
    /// A name that it had.
    FormerName,
    /// The attribute of this name.
    Attribute(String),
}

/// A customer that was found, or a code that has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The code that it carries now.
    pub code: String,
    /// The state of that code; `erased` where its customer was.
    pub state: String,
    /// Name.
    pub name: Option<String>,
    /// References.
    pub references: Vec<String>,
    /// Record date; none where there is no customer.
    pub date: Option<String>,
    /// How closely it matches.
    pub closeness: Closeness,
    /// What of it matches.
    pub what: What,
    /// The text that matches.
    pub text: String,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The closest, in order.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: u64,
}

impl Registry<'_> {
    /// Finds customers in all states, the closest `most` of them. `stop` ends the search as
    /// interrupted.
    pub fn find(&mut self, text: &str, most: usize, stop: &dyn Fn() -> bool) -> Result<Found> {
        if text.trim().is_empty() {
            return Err(Error::usage("there is nothing to look for", None));
        }
        let (book, mut ledger) = self.parts();
        ledger.read(false, |view| find(book, view, text.trim(), most, stop))
    }
}

/// Finds customers in a view of the ledger.
pub(crate) fn find(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    text: &str,
    most: usize,
    stop: &dyn Fn() -> bool,
) -> Result<Found> {
    let known = exactly(book, view, text)?;
    if !known.is_empty() {
        let total = known.len() as u64;
        return Ok(Found { hits: known.into_iter().take(most).collect(), total });
    }
    let (candidates, total) = search(view, text, most, stop)?;
    let ids: Vec<i64> = candidates.iter().map(|candidate| candidate.customer).collect();
    let entries: HashMap<i64, Entry> =
        view.entries(&ids)?.into_iter().map(|entry| (entry.customer.id, entry)).collect();
    let hit = |candidate: Candidate| {
        let Candidate { customer, closeness, what, text } = candidate;
        entries.get(&customer).map(|entry| Hit::new(entry, closeness, what, text))
    };
    Ok(Found { hits: candidates.into_iter().filter_map(hit).collect(), total })
}

/// Whom a text means that is a code in some spelling, or a reference.
fn exactly(book: &RuleBook, view: &mut dyn Snapshot, text: &str) -> Result<Vec<Hit>> {
    let (code, reference) = resolve::both(book, view, text)?;
    let mut hits = Vec::new();
    if let Some(row) = code {
        let entry = entry_of(view, &row)?;
        let text = row.text().to_owned();
        hits.push(match entry {
            Some(entry) => Hit::new(&entry, Closeness::Code, What::Code, text),
            None => Hit::of_code(&row),
        });
    }
    if let Some((entry, reference)) = reference {
        let hit = Hit::new(&entry, Closeness::Reference, What::Ref, reference);
        if hits.iter().all(|known| known.code != hit.code) {
            hits.push(hit);
        }
    }
    Ok(hits)
}

/// So many customers of the same name are looked up by it; the scan finds the others.
const NAMESAKES: i64 = 1_000;

/// Looks at every customer.
fn search(
    view: &mut dyn Snapshot,
    text: &str,
    most: usize,
    stop: &dyn Fn() -> bool,
) -> Result<(Vec<Candidate>, u64)> {
    let (mut wanted, mut best) = (Wanted::new(text), Best::new(most));
    let go_on = || if stop() { Err(store::Error::Interrupted) } else { Ok(()) };
    // Legal forms and brackets may be written otherwise.
    for entry in names::key(text).map(|key| view.named(key, NAMESAKES)).transpose()?.unwrap_or_default() {
        if let Some(name) = entry.customer.name.as_deref().filter(|name| names::same(name, text)) {
            best.push(entry.customer.id, Closeness::Name, name, || What::Name);
        }
    }
    view.scan_customer_codes(&mut |customer, canonical_form, brought| {
        if let Some(closeness) = wanted.code(canonical_form) {
            best.push(customer, closeness, canonical_form, || What::Code);
        }
        if let Some(brought) = brought
            && let Some(closeness) = wanted.code(&canonical(brought))
        {
            best.push(customer, closeness, brought, || What::Code);
        }
        go_on()
    })?;
    view.scan_references(&mut |customer, reference| {
        if let Some(closeness) = wanted.reference(reference) {
            best.push(customer, closeness, reference, || What::Ref);
        }
        go_on()
    })?;
    view.scan_texts(&mut |customer, name, attributes| {
        if let Some(name) = name
            && let Some(closeness) = wanted.name(name)
        {
            best.push(customer, closeness, name, || What::Name);
        } else if wanted.may_be_in(attributes)
            && let Some((name, value)) = pairs(attributes)?.into_iter().find(|(_, value)| wanted.is_in(value))
        {
            best.push(customer, Closeness::Attribute, &value, || What::Attribute(name));
        }
        go_on()
    })?;
    view.scan_former_names(&mut |customer, name| {
        if let Some(closeness) = wanted.name(name) {
            best.push(customer, closeness, name, || What::FormerName);
        }
        go_on()
    })?;
    Ok(best.finish())
}

impl Hit {
    fn new(entry: &Entry, closeness: Closeness, what: What, text: String) -> Self {
        let Entry { customer, code } = entry;
        let state = match customer.state {
            CustomerState::Erased => CustomerState::Erased.as_str(),
            _ => code.state.as_str(),
        };
        Self {
            code: code.text().to_owned(),
            state: state.to_owned(),
            name: customer.name.clone(),
            references: customer.references.clone(),
            date: Some(customer.date.clone()),
            closeness,
            what,
            text,
        }
    }

    /// A code that has no customer.
    fn of_code(row: &CodeRow) -> Self {
        let text = row.text().to_owned();
        Self {
            code: text.clone(),
            state: row.state.as_str().to_owned(),
            name: None,
            references: Vec::new(),
            date: None,
            closeness: Closeness::Code,
            what: What::Code,
            text,
        }
    }
}
