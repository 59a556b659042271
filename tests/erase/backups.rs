//! A backup from before an erasure still has what was deleted: it is deleted again when a ledger is
//! made of the backup.

use super::{WHEN, known};
use crate::support::{Folder, skipped_on_postgres};

/// 王芳 is erased after a backup, and so is 01A0003, whom the backup does not know.
fn after_a_backup() -> Folder {
    known()
        .args(["store", "backup", "old.db", "--quiet"])
        .run()
        .then()
        .args(["new", "--type", "vip", "--name", "赵四"])
        .stdout("01A0003\n")
        .run()
        .then()
        .args(["erase", "01A0001", "01A0003", "--reason", "ticket 812", "--yes", "--quiet"])
        .stdout_like("01A0001\t[..]\n01A0003\tname\n")
        .run()
        .folder
}

#[test]
fn the_list_has_codes_and_times_only() {
    let folder = after_a_backup();
    crate::support::Test::within(folder)
        .args(["store", "erasures"])
        .stdout("01A0001\t2026-11-22T01:00:00Z\n01A0003\t2026-11-22T01:00:00Z\n")
        .run()
        .then()
        .args(["store", "erasures", "-o", "erasures.csv"])
        .stderr("2 erasures in erasures.csv\n")
        .run()
        .then()
        .args(["store", "erasures", "-o", "erasures.csv"])
        .stderr_like("error: erasures.csv is there already, [..]\n...\n")
        .status(4)
        .run();
}

#[test]
fn a_restored_ledger_forgets_again_before_it_issues() {
    if skipped_on_postgres("ledgers in files") {
        return;
    }
    for named in ["erasures.csv", "custcode.db"] {
        let folder = after_a_backup();
        let done = crate::support::Test::within(folder)
            .args(["store", "erasures", "-o", "erasures.csv", "--quiet"])
            .run()
            .then()
            .args(["store", "restore", "old.db", "--store", "new.db", "--erasures", named])
            .stderr_like("...\n1 customer erased again\nnote: the ledger does not issue yet: [..]\n...\n")
            .run()
            .then()
            .args(["show", "01A0001", "--store", "new.db", "--format", "plain"])
            .stdout_like("...\ncustomer\tstate\terased\t\n...\ncustomer\treason\terased before, after the backup was taken\t\n...\n")
            .run();
        let bytes = std::fs::read(done.folder.path("new.db")).expect("a ledger");
        for text in super::TEXTS.iter().filter(|text| **text != "moved away") {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{named}: {text}");
        }
        done.then()
            .args(["store", "check", "--store", "new.db", "--quiet"])
            .stdout_like("...\n")
            .run()
            .then()
            .args(["show", "01A0001", "--format", "plain"])
            .stdout_like(&format!(
                "...\nhistory\t[..]\terased: {}\tli\n",
                WHEN.rsplit(": ").next().unwrap_or_default()
            ))
            .run();
    }
}

#[test]
fn the_fence_is_not_lifted_while_an_erasure_is_due() {
    if skipped_on_postgres("ledgers in files") {
        return;
    }
    let folder = after_a_backup();
    let done = crate::support::Test::within(folder)
        .args(["store", "restore", "old.db", "--store", "new.db"])
        .stderr_like("...\n")
        .run();
    // As if the restore had been killed before it erased anybody.
    let ledger = rusqlite::Connection::open(done.folder.path("new.db")).expect("a ledger");
    ledger.execute("INSERT INTO meta (key, value) VALUES ('erasures_due', '01A0001')", []).expect("written");
    drop(ledger);
    done.then()
        .args(["store", "unfence", "--nothing-lost", "--yes", "--store", "new.db", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["list", "--state", "erased", "--store", "new.db"])
        .stdout_like("01A0001\t[..]\n")
        .run();
}

#[test]
fn what_is_no_list_is_refused_before_anything_is_made() {
    if skipped_on_postgres("ledgers in files") {
        return;
    }
    let folder = after_a_backup();
    crate::support::Test::within(folder)
        .file("other.csv", "name\n王芳\n")
        .args(["store", "restore", "old.db", "--store", "new.db", "--erasures", "other.csv"])
        .stderr(
            "error: other.csv is no list of erasures: it has no column code\n\
             hint: custcode store erasures -o FILE, with the ledger that was erased from, writes one\n",
        )
        .status(2)
        .run()
        .then()
        .args(["store", "info", "--store", "new.db"])
        .stderr_like("error: there is no ledger at new.db\n...\n")
        .status(3)
        .run();
}
