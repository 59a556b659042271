//! Dolibarr: the mask of the numbering module "elephant", e.g. `C{yy}{mm}-{0000@99}`; letters in
//! either case.
//!
//! Dolibarr takes the highest number among codes that fit the mask, of this year or month where an
//! `@` says so.

use std::ops::Range;

use super::braces;
use super::parts::{Content, Period, Reader};

/// Variables that print a date.
const DATES: [(&str, &str); 4] = [("yyyy", "%Y"), ("yy", "%y"), ("mm", "%m"), ("dd", "%d")];

pub(super) fn read(reader: &mut Reader<'_>) {
    let mut period = None;
    // A hole is filled by hand, and the number does not count within it.
    let mut holes = Vec::new();
    braces::each(reader, |reader, inside, span| {
        let word = inside.to_ascii_lowercase();
        let all = |symbol: u8| !word.is_empty() && word.bytes().all(|one| one == symbol);
        if let Some((_, directive)) = DATES.iter().find(|(known, _)| *known == word) {
            reader.date(directive, span);
        } else if word.starts_with('0') {
            period = counter(reader, &word, span);
        } else if all(b't') {
            reader.note(format!(
                "{} prints the field type; Dolibarr itself leaves it empty in a customer's code",
                &reader.mask()[span.clone()]
            ));
            reader.field("type", word.len(), span);
        } else if all(b'u') {
            reader.field("user", word.len(), span);
        } else if word.starts_with("user_extra_") {
            reader.field_of_any_width(&word, span);
        } else if let Some((name, width)) = hole(&word) {
            holes.push(name.to_owned());
            reader.field(name, width, span);
        } else {
            foreign(reader, &word, span);
        }
    });
    reader.count_within(|content| matches!(content, Content::Field(name, _) if !holes.contains(name)));
    match period {
        Some(period) => reader.count_each(period),
        None => reader.never_begins_again(
            "as in Dolibarr without an @; {0000@1} begins again each January and {0000@99} each month",
        ),
    }
}

/// A hole of 1 to 9 characters with the name of what fills it: `abc-3`.
fn hole(word: &str) -> Option<(&str, usize)> {
    let (name, width) = word.split_once('-')?;
    let named = !name.is_empty() && name.bytes().all(|symbol| symbol.is_ascii_alphanumeric());
    match width.parse() {
        Ok(width @ 1..=9) if named => Some((name, width)),
        _ => None,
    }
}

fn foreign(reader: &mut Reader<'_>, word: &str, span: Range<usize>) {
    if word == "y" {
        reader.refuse(
            span,
            "{y} is the last digit of the year, the same again after ten years",
            "write {yy} or {yyyy}",
        );
    } else if word.starts_with('c') && word.trim_start_matches('c').bytes().all(|symbol| symbol == b'0') {
        reader.refuse(
            span,
            "this prints the customer's code, which is what the mask makes; Dolibarr leaves it empty",
            "leave it out",
        );
    } else {
        reader.unknown(span, &["{0000}", "{yyyy}", "{yy}", "{mm}", "{dd}", "{tt}", "{uu}", "{ABC-3}"]);
    }
}

/// Reads `0000`, `0000+N`, `0000@R` and both; gives when the number begins again.
fn counter(reader: &mut Reader<'_>, word: &str, span: Range<usize>) -> Option<Period> {
    let width = word.len() - word.trim_start_matches('0').len();
    reader.sequence(width, span.clone());
    let mut period = None;
    let mut rest = &word[width..];
    while !rest.is_empty() {
        let at = span.start + 1 + word.len() - rest.len();
        let sign = &rest[..rest.chars().next().map_or(0, char::len_utf8)];
        let body = &rest[sign.len()..];
        let length = match body.find(|symbol: char| !symbol.is_ascii_digit()).unwrap_or(body.len()) {
            0 if sign == "@" && body.starts_with(['=', '+', '-']) => 1,
            digits => digits,
        };
        let place = at..at + sign.len() + length;
        match (sign, body[..length].parse::<u64>()) {
            ("+", Ok(offset)) if offset < greatest(width) => reader.start_at(offset + 1),
            ("+", Ok(offset)) => {
                let message = format!("a number of {width} digits cannot begin above {offset}");
                reader.refuse(place, message, "write as many zeros as the number has digits");
            }
            ("@", _) => period = begins_again(reader, &body[..length], place),
            _ => {
                let message = format!("{rest:?} is no option of the number");
                reader.refuse(
                    at..span.end - 1,
                    message,
                    "options are +N (the first number is N + 1) and @1 or @99 (begin again)",
                );
                return period;
            }
        }
        rest = &body[length..];
    }
    period
}

/// The greatest number of so many digits.
fn greatest(width: usize) -> u64 {
    u32::try_from(width).ok().and_then(|width| 10_u64.checked_pow(width)).map_or(u64::MAX, |many| many - 1)
}

/// Reads what follows an `@`.
fn begins_again(reader: &mut Reader<'_>, option: &str, place: Range<usize>) -> Option<Period> {
    let instead = "write @1 for calendar years or @99 for months";
    let message = match option {
        "1" => return Some(Period::Year),
        "99" => return Some(Period::Month),
        "0" => {
            "@0 begins again with the fiscal year of the company, which the code does not print".to_owned()
        }
        "=" | "+" | "-" => format!("@{option} prints the year of a fiscal year, which no date tells"),
        "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "10" | "11" | "12" => {
            format!("@{option} begins again in month {option}, but the code prints calendar years")
        }
        _ => format!("@{option} is no month"),
    };
    reader.refuse(place, message, instead);
    None
}
