//! A reference is asked twice: the same code, whatever happened since; another request is a
//! conflict.

use crate::support::{Ledger, Tables, Test};

/// Built-in rules and one customer: reference CRM:1, named 甲, 02B0001.
fn known() -> Test {
    Test::new()
        .args(["init", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["new", "--type", "regular", "--set", "industry=services", "--ref", "CRM:1", "--name", "甲"])
        .stdout("02B0001\n")
        .run()
        .then()
}

#[test]
fn the_same_request_gets_the_same_code_and_leaves_no_trace() {
    let first = known().args(["rules", "show"]).stdout_like("...\n").run();
    let before = Tables::image(&first.folder);
    let asked = ["new", "--type", "regular", "--set", "industry=services", "--ref", "CRM:1", "--name", "甲"];
    let again = first
        .then()
        .args(asked)
        .stdout("02B0001\n")
        .run()
        .then()
        .args(["new", "--ref", " CRM:1 "])
        .stdout("02B0001\n")
        .run()
        .then()
        .args(["new", "--type", "B", "--ref", "CRM:1", "--json"])
        .stdout(concat!(
            r#"{"schema":1,"issued":true,"codes":[{"code":"02B0001","rule":"graded","number":1,"#,
            r#""existing":true,"name":"甲","ref":"CRM:1","refs":["CRM:1"],"issued":true}],"notes":[]}"#,
            "\n"
        ))
        .run();
    assert!(before == Tables::image(&again.folder));
}

#[test]
fn another_printed_field_is_a_conflict() {
    let refused = known()
        .args(["new", "--type", "vip", "--ref", "CRM:1"])
        .stderr(
            "error: reference \"CRM:1\" (甲) has code 02B0001 for type=regular; this request says type=vip\n\
             hint: custcode show 02B0001\n",
        )
        .status(4)
        .run()
        .then()
        .args(["new", "--type", "regular", "--set", "industry=A", "--ref", "CRM:1", "--on-existing", "update"])
        .stderr(
            "error: reference \"CRM:1\" (甲) has code 02B0001 for industry=services; this request says industry=manufacturing\n\
             hint: custcode show 02B0001\n",
        )
        .status(4)
        .run();
    assert_eq!(Ledger::sound_in(&refused.folder, "two conflicts").codes, ["02B0001"]);
}

#[test]
fn another_rule_or_printed_date_is_a_conflict() {
    known()
        .args(["new", "--ref", "CRM:1", "--type", "regular", "--rule", "vips"])
        .stderr(
            "error: reference \"CRM:1\" (甲) has code 02B0001 of rule graded; this request asks for rule vips\n\
             hint: custcode show 02B0001\n",
        )
        .status(4)
        .run()
        .then()
        .args(["new", "--ref", "CRM:1", "--rule", "gradde"])
        .stderr("error: unknown rule \"gradde\"\nhint: did you mean graded?\n")
        .status(2)
        .run()
        .then()
        .args(["new", "--type", "personal", "--ref", "CRM:2", "--date", "2023-10-01"])
        .stdout("C20231001-0001\n")
        .run()
        .then()
        .args(["new", "--type", "personal", "--ref", "CRM:2", "--date", "2023-10-02"])
        .stderr(
            "error: reference \"CRM:2\" has code C20231001-0001 for date=20231001; this request says date=2023-10-02\n\
             hint: custcode show C20231001-0001\n",
        )
        .status(4)
        .run()
        .then()
        // A retry on another day says no date: the same request.
        .now("2027-01-01T00:00:00+08:00")
        .args(["new", "--type", "personal", "--ref", "CRM:2"])
        .stdout("C20231001-0001\n")
        .run();
}

#[test]
fn other_attributes_that_differ_are_told_and_kept() {
    let asked = ["new", "--ref", "CRM:1", "--name", "乙", "--attr", "phone=1", "--set", "scale=small"];
    let told = "02B0001 is known with name \"甲\" (asked: \"乙\"), scale none (asked: \"small\"), phone none (asked: \"1\"); kept as it is";
    known()
        .args(asked)
        .stdout("02B0001\n")
        .stderr(&format!("note: {told}\n"))
        .run()
        .then()
        .args(asked)
        .args(["--json"])
        .stdout_like(&format!("{{[..]\"notes\":[{}]}}\n", serde_json::json!({ "kind": "kept", "text": told })))
        .run()
        .then()
        .args(asked)
        .args(["--on-existing", "error"])
        .stderr(
            "error: reference \"CRM:1\" (甲) has code 02B0001 with name \"甲\" (asked: \"乙\"), scale none (asked: \"small\"), phone none (asked: \"1\")\n\
             hint: --on-existing keep or update\n",
        )
        .status(4)
        .run()
        .then()
        .args(["list", "--format", "jsonl"])
        .stdout_like("{\"code\":\"02B0001\",\"ref\":\"CRM:1\",\"name\":\"甲\",[..]\"scale\":null,[..]}\n")
        .run();
}

#[test]
fn other_attributes_are_updated_when_asked() {
    known()
        .args(["new", "--ref", "CRM:1", "--name", "乙", "--attr", "phone=1", "--on-existing", "update"])
        .stdout("02B0001\n")
        .stderr("note: 02B0001 updated: name \"甲\" (asked: \"乙\"), phone none (asked: \"1\")\n")
        .run()
        .then()
        .args(["new", "--ref", "CRM:1", "--name", "乙", "--attr", "phone=1", "--on-existing", "error"])
        .stdout("02B0001\n")
        .run()
        .then()
        .args(["show", "02B0001"])
        .stdout_like(
            "...\ncustomer\tname\t乙\t\n...\ncustomer\tphone\t1\t\n...\n\
             history\t2026-11-22 09:00:00 +08:00\tname: \"甲\" → \"乙\"\tli\n\
             history\t2026-11-22 09:00:00 +08:00\tphone: none → \"1\"\tli\n",
        )
        .run();
}

#[test]
fn a_record_date_that_no_code_prints_is_kept() {
    let asked = ["new", "--ref", "CRM:1", "--date", "2020-01-01"];
    known()
        .args(asked)
        .stdout("02B0001\n")
        .stderr("note: 02B0001 is known with date \"2026-11-22\" (asked: \"2020-01-01\"); kept as it is\n")
        .run()
        .then()
        .args(asked)
        .args(["--on-existing", "update"])
        .stdout("02B0001\n")
        .stderr("note: 02B0001 keeps its date \"2026-11-22\" (asked: \"2020-01-01\")\n")
        .run();
}

#[test]
fn the_original_request_counts_after_edits() {
    known()
        .args(["edit", "02B0001", "--name", "丙", "--set", "scale=large", "--quiet"])
        .stdout("name\t甲\t丙\nscale\t\tlarge\n")
        .run()
        .then()
        .args(["new", "--type", "regular", "--set", "industry=services", "--ref", "CRM:1"])
        .stdout("02B0001\n")
        .run();
}

#[test]
fn a_class_of_which_only_a_level_is_printed_stays_the_same_request() {
    let rules = "custcode = 1\n[fields.class]\nlevels = [2, 2]\n[fields.class.values]\n\
         dealers = \"01\"\ncity = \"0101\"\nrural = \"0102\"\ndirect = \"02\"\nonline = \"0201\"\n\
         [rules.r]\npattern = \"{class@1}-{seq:3}\"\n";
    Test::new()
        .rules(rules)
        .args(["new", "--set", "class=city", "--ref", "1"])
        .stdout("01-001\n")
        .run()
        .then()
        .args(["new", "--set", "class=city", "--ref", "1"])
        .stdout("01-001\n")
        .run()
        .then()
        .args(["new", "--set", "class=rural", "--ref", "1"])
        .stdout("01-001\n")
        .stderr("note: 01-001 is known with class \"city\" (asked: \"rural\"); kept as it is\n")
        .run()
        .then()
        .args(["new", "--set", "class=online", "--ref", "1"])
        .stderr(
            "error: reference \"1\" has code 01-001 for class@1=dealers; this request says class=online\n\
             hint: custcode show 01-001\n",
        )
        .status(4)
        .run();
}

#[test]
fn an_empty_reference_is_the_slip_of_a_script() {
    let mut test = known();
    for args in [&["--ref", ""][..], &["--ref", " "], &["--code", "01A0007", "--ref", ""]] {
        test = test
            .args(["new", "--type", "vip"])
            .args(args.to_vec())
            .stderr("error: --ref is empty\nhint: leave --ref out, or give it a value\n")
            .status(2)
            .run()
            .then();
    }
    test.args(["new", "--type", "vip", "--request-id", ""])
        .stderr("error: --request-id is empty\nhint: leave --request-id out, or give it a value\n")
        .status(2)
        .run();
}
