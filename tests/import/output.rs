//! The file with the codes: whole or absent, in place of its input if need be, and on standard
//! output only when all is kept.

use std::os::unix::fs::PermissionsExt;

use super::{company, ledger};
use crate::support::Test;

const FILE: &str = "ref,name,type,industry\nK1,华东,vip,A\nK2,\"Acme, \"\"Co\"\"\",regular,B\n";
const CODED: &str =
    "ref,name,type,industry,code\nK1,华东,vip,A,01A0001\nK2,\"Acme, \"\"Co\"\"\",regular,B,02B0001\n";

#[test]
fn the_output_may_replace_the_input() {
    let done = company().file("a.csv", FILE).args(["import", "a.csv", "--force", "-o", "a.csv", "-q"]).run();
    assert_eq!(done.folder.read("a.csv"), CODED);
    // And that file brings its codes now.
    done.then()
        .args(["import", "a.csv", "--force", "-o", "a.csv"])
        .stderr_like("...\n2 rows: 0 issued, 2 skipped\n")
        .run();
}

#[test]
fn the_output_is_private() {
    let done = company().file("a.csv", FILE).args(["import", "a.csv", "-o", "b.csv", "-q"]).run();
    let mode = std::fs::metadata(done.folder.path("b.csv")).expect("the output").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_happens() {
    let done = company()
        .file("a.csv", FILE)
        .args(["import", "a.csv", "-o", "nowhere/b.csv", "-q"])
        .stderr_like("error: could not write nowhere/b.csv: no file can be made in nowhere: [..]\n")
        .status(3)
        .run();
    assert_eq!(ledger(done.then()).lines().count(), 1);
}

#[test]
fn the_name_of_the_output_tells_its_format() {
    let done = company().file("a.csv", FILE).args(["import", "a.csv", "-o", "b.jsonl", "-q"]).run();
    assert_eq!(
        done.folder.read("b.jsonl"),
        "{\"ref\":\"K1\",\"name\":\"华东\",\"type\":\"vip\",\"industry\":\"A\",\"code\":\"01A0001\"}\n\
         {\"ref\":\"K2\",\"name\":\"Acme, \\\"Co\\\"\",\"type\":\"regular\",\"industry\":\"B\",\"code\":\"02B0001\"}\n"
    );
    done.then()
        .args(["import", "b.jsonl", "-o", "c.csv"])
        .stderr_like("...\n2 rows: 0 issued, 2 skipped\n")
        .run();
}

#[test]
fn codes_and_rejects_need_a_file_each() {
    company()
        .file("a.csv", FILE)
        .args(["import", "a.csv", "-o", "b.csv", "--rejects", "b.csv"])
        .stderr(
            "error: --output and --rejects name the same file\nhint: give the rejected rows a file of their own\n",
        )
        .status(2)
        .run();
}

#[test]
fn standard_input_and_output_work_together() {
    let done = company().stdin(FILE).args(["import", "-", "-o", "-", "-q"]).stdout(CODED).run();
    assert_eq!(done.folder.names_beside_ledger(), ["rules.toml"]);
    done.then()
        .stdin("ref,name,type,industry\nK3,华北,vpi,A\n")
        .args(["import", "-", "-o", "-", "-q"])
        .stderr("<stdin>:2 (row 1): column type: unknown value \"vpi\"; did you mean \"vip\"?\n")
        .status(1)
        .run()
        .then()
        .stdin("{\"ref\":\"K4\",\"name\":\"华西\",\"type\":\"vip\",\"industry\":null,\"连锁\":3}\n")
        .args(["import", "-", "--input-format", "jsonl", "-o", "-", "-q"])
        .stdout("{\"ref\":\"K4\",\"name\":\"华西\",\"type\":\"vip\",\"industry\":null,\"连锁\":3,\"code\":\"01A0002\"}\n")
        .run();
}

#[test]
fn rejects_on_standard_output() {
    company()
        .file("a.csv", "name,type,industry\n华东,vpi,A\n")
        .args(["import", "a.csv", "--rejects", "-", "-q"])
        .stdout(
            "name,type,industry,rejected_line,rejected_because\n\
             华东,vpi,A,2,\"column type: unknown value \"\"vpi\"\"; did you mean \"\"vip\"\"?\"\n",
        )
        .stderr("a.csv:2 (row 1): column type: unknown value \"vpi\"; did you mean \"vip\"?\n")
        .status(1)
        .run();
}

#[test]
fn a_code_column_is_filled_and_one_is_added_under_a_free_name() {
    company()
        .file("a.csv", "客户编码,name,type,industry\nauto,甲,vip,A\n")
        .args(["import", "a.csv", "-q", "-o", "-"])
        .stdout("客户编码,name,type,industry\n01A0001,甲,vip,A\n")
        .run()
        .then()
        .file("b.csv", "code,name,type,industry\nred,乙,vip,A\n")
        .args(["import", "b.csv", "-q", "--map", "code=attribute", "-o", "-"])
        .stdout("code,name,type,industry,customer_code\nred,乙,vip,A,01A0002\n")
        .run();
}

#[test]
fn cells_that_look_like_formulas_are_neutralised_in_the_output_and_restored_by_an_import() {
    let done = company()
        .file("a.csv", "name,type,industry,phone\n=1+1,vip,A,+8621\n")
        .args(["import", "a.csv", "-q", "-o", "b.csv"])
        .run();
    assert_eq!(done.folder.read("b.csv"), "name,type,industry,phone,code\n'=1+1,vip,A,+8621,01A0001\n");
    let done = done.then().args(["import", "b.csv"]).stderr_like("...\n1 row: 0 issued, 1 skipped\n").run();
    done.then()
        .args(["export", "-q", "--raw"])
        .stdout("code,ref,name,date,type,industry,region,phone\n01A0001,,=1+1,2026-11-22,vip,manufacturing,,+8621\n")
        .run();
}

#[test]
fn a_full_disk_behind_standard_output_loses_no_code() {
    let Done { status, stderr, test } = to_full_device(company().file("a.csv", FILE));
    assert_eq!(status, Some(3), "{stderr}");
    assert!(stderr.contains("in the ledger"), "{stderr}");
    test.args(["import", "a.csv", "-q", "-o", "-"]).stdout(CODED).run();
}

/// How a run ended that wrote its codes to a device without space.
struct Done {
    status: Option<i32>,
    stderr: String,
    test: Test,
}

fn to_full_device(test: Test) -> Done {
    let done = test.args(["import", "a.csv", "--dry-run", "-q"]).run();
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a device without space");
    let output =
        done.folder.custcode(["import", "a.csv", "-q", "-o", "-"]).stdout(full).output().expect("it starts");
    Done {
        status: output.status.code(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        test: done.then(),
    }
}

#[test]
fn rejects_do_not_replace_an_input_that_the_ledger_did_not_take_in() {
    let file = "name,type,industry\n华东,vip,A\n华南,vpi,A\n";
    let stopped = company()
        .file("a.csv", file)
        .args(["import", "a.csv", "--force", "--rejects", "./a.csv"])
        .stderr(
            "name → name\n\
             type → field type\n\
             industry → field industry\n\
             a.csv:3 (row 2): column type: unknown value \"vpi\"; did you mean \"vip\"?\n\
             note: a.csv is left as it is: it is the input, and nothing of it was written\n\
             2 rows: 0 issued, 1 rejected\n\
             nothing was written; --partial keeps the good rows\n",
        )
        .status(1)
        .run();
    assert_eq!(stopped.folder.read("a.csv"), file);
    let rehearsed = stopped
        .then()
        .args(["import", "a.csv", "--force", "--partial", "--dry-run", "--rejects", "a.csv"])
        .stderr_like(
            "...\nnote: a.csv is left as it is: it is the input, and nothing of it was written\n...\n",
        )
        .status(6)
        .run();
    assert_eq!(rehearsed.folder.read("a.csv"), file);
}

#[test]
fn a_file_with_a_byte_order_mark_gives_one_with_it() {
    let done = company()
        .file("a.csv", "\u{feff}name,type,industry\n华东,vip,A\n")
        .args(["import", "a.csv", "-q", "-o", "b.csv"])
        .run();
    assert_eq!(done.folder.read("b.csv"), "\u{feff}name,type,industry,code\n华东,vip,A,01A0001\n");
    let done = done.then().args(["import", "b.csv", "-q", "-o", "c.jsonl"]).run();
    assert!(done.folder.read("c.jsonl").starts_with('{'));
}
