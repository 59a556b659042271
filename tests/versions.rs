//! Rules that change: what a change would do, how it is adopted, and numbers that get wider.

mod adopt;
mod diff;
mod widening;

use serde_json::Value;

use crate::adoption::{RULES, issued};
use crate::support::test::Done;

/// Every number is explained, and the ledger passes its check, but for what the suite's server is
/// not made for: to last.
#[track_caller]
fn whole(done: Done) -> Done {
    let checked = done.folder.custcode(["store", "check", "--json", "-q"]).output().expect("custcode starts");
    let report: Value = serde_json::from_slice(&checked.stdout).expect("a report");
    let findings = report["findings"].as_array().expect("a list");
    let of_the_ledger: Vec<_> = findings.iter().filter(|it| it["kind"] != "durability").collect();
    assert!(of_the_ledger.is_empty(), "{of_the_ledger:#?}");
    let gaps = done.folder.custcode(["gaps", "--unexplained"]).output().expect("custcode starts");
    assert_eq!(gaps.status.code(), Some(0), "{}", String::from_utf8_lossy(&gaps.stdout));
    done
}
