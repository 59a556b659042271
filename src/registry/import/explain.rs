//! What an import would understand of a file: its columns, why, and what is odd about them. Reads
//! the rules and the file's first rows, no ledger.

use serde::{Serialize, Serializer};

use super::inspection::{Column, Inspected, Unclear, unquoted};
use super::mapping::Why;
use super::{ImportRequest, Mapped};
use crate::registry::columns::Meaning;
use crate::registry::{Error, Result};
use crate::rule::RuleBook;
use crate::rule::headers::{self, Known};
use crate::table::{Encoding, Format, Record};

/// A file as an import understands it.
#[derive(Debug, Serialize)]
pub struct Explained {
    /// The file.
    pub file: String,
    /// `csv`, `jsonl`, `json`, `xlsx`, `xls` or `ods`.
    #[serde(serialize_with = "format_name")]
    pub format: Format,
    /// By the name that `--encoding` takes.
    #[serde(serialize_with = "encoding_name")]
    pub encoding: Encoding,
    /// Whether it begins with a byte order mark.
    pub byte_order_mark: bool,
    /// What stands between the cells of CSV.
    pub delimiter: Option<char>,
    /// Which cells of CSV stand in quotes: `needed` or `all`.
    pub quoting: Option<&'static str>,
    /// How lines of CSV end: `lf`, `crlf` or `cr`.
    pub line_end: Option<&'static str>,
    /// First and last line of the header, 1-based; none in JSON.
    pub header_lines: Option<(u64, u64)>,
    /// The sheets that are read, where it is a workbook.
    pub sheets: Vec<String>,
    /// Rows that were looked at; at most the first 500.
    pub rows_seen: u64,
    /// The columns in their order.
    pub columns: Vec<ExplainedColumn>,
    /// What is to be known of the file's rows.
    pub notes: Vec<String>,
    /// Why an import would stop here; none where it would go on.
    pub stops: Option<Stop>,
}

/// Why an import would stop.
#[derive(Debug, Serialize)]
pub struct Stop {
    /// The kind of the error.
    pub kind: &'static str,
    /// What is not understood.
    pub message: String,
    /// What to type.
    pub hint: Option<String>,
    /// The error itself.
    #[serde(skip)]
    pub error: Error,
}

/// A column as an import understands it.
#[derive(Debug, Serialize)]
pub struct ExplainedColumn {
    /// What it means.
    #[serde(flatten)]
    pub mapped: Mapped,
    /// Why it means that.
    pub why: Why,
    /// Its first three cells with content, as they are read.
    pub cells: Vec<String>,
    /// What is odd about it.
    pub odd: Vec<Odd>,
}

/// Something odd about a column.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Odd {
    /// A word that stays: `empty`, `holds-codes`, `no-codes`, `lost-zeros`, `text-marks`, `unit`,
    /// `no-date`, `unknown-value`, `repeated`, `identifiers`.
    pub kind: &'static str,
    /// Cells of the rows seen that are so.
    pub cells: u64,
    /// The same in words.
    pub text: String,
}

/// Explains a file.
///
/// # Errors
/// Where the file cannot be read, or the options do not fit it; a file that is read and not
/// understood is explained with [`Explained::stops`].
pub fn explain(book: &RuleBook, request: &ImportRequest<'_>) -> Result<Explained> {
    let mut file = Inspected::open(book, request)?;
    let stops = file.demand_meaning(request).err().map(stop);
    let told = file.mapping.told(book);
    let columns = file.columns.iter().enumerate().zip(told).map(|((place, column), mapped)| {
        let odd = odd(book, &file, place, column);
        ExplainedColumn { mapped, why: file.mapping.why[place], cells: column.cells.clone(), odd }
    });
    let columns = columns.collect();
    let rows_seen = file.rows.sample().count() as u64;
    let mut record = Record::default();
    // Totals are told as they pass.
    for _ in 0..rows_seen {
        if matches!(file.rows.read(&mut record), Ok(false)) {
            break;
        }
    }
    let found = file.rows.reader().description().clone();
    let is_csv = found.delimiter.is_some();
    Ok(Explained {
        file: request.source.name.clone(),
        format: found.format,
        encoding: found.encoding,
        byte_order_mark: found.bom,
        delimiter: found.delimiter,
        quoting: is_csv.then(|| found.quoting.name()),
        line_end: is_csv.then(|| found.line_end.name()),
        header_lines: found.header_lines,
        sheets: found.sheets.iter().map(|sheet| sheet.name.clone()).collect(),
        rows_seen,
        columns,
        notes: file.rows.take_notes(),
        stops,
    })
}

fn stop(error: Error) -> Stop {
    let hint = match &error {
        Error::Columns(Unclear { hint, .. }) => Some(hint.clone()),
        _ => None,
    };
    Stop { kind: error.kind(), message: error.to_string(), hint, error }
}

/// What is odd about a column, the most important first.
fn odd(book: &RuleBook, file: &Inspected, place: usize, column: &Column) -> Vec<Odd> {
    let mut odd = Vec::new();
    let mut say = |kind, cells: u64, text: String| odd.push(Odd { kind, cells, text });
    let seen = column.seen();
    if seen.filled == 0 {
        say("empty", 0, "no cell has any content".to_owned());
        return odd;
    }
    let target = &file.mapping.targets[place];
    let of = |cells: u64| format!("{cells} of {} cells", seen.filled);
    let is_code = *target == Meaning::Known(Known::Code);
    if is_code && seen.codes + seen.without_zeros < seen.filled {
        let others = seen.filled - seen.codes - seen.without_zeros;
        let way = format!("new codes, the old ones as references: --map '{}=ref'", column.header);
        say("no-codes", others, format!("{} are no codes of these rules ({way})", of(others)));
    }
    if !is_code && seen.codes > 0 {
        say("holds-codes", seen.codes, format!("{} read as codes of these rules", of(seen.codes)));
    }
    if is_code && seen.without_zeros > 0 {
        let lost = seen.without_zeros;
        say("lost-zeros", lost, format!("{} have lost their leading zeros", of(lost)));
    }
    if matches!(target, Meaning::Attribute(_)) && column.holds_identifiers() {
        say("identifiers", seen.filled, "looks like what the customers are known by".to_owned());
    }
    if seen.marked > 0 {
        say("text-marks", seen.marked, format!("{} begin with marks of text, ' or =\"", of(seen.marked)));
    }
    if let Some(unit) = headers::unit(&column.header) {
        say(
            "unit",
            seen.filled,
            format!("the unit {unit} stays in the header; the numbers are kept as they are"),
        );
    }
    let unread = unread(book, file, place, target);
    match target {
        Meaning::Known(Known::Date) if unread > 0 => {
            say("no-date", unread, format!("{} are no dates", of(unread)));
        }
        Meaning::Field(_) if unread > 0 => {
            say("unknown-value", unread, format!("{} are no values of the field", of(unread)));
        }
        _ => {}
    }
    let key = matches!(target, Meaning::Known(Known::Code | Known::Reference));
    if key && seen.distinct < seen.filled {
        let repeated = seen.filled - seen.distinct;
        say("repeated", repeated, format!("{} repeat another one", of(repeated)));
    }
    odd
}

/// Cells of the first rows that are no dates or values of the column's field.
fn unread(book: &RuleBook, file: &Inspected, place: usize, target: &Meaning) -> u64 {
    let is_read = |cell: &str| match target {
        Meaning::Known(Known::Date) => file.mapping.dates.read(unquoted(cell)).is_ok(),
        Meaning::Field(index) => book.fields()[*index].resolve(cell).is_ok(),
        _ => true,
    };
    let cells = file.rows.sample().map(|record| record.cell(place).trim());
    cells.filter(|cell| !cell.is_empty() && !is_read(cell)).count() as u64
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn format_name<S: Serializer>(format: &Format, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(format.name())
}

fn encoding_name<S: Serializer>(encoding: &Encoding, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(encoding)
}
