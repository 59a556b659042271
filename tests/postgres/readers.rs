//! Those who read for long, and those who write meanwhile.

use std::time::Duration;

use custcode::store::{Error, Intent, NewCode, Patience};

use super::{Ledger, NewCustomer, PATIENT, customer, issue, operation};
use crate::support::Cluster;

/// Both unique indexes that an import would rather build anew.
const INDEXES: &str = "SELECT indexrelid::regclass::text FROM pg_index \
     WHERE indexrelid IN (to_regclass('custcode.codes_canonical'), to_regclass('custcode.refs_reference')) AND indisvalid ORDER BY 1";

/// A dump in progress, as far as anybody can tell.
fn dump(ledger: &Ledger) -> postgres::Client {
    let mut client = Cluster::shared().client(ledger.database.name());
    client
        .batch_execute(
            "SET application_name = 'pg_dump'; BEGIN; SELECT FROM custcode.codes; SELECT FROM custcode.refs",
        )
        .expect("a superuser");
    client
}

#[test]
fn an_import_does_not_wait_for_a_dump() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    issue(&mut *store, customer(Some("R1"), "a")).expect("a code");
    let dump = dump(&ledger);
    let mut writing = store.write(Intent::Bulk(5_000), "import", PATIENT).expect("a turn");
    let by = writing.begin_operation(&operation(None, "desk")).expect("an operation");
    for number in 2..3_000 {
        let canonical = format!("01A{number:04}");
        let code = NewCode {
            canonical: &canonical,
            written: None,
            brought: None,
            counter: Some(1),
            number: Some(number),
        };
        writing.put(&NewCustomer { operation: by, ..customer(None, "b") }, &code).expect("a customer");
    }
    writing.advance(1, 2_999).expect("a counter");
    writing.commit().expect("a commit");
    assert_eq!(
        ledger.sql(INDEXES),
        ["custcode.codes_canonical", "custcode.refs_reference"]
            .map(|name| name.trim_start_matches("custcode."))
    );
    assert_eq!(issue(&mut *store, customer(Some("R2"), "c")).expect("a code").candidate.number, 3_000);
    drop(dump);
}

#[test]
fn who_has_to_wait_for_a_dump_is_told_that_it_is_one() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let dump = dump(&ledger);
    let patience = Patience { deadline: Duration::from_millis(1_100), notice: &|_| () };
    let mut writing = store.write(Intent::Small, "repair", patience).expect("a turn");
    let error = writing.rebuild_indexes().expect_err("the dump reads");
    let Error::Busy { waited, holder } = error else { panic!("{error}") };
    assert!(waited >= patience.deadline, "{waited:?}");
    assert!(holder.as_deref().is_some_and(|holder| holder.starts_with("pg_dump")), "{holder:?}");
    drop(writing);
    drop(dump);
    issue(&mut *store, customer(Some("R1"), "a")).expect("the connection can be used on");
}
