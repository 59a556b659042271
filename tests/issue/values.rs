//! Values of fields: by key, code, label or alias, in any case and width; everything else is
//! refused with what was meant.

use crate::support::Test;

/// A world with the built-in rules and their ledger.
fn ready() -> Test {
    Test::new().args(["init", "--quiet"]).stdout_like("...\n").run().then()
}

#[test]
fn a_value_is_given_by_key_code_label_or_alias_in_any_case_and_width() {
    let mut test = ready();
    let spellings =
        ["vip", "01", "A类 重点客户", "A", "VIP客户", "ViP", "ｖｉｐ", "０１", " vip ", "a类　重点客户"];
    for (place, spelling) in spellings.iter().enumerate() {
        let code = format!("01A{:04}\n", place + 1);
        test = test.args(["new", "--type", spelling]).stdout(&code).run().then();
    }
    test.args(["new", "--type", "vip", "--set", "industry=服务业"]).stdout("01B0001\n").run();
}

#[test]
fn a_default_is_taken_and_kept_where_nothing_is_said() {
    ready()
        .args(["new", "--type", "vip", "--quiet"])
        .stdout("01A0001\n")
        .run()
        .then()
        .args(["list", "--format", "csv"])
        .stdout_like("code,ref,name,date,type,industry,[..]\n01A0001,,,2026-11-22,vip,manufacturing,[..]\n")
        .run();
}

#[test]
fn an_unknown_value_is_refused_with_the_nearest() {
    ready()
        .args(["new", "--type", "vpi"])
        .stderr(
            "error: type: unknown value \"vpi\"; expected one of vip, regular, prospect, personal, business\n\
             hint: did you mean vip? --type vip\n",
        )
        .status(2)
        .run()
        .then()
        .args(["new", "--type", "vip", "--set", "industry=servcies", "--json"])
        .stderr(concat!(
            r#"{"schema":1,"error":{"kind":"unknown-value","message":"industry: unknown value \"servcies\"; "#,
            r#"expected one of manufacturing, services, small-business","causes":[],"#,
            r#""hint":"did you mean services? --set industry=services","details":{"field":"industry","#,
            r#""input":"servcies","expected":"one of manufacturing, services, small-business","#,
            r#""suggestion":"services"}}}"#,
            "\n"
        ))
        .status(2)
        .run()
        .then()
        .args(["new", "--type", "vip", "--region", "月球"])
        .stderr(
            "error: region: unknown value \"月球\"; expected one of north, northeast, south, central, east, southwest, northwest\n",
        )
        .status(2)
        .run();
}

#[test]
fn an_undeclared_field_is_refused_with_the_nearest() {
    let known =
        "hint: known are type, industry, region, scale, class; free attributes are given with --attr\n";
    for (given, hint) in [
        ("indsutry", "hint: did you mean industry?\n"),
        ("行业", "hint: did you mean industry?\n"),
        ("phone", known),
    ] {
        ready()
            .args(["new", "--type", "vip", "--set", &format!("{given}=x")])
            .stderr(&format!("error: no field \"{given}\" is declared in the rule file\n{hint}"))
            .status(2)
            .run();
    }
}

#[test]
fn a_printed_field_without_value_is_asked_for() {
    ready()
        .args(["new"])
        .stderr("error: rule graded: no value for type\nhint: --type VALUE\n")
        .status(2)
        .run()
        .then()
        .args(["new", "--type", "vip", "--rule", "checked", "--region", "east"])
        .stderr("error: rule checked: no value for scale\nhint: --set scale=VALUE\n")
        .status(2)
        .run();
}

#[test]
fn a_field_given_twice_must_be_given_alike() {
    ready()
        .args(["new", "--type", "vip", "--set", "type=01"])
        .stdout("01A0001\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--set", "type=regular"])
        .stderr("error: field type is given twice, as \"vip\" and \"regular\"\n")
        .status(2)
        .run();
}

#[test]
fn a_class_must_be_a_leaf_and_is_printed_with_its_path() {
    ready()
        .args(["new", "--rule", "levels", "--set", "class=网店"])
        .stdout("L0201001-0001\n")
        .run()
        .then()
        .args(["new", "--rule", "levels", "--set", "class=02"])
        .stderr("error: class: unknown value \"02\"; expected a leaf class; 02 has sub-classes\n")
        .status(2)
        .run();
}

#[test]
fn free_attributes_are_kept_as_they_are() {
    ready()
        .args(["new", "--type", "vip", "--attr", "phone=010 6262", "--attr", "note=a=b", "--attr", "fax="])
        .stdout("01A0001\n")
        .run()
        .then()
        .args(["show", "01A0001", "--format", "jsonl"])
        .stdout_like("[..]\"attributes\":{\"phone\":\"010 6262\",\"note\":\"a=b\"}},[..]\n")
        .run();
}

#[test]
fn a_typo_in_the_rule_file_issues_nothing() {
    let done = ready().args(["rules", "show"]).stdout_like("...\n").run();
    let broken = done.folder.read("rules.toml").replace("{industry}{seq:4}", "{industri}{seq:4}");
    done.folder.write("rules.toml", broken);
    done.then()
        .args(["new", "--type", "vip"])
        .stderr(
            "error[unknown-field]: there is no field \"industri\"
   --> rules.toml:100:18
    |
\
             100 | pattern = \"{type}{industri}{seq:4}\"
    |                  ^^^^^^^^^^
    |
    = help: did you mean \"industry\"?
\
             error: 1 problem(s) in the rule file
hint: custcode rules check
",
        )
        .status(2)
        .run()
        .then()
        .args(["store", "info", "--rules", "rules.toml"])
        .stderr_like("...\n")
        .status(2)
        .run();
}

#[test]
fn an_attribute_is_given_once() {
    ready()
        .args(["new", "--type", "vip", "--attr", "x=1", "--attr", "x=2"])
        .stderr("error: x is given twice\n")
        .status(2)
        .run()
        .then()
        .args(["new", "--code", "01A0001", "--attr", "x=1", "--attr", "x=1"])
        .stderr("error: x is given twice\n")
        .status(2)
        .run()
        .then()
        .args(["new", "--type", "vip"])
        .stdout("01A0001\n")
        .run()
        .then()
        .args(["edit", "01A0001", "--set", "scale=small", "--set", "scale=large"])
        .stderr("error: scale is given twice\n")
        .status(2)
        .run();
}

#[test]
fn an_attribute_without_value_makes_no_column() {
    ready()
        .args(["new", "--code", "01A0001", "--attr", "fax=", "--attr", "phone=1"])
        .stdout("01A0001\n")
        .run()
        .then()
        .args(["list", "--format", "csv"])
        .stdout("code,ref,name,date,type,industry,region,scale,class,phone\n01A0001,,,2026-11-22,vip,manufacturing,,,,1\n")
        .run();
}
