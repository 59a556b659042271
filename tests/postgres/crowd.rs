//! Many at once: issuers, transactions, imports and readers.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use custcode::store::{Candidate, Error, Intent, NewCode, Patience, ScopeKey};

use super::chain::verify;
use super::{Ledger, PATIENT, SCOPE, customer, issue, new, operation};

/// A counter that machines set blocks aside from.
const BLOCKS: ScopeKey<'static> = ScopeKey { rule: "blocks", scope: "[]" };

#[test]
fn many_issuers_on_one_counter_leave_no_gap() {
    let ledger = Ledger::new();
    thread::scope(|scope| {
        for desk in 0..12 {
            let ledger = &ledger;
            scope.spawn(move || {
                let mut store = ledger.open();
                for turn in 0..20 {
                    let reference = format!("R{desk}-{turn}");
                    issue(&mut *store, customer(Some(&reference), "a")).expect("a code");
                }
            });
        }
    });
    assert_eq!(ledger.numbers(), (1..=240).collect::<Vec<_>>());
    assert_eq!(verify(&mut *ledger.open()), 240);
}

#[test]
fn one_reference_from_many_desks_is_one_code() {
    let ledger = Ledger::new();
    let given: usize = thread::scope(|scope| {
        let desks: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| issue(&mut *ledger.open(), customer(Some("R"), "a")).iter().count()))
            .collect();
        desks.into_iter().map(|desk| desk.join().expect("a desk finishes")).sum()
    });
    assert_eq!(given, 1);
    assert_eq!(ledger.numbers(), [1]);
}

#[test]
fn statements_and_transactions_and_imports_keep_out_of_each_others_way() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a free ledger");
    writing.take(&BLOCKS).expect("a counter");
    writing.commit().expect("a commit");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut store = ledger.open();
                let mut given = 0;
                // Where an import holds the ledger for more than a second, a transaction would have
                // to wait.
                while given < 30 {
                    given += issue(&mut *store, customer(None, "quick")).iter().count();
                }
            });
        }
        // Whoever takes out of a block has to wait for an import, too.
        scope.spawn(|| {
            let mut store = ledger.open();
            let candidates = |from: u64, most: usize| {
                let code = |number| Candidate { number, canonical: format!("B{number}"), written: None };
                (from..=9999).take(most).map(code).collect()
            };
            let mut leased = new(customer(None, "leased"), &candidates, &|_| None);
            (leased.scope, leased.block) = (BLOCKS, Some(3));
            let mut given = 0;
            while given < 30 {
                given += store.issue(&leased, PATIENT).expect("an answer").iter().count();
            }
        });
        for intent in [Intent::Small, Intent::Bulk(2_500), Intent::Bulk(10)] {
            let ledger = &ledger;
            scope.spawn(move || {
                for _ in 0..5 {
                    let mut store = ledger.open();
                    let mut writing = store.write(intent, "import", PATIENT).expect("a turn");
                    let by = writing.begin_operation(&operation(None, "desk")).expect("an operation");
                    let counter = writing.take(&SCOPE).expect("a counter");
                    let number = counter.last.map_or(1, |last| last + 1);
                    let canonical = format!("01A{number:04}");
                    let code = NewCode {
                        canonical: &canonical,
                        written: None,
                        brought: None,
                        counter: Some(counter.id),
                        number: Some(number),
                    };
                    let new = super::NewCustomer { operation: by, ..customer(None, "slow") };
                    let (_, id) = writing.put(&new, &code).expect("a customer");
                    writing.advance(counter.id, number).expect("a counter");
                    writing.end_operation(by, 1, Some((id, id))).expect("an operation");
                    writing.commit().expect("a commit");
                }
            });
        }
        scope.spawn(|| {
            let mut store = ledger.open();
            for _ in 0..20 {
                let mut view = store.read().expect("a view");
                let (customers, codes) = view.totals().expect("counts");
                assert_eq!(customers, codes, "a view is of one moment");
            }
        });
    });
    let mut expected: Vec<u64> = (1..=135).chain(1..=30).collect();
    expected.sort_unstable();
    assert_eq!(ledger.numbers(), expected);
    verify(&mut *store);
    assert_eq!(store.read().expect("a view").integrity().expect("a check"), [""; 0]);
}

#[test]
fn who_waits_is_told_for_whom_and_gives_up_in_time() {
    let ledger = Ledger::new();
    let (mut holding, mut waiting) = (ledger.open(), ledger.open());
    let held = holding.write(Intent::Small, "import (process 71)", PATIENT).expect("a free ledger");
    let told = Mutex::new(Vec::new());
    let notice = |holder: Option<&str>| told.lock().expect("no panic").push(holder.map(str::to_owned));
    let patience = Patience { deadline: Duration::from_millis(1_300), notice: &notice };
    let error = waiting.write(Intent::Small, "new", patience).err().expect("a refusal");
    let Error::Busy { waited, holder } = error else { panic!("{error}") };
    assert!(waited >= patience.deadline && waited < Duration::from_mins(1));
    let heard = told.lock().expect("no panic").clone();
    assert_eq!(heard.len(), 1);
    for holder in [&heard[0], &holder] {
        let holder = holder.as_deref().expect("a holder");
        assert!(holder.starts_with("import (process 71) on "), "{holder}");
        assert!(holder.contains(" for "), "{holder}");
    }
    drop(held);
    assert!(waiting.write(Intent::Small, "new", patience).is_ok());
}
