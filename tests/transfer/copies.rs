//! `store copy`, as it is used.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{RULES, at, company, content, fence, must, refused, sound};
use crate::support::{Folder, Test};

#[test]
fn a_copy_is_compared_and_does_not_issue() {
    let done = at(company())
        .args(["store", "copy", "custcode.db", "copy.db"])
        .stdout_like("meta\t2\t[..]\nbundles\t1\t[..]\noperations\t5\t[..]\n...\ncheckpoints\t0\t[..]\n")
        .stderr_like(
            "[..] rows, 2 counters and 3 chains are alike in [DIR]/custcode.db and [DIR]/copy.db\n\
             note: [DIR]/copy.db does not issue: copy of [DIR]/custcode.db, made 2026-11-22T01:00:00Z\n",
        )
        .run();
    let (one, two) = (done.folder.path("custcode.db"), done.folder.path("copy.db"));
    assert_eq!(content(&one), content(&two));
    assert_eq!(fs::metadata(&two).expect("a file").permissions().mode() & 0o777, 0o600);
    assert_eq!(fence(&one), None);
    sound(&two, "copied");
    must(&done.folder, &["new", "--type", "vip"]);
    let complaint = refused(&done.folder, &["new", "--type", "vip", "--store", "copy.db"], 4);
    assert!(complaint.contains("hint: issue in [DIR]/custcode.db; if this copy is to issue"), "{complaint}");
}

#[test]
fn a_move_leaves_one_ledger_that_issues() {
    let done = at(company())
        .args(["store", "copy", "--fence", "custcode.db", "new.db", "--json"])
        .stdout_like(
            "{\"schema\":1,\"from\":\"[DIR]/custcode.db\",\"to\":\"[DIR]/new.db\",\"tables\":[{\"table\":\"meta\",\"rows\":2,[..]}],\
             \"counters\":2,\"chains\":3,\"resumed\":0,\"already\":false,\"fence\":null}\n",
        )
        .stderr_like("...\n")
        .run();
    let folder = done.folder;
    let complaint = refused(&folder, &["new", "--type", "vip"], 4);
    assert_eq!(
        complaint,
        "error: the ledger does not issue: moved to [DIR]/new.db\n\
         hint: write store = \"[DIR]/new.db\" in the rule file, or give --store [DIR]/new.db; a move that was interrupted goes on with \
         custcode store copy --fence LEDGER [DIR]/new.db\n"
    );
    assert_eq!(must(&folder, &["new", "--type", "vip", "--store", "new.db"]), "010003\n");
    for path in ["custcode.db", "new.db"] {
        sound(&folder.path(path), path);
    }
    // The move stands in the history of both.
    assert_eq!(must(&folder, &["list"]).lines().count(), 4);
    assert_eq!(must(&folder, &["list", "--store", "new.db"]).lines().count(), 5);
}

#[test]
fn there_and_back_it_is_the_same_ledger() {
    let folder = company();
    must(&folder, &["store", "copy", "--fence", "custcode.db", "b.db"]);
    must(&folder, &["store", "copy", "--fence", "b.db", "c.db"]);
    must(&folder, &["store", "copy", "c.db", "d.db"]);
    assert_eq!(content(&folder.path("c.db")), content(&folder.path("d.db")));
    assert_eq!(
        must(&folder, &["export", "--store", "c.db"]),
        must(&folder, &["export", "--store", "custcode.db"])
    );
    assert_eq!(must(&folder, &["new", "--type", "vip", "--store", "c.db"]), "010003\n");
}

#[test]
fn asked_again_a_whole_copy_is_compared_again() {
    let folder = company();
    must(&folder, &["store", "copy", "custcode.db", "copy.db"]);
    let before = fs::read(folder.path("copy.db")).expect("a file");
    let done = at(folder)
        .args(["store", "copy", "custcode.db", "copy.db"])
        .stdout_like("...\n")
        .stderr_like("[DIR]/copy.db was whole already; nothing was copied\n...\n")
        .run();
    assert_eq!(fs::read(done.folder.path("copy.db")).expect("a file"), before);
    let folder = done.folder;
    must(&folder, &["store", "copy", "--fence", "custcode.db", "new.db"]);
    must(&folder, &["store", "copy", "--fence", "custcode.db", "new.db"]);
    assert_eq!(fence(&folder.path("new.db")), None);
}

#[test]
fn a_place_with_something_else_is_refused_before_the_ledger_is_fenced() {
    let folder = company();
    let other = Test::new().rules(RULES).args(["new", "--type", "vip"]).stdout("010001\n").run().folder;
    fs::copy(other.path("custcode.db"), folder.path("other.db")).expect("copied");
    must(&folder, &["store", "copy", "custcode.db", "rehearsal.db"]);
    must(&folder, &["store", "copy", "custcode.db", "unfenced.db"]);
    must(&folder, &["store", "unfence", "--nothing-lost", "--yes", "--store", "unfenced.db"]);
    folder.write("text.db", "no ledger");
    for (to, status, reason) in [
        (
            "other.db",
            4,
            "error: [DIR]/other.db is a ledger with codes of its own; nothing is written over it\n",
        ),
        (
            "rehearsal.db",
            4,
            "error: [DIR]/rehearsal.db is a whole copy of this ledger that was made without --fence; ",
        ),
        ("unfenced.db", 4, "error: [DIR]/unfenced.db is this same ledger, and it was written to since; "),
        ("text.db", 3, "error: text.db: not a custcode ledger, nor any SQLite file\n"),
        ("custcode.db", 2, "error: the ledger and its copy are one place\n"),
        ("missing/new.db", 3, "error: "),
    ] {
        let before = fs::read(folder.path(to)).ok();
        let complaint = refused(&folder, &["store", "copy", "--fence", "custcode.db", to], status);
        assert!(complaint.starts_with(reason), "{complaint}");
        assert_eq!(fs::read(folder.path(to)).ok(), before, "{to} was changed");
    }
    assert_eq!(must(&folder, &["new", "--type", "vip"]), "010003\n");
}

#[test]
fn an_empty_ledger_can_be_filled() {
    let folder = company();
    let empty = Test::new().rules(RULES).args(["list"]).run().folder;
    fs::copy(empty.path("custcode.db"), folder.path("empty.db")).expect("copied");
    must(&folder, &["store", "copy", "custcode.db", "empty.db"]);
    assert_eq!(content(&folder.path("empty.db")), content(&folder.path("custcode.db")));
}

#[test]
fn a_moved_or_restored_ledger_is_not_moved_on() {
    let folder = company();
    must(&folder, &["store", "copy", "--fence", "custcode.db", "new.db"]);
    let complaint = refused(&folder, &["store", "copy", "--fence", "custcode.db", "third.db"], 4);
    assert!(
        complaint.starts_with("error: the ledger does not issue: moved to [DIR]/new.db\n"),
        "{complaint}"
    );
    assert!(!folder.path("third.db").exists());
    must(&folder, &["store", "copy", "custcode.db", "third.db"]);
    must(&folder, &["store", "backup", "b.bak", "--store", "new.db"]);
    must(&folder, &["store", "restore", "b.bak", "--store", "r.db"]);
    refused(&folder, &["store", "copy", "--fence", "r.db", "fourth.db"], 4);
    assert!(!folder.path("fourth.db").exists());
}

#[test]
fn a_missing_ledger_is_named() {
    let folder = Folder::new();
    let complaint = refused(&folder, &["store", "copy", "none.db", "copy.db"], 3);
    assert!(
        complaint.starts_with("error: there is no ledger at [DIR]/none.db that could be copied\n"),
        "{complaint}"
    );
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn a_ledger_that_was_edited_behind_the_tools_back_is_not_moved() {
    let folder = company();
    folder.unasked("it is edited in SQL");
    let ledger = rusqlite::Connection::open(folder.path("custcode.db")).expect("a ledger");
    ledger.execute("UPDATE customers SET name = 'other' WHERE id = 1", []).expect("edited");
    drop(ledger);
    let complaint = refused(&folder, &["store", "copy", "--fence", "custcode.db", "new.db"], 3);
    assert!(complaint.starts_with("error: [DIR]/custcode.db does not pass its check: "), "{complaint}");
    assert!(
        complaint.contains("hint: custcode store check --store [DIR]/custcode.db names everything"),
        "{complaint}"
    );
    assert!(!folder.path("new.db").exists());
    assert_eq!(fence(&folder.path("custcode.db")), None);
    // What is there can be saved all the same.
    refused(&folder, &["store", "backup", "b.bak"], 1);
    assert!(folder.path("b.bak").exists());
}
