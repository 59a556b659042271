//! Customers that are in the ledger already: whether a request agrees with what their codes print,
//! and what then happens to attributes that differ.

use jiff::civil::Date;

use super::code_reading::{self, Difference};
use super::label::subject;
use super::request::{Description, OnExisting, field_index, present};
use super::update::CustomerUpdate;
use crate::registry::json_fields::{pairs, value};
use crate::registry::note::{Note, NoteKind};
use crate::registry::session::Session;
use crate::registry::{Error, Result};
use crate::rule::{Reading, Rule, RuleBook};
use crate::store::{Change, CodeRow, Customer, Entry, Snapshot};

/// A known customer before a request that may differ.
pub(crate) struct Existing<'k> {
    pub(crate) book: &'k RuleBook,
    pub(crate) entry: &'k Entry,
    pub(crate) on_existing: OnExisting,
}

impl Existing<'_> {
    /// Refuses a request whose printed fields or date are not those of the original request: the
    /// same reference cannot mean two codes.
    ///
    /// The original request is what the customer's first code prints; later codes (after a
    /// reclassification) do not count.
    pub(crate) fn agrees(&self, view: &mut dyn Snapshot, description: &Description) -> Result<()> {
        if description.fields.is_empty() && description.date.is_none() {
            return Ok(());
        }
        let original = original(self.book, view, self.entry)?;
        match contradiction(self.book, &self.entry.customer, &original, description)? {
            None => Ok(()),
            Some(difference) => {
                let (code, request) = (difference.of_code(), difference.of_request());
                Err(self.conflict(&format!("for {code}; this request says {request}"), None))
            }
        }
    }

    /// Refuses a request for another rule than the one of the original request.
    pub(crate) fn agrees_on_rule(&self, view: &mut dyn Snapshot, asked: &Rule) -> Result<()> {
        match original(self.book, view, self.entry)? {
            Printed::Code(reading) if self.book.family(asked).all(|rule| rule.id != reading.rule.id) => {
                let (of, asked) = (&reading.rule.name, &asked.name);
                Err(self.conflict(&format!("of rule {of}; this request asks for rule {asked}"), None))
            }
            _ => Ok(()),
        }
    }

    fn conflict(&self, why: &str, hint: Option<&str>) -> Error {
        let code = self.entry.code.text();
        Error::Conflict {
            what: format!("{} has code {code} {why}", subject(&self.entry.customer)),
            code: Some(code.to_owned()),
            hint: hint.map(str::to_owned),
        }
    }

    /// Does with other attributes that differ what was asked for; gives what a person should know.
    pub(crate) fn settle(&self, session: &mut Session<'_>, description: &Description) -> Result<Settled> {
        let customer = &self.entry.customer;
        let printed = Printed::of_row(self.book, &self.entry.code);
        let revision = revise(self.book, customer, &printed, description)?;
        let day = description.date.map(|date| date.to_string()).filter(|day| *day != customer.date);
        // A record date belongs to the code's own history.
        let day = day.map(|day| format!("date {:?} (asked: {day:?})", customer.date));
        let differences: Vec<String> = revision.in_words().into_iter().chain(day.clone()).collect();
        if differences.is_empty() {
            return Ok(Settled::default());
        }
        match self.on_existing {
            OnExisting::Keep => self.keep(session, description, revision, day),
            OnExisting::Update => self.update(session, revision, day),
            OnExisting::Error => Err(self
                .conflict(&format!("with {}", differences.join(", ")), Some("--on-existing keep or update"))),
        }
    }

    /// Keeps what the ledger has. A reference that is new is added, or the next request with it
    /// would make a second customer.
    fn keep(
        &self,
        session: &mut Session<'_>,
        description: &Description,
        revision: Revision,
        day: Option<String>,
    ) -> Result<Settled> {
        let (code, mut settled) = (self.entry.code.text(), Settled::default());
        let Revision { mut update, stays } = revision;
        let known = &self.entry.customer.references;
        if let Some(reference) = present(description.reference.as_deref())
            && !known.iter().any(|known| known == reference)
        {
            let mut attached = CustomerUpdate::of(&self.entry.customer)?;
            attached.add_reference(reference);
            attached.write(session)?;
            (settled.written, settled.attached) = (true, true);
            let text = format!("{code} now has reference {reference:?}");
            settled.notes.push(Note::new(NoteKind::ReferenceAdded, text));
            update.changes.retain(|change| change.attribute != "ref");
        }
        let kept: Vec<String> = words(&update.changes).into_iter().chain(stays).chain(day).collect();
        if !kept.is_empty() {
            settled.kept = true;
            let text = format!("{code} is known with {}; kept as it is", kept.join(", "));
            settled.notes.push(Note::new(NoteKind::Kept, text));
        }
        Ok(settled)
    }

    /// Takes what the request says, but for what the code prints.
    fn update(&self, session: &mut Session<'_>, revision: Revision, day: Option<String>) -> Result<Settled> {
        let (code, mut settled) = (self.entry.code.text(), Settled::default());
        let Revision { update, stays } = revision;
        if !update.changes.is_empty() {
            if let Some(what) = update.excess() {
                return Err(Error::Conflict { what, code: Some(code.to_owned()), hint: None });
            }
            update.write(session)?;
            settled.written = true;
            settled.attached = update.changes.iter().any(|change| change.attribute == "ref");
            let text = format!("{code} updated: {}", words(&update.changes).join(", "));
            settled.notes.push(Note::new(NoteKind::Updated, text));
        }
        settled.kept = !stays.is_empty();
        let kept = |it: String| Note::new(NoteKind::Kept, format!("{code} keeps its {it}"));
        settled.notes.extend(stays.into_iter().chain(day).map(kept));
        Ok(settled)
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
        code_reading::read(book, code).map_or(Self::Nothing, Self::Code)
    }

    /// Where it prints something else than these values (keys by field) and this date would make it
    /// print.
    fn differences<'k>(
        &self,
        book: &RuleBook,
        record: &[(String, String)],
        key: &dyn Fn(&str) -> Option<&'k str>,
        date: Option<Date>,
    ) -> Vec<Difference> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Code(reading) => code_reading::differences(book, reading, key, date),
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

/// What a customer's first code prints, that of the original request; later ones (after a
/// reclassification) do not count.
pub(crate) fn original<'b>(
    book: &'b RuleBook,
    view: &mut dyn Snapshot,
    entry: &Entry,
) -> Result<Printed<'b>> {
    let codes = view.codes_of(entry.customer.id)?;
    Ok(Printed::of_row(book, codes.first().unwrap_or(&entry.code)))
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

/// The first printed field or date in which a description contradicts the code. A value that the
/// record has agrees, although the code may print another one: customers change, and their codes
/// stay.
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
    pub(crate) update: CustomerUpdate,
    /// What differs and stays all the same, in words: a field that the code prints and the record
    /// has.
    pub(crate) stays: Vec<String>,
}

impl Revision {
    /// All that differs, in words.
    pub(crate) fn in_words(&self) -> Vec<String> {
        words(&self.update.changes).into_iter().chain(self.stays.iter().cloned()).collect()
    }
}

/// The customer as the description has it; what the description does not say stays, and so does
/// what the code prints.
pub(crate) fn revise(
    book: &RuleBook,
    customer: &Customer,
    printed: &Printed<'_>,
    description: &Description,
) -> Result<Revision> {
    let (record, mut stays) = (pairs(&customer.fields)?, Vec::new());
    let mut update = CustomerUpdate::of(customer)?;
    update.name(present(description.name.as_deref()));
    if let Some(reference) = present(description.reference.as_deref()) {
        update.add_reference(reference);
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
            _ if !differs => update.field(name, &key),
            _ => {}
        }
    }
    for (name, text) in description.attributes.iter().filter(|(_, text)| !text.is_empty()) {
        update.attribute(name, text);
    }
    Ok(Revision { update, stays })
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
    /// Whether it got a reference.
    pub(crate) attached: bool,
}

/// Differences in words: `name "A" (asked: "B")`, `phone none (asked: "1")`.
fn words(changes: &[Change]) -> Vec<String> {
    let quoted = |text: &Option<String>| text.as_ref().map_or("none".to_owned(), |text| format!("{text:?}"));
    let word = |change: &Change| {
        format!("{} {} (asked: {})", change.attribute, quoted(&change.before), quoted(&change.after))
    };
    changes.iter().map(word).collect()
}
