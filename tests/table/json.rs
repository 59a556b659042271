//! JSON Lines and JSON in: headers are the members of all objects, values are text, faults have
//! their lines.

use custcode::table::{Encoding, Format};

use super::{Table, read_as, rows};

fn jsonl(text: &str) -> Table {
    read_as(text.as_bytes(), Format::Jsonl, Encoding::Utf8)
}

fn json(text: &str) -> Table {
    read_as(text.as_bytes(), Format::Json, Encoding::Utf8)
}

#[test]
fn members_are_columns_in_the_order_of_their_first_appearance() {
    let table = jsonl("{\"code\":\"1\",\"name\":\"华东\"}\n\n{\"type\":\"vip\",\"code\":\"2\"}\r\n{}\n");
    assert_eq!(table.headers, ["code", "name", "type"]);
    assert_eq!(table.rows, rows(&[["1", "华东", ""], ["2", "", "vip"], ["", "", ""]]));
    assert_eq!(table.faults, [""; 0]);
}

#[test]
fn values_are_their_text_exactly() {
    let table = jsonl(
        r#"{"a":12345678901234567890123,"b":1.10,"c":-0e5,"d":true,"e":null,"f":"\u534e\"\\\n\ud842\udfb7","\u0067":"'=1"}"#,
    );
    assert_eq!(table.headers, ["a", "b", "c", "d", "e", "f", "g"]);
    assert_eq!(
        table.rows,
        rows(&[["12345678901234567890123", "1.10", "-0e5", "true", "", "华\"\\\n𠮷", "'=1"]])
    );
}

#[test]
fn a_document_may_be_ours_or_a_bare_array_in_any_layout() {
    let expected = rows(&[["1", "}{"], ["2", "b\"]"]]);
    for text in [
        "{\"schema\":1,\"rows\":[\n{\"code\":\"1\",\"name\":\"}{\"},\n{\"code\":\"2\",\"name\":\"b\\\"]\"}\n]}\n",
        "[{\"code\":\"1\",\"name\":\"}{\"},{\"code\":2,\"name\":\"b\\\"]\"}]",
        "\r\n{ \"rows\" : [\r\n  {\r\n \"code\": 1,\r\n \"name\": \"}{\"},{\"code\":2,\"name\":\"b\\\"]\"}\r\n ] }",
    ] {
        let text = text.replace("{ \"rows\"", "{ \"schema\": 1, \"rows\"");
        let table = json(&text);
        assert_eq!((table.rows, table.faults), (expected.clone(), vec![]), "{text}");
    }
}

#[test]
fn a_fault_of_an_object_is_told_and_the_next_is_read() {
    let table = jsonl(concat!(
        "{\"a\":1}\n",
        "{\"a\":[1]}\n",
        "{\"a\":1,\"a\":2}\n",
        "{\"a\":\"华\",}\n",
        "[1]\n",
        "{\"a\":01}\n",
        "{\"a\":\"x\\u0000\"}\n",
        "{\"a\":2} {\"a\":3}\n",
        "{\"a\":4}\n",
    ));
    assert_eq!(table.rows, rows(&[["1"], ["4"]]));
    assert_eq!(
        table.faults,
        [
            "customers:2: \"a\" is nested; a cell is a text, a number, true or false",
            "customers:3: \"a\" is given twice",
            "customers:4:10: trailing comma",
            "customers:5: invalid type: sequence, expected an object {…} of names and values",
            "customers:6:7: invalid number",
            "customers:7: a NUL character in \"a\"",
            "customers:8:9: trailing characters",
        ]
    );
}

#[test]
fn a_fault_inside_a_document_has_its_line() {
    let table = json("[\n{\"a\":1},\n{\n  \"a\": {}\n},\n{\n  \"a\": 华\n},\n{\"a\":2}]");
    assert_eq!(table.rows, rows(&[["1"], ["2"]]));
    assert_eq!(
        table.faults,
        [
            "customers:3: \"a\" is nested; a cell is a text, a number, true or false",
            "customers:7:8: expected value",
        ]
    );
}

#[test]
fn a_document_that_is_none_is_refused() {
    for (text, fault) in [
        ("", "customers:1: the file is empty"),
        ("\n5", "customers:2: found '5' where `[`, or `{\"schema\":1,\"rows\":[` is expected"),
        ("{\"rows\":[]}", "customers:1: found '{' where `[`, or `{\"schema\":1,\"rows\":[` is expected"),
        ("{\"schema\":2,\"rows\":[]}", "customers:1: rows of schema 2, this version reads schema 1"),
        ("[{\"a\":1}", "customers:1: the file ends where `,` or `]` is expected"),
        ("[{\"a\":1},\n]", "customers:2: found ']' where an object `{…}` is expected"),
        ("[{\"a\":1}\n{\"a\":1}]", "customers:2: found '{' where `,` or `]` is expected"),
        ("[\n{\"a\":1},\n{\"a\":\"}", "customers:3: the object that begins here is never closed"),
        ("[{\"a\":1}]\n x", "customers:2: found 'x' where nothing behind the document is expected"),
        ("[{\"\":1}]", "customers:1: a member without a name"),
    ] {
        assert_eq!(json(text).faults, [fault], "{text}");
    }
}

#[test]
fn no_rows_are_a_table_without_columns() {
    for table in [jsonl(""), jsonl("\n"), json("[]"), json("{\"schema\":1,\"rows\":[\n]}\n")] {
        assert_eq!(table, Table::default());
    }
}

#[test]
fn an_object_beyond_a_mebibyte_or_a_cell_beyond_64_kib_is_refused() {
    let long = "x".repeat(64 * 1024 + 1);
    assert_eq!(
        jsonl(&format!("{{\"a\":1}}\n{{\"a\":\"{long}\"}}\n")).faults,
        ["customers:2: \"a\" is longer than 64 KiB"]
    );
    let endless = format!("[\n{{\"a\":1}},\n{{\"a\":\"{}", "x".repeat(2 << 20));
    assert_eq!(json(&endless).faults, ["customers:3: the object is longer than 1 MiB"]);
}

#[test]
fn undecodable_bytes_in_an_object_have_their_place() {
    let table = read_as(b"{\"a\":1}\n{\"a\":\"\xBB\xAA\xB6\xAB\"}\n", Format::Jsonl, Encoding::Utf8);
    assert_eq!(table.rows, rows(&[["1"]]));
    assert_eq!(table.faults, ["customers:2:7: undecodable bytes | read it with --encoding gb18030"]);
}
