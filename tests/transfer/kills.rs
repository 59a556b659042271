//! Copies, backups and restores killed at moments nobody chose: the source is as before, and what
//! they made is whole, absent, or refuses every use until the same command ends it.
//!
//! A few rounds run with the suite; all of them by `sh tests/run --include-ignored
//! transfer::kills`.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Stdio};

use super::{company, content, fence, many_customers, must, run, sound};
use crate::faults::killer::Killer;
use crate::support::Folder;

/// Rounds with the suite, and when asked for all.
const FEW: u32 = 12;
const ALL: u32 = 150;

/// A company with enough customers for several batches.
fn large() -> Folder {
    let folder = company();
    folder.write("many.csv", many_customers(3_000));
    must(&folder, &["import", "many.csv"]);
    folder
}

fn start(world: &Folder, args: &[&str]) -> Child {
    let mut command = world.custcode(args);
    command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("custcode starts")
}

/// Kills the command in a fresh world until it was hit `kills` times, and looks at each world.
fn struck(args: &[&str], seed: u64, kills: u32, look: impl Fn(&Folder, &str)) {
    let base = large();
    must(&base, &["store", "backup", "b.bak"]);
    let mut killer = Killer::measuring(start(&base.copy(), args), seed);
    let mut landed = 0;
    while landed < kills {
        let world = base.copy();
        if killer.strike(start(&world, args)) {
            landed += 1;
            look(&world, &format!("kill {landed}"));
        }
    }
}

/// Whether there is a ledger that somebody could take for a whole one.
fn is_refused(world: &Folder, ledger: &Path, occasion: &str) {
    let name = ledger.display().to_string();
    for args in [
        &["new", "--type", "vip", "--store", &name][..],
        &["list", "--store", &name],
        &["export", "--store", &name],
    ] {
        let status = run(world, args).status.code();
        assert_eq!(status, Some(4), "{occasion}: custcode {}", args.join(" "));
    }
}

fn copies(kills: u32) {
    const COPY: &[&str] = &["store", "copy", "custcode.db", "copy.db"];
    struck(COPY, 21, kills, |world, occasion| {
        let (source, copy) = (world.path("custcode.db"), world.path("copy.db"));
        let before = content(&source);
        sound(&source, occasion);
        assert_eq!(fence(&source), None, "{occasion}");
        if copy.exists() && fence(&copy).is_none_or(|reason| !reason.starts_with("copy of ")) {
            is_refused(world, &copy, occasion);
        }
        // Once more at another moment, then to the end.
        let mut again = start(world, COPY);
        again.kill().expect("a child can be killed");
        again.wait().expect("it ends");
        must(world, COPY);
        assert_eq!(content(&copy), before, "{occasion}");
        assert_eq!(content(&source), before, "{occasion}");
        sound(&copy, occasion);
    });
}

fn moves(kills: u32) {
    const MOVE: &[&str] = &["store", "copy", "--fence", "custcode.db", "new.db"];
    struck(MOVE, 22, kills, |world, occasion| {
        let (source, copy) = (world.path("custcode.db"), world.path("new.db"));
        sound(&source, occasion);
        let issues = |ledger: &Path| ledger.exists() && fence(ledger).is_none();
        assert!(!(issues(&source) && issues(&copy)), "{occasion}: two ledgers side by side");
        must(world, MOVE);
        assert!(issues(&copy) && !issues(&source), "{occasion}");
        assert_eq!(content(&copy), content(&source), "{occasion}");
        sound(&copy, occasion);
    });
}

fn changed_sources(kills: u32) {
    const COPY: &[&str] = &["store", "copy", "custcode.db", "copy.db"];
    struck(COPY, 23, kills, |world, occasion| {
        let (source, copy) = (world.path("custcode.db"), world.path("copy.db"));
        must(world, &["new", "--type", "vip"]);
        let output = run(world, COPY);
        if output.status.success() {
            assert_eq!(content(&copy), content(&source), "{occasion}");
            sound(&copy, occasion);
        } else {
            // It had come to its end before: a whole copy of the ledger as it was.
            assert_eq!(
                output.status.code(),
                Some(4),
                "{occasion}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            assert!(fence(&copy).is_some_and(|reason| reason.starts_with("copy of ")), "{occasion}");
        }
    });
}

fn backups(kills: u32) {
    const BACKUP: &[&str] = &["store", "backup", "new.bak"];
    struck(BACKUP, 24, kills, |world, occasion| {
        let source = world.path("custcode.db");
        let before = content(&source);
        sound(&source, occasion);
        if world.path("new.bak").exists() {
            must(world, &["store", "restore", "new.bak", "--store", "whole.db"]);
            assert_eq!(content(&world.path("whole.db")), before, "{occasion}");
        }
        assert_eq!(world.leftovers(), [""; 0], "{occasion}");
        must(world, BACKUP);
        must(world, &["store", "restore", "new.bak", "--store", "r.db"]);
        assert_eq!(content(&world.path("r.db")), before, "{occasion}");
    });
}

fn restores(kills: u32) {
    const RESTORE: &[&str] = &["store", "restore", "b.bak", "--store", "r.db"];
    struck(RESTORE, 25, kills, |world, occasion| {
        let restored = world.path("r.db");
        if !restored.exists() {
            must(world, RESTORE);
        }
        assert_eq!(content(&restored), content(&world.path("custcode.db")), "{occasion}");
        assert!(fence(&restored).is_some_and(|reason| reason.starts_with("restored ")), "{occasion}");
        sound(&restored, occasion);
    });
}

#[test]
fn a_killed_copy_is_refused_or_ended_by_repeating_it() {
    copies(FEW);
}

#[test]
fn a_killed_move_never_leaves_two_ledgers_that_issue() {
    moves(FEW);
}

#[test]
fn a_killed_copy_of_a_ledger_that_went_on_begins_again() {
    changed_sources(FEW);
}

#[test]
fn a_killed_backup_is_whole_or_absent() {
    backups(FEW);
}

#[test]
fn a_killed_restore_is_whole_or_absent() {
    restores(FEW);
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_killed_copies() {
    copies(ALL);
    changed_sources(ALL);
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_killed_moves() {
    moves(ALL);
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_killed_backups_and_restores() {
    backups(ALL);
    restores(ALL);
}
