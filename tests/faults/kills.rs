//! `new` and `store backup` are killed at moments nobody chose, again and again in one world.
//!
//! A few rounds run with the suite, all of them by `sh tests/run --ignored faults:: transfer::`.

use std::fs;
use std::process::{Child, Stdio};

use super::killer::Killer;
use super::{ALL, BEFORE, checked, company, issue, lines, proven, settled, sound, tell};
use crate::support::{Folder, Ledger, engine, rows};

const FEW: u32 = 10;

/// Customers in the ledger that is backed up: more than fit in one batch.
const ROWS: u64 = 3_000;

#[test]
fn new_killed_at_any_moment_loses_nothing_and_gives_nothing_twice() {
    news(FEW);
}

#[test]
fn backup_killed_at_any_moment_is_whole_or_absent() {
    backups(FEW / 2);
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_killed_news() {
    news(ALL);
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_killed_backups() {
    backups(ALL);
}

fn start(world: &Folder, args: &[&str]) -> Child {
    let mut command = world.custcode(args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("custcode starts")
}

/// What is asked for in a round: one code or five in turn, under a name that makes it safe to
/// repeat.
fn ask(name: &str, batch: bool) -> Vec<&str> {
    let end: &[_] = if batch { &["--count", "5", "--request-id", name] } else { &["--ref", name] };
    [&["new", "--type", "vip", "--set", "industry=food"], end].concat()
}

/// The codes that the ledger keeps under the name.
fn kept(ledger: &Ledger, name: &str) -> Vec<String> {
    let of_request = ledger.requests.get(name).cloned();
    of_request.unwrap_or_else(|| ledger.references.get(name).cloned().into_iter().collect())
}

fn news(kills: u32) {
    let world = company();
    let mut killers = [false, true].map(|batch| {
        let name = format!("sample-{batch}");
        Killer::measuring(start(&world, &ask(&name, batch)), 41)
    });
    let mut customers = BEFORE + 1 + 5;
    let (mut landed, mut committed, mut unprinted) = (0, 0, 0);
    for round in 0.. {
        if landed == kills {
            break;
        }
        let (name, batch) = (format!("round-{round}"), round % 2 == 1);
        let args = ask(&name, batch);
        let (hit, output) = killers[usize::from(batch)].strike_and_hear(start(&world, &args));
        settled(&world);
        landed += u32::from(hit);
        let found = sound(&world, &name);
        let (printed, kept) = (lines(&output.stdout), kept(&found, &name));
        let size = if batch { 5 } else { 1 };
        assert!([0, size].contains(&kept.len()), "{name}: half of it is there: {kept:?}");
        assert!(printed.is_empty() || printed == kept, "{name}: printed {printed:?}, kept {kept:?}");
        assert_eq!(found.customers, customers + kept.len() as u64, "{name}");
        committed += u32::from(hit && !kept.is_empty());
        unprinted += u32::from(hit && !kept.is_empty() && printed.is_empty());

        let again = issue(&world, &args);
        assert!(
            again.len() == size && (kept.is_empty() || again == kept),
            "{name}: {kept:?}, then {again:?}"
        );
        customers += size as u64;
        assert_eq!(proven(&world, &name).customers, customers, "{name}: the retry");
    }
    if kills == ALL {
        tell(
            engine(),
            &format!("new: {kills} kills, {committed} after the commit, {unprinted} unprinted, 0 violations"),
        );
    }
}

fn backups(kills: u32) {
    const BACKUP: &[&str] = &["store", "backup", "new.bak"];
    let world = company();
    world.write("customers.csv", rows::customers(ROWS, 43));
    issue(&world, &["import", "customers.csv", "-o", "coded.csv"]);
    issue(&world, BACKUP);
    let new = world.path("new.bak");
    let written = || fs::read(&new).expect("a backup");
    let whole = written();
    fs::remove_file(&new).expect("the backup");

    let mut killer = Killer::measuring(start(&world.copy(), BACKUP), 43);
    let (mut landed, mut finished) = (0, 0);
    while landed < kills {
        let hit = killer.strike(start(&world, BACKUP));
        landed += u32::from(hit);
        if new.exists() {
            assert!(written() == whole, "kill {landed}: another backup");
            fs::remove_file(&new).expect("the backup");
            finished += u32::from(hit);
        }
        assert_eq!(world.leftovers(), [""; 0], "kill {landed}");
    }
    settled(&world);
    issue(&world, BACKUP);
    assert!(written() == whole, "the next one");
    issue(&Folder::sqlite(), &["store", "restore", &new.display().to_string(), "--store", "r.db"]);
    checked(&world, "after all");
    if kills == ALL {
        tell(engine(), &format!("backup: {kills} kills, {finished} after it was whole, 0 violations"));
    }
}
