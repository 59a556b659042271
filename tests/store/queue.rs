//! Taking turns: nobody overtakes, nobody waits for ever, and those who wait learn for whom.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use custcode::store::{Error, Intent, Patience, ScopeKey};

use super::{Ledger, PATIENT, add, code, customer, operation};
use crate::support::skipped_on_postgres;

#[test]
fn the_first_number_of_a_scope_is_taken_once_however_many_ask() {
    let ledger = Ledger::new();
    let issue = || {
        let mut store = ledger.open();
        let mut writing = store.write(Intent::Small, "new", PATIENT).expect("a turn");
        let scope = ScopeKey { rule: "graded", scope: r#"["02","B"]"# };
        let counter = writing.take(&scope).expect("a counter");
        let number = counter.last.unwrap_or(0) + 1;
        let by = writing.begin_operation(&operation(None)).expect("an operation");
        let text = format!("02B{number:04}");
        writing.put(&customer(None, "somebody", by), &code(&text, counter.id, number)).expect("a customer");
        writing.advance(counter.id, number).expect("a counter");
        writing.commit().expect("a commit");
        number
    };
    let numbers: BTreeSet<u64> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..16).map(|_| scope.spawn(|| (0..5).map(|_| issue()).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|one| one.join().expect("no panic")).collect()
    });
    assert_eq!(numbers, (1..=80).collect());
    ledger.assert_sound();
}

#[test]
fn who_waits_is_told_once_who_holds_the_ledger_and_gives_up_in_time() {
    if skipped_on_postgres("one writer at a time, by the lock of the file") {
        return;
    }
    let ledger = Ledger::new();
    let mut holder = ledger.open();
    let held = holder.write(Intent::Small, "import (pid 71)", PATIENT).expect("a free ledger");
    let told = Mutex::new(Vec::new());
    let notice = |holder: Option<&str>| told.lock().expect("no panic").push(holder.map(str::to_owned));
    let patience = Patience { deadline: Duration::from_millis(1500), notice: &notice };
    let begun = Instant::now();
    let mut waiting = ledger.open();
    let error = waiting.write(Intent::Small, "new (pid 72)", patience).err().expect("a refusal");
    assert!(begun.elapsed() >= patience.deadline);
    let Error::Busy { waited, holder } = error else { panic!("{error}") };
    assert!(waited >= patience.deadline);
    assert!(
        holder.as_deref().is_some_and(|holder| holder.starts_with("import (pid 71) since 2")),
        "{holder:?}"
    );
    assert_eq!(*told.lock().expect("no panic"), [holder]);
    // Whoever gave up holds nothing afterwards.
    drop(held);
    waiting.write(Intent::Small, "new (pid 72)", PATIENT).expect("a free ledger");
}

#[test]
fn a_foreign_program_is_waited_for_too() {
    if skipped_on_postgres("one writer at a time, by the lock of the file") {
        return;
    }
    let ledger = Ledger::new();
    let foreign = rusqlite::Connection::open(ledger.path()).expect("the file");
    foreign.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let told = AtomicU32::new(0);
    let notice = |holder: Option<&str>| {
        assert_eq!(holder, None, "a stranger does not sign");
        told.fetch_add(1, Ordering::Relaxed);
    };
    let mut store = ledger.open();
    let patience = Patience { deadline: Duration::from_millis(1200), notice: &notice };
    assert!(matches!(store.write(Intent::Small, "new", patience), Err(Error::Busy { holder: None, .. })));
    assert_eq!(told.load(Ordering::Relaxed), 1);
    foreign.execute_batch("ROLLBACK").expect("no lock");
    store.write(Intent::Small, "new", PATIENT).expect("a free ledger");
}

#[test]
fn a_write_that_is_dropped_passes_the_turn_on() {
    if skipped_on_postgres("one writer at a time, by the lock of the file") {
        return;
    }
    let ledger = Ledger::new();
    let (sender, receiver) = mpsc::channel();
    let mut first = ledger.open();
    let mut writing = first.write(Intent::Bulk(3), "import", PATIENT).expect("a free ledger");
    add(&mut *writing, 1, 3);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut second = ledger.open();
            let mut writing = second.write(Intent::Small, "new", PATIENT).expect("a turn");
            sender.send(writing.totals().expect("counts")).expect("a listener");
        });
        assert!(receiver.recv_timeout(Duration::from_millis(50)).is_err(), "two writers at once");
        drop(writing);
        assert_eq!(receiver.recv().expect("a turn"), (0, 0));
    });
}

#[test]
fn a_view_keeps_to_its_moment_and_an_open_reader_stops_no_small_write_before_its_commit() {
    if skipped_on_postgres("one writer at a time, by the lock of the file") {
        return;
    }
    let ledger = Ledger::new();
    ledger.fill(Intent::Small, 1, 2);
    let mut reader = ledger.open();
    let mut view = reader.read().expect("a view");
    let mut writer = ledger.open();
    let patience = Patience { deadline: Duration::from_millis(100), notice: &|_| () };
    let mut writing = writer.write(Intent::Small, "new", patience).expect("a turn despite the reader");
    add(&mut *writing, 3, 1);
    assert_eq!(view.totals().expect("counts"), (2, 2));
    assert!(matches!(writing.commit(), Err(Error::Busy { .. })), "the reader is still there");
    drop(view);
    ledger.fill(Intent::Small, 3, 1);
    assert_eq!(reader.read().expect("a view").totals().expect("counts"), (3, 3));
}

#[test]
fn a_reader_waits_for_a_bulk_write_and_no_longer_than_told() {
    if skipped_on_postgres("one writer at a time, by the lock of the file") {
        return;
    }
    let ledger = Ledger::new();
    let mut writer = ledger.open();
    let writing = writer.write(Intent::Bulk(1), "import", PATIENT).expect("a free ledger");
    let mut reader = ledger.open();
    reader.set_read_deadline(Duration::from_millis(50));
    assert!(matches!(reader.read(), Err(Error::Busy { .. })));
    drop(writing);
    reader.read().expect("a view").info().expect("information");
}
