//! The library as services use it: a ledger that is opened once and asked many times.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

use custcode::jiff::Timestamp;
use custcode::registry::Registry;
use custcode::registry::audit::log::LogRequest;
use custcode::store::Store;
use custcode::table::Source;
use custcode::{Description, Error, ImportRequest, IssueRequest, Ledger, OpenOptions, Verdict};

use crate::support::Folder;

/// An empty ledger of the built-in rules, on the engine of this run.
fn made() -> Folder {
    let folder = Folder::new();
    folder.init();
    folder
}

fn opened(folder: &Folder) -> Ledger {
    let options =
        OpenOptions { actor: Some("crm".to_owned()), store: Some(folder.store()), ..OpenOptions::default() };
    options.open(folder.path("rules.toml")).expect("rules and ledger are there")
}

fn vip() -> IssueRequest {
    Description { fields: vec![("type".to_owned(), "vip".to_owned())], ..Description::default() }.into()
}

/// The code that one more request gets.
fn next(ledger: &mut Ledger) -> String {
    ledger.issue(&vip()).expect("a code").codes.swap_remove(0).code
}

/// `01A0001` to the code of this number.
fn codes_to(last: u32) -> BTreeSet<String> {
    (1..=last).map(|number| format!("01A{number:04}")).collect()
}

/// What four threads get, each asking 25 times.
fn of_four_threads(ask: impl Fn() -> Vec<String> + Sync) -> Vec<String> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(&ask)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

#[test]
fn threads_with_a_ledger_each_get_no_code_twice() {
    let folder = made();
    let codes = of_four_threads(|| {
        let mut ledger = opened(&folder);
        (0..25).map(|_| next(&mut ledger)).collect()
    });
    assert_eq!(codes.len(), 100);
    assert_eq!(codes.into_iter().collect::<BTreeSet<_>>(), codes_to(100));
}

#[test]
fn threads_share_a_ledger_behind_a_lock() {
    let folder = made();
    let ledger = Mutex::new(opened(&folder));
    let codes = of_four_threads(|| (0..25).map(|_| next(&mut ledger.lock().expect("no panic"))).collect());
    assert_eq!(codes.len(), 100);
    assert_eq!(codes.into_iter().collect::<BTreeSet<_>>(), codes_to(100));
}

#[test]
fn a_ledger_goes_from_thread_to_thread_and_an_error_anywhere() {
    fn is_send<T: Send + ?Sized>() {}
    fn is_sync<T: Sync>() {}
    is_send::<Ledger>();
    is_send::<Registry<'static>>();
    is_send::<dyn Store>();
    is_send::<Error>();
    is_sync::<Error>();
}

#[test]
fn the_clock_is_read_at_each_request() {
    let folder = made();
    let mut ledger = opened(&folder);
    let mut moments = Vec::new();
    for _ in 0..3 {
        let before = Timestamp::now();
        next(&mut ledger);
        moments.push((before, Timestamp::now()));
    }
    let mut logged: Vec<Timestamp> = Vec::new();
    ledger
        .registry()
        .log(&LogRequest::default(), &mut |entry, _| {
            assert_eq!(entry.operation.actor, "crm");
            logged.push(entry.operation.at.parse().expect("a time"));
            Ok(())
        })
        .expect("a log");
    assert_eq!(logged.len(), 3);
    for (at, (before, after)) in logged.iter().zip(moments) {
        assert!((before..=after).contains(at), "{at} is not between {before} and {after}");
    }
    assert!(logged.is_sorted_by(|one, next| one < next), "{logged:?}");
}

#[test]
fn a_file_comes_in_and_what_was_rejected_is_heard() {
    let folder = made();
    folder.write("good.csv", "type,industry,name\nvip,A,甲\nvip,A,乙\n");
    folder.write("bad.csv", "type,industry,name\nvpi,A,丙\nvip,A,丁\n");
    let mut ledger = opened(&folder);
    let mut import = |name: &str| {
        let source = Source::open(folder.path(name).to_str().expect("UTF-8")).expect("a file");
        let mut heard = Vec::new();
        let report = ledger.import(&ImportRequest::new(&source), &mut heard).expect("a report");
        (report, heard)
    };
    let (good, heard) = import("good.csv");
    assert_eq!((good.rows, good.issued, good.written), (2, 2, true), "{heard:?}");
    let (bad, heard) = import("bad.csv");
    assert_eq!((bad.rejected, bad.written), (1, false));
    assert!(heard.iter().any(|line| line.contains("unknown value \"vpi\"")), "{heard:?}");
    let shown = ledger.show("01A0002").expect("it is in the ledger");
    assert_eq!(shown.customer.and_then(|customer| customer.name).as_deref(), Some("乙"));
    assert!(ledger.show("01A0003").expect("a code of the rules").state.is_none());
}

#[test]
fn codes_are_validated_by_the_rules_alone() {
    let folder = made();
    let ledger = opened(&folder);
    assert!(matches!(ledger.validate("01A0001"), Verdict::Valid { .. }));
    assert!(matches!(ledger.validate("01X0001"), Verdict::Invalid { .. }));
    assert!(ledger.rules().read("01A0001").is_ok());
}

#[test]
fn a_service_says_who_acts() {
    let folder = made();
    let mut ledger = opened(&folder);
    ledger.set_actor("li").expect("a name");
    let error = ledger.set_actor(&"li".repeat(600)).expect_err("longer than any name");
    assert_eq!(error.kind(), "usage");
    let code = next(&mut ledger);
    assert_eq!(ledger.show(&code).expect("a code").history[0].actor, "li");
}

#[test]
fn errors_have_a_kind_to_act_on() {
    let folder = made();
    let mut ledger = opened(&folder);
    let kind = |error: Error| error.kind();
    assert_eq!(ledger.issue(&IssueRequest::default()).map_err(kind).err(), Some("missing-value"));
    let unknown =
        Description { fields: vec![("type".to_owned(), "vpi".to_owned())], ..Description::default() };
    assert_eq!(ledger.issue(&unknown.into()).map_err(kind).err(), Some("unknown-value"));
    assert_eq!(ledger.show("?").map_err(kind).err(), Some("not-found"));
    let rules = folder.path("none.toml");
    assert_eq!(custcode::open(&rules).map_err(kind).err(), Some("rules-unreadable"));
}

#[test]
fn rules_and_ledger_are_made_once_and_opened_by_path() {
    let folder = Folder::sqlite();
    let rules = folder.path("rules.toml");
    folder.write(
        "rules.toml",
        "custcode = 1\n[rules.r]\npattern = \"K{seq:3}\"\nallow = [\"no-check-digit\"]\n",
    );
    let missing = custcode::open(&rules).map_err(|error| error.kind()).err();
    assert_eq!(missing, Some("ledger-missing"));
    custcode::init(&rules).expect("a ledger beside the rules");
    let again = custcode::init(&rules).map_err(|error| error.kind());
    assert_eq!(again, Err("ledger-exists"));
    let mut ledger = custcode::open(&rules).expect("both are there");
    assert_eq!(ledger.issue(&IssueRequest::default()).expect("a code").codes[0].code, "K001");
}
