//! Odoo (`ir.sequence`): prefix, number and suffix written as one, e.g. `CUST/%(year)s/%(seq)05d`.
//!
//! Odoo keeps the three apart; here `%(seq)05d` stands between them with the sequence size as its
//! width. Whether the sequence uses date ranges is no part of the texts either; `range_` forms tell
//! it, and else the user does (`reset`).

use std::ops::Range;

use super::parts::{Period, Reader};

/// The names that print a part of a date, and what custcode prints for them.
const DATES: [(&str, &str); 7] = [
    ("year", "%Y"),
    ("y", "%y"),
    ("month", "%m"),
    ("day", "%d"),
    ("doy", "%j"),
    ("isoyear", "%G"),
    ("isoweek", "%V"),
];

/// The names that custcode has nothing for, with the reason.
const FOREIGN: [(&str, &str); 7] = [
    ("woy", "is a week that begins at 00 and is no ISO week: take %(isoyear)s and %(isoweek)s"),
    ("weekday", "is a day of the week, which no number can count within: take %(day)s"),
    ("isoy", "is a two-digit ISO year: take %(isoyear)s"),
    ("h24", TIME),
    ("h12", TIME),
    ("min", TIME),
    ("sec", TIME),
];
const TIME: &str = "is a time of day, and a record date has none: leave it out, the number tells codes apart";

pub(super) fn read(reader: &mut Reader<'_>) {
    let mask = reader.mask();
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(symbol) = mask[at..].chars().next() {
        let rest = &mask[at..];
        if rest.starts_with("%%") {
            reader.symbol('%', at..at + 2);
            at += 2;
        } else if let Some(inside) = rest.strip_prefix("%(") {
            let Some(close) = inside.find(')') else {
                reader.refuse(at..mask.len(), "a %( that is never closed", "write it like %(year)s");
                break;
            };
            at = placeholder(reader, at, &inside[..close], &mut ranges);
        } else if symbol == '%' {
            reader.refuse(at..at + 1, "a % alone", "write %% for a percent sign that is printed");
            at += 1;
        } else {
            reader.text(at..at + symbol.len_utf8());
            at += symbol.len_utf8();
        }
    }
    count(reader, &ranges);
}

/// A name that prints the beginning of a date range, and where it stands.
type Ranged<'m> = (&'m str, Range<usize>);

/// Reads `%(name)s` or `%(seq)05d` at `at`; gives where it ends.
fn placeholder<'m>(reader: &mut Reader<'_>, at: usize, name: &'m str, ranges: &mut Vec<Ranged<'m>>) -> usize {
    let mask = reader.mask();
    let open = at + "%()".len() + name.len();
    let end = open + mask[open..].find(|symbol: char| !symbol.is_ascii_digit()).unwrap_or(mask.len() - open);
    let (width, kind) = (&mask[open..end], mask[end..].chars().next());
    let end = end + kind.map_or(0, char::len_utf8);
    let span = at..end;
    if name == "seq" {
        match (kind, width.strip_prefix('0').and_then(|width| width.parse().ok())) {
            (Some('d'), Some(width @ 1..)) => reader.sequence(width, span),
            _ => reader.refuse(
                span,
                "the number has no width",
                "write the sequence size into it: %(seq)05d for a size of 5",
            ),
        }
        return end;
    }
    if kind != Some('s') || !width.is_empty() {
        reader.refuse(span, format!("%({name}) does not end in s"), &format!("write %({name})s"));
        return end;
    }
    let bare = name.strip_prefix("range_").or(name.strip_prefix("current_")).unwrap_or(name);
    if let Some((_, directive)) = DATES.iter().find(|(known, _)| *known == bare) {
        if name.starts_with("range_") {
            ranges.push((bare, span.clone()));
        }
        if name.starts_with("current_") {
            reader.note(format!(
                "%({name})s prints the day of issue; custcode prints the record date, which is today unless --date says otherwise"
            ));
        }
        reader.date(directive, span);
    } else if let Some((_, reason)) = FOREIGN.iter().find(|(known, _)| *known == bare) {
        let (what, instead) = reason.split_once(": ").unwrap_or((reason, ""));
        reader.refuse(span, format!("%({name})s {what}"), instead);
    } else {
        let known: Vec<String> =
            DATES.iter().map(|(known, _)| format!("%({known})s")).chain(["%(seq)05d".to_owned()]).collect();
        reader.unknown(span, &known.iter().map(String::as_str).collect::<Vec<_>>());
    }
    end
}

/// Odoo counts within date ranges when the sequence has them, and else for ever.
fn count(reader: &mut Reader<'_>, ranges: &[Ranged<'_>]) {
    let period = reader.request.reset.or((!ranges.is_empty()).then_some(Period::Year));
    let Some(period) = period else {
        return reader.never_begins_again(
            "as in Odoo without date ranges; where the sequence uses them, repeat with --reset year, month or day",
        );
    };
    for (name, span) in ranges {
        let fixed = match *name {
            "year" | "y" => false,
            "month" => period == Period::Year,
            _ => period < Period::Day,
        };
        if fixed {
            let message = format!(
                "%(range_{name})s prints how the date range begins, the same in the whole {}",
                period.word()
            );
            reader.refuse(span.clone(), message, &format!("write what it prints, or %({name})s; ranges of months or days: --reset month, --reset day"));
        }
    }
    if reader.request.reset.is_none() {
        reader.note("the number begins again each year: range_ forms tell of date ranges, which Odoo makes for calendar years; for others repeat with --reset month or day");
    }
    reader.count_each(period);
}
