//! A customer of whom several rows of a file speak: who it is, and what these rows make of it.

use super::decision::Decision;
use super::row::{PART, Row};
use super::words::{not_theirs, why_one};
use crate::code::normalize::canonical;
use crate::registry::Result;
use crate::registry::customer::existing::{self, Printed};
use crate::registry::customer::label;
use crate::registry::customer::matching::is_called;
use crate::rule::RuleBook;
use crate::store::{Customer, CustomerState, Entry, Snapshot};

/// A customer of whom several rows speak.
pub(super) struct Party<'m> {
    /// As the ledger knows it; `None` for a new customer.
    pub(super) entry: Option<&'m Entry>,
    /// The row that makes it, or the first that means it.
    pub(super) row: u64,
    /// Its code, canonical and as written, where it is known already.
    pub(super) code: Option<(String, String)>,
    /// As the rows so far make it.
    pub(super) customer: Customer,
    /// What the code prints that it has, or will have.
    pub(super) printed: Printed<'m>,
    /// The rows that mean it, by their places, and whether they certainly do: by its reference, or
    /// as the row that made it.
    pub(super) rows: Vec<(usize, bool)>,
    /// As it was before the file, or as the row that makes it has it.
    pub(super) before: Customer,
    /// When it comes into the ledger: those with codes first, then in the order of their first
    /// rows.
    pub(super) turn: (bool, u64),
}

impl<'m> Party<'m> {
    /// A customer of the ledger, whom `row` means.
    pub(super) fn known(book: &'m RuleBook, entry: &'m Entry, row: &Row<'_>) -> Self {
        Self {
            entry: Some(entry),
            row: row.row,
            code: Some((entry.code.canonical.clone(), entry.code.text().to_owned())),
            customer: entry.customer.clone(),
            printed: Printed::of_row(book, &entry.code),
            rows: Vec::new(),
            before: entry.customer.clone(),
            turn: (false, 0),
        }
    }

    /// A new customer, whom `row` at `place` makes.
    pub(super) fn new(book: &'m RuleBook, row: &Row<'m>, place: usize) -> Self {
        let parts = row.place.split(PART).skip(1).map(str::to_owned).collect();
        let printed = match (row.code, row.rule) {
            (Some(code), Some(_)) => Printed::of_code(book, code),
            (None, Some(rule)) => Printed::Parts(&book.rules()[rule], parts),
            (_, None) => Printed::Nothing,
        };
        let customer = Customer {
            id: 0,
            references: row.reference.map(str::to_owned).into_iter().collect(),
            name: row.name.map(str::to_owned),
            fields: row.fields.to_owned(),
            attributes: row.attributes.to_owned(),
            state: CustomerState::Active,
            date: row.date.to_owned(),
            operation: 0,
            row: 0,
        };
        Self {
            entry: None,
            row: row.row,
            code: row.code.map(|code| (canonical(code).into_owned(), code.to_owned())),
            before: customer.clone(),
            customer,
            printed,
            rows: vec![(place, true)],
            turn: (row.code.is_none(), row.row),
        }
    }

    /// What the code of the original request prints, with which later ones must agree.
    pub(super) fn original(
        &self,
        book: &'m RuleBook,
        view: &mut dyn Snapshot,
    ) -> Result<Option<Printed<'m>>> {
        self.entry.map(|entry| existing::original(book, view, entry)).transpose()
    }

    /// Whether a row that comes with the customer's code but not with its reference speaks of it:
    /// the name decides.
    pub(super) fn is_called(&self, name: Option<&str>) -> bool {
        is_called(self.customer.name.as_deref(), name)
    }

    /// A row that comes with the customer's code, in a message: it is somebody else.
    pub(super) fn is_another(&self, row: &Row<'_>) -> String {
        let code = row.code.unwrap_or_default();
        let words = label::who(self.customer.reference(), self.customer.name.as_deref());
        if self.entry.is_some() {
            return not_theirs(code, &words, row);
        }
        let (mine, why) = (label::who(row.reference, row.name), why_one(row.brought));
        format!("code {code} stands in row {} for {words}; this row is {mine}{why}", self.row)
    }

    /// What is done with a row that means it, and does not make it.
    pub(super) fn decision(&self) -> Decision {
        self.entry.map_or(Decision::Same(self.row), Decision::known)
    }

    /// It, and where it stands, in a message about `row`: `reference "K1" has code 01A0001 in row
    /// 3`.
    pub(super) fn stands(&self, row: &Row<'_>) -> String {
        let who = match row.reference {
            Some(_) => label::who(row.reference, None),
            None => label::who(None, self.customer.name.as_deref()),
        };
        match (&self.code, self.entry) {
            (_, Some(entry)) => {
                format!("{} has code {}", label::subject(&entry.customer), entry.code.text())
            }
            (Some((_, code)), None) => format!("{who} has code {code} in row {}", self.row),
            (None, None) => format!("{who} stands in row {}", self.row),
        }
    }
}
