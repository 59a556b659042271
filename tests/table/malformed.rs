//! Malformed CSV: each fault with its line, its column where known, and what to do; reading goes on
//! where it can.

use std::io::Write;

use custcode::table::{Encoding, Format, Reader, Reading, Record, Source};

use super::{read_csv, rows, shown, source};

const DOUBLE_IT: &str = "a quote that belongs to the text is written twice: \"\"";

fn faults(text: impl AsRef<[u8]>) -> Vec<String> {
    read_csv(text).faults
}

#[test]
fn ragged_rows_are_told_one_by_one_and_the_rest_is_read() {
    let table = read_csv("code,name,type\n1,a,vip\n2,b\n3,c,vip,x\n4\n5,e,vip\n");
    assert_eq!(table.rows, rows(&[["1", "a", "vip"], ["5", "e", "vip"]]));
    assert_eq!(
        table.faults,
        [
            "customers:3: the row has 2 cells, the header has 3",
            "customers:4: the row has 4 cells, the header has 3 | a cell that holds ',' is put in quotes: \"…\"",
            "customers:5: the row has 1 cell, the header has 3",
        ]
    );
}

#[test]
fn a_fault_leaves_the_row_number_in_the_record() {
    let source = source(b"a,b\n1,2\n3\n4,5\n");
    let mut reader = Reader::open(&source, &Reading::of(Format::Csv, Encoding::Utf8)).expect("headers");
    let (mut record, mut read) = (Record::default(), Vec::new());
    while !reader.is_done() {
        let good = reader.read(&mut record).is_ok_and(|more| more);
        read.push((record.row(), record.line(), good));
    }
    assert_eq!(read[..3], [(1, 2, true), (2, 3, false), (3, 4, true)]);
}

#[test]
fn an_unclosed_quote_names_where_it_was_opened() {
    let table = read_csv("code,name\n1,a\n2,b\n客,\"c\n4,d\n5,e\n");
    assert_eq!(table.rows, rows(&[["1", "a"], ["2", "b"]]));
    assert_eq!(table.faults, [format!("customers:4:3: the quote opened here is never closed | {DOUBLE_IT}")]);
    assert_eq!(
        faults("code,name\n\"1\n2\",\"b\n"),
        [format!("customers:3:4: the quote opened here is never closed | {DOUBLE_IT}")]
    );
}

#[test]
fn text_after_a_closing_quote_is_told_and_its_line_given_up() {
    let table = read_csv("code,name\n1,\"华东\"机械\n2,\"b\" x\n\"3\n\"x,y\n4,d\n");
    assert_eq!(table.rows, rows(&[["4", "d"]]));
    assert_eq!(
        table.faults,
        [
            format!("customers:2:7: text after the closing quote of a cell | {DOUBLE_IT}"),
            format!("customers:3:6: text after the closing quote of a cell | {DOUBLE_IT}"),
            format!("customers:5:2: text after the closing quote of a cell | {DOUBLE_IT}"),
        ]
    );
}

#[test]
fn nul_bytes_are_told_with_their_column() {
    let hint = "this is no text, or its encoding is another one; see --encoding";
    let table = read_csv("code,name\n1,华\0\n2,\"x\n\0\"\n3,c\n");
    assert_eq!(table.rows, rows(&[["3", "c"]]));
    assert_eq!(
        table.faults,
        [format!("customers:2:4: a NUL byte | {hint}"), format!("customers:4:1: a NUL byte | {hint}")]
    );
}

#[test]
fn a_file_without_a_header_is_refused() {
    let hint = "the first line names the columns";
    assert_eq!(faults(""), [format!("customers:1: the file is empty | {hint}")]);
    assert_eq!(faults("\n\r\n\n"), [format!("customers:1: no header: all lines are blank | {hint}")]);
}

#[test]
fn columns_without_a_header_or_with_that_of_another_one_get_names() {
    for (header, names) in [
        ("code,,name\n", ["code", "#2", "name"]),
        (",name,\n", ["#1", "name", "#3"]),
        ("\n\ncode,name, \n", ["code", "name", "#3"]),
        ("名称,type,名称 \n", ["名称", "type", "名称 (2)"]),
        ("x,x,x (2)\n", ["x", "x (3)", "x (2)"]),
        ("#2,,\n", ["#2", "#2 (2)", "#3"]),
    ] {
        assert_eq!(read_csv(header).headers, names, "{header:?}");
    }
}

#[test]
fn bytes_that_are_no_utf8_are_told_row_by_row() {
    let table = read_csv(b"code,name\n1,\xE5\x8D\x8E\xE4\xB8\n2,b\n3,\"x\ny\xFF\"\n");
    assert_eq!(table.rows, rows(&[["2", "b"]]));
    let [first, second] = table.faults.as_slice() else { panic!("two faults: {:?}", table.faults) };
    assert!(first.starts_with("customers:2:4: undecodable bytes"), "{first}");
    assert!(second.starts_with("customers:5:2: undecodable bytes"), "{second}");
}

#[test]
fn halves_of_a_character_on_both_sides_of_a_comma_are_no_character() {
    let table = read_csv(b"a,b\n\xE4\xB8,\xAD\n");
    assert!(table.rows.is_empty());
    assert!(table.faults[0].starts_with("customers:2:1: undecodable bytes"), "{:?}", table.faults);
}

#[test]
fn a_cell_beyond_64_kib_is_a_fault_of_its_row() {
    let (fits, too_long) = ("x".repeat(64 * 1024), "x".repeat(64 * 1024 + 1));
    let table = read_csv(format!("a,b\n1,{fits}\n2,{too_long}\n\"3\n\",\"{too_long}\"\n4,{fits}\n"));
    assert_eq!(table.rows.len(), 2);
    assert_eq!(
        table.faults,
        [
            "customers:3: the cell of column 2 is longer than 64 KiB",
            "customers:4: the cell of column 2 is longer than 64 KiB",
        ]
    );
}

#[test]
fn a_million_columns_are_refused() {
    let commas = ",x".repeat(500_000);
    assert_eq!(
        faults(format!("a,b\n{commas}\n1,2\n")),
        [
            "customers:2: the row has 500001 cells, the header has 2 | a cell that holds ',' is put in quotes: \"…\""
        ]
    );
    let names: Vec<String> = (0..1_000_000).map(|column| format!("c{column}")).collect();
    assert_eq!(faults(names.join(",")), ["customers:1: the row is longer than 1 MiB"]);
    assert_eq!(faults("a,".repeat(500_000)), [""; 0]);
}

/// Reads a file that begins with `text` and goes on with a hole of a gibibyte, which takes no space
/// on a disk.
fn read_endless(text: &str) -> (String, u64) {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(text.as_bytes()).expect("written");
    file.as_file().set_len(1 << 30).expect("a sparse file");
    let mut source = Source::open(file.path().to_str().expect("a path in UTF-8")).expect("opened");
    source.name = String::from("customers");
    let mut reader = Reader::open(&source, &Reading::of(Format::Csv, Encoding::Utf8)).expect("headers");
    let error = reader.read(&mut Record::default()).expect_err("no row ends");
    assert!(reader.is_done());
    (shown(&error), reader.consumed())
}

#[test]
fn a_gibibyte_without_an_end_is_given_up_after_a_mebibyte() {
    let (fault, consumed) = read_endless("a,b\n1,");
    assert_eq!(fault, "customers:2: the row is longer than 1 MiB");
    assert!(consumed < 2 << 20, "{consumed} bytes were read");

    let (fault, consumed) = read_endless("a,b\n1,\"");
    assert_eq!(
        fault,
        format!("customers:2:3: the quote opened here is not closed within 1 MiB | {DOUBLE_IT}")
    );
    assert!(consumed < 2 << 20, "{consumed} bytes were read");
}

#[test]
fn a_row_of_a_mebibyte_is_the_longest() {
    let cells = |bytes: usize| format!("{},", "x".repeat(1023)).repeat(bytes / 1024);
    let header: Vec<String> = (0..1025).map(|column| format!("c{column}")).collect();
    let header = header.join(",");
    assert_eq!(read_csv(format!("{header}\n{}\n", cells(1 << 20))).rows.len(), 1);
    assert_eq!(read_csv(format!("{header}\n{}", cells(1 << 20))).rows.len(), 1);
    for end in ["", "\n", "\r\n", "\n1\n"] {
        assert_eq!(
            faults(format!("{header}\n{}x{end}", cells(1 << 20)))[0],
            "customers:2: the row is longer than 1 MiB"
        );
    }
}

#[test]
fn a_file_cut_off_meanwhile_is_an_error_and_no_end() {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(b"a,b\n1,2\n").expect("written");
    let mut source = Source::open(file.path().to_str().expect("a path in UTF-8")).expect("opened");
    source.name = String::from("customers");
    file.as_file().set_len(4).expect("cut");
    let error = Reader::open(&source, &Reading::of(Format::Csv, Encoding::Utf8)).err().expect("refused");
    assert_eq!(error.to_string(), "could not read customers: the file has become shorter while it was read");
}
