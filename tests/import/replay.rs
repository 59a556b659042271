//! The very same file again: the same output, nothing new.

use super::{company, ledger};
use crate::support::Tables;
use crate::support::Test;

/// Imports `content` twice with these arguments and compares both outputs; gives the second
/// summary's world.
#[track_caller]
fn twice(test: Test, content: &str, args: &[&str], status: i32) {
    let import = ["import", "a.csv", "-q", "--force", "-o"];
    let first = test
        .file("a.csv", content)
        .args(import.iter().copied().chain(["first.csv"]).chain(args.iter().copied()))
        .stderr_like("...\n")
        .status(status)
        .run();
    let output = first.folder.read("first.csv");
    let before = Tables::image(&first.folder);
    let second = first
        .then()
        .now("2027-01-05T09:00:00+08:00")
        .args(import.iter().copied().chain(["second.csv"]).chain(args.iter().copied()))
        .stderr_like("...\n")
        .status(status)
        .run();
    assert_eq!(second.folder.read("second.csv"), output);
    assert!(Tables::image(&second.folder) == before, "something new");
}

#[test]
fn rows_with_references_and_codes() {
    twice(company(), "ref,code,name,type,industry\nK1,,甲,vip,\nK2,01A0040,乙,,\n,01B0001,丙,,\n", &[], 0);
}

#[test]
fn rows_with_neither_reference_nor_code_nor_even_a_name() {
    let content = "name,type,industry\n甲,vip,\n,vip,\n,vip,\n甲,vip,\n甲,regular,\n";
    twice(company(), content, &["--nameless", "--likely", "new"], 0);
}

#[test]
fn namesakes_that_were_numbered_on_purpose() {
    twice(company(), "name,type,industry\n甲,vip,\n甲,regular,\n", &["--likely", "new"], 0);
}

#[test]
fn a_run_that_was_partial_with_every_kind_of_rejected_row() {
    let content = "ref,code,name,type,industry\n\
                   K1,,甲,vip,\nK2,,乙,vpi,\n,,丙,vip,\nK1,01A0007,甲,,\nK1,,丁,vip,\n\
                   ,01B0001,戊,,\n,01B0001,己,,\nK9,01B0001,戊,,\n,X-1,庚,,\n,01C9990,辛,,\nragged\n";
    twice(company(), content, &["--partial", "--rejects", "rejects.csv"], 6);
}

#[test]
fn legacy_codes_jumps_and_dates() {
    let content = "code,name,type,industry,date\nX-1,甲,,,2020-01-01\n01A9990,乙,,,\n,丙,vip,,\n";
    twice(company(), content, &["--legacy", "--keep-below", "--date", "2024-01-01"], 0);
    twice(company(), content, &["--legacy", "--allow-jump"], 0);
}

#[test]
fn a_rule_without_a_sequence() {
    twice(company(), "name,type,region\n甲,vip,0001\n乙,vip,0002\n", &["--rule", "single"], 0);
}

#[test]
fn codes_of_today_are_codes_of_yesterday() {
    twice(company(), "name\n甲\n乙\n", &["--rule", "dated"], 0);
}

#[test]
fn customers_that_were_renamed_since() {
    company()
        .file("a.csv", "code,name,type,industry\n01B0001,甲,,\n,乙,vip,\n")
        .args(["import", "a.csv", "-q"])
        .run()
        .then()
        .args(["edit", "01B0001", "--name", "甲有限公司", "-q"])
        .stdout("name\t甲\t甲有限公司\n")
        .run()
        .then()
        .args(["edit", "01A0001", "--name", "乙有限公司", "-q"])
        .stdout("name\t乙\t乙有限公司\n")
        .run()
        .then()
        .args(["import", "a.csv", "-o", "-"])
        .stdout("code,name,type,industry\n01B0001,甲,,\n01A0001,乙,vip,\n")
        .stderr_like("...\n2 rows: 0 issued, 2 skipped\n")
        .run()
        .then()
        .args(["import", "a.csv", "-q", "--on-existing", "error"])
        .stderr(
            "a.csv:2 (row 1): customer \"甲有限公司\" has code 01B0001 with name \"甲有限公司\" (asked: \"甲\")\n\
             a.csv:3 (row 2): customer \"乙有限公司\" has code 01A0001 with name \"乙有限公司\" (asked: \"乙\")\n",
        )
        .status(1)
        .run();
}

#[test]
fn standard_input_replays_as_a_file_does() {
    let content = "name,type,industry\n甲,vip,\n,vip,\n";
    let coded = "name,type,industry,code\n甲,vip,,01A0001\n,vip,,01A0002\n";
    let done =
        company().stdin(content).args(["import", "-", "-o", "-", "-q", "--nameless"]).stdout(coded).run();
    let done = done
        .then()
        .file("a.csv", content)
        .args(["import", "a.csv", "-q", "-o", "-", "--nameless"])
        .stdout(coded)
        .run();
    assert_eq!(ledger(done.then()).lines().count(), 3);
}

#[test]
fn a_request_id_stands_for_one_file() {
    company()
        .file("a.csv", "ref,name,type,industry\nK1,甲,vip,\n")
        .args(["import", "a.csv", "-q", "--request-id", "batch-17"])
        .run()
        .then()
        .args(["import", "a.csv", "-q", "--request-id", "batch-17", "-o", "-"])
        .stdout("ref,name,type,industry,code\nK1,甲,vip,,01A0001\n")
        .run()
        .then()
        .file("a.csv", "ref,name,type,industry\nK2,乙,vip,\n")
        .args(["import", "a.csv", "-q", "--request-id", "batch-17"])
        .stderr(
            "error: request id \"batch-17\" was used for another request: `import` at 2026-11-22T01:00:00Z\n\
             hint: repeat the request exactly, or choose a new --request-id\n",
        )
        .status(4)
        .run();
}
