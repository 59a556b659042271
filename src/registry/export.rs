//! Customers out of the ledger: `list` and `export`.

use std::borrow::Cow;

use super::columns::{KNOWN, attribute_header, known_header};
use super::request::{Values, nearest};
use super::{Error, Registry, Result};
use crate::store::{self, Filter, Listed};

/// Which customers are wanted, as typed.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// `--type vip`, `--where industry=services`: field or attribute and value.
    pub conditions: Vec<(String, String)>,
    /// Exact name.
    pub name: Option<String>,
    /// Record dates from, to.
    pub dates: (Option<jiff::civil::Date>, Option<jiff::civil::Date>),
    /// At most.
    pub limit: Option<u64>,
}

/// The columns of an export: `code`, `ref`, `name`, `date`, the declared fields, then attributes in order of first use (an attribute that would
/// be taken for another column on import is headed `attr:NAME`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// What stands above each column.
    pub headers: Vec<String>,
    /// The attributes' own names, in the order of the last columns.
    attributes: Vec<String>,
}

impl Registry<'_> {
    /// The columns of an export as the ledger stands now.
    pub fn columns(&mut self) -> Result<Columns> {
        let attributes = self.store.read()?.attribute_names()?;
        let known = KNOWN.iter().map(|known| known_header(*known).to_owned());
        let fields = self.book.fields().iter().map(|field| field.name.clone());
        let names = attributes.iter().map(|name| attribute_header(&self.book, name));
        Ok(Columns { headers: known.chain(fields).chain(names).collect(), attributes })
    }

    /// Turns what was typed into a filter of the store: fields resolved by key, code, label or alias.
    pub fn filter(&mut self, selection: &Selection) -> Result<Filter> {
        let mut filter = Filter {
            name: selection.name.clone(),
            dates: (
                selection.dates.0.map(|date| date.to_string()),
                selection.dates.1.map(|date| date.to_string()),
            ),
            limit: selection.limit,
            ..Filter::default()
        };
        let attributes = self.store.read()?.attribute_names()?;
        for (name, input) in &selection.conditions {
            if self.book.field(name).is_some() {
                let values = Values::resolve(&self.book, &[(name.clone(), input.clone())])?;
                let key = values.lookup(&self.book, name).unwrap_or_default();
                filter.fields.push((name.clone(), key));
            } else if attributes.contains(name) {
                filter.attributes.push((name.clone(), input.clone()));
            } else {
                let fields = self.book.fields().iter().map(|field| field.name.as_str());
                let all: Vec<String> =
                    fields.chain(attributes.iter().map(String::as_str)).map(str::to_owned).collect();
                return Err(Error::UnknownField {
                    name: name.clone(),
                    suggestion: nearest(name, all.iter().map(String::as_str)),
                    fields: all,
                });
            }
        }
        Ok(filter)
    }

    /// Calls `each` with the cells of every selected customer, in order of issue, under `columns`. Gives their number. A read
    /// transaction stays open meanwhile: `each` must write to a file or memory, never to a pipe or a terminal.
    pub fn export(
        &mut self,
        filter: &Filter,
        columns: &Columns,
        each: &mut dyn FnMut(&[Option<&str>]) -> std::io::Result<()>,
    ) -> Result<u64> {
        let mut view = self.store.read()?;
        let fields = self.book.fields().iter().map(|field| field.name.as_str());
        let mut cells = Cells::new(fields.collect(), columns.attributes.iter().map(String::as_str).collect());
        let (mut count, mut failure) = (0, None);
        let scanned = view.scan(filter, &mut |listed| {
            count += 1;
            cells.with(listed, each).map_err(|source| {
                failure = Some(source);
                store::Error::Interrupted
            })
        });
        match failure {
            Some(source) => Err(Error::Output { path: "the output".to_owned(), source }),
            None => Ok(scanned.map(|()| count)?),
        }
    }
}

/// Lays a customer out under fixed columns.
struct Cells<'c> {
    fields: Vec<&'c str>,
    attributes: Vec<&'c str>,
}

impl<'c> Cells<'c> {
    fn new(fields: Vec<&'c str>, attributes: Vec<&'c str>) -> Self {
        Self { fields, attributes }
    }

    fn with(
        &mut self,
        listed: &Listed<'_>,
        each: &mut dyn FnMut(&[Option<&str>]) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        let fields = Texts::of(listed.fields)?;
        let attributes = Texts::of(listed.attributes)?;
        let mut row = Vec::with_capacity(KNOWN.len() + self.fields.len() + self.attributes.len());
        row.extend([Some(listed.code), listed.reference, listed.name, Some(listed.date)]);
        fields.lay(&self.fields, &mut row);
        attributes.lay(&self.attributes, &mut row);
        each(&row)
    }
}

/// The pairs of a JSON object of texts, borrowed where nothing is escaped.
struct Texts<'t>(Vec<(Cow<'t, str>, Cow<'t, str>)>);

impl<'t> Texts<'t> {
    fn of(object: &'t str) -> std::io::Result<Self> {
        Ok(serde_json::from_str::<Self>(object)?)
    }

    /// Appends the text of each column. Objects are mostly in column order, so each search starts where the last one ended.
    fn lay<'s>(&'s self, columns: &[&str], row: &mut Vec<Option<&'s str>>) {
        let mut next = 0;
        for column in columns {
            let ahead = self.0[next..].iter().position(|(key, _)| key == column).map(|place| next + place);
            let found = ahead.or_else(|| self.0[..next].iter().position(|(key, _)| key == column));
            if let Some(place) = found {
                next = place + 1;
            }
            row.push(found.map(|place| self.0[place].1.as_ref()));
        }
    }
}

impl<'de: 't, 't> serde::Deserialize<'de> for Texts<'t> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Pairs;
        impl<'de> serde::de::Visitor<'de> for Pairs {
            type Value = Vec<(Cow<'de, str>, Cow<'de, str>)>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of texts")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Self::Value, A::Error> {
                let mut pairs = Vec::with_capacity(8);
                while let Some((Borrowed(key), Borrowed(text))) = map.next_entry()? {
                    pairs.push((key, text));
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(Pairs).map(Texts)
    }
}

/// A text that stays borrowed from the JSON where it can.
#[derive(serde::Deserialize)]
struct Borrowed<'b>(#[serde(borrow)] Cow<'b, str>);
