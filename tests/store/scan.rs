//! Walking over customers: order, filters, names.

use custcode::store::{CodeState, Error, Filter, Intent, NewCustomer, Snapshot};
use proptest::prelude::*;

use super::{Ledger, PATIENT, SCOPE, code, customer, operation};
use crate::support::Tables;

/// Customers (name, fields, attributes, date) with the codes 01A1, 01A2 …
fn ledger_of(customers: &[(&str, &str, &str, &str)]) -> Ledger {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    let mut writing = store.write(Intent::Small, "import", PATIENT).expect("a free ledger");
    let by = writing.begin_operation(&operation(None)).expect("an operation");
    let counter = writing.take(&SCOPE).expect("a counter").id;
    for (number, (name, fields, attributes, date)) in (1..).zip(customers) {
        let text = format!("01A{number}");
        let new = NewCustomer { fields, attributes, date, ..customer(None, name, by) };
        writing.put(&new, &code(&text, counter, number)).expect("a customer");
    }
    writing.commit().expect("a commit");
    ledger
}

fn small_ledger() -> Ledger {
    ledger_of(&[
        ("Anna", r#"{"type":"vip","region":"3"}"#, r#"{"电话":"1"}"#, "2024-01-01"),
        ("Bert", r#"{"type":"vip"}"#, r#"{"a \"b\\ .c":"2"}"#, "2024-02-01"),
        (" anna ", r#"{"type":"regular"}"#, r#"{"电话":"1"}"#, "2024-03-01"),
    ])
}

fn names(view: &mut dyn Snapshot, filter: &Filter) -> Vec<String> {
    let mut names = Vec::new();
    let mut note = |listed: &custcode::store::Listed<'_>| {
        names.push(listed.name.unwrap_or_default().to_owned());
        Ok(())
    };
    view.scan(filter, &mut note).expect("a scan");
    names
}

fn pair(key: &str, value: &str) -> Vec<(String, String)> {
    vec![(key.to_owned(), value.to_owned())]
}

#[test]
fn a_filter_demands_all_that_it_says() {
    let ledger = small_ledger();
    let mut store = ledger.open();
    let mut view = store.read().expect("a view");
    let all = Filter::default();
    let mut of = |filter: Filter| names(&mut *view, &filter);
    assert_eq!(of(all.clone()), ["Anna", "Bert", " anna "]);
    assert_eq!(
        of(Filter { fields: vec![("type".into(), vec!["vip".into()])], ..all.clone() }),
        ["Anna", "Bert"]
    );
    assert_eq!(of(Filter { attributes: pair("电话", "1"), ..all.clone() }), ["Anna", " anna "]);
    assert_eq!(of(Filter { attributes: pair("a \"b\\ .c", "2"), ..all.clone() }), ["Bert"]);
    assert_eq!(of(Filter { name: Some("Anna".to_owned()), ..all.clone() }), ["Anna"]);
    let from = Some("2024-02-01".to_owned());
    assert_eq!(of(Filter { dates: (from.clone(), None), ..all.clone() }), ["Bert", " anna "]);
    assert_eq!(of(Filter { dates: (from.clone(), from), ..all.clone() }), ["Bert"]);
    let mixed = Filter {
        fields: vec![("type".into(), vec!["vip".into()])],
        attributes: pair("电话", "1"),
        ..all.clone()
    };
    assert_eq!(of(mixed), ["Anna"]);
    assert_eq!(
        of(Filter { fields: vec![("no such".into(), vec!["x".into(), "y".into()])], ..all.clone() }),
        Vec::<String>::new()
    );
    assert_eq!(of(Filter { limit: Some(2), ..all.clone() }), ["Anna", "Bert"]);
    assert_eq!(of(Filter { limit: Some(u64::MAX), ..all }).len(), 3);
}

#[test]
fn states_are_those_of_the_current_code() {
    let ledger = small_ledger();
    Tables::alter(&ledger.folder, "UPDATE codes SET state = 'retired' WHERE id = 2");
    let mut store = ledger.open();
    let mut view = store.read().expect("a view");
    let mut of =
        |states: &[CodeState]| names(&mut *view, &Filter { states: states.to_vec(), ..Filter::default() });
    assert_eq!(of(&[]).len(), 3);
    assert_eq!(of(&[CodeState::Active]), ["Anna", " anna "]);
    assert_eq!(of(&[CodeState::Retired, CodeState::Void]), ["Bert"]);
}

#[test]
fn a_scan_stops_when_told() {
    let ledger = small_ledger();
    let mut store = ledger.open();
    let mut view = store.read().expect("a view");
    let mut seen = 0;
    let stopped = view.scan(&Filter::default(), &mut |_| {
        seen += 1;
        Err(Error::Interrupted)
    });
    assert!(matches!(stopped, Err(Error::Interrupted)));
    assert_eq!(seen, 1);
}

#[test]
fn codes_come_with_rule_and_scope() {
    let ledger = small_ledger();
    let mut store = ledger.open();
    let mut view = store.read().expect("a view");
    let mut seen = Vec::new();
    view.scan_codes(&mut |code, rule, scope| {
        seen.push(format!("{} {rule} {scope}", code.canonical));
        Ok(())
    })
    .expect("a scan");
    assert_eq!(seen, [1, 2, 3].map(|number| format!("01A{number} graded [\"01\",\"A\"]")));
}

#[test]
fn customers_of_one_operation_come_without_those_of_others() {
    let ledger = Ledger::new();
    for first in [1, 4, 7] {
        ledger.fill(Intent::Small, first, 3);
    }
    let mut store = ledger.open();
    let mut view = store.read().expect("a view");
    let mut seen = Vec::new();
    view.scan_operation(2, &mut |entry| {
        seen.push(entry.customer.row);
        Ok(())
    })
    .expect("a scan");
    assert_eq!(seen, [4, 5, 6]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any key finds its own value, and only that: no key is read as a path or a wildcard.
    #[test]
    fn any_key_is_only_a_key(key in "[^\\x00]{1,12}", other in "[^\\x00]{1,12}") {
        let object = |key: &str| serde_json::json!({ key: "x" }).to_string();
        let (mine, theirs) = (object(&key), object(&other));
        let ledger = ledger_of(&[("mine", "{}", &mine, "2024-01-01"), ("theirs", "{}", &theirs, "2024-01-01")]);
        let mut store = ledger.open();
        let mut view = store.read().expect("a view");
        let found = names(&mut *view, &Filter { attributes: pair(&key, "x"), ..Filter::default() });
        let expected: &[&str] = if key == other { &["mine", "theirs"] } else { &["mine"] };
        prop_assert_eq!(found, expected);
    }
}
