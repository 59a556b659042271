//! Dialects of CSV: what stands between cells, quotes behind blanks, headers in other lines or in
//! several, columns without a header or with that of another one.

use serde_json::json;

use super::{counted, explained};
use crate::support::Test;

/// Imports `content` with `args` and expects these rows with their codes.
#[track_caller]
fn read_as(content: &str, args: &[&str], coded: &str) {
    let done = counted()
        .file("a.csv", content)
        .args(["import", "a.csv", "-q", "-o", "b.csv"])
        .args(args.iter().copied())
        .run();
    assert_eq!(done.folder.read("b.csv"), coded);
}

/// Imports `content` and expects a refusal that spends no number.
#[track_caller]
fn refused(content: &str, args: &[&str], stderr: &str) {
    let run =
        |test: Test| test.args(["import", "a.csv", "-q"]).args(args.iter().copied()).stderr(stderr).status(2);
    let done = run(counted().file("a.csv", content)).run();
    run(done.then()).args(["--partial"]).run().then().args(["list"]).run();
}

#[test]
fn bars_stand_between_cells() {
    read_as("name|phone\nA|1\nB, C|2\n", &[], "name|phone|code\nA|1|K00001\nB, C|2|K00002\n");
}

#[test]
fn a_delimiter_is_named() {
    read_as("name~note\nA~1,2\n", &["--delimiter", "~"], "name~note~code\nA~1,2~K00001\n");
    read_as("name\tnote,x\nA\t1\n", &["--delimiter", "tab"], "name\t\"note,x\"\tcode\nA\t1\tK00001\n");
    counted()
        .args(["import", "a.csv", "--delimiter", "ab"])
        .stderr_like("error: invalid value 'ab' for '--delimiter <CHAR>': give one sign, [..]\n...\n")
        .status(2)
        .run();
}

#[test]
fn a_first_line_names_the_delimiter() {
    read_as(
        "sep=;\r\nName;Note, x\r\nAlpha;1,5\r\n",
        &[],
        "sep=;\r\nName;\"Note, x\";code\r\nAlpha;1,5;K00001\r\n",
    );
}

#[test]
fn several_delimiters_are_asked_about() {
    refused(
        "name;a,b\nA;1,2\nB;3,4\n",
        &[],
        "error: a.csv: cells could be separated by ',' (name;a · b) or ';' (name · a,b)\n\
         hint: say which one reads right: --delimiter ',' or --delimiter ';'\n",
    );
}

#[test]
fn blanks_around_quotes_are_no_part_of_a_cell() {
    read_as(
        "\"Ref\", \"Name\" , \"Phone\"\n\"1\", \"Alpha, Ltd\" , \"010\"\n 2 , 5\" pipe, x\n",
        &[],
        "\"Ref\",\"Name\",\"Phone\",\"code\"\n\"1\",\"Alpha, Ltd\",\"010\",\"K00001\"\n\" 2 \",\" 5\"\" pipe\",\" x\",\"K00002\"\n",
    );
}

#[test]
fn comments_are_no_rows() {
    read_as(
        "# made by X\nName,Phone\n#Alpha,1\nBeta,2\n",
        &["--comment", "#"],
        "Name,Phone,code\nBeta,2,K00001\n",
    );
}

#[test]
fn a_title_above_the_header_is_found() {
    for (content, line) in [
        ("客户清单,,\n导出时间：2026-11-27 10:00,,\n,,\n客户名称,客户类型,电话\n甲公司,企业,010-1\n", 4),
        ("Report: customers\n\nName;Phone\nAlpha;1\n", 3),
        ("Customer report\nPrinted 2026-11-27\nName,Phone\nAlpha,1\n", 3),
        ("# exported by X\nName,Phone\nAlpha,1\n", 2),
    ] {
        let done = counted()
            .file("a.csv", content)
            .args(["import", "a.csv", "-q", "--partial"])
            .stderr_like(&format!(
                "error: the header of a.csv seems to be in line {line} ([..]), not in line 1 ([..])\n\
                 hint: --header {line}; --header 1 if that is the header\n"
            ))
            .status(2)
            .run();
        done.then()
            .args(["import", "a.csv", "-q", "--header", &line.to_string()])
            .run()
            .then()
            .args(["list", "--json"])
            .stdout_like("...\n[..]K00001[..]\n...\n")
            .run();
    }
}

#[test]
fn what_the_header_seems_to_be_is_told_to_programs() {
    let told = explained("Report\nName;Phone\nAlpha;1\n", 2);
    assert_eq!(told["stops"]["kind"], "header-line");
    assert_eq!(told["header_lines"], json!([1, 1]));
}

#[test]
fn groups_above_the_header_are_joined_when_asked_to() {
    let content = "基本信息,,联系信息\n客户名称,类型,电话\n甲,A,1\n";
    refused(
        content,
        &[],
        "error: the header of a.csv seems to be in line 2 (客户名称, 类型, 电话), not in line 1 (基本信息, 联系信息)\n\
         hint: --header 2, or --header 1-2 to join both; --header 1 if that is the header\n",
    );
    counted()
        .file("a.csv", content)
        .args(["import", "a.csv", "--header", "1-2"])
        .stderr(
            "基本信息 客户名称 → name\n\
             基本信息 类型 → attribute 基本信息 类型\n\
             联系信息 电话 → attribute 联系信息 电话\n\
             counter customer: none → 1\n\
             1 row: 1 issued\n",
        )
        .run();
}

#[test]
fn columns_with_neither_header_nor_cells_are_none() {
    counted()
        .file("a.csv", "客户编码,年龄,姓名,,,\nK00005,55,甲,,,\nK00007,34,乙,,,\n")
        .args(["import", "a.csv", "--map", "姓名=name"])
        .stderr(
            "客户编码 → code\n\
             年龄 → attribute 年龄\n\
             姓名 → name\n\
             counter customer: none → 7\n\
             2 rows: 0 issued, 2 registered\n",
        )
        .run();
    let rows: String = (0..600)
        .map(|row| format!("N{row},{}\n", if row == 550 { "x" } else { "" }))
        .collect::<Vec<_>>()
        .concat();
    refused(
        &format!("name,\n{rows}"),
        &[],
        "error: column 2, behind \"name\", has no header, but cells such as \"x\"\n\
         hint: --map '#2=ignore' to leave it out; or ref, name, a field …\n",
    );
}

#[test]
fn a_column_with_cells_and_no_header_is_asked_about() {
    let content = "name,,phone\nA,x,1\n";
    refused(
        content,
        &[],
        "error: column 2, behind \"name\", has no header, but cells such as \"x\"\n\
         hint: --map '#2=ignore' to leave it out; or ref, name, a field …\n",
    );
    read_as(content, &["--map", "#2=ignore"], "name,,phone,code\nA,x,1,K00001\n");
}

#[test]
fn the_index_of_a_data_frame_is_no_column() {
    counted()
        .file("a.csv", ",name,phone\n0,Alpha,1\n1,Beta,2\n")
        .args(["import", "a.csv"])
        .stderr(
            "#1 → nothing (row numbers)\n\
             name → name\n\
             phone → attribute phone\n\
             counter customer: none → 2\n\
             2 rows: 2 issued\n",
        )
        .run();
}

#[test]
fn empty_cells_behind_the_last_column_are_passed_over() {
    read_as("name,phone\nA,1,\nB,2, ,\n", &[], "name,phone,code\nA,1,K00001\nB,2,K00002\n");
}

#[test]
fn columns_with_one_header_are_kept_apart() {
    let content = "客户名称,电话,电话,Tel,TEL\n甲公司,010-1,010-2,3,4\n";
    let done = counted()
        .file("a.csv", content)
        .args(["import", "a.csv", "-o", "b.csv"])
        .stderr(
            "客户名称 → name\n\
             电话 → attribute 电话\n\
             电话 (2) → attribute 电话 (2)\n\
             Tel → attribute Tel\n\
             TEL → attribute TEL\n\
             note: another column is headed \"电话\" too; this one is called \"电话 (2)\"\n\
             counter customer: none → 1\n\
             1 row: 1 issued\n",
        )
        .run();
    assert_eq!(done.folder.read("b.csv"), "客户名称,电话,电话,Tel,TEL,code\n甲公司,010-1,010-2,3,4,K00001\n");
    done.then()
        .args(["import", "a.csv", "--dry-run", "--map", "电话#2=ignore"])
        .stderr_like("...\n电话 (2) → nothing\n...\n")
        .run();
    refused(
        "name,name\nA,B\n",
        &[],
        "error: columns \"name\" and \"name (2)\" both mean name\n\
         hint: say which is not: --map 'name (2)=attribute'\n",
    );
}

#[test]
fn marks_of_text_are_taken_off_what_customers_are_known_by() {
    let done = counted()
        .file("a.csv", "Customer ID,First Name,Last Name,Zip\n'901,Jo,'t Hooft,'01067\n'902,Al,Tester,'1234AB\n")
        .args(["import", "a.csv", "--key", "Customer ID"])
        .stderr_like("...\nnote: column Customer ID: marks of text (' or =\"\") were taken off 2 cells\n...\n2 rows: 2 issued\n")
        .run();
    let done = done
        .then()
        .file("b.csv", "Customer ID,First Name,Last Name\n901,Jo,'t Hooft\n902,Al,Tester\n")
        .args(["import", "b.csv", "-q", "--key", "Customer ID", "-o", "-"])
        .stdout("Customer ID,First Name,Last Name,code\n901,Jo,'t Hooft,K00001\n902,Al,Tester,K00002\n")
        .run();
    done.then()
        .args(["export", "-q"])
        .stdout("code,ref,name,date,Zip\nK00001,901,Jo 't Hooft,2026-11-22,'01067\nK00002,902,Al Tester,2026-11-22,'1234AB\n")
        .run();
    counted()
        .file("a.csv", "code,ref,name,zip\n=\"K00012\",=\"00123\",=\"Alpha Ltd\",1\n\"=\"\"K00013\"\"\",\"=\"\"00124\"\"\",\"Beta, Ltd\",2\n")
        .args(["import", "a.csv", "-q"])
        .stderr_like("...\n")
        .run()
        .then()
        .args(["export", "-q"])
        .stdout("code,ref,name,date,zip\nK00012,00123,Alpha Ltd,2026-11-22,1\nK00013,00124,\"Beta, Ltd\",2026-11-22,2\n")
        .run();
}

#[test]
fn what_was_found_is_explained() {
    let content = "\u{FEFF}\"Name\";\"Phone\"\r\n\"A\";\"1\"\r\n";
    counted()
        .file("a.csv", content)
        .args(["import", "a.csv", "--explain"])
        .stdout_like("Name\tname\t[..]\nPhone\tattribute Phone\t[..]\n")
        .stderr("a.csv: csv, utf-8, delimiter semicolon, all cells in quotes, header in line 1; 1 row looked at\n")
        .run();
    let told = explained(content, 0);
    for (member, value) in [
        ("delimiter", json!(";")),
        ("quoting", json!("all")),
        ("line_end", json!("crlf")),
        ("byte_order_mark", json!(true)),
        ("header_lines", json!([1, 1])),
    ] {
        assert_eq!(told[member], value, "{member}");
    }
}
