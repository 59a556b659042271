//! What goes wrong outside: killed writers, full disks, missing permissions, damaged files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use custcode::store::{self, Access, Error, Intent, Location};

use super::{Ledger, PATIENT, add, code, customer, operation};
use crate::support::{Folder, skipped_on_postgres};

/// A copy of the files as a kill would leave them: the journal is on disk, parts of the new rows in
/// the ledger.
fn killed_in_a_write() -> Ledger {
    let ledger = Ledger::new();
    ledger.fill(Intent::Small, 1, 10);
    let killed = Ledger { folder: Folder::new() };
    killed.folder.unasked("rows are put there without rules");
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Bulk(30_000), "import", PATIENT).expect("a free ledger");
    add(&mut *writing, 11, 30_000);
    for name in ["custcode.db", "custcode.db-journal"] {
        fs::copy(ledger.folder.path(name), killed.folder.path(name)).expect("a copy");
    }
    assert!(
        fs::metadata(killed.path()).expect("a file").len() > 1_000_000,
        "rows were written before the kill"
    );
    killed
}

#[test]
fn a_killed_write_is_rolled_back_by_the_next_reader_or_writer() {
    if skipped_on_postgres("the file and its disk") {
        return;
    }
    for access in [Access::Read, Access::Write] {
        let ledger = killed_in_a_write();
        let mut store = store::open(&ledger.location(), access).expect("the ledger");
        assert_eq!(store.read().expect("a view").totals().expect("counts"), (10, 10));
        assert!(!ledger.folder.path("custcode.db-journal").exists());
        ledger.assert_sound();
    }
    let ledger = killed_in_a_write();
    ledger.fill(Intent::Small, 11, 1);
    ledger.assert_sound();
}

#[test]
fn reading_never_writes() {
    if skipped_on_postgres("the file and its disk") {
        return;
    }
    let ledger = Ledger::new();
    ledger.fill(Intent::Small, 1, 10);
    let before = fs::read(ledger.path()).expect("the file");
    fs::remove_file(ledger.folder.path("custcode.db.lock")).expect("the queue");
    let mut store = store::open(&ledger.location(), Access::Read).expect("the ledger");
    assert_eq!(store.read().expect("a view").totals().expect("counts"), (10, 10));
    let error = store.write(Intent::Small, "new", PATIENT).err().expect("a refusal").to_string();
    assert!(error.ends_with("cannot be written: it was opened for reading only"), "{error}");
    drop(store);
    assert_eq!(fs::read(ledger.path()).expect("the file"), before);
    assert_eq!(fs::read_dir(ledger.folder.path("")).expect("a folder").count(), 1);
}

#[test]
fn what_cannot_be_written_can_still_be_read() {
    if skipped_on_postgres("the file and its disk") {
        return;
    }
    let ledger = Ledger::new();
    ledger.fill(Intent::Small, 1, 10);
    let permit = |file, folder| {
        fs::set_permissions(ledger.path(), fs::Permissions::from_mode(file)).expect("a mode");
        fs::set_permissions(ledger.folder.path(""), fs::Permissions::from_mode(folder)).expect("a mode");
    };
    for (file, folder, refusal) in [(0o400, 0o700, "the file"), (0o600, 0o500, "its journal has to stand")] {
        permit(file, folder);
        let mut store = store::open(&ledger.location(), Access::Read).expect("the ledger");
        assert_eq!(store.read().expect("a view").totals().expect("counts"), (10, 10));
        // The superuser is not held back by modes.
        if !rustix::process::geteuid().is_root() {
            let error = store::open(&ledger.location(), Access::Write).err().expect("a refusal").to_string();
            assert!(error.contains("no permission to write") && error.contains(refusal), "{error}");
        }
        permit(0o600, 0o700);
    }
}

#[test]
fn a_damaged_ledger_says_so() {
    if skipped_on_postgres("the file and its disk") {
        return;
    }
    let ledger = Ledger::new();
    ledger.fill(Intent::Small, 1, 2_000);
    let mut bytes = fs::read(ledger.path()).expect("the file");
    let rows = 20 * 8192;
    bytes[rows..].fill(0xa5);
    fs::write(ledger.path(), bytes).expect("the file");
    let mut store = ledger.open();
    let error =
        store.read().expect("a view").scan(&custcode::store::Filter::default(), &mut |_| Ok(())).err();
    let Some(Error::Unusable { reason, .. }) = error else { panic!("{error:?}") };
    assert!(reason.starts_with("the ledger is damaged"), "{reason}");
}

/// Writes through a store on a file system of two megabytes. Making one takes rights that not every
/// tester has.
#[test]
fn a_full_disk_ends_the_write_at_once_and_changes_nothing() {
    if skipped_on_postgres("the file and its disk") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=2m", "custcode-test"])
        .arg(folder.path())
        .output()
        .is_ok_and(|output| output.status.success());
    if !mounted {
        return;
    }
    let _unmount = Unmount(folder.path());
    let location = Location::Sqlite(folder.path().join("custcode.db"));
    let mut store = store::create(&location).expect("a new ledger");
    let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a free ledger");
    writing.adopt(&super::bundle("rules")).expect("a bundle");
    writing.commit().expect("a commit");
    for intent in [Intent::Small, Intent::Bulk(100_000)] {
        let mut writing = store.write(intent, "import", PATIENT).expect("a free ledger");
        let by = writing.begin_operation(&operation(None)).expect("an operation");
        let counter = writing.take(&super::SCOPE).expect("a counter").id;
        let name = "x".repeat(4_000);
        let failed = (1..2_000).find_map(|number| {
            let text = format!("01A{number}");
            writing.put(&customer(None, &name, by), &code(&text, counter, number)).err()
        });
        let Some(Error::Full { detail }) = failed else { panic!("{failed:?}") };
        assert!(detail.contains(&folder.path().display().to_string()), "{detail}");
        // The transaction is gone; nothing may slip in after it.
        assert!(writing.put(&customer(None, "late", by), &code("late", counter, 1)).is_err());
        assert!(writing.take(&super::ScopeKey { rule: "late", scope: "[]" }).is_err());
        assert!(writing.commit().is_err());
        let mut view = store.read().expect("a view");
        assert_eq!(view.totals().expect("counts"), (0, 0));
        assert!(view.counters().expect("counters").is_empty());
    }
}

struct Unmount<'a>(&'a std::path::Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0).status();
    }
}

/// Puts a copy of the ledger, as an older one would be, in its place.
fn replace(ledger: &Ledger) {
    let other = ledger.folder.path("older.db");
    fs::copy(ledger.path(), &other).expect("a copy");
    fs::rename(other, ledger.path()).expect("a file in its place");
}

#[test]
fn nothing_is_committed_to_a_file_that_lost_its_name() {
    if skipped_on_postgres("the name of a file") {
        return;
    }
    for (deed, told) in [
        (replace as fn(&Ledger), "another file was put in its place"),
        (|ledger| fs::remove_file(ledger.path()).expect("a file"), "it was moved away or deleted"),
    ] {
        for intent in [Intent::Small, Intent::Bulk(3_000)] {
            let ledger = Ledger::new();
            ledger.fill(Intent::Small, 1, 3);
            let mut store = ledger.open();
            let mut writing = store.write(intent, "import", PATIENT).expect("a free ledger");
            add(&mut *writing, 4, 10);
            deed(&ledger);
            let error = writing.commit().expect_err("a refusal");
            assert!(matches!(&error, Error::Unusable { reason, .. } if reason.starts_with(told)), "{error}");
            // Nor is anything begun or read on that connection.
            for error in [store.write(intent, "new", PATIENT).err(), store.read().err()] {
                let error = error.expect("a refusal");
                assert!(
                    matches!(&error, Error::Unusable { reason, .. } if reason.starts_with(told)),
                    "{error}"
                );
            }
        }
    }
}

#[test]
fn who_waited_for_a_file_that_was_replaced_is_told_so() {
    if skipped_on_postgres("the name of a file") {
        return;
    }
    let ledger = Ledger::new();
    let mut holding = ledger.open();
    let held = holding.write(Intent::Small, "import", PATIENT).expect("a free ledger");
    let location = ledger.location();
    std::thread::scope(|scope| {
        let (sender, begun) = std::sync::mpsc::channel();
        let waited_for = ledger.location();
        let waits = scope.spawn(move || {
            let mut waiting = store::open(&waited_for, Access::Write).expect("the ledger");
            sender.send(()).expect("somebody listens");
            waiting.write(Intent::Small, "new", PATIENT).err().expect("a refusal").to_string()
        });
        begun.recv().expect("the other thread runs");
        replace(&ledger);
        drop(held);
        let told = waits.join().expect("no panic");
        assert!(told.starts_with(&format!("{location}: another file was put in its place while")), "{told}");
    });
}

#[test]
fn a_journal_without_its_ledger_is_named_and_stays() {
    if skipped_on_postgres("the journal of a file") {
        return;
    }
    crate::support::Test::new()
        .file("custcode.db-journal", "left")
        .args(["init", "--quiet"])
        .status(3)
        .stderr(
            "error: [DIR]/custcode.db: [DIR]/custcode.db-journal is left of a ledger that was moved away or deleted, and would be \
             played into a new one\nhint: put the ledger back beside it; if it is gone for good, move what is left away: mv \
             [DIR]/custcode.db-journal [DIR]/custcode.db-journal.old\n",
        )
        .run();
}
