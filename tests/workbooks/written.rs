//! Workbooks that are written, read back by calamine and by this program.

use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx};

use super::{company, having, workbook};

/// A file of customers with what spreadsheets spoil.
const FILE: &str = "\
ref,name,type,industry,备注
007,华东机械,vip,A,=1+1
1E5,\"a, \"\"b\"\"\",regular,B,\" 两行
文字 \"
3,<&>,vip,C,
";

/// A part of a workbook.
fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).expect("a ZIP file");
    let mut text = String::new();
    archive.by_name(name).expect("the part").read_to_string(&mut text).expect("text");
    text
}

#[test]
fn codes_and_references_are_text_under_a_header_that_stays() {
    let done = company().file("a.csv", FILE).args(["import", "a.csv", "-o", "b.xlsx", "-q"]).run();
    let workbook = std::fs::read(done.folder.path("b.xlsx")).expect("a workbook");
    let mut read = Xlsx::new(Cursor::new(&workbook)).expect("a workbook");
    let range = read.worksheet_range("customers").expect("a sheet");
    let text = |text: &str| Data::String(text.to_owned());
    let cells: Vec<Data> = range.rows().nth(1).expect("a row").to_vec();
    assert_eq!(cells, ["007", "华东机械", "vip", "A", "=1+1", "01A0001"].map(text));
    assert_eq!(range.get_value((2, 0)), Some(&text("1E5")));
    assert_eq!(range.get_value((2, 4)), Some(&text(" 两行\n文字 ")));
    let sheet = part(&workbook, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<ignoredError sqref=\"A1:F4\" numberStoredAsText=\"1\"/>"), "{sheet}");
    assert!(sheet.contains("ySplit=\"1\"") && sheet.contains("state=\"frozen\""), "{sheet}");
    assert!(part(&workbook, "xl/styles.xml").contains("<b/>"));
    // As wide as the Chinese name, whose characters count twice.
    assert!(sheet.contains("<col min=\"2\" max=\"2\" width=\"10."), "{sheet}");
}

#[test]
fn an_export_as_a_workbook_comes_back_as_the_same_csv() {
    let done = company().file("a.csv", FILE).args(["import", "a.csv", "-q"]).run();
    let done = done.then().args(["export", "-o", "first.csv", "-q"]).run();
    let done = done.then().args(["export", "-o", "all.xlsx", "-q"]).run();
    let (first, workbook) =
        (done.folder.read("first.csv"), std::fs::read(done.folder.path("all.xlsx")).expect("a workbook"));
    // The same rows are the same bytes.
    let done = done.then().args(["export", "-o", "all.xlsx", "--force", "-q"]).run();
    assert!(std::fs::read(done.folder.path("all.xlsx")).expect("a workbook") == workbook);
    let other = company().file("all.xlsx", workbook).args(["import", "all.xlsx", "-q"]).run();
    let other = other.then().args(["export", "-o", "second.csv", "-q"]).run();
    assert_eq!(other.folder.read("second.csv"), first);
}

#[test]
fn a_workbook_with_its_codes_has_all_columns_and_their_types() {
    let done = having("customers.xlsx").args(["import", "customers.xlsx", "-o", "coded.xlsx", "-q"]).run();
    let workbook = std::fs::read(done.folder.path("coded.xlsx")).expect("a workbook");
    let mut read = Xlsx::new(Cursor::new(&workbook)).expect("a workbook");
    let range = read.worksheet_range("customers").expect("a sheet");
    let row: Vec<Data> = range.rows().nth(1).expect("a row").to_vec();
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(
        row,
        [
            text("007"),
            text("华东机械"),
            text("vip"),
            text("A"),
            text("2023-10-01"),
            text("007001"),
            Data::Float(1200.0),
            Data::Bool(true),
            Data::Float(0.1),
            text("01A0001"),
        ]
    );
    done.then()
        .args(["import", "coded.xlsx", "-o", "again.csv"])
        .stderr_like("...\n3 rows: 0 issued, 3 skipped\n")
        .run();
}

#[test]
fn rejects_of_a_workbook_are_a_workbook_with_its_lines() {
    let done = having("odd.xlsx")
        .args(["import", "odd.xlsx", "--partial", "--rejects", "bad.xlsx", "-q", "--set", "industry=A"])
        .stderr_like("...\n")
        .status(6)
        .run();
    let workbook = std::fs::read(done.folder.path("bad.xlsx")).expect("a workbook");
    let mut read = Xlsx::new(Cursor::new(&workbook)).expect("a workbook");
    let range = read.worksheet_range("customers").expect("a sheet");
    let lines: Vec<&Data> = (1..4).filter_map(|row| range.get_value((row, 5))).collect();
    assert_eq!(lines, [&Data::String("3".into()), &Data::String("4".into()), &Data::String("5".into())]);
}

#[test]
fn without_a_name_that_asks_for_a_workbook_rows_are_csv() {
    having("customers.xlsx")
        .args(["import", "customers.xlsx", "-o", "-", "-q"])
        .stdout_like("ref,name,type,industry,date,邮编,金额,有效,折扣,code\n007,[..]\n...\n")
        .run();
}

#[test]
fn a_row_beyond_the_header_keeps_its_cells_in_the_rejects() {
    let rows = "name,type,industry\n甲,vip,A\n乙,vip,A,x\n";
    let done = company()
        .file("a.xlsx", workbook(&[("客户", rows)]))
        .args(["import", "a.xlsx", "--partial", "--rejects", "bad.csv", "-q"])
        .stderr("a.xlsx, sheet 客户, line 3 (row 2): D3 stands beyond the last header\n")
        .status(6)
        .run();
    assert_eq!(
        done.folder.read("bad.csv"),
        "name,type,industry,rejected_line,rejected_because,rejected_text\n\
         ,,,3,D3 stands beyond the last header,乙\tvip\tA\tx\n"
    );
    // Given back as it is, it is no blank row.
    done.then().args(["import", "bad.csv", "-q"]).stderr_like("bad.csv:2 (row 1): [..]\n").status(1).run();
}

#[test]
fn references_stand_in_a_cell_one_a_line() {
    let done = company()
        .file("a.csv", "ref,name,type,industry\nK1,甲,vip,A\n")
        .args(["import", "a.csv", "-q"])
        .run()
        .then()
        .args(["edit", "01A0001", "--add-ref", "U8:7", "-q"])
        .stdout_like("...")
        .run()
        .then()
        .args(["export", "--columns", "code,refs", "-o", "b.xlsx", "-q"])
        .run();
    let workbook = std::fs::read(done.folder.path("b.xlsx")).expect("a workbook");
    let mut read = Xlsx::new(Cursor::new(&workbook)).expect("a workbook");
    let range = read.worksheet_range("customers").expect("a sheet");
    assert_eq!(range.get_value((1, 1)), Some(&Data::String("K1\nU8:7".to_owned())));
}
