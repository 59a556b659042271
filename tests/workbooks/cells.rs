//! What cells say: as the sheet shows it, from every kind of workbook.

use super::{fixture, having};

/// The rows of the fixtures with their codes.
const CODED: &str = "\
ref,name,type,industry,date,邮编,金额,有效,折扣,code
007,华东机械,vip,A,2023-10-01,007001,1200,true,0.1,01A0001
008,华南贸易,regular,B,2023-10-02 08:30:00,100080,1200.5,false,0.3,02B0001
009,\"  北方 \"\"矿业\"\"\",vip,C,2024-02-29,001000,-3,true,,01C0001
";

#[test]
fn cells_are_read_as_the_sheet_shows_them() {
    for name in ["customers.xlsx", "epoch1904.xlsx", "customers.ods"] {
        let done = having(name).args(["import", name, "-o", "coded.csv", "-q"]).run();
        assert_eq!(done.folder.read("coded.csv"), CODED, "{name}");
    }
}

#[test]
fn an_xls_is_read_but_for_formats_of_numbers() {
    let done = having("customers.xls")
        .args(["import", "customers.xls", "-o", "coded.csv"])
        .stderr_like(
            "...\nnote: an .xls file does not tell hidden rows and formats such as 0000: where it has them, save it as .xlsx\n...\n",
        )
        .run();
    assert_eq!(done.folder.read("coded.csv"), CODED.replace("007001", "7001").replace("001000", "1000"));
}

#[test]
fn types_of_cells_are_kept_in_json() {
    let done = having("customers.xlsx").args(["import", "customers.xlsx", "-o", "coded.jsonl", "-q"]).run();
    assert_eq!(
        done.folder.read("coded.jsonl").lines().next(),
        Some(
            "{\"ref\":\"007\",\"name\":\"华东机械\",\"type\":\"vip\",\"industry\":\"A\",\"date\":\"2023-10-01\",\"邮编\":\"007001\",\
             \"金额\":1200,\"有效\":true,\"折扣\":0.1,\"code\":\"01A0001\"}"
        )
    );
}

#[test]
fn a_workbook_is_known_by_its_content() {
    let done = super::company()
        .file("list.csv", fixture("customers.xlsx"))
        .args(["import", "list.csv", "-o", "coded.csv", "-q"])
        .run();
    assert_eq!(done.folder.read("coded.csv"), CODED);
    let done =
        done.then().stdin(fixture("customers.ods")).args(["import", "-", "-o", "again.csv", "-q"]).run();
    assert_eq!(done.folder.read("again.csv"), CODED);
}

#[test]
fn what_only_its_name_calls_a_workbook_is_a_text() {
    super::company()
        .file("u8.xls", "ref\tname\ttype\tindustry\nK1\t华东\tvip\tA\n")
        .args(["import", "u8.xls", "-o", "-", "-q"])
        .stdout("ref\tname\ttype\tindustry\tcode\nK1\t华东\tvip\tA\t01A0001\n")
        .run();
}

#[test]
fn rows_that_are_hidden_are_read_and_counted() {
    for name in ["customers.xlsx", "customers.ods"] {
        having(name)
            .args(["import", name, "--dry-run"])
            .stderr_like(
                "...\nnote: sheet 客户: 1 hidden row is read as well; --visible-only leaves them out\n...\n3 rows: 3 issued\n...\n",
            )
            .run()
            .then()
            .args(["import", name, "--visible-only"])
            .stderr_like("...\nnote: sheet 客户: 1 hidden row is left out\n...\n2 rows: 2 issued\n")
            .run();
    }
    having("customers.xls")
        .args(["import", "customers.xls", "--visible-only"])
        .stderr(
            "error: customers.xls: which rows an .xls file hides cannot be told\nhint: save it as .xlsx\n",
        )
        .status(3)
        .run();
}

#[test]
fn damaged_numbers_and_errors_are_told_with_their_cells_and_never_identify_anybody() {
    having("odd.xlsx")
        .args(["import", "odd.xlsx", "--set", "industry=A"])
        .stderr_like(
            "...\n\
             note: 2 numbers of more than 15 digits have lost their last digits; the first is sheet 客户, D2: 9.11101085513851E+16\n\
             note: 2 cells hold errors of formulas; the first is sheet 客户, E2: #N/A\n\
             ...\n\
             odd.xlsx, sheet 客户, line 3 (row 2): A3, column ref: \"1.23456789012346E+17\": more than 15 digits in a cell of numbers: [..]\n\
             odd.xlsx, sheet 客户, line 4 (row 3): C4, column type: \"#N/A\": the formula of the cell failed\n\
             ...\n",
        )
        .status(1)
        .run();
}

#[test]
fn codes_of_a_workbook_are_validated() {
    let done = having("customers.xlsx").args(["import", "customers.xlsx", "-o", "coded.xlsx", "-q"]).run();
    done.then()
        .args(["validate", "--file", "coded.xlsx"])
        .stdout("01A0001\tvalid\tgraded\n02B0001\tvalid\tgraded\n01C0001\tvalid\tgraded\n")
        .stderr("3 codes: 3 valid, 0 invalid\n")
        .run();
}
