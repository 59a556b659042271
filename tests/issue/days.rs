//! The record date: given, or today in the rules' time zone; one for print and scope.

use crate::support::Test;

/// Counted by day, in Shanghai.
const DAILY: &str =
    "custcode = 1\ntimezone = \"Asia/Shanghai\"\n[rules.daily]\npattern = \"{date:%Y%m%d}-{seq:2}\"\n";

#[test]
fn a_day_begins_at_midnight_in_the_rules_time_zone() {
    let mut test = Test::new().rules(DAILY);
    for (now, code) in [
        ("2026-11-22T15:59:59Z", "20261122-01\n"),
        ("2026-11-22T16:00:00Z", "20261123-01\n"),
        ("2026-11-23T00:00:01+08:00", "20261123-02\n"),
        ("2026-11-22T23:59:59.999+08:00", "20261122-02\n"),
    ] {
        test = test.now(now).args(["new"]).stdout(code).run().then();
    }
    // The machine's own zone has no say.
    test.env("TZ", "America/New_York")
        .now("2026-11-22T20:00:00-05:00")
        .args(["new"])
        .stdout("20261123-03\n")
        .run();
}

#[test]
fn a_year_begins_and_counts_anew_at_new_year() {
    let yearly =
        "custcode = 1\ntimezone = \"Asia/Shanghai\"\n[rules.yearly]\npattern = \"K{date:%Y}-{seq:3}\"\n";
    Test::new()
        .rules(yearly)
        .now("2026-12-31T23:59:59+08:00")
        .args(["new", "--count", "2"])
        .stdout("K2026-001\nK2026-002\n")
        .run()
        .then()
        .now("2026-12-31T16:00:00Z")
        .args(["new"])
        .stdout("K2027-001\n")
        .run();
}

#[test]
fn a_given_date_is_printed_counted_and_kept() {
    Test::new()
        .rules(DAILY)
        .args(["new", "--date", "2023-10-01", "--name", "A"])
        .stdout("20231001-01\n")
        .run()
        .then()
        .args(["new", "--date", "2024-02-29"])
        .stdout("20240229-01\n")
        .run()
        .then()
        .args(["list", "--until", "2023-12-31"])
        .stdout("20231001-01\t\tA\t2023-10-01\n")
        .run();
}

#[test]
fn what_is_no_date_is_refused() {
    let mut test = Test::new().rules(DAILY);
    for wrong in ["2023-02-29", "10/01/2023", "2023-10-01T20:00:00Z", "yesterday"] {
        test = test
            .args(["new", "--date", wrong])
            .stderr_like("error: invalid value '[..]' for '--date <YYYY-MM-DD>': [..]\n...\n")
            .status(2)
            .run()
            .then();
    }
    for (right, code) in [("20231001", "1001"), ("2023/10/2", "1002"), ("2023年10月3日", "1003")] {
        test = test.args(["new", "--date", right]).stdout_like(&format!("[..]{code}[..]\n")).run().then();
    }
    test.args(["new", "--date", "0999-12-31"])
        .stderr(
            "error: 0999-12-31 is no record date: the year is not between 1000 and 9999\n\
             hint: --date YYYY-MM-DD\n",
        )
        .status(2)
        .run();
}

#[test]
fn a_rule_issues_from_its_first_day_to_its_last() {
    let rules = "custcode = 1\ntimezone = \"Asia/Shanghai\"\ndefault_rule = [\"old\", \"new\"]\n\
         [rules.old]\npattern = \"A{seq:3}\"\nuntil = 2025-12-31\n\
         [rules.new]\npattern = \"B{seq:5}\"\nfrom = 2026-01-01\nuntil = 2026-12-31\n";
    Test::new()
        .rules(rules)
        .args(["new", "--date", "2025-12-31"])
        .stdout("A001\n")
        .run()
        .then()
        .args(["new"])
        .stdout("B00001\n")
        .run()
        .then()
        .args(["new", "--rule", "old"])
        .stderr(
            "error: rule old holds until 2025-12-31, not on 2026-11-22\n\
             hint: another --date or another --rule; custcode rules show\n",
        )
        .status(2)
        .run()
        .then()
        .args(["new", "--date", "2027-01-01"])
        .stderr(
            "error: no rule applies to this customer on 2027-01-01\n\
             hint: --rule NAME, or default_rule = \"…\" in the rule file; custcode rules show\n",
        )
        .status(2)
        .run();
}
