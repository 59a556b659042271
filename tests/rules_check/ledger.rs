//! How far the ledger's counters are, and when they run out.

use serde_json::Value;

use crate::support::test::Done;
use crate::support::{Test, skipped_on_postgres};

const RULES: &str = "custcode = 1\ntimezone = \"Asia/Shanghai\"\ndefault_rule = \"plain\"\n\
    [fields.type.values]\na = \"1\"\nb = \"2\"\nc = \"3\"\n\
    [rules.plain]\npattern = \"{type}{seq:2}\"\nseq = { warn_at = [80, 95] }\n\
    [rules.daily]\npattern = \"D{date:%Y%m}{seq:2}\"\n\
    [rules.one]\npattern = \"{type}\"\nallow = [\"no-sequence\"]\n";

/// Issues `count` codes at a time.
fn issue(done: Done, now: &str, words: &[&str], count: &str) -> Done {
    done.then()
        .now(now)
        .args(["new", "--quiet", "--count", count])
        .args(words.to_vec())
        .stdout_like("...\n")
        .run()
}

/// The lines about scopes.
fn scopes(done: Done, status: i32) -> (Vec<String>, Done) {
    let done = done
        .then()
        .args(["rules", "check", "--format", "jsonl", "--quiet"])
        .stdout_like("...\n")
        .status(status)
        .run();
    let rows = done.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let scopes = rows.filter(|row| row["kind"] == "scope");
    let said = scopes.map(|row| {
        format!(
            "{}: {}",
            row["level"].as_str().unwrap_or_default(),
            row["words"].as_str().unwrap_or_default()
        )
    });
    (said.collect(), done)
}

fn begun() -> Done {
    Test::new().rules(RULES).args(["store", "info", "--quiet"]).stdout_like("...\n").run()
}

#[test]
fn scopes_nearest_their_end_come_first() {
    let done = issue(begun(), "2026-10-23T09:00:00+08:00", &["--type", "a"], "30");
    let done = issue(done, "2026-11-12T09:00:00+08:00", &["--type", "b"], "60");
    let done = issue(done, "2026-06-01T09:00:00+08:00", &["--type", "c"], "5");
    let (said, _) = scopes(issue(done, "2026-11-22T09:00:00+08:00", &["--type", "a"], "1"), 0);
    assert_eq!(
        said,
        [
            // 60 codes in 10 days.
            "fact: 2: 60 of 99 used (60 %), 39 left; runs out on 2026-11-28 at 6.0 a day",
            // 31 codes in 30 days.
            "fact: 1: 31 of 99 used (31 %), 68 left; runs out on 2027-01-26 at 1.0 a day",
            "fact: 3: 5 of 99 used (5 %), 94 left; none issued in the last 90 days",
        ]
    );
}

#[test]
fn the_rate_is_that_of_the_last_ninety_days() {
    let done = issue(begun(), "2026-01-01T09:00:00+08:00", &["--type", "a"], "50");
    let (said, _) = scopes(issue(done, "2026-11-01T09:00:00+08:00", &["--type", "a"], "9"), 0);
    assert_eq!(said, ["fact: 1: 59 of 99 used (59 %), 40 left; runs out on 2027-12-06 at 0.1 a day"]);
}

#[test]
fn a_level_of_warn_at_is_exit_status_one() {
    let done = issue(begun(), "2026-11-22T09:00:00+08:00", &["--type", "b"], "96");
    let done = done.then().args(["rules", "check"]).status(1).stdout_like(
        "...\n  capacity      99 codes for each type, of which there are 3: 297 in all\n                \
         warning: 2: 96 of 99 used (96 %, past 95 %), 3 left; runs out on 2026-11-22 at 96 a\n                \
         day\n...\n",
    );
    let done = done
        .stderr("3 rules: proved that no two customers can get one code\n1 scope has reached a level of warn_at\n")
        .run();
    let done = done.then().args(["rules", "check", "--no-ledger", "--quiet"]).stdout_like("...\n").run();
    let (said, _) = scopes(issue(done, "2026-11-22T09:00:00+08:00", &["--type", "b"], "3"), 1);
    assert_eq!(said, ["warning: 2: all 99 are used"]);
}

#[test]
fn a_count_of_the_month_lasts_until_the_next_one() {
    let daily = ["--rule", "daily"];
    let done = issue(begun(), "2026-10-31T09:00:00+08:00", &daily, "90");
    let (said, done) = scopes(issue(done, "2026-11-22T09:00:00+08:00", &daily, "4"), 0);
    assert_eq!(
        said,
        [
            "fact: 202611: 4 of 99 used (4 %), 95 left; lasts until the next count on 2026-12-01 at 4.0 a day",
            "fact: 202610: 90 of 99 used (90 %), 9 left; of another month",
        ]
    );
    let (said, _) = scopes(issue(done, "2026-11-22T09:00:00+08:00", &daily, "80"), 0);
    assert_eq!(said[0], "fact: 202611: 84 of 99 used (84 %), 15 left; runs out on 2026-11-22 at 84 a day");
}

#[test]
fn a_rule_that_ends_needs_no_more_numbers() {
    let rules = "custcode = 1\ntimezone = \"Asia/Shanghai\"\n[rules.plain]\npattern = \"N{seq:2}\"\n\
                 seq = { warn_at = [10], widen = { from = 2026-12-01, to = 3 } }\n";
    let done = Test::new().rules(rules).args(["store", "info", "--quiet"]).stdout_like("...\n").run();
    let done = issue(done, "2026-11-12T09:00:00+08:00", &[], "40");
    let (said, done) = scopes(issue(done, "2026-11-22T09:00:00+08:00", &[], "1"), 1);
    assert_eq!(
        said,
        [
            "warning: 41 of 99 used (41 %, past 10 %), 58 left; lasts until the rule ends before 2026-12-01 at 4.1 a day"
        ]
    );
    let (said, _) = scopes(issue(done, "2026-12-01T09:00:00+08:00", &[], "1"), 0);
    assert_eq!(said[0], "fact: 41 of 99 used (41 %), 58 left; the rule holds at another time");
    assert_eq!(said.len(), 2, "the wider rule has a count of its own: {said:?}");
}

#[test]
fn the_json_has_every_scope_and_the_text_the_first_ten() {
    let types = (10..30).fold(String::new(), |all, code| format!("{all}t{code} = \"{code}\"\n"));
    let rules = format!(
        "custcode = 1\n[fields.type.values]\n{types}[rules.plain]\npattern = \"{{type}}{{seq:2}}\"\n"
    );
    let csv =
        (10..30).fold(String::from("name,type\n"), |all, code| format!("{all}customer {code},t{code}\n"));
    let done = Test::new()
        .rules(&rules)
        .file("customers.csv", csv)
        .args(["import", "customers.csv", "--quiet"])
        .stdout_like("...\n")
        .run();
    let done = done.then().args(["rules", "check", "--quiet"]).stdout_like(
        "...\n                19: 1 of 99 used (1 %), 98 left; runs out on [..] at 1.0 a day\n                \
         and 10 more scopes (--json names them all)\n...\n",
    );
    let done = done.run().then().args(["rules", "check", "--json", "--quiet"]).stdout_like("{[..]}\n").run();
    let answer: Value = serde_json::from_str(&done.stdout).expect("JSON");
    let scopes = answer["rules"][0]["scopes"].as_array().expect("a list");
    assert_eq!(scopes.len(), 20);
    assert_eq!(scopes[0]["scope"], serde_json::json!(["10"]));
    assert_eq!(
        (&scopes[0]["used"], &scopes[0]["left"], &scopes[0]["runs_out"]),
        (&1.into(), &98.into(), &"2027-02-28".into())
    );
}

#[test]
fn numbers_that_a_code_from_outside_passed_over_are_gone() {
    let done = issue(begun(), "2026-11-22T09:00:00+08:00", &["--type", "a"], "2");
    let done = done.then().args(["new", "--code", "150", "--quiet"]).stdout_like("...\n").run();
    let (said, _) = scopes(done, 0);
    assert_eq!(said, ["fact: 1: 50 of 99 used (50 %), 49 left; runs out on 2026-12-08 at 3.0 a day"]);
}

#[test]
fn another_file_has_another_ledger() {
    if skipped_on_postgres("paths of files") {
        return;
    }
    let done = issue(begun(), "2026-11-22T09:00:00+08:00", &["--type", "b"], "96");
    let mut done = done
        .then()
        .file("draft.toml", RULES)
        .args(["rules", "check", "draft.toml", "-q"])
        .stdout_like("...\n")
        .run();
    for (words, status) in [
        (&["rules.toml"][..], 1),
        (&["./rules.toml"], 1),
        (&["draft.toml", "--store", "custcode.db"], 1),
        (&["draft.toml", "--store", "other.db"], 0),
        (&["rules.toml", "--no-ledger"], 0),
    ] {
        let test = done.then().args(["rules", "check", "--quiet"]).args(words.to_vec());
        done = test.stdout_like("...\n").status(status).run();
    }
    assert_eq!(done.folder.names_beside_ledger(), ["draft.toml", "rules.toml"], "no ledger was made");
}
