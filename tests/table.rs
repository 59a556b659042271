//! Files of rows in and out: what is read, what is refused and where, what comes back.

mod encodings;
mod json;
mod malformed;
mod output;
mod round_trips;
mod source;
mod strict;

use std::io::Write;

use custcode::table::{Encoding, Format, ReadError, Reader, Reading, Record, RowWriter, Source};

/// A source named `customers` that holds `bytes`.
fn source(bytes: &[u8]) -> Source {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("written");
    let mut source = Source::open(file.path().to_str().expect("a path in UTF-8")).expect("opened");
    source.name = String::from("customers");
    source
}

/// What was read: headers, rows, and every fault as a user sees it, with its hint behind ` | `.
#[derive(Debug, Default, PartialEq)]
struct Table {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
    faults: Vec<String>,
}

fn shown(error: &ReadError) -> String {
    match error {
        ReadError::Malformed { hint: Some(hint), .. } => format!("{error} | {hint}"),
        _ => error.to_string(),
    }
}

fn read_as(bytes: &[u8], format: Format, encoding: Encoding) -> Table {
    read_source(&source(bytes), format, encoding)
}

fn read_source(source: &Source, format: Format, encoding: Encoding) -> Table {
    let mut table = Table::default();
    let mut reader = match Reader::open(source, &Reading::of(format, encoding)) {
        Ok(reader) => reader,
        Err(error) => return Table { faults: vec![shown(&error)], ..table },
    };
    table.headers = reader.headers().to_vec();
    let mut record = Record::default();
    loop {
        match reader.read(&mut record) {
            Ok(true) => table.rows.push(record.iter().map(str::to_owned).collect()),
            Ok(false) => return table,
            Err(error) => table.faults.push(shown(&error)),
        }
    }
}

fn read_csv(text: impl AsRef<[u8]>) -> Table {
    read_as(text.as_ref(), Format::Csv, Encoding::Utf8)
}

fn rows<const N: usize>(rows: &[[&str; N]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

fn write_as(format: Format, encoding: Encoding, headers: &[String], rows: &[Vec<Option<String>>]) -> Vec<u8> {
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mut writer = RowWriter::new(Vec::new(), format, encoding, false, &headers).expect("started");
    for row in rows {
        let row: Vec<Option<&str>> = row.iter().map(Option::as_deref).collect();
        writer.row(&row).expect("written");
    }
    writer.finish().expect("finished")
}
