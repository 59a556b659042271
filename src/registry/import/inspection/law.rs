//! No number is spent on a file that is not understood.

use super::column::Column;
use super::unclear::{self, SeenColumn, Unclear, map};
use crate::registry::import::ImportRequest;
use crate::registry::import::mapping::Mapping;
use crate::registry::{Error, Result};
use crate::rule::headers::{self, Known};

/// Columns that a message names.
const NAMED: usize = 8;

/// Refuses a file whose columns are not understood.
pub(super) fn demand(columns: &[Column], request: &ImportRequest<'_>, mapping: &Mapping) -> Result<()> {
    if let Some(unclear) = headless(columns, mapping) {
        return Err(unclear.into());
    }
    if let Some(question) = row_number_as_reference(columns, request, mapping) {
        return Err(Error::Unconfirmed { question });
    }
    let found = unmapped_codes(columns, mapping)
        .or_else(|| no_identity(columns, request, mapping))
        .or_else(|| unmapped_identifiers(columns, mapping));
    found.map_or(Ok(()), |unclear| Err(unclear.into()))
}

/// A column with cells and without a header that nobody mapped.
fn headless(columns: &[Column], mapping: &Mapping) -> Option<Unclear> {
    let is = |(place, column): &(usize, &Column)| column.headless && column.assumed && !mapping.named[*place];
    let (place, column) = columns.iter().enumerate().find(is)?;
    let left = place.checked_sub(1).map(|left| mapping.headers[left].as_str());
    Some(unclear::headless(place, left, column.cells.clone()))
}

/// A column that counts the rows, and that somebody named as the reference.
fn row_number_as_reference(
    columns: &[Column],
    request: &ImportRequest<'_>,
    mapping: &Mapping,
) -> Option<String> {
    let place = mapping.reference.filter(|_| !request.confirmed)?;
    let column = &columns[place];
    let known = headers::usual(&column.header) == Some(Known::Reference);
    let headed = headers::usual(&column.header) == Some(Known::RowNumber);
    let counts = column.is_count() || column.counts_rows(headed, false);
    (mapping.named[place] && !known && counts).then(|| {
        format!(
            "column {:?} counts the rows of this list; as references its numbers would make row 1 of another list the same customer",
            column.header
        )
    })
}

/// A column of codes that nothing says is one.
fn unmapped_codes(columns: &[Column], mapping: &Mapping) -> Option<Unclear> {
    let reference = mapping.reference.filter(|place| !mapping.named[*place] && mapping.code.is_none());
    let is = |(place, column): &(usize, &Column)| {
        column.assumed && column.holds_codes(mapping.code.is_some())
            || Some(*place) == reference && column.codes > 0 && column.holds_codes(false)
    };
    let (place, column) = columns.iter().enumerate().find(is)?;
    let header = &column.header;
    let (now, other) = if Some(place) == reference { ("ref", "ref") } else { ("an attribute", "attribute") };
    Some(Unclear::codes(header, now, other, column.cells.clone()))
}

/// A file in which no column tells one customer from another.
fn no_identity(columns: &[Column], request: &ImportRequest<'_>, mapping: &Mapping) -> Option<Unclear> {
    // JSON without any row has no columns.
    if mapping.knows_customers() || request.nameless || columns.is_empty() {
        return None;
    }
    let name = columns.iter().find(|column| column.assumed && column.holds_names());
    let key = columns.iter().find(|column| column.assumed && column.holds_identifiers());
    let mut ways = vec![map(name.map_or("COLUMN", |column| &column.header), "name")];
    ways.extend(key.map(|column| map(&column.header, "ref")));
    let headers: Vec<&str> = columns.iter().take(NAMED).map(|column| column.header.as_str()).collect();
    let more = columns.len().checked_sub(NAMED + 1).map_or("", |_| " …");
    Some(Unclear {
        kind: "no-identity",
        message: format!(
            "no column of {} is known to hold names, references or codes, so nothing tells its customers apart: {}{more}",
            request.source.name,
            headers.join(", ")
        ),
        hint: format!("{}; --nameless if customers without any of these are meant", ways.join(", ")),
        columns: columns.iter().map(seen).collect(),
    })
}

/// A column that customers seem to be known by, while nothing but their names is mapped.
fn unmapped_identifiers(columns: &[Column], mapping: &Mapping) -> Option<Unclear> {
    if mapping.code.is_some() || mapping.reference.is_some() || mapping.by_name {
        return None;
    }
    let found: Vec<&Column> =
        columns.iter().filter(|column| column.assumed && column.holds_identifiers()).collect();
    let header = &found.iter().min_by_key(|column| column.kind.is_none())?.header;
    Some(Unclear {
        kind: "unmapped-identifiers",
        message: format!(
            "column {header:?} looks like what the customers are known by, and no column is mapped to code or ref"
        ),
        hint: format!(
            "new codes, the old ones as references: {}; or --key none (known by name), {} (no identifiers)",
            map(header, "ref"),
            map(header, "attribute")
        ),
        columns: found.into_iter().map(seen).collect(),
    })
}

fn seen(column: &Column) -> SeenColumn {
    SeenColumn { header: column.header.clone(), cells: column.cells.clone() }
}
