//! Every kind of record: written, then read back the same.

use custcode::store::{
    Change, CodeState, Counter, CustomerState, Error, Gap, GapReason, Intent, NewCode, NewCustomer,
    NewOperation, ScopeKey,
};
use proptest::prelude::*;

use super::{Ledger, PATIENT, SCOPE, add, bundle, code, customer, operation};
use crate::support::{Engine, Tables, engine};

#[test]
fn a_customer_and_its_code_come_back_as_they_were_put() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "new", PATIENT).expect("a free ledger");
    let by = writing.begin_operation(&operation(None)).expect("an operation");
    let counter = writing.take(&SCOPE).expect("a counter").id;
    let new = NewCustomer {
        references: &["CRM:8812", "ERP:1"],
        name: Some("华东机械有限公司"),
        strict: Some(7),
        fields: r#"{"type":"vip","region":"310000"}"#,
        attributes: r#"{"电话":"021-5555"}"#,
        date: "2023-10-01",
        operation: by,
        row: 42,
    };
    let printed = NewCode {
        canonical: "01A0001",
        written: Some("01-A0001"),
        brought: None,
        counter: Some(counter),
        number: Some(1),
    };
    let (id, code_id) = writing.put(&new, &printed).expect("a customer");
    let legacy = NewCode { canonical: "OLD7", written: None, brought: None, counter: None, number: None };
    let (other, _) = writing.put(&customer(None, "旧客户", by), &legacy).expect("a customer");
    writing.commit().expect("a commit");

    let mut view = store.read().expect("a view");
    let entry = view.entry(id).expect("an answer").expect("the customer");
    let (customer, code) = (&entry.customer, &entry.code);
    assert_eq!((customer.reference(), customer.name.as_deref()), (Some("CRM:8812"), new.name));
    assert_eq!((customer.fields.as_str(), customer.attributes.as_str()), (new.fields, new.attributes));
    assert_eq!((customer.date.as_str(), customer.state), (new.date, CustomerState::Active));
    assert_eq!((customer.id, customer.operation, customer.row), (id, by, 42));
    assert_eq!((code.id, code.customer, code.operation), (code_id, Some(id), by));
    assert_eq!(
        (code.text(), code.canonical.as_str(), code.state),
        ("01-A0001", "01A0001", CodeState::Active)
    );
    assert_eq!((code.counter, code.number), (Some(counter), Some(1)));

    assert_eq!(
        view.find_references(&["none", "CRM:8812", "ERP:1"]).expect("answers"),
        [None, Some(entry.clone()), Some(entry.clone())]
    );
    let found = view.find_codes(&["OLD7", "none", "01A0001"]).expect("answers");
    assert_eq!(found[0].as_ref().map(|code| (code.customer, code.counter)), Some((Some(other), None)));
    assert_eq!((&found[1], &found[2]), (&None, &Some(entry.code.clone())));
    assert_eq!(view.codes_of(id).expect("codes"), [entry.code]);
    assert!(view.has_customers().expect("an answer"));
    assert_eq!(view.entry(99).expect("an answer"), None);
}

#[test]
fn an_operation_keeps_who_what_and_when() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "new", PATIENT).expect("a free ledger");
    let asked = NewOperation { input_digest: Some("5ea1"), ..operation(Some("batch-17")) };
    let first = writing.begin_operation(&asked).expect("an operation");
    let again = writing.begin_operation(&NewOperation { request_id: None, ..asked }).expect("an operation");
    writing.end_operation(first, 500, Some((1, 500))).expect("totals");
    let error = writing.begin_operation(&asked).expect_err("a refusal");
    assert_eq!(error.to_string(), r#"request id "batch-17" is in the ledger already"#);
    writing.commit().expect("a commit");

    let mut view = store.read().expect("a view");
    let kept = view.find_request("batch-17").expect("an answer").expect("the operation");
    assert_eq!((kept.id, kept.rows, kept.codes), (first, 500, Some((1, 500))));
    assert_eq!(
        (kept.at.as_str(), kept.command.as_str(), kept.actor.as_str()),
        (asked.at, asked.command, asked.actor)
    );
    assert_eq!((kept.os_user.as_str(), kept.host.as_str(), kept.bundle.as_str()), ("erp", "desk", "rules"));
    assert_eq!(view.operation(first).expect("an answer"), Some(kept));
    let inputs: Vec<i64> = view.find_inputs("5ea1").expect("answers").iter().map(|one| one.id).collect();
    assert_eq!(inputs, [again, first], "newest first");
    assert_eq!(view.find_request("none").expect("an answer"), None);
}

#[test]
fn a_counter_moves_up_only() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "new", PATIENT).expect("a free ledger");
    assert_eq!(writing.counter(&SCOPE).expect("an answer"), None);
    let Counter { id, .. } = writing.take(&SCOPE).expect("a counter");
    assert_eq!(writing.take(&SCOPE).expect("a counter"), Counter { id, last: None, highest: None });
    let mut after = |step: &dyn Fn(&mut dyn custcode::store::Transaction)| {
        step(&mut *writing);
        let counter = writing.counter(&SCOPE).expect("an answer").expect("the counter");
        (counter.last, counter.highest)
    };
    assert_eq!(after(&|w| w.keep_ahead(id, 90).expect("a number")), (None, Some(90)));
    assert_eq!(after(&|w| w.advance(id, 0).expect("a number")), (Some(0), Some(90)));
    assert_eq!(after(&|w| w.advance(id, 8).expect("a number")), (Some(8), Some(90)));
    assert_eq!(after(&|w| w.advance(id, 3).expect("a number")), (Some(8), Some(90)));
    assert_eq!(after(&|w| w.keep_ahead(id, 50).expect("a number")), (Some(8), Some(90)));
    assert_eq!(after(&|w| w.advance(id, 90).expect("a number")), (Some(90), None));
    assert_eq!(after(&|w| w.keep_ahead(id, 90).expect("a number")), (Some(90), None));
    let big = u64::try_from(i64::MAX).expect("a number");
    assert_eq!(after(&|w| w.advance(id, big).expect("a number")), (Some(big), None));
    let error = writing.advance(id, big + 1).expect_err("a refusal").to_string();
    assert!(error.contains("could not store the number 9223372036854775808"), "{error}");
    let other = writing.take(&ScopeKey { rule: "dated", scope: "[]" }).expect("a counter");
    let names: Vec<_> = writing.counters().expect("counters").into_iter().map(|(rule, ..)| rule).collect();
    assert_ne!(other.id, id);
    assert_eq!(names, ["dated", "graded"]);
}

#[test]
fn gaps_and_names_of_attributes_are_kept() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "import", PATIENT).expect("a free ledger");
    let by = writing.begin_operation(&operation(None)).expect("an operation");
    let counter = writing.take(&SCOPE).expect("a counter").id;
    writing
        .skip(&Gap { counter, first: 4, last: 9, reason: GapReason::Import, operation: by })
        .expect("a gap");
    writing.add_attribute_names(&["电话", "email"]).expect("names");
    writing.add_attribute_names(&["address", "电话"]).expect("names");
    assert_eq!(writing.attribute_names().expect("names"), ["电话", "email", "address"]);
    writing.commit().expect("a commit");
    assert_eq!(ledger.sql("SELECT first || '-' || last FROM gap_ranges"), "4-9");
    ledger.assert_sound();
}

#[test]
fn an_update_keeps_what_was_before() {
    let ledger = Ledger::new();
    ledger.fill(Intent::Small, 1, 2);
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "edit", PATIENT).expect("a free ledger");
    let change = |attribute: &str, before: Option<&str>, after: Option<&str>, operation| Change {
        attribute: attribute.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        reason: None,
        operation,
    };
    let changes = [change("name", Some("C1"), Some("new name"), 0), change("电话", None, Some("1"), 0)];
    let error = writing.update(1, (None, None), "{}", "{}", &changes).expect_err("a refusal").to_string();
    assert!(error.contains("no operation was begun"), "{error}");
    let by = writing.begin_operation(&operation(None)).expect("an operation");
    writing.update(1, (Some("new name"), Some(8)), "{}", r#"{"电话":"1"}"#, &changes).expect("an update");
    let error = writing.add_reference(1, "R2").expect_err("a refusal");
    assert_eq!(error.to_string(), r#"reference "R2" is in the ledger already"#);
    assert!(writing.update(99, (None, None), "{}", "{}", &[]).is_err(), "no such customer");
    writing.commit().expect("a commit");

    let mut view = store.read().expect("a view");
    let entry = view.entry(1).expect("an answer").expect("the customer");
    assert_eq!(entry.customer.name.as_deref(), Some("new name"));
    assert_eq!(entry.customer.attributes, r#"{"电话":"1"}"#);
    assert_eq!(entry.code.canonical, "01A1", "an update never touches the code");
    let kept = view.changes_of(1).expect("changes");
    let told: Vec<Change> = kept.iter().map(|(change, _)| change.clone()).collect();
    assert_eq!(told, changes.map(|change| Change { operation: by, ..change }));
    assert_eq!(kept[0].1.id, by);
}

#[test]
fn a_code_with_a_history_tells_it() {
    let ledger = Ledger::new();
    ledger.fill(Intent::Small, 1, 1);
    // What later commands will write.
    Tables::alter(
        &ledger.folder,
        "INSERT INTO codes (id, canonical, customer, operation) VALUES (2, '02B1', 1, 1);
         UPDATE customers SET code = 2; UPDATE codes SET state = 'former' WHERE id = 1;
         INSERT INTO code_events (operation, code, from_state, to_state, reason)
         VALUES (1, 1, 'active', 'former', 'reclassified')",
    );
    let mut store = ledger.open();
    let mut view = store.read().expect("a view");
    let states: Vec<_> =
        view.codes_of(1).expect("codes").into_iter().map(|code| (code.canonical, code.state)).collect();
    assert_eq!(states, [("01A1".to_owned(), CodeState::Former), ("02B1".to_owned(), CodeState::Active)]);
    let (event, by) = view.events_of(1).expect("events").remove(0);
    assert_eq!(
        (event.from, event.to, event.reason.as_deref()),
        (CodeState::Active, CodeState::Former, Some("reclassified"))
    );
    assert_eq!(by.id, 1);
    assert_eq!(
        view.find_references(&["R1"]).expect("answers")[0].as_ref().expect("the customer").code.canonical,
        "02B1"
    );
}

#[test]
fn conflicts_name_the_key_and_its_value() {
    let ledger = Ledger::new();
    ledger.fill(Intent::Small, 1, 1);
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "new", PATIENT).expect("a free ledger");
    let by = writing.begin_operation(&operation(None)).expect("an operation");
    let counter = writing.take(&SCOPE).expect("a counter").id;
    let error = writing.put(&customer(None, "x", by), &code("01A1", counter, 1)).expect_err("a refusal");
    assert!(matches!(error, Error::Conflict { key: "code", ref value } if value == "01A1"), "{error}");
    let error =
        writing.put(&customer(Some("R1"), "x", by), &code("01A2", counter, 2)).expect_err("a refusal");
    assert_eq!(error.to_string(), r#"reference "R1" is in the ledger already"#);
    // Refused rows leave nothing behind: the write can go on.
    writing.put(&customer(Some("R2"), "x", by), &code("01A2", counter, 2)).expect("a customer");
    writing.commit().expect("a commit");
    ledger.assert_sound();
    assert_eq!(store.read().expect("a view").totals().expect("counts"), (2, 2));
}

#[test]
fn bundles_are_kept_and_the_last_adopted_one_is_current() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "rules", PATIENT).expect("a free ledger");
    writing.adopt(&bundle("newer")).expect("a bundle");
    writing.adopt(&bundle("rules")).expect("the old one again");
    writing.commit().expect("a commit");
    let mut view = store.read().expect("a view");
    assert_eq!(view.info().expect("information").bundle.as_deref(), Some("rules"));
    assert_eq!(view.bundle("newer").expect("an answer"), Some(bundle("newer")));
    assert_eq!(view.bundle("none").expect("an answer"), None);
}

#[test]
fn what_is_not_committed_never_happened() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "new", PATIENT).expect("a free ledger");
    add(&mut *writing, 1, 5);
    drop(writing);
    let mut view = store.read().expect("a view");
    assert_eq!(view.totals().expect("counts"), (0, 0));
    assert_eq!(view.counter(&SCOPE).expect("an answer"), None);
}

/// Text that the engine of this run can keep: PostgreSQL has no place for U+0000.
fn keepable(text: String) -> String {
    match engine() {
        Engine::Sqlite => text,
        Engine::Postgres => text.replace('\0', "␀"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever text a name, a reference or a code is, it comes back the same and is found by it.
    #[test]
    fn any_text_comes_back(name in ".*", reference in ".*", canonical in ".+") {
        let [name, reference, canonical] = [name, reference, canonical].map(keepable);
        let ledger = Ledger::new();
        let mut store = ledger.open();
        let mut writing = store.write(Intent::Small, "new", PATIENT).expect("a free ledger");
        let by = writing.begin_operation(&operation(None)).expect("an operation");
        let counter = writing.take(&SCOPE).expect("a counter").id;
        let (id, _) = writing.put(&customer(Some(&reference), &name, by), &code(&canonical, counter, 1)).expect("a customer");
        let found = writing.find_references(&[&reference]).expect("answers").remove(0).expect("the customer");
        prop_assert_eq!(found.customer.id, id);
        prop_assert_eq!(found.customer.name.as_deref(), Some(name.as_str()));
        prop_assert_eq!(found.customer.reference().unwrap_or_default(), reference.as_str());
        prop_assert_eq!(&found.code.canonical, &canonical);
        prop_assert!(writing.find_codes(&[&canonical]).expect("answers")[0].is_some());
    }
}
