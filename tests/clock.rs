//! Clocks that are set back, dates far ahead, midnight and new year.

use crate::support::Test;

const DAILY: &str =
    "custcode = 1\ntimezone = \"Asia/Shanghai\"\n[rules.d]\npattern = \"{date:%Y%m%d}-{seq:3}\"\n";

#[test]
fn a_clock_behind_the_ledger_is_told_and_codes_stay_unique() {
    let warning = |now: &str| {
        format!(
            "note: this machine's clock says 2026-11-22 {now} +08:00, but the ledger was last written at \
             2026-11-22 09:00:00 +08:00; one of the two clocks is wrong, and with it the dates\n"
        )
    };
    Test::new()
        .rules(DAILY)
        .args(["new"])
        .stdout("20261122-001\n")
        .run()
        .then()
        .now("2026-11-22T08:55:00+08:00")
        .args(["new"])
        .stdout("20261122-002\n")
        .run()
        .then()
        .now("2026-11-22T09:00:00+08:00")
        .args(["new"])
        .stdout("20261122-003\n")
        .run()
        .then()
        .now("2026-11-22T08:54:59+08:00")
        .args(["new", "--dry-run"])
        .stdout("20261122-004\tnot issued\n")
        .stderr(&(warning("08:54:59") + "dry run: nothing was issued\n"))
        .run()
        .then()
        .args(["new", "--ref", "R"])
        .stdout("20261122-004\n")
        .stderr(&warning("08:54:59"))
        .run();
}

#[test]
fn a_clock_set_back_a_year_goes_on_in_last_years_scope() {
    let rules = "custcode = 1\ntimezone = \"Asia/Shanghai\"\n[rules.y]\npattern = \"{date:%Y}{seq:3}\"\n";
    let note = "note: this machine's clock says [..], but the ledger was last written at [..]\n";
    Test::new()
        .rules(rules)
        .now("2025-12-31T23:59:59+08:00")
        .args(["new"])
        .stdout("2025001\n")
        .run()
        .then()
        .now("2026-01-01T00:00:00+08:00")
        .args(["new"])
        .stdout("2026001\n")
        .run()
        .then()
        .now("2025-01-01T00:00:00+08:00")
        .args(["new", "--code", "2025007"])
        .stdout("2025007\n")
        .stderr_like(note)
        .run()
        .then()
        .now("2024-12-31T00:00:00+08:00")
        .file("customers.csv", "name\n甲\n乙\n")
        .args(["import", "customers.csv", "--date", "2025-06-01", "-o", "coded.csv"])
        .stdout_like("...\n")
        .stderr_like(&format!("...\n{note}...\n"))
        .run()
        .then()
        .args(["gaps", "--quiet"])
        .stdout_like("y\t2025\t2\t6\t5\timport\t[..]\n")
        .run();
}

#[test]
fn each_side_of_midnight_counts_for_itself() {
    let done = Test::new()
        .rules(DAILY)
        .now("2026-12-31T23:59:59.999999+08:00")
        .file("customers.csv", "name\n甲\n乙\n丙\n")
        .args(["import", "customers.csv", "-o", "coded.csv", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .now("2027-01-01T00:00:00+08:00")
        .args(["new", "--count", "2"])
        .stdout("20270101-001\n20270101-002\n")
        .run();
    // The clock is read once: whatever a run takes, its rows have one day.
    assert_eq!(
        done.folder.read("coded.csv"),
        "name,code\n甲,20261231-001\n乙,20261231-002\n丙,20261231-003\n"
    );
    done.then().args(["gaps"]).stderr("every number is carried by an active code\n").run();
}

#[test]
fn a_date_far_ahead_is_told() {
    let note = "note: the date 2029-01-01 lies more than a year ahead (today is 2026-11-22)\n";
    Test::new()
        .rules(DAILY)
        .args(["new", "--date", "2029-01-01"])
        .stdout("20290101-001\n")
        .stderr(note)
        .run()
        .then()
        .args(["new", "--date", "2029-01-01"])
        .stdout("20290101-002\n")
        .stderr(note)
        .run()
        .then()
        .args(["new", "--date", "2027-11-22"])
        .stdout("20271122-001\n")
        .run()
        .then()
        .file("customers.csv", "name\n甲\n")
        .args(["import", "customers.csv", "--date", "2029-01-01"])
        .stdout_like("...\n")
        .stderr_like(&format!("...\n{note}..."))
        .run();
}
