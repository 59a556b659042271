//! What a code says, beside what somebody says: the values and the date that its segments print.

use std::fmt;

use jiff::civil::Date;

use crate::code::Shape;
use crate::rule::{ReadSegment, Reading, Rejection, Rule, RuleBook};
use crate::store::CodeRow;

/// Reads a code in any spelling: as it stands, else as the rules would spell it.
#[expect(clippy::result_large_err, reason = "a rejection is as usual a verdict as a reading")]
pub(crate) fn read<'b>(book: &'b RuleBook, code: &str) -> std::result::Result<Reading<'b>, Rejection<'b>> {
    book.read(code).or_else(|rejection| match &rejection.suggestion {
        Some(spelled) => book.read(spelled),
        None => Err(rejection),
    })
}

/// Reads a code of the ledger; `None` for one that no rule reads.
pub(crate) fn read_row<'b>(book: &'b RuleBook, row: &CodeRow) -> Option<Reading<'b>> {
    read(book, row.text()).ok()
}

/// Where a code of the ledger is counted under `book`, in whatever spelling: its rule, the scope
/// and the number; `None` for one that no rule reads.
pub(crate) fn place<'b>(book: &'b RuleBook, row: &CodeRow) -> Option<(&'b Rule, String, Option<u64>)> {
    book.place(row.text()).or_else(|| {
        let reading = read_row(book, row)?;
        Some((reading.rule, reading.scope, reading.number))
    })
}

/// Something that a code prints otherwise than it was said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The field, or `date`.
    pub(crate) name: String,
    /// What of it the code says: the same, or `class@1` where it prints no more than a cut class
    /// code.
    pub(crate) part: String,
    /// What the code says: the value's key, or the printed date.
    pub(crate) printed: String,
    /// What was said.
    pub(crate) said: String,
}

impl Difference {
    /// What the code says, in words.
    pub(crate) fn of_code(&self) -> impl fmt::Display {
        format!("{}={}", self.part, self.printed)
    }

    /// What was said, in words.
    pub(crate) fn of_request(&self) -> impl fmt::Display {
        format!("{}={}", self.name, self.said)
    }
}

/// Where a code prints something else than these values (keys by field) and this date would make it
/// print.
pub(crate) fn differences<'k>(
    book: &RuleBook,
    reading: &Reading<'_>,
    key: &dyn Fn(&str) -> Option<&'k str>,
    date: Option<Date>,
) -> Vec<Difference> {
    let mut found: Vec<Difference> = Vec::new();
    // A cut class code alone names no value: then it is told as the pattern writes it.
    let of_code = |field: &str, segment: &ReadSegment, key: &str| {
        let named = reading.values(book).find(|(name, _)| *name == field);
        let (part, key) = named.unwrap_or((&segment.name, key));
        (part.to_owned(), key.to_owned())
    };
    for (index, segment) in reading.segments.iter().enumerate() {
        let difference = match (&segment.value, &reading.rule.pattern.segments()[index].shape) {
            (Some((field, printed)), _) => key(field)
                .filter(|key| reading.rule.prints(book, index, key) != Some(&segment.text))
                .map(|said| (field.clone(), of_code(field, segment, printed), said.to_owned())),
            (None, Shape::Date(format)) => date.and_then(|date| {
                let mut text = String::new();
                format.print(date, &mut text);
                let printed = ("date".to_owned(), segment.text.clone());
                (text != segment.text).then(|| ("date".to_owned(), printed, date.to_string()))
            }),
            _ => None,
        };
        if let Some((name, (part, printed), said)) = difference
            && !found.iter().any(|earlier| earlier.name == name)
        {
            found.push(Difference { name, part, printed, said });
        }
    }
    found
}
