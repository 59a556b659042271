//! What somebody asks of customers, `industry=services` or `客户名称=华东`, as a filter of the store.

use super::Selection;
use crate::code::normalize::canonical;
use crate::registry::columns::{Meaning, meaning, said_attribute};
use crate::registry::customer::request::nearest;
use crate::registry::{Error, Result};
use crate::rule::headers::{self, Known};
use crate::rule::{Field, RuleBook};
use crate::store::Filter;

/// What a condition is about.
enum Subject<'s> {
    Field(&'s Field),
    Attribute(&'s str),
    Code,
    Reference,
    Name,
    Date,
}

/// The filter of a selection; `attributes` are all that the ledger has.
pub(super) fn filter(book: &RuleBook, attributes: &[String], selection: &Selection) -> Result<Filter> {
    let mut filter = Filter {
        name: selection.name.clone(),
        dates: (
            selection.dates.0.map(|date| date.to_string()),
            selection.dates.1.map(|date| date.to_string()),
        ),
        states: selection.states.clone(),
        erased: selection.erased,
        limit: selection.limit,
        ..Filter::default()
    };
    for (name, input) in &selection.conditions {
        match subject(book, attributes, name)? {
            Subject::Field(field) => filter.fields.push((field.name.clone(), keys(field, input)?)),
            Subject::Attribute(name) => filter.attributes.push((name.to_owned(), input.clone())),
            Subject::Code => once(&mut filter.code, &canonical(input), name)?,
            Subject::Reference => once(&mut filter.reference, input.trim(), name)?,
            Subject::Name => once(&mut filter.name, input, name)?,
            Subject::Date => {
                let day = day(name, input)?;
                filter.dates = (Some(later(filter.dates.0, &day)), Some(earlier(filter.dates.1, &day)));
            }
        }
    }
    Ok(filter)
}

/// What a name means: a field or an attribute of this name, else what an import takes a column of
/// this header for.
fn subject<'s>(book: &'s RuleBook, attributes: &'s [String], name: &str) -> Result<Subject<'s>> {
    let attribute = |wanted: &dyn Fn(&str) -> bool| attributes.iter().find(|known| wanted(known));
    let own = match said_attribute(name) {
        Some(said) => attribute(&|known| known == said),
        None => None,
    };
    let exact = || book.field(name).map(Subject::Field);
    let same = || attribute(&|known| known == name).map(|name| Subject::Attribute(name));
    let header = || match meaning(book, name) {
        Meaning::Field(place) => Some(Subject::Field(&book.fields()[place])),
        Meaning::Known(Known::Code) => Some(Subject::Code),
        Meaning::Known(Known::Reference) => Some(Subject::Reference),
        Meaning::Known(Known::Name) => Some(Subject::Name),
        Meaning::Known(Known::Date) => Some(Subject::Date),
        Meaning::Known(_) | Meaning::Attribute(_) | Meaning::Ignored => None,
    };
    let folded = headers::fold(name);
    let alike = || attribute(&|known| headers::fold(known) == folded).map(|name| Subject::Attribute(name));
    own.map(|name| Subject::Attribute(name))
        .or_else(exact)
        .or_else(same)
        .or_else(header)
        .or_else(alike)
        .ok_or_else(|| unknown(book, attributes, name))
}

fn unknown(book: &RuleBook, attributes: &[String], name: &str) -> Error {
    let fields = book.fields().iter().map(|field| field.name.as_str());
    let all: Vec<String> = fields.chain(attributes.iter().map(String::as_str)).map(str::to_owned).collect();
    Error::UnknownField {
        name: name.to_owned(),
        suggestion: nearest(name, all.iter().map(String::as_str)),
        fields: all,
    }
}

fn keys(field: &Field, input: &str) -> Result<Vec<String>> {
    let keys = field.keys_within(input).map_err(|unknown| Error::UnknownValue {
        field: field.name.clone(),
        input: unknown.input,
        expected: unknown.expected,
        suggestion: unknown.suggestion,
    })?;
    Ok(keys.into_iter().map(std::borrow::Cow::into_owned).collect())
}

/// Gives a condition that a customer can fulfil once only.
fn once(slot: &mut Option<String>, value: &str, name: &str) -> Result<()> {
    match slot.replace(value.to_owned()) {
        Some(other) if other != value => {
            Err(Error::usage(format!("{name} cannot be {other:?} and {value:?} at once"), None))
        }
        _ => Ok(()),
    }
}

fn day(name: &str, input: &str) -> Result<String> {
    let date: jiff::civil::Date = input.trim().parse().map_err(|_| {
        Error::usage(
            format!("{name}: {input:?} is no date"),
            "write it as 2023-10-01; --since and --until take a range".to_owned(),
        )
    })?;
    Ok(date.to_string())
}

/// Dates as texts sort as dates.
fn later(bound: Option<String>, day: &str) -> String {
    bound.filter(|bound| bound.as_str() > day).unwrap_or_else(|| day.to_owned())
}

fn earlier(bound: Option<String>, day: &str) -> String {
    bound.filter(|bound| bound.as_str() < day).unwrap_or_else(|| day.to_owned())
}
