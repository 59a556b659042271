//! Whom somebody names by a code or a reference: once for every command.
//!
//! Commands that read take a reference where a code is typed; a code comes first, and `ref:1001`
//! is a reference in any case, `code:1001` a code. Commands that write take a reference as
//! `ref:1001` only.

use super::cancelled::Cancelled;
use super::code_reading;
use super::label::entry_of;
use super::likely::LikelyCustomer;
use crate::code::normalize::canonical;
use crate::registry::{Error, Result, limits};
use crate::rule::RuleBook;
use crate::store::{CodeRow, Entry, Erasure, Snapshot};

/// How a reference and a code are told apart where either can be named.
const REFERENCE: &str = "ref:";
const CODE: &str = "code:";

/// What was named.
#[derive(Debug)]
pub(crate) enum Named {
    /// A code of the ledger, whoever has it.
    Code(CodeRow),
    /// The customer of a reference.
    Customer(Box<Entry>),
    /// The customer of a reference that was erased, and left a mark.
    Erased(Box<Erasure>),
    /// Nothing in the ledger.
    Nothing,
}

impl Named {
    /// The code that was named, or the one that the named customer carries; none for nothing in the
    /// ledger. `text` is what was typed.
    pub(crate) fn code(self, book: &RuleBook, text: &str) -> Result<Option<CodeRow>> {
        match self {
            Self::Code(row) => Ok(Some(row)),
            Self::Customer(entry) => Ok(Some(entry.code)),
            Self::Erased(erasure) => Err(refusal(book, text, &erasure)),
            Self::Nothing => Ok(None),
        }
    }
}

/// What a text names for a command that writes: a code in any spelling, or `ref:` and a reference.
/// `command` is what to type for the customer who had a reference once.
pub(crate) fn named(view: &mut dyn Snapshot, text: &str, command: &str) -> Result<Named> {
    match (code(view, text)?, prefixed(text)) {
        (Some(row), _) => Ok(Named::Code(row)),
        (None, Some(reference)) => match view.find_references(&[reference])?.swap_remove(0) {
            Some(entry) => Ok(Named::Customer(Box::new(entry))),
            None => formerly(view, reference, command),
        },
        (None, None) => Ok(Named::Nothing),
    }
}

/// What a text names for a command that reads: besides, a reference as it is. One that is the code
/// of one customer and the reference of another is refused, and both are named.
pub(crate) fn named_to_read(
    book: &RuleBook,
    view: &mut dyn Snapshot,
    text: &str,
    command: &str,
) -> Result<Named> {
    match both(book, view, text)? {
        (Some(row), Some((entry, reference))) if row.customer != Some(entry.customer.id) => {
            let holder = entry_of(view, &row)?;
            let mut candidates: Vec<LikelyCustomer> = holder.iter().map(LikelyCustomer::from).collect();
            candidates.push(LikelyCustomer::from(&entry));
            Err(Error::Several {
                message: format!("{reference:?} is a code and the reference of {}", entry.code.text()),
                candidates,
                hint: format!(
                    "custcode {command} {CODE}{}, or custcode {command} {REFERENCE}{reference}",
                    row.text()
                ),
            })
        }
        (Some(row), _) => Ok(Named::Code(row)),
        (None, Some((entry, _))) => Ok(Named::Customer(Box::new(entry))),
        (None, None) => match prefixed(text) {
            Some(reference) => formerly(view, reference, command),
            None => Ok(Named::Nothing),
        },
    }
}

/// The code that a text is, and the customer whose reference it is, with that reference.
pub(crate) type CodeAndReference = (Option<CodeRow>, Option<(Entry, String)>);

/// The code that a text is, as it stands or as the rules would spell it, and the customer whose
/// reference it is.
pub(crate) fn both(book: &RuleBook, view: &mut dyn Snapshot, text: &str) -> Result<CodeAndReference> {
    let mut row = code(view, text)?;
    let reference = prefixed(text).unwrap_or(text.trim());
    let entry = view.find_references(&[reference])?.swap_remove(0);
    if row.is_none()
        && entry.is_none()
        && let Ok(reading) = code_reading::read(book, said_code(text))
    {
        row = code(view, &reading.text())?;
    }
    // Either prefix says which is meant, unless a code or a reference begins so.
    let said = prefixed(text).is_some() || text.trim().starts_with(CODE);
    let meant = entry.filter(|_| row.is_none() || !said);
    Ok((row, meant.map(|entry| (entry, reference.to_owned()))))
}

/// The code that a text would be, without the word that says so.
pub(crate) fn said_code(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix(CODE).map_or(text, str::trim)
}

fn code(view: &mut dyn Snapshot, text: &str) -> Result<Option<CodeRow>> {
    if let Some(row) = view.find_codes(&[&canonical(text)])?.swap_remove(0) {
        return Ok(Some(row));
    }
    match said_code(text) {
        code if code == text.trim() => Ok(None),
        code => Ok(view.find_codes(&[&canonical(code)])?.swap_remove(0)),
    }
}

/// The reference that a text says it is.
fn prefixed(text: &str) -> Option<&str> {
    text.trim().strip_prefix(REFERENCE).map(str::trim)
}

/// Who had a reference that nobody has, and was erased; where it was taken away from somebody, that
/// is an error which says from whom.
fn formerly(view: &mut dyn Snapshot, reference: &str, command: &str) -> Result<Named> {
    if let Some(dropped) = view.find_dropped(&[reference])?.swap_remove(0)
        && let Some(entry) = view.entry(dropped.customer)?
    {
        let code = entry.code.text();
        return Err(Error::Conflict {
            what: format!("reference {reference:?} was taken away from the customer of {code}"),
            code: Some(code.to_owned()),
            hint: Some(format!("if it is that customer: custcode {command} {code}")),
        });
    }
    match view.find_erased(&[reference])?.swap_remove(0) {
        Some(erasure) => Ok(Named::Erased(Box::new(erasure))),
        None => {
            Err(Error::NotFound { code: limits::shown(&format!("{REFERENCE}{reference}")), reason: None })
        }
    }
}

/// The refusal to do anything with a customer who was erased, named by its reference.
pub(crate) fn refusal(book: &RuleBook, text: &str, erasure: &Erasure) -> Error {
    Cancelled::reference(book, prefixed(text).unwrap_or(text), erasure).into()
}

/// A code that is not in the ledger, with what is wrong with it if it is no code at all.
pub(crate) fn not_found(book: &RuleBook, code: &str) -> Error {
    let code = said_code(code);
    let reason = code_reading::read(book, code).err().map(|rejection| {
        let meant = rejection.suggestion.map_or(String::new(), |near| format!("; did you mean {near}?"));
        format!("{} (rule {}){meant}", rejection.invalid, rejection.rule.name)
    });
    Error::NotFound { code: limits::shown(code), reason }
}
