//! What a request for codes came to.

use crate::registry::Result;
use crate::registry::customer::cancelled::Cancelled;
use crate::registry::customer::code_reading;
use crate::registry::customer::existing::Settled;
use crate::registry::note::{Note, NoteKind};
use crate::registry::session::{Session, Written};
use crate::rule::RuleBook;
use crate::store::{CodeRow, CodeState, Entry};

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
    /// The first of the customer's references.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// All of them.
    #[serde(rename = "refs")]
    pub references: Vec<String>,
}

impl Issued {
    /// A known customer's code.
    fn existing(entry: &Entry, book: &RuleBook) -> Self {
        Self {
            code: entry.code.text().to_owned(),
            rule: code_reading::read_row(book, &entry.code).map(|reading| reading.rule.id.clone()),
            number: entry.code.number,
            existing: true,
            name: entry.customer.name.clone(),
            reference: entry.customer.reference().map(str::to_owned),
            references: entry.customer.references.clone(),
        }
    }
}

/// The answer to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The codes, in order.
    pub codes: Vec<Issued>,
    /// What a person should know: numbers stepped over, attributes that differ, a scope near its
    /// end.
    pub notes: Vec<Note>,
    /// Whether the ledger was changed, or would have been in a dry run.
    pub written: bool,
}

impl Outcome {
    /// A known customer, of whom the request was settled so.
    pub(super) fn known(session: &mut Session<'_>, entry: &Entry, settled: Settled) -> Result<Self> {
        session.answered_with(entry.code.id)?;
        let Settled { notes, written, .. } = settled;
        Ok(Self { codes: vec![Issued::existing(entry, session.book)], notes, written })
    }

    /// The answer that was given before to the same request, if it was. One of which nothing but
    /// cancelled codes is left is given to nobody.
    pub(super) fn given_before(session: &mut Session<'_>) -> Result<Option<Self>> {
        let Some(operation) = session.earlier().map(|operation| operation.id) else { return Ok(None) };
        let book = session.book;
        let (mut codes, mut cancelled): (Vec<Issued>, Vec<CodeRow>) = (Vec::new(), Vec::new());
        session.view().scan_operation(operation, &mut |entry| {
            if entry.code.state == CodeState::Void {
                cancelled.push(entry.code.clone());
            }
            codes.push(Issued::existing(entry, book));
            Ok(())
        })?;
        if let Some(first) = cancelled.first().filter(|_| cancelled.len() == codes.len())
            && let Some(refusal) = Cancelled::code(book, session.view(), first)?
        {
            return Err(refusal.into());
        }
        let notes = cancelled.iter().map(|row| format!("{} is void by now", row.text()));
        let notes = notes.map(|text| Note::new(NoteKind::Void, text)).collect();
        Ok(Some(Self { codes, notes, written: false }))
    }
}

impl From<Written<Self>> for Outcome {
    fn from(written: Written<Self>) -> Self {
        let (mut outcome, notes) = written.with_notes();
        outcome.notes.extend(notes);
        outcome
    }
}
