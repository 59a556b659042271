//! What an erasure promises is looked for by `store check`: nothing personal is left, and nothing
//! is gone that nobody erased.

use super::{erased, known};
use crate::support::{Test, skipped_on_postgres};

/// What a statement in somebody's hand does to the ledger is found.
#[track_caller]
fn found(company: Test, sql: &str, finding: &str) {
    let done = company.args(["rules", "show"]).stdout_like("...\n").run();
    let ledger = rusqlite::Connection::open(done.folder.path("custcode.db")).expect("a ledger");
    ledger.execute_batch(sql).expect("written");
    drop(ledger);
    done.folder.unasked("a row was altered by hand");
    let check =
        done.folder.custcode(["store", "check", "--format", "plain"]).output().expect("custcode starts");
    let text = String::from_utf8_lossy(&check.stdout).into_owned();
    assert_eq!(check.status.code(), Some(1), "{sql}: {text}");
    assert!(text.contains(finding), "{sql}: {finding:?} is not in\n{text}");
}

#[test]
fn a_salt_that_is_gone_without_an_erasure_is_damage() {
    if skipped_on_postgres("the tables of the file") {
        return;
    }
    found(
        known(),
        "UPDATE customers SET salt = NULL WHERE id = 1",
        "its salt or its state says that it was erased, but no operation erased it",
    );
    found(
        known(),
        "UPDATE customers SET state = 'erased' WHERE id = 1",
        "its salt or its state says that it was erased, but no operation erased it",
    );
}

#[test]
fn a_text_that_is_there_in_spite_of_an_erasure_is_damage() {
    if skipped_on_postgres("the tables of the file") {
        return;
    }
    let left = |what: &str| format!("it was erased, but {what} is still there");
    for (sql, what) in [
        ("UPDATE customers SET name = '王芳' WHERE id = 1", "something of it"),
        ("UPDATE customers SET salt = '00' WHERE id = 1", "something of it"),
        ("UPDATE customers SET attributes = '{\"phone\":\"1\"}' WHERE id = 1", "something of it"),
        ("UPDATE changes SET before = '王芳' WHERE customer = 1 AND attribute = 'name'", "a former value"),
        ("UPDATE changes SET reason = '王芳' WHERE customer = 1 AND attribute = 'name'", "a former value"),
        ("UPDATE refs SET reference = 'CRM-4711', commitment = NULL WHERE id = 1", "a reference"),
    ] {
        found(erased().then(), sql, &left(what));
    }
}

#[test]
fn an_erasure_that_was_altered_or_made_by_hand_is_found() {
    if skipped_on_postgres("the tables of the file") {
        return;
    }
    for sql in [
        "UPDATE erasures SET reason = 'another one'",
        "UPDATE erasures SET commitment = (SELECT before FROM revisions LIMIT 1)",
        "UPDATE refs SET commitment = 'x' WHERE customer = 1",
        "UPDATE changes SET commitment = 'x' WHERE customer = 1",
        "DELETE FROM erasures",
    ] {
        found(erased().then(), sql, "it is not what was hashed when it was written");
    }
}
