//! A code explained: its segments, its customer, its history.

use jiff::tz::TimeZone;

use super::code_reading;
use super::find::{Hit, find};
use super::likely::LikelyCustomer;
use super::resolve;
use crate::code::normalize;
use crate::registry::json_fields::pairs;
use crate::registry::rules::kept;
use crate::registry::{Error, Registry, Result, clock};
use crate::rule::reading::ReadSegment;
use crate::rule::{Reading, RuleBook};
use crate::store::{CodeRow, Entry, Operation, Snapshot};

/// Everything about one code.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The code, as written.
    pub code: String,
    /// State word; none when it is not in the ledger.
    pub state: Option<String>,
    /// Rule id; none for legacy codes.
    pub rule: Option<String>,
    /// Its segments; empty for a code that no rule reads.
    pub segments: Vec<ReadSegment>,
    /// The digest of the rules that read it, where the current ones do not: those it was issued
    /// with.
    pub earlier: Option<String>,
    /// The customer.
    pub customer: Option<CustomerView>,
    /// What happened, oldest first.
    pub history: Vec<HistoryLine>,
}

/// A customer as shown.
#[derive(Debug, Clone)]
pub struct CustomerView {
    /// The code it carries now.
    pub code: String,
    /// Name.
    pub name: Option<String>,
    /// Its references.
    pub references: Vec<String>,
    /// State word.
    pub state: String,
    /// Record date.
    pub date: String,
    /// Declared fields: name, label of the field, key, label of the value.
    pub fields: Vec<(String, String, String, String)>,
    /// Other attributes.
    pub attributes: Vec<(String, String)>,
    /// Codes it carried before.
    pub former: Vec<String>,
    /// When, by whom and why it was erased.
    pub erased: Option<ErasedView>,
}

/// An erasure as shown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ErasedView {
    /// Time in the rules' zone: `2026-11-22 09:00:00 +08:00`.
    pub at: String,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// One event.
#[derive(Debug, Clone, serde::Serialize)]
pub struct HistoryLine {
    /// Time in the rules' zone: `2026-11-22 09:00:00 +08:00`.
    pub at: String,
    /// Who.
    pub actor: String,
    /// Command.
    pub command: String,
    /// What happened, in words.
    pub what: String,
}

impl Registry<'_> {
    /// Explains a code (any spelling of it), or that of the customer of a reference. A code of the
    /// rules that is not in the ledger has no state, customer or history. Any other text is looked
    /// for as [`Registry::find`] does: the one customer that has it is shown, several are an error
    /// that names them.
    pub fn show(&mut self, code: &str) -> Result<Explanation> {
        let (book, mut ledger) = self.parts();
        ledger.read(false, |view| explain(book, view, code))
    }
}

fn explain(book: &RuleBook, view: &mut dyn Snapshot, text: &str) -> Result<Explanation> {
    let row = match resolve::named_to_read(book, view, text, "show")?.code(book, text)? {
        Some(row) => row,
        None => match code_reading::read(book, resolve::said_code(text)) {
            Ok(reading) => return Ok(unknown(reading)),
            Err(rejection) => searched(book, view, text)?.ok_or_else(|| Error::NotFound {
                code: resolve::said_code(text).to_owned(),
                reason: Some(format!("{} (rule {})", rejection.invalid, rejection.rule.name)),
            })?,
        },
    };
    explain_row(book, view, &row)
}

/// A code of the rules that is not in the ledger.
fn unknown(reading: Reading<'_>) -> Explanation {
    Explanation {
        code: reading.text(),
        state: None,
        rule: Some(reading.rule.id.clone()),
        segments: reading.segments,
        earlier: None,
        customer: None,
        history: Vec::new(),
    }
}

/// The code of the one customer that has this text in some place; that several have it is an error.
fn searched(book: &RuleBook, view: &mut dyn Snapshot, text: &str) -> Result<Option<CodeRow>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let found = find(book, view, text.trim(), NAMED, &|| false)?;
    match &found.hits[..] {
        [] => Ok(None),
        [hit] if found.total == 1 => Ok(view.find_codes(&[&normalize::canonical(&hit.code)])?.swap_remove(0)),
        hits => Err(several(text.trim(), hits, found.total)),
    }
}

/// So many customers are named where several may be meant.
const NAMED: usize = 20;

fn several(text: &str, hits: &[Hit], total: u64) -> Error {
    let named: Vec<String> = hits
        .iter()
        .map(|hit| match &hit.name {
            Some(name) => format!("{} ({name})", hit.code),
            None => hit.code.clone(),
        })
        .collect();
    let more = total - hits.len() as u64;
    let more = if more > 0 { format!(", … {more} more") } else { String::new() };
    let candidate = |hit: &Hit| LikelyCustomer {
        code: hit.code.clone(),
        name: hit.name.clone(),
        references: hit.references.clone(),
    };
    Error::Several {
        message: format!("{text:?} may be any of {total} customers: {}{more}", named.join(", ")),
        candidates: hits.iter().map(candidate).collect(),
        hint: "name one by its code; custcode find shows what of each matches".to_owned(),
    }
}

fn explain_row(book: &RuleBook, view: &mut dyn Snapshot, row: &CodeRow) -> Result<Explanation> {
    let zone = clock::zone(book);
    let reading = code_reading::read_row(book, row);
    let born = view.operation(row.operation)?;
    let origin = match (&reading, &born) {
        // A code that the rules of today do not read is explained by those it was issued with.
        (None, Some(born)) if row.counter.is_some() => Some(kept(view, &born.bundle)?),
        _ => None,
    };
    let earlier = origin.as_ref().and_then(|book| code_reading::read_row(book, row));
    let customer = match row.customer {
        Some(id) => customer_view(book, view, id)?,
        None => None,
    };
    let mut history = Vec::new();
    if let Some(born) = born {
        history.push((born.id, line(&zone, &born, birth(row, reading.is_some()))));
    }
    for (event, operation) in view.events_of(row.id)? {
        let reason = event.reason.map_or(String::new(), |reason| format!(": {reason}"));
        let what = match (event.from, event.to) {
            (from, to) if from == to => format!("{}{reason}", to.as_str()),
            (from, to) => format!("{} → {}{reason}", from.as_str(), to.as_str()),
        };
        history.push((operation.id, line(&zone, &operation, what)));
    }
    if let Some(id) = row.customer {
        for (change, operation) in view.changes_of(id)? {
            let word = |text: Option<String>| text.map_or("none".to_owned(), |text| format!("{text:?}"));
            let why = change.reason.map_or(String::new(), |reason| format!(" ({reason})"));
            let what = match (change.before, change.after) {
                (None, None) => format!("{}: what changed was deleted", change.attribute),
                (before, after) => format!("{}: {} → {}{why}", change.attribute, word(before), word(after)),
            };
            history.push((operation.id, line(&zone, &operation, what)));
        }
        if let Some(erasure) = view.erasure_of(id)? {
            let what = format!("erased: {}", erasure.reason);
            history.push((erasure.operation.id, line(&zone, &erasure.operation, what)));
        }
    }
    history.sort_by_key(|(operation, _)| *operation);
    Ok(Explanation {
        code: row.text().to_owned(),
        state: Some(row.state.as_str().to_owned()),
        earlier: earlier.as_ref().and(origin.as_ref()).map(|book| book.digest.clone()),
        rule: reading.as_ref().or(earlier.as_ref()).map(|reading| reading.rule.id.clone()),
        segments: reading.or(earlier).map_or_else(Vec::new, |reading| reading.segments),
        customer,
        history: history.into_iter().map(|(_, line)| line).collect(),
    })
}

/// How a code came into the ledger.
fn birth(row: &CodeRow, readable: bool) -> String {
    let number = row.number.map_or(String::new(), |number| format!(", number {number} of its scope"));
    let spelling = row.brought.as_ref().map_or(String::new(), |came| format!(", brought as {came:?}"));
    match (row.counter, readable) {
        (None, _) => "taken in from outside the rules".to_owned(),
        (Some(_), true) => format!("entered the ledger{number}{spelling}"),
        (Some(_), false) => format!("entered the ledger{number}{spelling}, under rules since changed"),
    }
}

fn line(zone: &TimeZone, operation: &Operation, what: String) -> HistoryLine {
    let at = clock::shown(zone, &operation.at);
    HistoryLine { at, actor: operation.actor.clone(), command: operation.command.clone(), what }
}

fn customer_view(book: &RuleBook, view: &mut dyn Snapshot, id: i64) -> Result<Option<CustomerView>> {
    let Some(Entry { customer, code }) = view.entry(id)? else { return Ok(None) };
    let fields = pairs(&customer.fields)?.into_iter().map(|(name, key)| {
        let field = book.field(&name);
        let title = field.map_or(name.as_str(), |field| field.label.as_str()).to_owned();
        let label =
            field.and_then(|field| field.value(&key)).map_or(String::new(), |value| value.label.clone());
        (name, title, key, label)
    });
    let former =
        view.codes_of(id)?.iter().filter(|old| old.id != code.id).map(|old| old.text().to_owned()).collect();
    let zone = clock::zone(book);
    let erased = view.erasure_of(id)?.map(|erasure| ErasedView {
        at: clock::shown(&zone, &erasure.operation.at),
        by: erasure.operation.actor,
        reason: erasure.reason,
    });
    Ok(Some(CustomerView {
        erased,
        code: code.text().to_owned(),
        fields: fields.collect(),
        attributes: pairs(&customer.attributes)?,
        former,
        name: customer.name,
        references: customer.references,
        state: customer.state.as_str().to_owned(),
        date: customer.date,
    }))
}
