//! Frappe and `ERPNext`: a naming series, parts between dots, e.g. `CUST-.YYYY.-.#####`.
//!
//! The number counts within the text before it, dates and fields resolved; what stands after it
//! does not count.

use std::ops::Range;

use super::parts::Reader;

/// Whole parts that print a date.
const DATES: [(&str, &str); 5] = [("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d"), ("JJJ", "%j")];

/// Whole parts that custcode has nothing for: what they are, and what to do.
const FOREIGN: [(&str, &str, &str); 4] = [
    (
        "WW",
        "is a week that is 00 or 53 around the new year and no ISO week",
        "leave it out here, then write {date:%G}W{date:%V} into the pattern: the ISO week with its year",
    ),
    (
        "FY",
        "is the fiscal year of the user's settings, which no date tells",
        "write .YYYY. for calendar years, or the text of this year's and a new rule each year",
    ),
    (
        "timestamp",
        "is a time of day, and a record date has none",
        "leave it out: the number tells codes apart",
    ),
    (
        "ABBR",
        "is the abbreviation of the company",
        "write the abbreviation itself; each company has a rule of its own",
    ),
];

/// Ways of naming that are no series.
const OTHER_WAYS: [&str; 7] =
    ["hash", "prompt", "autoincrement", "UUID", "field:", "format:", "naming_series:"];

pub(super) fn read(reader: &mut Reader<'_>) {
    let mask = reader.mask();
    let names =
        |way: &&&str| mask.eq_ignore_ascii_case(way) || (way.ends_with(':') && mask.starts_with(**way));
    if let Some(way) = OTHER_WAYS.iter().find(names) {
        reader.refuse(
            0..mask.len(),
            format!("{way:?} is no naming series"),
            "write one, e.g. CUST-.YYYY.-.#####",
        );
        return;
    }
    if mask.trim_matches('.').is_empty() {
        reader.refuse(0..mask.len(), "the mask is empty", "write a naming series, e.g. CUST-.YYYY.-.#####");
        return;
    }
    let mut start = 0;
    for text in mask.split('.') {
        let span = start..start + text.len();
        start = span.end + 1;
        part(reader, text, span);
    }
    if !reader.has_sequence() {
        reader.count_within_the_text_before();
        reader.implied_sequence(5, ".#####");
        reader.note("a series without # gets .##### from Frappe, so does this rule");
    }
}

fn part(reader: &mut Reader<'_>, text: &str, span: Range<usize>) {
    let field = text.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
    if text.starts_with('#') {
        let digits = text.len();
        if text.bytes().any(|symbol| symbol != b'#') {
            reader.refuse(
                span,
                format!("{text:?} goes on after its number, and Frappe leaves that out"),
                "put a dot between the two",
            );
        } else {
            if !reader.has_sequence() {
                reader.count_within_the_text_before();
            }
            reader.sequence(digits, span);
        }
    } else if let Some((_, directive)) = DATES.iter().find(|(known, _)| *known == text) {
        after_the_number(reader, &span);
        reader.date(directive, span);
    } else if let Some((_, what, instead)) = FOREIGN.iter().find(|(known, ..)| *known == text) {
        reader.refuse(span, format!(".{text}. {what}"), instead);
    } else if let Some(name) = field {
        after_the_number(reader, &span);
        reader.field_of_any_width(name, span);
    } else if is_field_name(text) {
        // Without braces it is a field when the record has one of this name.
        after_the_number(reader, &span);
        reader.field_of_any_width(text, span);
    } else {
        if let Some((word, _)) = DATES.iter().find(|(word, _)| word.len() > 2 && text.contains(word)) {
            reader.note(format!("{word} in {text:?} is printed as it stands, for it has no dots around it"));
        }
        reader.text(span);
    }
}

/// What stands after the number is printed, but the number does not count within it.
fn after_the_number(reader: &mut Reader<'_>, span: &Range<usize>) {
    if reader.has_sequence() {
        let source = &reader.mask()[span.clone()];
        reader.note(format!(
            "the number does not count within {source}: Frappe counts within the text before the number"
        ));
    }
}

/// `territory`, `customer_group`: how Frappe names fields.
fn is_field_name(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|symbol| symbol.is_ascii_lowercase() || symbol == b'_')
}
