//! `edit`: what is known of a customer changes; its code never does.

use crate::support::{Ledger, Tables, Test};

/// Built-in rules and two customers: 01A0001 (甲, reference 1) and 01A0002 (乙).
fn known() -> Test {
    Test::new()
        .args(["init", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--name", "甲", "--ref", "1"])
        .stdout("01A0001\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--name", "乙"])
        .stdout("01A0002\n")
        .run()
        .then()
}

#[test]
fn what_changes_is_told_and_stands_in_the_history() {
    let done = known()
        .args([
            "edit",
            "01A0001",
            "--name",
            "甲乙",
            "--add-ref",
            "2",
            "--set",
            "scale=小型",
            "--attr",
            "phone=1",
        ])
        .stdout("name\t甲\t甲乙\nref\t\t2\nscale\t\tsmall\nphone\t\t1\n")
        .run()
        .then()
        .now("2026-11-23T10:00:00+08:00")
        .args([
            "edit",
            "０１ａ０００１",
            "--name",
            "",
            "--drop-ref",
            "2",
            "--reason",
            "x",
            "--set",
            "scale=",
            "--attr",
            "phone=",
        ])
        .stdout("name\t甲乙\t\nref\t2\t\nscale\tsmall\t\nphone\t1\t\n")
        .run()
        .then()
        .args(["show", "01A0001"])
        .stdout_like(
            "...\nhistory\t2026-11-22 09:00:00 +08:00\tname: \"甲\" → \"甲乙\"\tli\n...\n\
             history\t2026-11-23 10:00:00 +08:00\tname: \"甲乙\" → none\tli\n\
             history\t2026-11-23 10:00:00 +08:00\tscale: \"small\" → none\tli\n\
             history\t2026-11-23 10:00:00 +08:00\tphone: \"1\" → none\tli\n\
             history\t2026-11-23 10:00:00 +08:00\tref: \"2\" → none (x)\tli\n",
        )
        .run();
    Ledger::sound_in(&done.folder, "edits");
}

#[test]
fn what_is_so_already_changes_nothing() {
    let done = known().args(["rules", "show"]).stdout_like("...\n").run();
    let before = Tables::image(&done.folder);
    let after = done
        .then()
        .args(["edit", "01A0001", "--name", "甲", "--type", "A", "--attr", "fax="])
        .stderr("01A0001: everything is so already\n")
        .run();
    assert!(before == Tables::image(&after.folder));
}

#[test]
fn what_the_code_prints_is_refused() {
    known()
        .args(["edit", "01A0001", "--type", "regular", "--name", "丙"])
        .stderr("error: code 01A0001 prints type=vip; edit never changes a code\nhint: custcode show 01A0001\n")
        .status(4)
        .run()
        .then()
        .args(["edit", "01A0001", "--set", "industry="])
        .stderr("error: code 01A0001 prints industry=manufacturing; edit never changes a code\nhint: custcode show 01A0001\n")
        .status(4)
        .run()
        .then()
        .args(["list", "--name", "甲"])
        .stdout_like("01A0001\t1\t甲\t[..]\n")
        .run();
}

#[test]
fn a_reference_belongs_to_one_customer() {
    known()
        .args(["edit", "01A0002", "--add-ref", "1"])
        .stderr("error: reference \"1\" belongs to 01A0001\nhint: custcode show 01A0001\n")
        .status(4)
        .run()
        .then()
        .args(["edit", "01A0002", "--add-ref", "1", "--dry-run", "--json"])
        .stderr_like(
            "{\"schema\":1,\"error\":{\"kind\":\"conflict\",[..]\"details\":{\"code\":\"01A0001\"}}}\n",
        )
        .status(4)
        .run()
        .then()
        .args(["edit", "01A0001", "--drop-ref", "1", "--reason", "it is 乙's"])
        .stdout("ref\t1\t\n")
        .run()
        .then()
        .args(["edit", "01A0002", "--add-ref", "1"])
        .stderr(
            "error: reference \"1\" was taken away from 01A0001 at 2026-11-22 09:00:00 +08:00 by li: it is 乙's\n\
             hint: --reuse-ref gives it to this customer\n",
        )
        .status(4)
        .run()
        .then()
        .args(["edit", "01A0002", "--add-ref", "1", "--reuse-ref"])
        .stdout("ref\t\t1\n")
        .run()
        .then()
        .args(["new", "--ref", "1"])
        .stdout("01A0002\n")
        .run();
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    known()
        .args(["edit", "01A0001", "--name", "丙", "--dry-run", "--json"])
        .stdout(concat!(
            r#"{"schema":1,"code":"01A0001","written":false,"#,
            r#""changes":[{"attribute":"name","before":"甲","after":"丙"}],"notes":[]}"#,
            "\n"
        ))
        .stderr("{\"schema\":1,\"status\":\"dry run: nothing was changed\"}\n")
        .run()
        .then()
        .args(["list", "--name", "甲"])
        .stdout_like("01A0001[..]\n")
        .run();
}

#[test]
fn mistakes_are_named() {
    let test = known()
        .args(["edit", "01A0009", "--name", "x"])
        .stderr("error: 01A0009 is not in the ledger\nhint: custcode validate 01A0009\n")
        .status(1)
        .run()
        .then()
        .args(["edit", "01A0001", "--set", "scael=small"])
        .stderr("error: no field \"scael\" is declared in the rule file\nhint: did you mean scale?\n")
        .status(2)
        .run()
        .then();
    test.args(["edit", "01A0001", "--set", "scale=smal"])
        .stderr(
            "error: scale: unknown value \"smal\"; expected one of small, medium, large\n\
             hint: did you mean small? --set scale=small\n",
        )
        .status(2)
        .run()
        .then()
        .args(["edit", "01A0001"])
        .stderr_like("error: the following required arguments were not provided:\n...\n")
        .status(2)
        .run();
}

#[test]
fn a_legacy_customer_may_have_any_field() {
    known()
        .args(["new", "--code", "OLD-7", "--legacy", "--name", "旧"])
        .stdout("OLD-7\n")
        .run()
        .then()
        .args(["edit", "OLD-7", "--type", "regular"])
        .stdout("type\t\tregular\n")
        .run();
}
