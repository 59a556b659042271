//! The ledger's store, through its traits, on real files and servers.

#[path = "store/bulk.rs"]
mod bulk;
#[path = "store/creation.rs"]
mod creation;
#[path = "store/faults.rs"]
mod faults;
#[path = "store/queue.rs"]
mod queue;
#[path = "store/records.rs"]
mod records;
#[path = "store/scan.rs"]
mod scan;
#[path = "store/statements.rs"]
mod statements;

use std::path::PathBuf;

use custcode::store::{
    self, Access, Bundle, DEADLINE, Intent, Location, NewCode, NewCustomer, NewOperation, Patience, ScopeKey,
    Store, Transaction,
};

use crate::support::{Folder, Tables};

/// Waits long and tells nobody.
const PATIENT: Patience<'static> = Patience { deadline: DEADLINE, notice: &|_| () };

/// The counter most tests use.
const SCOPE: ScopeKey<'static> = ScopeKey { rule: "graded", scope: r#"["01","A"]"# };

/// A new ledger in a world of its own, whose current bundle is `rules`.
struct Ledger {
    folder: Folder,
}

impl Ledger {
    fn new() -> Self {
        let folder = Folder::new();
        folder.unasked("rows are put there without rules");
        let ledger = Self { folder };
        let mut store = store::create(&ledger.location()).expect("a new ledger");
        let mut writing = store.write(Intent::Small, "test", PATIENT).expect("a free ledger");
        writing.adopt(&bundle("rules")).expect("a new bundle");
        writing.commit().expect("a commit");
        ledger
    }

    /// The file, where SQLite keeps it.
    fn path(&self) -> PathBuf {
        self.folder.path("custcode.db")
    }

    fn location(&self) -> Location {
        Location::parse(&self.folder.store()).expect("a place")
    }

    fn open(&self) -> Box<dyn Store> {
        store::open(&self.location(), Access::Write).expect("the ledger")
    }

    /// Adds customers numbered `first..first + count`, as one write.
    fn fill(&self, intent: Intent, first: u64, count: u64) {
        let mut store = self.open();
        let mut writing = store.write(intent, "test", PATIENT).expect("a free ledger");
        add(&mut *writing, first, count);
        writing.commit().expect("a commit");
    }

    /// Asks the tables themselves, past the store; the first value of the answer.
    fn sql(&self, sql: &str) -> String {
        let mut tables = Tables::of(&self.folder).expect("the tables");
        tables.column(sql).expect("an answer").into_iter().next().unwrap_or_default()
    }

    /// Nothing is damaged, nothing hangs in the air, every index is in its place.
    fn assert_sound(&self) {
        let mut tables = Tables::of(&self.folder).expect("the tables");
        assert_eq!(tables.damage().expect("a check"), [""; 0]);
        let strangers = "SELECT count(*) FROM customers WHERE code NOT IN (SELECT id FROM codes WHERE customer = customers.id)";
        assert_eq!(tables.count(strangers).expect("a count"), 0);
    }
}

fn bundle(digest: &str) -> Bundle {
    Bundle {
        digest: digest.to_owned(),
        text: "custcode = 1".to_owned(),
        proof: "injective".to_owned(),
        adopted_at: "2026-11-22T08:00:00Z".to_owned(),
        adopted_by: "li".to_owned(),
    }
}

fn operation(request_id: Option<&str>) -> NewOperation<'_> {
    NewOperation {
        at: "2026-11-22T08:00:00Z",
        command: "import",
        actor: "li",
        os_user: "erp",
        host: "desk",
        bundle: "rules",
        request_id,
        input_digest: None,
        salt: None,
    }
}

fn customer<'a>(reference: Option<&'a str>, name: &'a str, operation: i64) -> NewCustomer<'a> {
    NewCustomer {
        // A test's own text: it may stay for good.
        references: reference.map_or(&[], |reference| Box::leak(Box::new([reference]))),
        name: Some(name),
        fields: r#"{"type":"vip"}"#,
        attributes: "{}",
        date: "2024-05-06",
        operation,
        row: 0,
    }
}

fn code(canonical: &str, counter: i64, number: u64) -> NewCode<'_> {
    NewCode { canonical, written: None, brought: None, counter: Some(counter), number: Some(number) }
}

/// Adds customers `C<n>` with codes `01A<n>`, in rows of an input; gives the operation.
fn add(writing: &mut dyn Transaction, first: u64, count: u64) -> i64 {
    let by = writing.begin_operation(&operation(None)).expect("an operation");
    let counter = writing.take(&SCOPE).expect("a counter").id;
    let mut ids = Vec::new();
    for number in first..first + count {
        let (reference, name, text) = (format!("R{number}"), format!("C{number}"), format!("01A{number}"));
        let mut new = customer(Some(&reference), &name, by);
        new.row = i64::try_from(number).expect("a small number");
        ids.push(writing.put(&new, &code(&text, counter, number)).expect("a new customer").1);
    }
    writing.advance(counter, first + count - 1).expect("a counter");
    let codes = ids.first().copied().zip(ids.last().copied());
    writing.end_operation(by, count, codes).expect("an operation");
    by
}
