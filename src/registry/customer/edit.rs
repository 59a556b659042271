//! Changing what is known of a customer; never its code.

use super::printed;
use super::request::{Values, field_index, once, present};
use super::revised::Revised;
use crate::code::normalize;
use crate::registry::note::Note;
use crate::registry::number::issue::begin;
use crate::registry::rules::current;
use crate::registry::{Error, Registry, Result};
use crate::rule::RuleBook;
use crate::store::{Change, CodeRow, Intent, Snapshot};

/// What to change; an empty text removes.
#[derive(Debug, Clone, Default)]
pub struct EditRequest {
    /// The customer's code (any it has or had).
    pub code: String,
    /// New name.
    pub name: Option<String>,
    /// New reference.
    pub reference: Option<String>,
    /// Declared fields that no code of the customer prints.
    pub fields: Vec<(String, String)>,
    /// Other attributes.
    pub attributes: Vec<(String, String)>,
    /// Say what would happen.
    pub dry_run: bool,
}

/// What was changed.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The customer's current code.
    pub code: String,
    /// The differences; empty when everything was so already.
    pub changes: Vec<Change>,
    /// What a person should know: changed rules that were adopted.
    pub notes: Vec<Note>,
}

impl Registry<'_> {
    /// Edits a customer. What a code of the customer prints cannot be edited: that would be a reclassification.
    pub fn edit(&mut self, request: &EditRequest) -> Result<Edited> {
        crate::registry::retried(|| self.edit_once(request))
    }

    fn edit_once(&mut self, request: &EditRequest) -> Result<Edited> {
        once(&request.fields)?;
        once(&request.attributes)?;
        let Self { book, store, who, now, patience, .. } = self;
        if request.dry_run {
            let mut view = store.read()?;
            current::judge(book, view.as_mut())?;
            let (code, revised) = revise(book, view.as_mut(), request)?;
            return Ok(Edited { code: code.text().to_owned(), changes: revised.changes, notes: Vec::new() });
        }
        let mut transaction = begin(store.as_mut(), Intent::Small, "edit", *patience)?;
        let adopted = current::ensure(book, transaction.as_mut(), who, *now)?;
        let mut notes = Vec::new();
        let (code, revised) = revise(book, transaction.as_mut(), request)?;
        if !revised.changes.is_empty() {
            let operation = transaction.begin_operation(&who.operation("edit", &now.to_string(), book))?;
            revised.write(transaction.as_mut(), operation)?;
            transaction.end_operation(operation, 0, Some((code.id, code.id)))?;
            transaction.commit()?;
            notes.extend(adopted);
        }
        Ok(Edited { code: code.text().to_owned(), changes: revised.changes, notes })
    }
}

/// The customer as it would be; gives its current code too.
fn revise(book: &RuleBook, view: &mut dyn Snapshot, request: &EditRequest) -> Result<(CodeRow, Revised)> {
    let canonical = normalize::canonical(&request.code);
    let found = view.find_codes(&[&canonical])?.swap_remove(0);
    let entry = match found.and_then(|row| row.customer) {
        Some(customer) => view.entry(customer)?,
        None => None,
    };
    let entry = entry.ok_or_else(|| Error::NotFound { code: request.code.clone(), reason: None })?;
    let mut revised = Revised::of(&entry.customer)?;
    match request.name.as_deref().map(str::trim) {
        Some("") => revised.remove_name(),
        name => revised.name(name),
    }
    if let Some(reference) = present(request.reference.as_deref())
        && let Some(other) = view.find_references(&[reference])?.swap_remove(0)
        && other.customer.id != entry.customer.id
    {
        return Err(Error::Conflict {
            what: format!("reference {reference:?} belongs to {}", other.code.text()),
            code: Some(other.code.text().to_owned()),
            hint: None,
        });
    }
    if let Some(reference) = &request.reference {
        revised.reference(reference);
    }
    let reading = printed::read_row(book, &entry.code);
    for (name, input) in &request.fields {
        let field = &book.fields()[field_index(book, name)?];
        let key = if input.is_empty() {
            String::new()
        } else {
            Values::resolve(book, &[(name.clone(), input.clone())])?.lookup(book, name).unwrap_or_default()
        };
        let asked = |printed: &str| (printed == field.name).then_some(key.as_str());
        let before = revised.changes.len();
        revised.field(&field.name, &key);
        // What stays as it is may be said again, and what a code prints may be put right to what it prints.
        if revised.changes.len() > before
            && let Some(reading) = &reading
            && let Some(difference) = printed::differences(book, reading, &asked, None).first()
        {
            return Err(Error::Conflict {
                what: format!(
                    "code {} prints {}; edit never changes a code",
                    entry.code.text(),
                    difference.of_code()
                ),
                code: Some(entry.code.text().to_owned()),
                hint: None,
            });
        }
    }
    for (name, text) in &request.attributes {
        revised.attribute(name, text);
    }
    match revised.excess().filter(|_| !revised.changes.is_empty()) {
        None => Ok((entry.code, revised)),
        Some(message) => Err(Error::usage(message, "shorten it".to_owned())),
    }
}
