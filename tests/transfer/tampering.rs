//! A backup that is not as it was written is refused, and nothing is made of it.

use std::fs;

use custcode::registry::transfer::restore::{Input, RestoreRequest, restore};
use custcode::store::{Location, Options};

use super::{Nobody, company, must, refused};
use crate::support::{Folder, Random};

/// A company with its backup in `b.bak`.
fn saved() -> (Folder, Vec<u8>) {
    let folder = company();
    must(&folder, &["store", "backup", "b.bak"]);
    let bytes = fs::read(folder.path("b.bak")).expect("a backup");
    (folder, bytes)
}

/// What restoring these bytes is refused with; nothing is left of it.
#[track_caller]
fn complaint(folder: &Folder, bytes: &[u8]) -> Option<String> {
    let (file, target) = (folder.path("tampered"), folder.path("r.db"));
    let name = file.display().to_string();
    let backup = Input { name: &name, bytes: Box::new(bytes), length: None };
    let (to, options) = (Location::Sqlite(target.clone()), Options::default());
    // Also where somebody says yes.
    let request = RestoreRequest { backup, to: &to, options: &options, yes: true, erasures: &[] };
    let error = restore(request, &mut Nobody).err()?.to_string();
    assert!(!target.exists(), "{error}");
    assert!(error.starts_with(&format!("{} cannot be restored: ", file.display())), "{error}");
    Some(error)
}

#[test]
fn every_flipped_bit_is_seen() {
    let (folder, good) = saved();
    let mut random = Random::new(5);
    for round in 0..400 {
        let mut bytes = good.clone();
        // Every byte of the file's header and of its last line, then any.
        let place = match round {
            0..100 => round,
            100..220 => good.len() - 1 - (round - 100),
            _ => usize::try_from(random.below(good.len() as u64)).expect("fits"),
        };
        bytes[place] ^= 1 << random.below(8);
        assert!(complaint(&folder, &bytes).is_some(), "byte {place} of {}", good.len());
    }
}

#[test]
fn every_cut_and_every_addition_is_seen() {
    let (folder, good) = saved();
    let mut random = Random::new(6);
    let pages = (8_192..good.len()).step_by(8_192);
    let within = (0..60).map(|_| usize::try_from(random.below(good.len() as u64)).expect("fits"));
    for length in pages.chain(within).chain([good.len() - 1]).filter(|length| *length > 0) {
        assert!(complaint(&folder, &good[..length]).is_some(), "{length} of {} bytes", good.len());
    }
    for more in [&b"\n"[..], &good[good.len() - 112..], &good] {
        assert!(complaint(&folder, &[&good[..], more].concat()).is_some(), "{} bytes more", more.len());
    }
}

#[test]
fn what_was_changed_by_a_program_is_seen() {
    let (folder, _) = saved();
    folder.unasked("a backup is edited in SQL");
    for sql in ["UPDATE customers SET name = 'other' WHERE id = 1", "VACUUM", "PRAGMA journal_mode = WAL"] {
        fs::copy(folder.path("b.bak"), folder.path("c.bak")).expect("a copy");
        folder.command("chmod").args(["600", "c.bak"]).status().expect("coreutils");
        let changed = folder.command("sqlite3").args(["c.bak", sql]).output().expect("sqlite3");
        assert!(changed.status.success(), "{}", String::from_utf8_lossy(&changed.stderr));
        assert_eq!(
            refused(&folder, &["store", "restore", "c.bak", "--store", "r.db"], 3),
            "error: c.bak cannot be restored: not as it was written: cut off, damaged or changed since\n\
             hint: take an older backup, or a copy of this one from elsewhere; custcode store check --store c.bak tells what is \
             wrong with it\n"
        );
        fs::remove_file(folder.path("c.bak")).expect("removed");
    }
}

#[test]
fn other_files_are_no_backups() {
    let (folder, _) = saved();
    folder.write("customers.csv", "name\nA\n");
    folder.write("empty", "");
    folder.write(
        "old.jsonl",
        "{\"custcode_backup\":1,\"program\":\"0.1.0\",\"at\":\"2026-11-22T01:00:00Z\"}\n",
    );
    let other = folder.command("sqlite3").args(["other.sqlite", "CREATE TABLE t (a)"]).status();
    assert!(other.expect("sqlite3").success());
    let elsewhere = "take an older backup, or a copy of this one from elsewhere";
    for (file, reason, hint) in [
        ("customers.csv", "no SQLite file", elsewhere),
        ("empty", "no SQLite file", elsewhere),
        (
            "old.jsonl",
            "a backup of the first form (JSON Lines), which custcode 0.1.0 wrote",
            "restore it with the program that wrote it, export its customers there, and import them here",
        ),
        ("custcode.db", "a ledger, not a backup", "custcode store copy custcode.db LEDGER"),
        (
            "other.sqlite",
            "not as it was written: cut off, damaged or changed since",
            "take an older backup, or a copy of this one from elsewhere; custcode store check --store other.sqlite tells what \
             is wrong with it",
        ),
    ] {
        let complaint = refused(&folder, &["store", "restore", file, "--store", "r.db"], 3);
        assert_eq!(complaint, format!("error: {file} cannot be restored: {reason}\nhint: {hint}\n"));
    }
    assert!(!folder.path("r.db").exists());
}
