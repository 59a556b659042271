//! A code in one statement: what it gives, what it costs, and what it leaves to a transaction.

use custcode::store::Intent;

use super::chain::verify;
use super::{Ledger, PATIENT, SCOPE, codes, customer, issue, new, operation};

#[test]
fn numbers_follow_one_another_and_everything_is_stored() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    for number in 1..=3 {
        let name = format!("C{number}");
        let issued = issue(&mut *store, customer(Some(&name), &name)).expect("a code");
        assert_eq!(issued.candidate.canonical, format!("01A000{number}"));
        assert_eq!(issued.before, (number > 1).then(|| number - 1));
    }
    let mut view = store.read().expect("a view");
    let entry = view.find_references(&["C2"]).expect("an answer").remove(0).expect("known");
    assert_eq!((entry.code.canonical.as_str(), entry.code.number), ("01A0002", Some(2)));
    assert_eq!(entry.customer.name.as_deref(), Some("C2"));
    let operation = view.operation(entry.code.operation).expect("an answer").expect("it is there");
    assert_eq!((operation.rows, operation.codes), (1, Some((entry.code.id, entry.code.id))));
    assert_eq!(view.counter(&SCOPE).expect("an answer").expect("it is there").last, Some(3));
    assert_eq!(view.totals().expect("counts"), (3, 3));
}

#[test]
fn known_reference_costs_no_number() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    issue(&mut *store, customer(Some("R1"), "a")).expect("a code");
    assert_eq!(issue(&mut *store, customer(Some("R1"), "a")), None);
    assert_eq!(issue(&mut *store, customer(Some("R2"), "b")).expect("a code").candidate.number, 2);
    assert_eq!(ledger.numbers(), [1, 2]);
    assert_eq!(verify(&mut *store), 2, "a refusal leaves nothing behind");
}

#[test]
fn others_who_overtake_are_caught_up_with() {
    let ledger = Ledger::new();
    let (mut one, mut other) = (ledger.open(), ledger.open());
    issue(&mut *one, customer(None, "a")).expect("a code");
    for _ in 0..150 {
        issue(&mut *other, customer(None, "b")).expect("a code");
    }
    assert_eq!(issue(&mut *one, customer(None, "c")).expect("a code").candidate.number, 152);
}

#[test]
fn what_needs_a_second_look_is_left_to_a_transaction() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let candidates = codes(10);
    let no = |_: u64| None;
    let plain = || new(customer(None, "a"), &candidates, &no);

    let mut other = plain();
    other.operation.bundle = "newer";
    assert_eq!(store.issue(&other, PATIENT).expect("an answer"), None, "other rules");
    let mut other = plain();
    other.scope.scope = "[]";
    assert_eq!(store.issue(&other, PATIENT).expect("an answer"), None, "no counter yet");
    let mut other = plain();
    other.attributes = &["电话"];
    assert_eq!(store.issue(&other, PATIENT).expect("an answer"), None, "a new attribute");
    let mut other = plain();
    other.last = 0;
    assert_eq!(store.issue(&other, PATIENT).expect("an answer"), None, "used up");

    let mut asked = plain();
    asked.operation.request_id = Some("q");
    assert!(store.issue(&asked, PATIENT).expect("an answer").is_some());
    assert_eq!(store.issue(&asked, PATIENT).expect("an answer"), None, "a known request");

    let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a free ledger");
    let counter = writing.take(&SCOPE).expect("a counter").id;
    writing.keep_ahead(counter, 5).expect("a number in use");
    writing.commit().expect("a commit");
    assert_eq!(store.issue(&plain(), PATIENT).expect("an answer"), None, "numbers in use ahead");
    let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a free ledger");
    writing.advance(counter, 5).expect("a counter");
    writing.set_fence(Some("moved")).expect("a fence");
    writing.commit().expect("a commit");
    assert_eq!(store.issue(&plain(), PATIENT).expect("an answer"), None, "fenced");
    assert_eq!(ledger.numbers(), [1]);
}

#[test]
fn a_number_without_a_code_and_a_taken_code_are_left_to_a_transaction() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let candidates = codes(3);
    let no = |_: u64| None;
    let next = |store: &mut dyn custcode::store::Store| {
        store.issue(&new(customer(None, "a"), &candidates, &no), PATIENT).expect("an answer")
    };
    assert!(next(&mut *store).is_some() && next(&mut *store).is_some());
    assert_eq!(next(&mut *store), None, "3 has no code");
    let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a free ledger");
    let by = writing.begin_operation(&operation(None, "desk")).expect("an operation");
    let code = custcode::store::NewCode {
        canonical: "01A0005",
        written: None,
        brought: None,
        counter: None,
        number: None,
    };
    writing.put(&super::NewCustomer { operation: by, ..customer(None, "old") }, &code).expect("a customer");
    let counter = writing.take(&SCOPE).expect("a counter").id;
    writing.advance(counter, 4).expect("a counter");
    writing.commit().expect("a commit");
    assert_eq!(next(&mut *store), None, "01A0005 is somebody's");
    assert_eq!(verify(&mut *store), 3);
}
