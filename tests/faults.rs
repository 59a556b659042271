//! What happens to the ledger when commands are killed, disks fail, crowds come and readers fall
//! asleep.
//!
//! After every fault the same checker ([`crate::support::Ledger`]) reads the ledger; the control
//! shows that it would see damage.

mod control;
mod crowd;
mod damage;
mod file;
mod import;
mod journal;
pub(crate) mod killer;
mod kills;
mod readers;
mod server;
mod syscalls;

use std::io::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Cluster, Engine, Folder, Ledger, ledger::SIDE_FILES, rows};

/// Customers that are in the ledger before the fault.
const BEFORE: u64 = 3;

/// Rounds of what is left to chance, when all are asked for
/// (`sh tests/run --ignored faults:: transfer::`).
const ALL: u32 = 120;

/// How long a condition is waited for that always comes about.
const PATIENCE: Duration = Duration::from_mins(3);

/// A company with a few customers, about to meet a fault.
fn company() -> Folder {
    let folder = Folder::new();
    folder.write("rules.toml", rows::RULES);
    folder.init();
    for number in 1..=BEFORE {
        let reference = format!("OLD:{number}");
        issue(&folder, &["new", "--type", "vip", "--set", "industry=food", "--ref", &reference]);
    }
    folder
}

/// Runs custcode, which must succeed, and gives the lines it printed.
#[track_caller]
fn issue(folder: &Folder, args: &[&str]) -> Vec<String> {
    let output = folder.custcode(args).output().expect("custcode starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "custcode {}: {}: {complaint}", args.join(" "), output.status);
    lines(&output.stdout)
}

fn lines(printed: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(printed).lines().map(str::to_owned).collect()
}

/// The ledger of `folder`, which keeps every promise.
#[track_caller]
fn sound(folder: &Folder, occasion: &str) -> Ledger {
    Ledger::sound_in(folder, occasion)
}

/// The same, and `store check` agrees: nothing was lost, doubled or altered.
#[track_caller]
fn proven(folder: &Folder, occasion: &str) -> Ledger {
    let ledger = sound(folder, occasion);
    checked(folder, occasion);
    ledger
}

/// `store check` finds nothing, but that the server which the suite shares is not made to last.
#[track_caller]
fn checked(folder: &Folder, occasion: &str) {
    let output = folder.custcode(["store", "check", "--json"]).output().expect("custcode starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{occasion}: store check: {error}: {complaint}"));
    let findings = report["findings"].as_array().expect("a list");
    let of_ledger: Vec<_> =
        findings.iter().filter(|it| folder.database().is_none() || it["kind"] != "durability").collect();
    assert!(of_ledger.is_empty(), "{occasion}: store check: {of_ledger:#?}");
    assert_eq!(output.status.code(), Some(i32::from(!findings.is_empty())), "{occasion}: {complaint}");
}

/// `gaps` explains every number without a code, and gives what it printed.
#[track_caller]
fn explained(folder: &Folder) -> Vec<String> {
    let output = folder.custcode(["gaps"]).output().expect("custcode starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "gaps: {complaint}{}", lines(&output.stdout).join("\n"));
    lines(&output.stdout)
}

/// Waits until the server has noticed that the clients of a folder's ledger are gone; a file has no
/// such delay.
fn settled(folder: &Folder) {
    let Some(database) = folder.database() else { return };
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'";
    let mut client = Cluster::shared().client("postgres");
    eventually("the clients are gone", || {
        client.query_one(sql, &[&database.name()]).expect("a count").get::<_, i64>(0) == 0
    });
}

/// Waits for a condition.
#[track_caller]
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "waited for too long: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Tells whoever asked for all rounds what came of them, past the test harness, which would keep it
/// to itself.
fn tell(engine: Engine, result: &str) {
    let _ = writeln!(std::io::stderr(), "\n{engine:?}: {result}");
}

/// Files in the working folder besides rules, ledger and `expected`; there must be none once a
/// command has ended well.
fn strangers(folder: &Folder, expected: &[&str]) -> Vec<String> {
    let known = ["rules.toml", "custcode.db", ".gitignore"];
    let mut names = folder.names();
    names.retain(|name| {
        let name = name.as_str();
        !known.contains(&name) && !SIDE_FILES.contains(&name) && !expected.contains(&name)
    });
    names.extend(folder.leftovers());
    names
}
