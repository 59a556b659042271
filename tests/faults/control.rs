//! The control: the same killer and the same checker on a ledger whose writer keeps no rollback
//! journal must find damage.
//!
//! The writer is the `sqlite3` program, which adds customers, codes and their counter in one
//! transaction. With the journal the kills leave nothing to find; without it they do, so a silent
//! checker means a sound ledger and no blindness.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use rusqlite::Connection;

use super::killer::Killer;
use crate::support::ledger::migrations;
use crate::support::{Folder, Ledger, skipped_on_postgres};

const ROWS: u64 = 20_000;

#[test]
fn checker_finds_nothing_when_the_writer_keeps_a_journal() {
    if skipped_on_postgres("the journal of a file") {
        return;
    }
    let damaged = damage_after_kills("DELETE", 20);
    assert!(damaged.is_empty(), "{damaged:#?}");
}

#[test]
fn checker_finds_the_damage_when_the_writer_keeps_no_journal() {
    if skipped_on_postgres("the journal of a file") {
        return;
    }
    let damaged = damage_after_kills("OFF", 20);
    assert!(!damaged.is_empty(), "20 kills without a journal, and the checker saw nothing");
}

/// What the checker says after each kill that did damage.
fn damage_after_kills(journal: &str, kills: u32) -> Vec<Vec<String>> {
    let base = Folder::new();
    make_ledger(&base.path("custcode.db")).expect("the migrations run");
    let mut killer = Killer::measuring(start(&base.copy(), journal), 13);
    let mut damaged = Vec::new();
    let mut landed = 0;
    while landed < kills {
        let world = base.copy();
        if !killer.strike(start(&world, journal)) {
            continue;
        }
        landed += 1;
        let mut found = Ledger::read_in(&world);
        if ![0, ROWS].contains(&found.customers) {
            found.damage.push(format!("{} of {ROWS} customers", found.customers));
        }
        if !found.damage.is_empty() {
            damaged.push(found.damage);
        }
    }
    damaged
}

/// A ledger without customers, with all that one transaction of the writer needs.
fn make_ledger(path: &Path) -> rusqlite::Result<()> {
    let db = Connection::open(path)?;
    for text in migrations("sqlite") {
        db.execute_batch(&text)?;
    }
    db.execute_batch(
        "INSERT INTO bundles VALUES ('d', '', '', '2026-11-22T01:00:00Z', 'li');
         INSERT INTO sequences (id, rule, scope, last) VALUES (1, 'customer', '[\"01\"]', 0);",
    )
}

fn start(world: &Folder, journal: &str) -> Child {
    // The small cache makes SQLite write pages long before the commit, as a large import does.
    let transaction = format!(
        "PRAGMA journal_mode = {journal}; PRAGMA cache_size = -100; PRAGMA synchronous = OFF;
         BEGIN IMMEDIATE;
         INSERT INTO operations (id, at, command, actor, os_user, host, bundle, rows)
             VALUES (1, '2026-11-22T01:00:00Z', 'import', 'li', 'li', 'office', 'd', {ROWS});
         CREATE TEMP TABLE n AS
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) SELECT i FROM n;
         INSERT INTO customers (id, name, fields, attributes, date, operation, row, code, salt)
             SELECT i, '华东机械有限公司' || i, '{{}}', '{{}}', '2026-11-22', 1, i, i, printf('%032x', i) FROM n;
         INSERT INTO refs (customer, reference, operation)
             SELECT i, 'CRM:' || (i * 7919 % 1000003), 1 FROM n;
         INSERT INTO codes (id, canonical, customer, sequence, number, operation)
             SELECT i, printf('01%07d', i), i, 1, i, 1 FROM n;
         UPDATE sequences SET last = {ROWS} WHERE id = 1;
         COMMIT;"
    );
    let mut command: Command = world.command("sqlite3");
    command
        .args(["-bail", "custcode.db", &transaction])
        .stdout(Stdio::null())
        .spawn()
        .expect("sqlite3 is installed (tests/setup)")
}
