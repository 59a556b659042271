//! The names of a customer's columns outside: what `export` heads them with and what `import`
//! understands.

use crate::rule::RuleBook;
use crate::rule::headers::{self, Known};

/// What stands before an attribute's name where the bare name would mean something else.
const ATTRIBUTE: &str = "attr:";
/// What stands behind a field's name above the labels of its values.
const LABEL: &str = "_label";
/// Columns of a rejects file that an import passes over, so that a mended file can be given back as
/// it is.
pub(crate) const REJECT_COLUMNS: [&str; 3] = headers::REJECTED;

/// The column of an export that says which of its codes are not active any more; an import refuses
/// those.
pub(crate) const STATE_COLUMN: &str = headers::STATE;

/// Headers for a code column, the first that is free.
const CODE_HEADERS: [&str; 3] = ["code", "customer_code", "客户编码"];

/// The columns every export begins with; the declared fields follow.
pub(crate) const KNOWN: [Known; 4] = [Known::Code, Known::Reference, Known::Name, Known::Date];

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    Known(Known),
    /// A declared field, by its place in the rule book.
    Field(usize),
    Attribute(String),
    Ignored,
}

/// What a header means of itself: what an export heads so; else a field's name, its label, its
/// alias; a usual header; else an attribute of that name.
pub(crate) fn meaning(book: &RuleBook, header: &str) -> Meaning {
    let header = header.trim();
    if is_attribute(header) {
        return attribute(header);
    }
    if REJECT_COLUMNS.contains(&header) || header == STATE_COLUMN || is_label(book, header) {
        return Meaning::Ignored;
    }
    if let Some(known) = KNOWN.into_iter().find(|known| known.header() == header) {
        return Meaning::Known(known);
    }
    match (field(book, header), headers::usual(header)) {
        (Some(index), _) => Meaning::Field(index),
        // What is known by it depends on the cells, and on the columns beside it.
        (None, Some(Known::GivenName | Known::FamilyName | Known::RowNumber) | None) => attribute(header),
        (None, Some(known)) => Meaning::Known(known),
    }
}

/// The field that a header means: the one of this name, which is what an export writes; else of
/// this label, else of this alias.
fn field(book: &RuleBook, header: &str) -> Option<usize> {
    let (folded, bare) = (headers::fold(header), headers::fold(headers::bare(header)));
    let named = |text: &str| [&folded, &bare].contains(&&headers::fold(text));
    let fields = book.fields();
    fields
        .iter()
        .position(|field| field.name == header)
        .or_else(|| fields.iter().position(|field| named(&field.name)))
        .or_else(|| fields.iter().position(|field| named(&field.label)))
        .or_else(|| fields.iter().position(|field| field.aliases.iter().any(|alias| named(alias))))
}

/// Whether a header says itself that its column is an attribute.
pub(crate) fn is_attribute(header: &str) -> bool {
    header.trim().starts_with(ATTRIBUTE)
}

/// The attribute that `attr:NAME` names.
pub(crate) fn said_attribute(header: &str) -> Option<&str> {
    header.trim().strip_prefix(ATTRIBUTE).map(str::trim_start).filter(|name| !name.is_empty())
}

/// The header of the labels beside the keys of a field.
pub(crate) fn label_header(field: &str) -> String {
    format!("{field}{LABEL}")
}

/// Whether an export heads the labels of a field so; the keys beside them say the same.
fn is_label(book: &RuleBook, header: &str) -> bool {
    let of = header.strip_suffix(LABEL).and_then(|field| book.field(field));
    of.is_some_and(|field| !field.values.is_empty()) && book.field(header).is_none()
}

/// The attribute that a column is kept as.
pub(crate) fn attribute(header: &str) -> Meaning {
    let header = header.trim();
    Meaning::Attribute(said_attribute(header).unwrap_or_else(|| headers::unmarked(header)).to_owned())
}

/// Whether a file is headed as an export is: then what stands behind the columns that every export
/// has are attributes, whatever they hold.
pub(crate) fn is_export(book: &RuleBook, headers: &[String]) -> bool {
    let own = KNOWN.iter().map(|known| known_header(*known));
    let own: Vec<&str> = own.chain(book.fields().iter().map(|field| field.name.as_str())).collect();
    headers.len() >= own.len() && headers.iter().zip(&own).all(|(header, name)| header == name)
}

/// The header that an attribute is exported under, so that an import takes it for the attribute
/// again.
pub(crate) fn attribute_header(book: &RuleBook, name: &str) -> String {
    match meaning(book, name) {
        Meaning::Attribute(same) if same == name => name.to_owned(),
        _ => format!("{ATTRIBUTE}{name}"),
    }
}

/// The header of a code column that is added to others: one that none of them is taken for, and
/// that an import knows again.
pub(crate) fn code_header(headers: &[String]) -> String {
    let free = |name: &&&str| !headers.iter().any(|header| headers::fold(header) == headers::fold(name));
    let name = CODE_HEADERS.iter().find(free).unwrap_or(&CODE_HEADERS[0]);
    (*name).to_owned()
}

/// The header of a known column in an export.
pub(crate) fn known_header(known: Known) -> &'static str {
    known.header()
}
