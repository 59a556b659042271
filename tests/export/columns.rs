//! `--columns`, `--labels`, `--sort`: which columns, under which headers, in which order of rows.

use super::company;
use crate::import::RULES;
use crate::support::Test;

#[test]
fn columns_stand_in_the_order_and_under_the_headers_asked_for() {
    company()
        .args(["export", "-q", "--columns", "客户编码=code,客户名称=name,级别=type.label,attr:电话,state"])
        .stdout(
            "客户编码,客户名称,级别,电话,code_state\n\
             X-17,\"老\n客户\",,,active\n\
             01B0001,华东机械有限公司,A类 重点客户,+8621,active\n\
             02A0001,Acme Co,B类 普通客户,,active\n\
             01A0001,华南,A类 重点客户,'=1+1,active\n",
        )
        .run()
        .then()
        .args(["list", "--columns", "name", "--columns", "field:region", "--limit", "2"])
        .stdout("老\\n客户\t\n华东机械有限公司\t0001\n")
        .run()
        .then()
        .args(["list", "--columns", "code,级别=type", "--name", "华南", "--format", "jsonl"])
        .stdout("{\"code\":\"01A0001\",\"级别\":\"vip\"}\n")
        .run();
}

#[test]
fn all_references_stand_in_one_cell() {
    company()
        .args(["edit", "01B0001", "--add-ref", "U8:7"])
        .stdout_like("...")
        .stderr_like("...")
        .run()
        .then()
        .args(["export", "-q", "--columns", "ref,refs", "--name", "华东机械有限公司"])
        .stdout("ref,refs\nK1,\"K1\nU8:7\"\n")
        .run()
        .then()
        .args(["list", "--columns", "code,refs", "--limit", "2", "--format", "jsonl"])
        .stdout("{\"code\":\"X-17\",\"refs\":[]}\n{\"code\":\"01B0001\",\"refs\":[\"K1\",\"U8:7\"]}\n")
        .run();
}

#[test]
fn a_header_or_an_attribute_may_hold_an_equals_sign() {
    Test::new()
        .rules(RULES)
        .file("a.jsonl", "{\"name\":\"甲\",\"type\":\"vip\",\"industry\":\"A\",\"=odd\":\"7\"}\n")
        .args(["import", "a.jsonl", "-q"])
        .run()
        .then()
        .args(["export", "-q", "--columns", "a=b=name,attr:=odd,编号=attr:=odd"])
        .stdout("a=b,'=odd,编号\n甲,7,7\n")
        .run();
}

#[test]
fn what_is_no_column_is_taught() {
    company()
        .args(["export", "--columns", "code,nme"])
        .stderr("error: there is no column \"nme\"\nhint: did you mean name?\n")
        .status(2)
        .run()
        .then()
        .args(["list", "--columns", "客户电话=电话"])
        .stderr("error: there is no column \"电话\"\nhint: did you mean attr:电话?\n")
        .status(2)
        .run()
        .then()
        .args(["list", "--sort", "zzzzzzzz"])
        .stderr(
            "error: there is no column \"zzzzzzzz\"\nhint: there are code, name, ref, refs, date, state, erased_at, \
             erased_by, erased_because, type, industry, region, type.label, industry.label, attr:电话\n",
        )
        .status(2)
        .run()
        .then()
        .args(["export", "--columns", "code,name,code"])
        .stderr(
            "error: two columns would be headed \"code\"\n\
             hint: give each a header of its own: --columns HEADER=COLUMN\n",
        )
        .status(2)
        .run()
        .then()
        .args(["export", "--columns", "nme", "-o", "a.csv"])
        .stderr_like("error: there is no column [..]\n[..]\n")
        .status(2)
        .run()
        .then()
        .args(["export", "-q", "--columns", "code", "-o", "a.csv"])
        .run();
}

#[test]
fn labels_stand_beside_keys_and_an_import_passes_over_them() {
    let done = company().args(["export", "-q", "--labels", "--type", "vip", "-o", "labels.csv"]).run();
    let text = done.folder.read("labels.csv");
    assert_eq!(
        text.lines().take(2).collect::<Vec<_>>(),
        [
            "code,ref,name,date,type,type_label,industry,industry_label,region,电话",
            "01B0001,K1,华东机械有限公司,2023-10-01,vip,A类 重点客户,services,services,0001,+8621",
        ]
    );
    Test::new()
        .rules(RULES)
        .file("labels.csv", &text)
        .args(["import", "labels.csv", "-q"])
        .run()
        .then()
        .args(["export", "-q", "--labels"])
        .stdout(&text)
        .run();
}

#[test]
fn rows_are_sorted_by_the_bytes_of_a_column() {
    let codes = |args: &[&str], expected: &str| {
        let test = company().args(["list", "--columns", "code"]).args(args.iter().copied());
        let done = test.stdout_like("...\n").run();
        assert_eq!(done.stdout.lines().collect::<Vec<_>>().join(" "), expected, "{args:?}");
    };
    codes(&["--sort", "code"], "01A0001 01B0001 02A0001 X-17");
    codes(&["--sort", "code:desc"], "X-17 02A0001 01B0001 01A0001");
    codes(&["--sort", "date:desc", "--limit", "1"], "01A0001");
    // Without a value first; those of one value in order of issue.
    codes(&["--sort", "ref"], "X-17 01A0001 01B0001 02A0001");
    codes(&["--sort", "attr:电话:desc"], "01A0001 01B0001 X-17 02A0001");
}

#[test]
fn csv_is_written_in_the_dialect_asked_for() {
    let done = company()
        .args(["export", "-q", "--columns", "code,name", "--limit", "2", "--delimiter", ";", "--crlf"])
        .stdout("code;name\r\nX-17;\"老\n客户\"\r\n01B0001;华东机械有限公司\r\n")
        .run()
        .then()
        .args(["list", "--columns", "code,name", "--name", "华南", "--format", "csv", "--delimiter", "tab"])
        .stdout("code\tname\n01A0001\t华南\n")
        .run();
    done.then()
        .args(["export", "-o", "all.jsonl", "--delimiter", ";"])
        .stderr("error: --delimiter is for CSV only\nhint: --format csv\n")
        .status(2)
        .run()
        .then()
        .args(["list", "--crlf"])
        .stderr("error: --crlf is for CSV only\nhint: --format csv\n")
        .status(2)
        .run();
}
