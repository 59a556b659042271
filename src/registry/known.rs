//! Customers that are in the ledger already: whether a request means them, and what then happens to attributes that differ.

use super::allocate::Ledger;
use super::issue::{Issued, Outcome, issued};
use super::request::{Description, OnExisting, field_index, object, pairs, present};
use super::{Error, Result};
use crate::rule::RuleBook;
use crate::store::{Change, CodeRow, Customer, Entry, Snapshot};

/// A known customer before a request that may differ.
pub(crate) struct Known<'k> {
    pub(crate) book: &'k RuleBook,
    pub(crate) entry: &'k Entry,
    pub(crate) on_existing: OnExisting,
}

impl Known<'_> {
    /// Refuses a request whose printed fields are not those of the original request: the same reference cannot mean two codes.
    ///
    /// The original request is what the customer's first code prints; later codes (after a reclassification) do not count.
    pub(crate) fn agrees(&self, view: &mut dyn Snapshot, description: &Description) -> Result<()> {
        if description.fields.is_empty() {
            return Ok(());
        }
        let codes = view.codes_of(self.entry.customer.id)?;
        let first = codes.first().unwrap_or(&self.entry.code);
        let Ok(reading) = self.book.read(first.text()) else { return Ok(()) };
        for (name, input) in &description.fields {
            let field = &self.book.fields()[field_index(self.book, name)?];
            let Ok(key) = field.resolve(input) else { continue };
            let printed = reading.segments.iter().find_map(|segment| {
                segment.value.as_ref().filter(|(printed, _)| *printed == field.name).map(|(_, key)| key)
            });
            if let Some(printed) = printed
                && *printed != *key
            {
                return Err(Error::Conflict {
                    what: format!(
                        "{} has code {} for {name}={printed}; this request says {name}={key}",
                        subject(&self.entry.customer),
                        self.entry.code.text()
                    ),
                    code: Some(self.entry.code.text().to_owned()),
                    hint: Some(format!("see `custcode show {}`", self.entry.code.text())),
                });
            }
        }
        Ok(())
    }

    /// Does with other attributes that differ what was asked for; gives what a person should know.
    pub(crate) fn settle(
        &self,
        ledger: &mut Ledger<'_>,
        description: &Description,
        operation: i64,
    ) -> Result<Vec<String>> {
        let revised = self.revise(description)?;
        if revised.changes.is_empty() {
            return Ok(Vec::new());
        }
        let code = self.entry.code.text();
        let differences = words(&revised.changes);
        match self.on_existing {
            OnExisting::Keep => Ok(vec![format!("{code} is known with {differences}; kept as it is")]),
            OnExisting::Error => Err(Error::Conflict {
                what: format!("{} has code {code} with {differences}", subject(&self.entry.customer)),
                code: Some(code.to_owned()),
                hint: Some("--on-existing keep or update".to_owned()),
            }),
            OnExisting::Update => {
                if let Some(transaction) = ledger.transaction() {
                    revised.write(transaction, operation)?;
                    transaction.end_operation(operation, 0, None)?;
                }
                Ok(vec![format!("{code} updated: {differences}")])
            }
        }
    }

    /// The customer as the description has it; what the description does not say stays. Fields that a code prints stay too.
    pub(crate) fn revise(&self, description: &Description) -> Result<Revised> {
        let customer = &self.entry.customer;
        let mut revised = Revised::of(customer);
        revised.name(present(description.name.as_deref()));
        let printed = printed_fields(self.book, &self.entry.code);
        for (name, input) in &description.fields {
            let field = &self.book.fields()[field_index(self.book, name)?];
            if let Ok(key) = field.resolve(input)
                && !printed.contains(&field.name)
            {
                revised.field(&field.name, &key);
            }
        }
        for (name, text) in description.attributes.iter().filter(|(_, text)| !text.is_empty()) {
            revised.attribute(name, text);
        }
        Ok(revised)
    }
}

/// A customer with changes not yet written.
pub(crate) struct Revised {
    id: i64,
    name: Option<String>,
    reference: Option<String>,
    fields: Vec<(String, String)>,
    attributes: Vec<(String, String)>,
    pub(crate) changes: Vec<Change>,
}

impl Revised {
    pub(crate) fn of(customer: &Customer) -> Self {
        Self {
            id: customer.id,
            name: customer.name.clone(),
            reference: customer.reference.clone(),
            fields: pairs(&customer.fields),
            attributes: pairs(&customer.attributes),
            changes: Vec::new(),
        }
    }

    /// Sets the name; `None` leaves it.
    pub(crate) fn name(&mut self, name: Option<&str>) {
        if name.is_some() && name != self.name.as_deref() {
            let before = std::mem::replace(&mut self.name, name.map(str::to_owned));
            self.note("name", before, name);
        }
    }

    /// Sets the reference; an empty text removes it.
    pub(crate) fn reference(&mut self, reference: &str) {
        let after = present(Some(reference));
        if after != self.reference.as_deref() {
            let before = std::mem::replace(&mut self.reference, after.map(str::to_owned));
            self.note("ref", before, after);
        }
    }

    /// Removes the name.
    pub(crate) fn remove_name(&mut self) {
        if let Some(before) = self.name.take() {
            self.note("name", Some(before), None);
        }
    }

    /// Sets a declared field; an empty key removes it.
    pub(crate) fn field(&mut self, name: &str, key: &str) {
        let before = set(&mut self.fields, name, key);
        self.note_if(name, before, key);
    }

    /// Sets an attribute; an empty text removes it.
    pub(crate) fn attribute(&mut self, name: &str, text: &str) {
        let before = set(&mut self.attributes, name, text);
        self.note_if(name, before, text);
    }

    /// Writes the customer and its changes.
    pub(crate) fn write(
        &self,
        transaction: &mut dyn crate::store::Transaction,
        operation: i64,
    ) -> Result<()> {
        let borrow = |list: &[(String, String)]| object(list.iter().map(|(a, b)| (a.as_str(), b.as_str())));
        let names: Vec<&str> = self.attributes.iter().map(|(name, _)| name.as_str()).collect();
        transaction.add_attribute_names(&names)?;
        let changes: Vec<Change> =
            self.changes.iter().map(|change| Change { operation, ..change.clone() }).collect();
        Ok(transaction.update(
            self.id,
            self.name.as_deref(),
            self.reference.as_deref(),
            &borrow(&self.fields),
            &borrow(&self.attributes),
            &changes,
        )?)
    }

    fn note(&mut self, attribute: &str, before: Option<String>, after: Option<&str>) {
        let (attribute, after) = (attribute.to_owned(), after.map(str::to_owned));
        self.changes.push(Change { attribute, before, after, operation: 0 });
    }

    fn note_if(&mut self, attribute: &str, before: Option<String>, after: &str) {
        if before.as_deref().unwrap_or_default() != after {
            self.note(attribute, before, Some(after).filter(|text| !text.is_empty()));
        }
    }
}

/// Sets a pair of a list, keeping its place; an empty text removes it. Gives what was there.
fn set(list: &mut Vec<(String, String)>, name: &str, text: &str) -> Option<String> {
    match list.iter().position(|(key, _)| key == name) {
        Some(place) if text.is_empty() => Some(list.remove(place).1),
        Some(place) => Some(std::mem::replace(&mut list[place].1, text.to_owned())),
        None if text.is_empty() => None,
        None => {
            list.push((name.to_owned(), text.to_owned()));
            None
        }
    }
}

/// Differences in words: `name "A" (asked: "B"), phone none (asked: "1")`.
pub(crate) fn words(changes: &[Change]) -> String {
    let quoted = |text: &Option<String>| text.as_ref().map_or("none".to_owned(), |text| format!("{text:?}"));
    let all: Vec<String> = changes
        .iter()
        .map(|change| {
            format!("{} {} (asked: {})", change.attribute, quoted(&change.before), quoted(&change.after))
        })
        .collect();
    all.join(", ")
}

/// The fields that a code prints.
pub(crate) fn printed_fields(book: &RuleBook, code: &CodeRow) -> Vec<String> {
    book.read(code.text()).map_or_else(
        |_| Vec::new(),
        |reading| reading.rule.printed_fields().into_iter().map(str::to_owned).collect(),
    )
}

/// A customer in a message: its reference, else its name.
pub(crate) fn subject(customer: &Customer) -> String {
    match (&customer.reference, &customer.name) {
        (Some(reference), Some(name)) => format!("reference {reference:?} ({name})"),
        (Some(reference), None) => format!("reference {reference:?}"),
        (None, Some(name)) => format!("customer {name:?}"),
        (None, None) => "a customer without a name".to_owned(),
    }
}

/// Who has a code, in words.
pub(crate) fn holder(view: &mut dyn Snapshot, row: &CodeRow) -> Result<String> {
    let entry = match row.customer {
        Some(customer) => view.entry(customer)?,
        None => None,
    };
    Ok(entry.map_or_else(|| format!("nobody ({})", row.state.as_str()), |entry| subject(&entry.customer)))
}

/// The answer given before to a request id; another request under the same id is a conflict.
pub(crate) fn answer(
    view: &mut dyn Snapshot,
    id: &str,
    digest: Option<&str>,
    book: &RuleBook,
) -> Result<Option<Outcome>> {
    let Some(operation) = view.find_request(id)? else { return Ok(None) };
    if operation.input_digest.as_deref() != digest {
        return Err(Error::Conflict {
            what: format!(
                "request id {id:?} was used for another request: `{}` at {}",
                operation.command, operation.at
            ),
            code: None,
            hint: Some("repeat the request exactly, or choose a new --request-id".to_owned()),
        });
    }
    let mut codes: Vec<Issued> = Vec::new();
    view.scan_operation(operation.id, &mut |entry| {
        codes.push(issued(entry, book, true));
        Ok(())
    })?;
    Ok(Some(Outcome { codes, notes: Vec::new() }))
}
