//! Reading a file of rows strictly: headers first, then row by row, every fault with its line and
//! what to do.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
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
use super::{Description, Encoding, Format, LineEnd, Quoting, Reading, Source};

/// A strict reader of rows with headers.
///
/// - CSV: the first line that is neither blank nor a comment is the header, unless `reading` names
///   its lines; several are joined. The delimiter is the one that a first line `sep=;` names, else
///   the one of comma, semicolon, TAB and bar that the header has and the rows agree with. Blank
///   lines and comments are skipped, and so are empty cells behind the last column. Lines end with
///   LF, CR LF or CR.
/// - JSON Lines and JSON: headers are the names of all members in the order of their first
///   appearance, for which the file is read once before. An absent member and `null` are an empty
///   cell; a number, `true` and `false` are their text as written.
/// - Workbooks, which are known by their content: the first line with content is the header; rows
///   without content are skipped.
///
/// A cell holds at most 64 KiB, a row 1 MiB; memory does not grow with the file.
pub struct Reader {
    name: String,
    reading: Reading,
    description: Description,
    /// The beginning of the file, for hints.
    head: Vec<u8>,
    /// How undecodable bytes of this file could be read, once it was looked for.
    hint: OnceCell<Option<String>>,
    header: Header,
    rows: Rows,
    row: u64,
    done: bool,
}

/// The header of a file.
#[derive(Debug, Clone, Default)]
struct Header {
    /// The text of each column as it stands in the file, its lines joined.
    texts: Vec<String>,
    /// The same, each one different and none empty.
    names: Vec<String>,
    /// Its lines, where there are several.
    lines: Vec<Vec<String>>,
}

enum Rows {
    Csv(Box<Csv>),
    Json(Box<Json>),
    Sheets(Box<SheetRows>),
}

impl Reader {
    /// Finds out what was not said of the file and reads the headers. Refuses an empty file, one
    /// that is certainly in another encoding than said, and one that could be in several, or have
    /// several delimiters.
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
        Self::with(source, description, head, reading.clone())
    }

    /// Another reader of the same file from its beginning, with all that was found out.
    pub fn again(&self, source: &Source) -> Result<Self, ReadError> {
        if let Rows::Sheets(rows) = &self.rows {
            let content = (self.header.clone(), Rows::Sheets(Box::new(rows.again())));
            let (reading, description) = (self.reading.clone(), self.description.clone());
            return Ok(Self::new(self.name.clone(), reading, description, self.head.clone(), content));
        }
        Self::with(source, self.description.clone(), self.head.clone(), self.reading.clone())
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
        let description = Description {
            format: found.format,
            encoding: Encoding::Utf8,
            evidence: Evidence::Given,
            bom: false,
            delimiter: None,
            line_end: LineEnd::Lf,
            quoting: Quoting::Needed,
            sep_line: false,
            header_lines: Some((header, header)),
            sheets,
            notes: found.notes,
        };
        let header = Header::of(vec![found.headers]);
        let rows = Rows::Sheets(Box::new(found.rows));
        Ok(Self::new(source.name.clone(), reading.clone(), description, head, (header, rows)))
    }

    fn new(
        name: String,
        reading: Reading,
        description: Description,
        head: Vec<u8>,
        (header, rows): (Header, Rows),
    ) -> Self {
        let hint = OnceCell::new();
        Self { name, reading, description, head, hint, header, rows, row: 0, done: false }
    }

    fn with(
        source: &Source,
        mut description: Description,
        head: Vec<u8>,
        reading: Reading,
    ) -> Result<Self, ReadError> {
        let encoding = description.encoding;
        match open_rows(source, &mut description, &reading, &head) {
            Ok(content) => Ok(Self::new(source.name.clone(), reading, description, head, content)),
            Err(fault) => Err(named(&source.name, fault, |sample| suspect::hint(encoding, sample, &head))),
        }
    }

    /// What was found in the file.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The columns' names, each one different: the header's text, `电话 (2)` for the second column
    /// that is headed 电话, `#3` for the third column where it has no header.
    pub fn headers(&self) -> &[String] {
        &self.header.names
    }

    /// The header's texts as they stand in the file; some may be empty or equal.
    pub fn header_texts(&self) -> &[String] {
        &self.header.texts
    }

    /// The lines of the header, where there are several: their cells.
    pub fn header_lines(&self) -> &[Vec<String>] {
        &self.header.lines
    }

    /// Whether the column has no header.
    pub fn is_unnamed(&self, column: usize) -> bool {
        self.header.texts.get(column).is_some_and(|text| text.trim().is_empty())
    }

    /// Keeps the text of each row from here on, as it stands in the file.
    pub fn keep_text(&mut self) {
        match &mut self.rows {
            Rows::Csv(csv) => csv.keep_text(),
            Rows::Json(json) => json.keep_text(),
            // Its rows are cells from the beginning.
            Rows::Sheets(_) => {}
        }
    }

    /// The text of the row that was read last, where it is kept; also of one that is refused. Of a
    /// row of a workbook its cells, separated by tabs.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.rows {
            Rows::Csv(csv) => Cow::Borrowed(csv.text()),
            Rows::Json(json) => Cow::Borrowed(json.text()),
            Rows::Sheets(sheets) => Cow::Owned(sheets.text()),
        }
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
                let columns = self.header.names.len();
                if more && record.len() != columns {
                    record.drop_surplus(columns);
                    if record.len() != columns {
                        return Err(ragged(record, columns, csv.delimiter()).into());
                    }
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
        quoting: Quoting::Needed,
        sep_line: false,
        header_lines: None,
        sheets: Vec::new(),
        notes: Vec::new(),
    })
}

fn open_rows(
    source: &Source,
    description: &mut Description,
    reading: &Reading,
    head: &[u8],
) -> Result<(Header, Rows), Fault> {
    let (format, encoding) = (description.format, description.encoding);
    let window = || -> io::Result<Window> { Window::open(Decoded::new(source.reader()?, encoding, head)) };
    match format {
        Format::Csv | Format::Xlsx | Format::Xls | Format::Ods => {
            let mut csv = Csv::open(window()?, reading)?;
            let dialect = csv.dialect();
            description.delimiter = Some(csv.delimiter());
            description.line_end = dialect.line_end;
            (description.quoting, description.sep_line) = (dialect.quoting, dialect.sep_line);
            let (mut record, mut lines, mut first) = (Record::default(), Vec::<Vec<String>>::new(), 0);
            let last = reading.header.map_or(0, |(_, last)| last);
            while lines.is_empty() || csv.line() <= last {
                if !csv.read(&mut record)? {
                    break;
                }
                first = if lines.is_empty() { record.line() } else { first };
                lines.push(record.iter().map(str::to_owned).collect());
            }
            if lines.is_empty() {
                let reason =
                    if source.is_empty() { "the file is empty" } else { "no header: all lines are blank" };
                return Err(Malformed::line(1, reason).hint("the first line names the columns").into());
            }
            description.header_lines = Some((first, csv.line() - 1));
            Ok((Header::of(lines), Rows::Csv(Box::new(csv))))
        }
        Format::Jsonl | Format::Json => {
            let lines = format == Format::Jsonl;
            let columns = Json::open(window()?, lines).collect_columns()?;
            let texts = columns.names().to_vec();
            let header = Header { names: texts.clone(), texts, lines: Vec::new() };
            Ok((header, Rows::Json(Box::new(Json::open(window()?, lines).with_columns(columns)))))
        }
    }
}

impl Header {
    /// Joins lines to one header. A cell of an upper line stands above the columns up to the next
    /// one, as one that heads a group does.
    fn of(mut lines: Vec<Vec<String>>) -> Self {
        let width = lines.iter().map(Vec::len).max().unwrap_or_default();
        let below = lines.len() - 1;
        for line in &mut lines {
            line.resize(width, String::new());
        }
        let (upper, lowest) = lines.split_at_mut(below);
        for line in upper {
            for column in 1..width {
                if line[column].trim().is_empty() && !lowest[0][column].trim().is_empty() {
                    let group = line[column - 1].clone();
                    line[column] = group;
                }
            }
        }
        if below == 0 {
            let texts = lines.swap_remove(0);
            return Self { names: distinct(&texts), texts, lines: Vec::new() };
        }
        let joined = |column: usize| {
            let mut parts: Vec<&str> = Vec::new();
            for part in lines.iter().map(|line| line[column].trim()) {
                if !part.is_empty() && !parts.contains(&part) {
                    parts.push(part);
                }
            }
            parts.join(" ")
        };
        let texts: Vec<String> = (0..width).map(joined).collect();
        Self { names: distinct(&texts), texts, lines }
    }
}

/// A name for each column, none of them twice.
fn distinct(texts: &[String]) -> Vec<String> {
    let mut taken: HashSet<String> = texts.iter().map(|text| text.trim().to_owned()).collect();
    let mut next = HashMap::new();
    let mut names = Vec::with_capacity(texts.len());
    for (number, text) in (1..).zip(texts) {
        let bare = text.trim();
        // A column without a header is known by its number.
        let own = if bare.is_empty() { format!("#{number}") } else { bare.to_owned() };
        let count: &mut u64 = next.entry(own.clone()).or_insert(1);
        if *count == 1 && (!bare.is_empty() || taken.insert(own.clone())) {
            *count = 2;
            names.push(if bare.is_empty() { own } else { text.clone() });
            continue;
        }
        *count = (*count).max(2);
        let mut name = format!("{own} ({count})");
        while !taken.insert(name.clone()) {
            *count += 1;
            name = format!("{own} ({count})");
        }
        names.push(name);
    }
    names
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
        Fault::Delimiters(candidates) => ReadError::AmbiguousDelimiter { name, candidates },
        Fault::Text(Malformed { line, column, reason, hint: known, undecodable, .. }) => {
            let hint = known.or_else(|| undecodable.and_then(|sample| hint(&sample)));
            ReadError::Malformed { name, line, column, reason, hint }
        }
    }
}
