//! A kill at every change that the update of an older ledger makes: it is old or new, never
//! between.

use rusqlite::Connection;

use super::syscalls::{CHANGING, system_calls, traced};
use crate::migration::company_of_version_1;
use crate::support::{Folder, Test, skipped_on_postgres};

/// The command that finds the older ledger.
const NEW: [&str; 7] = ["new", "--type", "vip", "--set", "industry=food", "--ref", "CRM:9"];

#[test]
fn an_update_killed_at_any_change_is_whole_or_never_happened() {
    if skipped_on_postgres("the older tables of a file") {
        return;
    }
    let base = company_of_version_1();
    let mut points = 0;
    for (call, times) in system_calls(&base.copy(), &NEW) {
        if !CHANGING.contains(&call.as_str()) {
            continue;
        }
        for time in 1..=times {
            survive(base.copy(), &call, &format!("inject={call}:signal=KILL:when={time}"));
            points += 1;
        }
    }
    assert!(points >= 10, "only {points} points: strace shows too little");
}

/// One kill, what it left, and the next command.
fn survive(world: Folder, call: &str, fault: &str) {
    let _ = traced(&world, &NEW, &["-e", &format!("trace={call}"), "-e", fault]);
    let version = number(&world, "PRAGMA user_version");
    assert!([1, 2].contains(&version), "{fault}: version {version}");
    let chained = number(&world, "SELECT count(*) FROM sqlite_schema WHERE name = 'links'");
    assert_eq!(chained, version - 1, "{fault}: half an update");
    if version == 2 {
        let unchained = "SELECT count(*) FROM operations WHERE id NOT IN (SELECT operation FROM links)";
        assert_eq!(number(&world, unchained), 0, "{fault}: operations without a link");
    }
    Test::within(world)
        .args(NEW)
        .stdout("01F0022\n")
        .run()
        .then()
        .args(["store", "check", "--quiet"])
        .stdout_like("checked\t\t11 operations\t\n...\n")
        .run();
}

/// One number out of the ledger, once the next to open it has rolled back what the kill left.
fn number(world: &Folder, sql: &str) -> i64 {
    let ledger = Connection::open(world.path("custcode.db")).expect("a file");
    ledger.query_row(sql, [], |row| row.get(0)).expect("an answer")
}
