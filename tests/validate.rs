//! `validate`: right or wrong, by which rule, and where it goes wrong.

use crate::support::{Folder, Tables, Test};

/// Graded, dated, checked: the schemes of the built-in rules.
fn rules() -> Test {
    Test::new()
}

#[test]
fn each_code_gets_a_line_and_any_wrong_one_the_status() {
    rules()
        .args(["validate", "01A0001", "C20231001-0001", "0150013"])
        .stdout("01A0001\tvalid\tgraded\nC20231001-0001\tvalid\tdated\n0150013\tvalid\tchecked\n")
        .run()
        .then()
        .args(["validate", "01A0001", "01X0001", "0150014"])
        .stdout(
            "01A0001\tvalid\tgraded\n\
             01X0001\tinvalid\tindustry is one of A, B, C, not \"X\" at character 3 (rule graded)\n\
             0150014\tinvalid\tcheck is 3, not \"4\" at character 7 (rule checked)\n",
        )
        .status(1)
        .run();
}

#[test]
fn a_person_gets_the_segments_or_a_caret() {
    rules()
        .args(["--format", "table", "validate", "01A0001", "01X0001"])
        .stdout(
            "01A0001  valid  rule graded\n\
             \x20 type      01    客户类型: A类 重点客户\n\
             \x20 industry  A     行业: 制造业\n\
             \x20 seq       0001  number 1\n\
             01X0001  invalid  rule graded\n\
             \x20 01X0001\n\
             \x20   ^ industry is one of A, B, C\n",
        )
        .status(1)
        .run();
}

#[test]
fn the_caret_stands_right_under_wide_characters() {
    for (code, lines) in [
        ("01客A0001", "  01客A0001\n    ^^ industry is one of A, B, C\n"),
        (
            "C20231001－0001",
            "  C20231001－0001\n           ^^ - is the text \"-\"\n  did you mean C20231001-0001?\n",
        ),
        ("客01A0001", "  客01A0001\n  ^^"),
        ("C20231301-0001", "  C20231301-0001\n   ^^^^^^^^ date:%Y%m%d is a date written %Y%m%d\n"),
    ] {
        let done = rules().args(["--format", "table", "validate", code]).stdout_like("...\n").status(1).run();
        assert!(done.stdout.contains(lines), "{}", done.stdout);
    }
}

#[test]
fn the_rule_that_reads_furthest_is_told() {
    for (code, reason) in [
        ("01A000", "seq is 4 digits, not the end at character 7 (rule graded)"),
        ("01A00011", "seq is 2 digits, not the end at character 9 (rule regional)"),
        (
            "C20230229-0001",
            "date:%Y%m%d is a date written %Y%m%d, not \"20230229\" at character 2 (rule dated)",
        ),
        ("K2024-0001", "seq is 5 digits, not the end at character 11 (rule yearly)"),
        ("P12345X", "seq is 6 digits, not \"X\" at character 7 (rule persons)"),
    ] {
        rules().args(["validate", code]).stdout(&format!("{code}\tinvalid\t{reason}\n")).status(1).run();
    }
}

#[test]
fn one_rule_alone_can_be_asked() {
    rules()
        .args(["validate", "--rule", "dated", "01A0001", "C20231001-0001"])
        .stdout(
            "01A0001\tinvalid\ttype.letter is one of B, C, not \"0\" at character 1 (rule dated)\n\
             C20231001-0001\tvalid\tdated\n",
        )
        .status(1)
        .run()
        .then()
        .args(["validate", "--rule", "datde", "01A0001"])
        .stderr("error: unknown rule \"datde\"\nhint: did you mean dated?\n")
        .status(2)
        .run();
}

#[test]
fn another_spelling_is_told_and_accepted_when_asked() {
    rules()
        .args(["validate", "０１Ａ０００１", " c20231001-0001"])
        .stdout(
            "０１Ａ０００１\tinvalid\ttype is one of 01, 02, 03, 04, 05, not \"０１\" at character 1 (rule graded); did you mean 01A0001?\n\
             \x20c20231001-0001\tinvalid\ttype is one of 01, 02, 03, 04, 05, not \" c\" at character 1 (rule graded); did you mean C20231001-0001?\n",
        )
        .status(1)
        .run()
        .then()
        .args(["validate", "--normalize", "０１Ａ０００１", "01A0001"])
        .stdout("０１Ａ０００１\tvalid\tgraded\t01A0001\n01A0001\tvalid\tgraded\n")
        .run();
}

#[test]
fn codes_come_from_standard_input() {
    rules()
        .args(["validate", "-"])
        .stdin("\u{feff}01A0001\r\n\n01X0001")
        .stdout(
            "01A0001\tvalid\tgraded\n\
             01X0001\tinvalid\tindustry is one of A, B, C, not \"X\" at character 3 (rule graded)\n",
        )
        .stderr("2 codes: 1 valid, 1 invalid\n")
        .status(1)
        .run()
        .then()
        .args(["validate", "-", "--quiet"])
        .stdin("01A0001\n01B0002\n")
        .stdout("01A0001\tvalid\tgraded\n01B0002\tvalid\tgraded\n")
        .run()
        .then()
        .args(["validate", "-"])
        .stdin(b"\xff\xfe\n".to_vec())
        .stdout("\u{fffd}\u{fffd}\tinvalid\tnot UTF-8 text\n")
        .stderr("1 code: 0 valid, 1 invalid\n")
        .status(1)
        .run();
}

#[test]
fn codes_come_from_a_column_of_a_file() {
    let sheet = "客户名称,客户编码\n华东机械有限公司,01A0001\n\"Acme, Ltd.\",01X0001\n空,\n";
    let (gbk, _, _) = encoding_rs::GB18030.encode(sheet);
    let verdicts = "01A0001\tvalid\tgraded\n\
         01X0001\tinvalid\tindustry is one of A, B, C, not \"X\" at character 3 (rule graded)\n";
    let totals = "2 codes: 1 valid, 1 invalid\n";
    rules()
        .file("crm.csv", &gbk)
        .file("utf8.csv", sheet)
        .args(["validate", "--file", "crm.csv", "--column", "客户编码", "--encoding", "gb18030"])
        .stdout(verdicts)
        .stderr(totals)
        .status(1)
        .run()
        .then()
        // The column is found by its usual header.
        .args(["validate", "--file", "utf8.csv"])
        .stdout(verdicts)
        .stderr(totals)
        .status(1)
        .run()
        .then()
        .args(["validate", "--file", "utf8.csv", "--column", "编码"])
        .stderr("error: utf8.csv has no column 编码\nhint: --column with one of: 客户名称, 客户编码\n")
        .status(2)
        .run()
        .then()
        // So is the encoding, by what the file holds.
        .args(["validate", "--file", "crm.csv"])
        .stdout(verdicts)
        .stderr(totals)
        .status(1)
        .run()
        .then()
        .file("both.csv", "客户编码;n,m\n01A0001;1,2\n")
        .args(["validate", "--file", "both.csv"])
        .stderr_like("error: both.csv: cells could be separated by [..]\nhint: say which one reads right: --delimiter [..]\n")
        .status(2)
        .run()
        .then()
        .args(["validate", "--file", "both.csv", "--delimiter", ";", "-q"])
        .stdout("01A0001\tvalid\tgraded\n")
        .run()
        .then()
        .args(["validate", "--file", "none.csv"])
        .stderr_like("error: could not read none.csv: [..]\n")
        .status(3)
        .run();
}

#[test]
fn json_has_the_same_facts_under_stable_names() {
    rules()
        .args(["validate", "01A0001", "01X0001", "--json"])
        .stdout(concat!(
            r#"{"schema":1,"codes":[{"code":"01A0001","valid":true,"rule":"graded","segments":["#,
            r#"{"segment":"type","text":"01","start":1,"meaning":"客户类型: A类 重点客户","field":"type","value":"vip"},"#,
            r#"{"segment":"industry","text":"A","start":3,"meaning":"行业: 制造业","field":"industry","value":"manufacturing"},"#,
            r#"{"segment":"seq","text":"0001","start":4,"meaning":"number 1","field":null,"value":null}],"spelling":null,"state":null},"#,
            "\n",
            r#"{"code":"01X0001","valid":false,"rule":"graded","error":{"kind":"component","segment":"industry","position":3,"#,
            r#""found":"X","expected":"one of A, B, C","message":"industry is one of A, B, C"},"#,
            r#""reason":"industry is one of A, B, C, not \"X\" at character 3 (rule graded)","spelling":null,"state":null}],"#,
            r#""valid":1,"invalid":1}"#,
            "\n"
        ))
        .status(1)
        .run()
        .then()
        .args(["validate", "01X0001", "--format", "csv"])
        .stdout(
            "code,verdict,rule,reason,state,spelling\n\
             01X0001,invalid,graded,\"industry is one of A, B, C, not \"\"X\"\" at character 3 (rule graded)\",,\n",
        )
        .status(1)
        .run();
}

/// A ledger whose codes have every state.
fn with_every_state() -> Folder {
    let done = Test::new()
        .args(["init", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--count", "5", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["new", "--code", "OLD-7", "--legacy"])
        .stdout("OLD-7\n")
        .run();
    for (number, state) in [(2, "former"), (3, "retired"), (4, "void"), (5, "reserved")] {
        let sql = format!("UPDATE codes SET state = '{state}' WHERE number = {number}");
        Tables::alter(&done.folder, &sql);
    }
    done.folder
}

#[test]
fn the_ledger_tells_the_state_of_every_code_when_it_is_asked() {
    let done = Test::within(with_every_state())
        .args(["validate", "--registered", "01A0001", "01A0002", "01A0003", "01A0004", "01A0005", "old-7"])
        .stdout(
            "01A0001\tvalid\tgraded\tactive\n01A0002\tvalid\tgraded\tformer\n01A0003\tvalid\tgraded\tretired\n\
             01A0004\tinvalid\tcancelled for good\tvoid\n01A0005\tvalid\tgraded\treserved\nold-7\tvalid\tlegacy\tactive\n",
        )
        .status(1)
        .run()
        .then()
        .args(["validate", "--registered", "01A0006", "01X0001"])
        .stdout(
            "01A0006\tinvalid\tnot in the ledger\n\
             01X0001\tinvalid\tindustry is one of A, B, C, not \"X\" at character 3 (rule graded)\n",
        )
        .status(1)
        .run()
        .then()
        .args(["validate", "--registered", "-", "--quiet"])
        .stdin("01A0001\n01A0005\n")
        .stdout_like("01A0001\tvalid\tgraded[..]\n01A0005\tvalid\tgraded[..]\n")
        .run();
    // What another rule or no rule reads is no code of the rule asked for, whether it is in the
    // ledger or not.
    done.then()
        .args(["validate", "--registered", "--rule", "dated", "01A0001", "OLD-7", "--json"])
        .stdout_like("{[..]\"code\":\"01A0001\",\"valid\":false,[..]\"state\":\"active\"},\n{\"code\":\"OLD-7\",\"valid\":false,[..]\n")
        .status(1)
        .run();
}

#[test]
fn without_registered_no_ledger_is_needed() {
    let done = Test::new()
        .file("rules.toml", "custcode = 1\n[rules.r]\npattern = \"N{seq:3}\"\n")
        .args(["validate", "N001"])
        .stdout("N001\tvalid\tr\n")
        .run()
        .then()
        .args(["validate", "N001", "--registered"])
        .stderr_like("error: there is no ledger at [DIR]/custcode.db\nhint: [..]\n")
        .status(3)
        .run();
    assert_eq!(done.folder.names(), ["rules.toml"]);
}

#[test]
fn a_code_that_fits_one_reading_of_a_repeated_field_only_is_told_so() {
    let rules = "custcode = 1\n[fields.type.values]\nvip = { code = \"01\", letter = \"V\" }\nother = { code = \"02\", letter = \"O\" }\n\
         [rules.r]\npattern = \"{type.letter}{seq:2}{type}\"\n";
    Test::new()
        .file("rules.toml", rules)
        .args(["validate", "V0101", "V0102"])
        .stdout("V0101\tvalid\tr\nV0102\tinvalid\ttype is 01, as type.letter says, not \"02\" at character 4 (rule r)\n")
        .status(1)
        .run();
}

#[test]
fn quiet_silences_all_but_the_answer() {
    let quiet = |format: &str| {
        rules().args(["validate", "--quiet", "--format", format, "01A0001", "01X0001"]).status(1)
    };
    quiet("json").stdout_like("{\"schema\":1,\"codes\":[[..],\n[..]],\"valid\":1,\"invalid\":1}\n").run();
    quiet("jsonl").stdout_like("{\"code\":\"01A0001\",[..]\n{\"code\":\"01X0001\",[..]\n").run();
    quiet("csv")
        .stdout_like("code,verdict,rule,reason,state,spelling\n01A0001,valid,[..]\n01X0001,invalid,[..]\n")
        .run();
    quiet("plain").stdout_like("01A0001\tvalid\tgraded\n01X0001\tinvalid\t[..]\n").run();
}
