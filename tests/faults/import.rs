//! An import is killed at random moments: afterwards there is all of it or nothing.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Stdio};

use super::killer::Killer;
use super::syscalls::traced;
use super::{ALL, BEFORE, company, issue, proven, settled, sound, strangers, tell};
use crate::support::{Folder, engine, rows};

const ROWS: u64 = 5_000;
const FEW: u32 = 20;
const IMPORT: &[&str] = &["import", "customers.csv", "-o", "coded.csv", "--force"];

#[test]
fn import_killed_at_any_moment_is_all_or_nothing() {
    imports(FEW);
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_killed_imports() {
    imports(ALL);
}

fn imports(kills: u32) {
    let base = company();
    base.write("customers.csv", rows::customers(ROWS, 7));
    let mut killer = Killer::measuring(start(&base.copy()), 11);

    let (mut landed, mut whole) = (0, 0);
    while landed < kills {
        let world = base.copy();
        if !killer.strike(start(&world)) {
            continue;
        }
        landed += 1;
        settled(&world);
        let occasion = format!("kill {landed}");
        let found = proven(&world, &occasion);
        assert!(
            [BEFORE, BEFORE + ROWS].contains(&found.customers),
            "{occasion}: {} customers",
            found.customers
        );
        whole += u32::from(found.customers > BEFORE);
        if world.names().contains(&"coded.csv".to_owned()) {
            assert_eq!(
                coded(&world),
                new_references(&found.references),
                "{occasion}: codes that nobody keeps"
            );
        }

        issue(&world, IMPORT);
        let after = sound(&world, &occasion);
        assert_eq!(after.customers, BEFORE + ROWS, "{occasion}: the retry is incomplete");
        assert_eq!(coded(&world), new_references(&after.references), "{occasion}");
        for (reference, code) in &found.references {
            assert_eq!(
                after.references.get(reference),
                Some(code),
                "{occasion}: {reference} got a second code"
            );
        }
        // What the killed run had written of its output went with the retry.
        let strangers = strangers(&world, &["customers.csv", "coded.csv"]);
        assert!(strangers.is_empty(), "{occasion}: {strangers:?}");
    }
    if kills == ALL {
        tell(engine(), &format!("import: {kills} kills, {whole} after the commit, 0 violations"));
    }
}

/// Runs custcode until it is killed where it would give a file its name.
#[track_caller]
fn killed_before_its_name(world: &Folder, args: &[&str]) {
    let calls = "rename,renameat,renameat2,link,linkat";
    let fault = format!("inject={calls}:signal=KILL");
    let output = traced(world, args, &["-e", &format!("trace={calls}"), "-e", &fault]);
    assert_eq!(output.status.signal(), Some(9), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The files in the making, in the working folder.
fn drafts(world: &Folder) -> Vec<String> {
    let mut names = world.names();
    names.retain(|name| name.starts_with(".custcode-"));
    names
}

#[test]
fn what_killed_runs_left_of_their_files_goes_with_the_next_one() {
    let world = company();
    world.write("customers.csv", rows::customers(50, 7));
    let deeds: &[&[&str]] = &[
        IMPORT,
        &["export", "-o", "all.csv"],
        &["store", "backup", "b.bak"],
        &["init", "--store", "other.db", "--rules", "other.toml"],
    ];
    for (number, deed) in deeds.iter().enumerate() {
        killed_before_its_name(&world, deed);
        assert_eq!(drafts(&world).len(), 1, "kill {number}: its own is left, the one before is gone");
    }
    // Whoever writes it lives.
    let held = ".custcode-0123456789abcdef.part";
    world.write(held, "a customer");
    let living = File::open(world.path(held)).expect("a draft");
    living.lock().expect("nobody else holds it");
    issue(&world, &["export", "-o", "all.csv", "--force"]);
    assert_eq!(drafts(&world), [held]);
    drop(living);
    issue(&world, &["export", "-o", "all.csv", "--force"]);
    assert_eq!(drafts(&world), [""; 0]);
}

fn start(world: &Folder) -> Child {
    world.custcode(IMPORT).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("custcode starts")
}

/// Reference and code of every row of the output.
fn coded(world: &Folder) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(world.path("coded.csv")).expect("the output is there");
    let headers = reader.headers().expect("the output has headers").clone();
    let position = |names: &[&str]| {
        headers.iter().position(|header| names.contains(&header)).expect("reference and code have columns")
    };
    let (reference, code) = (position(&["外部编号", "ref"]), position(&["客户编码", "编码", "code"]));
    let records = reader.records().map(|record| record.expect("the output is CSV"));
    records.map(|record| (record[reference].to_owned(), record[code].to_owned())).collect()
}

/// The references that came with the file.
fn new_references(all: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut new = all.clone();
    new.retain(|reference, _| !reference.starts_with("OLD:"));
    new
}
