//! Connections that break: nothing is issued twice, and what was committed is known.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use custcode::store::{self, Access, Error, Intent};

use super::chain::verify;
use super::{Ledger, PATIENT, customer, issue, operation};
use crate::support::Cluster;
use crate::support::cluster::{Settings, Stop};

/// Ends every other connection to the ledger's database.
fn cut(ledger: &Ledger) {
    ledger.sql(
        "SELECT CAST(pg_terminate_backend(pid) AS text) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
}

#[test]
fn an_idle_connection_that_broke_is_replaced() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    issue(&mut *store, customer(None, "a")).expect("a code");
    cut(&ledger);
    issue(&mut *store, customer(None, "b")).expect("a code");
    cut(&ledger);
    assert_eq!(store.read().expect("a view").totals().expect("counts"), (2, 2));
    cut(&ledger);
    drop(store.write(Intent::Small, "test", PATIENT).expect("a turn"));
    assert_eq!(ledger.numbers(), [1, 2]);
}

#[test]
fn a_write_that_broke_has_not_happened() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a turn");
    writing.begin_operation(&operation(None, "desk")).expect("an operation");
    cut(&ledger);
    let error = writing.commit().expect_err("it is gone");
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert_eq!(store.read().expect("a view").find_request("q").expect("an answer"), None);
    assert_eq!(ledger.sql("SELECT CAST(count(*) AS text) FROM operations"), ["0"]);
}

#[test]
fn connections_cut_at_any_moment_issue_nothing_twice() {
    let ledger = Ledger::new();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let desks: Vec<_> = (0..4)
            .map(|desk| {
                let ledger = &ledger;
                scope.spawn(move || {
                    let mut store = loop {
                        match store::open(&ledger.location(), Access::Write) {
                            Ok(store) => break store,
                            Err(Error::Unreachable { .. }) => {}
                            Err(other) => panic!("{other}"),
                        }
                    };
                    for turn in 0..60 {
                        let reference = format!("R{desk}-{turn}");
                        loop {
                            match store.issue(
                                &super::new(customer(Some(&reference), "a"), &super::codes(10), &|_| None),
                                PATIENT,
                            ) {
                                Ok(Some(_)) => break,
                                Ok(None) => {
                                    let known =
                                        store.read().and_then(|mut view| view.find_references(&[&reference]));
                                    assert!(
                                        !matches!(known, Ok(found) if found[0].is_some()),
                                        "its own answer was lost: {reference}"
                                    );
                                }
                                Err(Error::Unreachable { .. }) => {}
                                Err(other) => panic!("{other}"),
                            }
                        }
                    }
                })
            })
            .collect();
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                cut(&ledger);
                thread::sleep(Duration::from_millis(15));
            }
        });
        for desk in desks {
            let ended = desk.join();
            if ended.is_err() {
                done.store(true, Ordering::Relaxed);
            }
            ended.expect("a desk finishes");
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(ledger.numbers(), (1..=240).collect::<Vec<_>>());
    assert_eq!(verify(&mut *ledger.open()), 240);
}

#[test]
fn a_server_that_crashes_and_comes_back_is_found_again() {
    let cluster = Cluster::own(&Settings::new());
    let ledger = Ledger::within(cluster.database());
    let mut store = ledger.open();
    issue(&mut *store, customer(Some("R1"), "a")).expect("a code");
    cluster.restart(Stop::Immediate);
    assert_eq!(issue(&mut *store, customer(Some("R2"), "b")).expect("a code").candidate.number, 2);
    cluster.stop(Stop::Fast);
    let error = store.read().err().expect("nobody is there");
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
}
