//! Any one column of any hashed row, changed to anything else, is found.

use custcode::store::{Column, TABLES};
use proptest::prelude::*;
use rusqlite::types::Value;

use super::{company, connect, found};

/// Tables whose every column is proved: by the chain, or by what is derived from it.
const HASHED: [&str; 11] = [
    "operations",
    "customers",
    "refs",
    "codes",
    "code_events",
    "changes",
    "revisions",
    "erasures",
    "gap_ranges",
    "links",
    "checkpoints",
];

/// The random name of an operation is none of SQLite's business; the salt of a request only lets it
/// be known again; and where a row's id is named nowhere only its order counts.
const UNPROVED: &[(&str, &str)] = &[
    ("operations", "token"),
    ("operations", "salt"),
    ("refs", "id"),
    ("erasures", "id"),
    ("changes", "id"),
    ("revisions", "id"),
    ("gap_ranges", "id"),
    ("checkpoints", "id"),
    ("code_events", "id"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_single_changed_column_is_found(
        table in prop::sample::select(HASHED.to_vec()),
        column in any::<prop::sample::Index>(),
        row in any::<prop::sample::Index>(),
        number in 0..40_i64,
        text in "[a-z0-9F-]{0,8}",
        absent in prop::bool::weighted(0.2),
    ) {
        let folder = company();
        folder.unasked("one column is changed by hand");
        let table = TABLES.iter().find(|known| known.name == table).expect("a table");
        let column = table.columns[column.index(table.columns.len())];
        let ledger = connect(&folder);
        ledger.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").expect("settings");
        let count: i64 = ledger
            .query_row(&format!("SELECT count(*) FROM {}", table.name), [], |row| row.get(0))
            .expect("a count");
        let proved = !UNPROVED.contains(&(table.name, column.name()));
        if count > 0 && proved {
            let keys: Vec<_> = table.columns[..table.key].iter().map(|key| key.name()).collect();
            let key = keys.join(", ");
            let nth = row.index(usize::try_from(count).expect("few rows"));
            let value = match column {
                _ if absent => Value::Null,
                Column::Integer(_) => Value::Integer(number),
                Column::Text(_) => Value::Text(text),
            };
            let sql = format!(
                "UPDATE {0} SET {1} = ?1 WHERE ({key}) = (SELECT {key} FROM {0} ORDER BY {key} LIMIT 1 OFFSET {nth}) AND {1} IS NOT ?1",
                table.name,
                column.name(),
            );
            // What the tables themselves refuse changes nothing.
            let changed = ledger.execute(&sql, [&value]).unwrap_or(0);
            drop(ledger);
            let found = found(&folder);
            prop_assert_eq!(changed > 0, !found.is_empty(), "{} with {:?}: {:?}", sql, value, found);
        }
    }
}
