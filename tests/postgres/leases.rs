//! Blocks of numbers that machines set aside.

use std::thread;

use custcode::store::{GapReason, Intent, IssuedNow, NewIssue, Store};

use super::chain::verify;
use super::{Ledger, PATIENT, SCOPE, codes, customer, new, operation};

/// Issues out of blocks of ten, from a machine.
fn issue(store: &mut dyn Store, host: &str, missing: u64) -> Option<IssuedNow> {
    let candidates = codes(missing);
    let obstacle = move |number: u64| (number % 10 == missing).then_some(GapReason::NoCheckDigit);
    let plain = new(customer(None, "a"), &candidates, &obstacle);
    let leased = NewIssue { block: Some(10), operation: operation(None, host), ..plain };
    store.issue(&leased, PATIENT).expect("an answer")
}

fn number(issued: Option<IssuedNow>) -> u64 {
    issued.expect("a code").candidate.number
}

#[test]
fn a_block_is_used_up_before_the_next_is_cut() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let numbers: Vec<_> = (0..23).map(|_| number(issue(&mut *store, "desk", 10))).collect();
    assert_eq!(numbers, (1..=23).collect::<Vec<_>>());
    let mut view = store.read().expect("a view");
    let counter = view.counter(&SCOPE).expect("an answer").expect("it is there");
    assert_eq!(counter.last, Some(30));
    let leases: Vec<_> = view
        .leases(counter.id)
        .expect("leases")
        .into_iter()
        .map(|lease| (lease.first, lease.last, lease.next, lease.holder))
        .collect();
    let desk = || "desk".to_owned();
    assert_eq!(leases, [(1, 10, 11, desk()), (11, 20, 21, desk()), (21, 30, 24, desk())]);
    drop(view);
    assert_eq!(verify(&mut *store), 23 + 3);
}

#[test]
fn what_one_leaves_unused_the_next_uses() {
    let ledger = Ledger::new();
    for expected in 1..=12 {
        let host = if expected % 2 == 0 { "desk" } else { "till" };
        assert_eq!(number(issue(&mut *ledger.open(), host, 10)), expected);
    }
    // Who comes while the block is held sets an own one aside.
    let (mut till, mut desk) = (ledger.open(), ledger.open());
    assert_eq!(number(issue(&mut *till, "till", 10)), 13);
    assert_eq!(number(issue(&mut *desk, "desk", 10)), 21);
    drop((till, desk));
    // Afterwards each goes on with the block that its own machine set aside, whoever comes first.
    assert_eq!(number(issue(&mut *ledger.open(), "desk", 10)), 22);
    assert_eq!(number(issue(&mut *ledger.open(), "till", 10)), 14);
}

#[test]
fn the_last_numbers_of_a_scope_are_shared() {
    let ledger = Ledger::new();
    let candidates = codes(10);
    let no = |_: u64| None;
    let short = NewIssue { block: Some(10), last: 10, ..new(customer(None, "a"), &candidates, &no) };
    let (mut one, mut other) = (ledger.open(), ledger.open());
    for expected in [1, 3, 5, 7, 9] {
        assert_eq!(number(one.issue(&short, PATIENT).expect("an answer")), expected);
        assert_eq!(number(other.issue(&short, PATIENT).expect("an answer")), expected + 1);
    }
    assert!(one.issue(&short, PATIENT).expect("an answer").is_none(), "the scope is full");
    verify(&mut *one);
}

#[test]
fn numbers_without_a_code_and_taken_codes_become_gaps() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a free ledger");
    let by = writing.begin_operation(&operation(None, "desk")).expect("an operation");
    let code = custcode::store::NewCode {
        canonical: "01A0002",
        written: None,
        brought: None,
        counter: None,
        number: None,
    };
    writing.put(&super::NewCustomer { operation: by, ..customer(None, "old") }, &code).expect("a customer");
    writing.commit().expect("a commit");
    let numbers: Vec<_> = (0..9).map(|_| number(issue(&mut *store, "desk", 3))).collect();
    assert_eq!(numbers, [1, 4, 5, 6, 7, 8, 9, 10, 11]);
    let mut view = store.read().expect("a view");
    let counter = view.counter(&SCOPE).expect("an answer").expect("it is there").id;
    let gaps: Vec<_> =
        view.gaps(counter).expect("gaps").into_iter().map(|gap| (gap.first, gap.last, gap.reason)).collect();
    assert_eq!(gaps, [(2, 2, GapReason::InUse), (3, 3, GapReason::NoCheckDigit)]);
    drop(view);
    verify(&mut *store);
}

#[test]
fn many_issuers_never_meet() {
    let ledger = Ledger::new();
    let mut numbers: Vec<u64> = thread::scope(|scope| {
        let desks: Vec<_> = (0..12)
            .map(|desk| {
                let ledger = &ledger;
                scope.spawn(move || {
                    let (mut store, host) = (ledger.open(), format!("desk{}", desk % 3));
                    (0..25).map(|_| number(issue(&mut *store, &host, 10))).collect::<Vec<_>>()
                })
            })
            .collect();
        desks.into_iter().flat_map(|desk| desk.join().expect("a desk finishes")).collect()
    });
    numbers.sort_unstable();
    assert_eq!(numbers, ledger.numbers());
    numbers.dedup();
    assert_eq!(numbers.len(), 12 * 25);
    let mut store = ledger.open();
    let mut view = store.read().expect("a view");
    let counter = view.counter(&SCOPE).expect("an answer").expect("it is there");
    let unused: u64 =
        view.leases(counter.id).expect("leases").iter().map(|lease| lease.last + 1 - lease.next).sum();
    assert_eq!(
        numbers.len() as u64 + unused,
        counter.last.expect("numbers"),
        "each number is a code or leased"
    );
    drop(view);
    verify(&mut *store);
}

#[test]
fn the_last_block_is_as_short_as_the_scope() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let candidates = codes(10);
    let no = |_: u64| None;
    let short = NewIssue { block: Some(10), last: 13, ..new(customer(None, "a"), &candidates, &no) };
    let mut given = Vec::new();
    while let Some(issued) = store.issue(&short, PATIENT).expect("an answer") {
        given.push(issued.candidate.number);
    }
    assert_eq!(given, (1..=13).collect::<Vec<_>>());
}
