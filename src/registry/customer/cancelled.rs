//! Codes that were cancelled, and customers who were erased: nobody gets such a code again, and
//! such a customer gets no other one unseen.

use super::label::subject;
use crate::registry::{Error, Result, clock};
use crate::rule::RuleBook;
use crate::store::{CodeRow, CodeState, CustomerState, Entry, Erasure, Snapshot};

/// Why a request for a cancelled code, or for the customer of one, is refused.
#[derive(Debug)]
pub(crate) struct Cancelled {
    message: String,
    /// The code that was cancelled; none where the customer was erased.
    code: Option<String>,
    hint: Option<String>,
}

impl Cancelled {
    /// The code itself was cancelled.
    pub(crate) fn code(book: &RuleBook, view: &mut dyn Snapshot, row: &CodeRow) -> Result<Option<Self>> {
        if row.state != CodeState::Void {
            return Ok(None);
        }
        let message = format!("code {}", told(book, view, row)?);
        Ok(Some(Self { message, code: Some(row.text().to_owned()), hint: None }))
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
            code: Some(code.to_owned()),
        }))
    }

    /// The customer of this reference was erased: who comes back is told, not numbered anew unseen.
    pub(crate) fn reference(book: &RuleBook, reference: &str, erasure: &Erasure) -> Self {
        let message = format!("the customer of reference {reference:?} was {}", erased(book, erasure));
        Self { message, code: None, hint: Some(COMES_BACK.to_owned()) }
    }

    /// The same with another way out.
    pub(crate) fn hinted(self, hint: String) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// The customer of this code, if it was erased.
    pub(crate) fn erased(book: &RuleBook, view: &mut dyn Snapshot, entry: &Entry) -> Result<Option<Self>> {
        if entry.customer.state != CustomerState::Erased {
            return Ok(None);
        }
        let code = entry.code.text();
        Ok(view.erasure_of(entry.customer.id)?.map(|erasure| Self {
            message: format!("the customer of code {code} was {}", erased(book, &erasure)),
            code: None,
            hint: Some(NEW_CODE.to_owned()),
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
        match code {
            Some(code) => Self::Void { message, code, hint },
            None => Self::Erased { message, hint },
        }
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

/// `erased 2026-11-22 09:00:00 +08:00 by li: asked for it`.
pub(super) fn erased(book: &RuleBook, erasure: &Erasure) -> String {
    let at = clock::shown(&clock::zone(book), &erasure.operation.at);
    format!("erased {at} by {}: {}", erasure.operation.actor, erasure.reason)
}

/// What somebody can do whose reference was erased.
const COMES_BACK: &str = "--after-erasure new makes a new customer, who gets another code";

/// The same of whoever names a code.
const NEW_CODE: &str = "its code stays as it is; who comes back is a new customer: custcode new";
