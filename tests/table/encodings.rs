//! Encodings: real bytes of GBK and UTF-16, exact places of what is undecodable, and the encoding
//! that would work.

use custcode::table::{Description, Encoding, Evidence, Format, LineEnd, Quoting, Reader, Reading};
use proptest::prelude::*;

use super::{Table, read_as, read_csv, rows};

/// `客户编码,客户名称` and `01A0001,华东机械`, as a spreadsheet in China saves them.
const GBK: &[u8] =
    b"\xBF\xCD\xBB\xA7\xB1\xE0\xC2\xEB,\xBF\xCD\xBB\xA7\xC3\xFB\xB3\xC6\r\n01A0001,\xBB\xAA\xB6\xAB\xBB\xFA\xD0\xB5\r\n";

fn expected() -> Table {
    Table {
        headers: vec!["客户编码".to_owned(), "客户名称".to_owned()],
        rows: rows(&[["01A0001", "华东机械"]]),
        faults: vec![],
    }
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn gbk_is_read_when_it_is_named_and_hinted_at_when_not() {
    assert_eq!(read_as(GBK, Format::Csv, Encoding::Gb18030), expected());
    assert_eq!(read_csv(GBK).faults, ["customers:1:1: undecodable bytes | read it with --encoding gb18030"]);
}

#[test]
fn an_ascii_header_over_gbk_rows_tells_each_row() {
    let table = read_csv(b"code,name\n1,Zhang\n2,\xBB\xAA\xB6\xAB\n3,Li \xBB\xFA\n");
    assert_eq!(table.rows, rows(&[["1", "Zhang"]]));
    assert_eq!(
        table.faults,
        [
            "customers:3:3: undecodable bytes | read it with --encoding gb18030",
            "customers:4:6: undecodable bytes | read it with --encoding gb18030",
        ]
    );
}

#[test]
fn utf16_follows_its_mark_and_is_hinted_at() {
    let text = "\u{FEFF}客户编码,客户名称\r\n01A0001,华东机械\r\n";
    for bytes in
        [utf16(text, u16::to_le_bytes), utf16(text, u16::to_be_bytes), utf16(&text[3..], u16::to_le_bytes)]
    {
        assert_eq!(read_as(&bytes, Format::Csv, Encoding::Utf16), expected());
        for other in [Encoding::Utf8, Encoding::Gb18030] {
            assert_eq!(
                read_as(&bytes, Format::Csv, other).faults,
                [format!("customers:1: the file is utf-16, not {other} | read it with --encoding utf-16")]
            );
        }
    }
}

#[test]
fn half_a_character_of_utf16_has_its_place() {
    let mut bytes = utf16("a,b\n1,华x", u16::to_le_bytes);
    bytes.extend([0x00, 0xD8, b'y', 0, b'z']);
    assert_eq!(read_as(&bytes, Format::Csv, Encoding::Utf16).faults, ["customers:2:5: undecodable bytes"]);
}

#[test]
fn a_fault_in_gb18030_has_its_place_and_reading_goes_on() {
    let table = read_as(b"a,b\n1,\xBB\xAA\xFF\n\xB6\xAB,2\n", Format::Csv, Encoding::Gb18030);
    assert_eq!(table.rows, rows(&[["东", "2"]]));
    assert_eq!(table.faults, ["customers:2:4: undecodable bytes"]);
}

#[test]
fn what_would_be_read_as_nonsense_is_refused() {
    let text = "客户编码,客户名称\n01A0001,华东机械有限公司\n";
    assert_eq!(
        read_as(text.as_bytes(), Format::Csv, Encoding::Gb18030).faults,
        ["customers:1: the file is utf-8, not gb18030 | read it with --encoding utf-8"]
    );
    assert_eq!(
        read_as(text.as_bytes(), Format::Csv, Encoding::Utf16).faults,
        ["customers:1: the file is utf-8, not utf-16 | read it with --encoding utf-8"]
    );
    assert_eq!(
        read_as(GBK, Format::Csv, Encoding::Utf16).faults,
        ["customers:1: the file is gb18030, not utf-16 | read it with --encoding gb18030"]
    );
}

#[test]
fn a_bom_is_skipped_whether_it_is_named_or_not() {
    let text = "\u{FEFF}客户编码,客户名称\n01A0001,华东机械\n".as_bytes();
    assert_eq!(read_as(text, Format::Csv, Encoding::Utf8), expected());
    assert_eq!(read_as(text, Format::Csv, Encoding::Utf8Bom), expected());
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic_or_run_on(
        bytes in proptest::collection::vec(
            prop_oneof![Just(b','), Just(b'"'), Just(b'\n'), Just(b'\r'), Just(b'a'), Just(b'{'), Just(b'}'), any::<u8>()],
            0..200,
        ),
        format in prop_oneof![Just(Format::Csv), Just(Format::Jsonl), Just(Format::Json)],
        encoding in prop_oneof![Just(Encoding::Utf8), Just(Encoding::Gb18030), Just(Encoding::Utf16)],
    ) {
        let table = read_as(&bytes, format, encoding);
        prop_assert!(table.rows.len() + table.faults.len() <= bytes.len() + 1);
    }
}

#[test]
fn without_a_word_the_encoding_is_found_and_described() {
    let source = super::source(GBK);
    let reader = Reader::open(&source, &Reading::default()).expect("headers");
    assert_eq!(reader.headers(), expected().headers);
    let words = ["客户", "名称", "编码"].map(str::to_owned).to_vec();
    assert_eq!(
        *reader.description(),
        Description {
            format: Format::Csv,
            encoding: Encoding::Gb18030,
            evidence: Evidence::Words(words),
            bom: false,
            delimiter: Some(','),
            line_end: LineEnd::CrLf,
            quoting: Quoting::Needed,
            sep_line: false,
            header_lines: Some((1, 1)),
            sheets: Vec::new(),
            notes: Vec::new(),
        }
    );
}
