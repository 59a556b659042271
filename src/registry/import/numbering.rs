//! Under which rule and in which scope a row without a code is numbered; remembered, since most
//! rows are like others before.

use std::collections::HashMap;
use std::rc::Rc;

use jiff::civil::Date;

use super::ImportRequest;
use super::mapping::Mapping;
use super::row::PART;
use crate::registry::Error;
use crate::registry::customer::request::Values;
use crate::registry::number::issue::{prepare, scope_of};
use crate::rule::{Prepared, RuleBook, SelectError, UnfitValues};

/// Where a row is numbered.
pub(super) struct Numbered {
    /// The rule's place in the rule book.
    pub(super) rule: usize,
    pub(super) prepared: Prepared,
    /// As a row carries it: scope and parts.
    pub(super) place: String,
    /// The fields that the code prints, whose defaults become part of the record.
    pub(super) printed: Vec<String>,
}

/// Why a row is not numbered.
pub(super) enum Refusal {
    /// A problem of the row, in the column at this index if it is one column's.
    Row(Option<usize>, String),
    /// The run cannot go on.
    Run(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Run(error)
    }
}

/// So many places are remembered, then forgotten all together.
const REMEMBERED: usize = 4_096;

/// Finds where rows are numbered.
pub(super) struct Numbering<'n> {
    book: &'n RuleBook,
    request: &'n ImportRequest<'n>,
    mapping: &'n Mapping,
    /// Indices of the fields that decide.
    deciding: Vec<usize>,
    /// Whether the record date decides too.
    dated: bool,
    remembered: HashMap<String, Rc<Numbered>>,
    key: String,
}

impl<'n> Numbering<'n> {
    pub(super) fn new(book: &'n RuleBook, request: &'n ImportRequest<'n>, mapping: &'n Mapping) -> Self {
        Self {
            book,
            request,
            mapping,
            deciding: book.deciding_fields(),
            dated: book.rules().iter().any(|rule| rule.depends_on_date(book)),
            remembered: HashMap::new(),
            key: String::new(),
        }
    }

    /// Where a customer of these values and this date is numbered.
    pub(super) fn of(&mut self, values: &Values, date: Date) -> std::result::Result<Rc<Numbered>, Refusal> {
        self.key.clear();
        for index in &self.deciding {
            self.key.push_str(values.key(*index).unwrap_or_default());
            self.key.push(PART);
        }
        if self.dated {
            self.key.push_str(&date.to_string());
        }
        if let Some(found) = self.remembered.get(&self.key) {
            return Ok(Rc::clone(found));
        }
        let found = Rc::new(self.find(values, date)?);
        if self.remembered.len() >= REMEMBERED {
            self.remembered.clear();
        }
        self.remembered.insert(self.key.clone(), Rc::clone(&found));
        Ok(found)
    }

    fn find(&self, values: &Values, date: Date) -> std::result::Result<Numbered, Refusal> {
        let (rule, prepared) = match prepare(self.book, self.request.rule.as_deref(), values, date) {
            Ok(found) => found,
            Err(Error::Unfit { rule, source: UnfitValues::Missing { field } }) => {
                return Err(self.missing(&rule, &field));
            }
            Err(Error::Unfit { rule, source: UnfitValues::Outdated(value) }) => {
                let index = self.book.fields().iter().position(|known| known.name == value.field);
                let column = index.and_then(|index| self.mapping.fields[index]);
                let instead = match value.instead.as_str() {
                    "" => String::new(),
                    keys => format!("; expected one of {keys}"),
                };
                return Err(Refusal::Row(column, format!("rule {rule}: {value}{instead}")));
            }
            Err(Error::Select(error @ SelectError::Unknown { .. })) => {
                return Err(Refusal::Run(error.into()));
            }
            Err(error @ (Error::Unfit { .. } | Error::Select(_))) => {
                return Err(Refusal::Row(None, error.to_string()));
            }
            Err(error) => return Err(Refusal::Run(error)),
        };
        let printed = rule.printed_fields();
        // A default fills an empty cell; it does not replace a column.
        let unmapped = self.book.fields().iter().enumerate().find(|(index, field)| {
            self.mapping.fields[*index].is_none()
                && values.key(*index).is_none()
                && printed.contains(&field.name.as_str())
        });
        if let Some((_, field)) = unmapped {
            return Err(Refusal::Run(no_column(&rule.name, &field.name)));
        }
        let mut place = scope_of(rule, &prepared).to_owned();
        for part in &prepared.parts {
            place.push(PART);
            place.push_str(part);
        }
        let index = self.book.rules().iter().position(|known| known.id == rule.id);
        Ok(Numbered {
            rule: index.expect("a selected rule is one of the book"),
            place,
            printed: printed.into_iter().map(str::to_owned).collect(),
            prepared,
        })
    }

    /// A printed field without a value: an empty cell is the row's problem, a missing column the
    /// run's.
    fn missing(&self, rule: &str, field: &str) -> Refusal {
        let index = self.book.fields().iter().position(|known| known.name == field);
        match index.and_then(|index| self.mapping.fields[index]) {
            Some(column) => Refusal::Row(Some(column), format!("empty; rule {rule} prints {field}")),
            None => Refusal::Run(no_column(rule, field)),
        }
    }
}

fn no_column(rule: &str, field: &str) -> Error {
    Error::usage(
        format!("rule {rule} prints {field}, and no column holds it"),
        format!("--map COLUMN={field}, or --set {field}=VALUE for all rows"),
    )
}

/// The only code of a combination, for a rule without a sequence.
pub(super) fn single(
    book: &RuleBook,
    numbered: &Numbered,
    date: Date,
) -> std::result::Result<Option<String>, String> {
    let rule = &book.rules()[numbered.rule];
    if rule.pattern.sequence().is_some() {
        return Ok(None);
    }
    let mut code = String::new();
    match rule.print(&numbered.prepared, date, 0, &mut code) {
        Ok(()) => Ok(Some(code)),
        Err(reason) => Err(format!("rule {} cannot print a code for this row: {reason}", rule.name)),
    }
}
