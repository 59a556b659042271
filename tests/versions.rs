//! Rules that change: what a change would do, how it is adopted, and numbers that get wider.

mod adopt;
mod diff;
mod widening;

use serde_json::Value;

use crate::support::Test;
use crate::support::test::Done;

/// Types and industries, four digits.
const RULES: &str = "custcode = 1\n[fields.type.values]\nvip = \"01\"\nregular = \"02\"\n\
    [fields.industry]\nlabel = \"行业\"\nvalues = { making = \"A\", services = \"B\" }\n\
    [rules.graded]\npattern = \"{type}{industry}{seq:4}\"\n";

/// A ledger with three codes.
fn issued() -> Test {
    Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--set", "industry=making", "--count", "2"])
        .stdout("01A0001\n01A0002\n")
        .run()
        .then()
        .args(["new", "--type", "regular", "--set", "industry=services", "--ref", "1"])
        .stdout("02B0001\n")
        .run()
        .then()
}

/// The ledger passes its check, but for what the suite's server is not made for: to last.
#[track_caller]
fn whole(done: Done) -> Done {
    let checked = done.folder.custcode(["store", "check", "--json", "-q"]).output().expect("custcode starts");
    let report: Value = serde_json::from_slice(&checked.stdout).expect("a report");
    let findings = report["findings"].as_array().expect("a list");
    let of_the_ledger: Vec<_> = findings.iter().filter(|it| it["kind"] != "durability").collect();
    assert!(of_the_ledger.is_empty(), "{of_the_ledger:#?}");
    done
}
