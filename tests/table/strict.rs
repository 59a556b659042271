//! What just works: BOM, every kind of line end, quotes, blank lines, other delimiters; with exact
//! line numbers.

use custcode::table::{Encoding, Format, Reader, Reading, Record};

use super::{read_csv, rows, source};

/// The line each row starts at.
fn lines(text: &str) -> Vec<u64> {
    let source = source(text.as_bytes());
    let mut reader = Reader::open(&source, &Reading::of(Format::Csv, Encoding::Utf8)).expect("headers");
    let (mut record, mut lines) = (Record::default(), Vec::new());
    while reader.read(&mut record).expect("a good file") {
        lines.push(record.line());
    }
    lines
}

#[test]
fn every_kind_of_line_end_reads_the_same() {
    let expected = rows(&[["1", "华东"], ["2", "b"]]);
    for text in [
        "code,name\n1,华东\n2,b\n",
        "code,name\r\n1,华东\r\n2,b\r\n",
        "code,name\r1,华东\r2,b\r",
        "code,name\n1,华东\n2,b",
        "\u{FEFF}code,name\r\n1,华东\r\n2,b",
        "\"code\",\"name\"\r\"1\",\"华东\"\r\"2\",\"b\"",
        "\n\r\n\ncode,name\n\n1,华东\n\r\n2,b\n\n\n",
    ] {
        let table = read_csv(text);
        assert_eq!(table.headers, ["code", "name"], "{text:?}");
        assert_eq!((table.rows, table.faults), (expected.clone(), vec![]), "{text:?}");
    }
}

#[test]
fn quotes_hold_commas_quotes_and_line_ends() {
    let table = read_csv("code,name\n1,\"Acme, \"\"West\"\"\nLtd\"\n\"\",\"\"\n3,5\" pipe\n");
    assert_eq!(table.rows, rows(&[["1", "Acme, \"West\"\nLtd"], ["", ""], ["3", "5\" pipe"]]));
    assert_eq!(table.faults, [""; 0]);
}

#[test]
fn lines_are_counted_through_quotes_and_blank_lines() {
    assert_eq!(lines("a,b\n1,\"x\ny\"\n\n\n2,z\n"), [2, 6]);
    assert_eq!(lines("a,b\r\n1,\"x\r\ny\"\r\n\r\n2,z\r\n"), [2, 5]);
    assert_eq!(lines("a,b\r1,\"x\ry\"\r\r2,z"), [2, 5]);
    assert_eq!(lines("\n\na\n1\n"), [4]);
}

#[test]
fn a_header_without_a_comma_may_use_semicolons_or_tabs() {
    assert_eq!(read_csv("code;name\n1;\"a;b\"\n").rows, rows(&[["1", "a;b"]]));
    assert_eq!(read_csv("code\tname\n1\ta,b\n").rows, rows(&[["1", "a,b"]]));
    assert_eq!(read_csv("code,a;b\n1,2\n").headers, ["code", "a;b"]);
    assert_eq!(read_csv("\"a;b\"\n1;2\n").rows, rows(&[["1;2"]]));
    assert_eq!(read_csv("\"a,b\";c\n1;2\n").headers, ["a,b", "c"]);
}

#[test]
fn a_header_alone_is_a_table_without_rows() {
    let table = read_csv("code,name");
    assert_eq!(table.headers, ["code", "name"]);
    assert!(table.rows.is_empty() && table.faults.is_empty());
}

#[test]
fn guards_of_an_export_are_taken_off_unless_the_file_is_raw() {
    let text = "code,'=name\n1,'+86138\n2,''=1\n3,'quoted'\n";
    let table = read_csv(text);
    assert_eq!(table.headers, ["code", "=name"]);
    assert_eq!(table.rows, rows(&[["1", "+86138"], ["2", "'=1"], ["3", "'quoted'"]]));

    let source = source(text.as_bytes());
    let mut reader =
        Reader::open(&source, &Reading { raw: true, ..Reading::of(Format::Csv, Encoding::Utf8) })
            .expect("headers");
    let mut record = Record::default();
    assert!(reader.read(&mut record).expect("a row"));
    assert_eq!((reader.headers()[1].as_str(), record.cell(1)), ("'=name", "'+86138"));
}

#[test]
fn rows_longer_than_any_buffer_keep_their_lines() {
    let name = "华".repeat(20_000);
    let row = format!("1,\"{name}\n\",{name},{name},{name},{name}\n");
    let text = format!("a,b,c,d,e,f\n{}", row.repeat(12));
    assert_eq!(lines(&text), (0..12).map(|row| 2 + 2 * row).collect::<Vec<_>>());
}
