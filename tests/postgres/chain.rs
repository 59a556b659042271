//! The hashes that the server computed are those that the program would have computed.

use std::collections::BTreeMap;

use custcode::store::chain::{self, Items, Kind, Packed, Record};
use custcode::store::{Gap, GapReason, HistoryRow, Intent, NewCode, Snapshot, Store};

use super::{Ledger, PATIENT, SCOPE, codes, customer, issue, new, operation};

/// Recomputes every link out of what it covers; gives how many there are.
pub(super) fn verify(store: &mut dyn Store) -> usize {
    let mut view = store.read().expect("a view");
    verify_view(&mut *view)
}

fn verify_view(view: &mut dyn Snapshot) -> usize {
    let mut said = Packed::default();
    let mut open: Option<(String, Option<String>, Items)> = None;
    let mut links = 0;
    let mut heads = BTreeMap::new();
    let mut close = |open: &mut Option<(String, Option<String>, Items)>, said: &Packed| {
        if let Some((hash, before, items)) = open.take() {
            assert_eq!(chain::link(before.as_deref(), &items.digest(said)), hash);
            links += 1;
        }
    };
    view.history(&mut |row| {
        match row {
            HistoryRow::Operation { new, .. } => {
                close(&mut open, &said);
                said = chain::operation(new);
            }
            HistoryRow::Link { sequence, lease, position, hash, before, .. } => {
                close(&mut open, &said);
                assert_eq!(before.is_some(), *position > 1, "no place of a chain is empty");
                open = Some(((*hash).to_owned(), before.map(str::to_owned), Items::default()));
                // Whoever began first may have come second to the counter.
                let head = heads.entry((*sequence, *lease)).or_insert((0, String::new()));
                if head.0 < *position {
                    *head = (*position, (*hash).to_owned());
                }
            }
            HistoryRow::Item { sequence, kind, columns, .. } => {
                let (_, _, items) = open.as_mut().expect("a link before its items");
                items.add(*kind, &item(*sequence, *kind, columns));
            }
        }
        Ok(())
    })
    .expect("a history");
    close(&mut open, &said);
    let expected: Vec<_> = heads
        .into_iter()
        .map(|((sequence, lease), (position, hash))| (sequence, lease, position, hash))
        .collect();
    assert_eq!(view.heads().expect("heads"), expected, "each chain ends where its counter says");
    links
}

fn item(counter: i64, kind: Kind, columns: &[Option<&str>]) -> Packed {
    let text = |at: usize| columns[at].expect("a text");
    let number = |at: usize| text(at).parse::<u64>().expect("a number");
    match kind {
        Kind::Code => {
            let number = columns[0].map(|text| text.parse().expect("a number"));
            let item = chain::code(number, text(1), columns[2], columns[3]);
            let Some(date) = columns[9] else { return item };
            let record = Record {
                salt: text(4),
                name: columns[5],
                fields: text(6),
                attributes: text(7),
                state: custcode::store::CustomerState::from_word(text(8)).expect("a state"),
                date,
                row: text(10).parse().expect("a row"),
            };
            let references = columns[11].into_iter().flat_map(str::lines);
            references.fold(item.text(&record.commitment()), |item, one| {
                item.text(&chain::reference(text(4), one.strip_prefix('=').expect("as it was given")))
            })
        }
        Kind::Gap => {
            let reason = GapReason::from_word(text(2)).expect("a reason");
            chain::gap(&Gap { counter, first: number(0), last: number(1), reason, operation: 0 })
        }
        Kind::Lease => chain::lease(number(0), number(1), text(2)),
        other => panic!("these tests write no {other:?}"),
    }
}

#[test]
fn one_statement_hashes_as_a_transaction_does() {
    let ledger = Ledger::new();
    let mut store = ledger.open();
    issue(&mut *store, customer(Some("Ä1"), "华东机械 \"x\" \\ 🦀")).expect("a code");
    issue(&mut *store, super::NewCustomer { name: None, ..customer(None, "") }).expect("a code");
    let written = |from: u64, most: usize| {
        let mut list = codes(10)(from, most);
        for one in &mut list {
            one.written = Some(format!("01-a/{}", one.number));
        }
        list
    };
    let mut with_names = new(customer(Some("3"), "c"), &written, &|_| None);
    with_names.operation.request_id = Some("请求 1");
    with_names.operation.input_digest = Some("abc");
    let issued = store.issue(&with_names, PATIENT).expect("an answer").expect("a code");
    assert_eq!((issued.candidate.number, issued.before), (3, Some(2)));
    let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a free ledger");
    let by = writing.begin_operation(&operation(None, "desk")).expect("an operation");
    let counter = writing.take(&SCOPE).expect("a counter").id;
    let slow = super::NewCustomer { operation: by, ..customer(Some("4"), "d") };
    let code = NewCode {
        canonical: "01A0004",
        written: Some("01a-0004"),
        brought: None,
        counter: Some(counter),
        number: Some(4),
    };
    writing.put(&slow, &code).expect("a customer");
    writing.advance(counter, 4).expect("a counter");
    writing
        .skip(&Gap { counter, first: 5, last: 5, reason: GapReason::Import, operation: by })
        .expect("a gap");
    writing.commit().expect("a commit");
    assert_eq!(verify(&mut *store), 4);
}
