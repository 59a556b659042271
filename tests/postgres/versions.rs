//! Tables of another version are left alone: older ones are refused by name, newer ones as well.

use custcode::store::{self, Access, Error, TABLES_VERSION};

use super::Ledger;

/// A ledger whose tables say that they have this version; why it is refused.
fn refusal(version: u32) -> Error {
    let ledger = Ledger::new();
    ledger.sql(&format!("UPDATE meta SET value = '{version}' WHERE key = 'schema' RETURNING value"));
    store::open(&ledger.location(), Access::Write).err().expect("a refusal")
}

#[test]
fn newer_tables_are_left_alone() {
    let newer = TABLES_VERSION + 1;
    let told = refusal(newer).to_string();
    let expected =
        format!("its tables have version {newer}, this program knows {TABLES_VERSION}; use a newer custcode");
    assert!(told.ends_with(&expected), "{told}");
}

#[test]
fn older_tables_are_refused_by_name() {
    assert!(matches!(refusal(4), Error::Old { version: 4, .. }));
}
