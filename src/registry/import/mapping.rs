//! Which column of the file holds what: from its header, `--map`, `--key` and `--set`.

use std::collections::HashMap;

use super::{Mapped, Means};
use crate::registry::columns::{
    Meaning, STATE_COLUMN, attribute, is_attribute, is_export, known_header, meaning,
};
use crate::registry::customer::request::{Values, field_index, nearest};
use crate::registry::{Error, Result};
use crate::rule::RuleBook;
use crate::rule::headers::{self, Known};

/// What each column means.
pub(super) struct Mapping {
    pub(super) headers: Vec<String>,
    pub(super) targets: Vec<Meaning>,
    pub(super) code: Option<usize>,
    pub(super) reference: Option<usize>,
    pub(super) name: Option<usize>,
    pub(super) date: Option<usize>,
    /// The column in which an export says that a code is not active.
    pub(super) state: Option<usize>,
    /// Whether somebody said what the column is: `--map`, `--key`, or the export that the file is.
    pub(super) named: Vec<bool>,
    /// Column of each declared field.
    pub(super) fields: Vec<Option<usize>>,
    /// `--set`: one value for all rows.
    pub(super) set: Values,
}

impl Mapping {
    /// Maps `headers`; two columns that mean the same are an error that says what to type.
    pub(super) fn new(
        book: &RuleBook,
        headers: &[String],
        map: &[(String, String)],
        key: Option<&str>,
        set: &[(String, String)],
    ) -> Result<Self> {
        let mut targets: Vec<Meaning> = headers.iter().map(|header| meaning(book, header)).collect();
        let key = key.map(|column| (column.to_owned(), "ref".to_owned()));
        let mut named = vec![false; headers.len()];
        for (column, target) in map.iter().chain(&key) {
            let place = column_place(headers, column)?;
            targets[place] = target_of(book, target, &headers[place])?;
            named[place] = true;
        }
        let mut mapping = Self {
            headers: headers.to_vec(),
            targets: Vec::new(),
            named: Vec::new(),
            code: None,
            reference: None,
            name: None,
            date: None,
            state: None,
            fields: vec![None; book.fields().len()],
            set: Values::resolve(book, set)?,
        };
        // Columns that were named come first; a header that only looks like the same thing is then
        // a plain attribute.
        for wanted in [true, false] {
            for place in (0..headers.len()).filter(|place| named[*place] == wanted) {
                if let Some(other) = mapping.occupy(&targets[place], place) {
                    if named[other] && !wanted {
                        targets[place] = attribute(&headers[place]);
                        continue;
                    }
                    let what = describe(book, &targets[place]);
                    return Err(Error::usage(
                        format!("columns {:?} and {:?} both mean {what}", headers[other], headers[place]),
                        format!("say which is not: --map '{}=attribute'", headers[place]),
                    ));
                }
            }
        }
        for (index, field) in book.fields().iter().enumerate() {
            if let (Some(_), Some(column)) = (mapping.set.key(index), mapping.fields[index]) {
                return Err(Error::usage(
                    format!("{} comes from --set and from column {:?}", field.name, headers[column]),
                    format!("drop one of them, or: --map '{}=attribute'", headers[column]),
                ));
            }
        }
        distinct(headers, &targets)?;
        let is_state = |place: &usize| targets[*place] == Meaning::Ignored && !named[*place];
        mapping.state = headers.iter().position(|header| header == STATE_COLUMN).filter(is_state);
        let own = is_export(book, headers);
        for (place, header) in headers.iter().enumerate() {
            named[place] |= own || is_attribute(header);
        }
        (mapping.targets, mapping.named) = (targets, named);
        Ok(mapping)
    }

    /// Gives `target` the column at `place`; the column that has it already, if there is one.
    fn occupy(&mut self, target: &Meaning, place: usize) -> Option<usize> {
        let slot = match target {
            Meaning::Known(Known::Code) => &mut self.code,
            Meaning::Known(Known::Reference) => &mut self.reference,
            Meaning::Known(Known::Name) => &mut self.name,
            Meaning::Known(Known::Date) => &mut self.date,
            Meaning::Field(index) => &mut self.fields[*index],
            Meaning::Attribute(_) | Meaning::Ignored => return None,
        };
        if slot.is_none() {
            *slot = Some(place);
            return None;
        }
        *slot
    }

    /// What each column means, and the fields that all rows have.
    pub(super) fn told(&self, book: &RuleBook) -> Vec<Mapped> {
        let columns = self.headers.iter().zip(&self.targets).map(|(header, target)| {
            let (means, name) = match target {
                Meaning::Known(Known::Code) => (Means::Code, None),
                Meaning::Known(Known::Reference) => (Means::Ref, None),
                Meaning::Known(Known::Name) => (Means::Name, None),
                Meaning::Known(Known::Date) => (Means::Date, None),
                Meaning::Field(index) => (Means::Field, Some(book.fields()[*index].name.clone())),
                Meaning::Attribute(name) => (Means::Attribute, Some(name.clone())),
                Meaning::Ignored => (Means::Ignored, None),
            };
            Mapped { column: Some(header.clone()), means, name, value: None }
        });
        let set = book.fields().iter().enumerate().filter_map(|(index, field)| {
            let value = Some(self.set.key(index)?.to_owned());
            Some(Mapped { column: None, means: Means::Field, name: Some(field.name.clone()), value })
        });
        columns.chain(set).collect()
    }
}

/// Refuses two columns that would be kept as the same attribute.
fn distinct(headers: &[String], targets: &[Meaning]) -> Result<()> {
    let mut places = HashMap::new();
    for (place, target) in targets.iter().enumerate() {
        if let Meaning::Attribute(name) = target
            && let Some(other) = places.insert(name, place)
        {
            return Err(Error::usage(
                format!("columns {:?} and {:?} both mean attribute {name}", headers[other], headers[place]),
                format!("say which is not: --map '{}=ignore'", headers[place]),
            ));
        }
    }
    Ok(())
}

/// A target in words.
fn describe(book: &RuleBook, target: &Meaning) -> String {
    match target {
        Meaning::Known(known) => known_header(*known).to_owned(),
        Meaning::Field(index) => format!("field {}", book.fields()[*index].name),
        Meaning::Attribute(name) => format!("attribute {name}"),
        Meaning::Ignored => "nothing".to_owned(),
    }
}

/// The column that `--map` or `--key` names: exactly, else up to case, width and blanks.
fn column_place(headers: &[String], column: &str) -> Result<usize> {
    let folded = headers::fold(column);
    let exact = headers.iter().position(|header| header == column);
    exact.or_else(|| headers.iter().position(|header| headers::fold(header) == folded)).ok_or_else(|| {
        let hint = nearest(column, headers.iter().map(String::as_str)).map_or_else(
            || format!("the columns are {}", headers.join(", ")),
            |near| format!("did you mean {near:?}?"),
        );
        Error::usage(format!("the file has no column {column:?}"), hint)
    })
}

/// What `--map COLUMN=target` names.
fn target_of(book: &RuleBook, target: &str, header: &str) -> Result<Meaning> {
    Ok(match target {
        "code" => Meaning::Known(Known::Code),
        "ref" => Meaning::Known(Known::Reference),
        "name" => Meaning::Known(Known::Name),
        "date" => Meaning::Known(Known::Date),
        "attribute" => attribute(header),
        "ignore" => Meaning::Ignored,
        field => Meaning::Field(field_index(book, field).map_err(|error| match error {
            Error::UnknownField { name, suggestion, fields } => Error::usage(
                format!("--map: {name:?} is neither code, ref, name, date, attribute, ignore nor a field"),
                suggestion.map_or_else(
                    || format!("the fields are {}", fields.join(", ")),
                    |near| format!("did you mean {near:?}?"),
                ),
            ),
            other => other,
        })?),
    })
}
