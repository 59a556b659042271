//! Salesforce: the display format of an auto number, e.g. `A-{YYYY}-{00000}`. Its number never
//! begins again.

use super::braces;
use super::parts::Reader;

/// Variables that print a date.
const DATES: [(&str, &str); 4] = [("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d")];

pub(super) fn read(reader: &mut Reader<'_>) {
    braces::each(reader, |reader, inside, span| {
        if !inside.is_empty() && inside.bytes().all(|symbol| symbol == b'0') {
            reader.sequence(inside.len(), span);
        } else if let Some((_, directive)) = DATES.iter().find(|(known, _)| *known == inside) {
            reader.date(directive, span);
        } else {
            reader.unknown(span, &["{0000}", "{YYYY}", "{YY}", "{MM}", "{DD}"]);
        }
    });
    reader.never_begins_again("as in Salesforce");
}
