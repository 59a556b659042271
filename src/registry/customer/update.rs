//! A customer with changes not yet written: each difference is kept with what was there before.

use super::names;
use super::request::present;
use crate::registry::json_fields::{object, pairs};
use crate::registry::session::Session;
use crate::registry::{Result, limits};
use crate::store::{Change, Customer};

/// A customer with changes not yet written.
pub(crate) struct CustomerUpdate {
    id: i64,
    name: Option<String>,
    references: Vec<String>,
    fields: Vec<(String, String)>,
    attributes: Vec<(String, String)>,
    /// What differs from the ledger, in the order it was set.
    pub(crate) changes: Vec<Change>,
}

/// How a change of the references is called.
const REFERENCE: &str = "ref";

impl CustomerUpdate {
    /// The customer as it is.
    pub(crate) fn of(customer: &Customer) -> Result<Self> {
        Ok(Self {
            id: customer.id,
            name: customer.name.clone(),
            references: customer.references.clone(),
            fields: pairs(&customer.fields)?,
            attributes: pairs(&customer.attributes)?,
            changes: Vec::new(),
        })
    }

    /// What makes `after` of a customer; nothing is taken away.
    pub(crate) fn between(before: &Customer, after: &Customer) -> Result<Self> {
        let mut update = Self::of(before)?;
        update.name(after.name.as_deref());
        for reference in &after.references {
            update.add_reference(reference);
        }
        for (name, key) in pairs(&after.fields)? {
            update.field(&name, &key);
        }
        for (name, text) in pairs(&after.attributes)? {
            update.attribute(&name, &text);
        }
        Ok(update)
    }

    /// Gives the changes to `customer`, of whom this was made.
    pub(crate) fn apply(&self, customer: &mut Customer) {
        customer.name.clone_from(&self.name);
        customer.references.clone_from(&self.references);
        customer.fields = object(lent(&self.fields));
        customer.attributes = object(lent(&self.attributes));
    }

    /// Why the customer cannot be kept so, where a text is too long.
    pub(crate) fn excess(&self) -> Option<String> {
        limits::excess(
            self.name.as_deref(),
            self.references.last().map(String::as_str),
            lent(&self.fields),
            lent(&self.attributes),
        )
    }

    /// Sets the name; `None` leaves it.
    pub(crate) fn name(&mut self, name: Option<&str>) {
        if name.is_some() && name != self.name.as_deref() {
            let before = std::mem::replace(&mut self.name, name.map(str::to_owned));
            self.note("name", before.as_deref(), name);
        }
    }

    /// Gives it another reference; one that it has stays.
    pub(crate) fn add_reference(&mut self, reference: &str) {
        if let Some(reference) = present(Some(reference))
            && !self.references.iter().any(|known| known == reference)
        {
            self.references.push(reference.to_owned());
            self.note(REFERENCE, None, Some(reference));
        }
    }

    /// Takes a reference away; whether it had it.
    pub(crate) fn drop_reference(&mut self, reference: &str, reason: Option<&str>) -> bool {
        let Some(place) = self.references.iter().position(|known| known == reference) else { return false };
        let change = Change::of(REFERENCE, Some(&self.references.remove(place)), None, reason);
        self.changes.push(change);
        true
    }

    /// Takes all references away.
    pub(crate) fn drop_references(&mut self, reason: &str) {
        for reference in self.references.clone() {
            self.drop_reference(&reference, Some(reason));
        }
    }

    /// Removes the name.
    pub(crate) fn remove_name(&mut self) {
        if let Some(before) = self.name.take() {
            self.note("name", Some(&before), None);
        }
    }

    /// Sets a declared field; an empty key removes it.
    pub(crate) fn field(&mut self, name: &str, key: &str) {
        let before = set(&mut self.fields, name, key);
        self.note_if(name, before.as_deref(), key);
    }

    /// Sets an attribute; an empty text removes it.
    pub(crate) fn attribute(&mut self, name: &str, text: &str) {
        let before = set(&mut self.attributes, name, text);
        self.note_if(name, before.as_deref(), text);
    }

    /// Writes the customer and its changes, unless this is a dry run.
    pub(crate) fn write(&self, session: &mut Session<'_>) -> Result<()> {
        let Some((transaction, operation)) = session.writing()? else { return Ok(()) };
        let names: Vec<&str> = self.attributes.iter().map(|(name, _)| name.as_str()).collect();
        transaction.add_attribute_names(&names)?;
        let (references, others): (Vec<&Change>, Vec<&Change>) =
            self.changes.iter().partition(|change| change.attribute == REFERENCE);
        if !others.is_empty() {
            let changes: Vec<Change> =
                others.into_iter().map(|change| Change { operation, ..change.clone() }).collect();
            transaction.update(
                self.id,
                (self.name.as_deref(), self.name.as_deref().and_then(names::key)),
                &object(lent(&self.fields)),
                &object(lent(&self.attributes)),
                &changes,
            )?;
        }
        for change in references {
            match (&change.before, &change.after) {
                (Some(before), _) => {
                    transaction.drop_reference(self.id, before, change.reason.as_deref())?;
                }
                (None, Some(after)) => transaction.add_reference(self.id, after)?,
                (None, None) => {}
            }
        }
        Ok(())
    }

    fn note(&mut self, attribute: &str, before: Option<&str>, after: Option<&str>) {
        self.changes.push(Change::of(attribute, before, after, None));
    }

    fn note_if(&mut self, attribute: &str, before: Option<&str>, after: &str) {
        if before.unwrap_or_default() != after {
            self.note(attribute, before, Some(after).filter(|text| !text.is_empty()));
        }
    }
}

fn lent(list: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    list.iter().map(|(name, text)| (name.as_str(), text.as_str()))
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
