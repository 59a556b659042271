//! Changing what is known of a customer; never its code.

use super::cancelled::Cancelled;
use super::code_reading;
use super::label::entry_of;
use super::matching::{Dropped, other_with_reference};
use super::request::{Values, field_index, not_blank, once, present};
use super::resolve::{self, Named};
use super::update::CustomerUpdate;
use crate::registry::note::Note;
use crate::registry::session::Command;
use crate::registry::{Error, Registry, Result, limits};
use crate::rule::RuleBook;
use crate::store::{Change, CodeRow, Entry, Snapshot};

/// What to change; an empty text removes.
#[derive(Debug, Clone, Default)]
pub struct EditRequest {
    /// The customer's code (any it has or had), or `ref:` and a reference.
    pub code: String,
    /// New name.
    pub name: Option<String>,
    /// References that it gets beside those it has.
    pub add_references: Vec<String>,
    /// References that are taken away from it.
    pub drop_references: Vec<String>,
    /// Why they are taken away.
    pub reason: Option<String>,
    /// Give it references also that another customer had once.
    pub reuse_reference: bool,
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
    /// Edits a customer. What a code of the customer prints cannot be edited: that would be a
    /// reclassification.
    pub fn edit(&mut self, request: &EditRequest) -> Result<Edited> {
        once(&request.fields)?;
        once(&request.attributes)?;
        request.add_references.iter().try_for_each(|text| not_blank("--add-ref", Some(text)))?;
        limits::REASON.check(request.reason.as_deref())?;
        if !request.drop_references.is_empty() && present(request.reason.as_deref()).is_none() {
            return Err(Error::usage(
                "--drop-ref without --reason",
                "say why, for whoever asks years later".to_owned(),
            ));
        }
        let (book, mut ledger) = self.parts();
        let command = Command { dry_run: request.dry_run, ..Command::new("edit") };
        let written = ledger.write(&command, |session| {
            let (code, update) = revise(book, session.view(), request)?;
            if !update.changes.is_empty() {
                update.write(session)?;
                session.end(0, Some((code.id, code.id)))?;
            }
            Ok((code, update.changes))
        })?;
        let ((code, changes), notes) = written.with_notes();
        Ok(Edited { code: code.text().to_owned(), changes, notes: notes.collect() })
    }
}

/// The customer as it would be; gives its current code too.
fn revise(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    request: &EditRequest,
) -> Result<(CodeRow, CustomerUpdate)> {
    let entry = match resolve::named(view, &request.code, "edit")? {
        Named::Code(row) => entry_of(view, &row)?,
        Named::Customer(entry) => Some(*entry),
        Named::Erased(erasure) => return Err(resolve::refusal(book, &request.code, &erasure)),
        Named::Nothing => None,
    };
    let entry = entry.ok_or_else(|| Error::NotFound { code: request.code.clone(), reason: None })?;
    if let Some(erased) = Cancelled::erased(book, view, &entry)? {
        return Err(erased.into());
    }
    let mut update = CustomerUpdate::of(&entry.customer)?;
    match request.name.as_deref().map(str::trim) {
        Some("") => update.remove_name(),
        name => update.name(name),
    }
    references(book, view, request, &entry, &mut update)?;
    let reading = code_reading::read_row(book, &entry.code);
    for (name, input) in &request.fields {
        let field = &book.fields()[field_index(book, name)?];
        let key = if input.is_empty() {
            String::new()
        } else {
            Values::resolve(book, &[(name.clone(), input.clone())])?.lookup(book, name).unwrap_or_default()
        };
        let asked = |printed: &str| (printed == field.name).then_some(key.as_str());
        let before = update.changes.len();
        update.field(&field.name, &key);
        // What stays as it is may be said again, and what a code prints may be put right to what it
        // prints.
        if update.changes.len() > before
            && let Some(reading) = &reading
            && let Some(difference) = code_reading::differences(book, reading, &asked, None).first()
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
        update.attribute(name, text);
    }
    match update.excess().filter(|_| !update.changes.is_empty()) {
        None => Ok((entry.code, update)),
        Some(message) => Err(Error::usage(message, "shorten it".to_owned())),
    }
}

/// Adds and drops references.
fn references(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    request: &EditRequest,
    entry: &Entry,
    update: &mut CustomerUpdate,
) -> Result<()> {
    let code = entry.code.text();
    let reason = present(request.reason.as_deref());
    for reference in &request.drop_references {
        if !update.drop_reference(reference, reason) {
            let known = &entry.customer.references;
            return Err(Error::Conflict {
                what: format!("{code} has no reference {reference:?}"),
                code: Some(code.to_owned()),
                hint: (!known.is_empty()).then(|| format!("it has {}", known.join(", "))),
            });
        }
    }
    for reference in request.add_references.iter().filter_map(|text| present(Some(text))) {
        if let Some(other) = other_with_reference(view, reference, entry.customer.id)? {
            return Err(Error::Conflict {
                what: format!("reference {reference:?} belongs to {}", other.code.text()),
                code: Some(other.code.text().to_owned()),
                hint: None,
            });
        }
        if let Some(erasure) = view.find_erased(&[reference])?.swap_remove(0) {
            let hint = format!("custcode new --ref {reference:?} --after-erasure new makes a new customer");
            return Err(Cancelled::reference(book, reference, &erasure).hinted(hint).into());
        }
        if !request.reuse_reference
            && let Some(dropped) = Dropped::of_another(book, view, reference, Some(entry.customer.id))?
        {
            return Err(dropped.into());
        }
        update.add_reference(reference);
    }
    Ok(())
}
