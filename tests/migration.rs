//! Ledgers that an older custcode wrote: updated whole by the first command that writes, and
//! chained as if they always had been.

use rusqlite::Connection;

use crate::support::{Folder, Test, ledger::migrations};

/// A company whose ledger was written by a custcode of version 1: twelve customers but one, in ten
/// operations.
pub(crate) fn company_of_version_1() -> Folder {
    let folder = Folder::sqlite();
    folder.write("rules.toml", include_str!("migration/rules.toml"));
    let ledger = connect(&folder);
    ledger.execute_batch(&migrations("sqlite")[0]).expect("the first tables");
    ledger.execute_batch(include_str!("migration/version_1.sql")).expect("the rows");
    drop(ledger);
    make_private(&folder);
    folder
}

/// As custcode makes its ledgers.
fn make_private(folder: &Folder) {
    use std::os::unix::fs::PermissionsExt as _;
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(folder.path("custcode.db"), private).expect("a file of one's own");
}

fn connect(folder: &Folder) -> Connection {
    Connection::open(folder.path("custcode.db")).expect("a file")
}

/// One number out of the ledger's file.
fn number(folder: &Folder, sql: &str) -> i64 {
    connect(folder).query_row(sql, [], |row| row.get(0)).expect("an answer")
}

#[test]
fn what_was_written_before_is_chained_with_the_first_write() {
    let done = Test::within(company_of_version_1())
        .args(["new", "--type", "vip", "--set", "industry=food", "--name", "新"])
        .stdout("01F0022\n")
        .run();
    assert_eq!(number(&done.folder, "PRAGMA user_version"), 2);
    // Each operation has a link, the one with rows in two scopes two.
    assert_eq!(number(&done.folder, "SELECT count(*) FROM links"), 12);
    assert_eq!(number(&done.folder, "SELECT count(DISTINCT operation) FROM links"), 11);
    done.then()
        .args(["store", "check"])
        .stdout_like("checked\t\t11 operations\t\nchecked\t\t12 links\t\nchecked\t\t12 codes\t\n...\n")
        .stderr("nothing was lost, doubled or altered\n")
        .run();
}

#[test]
fn a_change_of_what_was_written_before_is_found_as_any_other() {
    let done = Test::within(company_of_version_1())
        .args(["new", "--type", "regular", "--set", "industry=food"])
        .stdout("02F0002\n")
        .run();
    done.folder.unasked("it is edited in SQL");
    connect(&done.folder)
        .execute("UPDATE customers SET name = '戊' WHERE name = '甲'", [])
        .expect("a change");
    done.then()
        .args(["store", "check"])
        .status(1)
        .stdout_like("...\noperation\t8\tcounter graded 01, F: [..]\n")
        .stderr("1 finding\n")
        .run();
}

#[test]
fn reading_waits_for_the_update() {
    Test::within(company_of_version_1())
        .args(["list"])
        .status(3)
        .stderr("error: [DIR]/custcode.db: its tables have version 1, not 2; the next write updates them\n")
        .run();
}

#[test]
fn a_newer_ledger_is_refused_and_left_alone() {
    let folder = company_of_version_1();
    folder.unasked("a newer program's");
    connect(&folder).execute_batch("PRAGMA user_version = 3").expect("a newer version");
    for command in [&["new", "--type", "vip", "--set", "industry=food"][..], &["store", "check"]] {
        let refused = Test::within(folder.copy())
            .args(command.iter().copied())
            .status(3)
            .stderr("error: [DIR]/custcode.db: its tables have version 3, this program knows 2; use a newer custcode\n")
            .run();
        assert_eq!(number(&refused.folder, "PRAGMA user_version"), 3);
        assert_eq!(number(&refused.folder, "SELECT count(*) FROM codes"), 11);
    }
}
