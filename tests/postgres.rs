//! What only the ledger in PostgreSQL can be asked: addresses and passwords, encryption, rights,
//! many issuers at once, lost connections.

#[path = "postgres/address.rs"]
mod address;
#[path = "postgres/chain.rs"]
mod chain;
#[path = "postgres/crowd.rs"]
mod crowd;
#[path = "postgres/encryption.rs"]
mod encryption;
#[path = "postgres/frozen.rs"]
mod frozen;
#[path = "postgres/issue.rs"]
mod issue;
#[path = "postgres/leases.rs"]
mod leases;
#[path = "postgres/lost.rs"]
mod lost;
#[path = "postgres/pool.rs"]
mod pool;
#[path = "postgres/readers.rs"]
mod readers;
#[path = "postgres/rights.rs"]
mod rights;
#[path = "postgres/round_trips.rs"]
mod round_trips;
#[path = "postgres/trust.rs"]
mod trust;
#[path = "postgres/versions.rs"]
mod versions;

use custcode::store::{
    self, Access, Bundle, Candidate, DEADLINE, GapReason, Intent, IssuedNow, Location, NewCustomer, NewIssue,
    NewOperation, Patience, ScopeKey, Store,
};

use crate::support::Cluster;
use crate::support::cluster::Database;

/// Waits long and tells nobody.
const PATIENT: Patience<'static> = Patience { deadline: DEADLINE, notice: &|_| () };

/// The counter of these tests: numbers 1 to 9999.
const SCOPE: ScopeKey<'static> = ScopeKey { rule: "graded", scope: r#"["01","A"]"# };

/// A ledger in a database of its own, whose current bundle is `rules`.
struct Ledger {
    database: Database,
}

impl Ledger {
    /// An empty one.
    fn new() -> Self {
        Self::within(Cluster::shared().database())
    }

    /// One in a database of another server.
    fn within(database: Database) -> Self {
        let ledger = Self { database };
        let mut store = store::create(&ledger.location()).expect("a new ledger");
        let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a free ledger");
        writing.adopt(&bundle()).expect("a new bundle");
        writing.take(&SCOPE).expect("a counter");
        writing.commit().expect("a commit");
        ledger
    }

    fn location(&self) -> Location {
        Location::parse(self.database.url()).expect("an address")
    }

    fn open(&self) -> Box<dyn Store> {
        store::open(&self.location(), Access::Write).expect("the ledger")
    }

    /// The first column of an answer of the database itself, as text.
    fn sql(&self, sql: &str) -> Vec<String> {
        self.sql_on(Cluster::shared(), sql)
    }

    /// The same on a server of its own.
    fn sql_on(&self, cluster: &Cluster, sql: &str) -> Vec<String> {
        let mut client = cluster.client(self.database.name());
        client.batch_execute("SET search_path = custcode").expect("the schema");
        let rows = client.query(sql, &[]).unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The numbers issued so far, ascending.
    fn numbers(&self) -> Vec<u64> {
        let mut numbers: Vec<u64> = self
            .sql("SELECT CAST(number AS text) FROM codes")
            .iter()
            .map(|text| text.parse().expect("a number"))
            .collect();
        numbers.sort_unstable();
        numbers
    }
}

fn bundle() -> Bundle {
    Bundle {
        digest: "rules".to_owned(),
        text: "custcode = 1".to_owned(),
        proof: "injective".to_owned(),
        adopted_at: "2026-11-22T08:00:00Z".to_owned(),
        adopted_by: "li".to_owned(),
    }
}

fn operation<'a>(request_id: Option<&'a str>, host: &'a str) -> NewOperation<'a> {
    NewOperation {
        at: "2026-11-22T08:00:00Z",
        command: "new",
        actor: "李",
        os_user: "erp",
        host,
        bundle: "rules",
        request_id,
        input_digest: None,
        salt: None,
    }
}

fn customer<'a>(reference: Option<&'a str>, name: &'a str) -> NewCustomer<'a> {
    NewCustomer {
        // A test's own text: it may stay for good.
        references: reference.map_or(&[], |reference| Box::leak(Box::new([reference]))),
        name: Some(name),
        fields: r#"{"type":"vip"}"#,
        attributes: "{}",
        date: "2024-05-06",
        operation: 0,
        row: 0,
    }
}

/// The codes 01A0001 to 01A9999; numbers that end in `missing` have none.
fn codes(missing: u64) -> impl Fn(u64, usize) -> Vec<Candidate> {
    move |from, most| {
        (from..=9999)
            .take(most)
            .take_while(|number| number % 10 != missing)
            .map(|number| Candidate { number, canonical: format!("01A{number:04}"), written: None })
            .collect()
    }
}

/// Everything for one code, to be changed where a test wants it otherwise.
fn new<'a>(
    customer: NewCustomer<'a>,
    candidates: &'a dyn Fn(u64, usize) -> Vec<Candidate>,
    obstacle: &'a dyn Fn(u64) -> Option<GapReason>,
) -> NewIssue<'a> {
    NewIssue {
        operation: operation(None, "desk"),
        scope: SCOPE,
        customer,
        attributes: &[],
        first: 1,
        step: 1,
        last: 9999,
        block: None,
        candidates,
        obstacle,
    }
}

/// Issues a code for a customer.
fn issue(store: &mut dyn Store, customer: NewCustomer<'_>) -> Option<IssuedNow> {
    store.issue(&new(customer, &codes(10), &|_| None), PATIENT).expect("an answer")
}
