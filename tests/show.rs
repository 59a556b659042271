//! `show`: a code explained, whatever is known of it.

use crate::support::Test;

/// Built-in rules and one customer, 01A0001.
fn known() -> Test {
    Test::new()
        .args(["init", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--name", "华东机械有限公司", "--ref", "CRM:1", "--attr", "phone=010"])
        .stdout("01A0001\n")
        .run()
        .then()
}

#[test]
fn a_person_sees_segments_customer_and_history() {
    known()
        .args(["edit", "01A0001", "--attr", "phone=020", "--quiet", "--actor", "wang"])
        .stdout("phone\t010\t020\n")
        .run()
        .then()
        .args(["show", "01A0001", "--format", "table"])
        .stdout(
            "01A0001  active  rule graded\n\
             \x20 type      01    客户类型: A类 重点客户\n\
             \x20 industry  A     行业: 制造业\n\
             \x20 seq       0001  number 1\n\
             \n\
             customer\n\
             \x20 code      01A0001\n\
             \x20 name      华东机械有限公司\n\
             \x20 ref       CRM:1\n\
             \x20 state     active\n\
             \x20 date      2026-11-22\n\
             \x20 type      vip  A类 重点客户\n\
             \x20 industry  manufacturing  制造业\n\
             \x20 phone     020\n\
             \n\
             history\n\
             \x20 2026-11-22 09:00:00 +08:00  entered the ledger, number 1 of its scope  (li)\n\
             \x20 2026-11-22 09:00:00 +08:00  phone: \"010\" → \"020\"  (wang)\n",
        )
        .run();
}

#[test]
fn json_has_everything_under_stable_names() {
    known()
        .args(["show", "01a0001", "--json"])
        .stdout(concat!(
            r#"{"schema":1,"code":"01A0001","state":"active","rule":"graded","earlier_rules":null,"segments":["#,
            r#"{"segment":"type","text":"01","start":1,"meaning":"客户类型: A类 重点客户","field":"type","value":"vip"},"#,
            r#"{"segment":"industry","text":"A","start":3,"meaning":"行业: 制造业","field":"industry","value":"manufacturing"},"#,
            r#"{"segment":"seq","text":"0001","start":4,"meaning":"number 1","field":null,"value":null}],"#,
            r#""customer":{"code":"01A0001","former":[],"name":"华东机械有限公司","ref":"CRM:1","refs":["CRM:1"],"state":"active","date":"2026-11-22","#,
            r#""fields":{"type":{"label":"客户类型","key":"vip","meaning":"A类 重点客户"},"#,
            r#""industry":{"label":"行业","key":"manufacturing","meaning":"制造业"}},"attributes":{"phone":"010"}},"#,
            r#""history":[{"at":"2026-11-22 09:00:00 +08:00","actor":"li","command":"new","#,
            r#""what":"entered the ledger, number 1 of its scope"}]}"#,
            "\n"
        ))
        .run();
}

#[test]
fn a_text_that_two_values_share_means_the_one_that_the_rule_prints() {
    let rules = "custcode = 1\n[fields.type.values]\n\
                 vip = { code = \"01\", letter = \"X\", label = \"VIP\" }\n\
                 biz = { code = \"02\", letter = \"X\", label = \"Business\" }\n\
                 [rules.business]\npattern = \"{type.letter}{seq:3}\"\napplies_to = { type = [\"biz\"] }\n";
    Test::new()
        .rules(rules)
        .args(["show", "X001"])
        .stdout(
            "code\tcode\tX001\tnot in the ledger\ncode\trule\tbusiness\t\n\
             segment\ttype.letter\tX\ttype: Business\nsegment\tseq\t001\tnumber 1\n",
        )
        .status(1)
        .run()
        .then()
        .args(["validate", "X001", "--json"])
        .stdout_like("[..]\"meaning\":\"type: Business\",\"field\":\"type\",\"value\":\"biz\"[..]\n")
        .run()
        .then()
        .args(["rules", "show", "business"])
        .stdout_like("type.letter\t1\t1\tfield\tX\ttype (letter): X → Business\tbusiness\n...\n")
        .run()
        .then()
        .args(["rules", "guide", "--lang", "en", "-o", "-"])
        .stdout_like("...\n[..]X[..]Business[..]\n...\n")
        .run();
}

#[test]
fn a_code_that_is_not_in_the_ledger_is_explained_all_the_same() {
    known()
        .args(["show", "ｃ20231001-0007", "--format", "table"])
        .stdout(
            "C20231001-0007  not in the ledger  rule dated\n\
             \x20 type.letter  C         客户类型: 个人客户\n\
             \x20 date:%Y%m%d  20231001  2023-10-01\n\
             \x20 seq          0007      number 7\n",
        )
        .status(1)
        .run()
        .then()
        .args(["show", "01X0001"])
        .stderr(
            "error: 01X0001 is not in the ledger\n\
             caused by: industry is one of A, B, C (rule graded)\n\
             hint: custcode validate 01X0001\n",
        )
        .status(1)
        .run();
}

#[test]
fn codes_in_lower_case_are_found_in_any_case() {
    Test::new()
        .rules("custcode = 1\n[rules.small]\npattern = \"k{seq:3}\"\n")
        .args(["show", "K007"])
        .stdout("code\tcode\tk007\tnot in the ledger\ncode\trule\tsmall\t\nsegment\tk\tk\t\nsegment\tseq\t007\tnumber 7\n")
        .status(1)
        .run()
        .then()
        .args(["new"])
        .stdout("k001\n")
        .run()
        .then()
        .args(["show", "K001"])
        .stdout_like("code\tcode\tk001\tactive\ncode\trule\tsmall\t\n...\n")
        .run();
}

#[test]
fn a_legacy_code_has_a_customer_and_a_history_but_no_segments() {
    known()
        .args(["new", "--code", "OLD-7", "--legacy", "--name", "旧"])
        .stdout("OLD-7\n")
        .run()
        .then()
        .args(["show", "old-7", "--format", "table"])
        .stdout(
            "OLD-7  active  no rule\n\
             \n\
             customer\n  code   OLD-7\n  name   旧\n  state  active\n  date   2026-11-22\n\
             \n\
             history\n  2026-11-22 09:00:00 +08:00  taken in from outside the rules  (li)\n",
        )
        .run();
}

#[test]
fn a_reference_stands_for_the_code_of_its_customer() {
    let shown = "code\tcode\t01A0001\tactive\n...\n";
    known()
        .args(["show", "CRM:1"])
        .stdout_like(shown)
        .run()
        .then()
        .args(["show", "ref:CRM:1"])
        .stdout_like(shown)
        .run()
        .then()
        .args(["log", "--code", "CRM:1", "-q"])
        .stdout_like("1\t[..]\tnew\t[..]\n")
        .run()
        .then()
        .args(["show", "code:01A0009"])
        .stdout_like("code\tcode\t01A0009\tnot in the ledger\n...\n")
        .status(1)
        .run()
        .then()
        .args(["show", "code:X-1"])
        .stderr_like("error: X-1 is not in the ledger\n...\nhint: custcode validate X-1\n")
        .status(1)
        .run()
        .then()
        .args(["show", "ref:nobody"])
        .stderr("error: ref:nobody is not in the ledger\nhint: custcode find nobody\n")
        .status(1)
        .run();
}

#[test]
fn a_code_and_the_reference_of_another_customer_are_told_apart() {
    known()
        .args(["new", "--type", "vip", "--name", "华北", "--ref", "01A0001"])
        .stdout("01A0002\n")
        .run()
        .then()
        .args(["show", "01a0001"])
        .stdout_like("code\tcode\t01A0001\tactive\n...\n")
        .run()
        .then()
        .args(["show", "01A0001"])
        .stderr(
            "error: \"01A0001\" is a code and the reference of 01A0002\n\
             hint: custcode show code:01A0001, or custcode show ref:01A0001\n",
        )
        .status(4)
        .run()
        .then()
        .args(["show", "code:01A0001"])
        .stdout_like("code\tcode\t01A0001\tactive\n...\n")
        .run()
        .then()
        .args(["show", "ref:01A0001"])
        .stdout_like("code\tcode\t01A0002\tactive\n...\n")
        .run();
}

#[test]
fn what_one_customer_is_called_shows_it_and_several_are_named() {
    known()
        .args(["show", "机械"])
        .stdout_like("code\tcode\t01A0001\tactive\n...\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--name", "华东电子"])
        .stdout("01A0002\n")
        .run()
        .then()
        .args(["show", "华东"])
        .stderr(
            "error: \"华东\" may be any of 2 customers: 01A0002 (华东电子), 01A0001 (华东机械有限公司)\n\
             hint: name one by its code; custcode find shows what of each matches\n",
        )
        .status(4)
        .run();
}

#[test]
fn commands_that_write_take_a_reference_as_one_only() {
    known()
        .args(["edit", "CRM:1", "--attr", "fax=1"])
        .stderr_like("error: CRM:1 is not in the ledger\n[..]\n")
        .status(1)
        .run()
        .then()
        .args(["edit", "ref:CRM:1", "--attr", "fax=1", "-q"])
        .stdout("fax\t\t1\n")
        .run()
        .then()
        .args(["void", "CRM:1", "--reason", "twice"])
        .stderr_like("error: CRM:1 is not in the ledger\n...\n")
        .status(1)
        .run()
        .then()
        .args(["void", "ref:CRM:1", "01a0001", "--reason", "twice", "-q"])
        .stdout_like("01A0001\tactive\tvoid\t[..]\n")
        .run()
        .then()
        .args(["validate", "CRM:1"])
        .stdout_like("CRM:1\tinvalid\t[..]\n")
        .status(1)
        .run();
}

#[test]
fn a_hostile_name_cannot_act_on_a_terminal() {
    let name = "A\u{1b}[2J\u{202e}B\nerror: C";
    let done = known().args(["new", "--type", "vip", "--name", name]).stdout("01A0002\n").run();
    let shown = done.then().args(["show", "01A0002"]);
    let screen = shown.on_terminal(100);
    assert!(screen.contains(r"A\u{1b}[2J\u{202e}B\nerror: C"), "{screen}");
    assert!(!screen.contains("\u{1b}[2J") && !screen.contains('\u{202e}'), "{screen}");
}

#[test]
fn a_hostile_name_cannot_pass_for_a_message() {
    let name = "A\nhint: rm";
    let done = known()
        .args(["new", "--code", "01A0500", "--name", name, "--ref", "R"])
        .stdout("01A0500\n")
        .run()
        .then()
        .args(["new", "--code", "01A0500", "--name", "B", "--ref", "S"]);
    let screen = done.on_terminal(100);
    assert!(screen.contains(r"(A\nhint: rm)"), "{screen}");
}

#[test]
fn names_reach_a_pipe_as_they_are() {
    let name = "A\u{1b}[2J";
    known()
        .args(["new", "--type", "vip", "--name", name])
        .stdout("01A0002\n")
        .run()
        .then()
        .args(["list", "--name", name])
        .stdout_like(&format!("01A0002\t\t{name}\t2026-11-22\t[..]\n"))
        .run();
}
