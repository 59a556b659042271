//! What a write costs: how often it waits for the server.

use custcode::store::{
    self, Access, Change, CodeState, CustomerState, Gap, GapReason, Intent, Location, NewCode, NewCustomer,
    Transaction,
};

use super::{Ledger, PATIENT, SCOPE, bundle, customer, operation};
use crate::support::Cluster;
use crate::support::cluster::ROLE;
use crate::support::proxy::Proxy;

/// Every write with the round trips that it costs: the first time on a connection, where nothing is
/// prepared yet; what was asked for before on it costs one more for the second time, and no more
/// after that.
#[test]
fn no_write_costs_more_round_trips_than_it_needs() {
    let ledger = Ledger::new();
    let proxy = Proxy::before(Cluster::shared());
    let location = Location::parse(&proxy.url(ROLE, ledger.database.name())).expect("an address");
    let mut store = store::open(&location, Access::Write).expect("the ledger");
    let mut last = proxy.round_trips();
    let mut cost = move || {
        let before = std::mem::replace(&mut last, proxy.round_trips());
        last - before
    };
    let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a turn");
    assert_eq!(cost(), 1, "to begin");
    let mut costs = Vec::new();
    let mut did = |what: &'static str, step: &mut dyn FnMut(&mut dyn Transaction)| {
        step(writing.as_mut());
        costs.push((what, cost()));
    };
    let (mut by, mut counter) = (0, 0);
    did("begin_operation", &mut |writing| {
        by = writing.begin_operation(&operation(Some("q"), "desk")).expect("an operation");
    });
    did("take", &mut |writing| counter = writing.take(&SCOPE).expect("a counter").id);
    did("add_attribute_names", &mut |writing| writing.add_attribute_names(&["a", "b"]).expect("names"));
    did("put", &mut |writing| {
        let customer = NewCustomer { operation: by, ..customer(Some("R"), "a") };
        let code = NewCode {
            canonical: "01A0001",
            written: None,
            brought: None,
            counter: Some(counter),
            number: Some(1),
        };
        writing.put(&customer, &code).expect("a customer");
    });
    did("advance", &mut |writing| writing.advance(counter, 1).expect("a step"));
    did("keep_ahead", &mut |writing| writing.keep_ahead(counter, 9).expect("a note"));
    did("skip", &mut |writing| {
        let gap = Gap { counter, first: 2, last: 3, reason: GapReason::InUse, operation: by };
        writing.skip(&gap).expect("a gap");
    });
    did("change_state", &mut |writing| {
        writing.change_state(1, CodeState::Former, Some("moved")).expect("a change");
    });
    let change = |attribute: &str| Change {
        attribute: attribute.to_owned(),
        before: None,
        after: None,
        reason: None,
        operation: 0,
    };
    did("update", &mut |writing| {
        let changes = [change("a"), change("b")];
        writing.update(1, Some("b"), "{}", "{}", &changes).expect("a change");
    });
    did("change_customer_state", &mut |writing| {
        writing.change_customer_state(1, CustomerState::Retired).expect("a change");
    });
    did("restate", &mut |writing| writing.restate(1).expect("a state"));
    did("recount_ahead", &mut |writing| writing.recount_ahead(counter).expect("a count"));
    did("adopt", &mut |writing| writing.adopt(&bundle()).expect("a bundle"));
    did("set_fence", &mut |writing| writing.set_fence(Some("moved")).expect("a fence"));
    did("lift the fence", &mut |writing| writing.set_fence(None).expect("no fence"));
    did("add_checkpoint", &mut |writing| {
        writing.add_checkpoint(by, "2026-11-22T08:00:00Z").expect("a checkpoint");
    });
    did("end_operation", &mut |writing| writing.end_operation(by, 1, Some((1, 1))).expect("totals"));
    assert_eq!(
        costs,
        [
            ("begin_operation", 1),
            ("take", 1),
            ("add_attribute_names", 1),
            ("put", 1),
            ("advance", 1),
            ("keep_ahead", 1),
            ("skip", 1),
            ("change_state", 2),
            // The record before and after, which is prepared for the second time.
            ("update", 6),
            ("change_customer_state", 8),
            ("restate", 1),
            ("recount_ahead", 3),
            ("adopt", 1),
            ("set_fence", 1),
            ("lift the fence", 1),
            ("add_checkpoint", 4),
            ("end_operation", 1),
        ]
    );
    writing.commit().expect("a commit");
    assert_eq!(cost(), 2, "to link the operation and to commit");
}

/// Every constant statement is one that the server understands, and takes as many values as it
/// says.
#[test]
fn every_statement_can_be_prepared() {
    let ledger = Ledger::new();
    let mut client = Cluster::shared().client(ledger.database.name());
    client.batch_execute("SET search_path = pg_catalog, pg_temp").expect("a path");
    for (name, statement) in store::statements() {
        let prepared = client
            .prepare(statement.postgres())
            .unwrap_or_else(|error| panic!("{name}: {error:?}\n{}", statement.postgres()));
        assert_eq!(prepared.params().len(), statement.params(), "{name}");
    }
    for law in store::LAWS {
        let prepared = client.prepare(law.sql).unwrap_or_else(|error| panic!("{law:?}: {error:?}"));
        assert_eq!((prepared.params().len(), prepared.columns().len()), (0, 3), "{law:?}");
    }
}
