//! Values that hold for a time: given to customers whose record date lies within it, and readable
//! for ever.

use crate::support::Test;

/// East was divided at the end of 2025; its successors hold from then on.
const RULES: &str = r#"
custcode = 1
[fields.region]
label = "区域"
[fields.region.values]
east       = { code = "E", label = "华东", until = 2025-12-31 }
east-coast = { code = "F", label = "华东沿海", from = 2026-01-01 }
north      = { code = "N", label = "华北" }
[rules.regional]
pattern = "{region}{seq:3}"
"#;

fn ready() -> Test {
    Test::new().rules(RULES)
}

#[test]
fn a_value_is_given_within_its_period_and_refused_outside_of_it() {
    ready()
        .args(["new", "--region", "east"])
        .stderr(
            "error: rule regional: region east (华东) holds until 2025-12-31, not on 2026-11-22\n\
             hint: --region VALUE, one of east-coast, north; or --date 2025-12-31 if that is the customer's record date\n",
        )
        .status(2)
        .run()
        .then()
        .args(["new", "--region", "华东", "--date", "2025-12-31"])
        .stdout("E001\n")
        .run()
        .then()
        .args(["new", "--region", "华东沿海", "--date", "2025-12-31"])
        .stderr(
            "error: rule regional: region east-coast (华东沿海) holds from 2026-01-01, not on 2025-12-31\n\
             hint: --region VALUE, one of east, north; or --date 2026-01-01 if that is the customer's record date\n",
        )
        .status(2)
        .run()
        .then()
        .args(["new", "--region", "F", "--dry-run"])
        .stdout("F001\tnot issued\n")
        .stderr("dry run: nothing was issued\n")
        .run();
}

#[test]
fn the_refusal_as_json_names_value_period_and_date() {
    ready()
        .args(["new", "--region", "east", "--json"])
        .stderr(concat!(
            r#"{"schema":1,"error":{"kind":"outdated-value","#,
            r#""message":"rule regional: region east (华东) holds until 2025-12-31, not on 2026-11-22","causes":[],"#,
            r#""hint":"--region VALUE, one of east-coast, north; or --date 2025-12-31 if that is the customer's record date","#,
            r#""details":{"rule":"regional","field":"region","value":"east","label":"华东","above":null,"#,
            r#""from":null,"until":"2025-12-31","date":"2026-11-22"}}}"#,
            "\n"
        ))
        .status(2)
        .run();
}

#[test]
fn an_old_code_is_read_registered_and_shown_whatever_the_period() {
    ready()
        .args(["validate", "E007"])
        .stdout("E007\tvalid\tregional\n")
        .run()
        .then()
        .args(["new", "--code", "E007", "--name", "老客户"])
        .stdout("E007\n")
        .run()
        .then()
        .args(["show", "E007"])
        .stdout_like("...\nsegment\tregion\tE\t区域: 华东 (until 2025-12-31)\n...\n")
        .run()
        .then()
        .args(["validate", "E007", "--json"])
        .stdout_like("[..]\"field\":\"region\",\"value\":\"east\",\"until\":\"2025-12-31\"}[..]\n")
        .run();
}

#[test]
fn a_reference_is_answered_when_its_value_holds_no_more() {
    ready()
        .now("2025-06-01T09:00:00+08:00")
        .args(["new", "--region", "east", "--ref", "CRM:1"])
        .stdout("E001\n")
        .run()
        .then()
        .now("2026-06-01T09:00:00+08:00")
        .args(["new", "--region", "east", "--ref", "CRM:1"])
        .stdout("E001\n")
        .run();
}

#[test]
fn a_file_is_judged_row_by_row_on_each_record_date() {
    ready()
        .file(
            "old.csv",
            "名称,区域,日期,编码\n甲,east,2025-03-01,\n乙,east,2026-03-01,\n丙,east,2026-03-01,E100\n丁,north,,\n",
        )
        .args(["import", "old.csv", "--partial", "-o", "coded.csv"])
        .stderr_like(
            "...\nold.csv:3 (row 2): column 区域: rule regional: region east (华东) holds until 2025-12-31, \
             not on 2026-03-01; expected one of east-coast, north\n...\n",
        )
        .status(6)
        .run()
        .then()
        .args(["list"])
        .stdout_like("E100[..]丙[..]\nE101[..]甲[..]\nN001[..]丁[..]\n")
        .run();
}

#[test]
fn a_class_holds_while_every_class_above_it_does() {
    let rules = r#"
custcode = 1
[fields.class]
levels = [1, 2]
leaf_only = true
[fields.class.values]
dealers = { code = "1", label = "经销商", until = 2025-12-31 }
city    = { code = "101", label = "市级经销商" }
direct  = { code = "2" }
online  = { code = "201", from = 2026-06-01 }
[rules.classes]
pattern = "{class}-{seq:3}"
"#;
    Test::new()
        .rules(rules)
        .args(["new", "--set", "class=city"])
        .stderr(
            "error: rule classes: class city (市级经销商) stands below dealers (经销商), which holds until 2025-12-31, \
             not on 2026-11-22\n\
             hint: --set class=VALUE, one of online; or --date 2025-12-31 if that is the customer's record date\n",
        )
        .status(2)
        .run()
        .then()
        .args(["new", "--set", "class=city", "--date", "2025-12-31"])
        .stdout("101-001\n")
        .run()
        .then()
        .args(["show", "101-001"])
        .stdout_like("...\nsegment\tclass\t101\tclass: 经销商 > 市级经销商 (until 2025-12-31)\n...\n")
        .run()
        .then()
        .args(["new", "--set", "class=online", "--date", "2026-05-31"])
        .stderr(
            "error: rule classes: class online holds from 2026-06-01, not on 2026-05-31\n\
             hint: --date 2026-06-01 if that is the customer's record date\n",
        )
        .status(2)
        .run();
}

#[test]
fn a_value_that_a_rule_applies_to_is_asked_though_it_is_not_printed() {
    let rules = r#"
custcode = 1
[fields.type.values]
old = { code = "1", until = 2025-12-31 }
new = { code = "2" }
[rules.of-old]
pattern = "A{seq:3}"
applies_to = { type = ["old"] }
[rules.of-new]
pattern = "B{seq:3}"
applies_to = { type = ["new"] }
"#;
    Test::new()
        .rules(rules)
        .args(["new", "--type", "old"])
        .stderr(
            "error: rule of-old: type old holds until 2025-12-31, not on 2026-11-22\n\
             hint: --type VALUE, one of new; or --date 2025-12-31 if that is the customer's record date\n",
        )
        .status(2)
        .run()
        .then()
        .file("all.csv", "name,type,date\nA,old,2025-01-01\nB,old,2026-01-01\n")
        .args(["import", "all.csv"])
        .stderr_like(
            "...\nall.csv:3 (row 2): column type: rule of-old: type old holds until 2025-12-31, not on 2026-01-01; \
             expected one of new\n...\n",
        )
        .status(1)
        .run();
}
