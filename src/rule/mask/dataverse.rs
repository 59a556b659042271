//! Microsoft Dataverse (Dynamics 365): the format of an autonumber column, e.g.
//! `C-{DATETIMEUTC:yyyyMM}-{SEQNUM:6}`. Its number never begins again, and its days are those of
//! UTC.

use std::ops::Range;

use super::braces;
use super::parts::Reader;

pub(super) fn read(reader: &mut Reader<'_>) {
    braces::each(reader, |reader, inside, span| {
        let (name, option) = inside.split_once(':').unwrap_or((inside, ""));
        let behind_colon = span.start + "{:".len() + name.len();
        match name {
            "SEQNUM" => match option.parse() {
                Ok(width @ 1..) => reader.sequence(width, span),
                _ => reader.refuse(span, "the number has no width", "write {SEQNUM:6} for six digits"),
            },
            "DATETIMEUTC" if option.is_empty() => {
                reader.refuse(span, "a date without its format", "write {DATETIMEUTC:yyyyMMdd}");
            }
            "DATETIMEUTC" => date(reader, option, behind_colon),
            "RANDSTRING" => reader.refuse(
                span,
                "random characters follow from nothing that the ledger knows; custcode prints none",
                "leave them out: the ledger keeps numbers apart, and {check} in the pattern catches slips",
            ),
            _ => reader.unknown(span, &["{SEQNUM:6}", "{DATETIMEUTC:yyyyMMdd}"]),
        }
    });
    reader.never_begins_again("as in Dataverse");
}

/// Reads a .NET date format that begins at `start` of the mask.
fn date(reader: &mut Reader<'_>, format: &str, start: usize) {
    let mut at = 0;
    while let Some(symbol) = format[at..].chars().next() {
        let rest = &format[at..];
        let length = if symbol.is_ascii_alphabetic() {
            rest.find(|next| next != symbol).unwrap_or(rest.len())
        } else {
            symbol.len_utf8()
        };
        piece(reader, &rest[..length], start + at..start + at + length);
        at += length;
    }
}

/// Reads one letter and its repetitions, or one sign.
fn piece(reader: &mut Reader<'_>, text: &str, span: Range<usize>) {
    match text {
        "yyyy" => reader.date("%Y", span),
        "yy" => reader.date("%y", span),
        "MM" => reader.date("%m", span),
        "dd" => reader.date("%d", span),
        "M" | "d" => {
            let message = format!("{text} prints one digit or two, and a code must be readable again");
            reader.refuse(span, message, &format!("write {text}{text}"));
        }
        _ if text.starts_with(['h', 'H', 'm', 's', 'f', 'F', 't']) => reader.refuse(
            span,
            format!("{text} is a time of day, and a record date has none"),
            "leave it out: the number tells codes apart",
        ),
        _ if text.starts_with(|symbol: char| symbol.is_ascii_alphabetic()) => {
            reader.refuse(span, format!("custcode has no {text} in a date"), "known are yyyy yy MM dd");
        }
        "'" | "\"" | "\\" | "%" => {
            reader.refuse(
                span,
                format!("{text} quotes text inside a date"),
                "put the text outside the braces",
            );
        }
        _ => reader.text(span),
    }
}
