//! What is written is read back the same, in every format and encoding; and what is written looks
//! as it should.

use custcode::table::{Dialect, Encoding, Format, LineEnd, Quoting, Reader, Reading, Record, RowWriter};
use proptest::prelude::*;

use super::{Table, read_as, source, write_as};

fn owned(cells: &[Option<&str>]) -> Vec<Option<String>> {
    cells.iter().map(|cell| cell.map(str::to_owned)).collect()
}

#[test]
fn csv_is_quoted_only_where_needed_and_guarded() {
    let headers = ["code".to_owned(), "-name".to_owned(), "note;".to_owned()];
    let rows = [
        owned(&[Some("01A0001"), Some("华东, \"东\""), None]),
        owned(&[Some("=1+1"), Some("a\nb"), Some("it's; 'ok'")]),
    ];
    let csv = write_as(Format::Csv, Encoding::Utf8, &headers, &rows);
    assert_eq!(
        String::from_utf8_lossy(&csv),
        "code,'-name,\"note;\"\n01A0001,\"华东, \"\"东\"\"\",\n'=1+1,\"a\nb\",it's; 'ok'\n"
    );
}

#[test]
fn raw_csv_keeps_formulas() {
    let mut writer =
        RowWriter::new(Vec::new(), Format::Csv, Encoding::Utf8, true, &["+a", "b"]).expect("started");
    writer.row(&[Some("=1"), Some("-2")]).expect("written");
    assert_eq!(writer.finish().expect("finished"), b"+a,b\n=1,-2\n");
}

#[test]
fn json_writes_null_for_absent_values_and_escapes_the_rest() {
    let headers = ["code".to_owned(), "na\"me".to_owned()];
    let rows = [owned(&[Some("=1"), Some("a\\\"\n\u{1}华")]), owned(&[None, Some("")]), owned(&[None, None])];
    let jsonl = write_as(Format::Jsonl, Encoding::Utf8, &headers, &rows);
    assert_eq!(
        String::from_utf8_lossy(&jsonl),
        "{\"code\":\"=1\",\"na\\\"me\":\"a\\\\\\\"\\n\\u0001华\"}\n{\"code\":null,\"na\\\"me\":\"\"}\n{\"code\":null,\"na\\\"me\":null}\n"
    );
    let json = write_as(Format::Json, Encoding::Utf8, &headers, &rows[1..]);
    assert_eq!(
        String::from_utf8_lossy(&json),
        "{\"schema\":1,\"rows\":[\n{\"code\":null,\"na\\\"me\":\"\"},\n{\"code\":null,\"na\\\"me\":null}\n]}\n"
    );
    let none = write_as(Format::Json, Encoding::Utf8, &headers, &[]);
    assert_eq!(String::from_utf8_lossy(&none), "{\"schema\":1,\"rows\":[\n]}\n");
}

#[test]
fn a_row_of_another_length_is_refused() {
    let mut writer =
        RowWriter::new(Vec::new(), Format::Csv, Encoding::Utf8, false, &["a", "b"]).expect("started");
    let error = writer.row(&[Some("1")]).expect_err("one cell is missing").to_string();
    assert_eq!(error, "a row of 1 cells under 2 headers");
}

/// Cells that try readers and writers; no NUL, which no table holds, and none of the private
/// characters that GB 18030 cannot hold.
fn cell() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("'".to_owned()),
        Just("=".to_owned()),
        Just("＋".to_owned()),
        Just("\"".to_owned()),
        Just(",".to_owned()),
        Just(";".to_owned()),
        Just("\r".to_owned()),
        Just("\n".to_owned()),
        Just("\t".to_owned()),
        Just("\u{FEFF}".to_owned()),
        Just("\\".to_owned()),
        Just("华东".to_owned()),
        Just("𠮷".to_owned()),
        any::<char>()
            .prop_filter("private or NUL", |c| *c != '\0' && !('\u{E000}'..='\u{F8FF}').contains(c))
            .prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

prop_compose! {
    fn table()(width in 1..5_usize)(
        headers in proptest::collection::vec(cell(), width),
        rows in proptest::collection::vec(proptest::collection::vec(proptest::option::of(cell()), width), 0..8),
    ) -> (Vec<String>, Vec<Vec<Option<String>>>) {
        // Headers must be different and not blank; the number makes them so.
        let headers = headers.iter().enumerate().map(|(column, header)| format!("{header}{column}")).collect();
        (headers, rows)
    }
}

prop_compose! {
    fn dialect()(
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t'), Just(b'|')],
        line_end in prop_oneof![Just(LineEnd::Lf), Just(LineEnd::CrLf), Just(LineEnd::Cr)],
        quoting in prop_oneof![Just(Quoting::Needed), Just(Quoting::All)],
        sep_line in any::<bool>(),
    ) -> Dialect {
        Dialect { delimiter, line_end, quoting, sep_line }
    }
}

fn write_in(dialect: Dialect, headers: &[String], rows: &[Vec<String>]) -> Vec<u8> {
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mut writer = RowWriter::in_dialect(Vec::new(), Format::Csv, Encoding::Utf8, false, &headers, dialect)
        .expect("started");
    for row in rows {
        let row: Vec<Option<&str>> = row.iter().map(|cell| Some(cell.as_str())).collect();
        writer.row(&row).expect("written");
    }
    writer.finish().expect("finished")
}

proptest! {
    #[test]
    fn every_dialect_is_found_out_and_comes_back_byte_by_byte((headers, rows) in table(), dialect in dialect()) {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|c| c.clone().unwrap_or_default()).collect()).collect();
        let written = write_in(dialect, &headers, &rows);
        let source = source(&written);
        let reading = Reading::of(Format::Csv, Encoding::Utf8);
        let mut reader = Reader::open(&source, &reading).expect("a header");
        let found = reader.description().dialect();
        if headers.len() > 1 || dialect.sep_line {
            prop_assert_eq!(found.delimiter, dialect.delimiter);
        }
        prop_assert_eq!(found.sep_line, dialect.sep_line);
        let (mut record, mut read) = (Record::default(), Vec::new());
        while reader.read(&mut record).expect("a row") {
            read.push(record.iter().map(str::to_owned).collect::<Vec<_>>());
        }
        prop_assert_eq!(reader.headers(), headers);
        prop_assert_eq!(&read, &rows);
        prop_assert_eq!(write_in(dialect, reader.headers(), &read), written);
    }

    #[test]
    fn csv_comes_back_the_same(
        (headers, rows) in table(),
        encoding in prop_oneof![
            Just(Encoding::Utf8), Just(Encoding::Utf8Bom), Just(Encoding::Gb18030), Just(Encoding::Utf16),
        ],
    ) {
        let read = read_as(&write_as(Format::Csv, encoding, &headers, &rows), Format::Csv, encoding);
        // Sixteen characters of chance are a certain encoding; random text is none.
        prop_assume!(!read.faults.iter().any(|fault| fault.contains("the file is")));
        let rows = rows.iter().map(|row| row.iter().map(|c| c.clone().unwrap_or_default()).collect()).collect();
        prop_assert_eq!(read, Table { headers, rows, faults: vec![] });
    }

    #[test]
    fn json_comes_back_the_same(
        (headers, rows) in table(),
        format in prop_oneof![Just(Format::Jsonl), Just(Format::Json)],
        encoding in prop_oneof![
            Just(Encoding::Utf8), Just(Encoding::Utf8Bom), Just(Encoding::Gb18030), Just(Encoding::Utf16),
        ],
    ) {
        let read = read_as(&write_as(format, encoding, &headers, &rows), format, encoding);
        prop_assert_eq!(read.faults, Vec::<String>::new());
        prop_assert_eq!(read.rows.len(), rows.len());
        for (read_row, row) in read.rows.iter().zip(&rows) {
            for (header, cell) in headers.iter().zip(row) {
                let column = read.headers.iter().position(|read| read == header);
                let read_cell = column.map_or("", |column| read_row[column].as_str());
                prop_assert_eq!(read_cell, cell.as_deref().unwrap_or_default());
            }
        }
    }
}
