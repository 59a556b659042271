//! `rules check` on rules that pass: what is proved of them, how many codes they have, how far the
//! ledger is, what happens outside.

mod capacity;
mod ledger;
mod memory;
mod outside;

use serde_json::Value;

use crate::support::Test;

const GRADED: &str = "custcode = 1\n[fields.type]\nlabel = \"类型\"\n[fields.type.values]\nvip = \"01\"\nregular = \"02\"\n\
                      [rules.graded]\nlabel = \"按类型\"\npattern = \"{type}A{seq:4}\"\n";

/// The rows of `rules check --format csv` for one rule file: property, level, kind, words, codes.
fn findings(toml: &str, property: &str) -> Vec<[String; 4]> {
    let done = Test::new()
        .file("rules.toml", format!("custcode = 1\ntimezone = \"Asia/Shanghai\"\n{toml}"))
        .args(["rules", "check", "--format", "jsonl", "--quiet"])
        .stdout_like("...\n")
        .run();
    let rows = done.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.filter(|row| row["property"] == property)
        .map(|row| [text(&row, "rule"), text(&row, "level"), text(&row, "kind"), text(&row, "words")])
        .collect()
}

/// The words of the first finding about a property.
fn words(toml: &str, property: &str) -> String {
    findings(toml, property).swap_remove(0)[3].clone()
}

#[test]
fn a_rule_that_passes_is_explained_in_words() {
    let rules = format!("{GRADED}[rules.longer]\npattern = \"{{type}}-{{seq:6}}\"\n");
    Test::new()
        .file("rules.toml", rules)
        .args(["rules", "check"])
        .stdout(
            "graded  {type}A{seq:4}  按类型\n  \
               unique        proved: every customer has a number of its own within type; rule longer prints none\n                \
                             of its codes, by their length\n  \
               readable      proved: a code is read in one way: type, number; every part has one length\n  \
               capacity      9999 codes for each type, of which there are 2: 19 998 in all\n  \
               check digit   none: 01A0002 mistyped for 01A0001 is another customer's code\n  \
               in the field  nothing that spreadsheets, look-alike characters or a named target would harm\n\
             \n\
             longer  {type}-{seq:6}\n  \
               unique        proved: every customer has a number of its own within type; rule graded prints none\n                \
                             of its codes, by their length\n  \
               readable      proved: a code is read in one way: type, number; every part has one length\n  \
               capacity      999 999 codes for each type, of which there are 2: 1 999 998 in all\n  \
               check digit   none: 01-000002 mistyped for 01-000001 is another customer's code\n  \
               in the field  nothing that spreadsheets, look-alike characters or a named target would harm\n",
        )
        .stderr("2 rules: proved that no two customers can get one code\n")
        .run();
}

#[test]
fn a_terminal_gets_lines_that_fit() {
    let screen = Test::new().file("rules.toml", GRADED).args(["rules", "check", "--quiet"]).on_terminal(60);
    assert!(screen.contains("capacity      9999 codes for each type, of which there are"), "{screen}");
    let plain = anstream::adapter::strip_str(&screen).to_string();
    assert!(
        plain.lines().all(|line| unicode_width::UnicodeWidthStr::width(line.trim_end()) <= 60),
        "{plain}"
    );
}

#[test]
fn tables_have_a_row_for_each_finding() {
    Test::new()
        .file("rules.toml", GRADED)
        .args(["rules", "check", "--format", "csv", "--quiet"])
        .stdout(
            "rule,property,level,kind,words,codes\n\
             graded,unique,proved,unique,proved: every customer has a number of its own within type; the file has no other rule,\n\
             graded,readable,proved,readable,\"proved: a code is read in one way: type, number; every part has one length\",\n\
             graded,capacity,fact,room,\"9999 codes for each type, of which there are 2: 19 998 in all\",\n\
             graded,check digit,fact,none,none: 01A0002 mistyped for 01A0001 is another customer's code,01A0001 01A0002\n\
             graded,in the field,fact,nothing,\"nothing that spreadsheets, look-alike characters or a named target would harm\",\n",
        )
        .run();
}

#[test]
fn json_keeps_its_members_and_has_all_that_is_known() {
    let done = Test::new()
        .file("rules.toml", GRADED)
        .args(["rules", "check", "--json", "-q"])
        .stdout_like("{[..]}\n")
        .run();
    let answer: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!((&answer["valid"], &answer["problems"]), (&true.into(), &Value::Array(Vec::new())));
    let rule = &answer["rules"][0];
    let members: Vec<&str> = rule.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(
        members.join(" "),
        "name id label pattern sequence capacity fields from until unique readable check_digit in_the_field room scopes"
    );
    assert_eq!((&rule["capacity"], &rule["scopes"]), (&9999.into(), &Value::Null), "no ledger, no scopes");
    assert_eq!(rule["room"]["total"], 19_998);
    assert_eq!(rule["check_digit"]["example"], serde_json::json!(["01A0001", "01A0002"]));
}

#[test]
fn why_rules_are_apart_and_codes_read_in_one_way_is_said() {
    let fields = "[fields.a.values]\nx = \"1\"\ny = \"22\"\n[fields.b.values]\nx = \"A\"\ny = \"BB\"\n";
    let rules =
        |pattern: &str| format!("{fields}[rules.one]\npattern = {pattern:?}\nallow = [\"no-sequence\"]\n");
    for (pattern, unique, readable) in [
        ("{seq:4}", "every customer has a number of its own;", "number; every part has one length"),
        (
            "{a}{seq:4}",
            "every customer has a number of its own within a;",
            "a, number; only a varies in length, and the length of a code tells",
        ),
        (
            "{a}{b}",
            "every combination of a and b has a code of its own;",
            "a, b; a and b vary in length, and every way to cut a code was gone through",
        ),
        ("K{date:%Y%m%d}", "every day has a code of its own;", "day; every part has one length"),
    ] {
        let said = words(&rules(pattern), "unique");
        assert!(said.starts_with(&format!("proved: {unique}")), "{pattern}: {said}");
        let said = words(&rules(pattern), "readable");
        assert_eq!(said, format!("proved: a code is read in one way: {readable}"), "{pattern}");
    }
    let several = "[rules.one]\npattern = \"A{seq:4}\"\n[rules.two]\npattern = \"B{seq:4}\"\n[rules.six]\npattern = \"{seq:6}\"\n";
    assert_eq!(
        words(several, "unique"),
        "proved: every customer has a number of its own; none of the 2 other rules prints one: 1 by their length, 1 by their characters"
    );
}
