//! Files of rows: the first byte chooses format and encoding, the rest is the file.
//!
//! No bytes make the reader panic or run on, none of them are lost without a fault (a [second
//! opinion](super::second) counts), reading again reads the same, and what was read survives every
//! format and encoding.

use std::io::Write as _;

use custcode::table::{Encoding, Format, ReadError, Reader, Reading, Record, RowWriter, Source};

use super::second::{self, Row};

const FORMATS: [Format; 3] = [Format::Csv, Format::Jsonl, Format::Json];
const ENCODINGS: [Encoding; 4] = [Encoding::Utf8, Encoding::Gb18030, Encoding::Utf16, Encoding::Utf8Bom];

/// Most cells of a table that is compared: few bytes of JSON can make many columns of many rows.
const CELLS: usize = 100_000;

/// What a reader gave: rows with their lines, and a fault's reason where a row is none.
#[derive(Debug, PartialEq)]
struct Table {
    headers: Vec<String>,
    /// The headers as they stand in the file.
    texts: Vec<String>,
    rows: Vec<Result<(u64, Vec<String>), String>>,
}

impl Table {
    fn cells(&self) -> Option<Vec<&[String]>> {
        self.rows.iter().map(|row| row.as_ref().ok().map(|(_, cells)| cells.as_slice())).collect()
    }
}

/// Reads any bytes as a table.
pub(crate) fn run(data: &[u8]) {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let choice = usize::from(choice);
    let (format, encoding) = (FORMATS[choice % 3], ENCODINGS[choice / 3 % 4]);

    let source = source(bytes);
    let text = second::decoded(bytes, encoding);
    // Which delimiter fits is another question.
    let reading = |raw| Reading {
        raw,
        delimiter: (format == Format::Csv).then(|| second::delimiter(&text)),
        ..Reading::of(format, encoding)
    };
    let raw = table(&source, &reading(true));
    assert_eq!(table(&source, &reading(true)), raw, "reading again reads the same");
    match (&raw, format) {
        (Ok(raw), Format::Csv) => csv_is_whole(raw, &text),
        (Ok(raw), _) => json_is_whole(raw, &text, format),
        (Err(_), _) => return,
    }
    if let Ok(table) = table(&source, &reading(false)) {
        survives(&table);
    }
}

fn source(bytes: &[u8]) -> Source {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("written");
    Source::open(file.path().to_str().expect("a path in UTF-8")).expect("opened")
}

/// Reads to the end; the reason where not even headers can be read, or there are too many cells to
/// keep.
fn table(source: &Source, reading: &Reading) -> Result<Table, String> {
    let format = reading.format;
    let mut reader = Reader::open(source, reading).map_err(|error| error.to_string())?;
    let mut table =
        Table { headers: reader.headers().to_vec(), texts: reader.header_texts().to_vec(), rows: Vec::new() };
    let mut record = Record::default();
    let (mut line, lines) = (1, source.len() + 1);
    loop {
        if table.rows.len() * table.headers.len() > CELLS {
            return Err("too many cells".to_owned());
        }
        match reader.read(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                assert!(
                    (line..=lines).contains(&record.line()),
                    "a row of line {} behind {line}",
                    record.line()
                );
                line = record.line();
                assert!(record.len() == table.headers.len() || format != Format::Csv);
                table.rows.push(Ok((line, record.iter().map(str::to_owned).collect())));
            }
            Err(ReadError::Malformed { line: at, reason, .. }) => {
                assert!((line..=lines).contains(&at), "a fault of line {at} behind {line}: {reason}");
                table.rows.push(Err(reason));
            }
            Err(error) => panic!("{error}"),
        }
        assert_eq!(record.row(), table.rows.len() as u64);
        assert!(table.rows.len() as u64 <= lines, "more rows than bytes");
    }
    assert!(reader.is_done() && reader.consumed() <= source.len());
    Ok(table)
}

/// Every row of the text was read, or is a fault.
fn csv_is_whole(table: &Table, text: &[u8]) {
    let mut expected = second::csv(text).into_iter();
    match expected.next() {
        Some(Row::Cells(_, headers)) => assert_eq!(headers, table.texts),
        other => panic!("headers {:?}, where there is {other:?}", table.headers),
    }
    let mut read = table.rows.iter();
    for row in expected {
        match (row, read.next()) {
            (Row::Cells(line, mut cells), Some(Ok(row))) => {
                // Empty cells behind the last column are none.
                let surplus = cells.split_off(cells.len().min(table.texts.len()));
                assert!(surplus.iter().all(|cell| cell.trim().is_empty()), "cells are lost: {surplus:?}");
                assert_eq!((line, cells), *row);
            }
            (Row::Cells(_, cells), Some(Err(fault))) => {
                assert_ne!(cells.len(), table.headers.len(), "a good row is refused: {fault}");
            }
            (Row::Fault | Row::Unclosed, Some(Err(_))) => {}
            (row, read) => panic!("{row:?} was read as {read:?}"),
        }
    }
    assert_eq!(read.next(), None, "rows out of nothing");
}

/// Every object of the text was read, or is a fault.
fn json_is_whole(table: &Table, text: &[u8], format: Format) {
    let Ok(objects) = second::json(text, format) else {
        assert!(table.rows.iter().any(Result::is_err), "no document, and nobody says so");
        return;
    };
    assert_eq!(objects.len(), table.rows.len(), "rows are lost or found");
    for (object, row) in objects.iter().zip(&table.rows) {
        let expected = object.as_ref().and_then(|object| second::cells(object, &table.headers));
        match (expected, row) {
            (Some(expected), Ok((_, cells))) => assert_eq!(expected, *cells),
            (None, Err(_)) => {}
            (Some(_), Err(reason)) => assert!(reason.contains("given twice"), "{object:?}: {reason}"),
            (None, Ok(cells)) => panic!("{object:?} was read as {cells:?}"),
        }
    }
}

/// A table without faults is the same again in every format and encoding; one without columns or
/// rows says nothing.
fn survives(table: &Table) {
    let told = |rows: &Vec<_>| !rows.is_empty() && !table.headers.is_empty();
    let Some(rows) = table.cells().filter(told) else { return };
    for format in FORMATS {
        for encoding in ENCODINGS {
            let Some(bytes) = written(&table.headers, &rows, format, encoding) else { continue };
            match self::table(&source(&bytes), &Reading::of(format, encoding)) {
                Ok(again) => {
                    assert_eq!(again.headers, table.headers, "{format:?} {encoding}");
                    assert_eq!(again.cells().as_deref(), Some(&rows[..]), "{format:?} {encoding}: {again:?}");
                }
                Err(reason) => assert!(is_understood(&reason), "{format:?} {encoding}: {reason}"),
            }
        }
    }
}

/// Names that differ in blanks only are no headers of CSV; and some texts in GB 18030 are UTF-8 as
/// well.
fn is_understood(reason: &str) -> bool {
    reason.contains("have the same header") || reason.ends_with("the file is utf-8, not gb18030")
}

/// `None` where the encoding lacks a character.
fn written(headers: &[String], rows: &[&[String]], format: Format, encoding: Encoding) -> Option<Vec<u8>> {
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mut writer = RowWriter::new(Vec::new(), format, encoding, false, &headers).ok()?;
    for row in rows {
        let row: Vec<Option<&str>> = row.iter().map(|cell| Some(cell.as_str())).collect();
        writer.row(&row).ok()?;
    }
    writer.finish().ok()
}
