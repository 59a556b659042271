//! The names of a customer's columns outside: what `export` heads them with and what `import` understands.

use crate::rule::RuleBook;
use crate::table::headers::{self, Known};

/// What stands before an attribute's name where the bare name would mean something else.
const ATTRIBUTE: &str = "attr:";
/// Columns of a rejects file that an import passes over, so that a mended file can be given back as it is.
pub(crate) const REJECT_COLUMNS: [&str; 2] = ["rejected_line", "rejected_because"];

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    Known(Known),
    /// A declared field, by its place in the rule book.
    Field(usize),
    Attribute(String),
    Ignored,
}

/// What a header means of itself: a field's name, label or alias; a usual header; else an attribute of that name.
pub(crate) fn meaning(book: &RuleBook, header: &str) -> Meaning {
    if let Some(name) = header.strip_prefix(ATTRIBUTE) {
        return Meaning::Attribute(name.to_owned());
    }
    if REJECT_COLUMNS.contains(&header) {
        return Meaning::Ignored;
    }
    let folded = headers::fold(header);
    let named = |text: &str| headers::fold(text) == folded;
    let field = book.fields().iter().position(|field| {
        named(&field.name) || named(&field.label) || field.aliases.iter().any(|alias| named(alias))
    });
    match (field, headers::usual(header)) {
        (Some(index), _) => Meaning::Field(index),
        (None, Some(known)) => Meaning::Known(known),
        (None, None) => Meaning::Attribute(header.to_owned()),
    }
}

/// The header that an attribute is exported under, so that an import takes it for the attribute again.
pub(crate) fn attribute_header(book: &RuleBook, name: &str) -> String {
    match meaning(book, name) {
        Meaning::Attribute(same) if same == name => name.to_owned(),
        _ => format!("{ATTRIBUTE}{name}"),
    }
}

/// The header of a known column in an export.
pub(crate) fn known_header(known: Known) -> &'static str {
    match known {
        Known::Code => "code",
        Known::Reference => "ref",
        Known::Name => "name",
        Known::Date => "date",
    }
}
