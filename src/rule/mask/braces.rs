//! Masks whose variable parts stand between braces, as Dolibarr, Salesforce and Dataverse write
//! them.

use std::ops::Range;

use super::parts::Reader;

/// Reads the mask: text between braces goes to `variable` (what is inside, and the span with its
/// braces), all else prints itself.
pub(super) fn each(reader: &mut Reader<'_>, mut variable: impl FnMut(&mut Reader<'_>, &str, Range<usize>)) {
    let mask = reader.mask();
    let mut at = 0;
    while at < mask.len() {
        let rest = &mask[at..];
        if let Some(inside) = rest.strip_prefix('{') {
            let Some(close) = inside.find('}') else {
                reader.refuse(at..mask.len(), "a { that is never closed", "write a } after it");
                return;
            };
            let end = at + close + "{}".len();
            variable(reader, &inside[..close], at..end);
            at = end;
            continue;
        }
        if rest.starts_with('}') {
            reader.refuse(at..at + 1, "a } without its {", "leave it out");
            at += 1;
            continue;
        }
        let length = rest.find(['{', '}']).unwrap_or(rest.len());
        reader.text(at..at + length);
        at += length;
    }
}
