//! Many rows at once: in both ways of keeping the indexes nothing can be told from many single
//! writes.

use custcode::store::{Error, Intent};

use super::{Ledger, PATIENT, SCOPE, add, code, customer, operation};
use crate::support::{Engine, engine};

/// Rows enough that an empty ledger drops its indexes, and a full one does not for a tenth of them.
const MANY: u64 = 2_500;

#[test]
fn both_ways_end_in_the_same_ledger() {
    let (bulk, small) = (Ledger::new(), Ledger::new());
    for ledger in [&bulk, &small] {
        let intent =
            |rows| if std::ptr::eq(ledger, &raw const bulk) { Intent::Bulk(rows) } else { Intent::Small };
        ledger.fill(intent(MANY), 1, MANY);
        ledger.fill(intent(50), MANY + 1, 50);
        ledger.fill(intent(MANY), MANY + 51, MANY);
        ledger.assert_sound();
        let mut store = ledger.open();
        let mut view = store.read().expect("a view");
        assert_eq!(view.totals().expect("counts"), (2 * MANY + 50, 2 * MANY + 50));
        let found = view.find_references(&["R1", "R2525", "R5050"]).expect("answers");
        let codes: Vec<_> = found.into_iter().flatten().map(|entry| entry.code.canonical).collect();
        assert_eq!(codes, ["01A1", "01A2525", "01A5050"]);
    }
    let schema = match engine() {
        Engine::Sqlite => "SELECT group_concat(sql) FROM (SELECT sql FROM sqlite_schema ORDER BY name)",
        Engine::Postgres => {
            "SELECT string_agg(indexdef, ';' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'custcode'"
        }
    };
    assert_eq!(bulk.sql(schema), small.sql(schema), "the rebuilt indexes are the old ones");
}

#[test]
fn a_rollback_leaves_rows_and_indexes_as_they_were() {
    let ledger = Ledger::new();
    ledger.fill(Intent::Small, 1, 10);
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Bulk(MANY), "import", PATIENT).expect("a free ledger");
    add(&mut *writing, 11, MANY);
    drop(writing);
    ledger.assert_sound();
    assert_eq!(store.read().expect("a view").totals().expect("counts"), (10, 10));
    ledger.fill(Intent::Small, 11, 1);
}

#[test]
fn a_duplicate_that_everybody_missed_is_named_at_the_commit() {
    for twice in ["code", "reference"] {
        let ledger = Ledger::new();
        ledger.fill(Intent::Small, 1, 1);
        let mut store = ledger.open();
        let mut writing = store.write(Intent::Bulk(MANY), "import", PATIENT).expect("a free ledger");
        add(&mut *writing, 2, 20);
        let by = writing.begin_operation(&operation(None)).expect("an operation");
        let counter = writing.take(&SCOPE).expect("a counter").id;
        let (reference, text) = if twice == "code" { ("new", "01A1") } else { ("R1", "new") };
        writing.put(&customer(Some(reference), "x", by), &code(text, counter, 99)).expect("found out later");
        let error = writing.commit().expect_err("a refusal");
        let Error::Conflict { key, value } = error else { panic!("{error}") };
        assert_eq!((key, value.as_str()), (twice, if twice == "code" { "01A1" } else { "R1" }));
        ledger.assert_sound();
        assert_eq!(store.read().expect("a view").totals().expect("counts"), (1, 1));
    }
}

#[test]
fn look_ups_before_the_first_row_see_everything() {
    let ledger = Ledger::new();
    ledger.fill(Intent::Small, 1, 3);
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Bulk(MANY), "import", PATIENT).expect("a free ledger");
    let keys: Vec<String> = (0..1_200).map(|number| format!("R{number}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(writing.find_references(&keys).expect("answers").iter().flatten().count(), 3);
}
