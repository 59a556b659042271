//! Edits in SQL behind the tool's back: each is found, and the operation that wrote it is named.

use super::{company, expect, found, tamper};

/// What is done, the kind of finding and the operation that must be named.
const EDITS: &[(&str, &str, i64)] = &[
    // Customers.
    (
        "UPDATE customers SET name = '华东机械厂' WHERE id = (SELECT customer FROM refs WHERE reference = 'CRM:1')",
        "operation",
        1,
    ),
    ("UPDATE customers SET name = NULL WHERE name = '南方'", "operation", 5),
    ("UPDATE customers SET salt = printf('%032d', 7) WHERE name = '南方'", "operation", 5),
    ("UPDATE customers SET salt = NULL WHERE name = '南方'", "erasure", 5),
    // References.
    ("UPDATE refs SET reference = 'CRM:99' WHERE reference = 'CRM:11'", "operation", 10),
    ("DELETE FROM refs WHERE reference = 'CRM:11'", "operation", 10),
    ("UPDATE refs SET reference = 'CRM:99' WHERE reference = 'CRM:2'", "reference", 11),
    ("UPDATE refs SET dropped = 11 WHERE reference = 'CRM:2'", "reference", 11),
    ("UPDATE customers SET date = '2026-11-21' WHERE name = '唯一'", "operation", 7),
    ("UPDATE customers SET fields = replace(fields, 'vip', 'regular') WHERE name = '唯一'", "operation", 7),
    ("UPDATE customers SET attributes = '{\"电话\":\"1\"}' WHERE name = '丙'", "operation", 10),
    ("UPDATE customers SET row = 2 WHERE name = '丙'", "operation", 10),
    ("UPDATE customers SET state = 'retired' WHERE name = '南方'", "operation", 5),
    ("UPDATE customers SET operation = 5 WHERE name = '一次'", "operation", 6),
    // One that was edited by commands, too: its birth is proved by what they left, its present by
    // the last of them.
    (
        "UPDATE customers SET name = 'Brian' WHERE id = (SELECT customer FROM refs WHERE reference = 'CRM:2')",
        "customer",
        11,
    ),
    ("UPDATE revisions SET before = after WHERE id = 1", "operation", 4),
    ("UPDATE revisions SET before = after WHERE id = 2", "customer", 11),
    ("UPDATE changes SET before = 'Brian' WHERE attribute = 'name'", "operation", 4),
    ("UPDATE changes SET attribute = 'fax' WHERE attribute = 'phone'", "operation", 4),
    ("UPDATE changes SET customer = 1 WHERE attribute = 'ref'", "operation", 11),
    // Codes.
    ("UPDATE codes SET canonical = 'OLD-8' WHERE canonical = 'OLD-7'", "operation", 8),
    ("UPDATE codes SET written = 'd202610-990' WHERE number = 990", "operation", 9),
    ("UPDATE codes SET number = 991 WHERE number = 990", "operation", 9),
    ("UPDATE codes SET sequence = NULL WHERE number = 990", "operation", 9),
    ("UPDATE codes SET customer = 2 WHERE customer = 1", "operation", 1),
    ("UPDATE codes SET state = 'void' WHERE customer = 1", "state", 1),
    (
        "UPDATE codes SET canonical = 'x' WHERE id = 1; UPDATE codes SET canonical = '01F0001V' WHERE id = 2; \
         UPDATE codes SET canonical = '01F0002T' WHERE id = 1",
        "operation",
        2,
    ),
    // Of two customers alike in everything their codes.
    (
        "UPDATE codes SET canonical = 'x' WHERE id = 3; \
         UPDATE codes SET canonical = '01F0003R', number = 3 WHERE id = 4; \
         UPDATE codes SET canonical = '01F0004P', number = 4 WHERE id = 3",
        "operation",
        3,
    ),
    ("UPDATE customers SET code = 2 WHERE id = 1", "carrier", 1),
    // Operations.
    ("UPDATE operations SET actor = 'wang' WHERE id = 6", "operation", 6),
    ("UPDATE operations SET at = '2026-11-21T01:00:00Z' WHERE id = 10", "operation", 10),
    ("UPDATE operations SET command = 'import' WHERE id = 1", "operation", 1),
    ("UPDATE operations SET os_user = 'wang' WHERE id = 4", "operation", 4),
    ("UPDATE operations SET host = 'home' WHERE id = 12", "operation", 12),
    ("UPDATE operations SET request_id = 'batch-2' WHERE id = 3", "operation", 3),
    ("UPDATE operations SET input_digest = NULL WHERE id = 3", "operation", 3),
    (
        "UPDATE operations SET bundle = (SELECT bundle FROM operations WHERE id = 15) WHERE id = 2",
        "operation",
        2,
    ),
    ("UPDATE operations SET rows = 4 WHERE id = 3", "totals", 3),
    ("UPDATE operations SET last_code = 4 WHERE id = 3", "totals", 3),
    ("UPDATE operations SET first_code = 2 WHERE id = 12", "totals", 12),
    // Gaps and checkpoints.
    ("UPDATE gap_ranges SET first = 3", "operation", 13),
    ("UPDATE gap_ranges SET reason = 'no-check-digit'", "operation", 13),
    ("DELETE FROM gap_ranges", "operation", 13),
    ("UPDATE checkpoints SET at = '2026-11-21T01:00:00Z' WHERE id = 1", "checkpoint", 14),
    ("UPDATE checkpoints SET hash = lower(hex(zeroblob(32))) WHERE id = 1", "operation", 14),
    ("UPDATE checkpoints SET heads = '[]' WHERE id = 2", "checkpoint", 16),
    // Links.
    ("UPDATE links SET hash = lower(hex(zeroblob(32))) WHERE operation = 6", "operation", 6),
    ("UPDATE links SET operation = 7 WHERE operation = 6", "operation", 7),
];

#[test]
fn an_edit_in_sql_names_its_operation() {
    for (sql, kind, operation) in EDITS {
        let folder = company();
        tamper(&folder, sql);
        expect(&folder, sql, kind, *operation);
    }
}

#[test]
fn what_belongs_to_no_operation_is_found_too() {
    for (sql, kind) in [
        ("UPDATE sequences SET last = 3 WHERE last = 7", "counter-behind"),
        ("UPDATE sequences SET last = 40 WHERE last = 7", "counter-ahead"),
        ("UPDATE sequences SET highest = 989 WHERE highest = 990", "numbers-ahead"),
        ("DELETE FROM numbers_ahead", "counter-behind"),
        ("INSERT INTO numbers_ahead VALUES (1, 500)", "numbers-ahead"),
        ("UPDATE sequences SET scope = '[\"01\",\"T\"]' WHERE scope = '[\"01\",\"F\"]'", "code"),
        ("UPDATE sequences SET rule = 'dated' WHERE rule = 'single'", "code"),
        ("UPDATE sequences SET head = NULL WHERE last = 7", "chain"),
        ("UPDATE attributes SET name = '电子邮件' WHERE name = '电话'", "attribute"),
        ("UPDATE bundles SET text = replace(text, 'seq:3', 'seq:4')", "bundle"),
        ("UPDATE customers SET strict = strict + 1 WHERE id = 1", "name-key"),
        ("DELETE FROM bundles WHERE rowid = 1", "bundle"),
        ("DELETE FROM meta WHERE key = 'bundle'", "bundle"),
        (
            "DROP INDEX codes_canonical; INSERT INTO codes SELECT 99, canonical, NULL, NULL, 'former', NULL, NULL, NULL, 5 FROM codes WHERE id = 2",
            "duplicate",
        ),
    ] {
        let folder = company();
        tamper(&folder, sql);
        let found = found(&folder);
        assert!(found.iter().any(|(is, _, _)| is == kind), "{sql}: no {kind} in {found:#?}");
    }
}
