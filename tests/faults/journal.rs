//! The journal that a killed command leaves is rolled back into its own file and into no other.

use std::fs;
use std::process::Output;

use super::syscalls::{CHANGING, system_calls, traced};
use super::{BEFORE, checked, company, issue, sound};
use crate::support::{Folder, Ledger, rows, skipped_on_postgres};

const NEW: &[&str] = &["new", "--type", "vip", "--set", "industry=food", "--ref", "CRM:1"];
const IMPORT: &[&str] = &["import", "customers.csv", "-o", "coded.csv", "--force"];

/// Rows that do not fit the page cache, so that pages are written long before the commit.
const ROWS: u64 = 12_000;

fn run(world: &Folder, args: &[&str]) -> Output {
    world.custcode(args).output().expect("custcode starts")
}

/// A copy of `base` after `args` was killed at its n-th write to a file; whether a journal with
/// something in it is left.
fn killed(base: &Folder, args: &[&str], write: u32) -> (Folder, bool) {
    let world = base.copy();
    world.unasked("its journal is left beside it");
    let fault = format!("inject=pwrite64:signal=KILL:when={write}");
    let _ = traced(&world, args, &["-e", "trace=pwrite64", "-e", &fault]);
    let left = fs::metadata(world.path("custcode.db-journal")).is_ok_and(|journal| journal.len() > 0);
    (world, left)
}

/// Puts another file in the ledger's place, and looks whether every command refuses it. Where none
/// does, the file must be none the worse.
#[track_caller]
fn is_refused(world: &Folder, file: &[u8], customers: u64, occasion: &str) -> bool {
    let world = world.copy();
    world.write("custcode.db", file);
    let journal = fs::read(world.path("custcode.db-journal")).expect("the journal");
    let mut refusals = 0;
    for args in [&["list"][..], &["store", "info"], NEW] {
        let output = run(&world, args);
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            continue;
        }
        assert_eq!(output.status.code(), Some(3), "{occasion}: {args:?}: {said}");
        assert!(said.contains("custcode.db-journal was left by a write to another"), "{occasion}: {said}");
        refusals += 1;
    }
    if refusals == 0 {
        assert_eq!(sound(&world, occasion).customers, customers + 1, "{occasion}");
        checked(&world, occasion);
        return false;
    }
    assert_eq!(refusals, 3, "{occasion}");
    assert!(fs::read(world.path("custcode.db")).expect("the file") == file, "{occasion}: it was written");
    assert!(fs::read(world.path("custcode.db-journal")).expect("the journal") == journal, "{occasion}");
    true
}

/// Files that may come into the ledger's place, each with its number of customers: older, newer, of
/// another company.
fn strangers(base: &Folder) -> Vec<(&'static str, Vec<u8>, u64)> {
    let file = |world: &Folder| fs::read(world.path("custcode.db")).expect("the ledger");
    let older = {
        let world = Folder::new();
        world.write("rules.toml", rows::RULES);
        world.init();
        issue(&world, &["new", "--type", "vip", "--set", "industry=food"]);
        file(&world)
    };
    let newer = base.copy();
    for _ in 0..2 {
        issue(&newer, &["new", "--type", "vip", "--set", "industry=food"]);
    }
    vec![
        ("newer", file(&newer), BEFORE + 4),
        ("another company's", file(&company()), BEFORE),
        ("another company's older", older, 1),
    ]
}

/// A company, and its ledger as it was two writes ago.
fn company_and_older() -> (Folder, Vec<u8>) {
    let base = company();
    let older = fs::read(base.path("custcode.db")).expect("the ledger");
    for _ in 0..2 {
        issue(&base, &["new", "--type", "vip", "--set", "industry=food"]);
    }
    (base, older)
}

#[test]
fn the_journal_of_a_killed_issue_is_rolled_back_into_no_other_file() {
    if skipped_on_postgres("the journal of a file") {
        return;
    }
    let (base, older) = company_and_older();
    let mut files = strangers(&base);
    files.push(("older", older, BEFORE));
    files.push(("empty", Vec::new(), 0));
    let (mut left, mut refused) = (0, 0);
    for write in 1..=system_calls(&base.copy(), NEW)["pwrite64"] {
        let (world, is_left) = killed(&base, NEW, write);
        if !is_left {
            continue;
        }
        left += 1;
        let journal = fs::read(world.path("custcode.db-journal")).expect("the journal");
        // One that begins with zeros was never synced, and SQLite has nothing to do with it.
        let of_use = if journal[0] == 0 { 1 } else { files.len() };
        for (name, file, customers) in &files[..of_use] {
            let occasion = format!("killed at write {write}, then the {name} file");
            if file.is_empty() {
                let world = world.copy();
                world.write("custcode.db", file);
                assert_eq!(run(&world, &["list"]).status.code(), Some(3), "{occasion}");
                let kept = fs::read(world.path("custcode.db-journal")).expect("the journal");
                assert!(kept == journal, "{occasion}");
            } else {
                refused += u32::from(is_refused(&world, file, *customers, &occasion));
            }
        }
        // It is the file's own.
        issue(&world, NEW);
        sound(&world, "its own journal");
        checked(&world, "its own journal");
    }
    assert!(left >= 5 && refused >= 4, "{left} journals, {refused} refused");
}

#[test]
fn the_journal_of_a_killed_import_is_rolled_back_into_no_other_file() {
    if skipped_on_postgres("the journal of a file") {
        return;
    }
    let (base, older) = company_and_older();
    base.write("customers.csv", rows::customers(ROWS, 61));
    let writes = system_calls(&base.copy(), IMPORT)["pwrite64"];
    let mut spilled = 0;
    for write in (1..=4).map(|fifth| writes * fifth / 5) {
        let (world, is_left) = killed(&base, IMPORT, write);
        assert!(is_left, "killed at write {write} of {writes}");
        let before = fs::metadata(base.path("custcode.db")).expect("the ledger").len();
        spilled += u32::from(fs::metadata(world.path("custcode.db")).expect("the ledger").len() > before);
        let occasion = format!("killed at write {write} of {writes}");
        assert!(is_refused(&world, &older, BEFORE, &occasion), "{occasion}: the older file was taken");
        assert_eq!(issue(&world, &["list"]).len() as u64, BEFORE + 2, "{occasion}");
        assert_eq!(Ledger::sound_in(&world, &occasion).customers, BEFORE + 2, "{occasion}");
        checked(&world, &occasion);
    }
    assert!(spilled >= 2, "{spilled} imports were killed with rows in the file");
}

#[test]
fn a_rollback_that_is_killed_is_begun_anew() {
    if skipped_on_postgres("the journal of a file") {
        return;
    }
    let base = company();
    base.write("customers.csv", rows::customers(ROWS, 67));
    let writes = system_calls(&base.copy(), IMPORT)["pwrite64"];
    let (base, is_left) = killed(&base, IMPORT, writes - 1);
    assert!(is_left, "nothing to roll back");
    let mut points = 0;
    for (call, times) in system_calls(&base.copy(), &["list"]) {
        if !CHANGING.contains(&call.as_str()) {
            continue;
        }
        for time in (1..=times).step_by(times.div_ceil(5) as usize) {
            let (world, fault) = (base.copy(), format!("inject={call}:signal=KILL:when={time}"));
            let _ = traced(&world, &["list"], &["-e", &format!("trace={call}"), "-e", &fault]);
            assert_eq!(issue(&world, &["list"]).len() as u64, BEFORE, "{fault}");
            assert_eq!(sound(&world, &fault).customers, BEFORE, "{fault}");
            points += 1;
        }
    }
    assert!(points >= 5, "only {points} points");
}
