//! Codes that were cancelled: nobody gets one again, and their customers get no other one unseen.

use super::label::subject;
use crate::registry::{Error, Result, clock};
use crate::rule::RuleBook;
use crate::store::{CodeRow, CodeState, Entry, Snapshot};

/// Why a request for a cancelled code, or for the customer of one, is refused.
#[derive(Debug)]
pub(crate) struct Cancelled {
    message: String,
    code: String,
    hint: Option<String>,
}

impl Cancelled {
    /// The code itself was cancelled.
    pub(crate) fn code(book: &RuleBook, view: &mut dyn Snapshot, row: &CodeRow) -> Result<Option<Self>> {
        if row.state != CodeState::Void {
            return Ok(None);
        }
        let message = format!("code {}", told(book, view, row)?);
        Ok(Some(Self { message, code: row.text().to_owned(), hint: None }))
    }

    /// The customer's code was cancelled: it would get another one unseen.
    pub(crate) fn customer(book: &RuleBook, view: &mut dyn Snapshot, entry: &Entry) -> Result<Option<Self>> {
        if entry.code.state != CodeState::Void {
            return Ok(None);
        }
        let code = entry.code.text();
        let since = since(book, view, &entry.code)?;
        Ok(Some(Self {
            message: format!("code {code} of {} is {since}", subject(&entry.customer)),
            hint: entry.customer.reference().map(|_| {
                format!(
                    "custcode void {code} --drop-refs --reason \"…\" takes its references away; \
                     --reuse-ref then gives one to another customer"
                )
            }),
            code: code.to_owned(),
        }))
    }

    /// The reason in one line, with the way out.
    pub(crate) fn in_line(self) -> String {
        match self.hint {
            Some(hint) => format!("{}; {hint}", self.message),
            None => self.message,
        }
    }
}

impl From<Cancelled> for Error {
    fn from(Cancelled { message, code, hint }: Cancelled) -> Self {
        Self::Void { message, code, hint }
    }
}

/// `01A0001 is void since 2026-11-22 09:00:00 +08:00 by li: entered twice`.
pub(crate) fn told(book: &RuleBook, view: &mut dyn Snapshot, row: &CodeRow) -> Result<String> {
    Ok(format!("{} is {}", row.text(), since(book, view, row)?))
}

/// When, by whom and why a code was cancelled.
fn since(book: &RuleBook, view: &mut dyn Snapshot, row: &CodeRow) -> Result<String> {
    let events = view.events_of(row.id)?;
    let cancelled =
        events.into_iter().rfind(|(event, _)| event.to == CodeState::Void && event.from != CodeState::Void);
    Ok(cancelled.map_or_else(
        || "void".to_owned(),
        |(event, operation)| {
            let at = clock::shown(&clock::zone(book), &operation.at);
            let reason = event.reason.map_or(String::new(), |reason| format!(": {reason}"));
            format!("void since {at} by {}{reason}", operation.actor)
        },
    ))
}
