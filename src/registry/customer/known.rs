//! Customers that are in the ledger already: whether a request means them, and what then happens to attributes that differ.

use jiff::civil::Date;

use super::printed;
use super::printed::Difference;
use super::request::{Description, OnExisting, field_index, present};
use super::revised::Revised;
use crate::registry::note::{Note, NoteKind};
use crate::registry::number::allocate::Ledger;
use crate::registry::number::issue::{Issued, Outcome, issued};
use crate::registry::number::void;
use crate::registry::texts::pairs;
use crate::registry::{Error, Result};
use crate::rule::{Reading, Rule, RuleBook};
use crate::store::{Change, CodeRow, CodeState, Customer, Entry, Operation, Snapshot};

/// A known customer before a request that may differ.
pub(crate) struct Known<'k> {
    pub(crate) book: &'k RuleBook,
    pub(crate) entry: &'k Entry,
    pub(crate) on_existing: OnExisting,
}

impl Known<'_> {
    /// Refuses a request whose printed fields or date are not those of the original request: the same reference cannot mean two codes.
    ///
    /// The original request is what the customer's first code prints; later codes (after a reclassification) do not count.
    pub(crate) fn agrees(&self, view: &mut dyn Snapshot, description: &Description) -> Result<()> {
        if description.fields.is_empty() && description.date.is_none() {
            return Ok(());
        }
        let original = original(self.book, view, self.entry)?;
        match contradiction(self.book, &self.entry.customer, &original, description)? {
            None => Ok(()),
            Some(difference) => Err(self.conflict(&format!(
                "for {}; this request says {}",
                difference.of_code(),
                difference.of_request()
            ))),
        }
    }

    /// Refuses a request for another rule than the one of the original request.
    pub(crate) fn agrees_on_rule(&self, view: &mut dyn Snapshot, asked: &Rule) -> Result<()> {
        match original(self.book, view, self.entry)? {
            Printed::Code(reading) if self.book.family(asked).all(|rule| rule.id != reading.rule.id) => {
                Err(self.conflict(&format!(
                    "of rule {}; this request asks for rule {}",
                    reading.rule.name, asked.name
                )))
            }
            _ => Ok(()),
        }
    }

    fn conflict(&self, why: &str) -> Error {
        let code = self.entry.code.text();
        Error::Conflict {
            what: format!("{} has code {code} {why}", subject(&self.entry.customer)),
            code: Some(code.to_owned()),
            hint: None,
        }
    }

    /// Does with other attributes that differ what was asked for; gives what a person should know.
    pub(crate) fn settle(
        &self,
        ledger: &mut Ledger<'_>,
        description: &Description,
        operation: i64,
    ) -> Result<Settled> {
        let revision = self.revise(description)?;
        let (code, customer) = (self.entry.code.text(), &self.entry.customer);
        let day = description.date.map(|date| date.to_string()).filter(|day| *day != customer.date);
        let day = day.map(|day| format!("date {:?} (asked: {day:?})", customer.date));
        let mut differences = revision.in_words();
        differences.extend(day.clone());
        let Revision { mut revised, stays } = revision;
        if differences.is_empty() {
            return Ok(Settled::default());
        }
        let all = differences.join(", ");
        match self.on_existing {
            OnExisting::Keep => {
                let mut settled = Settled::default();
                // Whoever was known by code and name only gets the reference, or the next request with it would make a second customer.
                if let Some(reference) = self.adopted_reference(description) {
                    if let Some(transaction) = ledger.transaction() {
                        let mut revised = Revised::of(customer)?;
                        revised.reference(reference);
                        revised.write(transaction, operation)?;
                        transaction.end_operation(operation, 0, None)?;
                    }
                    settled.written = true;
                    let text = format!("{code} now has reference {reference:?}");
                    settled.notes.push(Note::new(NoteKind::ReferenceAdded, text));
                    revised.changes.retain(|change| change.attribute != "ref");
                }
                let kept: Vec<String> = words(&revised.changes).into_iter().chain(stays).chain(day).collect();
                if !kept.is_empty() {
                    settled.kept = true;
                    let text = format!("{code} is known with {}; kept as it is", kept.join(", "));
                    settled.notes.push(Note::new(NoteKind::Kept, text));
                }
                Ok(settled)
            }
            OnExisting::Error => Err(Error::Conflict {
                what: format!("{} has code {code} with {all}", subject(customer)),
                code: Some(code.to_owned()),
                hint: Some("--on-existing keep or update".to_owned()),
            }),
            OnExisting::Update => {
                if let Some(what) = revised.excess().filter(|_| !revised.changes.is_empty()) {
                    return Err(Error::Conflict { what, code: Some(code.to_owned()), hint: None });
                }
                let mut settled = Settled::default();
                if !revised.changes.is_empty() {
                    if let Some(transaction) = ledger.transaction() {
                        revised.write(transaction, operation)?;
                        transaction.end_operation(operation, 0, None)?;
                    }
                    settled.written = true;
                    let text = format!("{code} updated: {}", words(&revised.changes).join(", "));
                    settled.notes.push(Note::new(NoteKind::Updated, text));
                }
                settled.kept = !stays.is_empty();
                let kept = |it: String| Note::new(NoteKind::Kept, format!("{code} keeps its {it}"));
                settled.notes.extend(stays.into_iter().map(kept));
                // A record date belongs to the code's own story.
                settled.notes.extend(day.map(kept));
                Ok(settled)
            }
        }
    }

    /// The reference that a customer without one would get.
    pub(crate) fn adopted_reference<'d>(&self, description: &'d Description) -> Option<&'d str> {
        self.entry.customer.reference.is_none().then(|| present(description.reference.as_deref())).flatten()
    }

    /// The customer as the description has it.
    fn revise(&self, description: &Description) -> Result<Revision> {
        let printed = Printed::of_row(self.book, &self.entry.code);
        revise(self.book, &self.entry.customer, &printed, description)
    }
}

/// What a customer's code prints: a code that is there, or one that is still to be given.
pub(crate) enum Printed<'b> {
    /// A code, as the rules read it.
    Code(Reading<'b>),
    /// What a rule is going to print, by segment.
    Parts(&'b Rule, Vec<String>),
    /// No rule reads the code.
    Nothing,
}

impl<'b> Printed<'b> {
    /// What a code of the ledger prints.
    pub(crate) fn of_row(book: &'b RuleBook, row: &CodeRow) -> Self {
        Self::of_code(book, row.text())
    }

    /// What a code prints.
    pub(crate) fn of_code(book: &'b RuleBook, code: &str) -> Self {
        printed::read(book, code).map_or(Self::Nothing, Self::Code)
    }

    /// Where it prints something else than these values (keys by field) and this date would make it print.
    fn differences<'k>(
        &self,
        book: &RuleBook,
        record: &[(String, String)],
        key: &dyn Fn(&str) -> Option<&'k str>,
        date: Option<Date>,
    ) -> Vec<Difference> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Code(reading) => printed::differences(book, reading, key, date),
            Self::Parts(rule, parts) => {
                let differences = parts.iter().enumerate().filter_map(|(index, part)| {
                    let (field, _) = rule.field_at(book, index)?;
                    let said = key(&field.name).filter(|key| rule.prints(book, index, key) != Some(part))?;
                    Some(Difference {
                        printed: value(record, &field.name).unwrap_or(part).to_owned(),
                        part: field.name.clone(),
                        name: field.name.clone(),
                        said: said.to_owned(),
                    })
                });
                differences.collect()
            }
        }
    }
}

/// What a customer's first code prints, that of the original request; later ones (after a reclassification) do not count.
pub(crate) fn original<'b>(
    book: &'b RuleBook,
    view: &mut dyn Snapshot,
    entry: &Entry,
) -> Result<Printed<'b>> {
    let codes = view.codes_of(entry.customer.id)?;
    Ok(Printed::of_row(book, codes.first().unwrap_or(&entry.code)))
}

/// What a list of pairs says of a name.
pub(crate) fn value<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str())
}

/// The declared fields of a description that can be understood: (name, key).
fn asked<'b>(book: &'b RuleBook, description: &Description) -> Result<Vec<(&'b str, String)>> {
    let mut asked = Vec::new();
    for (name, input) in &description.fields {
        let field = &book.fields()[field_index(book, name)?];
        if let Ok(key) = field.resolve(input) {
            asked.push((field.name.as_str(), key.into_owned()));
        }
    }
    Ok(asked)
}

/// The first printed field or date in which a description contradicts the code. A value that the record has agrees, although the code
/// may print another one: customers change, and their codes stay.
pub(crate) fn contradiction(
    book: &RuleBook,
    customer: &Customer,
    printed: &Printed<'_>,
    description: &Description,
) -> Result<Option<Difference>> {
    let (asked, record) = (asked(book, description)?, pairs(&customer.fields)?);
    let key = |field: &str| {
        let (_, key) = asked.iter().find(|(name, _)| *name == field)?;
        (value(&record, field) != Some(key)).then_some(key.as_str())
    };
    let differences = printed.differences(book, &record, &key, description.date);
    Ok(differences.into_iter().next())
}

/// A customer as a description has it.
pub(crate) struct Revision {
    /// The customer with what changes.
    pub(crate) revised: Revised,
    /// What differs and stays all the same, in words: a field that the code prints and the record has.
    pub(crate) stays: Vec<String>,
}

impl Revision {
    /// All that differs, in words.
    pub(crate) fn in_words(&self) -> Vec<String> {
        words(&self.revised.changes).into_iter().chain(self.stays.iter().cloned()).collect()
    }
}

/// The customer as the description has it; what the description does not say stays, and so does what the code prints.
pub(crate) fn revise(
    book: &RuleBook,
    customer: &Customer,
    printed: &Printed<'_>,
    description: &Description,
) -> Result<Revision> {
    let (record, mut stays) = (pairs(&customer.fields)?, Vec::new());
    let mut revised = Revised::of(customer)?;
    revised.name(present(description.name.as_deref()));
    // Whoever is known by name only may get a reference; one that is there stays.
    if let (None, Some(reference)) = (&customer.reference, present(description.reference.as_deref())) {
        revised.reference(reference);
    }
    for (name, key) in asked(book, description)? {
        // No value prints as an empty text, so this finds whether the code prints the field at all.
        let prints = |text: &'static str| {
            let asked = |printed: &str| (printed == name).then_some(text);
            !printed.differences(book, &record, &asked, None).is_empty()
        };
        let own = |printed: &str| (printed == name).then_some(key.as_str());
        let differs = !printed.differences(book, &record, &own, None).is_empty();
        match value(&record, name) {
            Some(known) if known == key => {}
            Some(known) if !differs && prints("") => {
                stays.push(format!("{name} {known:?} (asked: {key:?})"));
            }
            _ if !differs => revised.field(name, &key),
            _ => {}
        }
    }
    for (name, text) in description.attributes.iter().filter(|(_, text)| !text.is_empty()) {
        revised.attribute(name, text);
    }
    Ok(Revision { revised, stays })
}

/// What was done with a known customer that a request describes otherwise.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// What a person should know.
    pub(crate) notes: Vec<Note>,
    /// Whether the customer was changed.
    pub(crate) written: bool,
    /// Whether something differs and stays as it is.
    pub(crate) kept: bool,
}

/// Differences in words: `name "A" (asked: "B")`, `phone none (asked: "1")`.
pub(crate) fn words(changes: &[Change]) -> Vec<String> {
    let quoted = |text: &Option<String>| text.as_ref().map_or("none".to_owned(), |text| format!("{text:?}"));
    let word = |change: &Change| {
        format!("{} {} (asked: {})", change.attribute, quoted(&change.before), quoted(&change.after))
    };
    changes.iter().map(word).collect()
}

/// Records which code a known customer was answered with, so that a request id is answered with it again.
pub(crate) fn answered(ledger: &mut Ledger<'_>, operation: i64, entry: &Entry) -> Result<()> {
    match ledger.transaction() {
        Some(transaction) => {
            Ok(transaction.end_operation(operation, 0, Some((entry.code.id, entry.code.id)))?)
        }
        None => Ok(()),
    }
}

/// A customer in a message: its reference, else its name.
pub(crate) fn subject(customer: &Customer) -> String {
    who(customer.reference.as_deref(), customer.name.as_deref())
}

/// Somebody in a message: the reference, else the name.
pub(crate) fn who(reference: Option<&str>, name: Option<&str>) -> String {
    match (reference, name) {
        (Some(reference), Some(name)) => format!("reference {reference:?} ({name})"),
        (Some(reference), None) => format!("reference {reference:?}"),
        (None, Some(name)) => format!("customer {name:?}"),
        (None, None) => "a customer without a name".to_owned(),
    }
}

/// Why two customers meet in a code that neither of them brought.
pub(crate) fn why_one(brought: bool) -> &'static str {
    if brought { "" } else { " (the rule has no sequence: one code for each combination)" }
}

/// Who has a code, in words.
pub(crate) fn holder(view: &mut dyn Snapshot, row: &CodeRow) -> Result<String> {
    let entry = match row.customer {
        Some(customer) => view.entry(customer)?,
        None => None,
    };
    Ok(entry.map_or_else(|| format!("nobody ({})", row.state.as_str()), |entry| subject(&entry.customer)))
}

/// A request id that stands for another request.
pub(crate) fn used(id: &str, operation: &Operation) -> Error {
    Error::Conflict {
        what: format!(
            "request id {id:?} was used for another request: `{}` at {}",
            operation.command, operation.at
        ),
        code: None,
        hint: Some("repeat the request exactly, or choose a new --request-id".to_owned()),
    }
}

/// The answer given before to a request id; another request under the same id is a conflict. An answer of which nothing but
/// cancelled codes is left is given to nobody.
pub(crate) fn answer(
    view: &mut dyn Snapshot,
    id: &str,
    digest: Option<&str>,
    book: &RuleBook,
) -> Result<Option<Outcome>> {
    let Some(operation) = view.find_request(id)? else { return Ok(None) };
    if operation.input_digest.as_deref() != digest {
        return Err(used(id, &operation));
    }
    let (mut codes, mut cancelled): (Vec<Issued>, Vec<CodeRow>) = (Vec::new(), Vec::new());
    view.scan_operation(operation.id, &mut |entry| {
        if entry.code.state == CodeState::Void {
            cancelled.push(entry.code.clone());
        }
        codes.push(issued(entry, book, true));
        Ok(())
    })?;
    if let Some(first) = cancelled.first().filter(|_| cancelled.len() == codes.len()) {
        void::refuse_code(book, view, first)?;
    }
    let notes = cancelled.iter().map(|row| format!("{} is void by now", row.text()));
    let notes = notes.map(|text| Note::new(NoteKind::Void, text)).collect();
    Ok(Some(Outcome { codes, notes, ..Outcome::default() }))
}
