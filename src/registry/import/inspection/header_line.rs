//! A header below a title, a print date or the names of groups.

use super::second_header::is_title;
use super::unclear::{self, Unclear};
use crate::registry::columns::{Meaning, meaning};
use crate::registry::import::ImportRequest;
use crate::registry::{Error, Result};
use crate::rule::RuleBook;
use crate::rule::headers::Known;
use crate::table::{Format, ReadError, Reader, Reading};

/// Lines in which a header is looked for.
const LINES: u64 = 30;

/// Whether the header of a file seems to be in another line than that of `reader`: one that names
/// what customers are known by, while that of `reader` does not.
pub(super) fn elsewhere(
    book: &RuleBook,
    request: &ImportRequest<'_>,
    reader: &Reader,
) -> Result<Option<Unclear>> {
    let texts = reader.header_texts();
    let description = reader.description();
    let Some((first, last)) = description.header_lines.filter(|_| description.format == Format::Csv) else {
        return Ok(None);
    };
    if request.header.is_some() || names_customers(book, texts) {
        return Ok(None);
    }
    for line in last + 1..=last + LINES {
        let encoding = Some(description.encoding);
        let reading = Reading { encoding, header: Some((line, line)), ..request.reading() };
        let other = match Reader::open(request.source, &reading) {
            Ok(other) => other,
            Err(ReadError::Io { name, source }) => {
                return Err(Error::Unreadable { path: name, source });
            }
            // Behind the last line, or no row.
            Err(_) => return Ok(None),
        };
        let headers = other.header_texts();
        if headers.iter().all(|text| is_title(text)) && names_customers(book, headers) {
            // A blank line above it was passed over.
            let line = other.description().header_lines.map_or(line, |(first, _)| first);
            return Ok(Some(unclear::header_elsewhere(
                &request.source.name,
                (first, texts),
                (line, headers),
            )));
        }
    }
    Ok(None)
}

/// Whether a column is headed as one that customers are known by.
fn names_customers(book: &RuleBook, texts: &[String]) -> bool {
    let is = |text: &String| match meaning(book, text) {
        Meaning::Known(known) => matches!(known, Known::Code | Known::Reference | Known::Name),
        Meaning::Field(_) | Meaning::Attribute(_) | Meaning::Ignored => {
            let part = crate::rule::headers::usual(text);
            matches!(part, Some(Known::GivenName | Known::FamilyName))
        }
    };
    texts.iter().any(is)
}
