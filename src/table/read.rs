//! Reading a file of rows strictly: headers first, then row by row, every fault with its line and
//! what to do.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::io;

use super::csv::Csv;
use super::decode::Decoded;
use super::encoding::Evidence;
use super::encoding::detect::{self, Detection};
use super::fault::{Fault, Malformed, ReadError};
use super::json::Json;
use super::record::Record;
use super::suspect;
use super::suspect::Contradiction;
use super::window::Window;
use super::workbook::{self, SheetRows};
use super::{Description, Encoding, Format, LineEnd, Reading, Source};

/// A strict reader of rows with headers.
///
/// - CSV: the first line that is not blank is the header. The delimiter is the comma; only where
///   the header has none it is the first `;` or TAB of the header. Blank lines are skipped. Lines
///   end with LF, CR LF or CR.
/// - JSON Lines and JSON: headers are the names of all members in the order of their first
///   appearance, for which the file is read once before. An absent member and `null` are an empty
///   cell; a number, `true` and `false` are their text as written.
/// - Workbooks, which are known by their content: the first line with content is the header; rows
///   without content are skipped.
///
/// A cell holds at most 64 KiB, a row 1 MiB; memory does not grow with the file.
pub struct Reader {
    name: String,
    raw: bool,
    description: Description,
    /// The beginning of the file, for hints.
    head: Vec<u8>,
    /// How undecodable bytes of this file could be read, once it was looked for.
    hint: OnceCell<Option<String>>,
    headers: Vec<String>,
    rows: Rows,
    row: u64,
    done: bool,
}

enum Rows {
    Csv(Csv),
    Json(Box<Json>),
    Sheets(Box<SheetRows>),
}

impl Reader {
    /// Finds out what was not said of the file and reads the headers: refuses an empty file, empty
    /// or duplicate headers, a file that is certainly in another encoding than said, and one that
    /// could be in several.
    pub fn open(source: &Source, reading: &Reading) -> Result<Self, ReadError> {
        let io = |error| ReadError::Io { name: source.name.clone(), source: error };
        let head = source.head(suspect::HEAD).map_err(io)?;
        if workbook::is_workbook(&head) {
            return Self::of_workbook(source, reading, head);
        }
        if reading.format.is_workbook() && head.trim_ascii_start().starts_with(b"<") {
            return Err(ReadError::Workbook {
                name: source.name.clone(),
                reason: "it is a page of markup that is called a workbook".to_owned(),
                hint: Some("open it in the spreadsheet and save it as .xlsx".to_owned()),
            });
        }
        let description = describe(source, reading, &head)?;
        Self::with(source, description, head, reading.raw)
    }

    /// Another reader of the same file from its beginning, with all that was found out.
    pub fn again(&self, source: &Source) -> Result<Self, ReadError> {
        if let Rows::Sheets(rows) = &self.rows {
            return Ok(self.over_sheets(rows.again()));
        }
        Self::with(source, self.description.clone(), self.head.clone(), self.raw)
    }

    fn of_workbook(source: &Source, reading: &Reading, head: Vec<u8>) -> Result<Self, ReadError> {
        let found = workbook::open(source, &head, &reading.workbook)?;
        let sheets = found.rows.sheets().to_vec();
        let malformed = |line, reason: String, hint: &str| ReadError::Malformed {
            name: sheets
                .first()
                .map_or(source.name.clone(), |it| format!("{}, sheet {}", source.name, it.name)),
            line,
            column: None,
            reason,
            hint: Some(hint.to_owned()),
        };
        let header = sheets.first().map_or(0, |sheet| sheet.header);
        if header == 0 {
            let reason = "no sheet has any content".to_owned();
            return Err(malformed(1, reason, "the first line with content names the columns"));
        }
        if let Some(reason) = refusal(&found.headers) {
            return Err(malformed(header, reason, "every column has a header of its own"));
        }
        let description = Description {
            format: found.format,
            encoding: Encoding::Utf8,
            evidence: Evidence::Given,
            bom: false,
            delimiter: None,
            line_end: LineEnd::Lf,
            header_lines: Some((header, header)),
            sheets,
            notes: found.notes,
        };
        Ok(Self {
            name: source.name.clone(),
            raw: reading.raw,
            description,
            head,
            hint: OnceCell::new(),
            headers: found.headers,
            rows: Rows::Sheets(Box::new(found.rows)),
            row: 0,
            done: false,
        })
    }

    fn over_sheets(&self, rows: SheetRows) -> Self {
        Self {
            name: self.name.clone(),
            raw: self.raw,
            description: self.description.clone(),
            head: self.head.clone(),
            hint: OnceCell::new(),
            headers: self.headers.clone(),
            rows: Rows::Sheets(Box::new(rows)),
            row: 0,
            done: false,
        }
    }

    fn with(
        source: &Source,
        mut description: Description,
        head: Vec<u8>,
        raw: bool,
    ) -> Result<Self, ReadError> {
        let encoding = description.encoding;
        match open_rows(source, &mut description, raw, &head) {
            Ok((headers, rows)) => Ok(Self {
                name: source.name.clone(),
                raw,
                description,
                head,
                hint: OnceCell::new(),
                headers,
                rows,
                row: 0,
                done: false,
            }),
            Err(fault) => Err(named(&source.name, fault, |sample| suspect::hint(encoding, sample, &head))),
        }
    }

    /// What was found in the file.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Header texts.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Bytes of the source consumed so far, for progress.
    pub fn consumed(&self) -> u64 {
        match &self.rows {
            Rows::Csv(csv) => csv.consumed(),
            Rows::Json(json) => json.consumed(),
            Rows::Sheets(sheets) => sheets.consumed(),
        }
    }

    /// Reads the next row into `record`; `false` at the end. A fault of a row (ragged, undecodable,
    /// a cell too long …) is an error of that row ([`ReadError::Malformed`]): reading can go on
    /// after it, and `record` tells its row number. After an unclosed quote, a row without end or
    /// an I/O error it cannot: [`Reader::is_done`].
    pub fn read(&mut self, record: &mut Record) -> Result<bool, ReadError> {
        if self.done {
            return Ok(false);
        }
        self.row += 1;
        record.set_row(self.row);
        let read = match &mut self.rows {
            Rows::Csv(csv) => csv.read(record).and_then(|more| {
                if more && record.len() != self.headers.len() {
                    return Err(ragged(record, self.headers.len(), csv.delimiter()).into());
                }
                Ok(more)
            }),
            Rows::Json(json) => json.read(record),
            Rows::Sheets(sheets) => sheets.read(record),
        };
        match read {
            Ok(more) => {
                self.done = !more;
                Ok(more)
            }
            Err(fault) => {
                self.done = !matches!(&fault, Fault::Text(malformed) if !malformed.fatal);
                let find = |sample: &[u8]| suspect::hint(self.description.encoding, sample, &self.head);
                Err(named(&self.name, fault, |sample| self.hint.get_or_init(|| find(sample)).clone()))
            }
        }
    }

    /// Whether nothing more can be read.
    pub fn is_done(&self) -> bool {
        self.done
    }
}

/// The encoding of a file: as said, unless that is certainly wrong, else as found.
fn describe(source: &Source, reading: &Reading, head: &[u8]) -> Result<Description, ReadError> {
    let name = || source.name.clone();
    let (encoding, evidence) = if let Some(given) = reading.encoding {
        if let Some(found) = suspect::contradiction(given, head) {
            let (reason, hint) = match found {
                Contradiction::Has(other) => {
                    (format!("the file is {other}, not {given}"), suspect::read_with(other))
                }
                Contradiction::HasNot => {
                    (format!("the file is not {given}"), "leave --encoding out to see which it is".to_owned())
                }
            };
            return Err(ReadError::Malformed {
                name: name(),
                line: 1,
                column: None,
                reason,
                hint: Some(hint),
            });
        }
        (given, Evidence::Given)
    } else {
        let found = source.reader().and_then(|bytes| detect::detect(bytes, head, reading.locale.as_deref()));
        match found.map_err(|source| ReadError::Io { name: name(), source })? {
            Detection::Certain(encoding, evidence) => (encoding, evidence),
            Detection::Open(candidates) => {
                return Err(ReadError::AmbiguousEncoding { name: name(), candidates });
            }
        }
    };
    Ok(Description {
        // What only its name calls a workbook is a text; lists are often called .xls.
        format: reading.format.streamed(),
        encoding,
        evidence,
        bom: head.starts_with(b"\xEF\xBB\xBF") || detect::has_utf16_bom(head),
        delimiter: None,
        line_end: LineEnd::Lf,
        header_lines: None,
        sheets: Vec::new(),
        notes: Vec::new(),
    })
}

fn open_rows(
    source: &Source,
    description: &mut Description,
    raw: bool,
    head: &[u8],
) -> Result<(Vec<String>, Rows), Fault> {
    let (format, encoding) = (description.format, description.encoding);
    let window = || -> io::Result<Window> { Window::open(Decoded::new(source.reader()?, encoding, head)) };
    match format {
        Format::Csv | Format::Xlsx | Format::Xls | Format::Ods => {
            let mut csv = Csv::open(window()?, !raw)?;
            let mut header = Record::default();
            description.delimiter = Some(csv.delimiter());
            description.line_end = csv.line_end();
            if !csv.read(&mut header)? {
                let reason =
                    if source.is_empty() { "the file is empty" } else { "no header: all lines are blank" };
                return Err(Malformed::line(1, reason).hint("the first line names the columns").into());
            }
            description.header_lines = Some((header.line(), csv.line() - 1));
            let headers: Vec<String> = header.iter().map(str::to_owned).collect();
            match refusal(&headers) {
                Some(reason) => Err(Malformed::line(header.line(), reason).into()),
                None => Ok((headers, Rows::Csv(csv))),
            }
        }
        Format::Jsonl | Format::Json => {
            let lines = format == Format::Jsonl;
            let columns = Json::open(window()?, lines).collect_columns()?;
            let headers = columns.names().to_vec();
            Ok((headers, Rows::Json(Box::new(Json::open(window()?, lines).with_columns(columns)))))
        }
    }
}

/// Why headers are none, if so.
fn refusal(headers: &[String]) -> Option<String> {
    let (mut seen, mut left) = (HashMap::new(), None);
    for (column, header) in (1..).zip(headers) {
        let header = header.trim();
        if header.is_empty() {
            return Some(match left {
                Some(left) => format!("column {column}, behind {left:?}, has no header"),
                None => format!("column {column} has no header"),
            });
        }
        if let Some(first) = seen.insert(header, column) {
            return Some(format!("columns {first} and {column} have the same header {header:?}"));
        }
        left = Some(header);
    }
    None
}

fn ragged(record: &Record, expected: usize, delimiter: char) -> Malformed {
    let found = record.len();
    let cells = if found == 1 { "cell" } else { "cells" };
    let fault =
        Malformed::line(record.line(), format!("the row has {found} {cells}, the header has {expected}"));
    if found > expected {
        fault.hint(format!("a cell that holds {delimiter:?} is put in quotes: \"…\""))
    } else {
        fault
    }
}

/// The fault with the file's name. `hint` finds how undecodable bytes could be read.
fn named(name: &str, fault: Fault, hint: impl FnOnce(&[u8]) -> Option<String>) -> ReadError {
    let name = name.to_owned();
    match fault {
        Fault::Io(source) => ReadError::Io { name, source },
        Fault::Text(Malformed { line, column, reason, hint: known, undecodable, .. }) => {
            let hint = known.or_else(|| undecodable.and_then(|sample| hint(&sample)));
            ReadError::Malformed { name, line, column, reason, hint }
        }
    }
}
