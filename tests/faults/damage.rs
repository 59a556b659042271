//! The other control: damage done by hand, one kind at a time, is seen by the checker on either
//! engine.

use rusqlite::Connection;

use super::{checked, company};
use crate::support::ledger::migrations;
use crate::support::{Cluster, Folder, Ledger, Tables};

/// Two customers with a code each, written by one operation.
const ROWS: &str = "
    INSERT INTO bundles VALUES ('d', '', '', '2026-11-22T01:00:00Z', 'li');
    INSERT INTO operations (id, at, command, actor, os_user, host, bundle, rows)
        VALUES (1, '2026-11-22T01:00:00Z', 'new', 'li', 'li', 'office', 'd', 2);
    INSERT INTO sequences (id, rule, scope, last) VALUES (1, 'r', '[]', 2);
    INSERT INTO customers (id, fields, attributes, date, operation, code)
        VALUES (1, '{}', '{}', '2026-11-22', 1, 1), (2, '{}', '{}', '2026-11-22', 1, 2);
    INSERT INTO refs (id, customer, reference, operation) VALUES (1, 1, 'A', 1), (2, 2, 'B', 1);
    INSERT INTO codes (id, canonical, customer, sequence, number, operation)
        VALUES (1, 'N1', 1, 1, 1, 1), (2, 'N2', 2, 1, 2, 1);";

/// What somebody does, and what the checker says of it.
const DEEDS: &[(&str, &str)] = &[
    ("DROP INDEX codes_canonical", "lost from the schema: index codes_canonical"),
    ("DROP TABLE checkpoints", "lost from the schema: table checkpoints"),
    ("UPDATE codes SET operation = 99 WHERE id = 1", "1 rows name a row that does not exist"),
    (
        "DROP INDEX codes_canonical; UPDATE codes SET canonical = 'N1' WHERE id = 2",
        "codes that stand there twice: 1",
    ),
    ("DROP INDEX refs_reference; UPDATE refs SET reference = 'A'", "references that stand there twice: 1"),
    ("UPDATE codes SET customer = 1 WHERE id = 2", "customers with several current codes: 1"),
    ("DELETE FROM codes WHERE id = 2", "customers without a current code: 1"),
    ("UPDATE customers SET code = 1", "customers whose current code is another's or none: 1"),
    ("UPDATE operations SET rows = 3", "rows that no operation accounts for: 1"),
    ("UPDATE sequences SET last = 1 WHERE id = 1", "[]: the counter is at 1, but 2 is in use"),
    ("UPDATE sequences SET last = 7 WHERE id = 1", "[]: nobody knows about 3..=7"),
];

#[test]
fn each_kind_of_damage_is_seen() {
    let whole = Folder::new();
    lay_tables(&whole);
    Tables::alter(&whole, ROWS);
    let ledger = Ledger::sound_in(&whole, "nobody did anything");
    assert_eq!(ledger.codes, ["N1", "N2"]);
    assert_eq!(ledger.references.len() as u64, ledger.customers);

    for (deed, expected) in DEEDS {
        let world = whole.copy();
        Tables::alter(&world, deed);
        let seen = Ledger::read_in(&world).damage;
        assert!(seen.iter().any(|damage| damage.contains(expected)), "{deed}: {seen:#?}");
    }
}

/// What somebody does to a ledger of the program itself.
const TAMPERING: &[&str] = &[
    "DELETE FROM customers WHERE operation = 2; DELETE FROM codes WHERE operation = 2; \
     DELETE FROM links WHERE operation = 2; DELETE FROM operations WHERE id = 2",
    "DELETE FROM codes WHERE operation = 3",
    "DROP INDEX codes_canonical; UPDATE codes SET canonical = (SELECT canonical FROM codes AS c WHERE c.id = 1) \
     WHERE codes.id = 2",
    "UPDATE sequences SET last = 1",
];

#[test]
fn store_check_sees_what_was_taken_away_or_doubled() {
    let whole = company();
    checked(&whole, "nobody did anything");
    for deed in TAMPERING {
        let world = whole.copy();
        Tables::alter(&world, deed);
        let output = world.custcode(["store", "check"]).output().expect("custcode starts");
        let found = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{deed}: {found}");
    }
}

/// The tables by the migrations alone, without the program.
fn lay_tables(folder: &Folder) {
    if let Some(database) = folder.database() {
        let mut client = Cluster::shared().client(database.name());
        let begin = "CREATE SCHEMA custcode; SET search_path = custcode;";
        client.batch_execute(&(begin.to_owned() + &migrations("postgres").concat())).expect("tables");
    } else {
        let file = Connection::open(folder.path("custcode.db")).expect("a file");
        file.execute_batch(&migrations("sqlite").concat()).expect("tables");
    }
}
