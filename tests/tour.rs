//! The first hour of a new user, command by command: the shortest way to see whether the house
//! stands.

use crate::support::{Test, skipped_on_postgres};

#[test]
fn the_first_code_needs_no_set_up() {
    if skipped_on_postgres("a ledger of one's own on first use is a file") {
        return;
    }
    Test::new()
        .args(["new", "--type", "vip", "--name", "华东机械有限公司"])
        .stdout("01A0001\n")
        .stderr_like("...\n[..][HOME]/.local/share/custcode/custcode.db[..]\n...\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--name", "华南机械有限公司"])
        .stdout("01A0002\n")
        .stderr("")
        .run();
}

#[test]
fn a_dated_code_takes_the_given_day_or_today() {
    Test::new()
        .now("2026-12-31T23:59:59+08:00")
        .args(["init"])
        .stdout_like("...\n")
        .stderr_like("...\n")
        .run()
        .then()
        .args(["new", "--type", "personal", "--date", "2023-10-01"])
        .stdout("C20231001-0001\n")
        .run()
        .then()
        .args(["new", "--type", "personal"])
        .stdout("C20261231-0001\n")
        .run()
        .then()
        .env("CUSTCODE_NOW", "2026-12-31T16:00:00Z")
        .args(["new", "--type", "personal"])
        .stdout("C20270101-0001\n")
        .run();
}

#[test]
fn a_reference_asked_twice_gives_the_same_code() {
    let first = Test::new()
        .args(["init"])
        .stdout_like("...\n")
        .stderr_like("...\n")
        .run()
        .then()
        .args(["new", "--type", "regular", "--set", "industry=services", "--ref", "CRM:8812"])
        .stdout("02B0001\n")
        .run();
    let code = first.stdout.clone();
    first
        .then()
        .args(["new", "--type", "regular", "--set", "industry=services", "--ref", "CRM:8812"])
        .stdout(&code)
        .stderr_like("...\n")
        .run();
}

#[test]
fn init_overwrites_nothing() {
    let done = Test::new()
        .file("rules.toml", "my own rules")
        .args(["init"])
        .stdout_like("...\n")
        .stderr_like("...\n")
        .status(2)
        .run();
    assert_eq!(done.folder.read("rules.toml"), "my own rules");
    assert_eq!(done.folder.names(), ["rules.toml"]);
}

#[test]
fn a_missing_ledger_is_never_made_silently() {
    if skipped_on_postgres("a file that somebody removed") {
        return;
    }
    let done = Test::new().args(["init"]).stdout_like("...\n").stderr_like("...\n").run();
    std::fs::remove_file(done.folder.path("custcode.db")).expect("init made a ledger");
    done.then()
        .args(["new", "--type", "vip"])
        .stderr_like("...\n[..][DIR]/custcode.db[..]\n...\n")
        .status(3)
        .run();
}

#[test]
fn an_invalid_code_is_explained_under_a_caret() {
    Test::new()
        .args(["validate", "-"])
        .stdin("01A0001\n01X0001\n")
        .stdout_like("01A0001\tvalid\tgraded\n01X0001\tinvalid\t[..]industry[..]\n")
        .stderr("2 codes: 1 valid, 1 invalid\n")
        .status(1)
        .run();
    let screen = Test::new().args(["validate", "01X0001"]).on_terminal(80);
    assert!(screen.contains('^') && screen.contains("industry"), "{screen}");
}

#[test]
fn a_file_of_customers_comes_back_with_codes() {
    let rules =
        "custcode = 1\n[fields.type.values]\nvip = \"01\"\n[rules.simple]\npattern = \"{type}{seq:4}\"\n";
    let done = Test::new()
        .rules(rules)
        .file("in.csv", "外部编号,客户名称,type\nCRM:1,华东机械有限公司,vip\nCRM:2,\"Acme Co., Ltd.\",vip\n")
        .args(["import", "in.csv", "-o", "out.csv"])
        .stdout_like("...\n")
        .stderr_like("...\n")
        .run();
    let coded = done.folder.read("out.csv");
    assert!(coded.contains("010001") && coded.contains("010002"), "{coded}");
}
