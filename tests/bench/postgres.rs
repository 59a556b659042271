//! The ledger in PostgreSQL: a code in one statement beside the usual transaction of four round
//! trips, out of blocks beside the same, and an import beside `psql \copy` of ready-made rows into
//! the same tables with the same indexes. The server is durable and new.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use custcode::store::{
    self, Access, Bundle, Candidate, DEADLINE, Intent, Location, NewCustomer, NewIssue, NewOperation,
    Patience, ScopeKey,
};
use postgres::{Client, NoTls};

use super::Plan;
use super::measure::{
    Run, compare, custcode, heading, median, memory, say, summary, timed, weighed, workplace,
};
use super::prepare;
use super::support::cluster::{Cluster, Database, ROLE, Settings, program};

/// So many issue at once.
const DESKS: [u64; 3] = [8, 32, 64];

/// Codes of one run, by all desks together.
const CODES: u64 = 6_400;

/// Codes of each desk before the clock starts: a connection prepares its statements with the first
/// ones.
const FIRST: u64 = 4;

/// Numbers that a machine sets aside.
const BLOCK: u64 = 50;

const PATIENT: Patience<'static> = Patience { deadline: DEADLINE, notice: &|_| () };
const SCOPE: ScopeKey<'static> = ScopeKey { rule: "graded", scope: r#"["01","A"]"# };
const FIELDS: &str = r#"{"type":"vip","industry":"food"}"#;

/// Compares issuing, then importing.
pub(crate) fn run(plan: &Plan) {
    let cluster = Cluster::own(&Settings::new().set("max_connections", "100"));
    if let Some(desks) = plan.desks {
        return issuing(&cluster, plan, desks);
    }
    for desks in DESKS {
        issuing(&cluster, plan, desks);
    }
    importing(&cluster, plan);
}

fn issuing(cluster: &Cluster, plan: &Plan, desks: u64) {
    let (mut single, mut four, mut blocks) = (vec![], vec![], vec![]);
    for _ in 0..plan.runs {
        let (own, peer, leased) = (ledger(cluster), ledger(cluster), ledger(cluster));
        single.push(rush(desks, |desk| issue(&own, desk, CODES / desks, None)));
        four.push(rush(desks, |desk| four_round_trips(cluster, &peer, desk, CODES / desks)));
        blocks.push(rush(desks, |desk| issue(&leased, desk, CODES / desks, Some(BLOCK))));
        for database in [&own, &peer, &leased] {
            assert_eq!(count(cluster, database), (CODES / desks + FIRST) * desks, "codes were lost");
        }
    }
    let (single, four, blocks) = (median(&single), median(&four), median(&blocks));
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let rate = |time: Duration| CODES as f64 / time.as_secs_f64();
    heading(&format!("{desks} desks, {CODES} codes of one counter, beside BEGIN; UPDATE; INSERT; COMMIT"));
    compare("one statement", single, four, 1.0 / 1.3);
    compare(&format!("blocks of {BLOCK}"), blocks, four, if desks == 64 { 0.25 } else { f64::INFINITY });
    say(&format!(
        "codes/s: one statement {:.0}, blocks {:.0}, four round trips {:.0}",
        rate(single),
        rate(blocks),
        rate(four)
    ));
}

/// A new ledger with a counter.
fn ledger(cluster: &Cluster) -> Database {
    let database = cluster.database();
    let mut store = store::create(&location(&database)).expect("a new ledger");
    let mut writing = store.write(Intent::Small, "bench", PATIENT).expect("a free ledger");
    let text = |text: &str| text.to_owned();
    let bundle = Bundle {
        digest: text("rules"),
        text: text(""),
        proof: text(""),
        adopted_at: text(""),
        adopted_by: text(""),
    };
    writing.adopt(&bundle).expect("a bundle");
    writing.take(&SCOPE).expect("a counter");
    writing.commit().expect("a commit");
    database
}

fn location(database: &Database) -> Location {
    Location::parse(database.url()).expect("an address")
}

/// All desks at once, each on a connection that it has made before the clock starts.
fn rush<W: FnOnce()>(desks: u64, prepare: impl Fn(u64) -> W + Sync) -> Duration {
    let (ready, started) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for desk in 0..desks {
            let (prepare, ready, started) = (&prepare, &ready, &started);
            scope.spawn(move || {
                let work = prepare(desk);
                ready.fetch_add(1, Ordering::SeqCst);
                while started.load(Ordering::SeqCst) == 0 {
                    thread::sleep(Duration::from_millis(1));
                }
                work();
                ready.fetch_sub(1, Ordering::SeqCst);
            });
        }
        while ready.load(Ordering::SeqCst) < desks {
            thread::sleep(Duration::from_millis(1));
        }
        let start = Instant::now();
        started.store(1, Ordering::SeqCst);
        while ready.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(1));
        }
        start.elapsed()
    })
}

/// A desk that issues through the store.
fn issue(database: &Database, desk: u64, codes: u64, block: Option<u64>) -> impl FnOnce() + use<> {
    let mut store = store::open(&location(database), Access::Write).expect("the ledger");
    let host = format!("desk{desk}");
    let mut one = move |turn: u64| {
        let (reference, name) = (format!("CRM:{desk}-{turn}"), format!("客户 {turn}"));
        let new = NewIssue {
            operation: NewOperation {
                at: "2026-11-22T08:00:00Z",
                command: "new",
                actor: "li",
                os_user: "erp",
                host: &host,
                bundle: "rules",
                request_id: None,
                input_digest: None,
                salt: None,
            },
            scope: SCOPE,
            customer: NewCustomer {
                references: &[&reference],
                name: Some(&name),
                fields: FIELDS,
                attributes: "{}",
                date: "2024-05-06",
                operation: 0,
                row: 0,
            },
            attributes: &[],
            first: 1,
            step: 1,
            last: 99_999_999,
            block,
            candidates: &candidates,
            obstacle: &|_| None,
        };
        store.issue(&new, PATIENT).expect("an answer").expect("a code");
    };
    (0..FIRST).for_each(&mut one);
    move || (FIRST..FIRST + codes).for_each(one)
}

fn candidates(from: u64, most: usize) -> Vec<Candidate> {
    (from..)
        .take(most)
        .map(|number| Candidate { number, canonical: format!("01A{number:08}"), written: None })
        .collect()
}

/// A desk that does what everybody does: the same rows, prepared statements, a transaction.
fn four_round_trips(cluster: &Cluster, database: &Database, desk: u64, codes: u64) -> impl FnOnce() + use<> {
    let mut config = postgres::Config::new();
    config.host_path(cluster.folder()).port(cluster.port()).user(ROLE).dbname(database.name());
    let mut client: Client = config.options("-c search_path=custcode").connect(NoTls).expect("a connection");
    let update = client
        .prepare("UPDATE sequences SET last = coalesce(last, 0) + 1, position = position + 1, head = $3 WHERE rule = $1 AND scope = $2 RETURNING id, last, position")
        .expect("a statement");
    let insert = client
        .prepare(
            "WITH ids AS MATERIALIZED (SELECT nextval('customers_id_seq') AS customer, nextval('codes_id_seq') AS code, \
             nextval('operations_id_seq') AS operation), \
             person AS (INSERT INTO customers (id, reference, name, fields, attributes, date, operation, row, code) \
             SELECT customer, $1, $2, $3, '{}', '2024-05-06', operation, 0, code FROM ids), \
             recorded AS (INSERT INTO operations (id, at, command, actor, os_user, host, bundle, token, rows, first_code, last_code) \
             SELECT operation, '2026-11-22T08:00:00Z', 'new', 'li', 'erp', $4, 'rules', $5, 1, code, code FROM ids), \
             linked AS (INSERT INTO links (sequence, position, operation, hash) SELECT $6, $7, operation, $8 FROM ids) \
             INSERT INTO codes (id, canonical, customer, sequence, number, operation) SELECT code, $9, customer, $6, $10, operation FROM ids",
        )
        .expect("a statement");
    let (host, hash) = (format!("desk{desk}"), "0123456789abcdef".repeat(4));
    let mut one = move |turn: u64| {
        let (reference, name, token) =
            (format!("CRM:{desk}-{turn}"), format!("客户 {turn}"), format!("{desk:016x}{turn:016x}"));
        client.batch_execute("BEGIN").expect("a transaction");
        let row = client.query_one(&update, &[&SCOPE.rule, &SCOPE.scope, &hash]).expect("a number");
        let (id, number, position): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        let code = format!("01A{number:08}");
        client
            .execute(
                &insert,
                &[&reference, &name, &FIELDS, &host, &token, &id, &position, &hash, &code, &number],
            )
            .expect("the rows");
        client.batch_execute("COMMIT").expect("a commit");
    };
    (0..FIRST).for_each(&mut one);
    move || (FIRST..FIRST + codes).for_each(one)
}

fn count(cluster: &Cluster, database: &Database) -> u64 {
    let sql = "SELECT count(DISTINCT canonical) FROM custcode.codes";
    let row = cluster.client(database.name()).query_one(sql, &[]).expect("a count");
    row.get::<_, i64>(0).unsigned_abs()
}

fn importing(cluster: &Cluster, plan: &Plan) {
    let folder = workplace("postgres");
    prepare::company(&folder);
    prepare::customers(&folder.join("all.csv"), plan.rows);
    let (mut own, mut peer, mut sizes) = (vec![], vec![], vec![]);
    for run in 0..plan.runs {
        let (imported, copied) = (cluster.database(), cluster.database());
        for database in [&imported, &copied] {
            store::create(&location(database)).expect("a new ledger");
        }
        own.push(import(&folder, &imported));
        if run == 0 {
            for table in ["customers", "codes"] {
                timed(psql(&folder, &imported, &[&format!("\\copy custcode.{table} to '{table}.txt'")]));
            }
        }
        let orders =
            ["customers", "codes"].map(|table| format!("\\copy custcode.{table} from '{table}.txt'"));
        peer.push(weighed(
            &psql(&folder, &copied, &orders.each_ref().map(String::as_str)),
            None,
            &folder.join("printed"),
            &[0],
        ));
        for database in [imported, copied] {
            assert_eq!(count(cluster, &database), plan.rows, "codes were lost");
            sizes.push(size(cluster, &database));
            let drop = format!("DROP DATABASE {} WITH (FORCE)", database.name());
            cluster.client("postgres").batch_execute(&drop).expect("a superuser");
        }
    }
    heading(&format!("import {} customers, beside psql \\copy of ready-made rows", plan.rows));
    let own = summary(&own);
    compare("into an empty ledger", own.wall, summary(&peer).wall, 1.0);
    memory("peak", own, 64);
    say(&format!("{} bytes a customer, indexes included", sizes[0] / plan.rows));
}

/// Bytes of all tables and indexes of the ledger.
fn size(cluster: &Cluster, database: &Database) -> u64 {
    const SIZE: &str = "SELECT CAST(sum(pg_total_relation_size(oid)) AS bigint) FROM pg_class \
         WHERE relkind = 'r' AND relnamespace = to_regnamespace('custcode')";
    let row = cluster.client(database.name()).query_one(SIZE, &[]).expect("a superuser");
    u64::try_from(row.get::<_, i64>(0)).expect("a size")
}

fn import(folder: &Path, database: &Database) -> Run {
    let mut command = custcode(folder, &["import", "all.csv"]);
    command.env("CUSTCODE_STORE", database.url());
    weighed(&command, None, &folder.join("printed"), &[0])
}

/// PostgreSQL's own program, all statements in one transaction.
fn psql(folder: &Path, database: &Database, statements: &[&str]) -> Command {
    let path = program("psql");
    let mut arguments = vec!["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", database.url()];
    for statement in statements {
        arguments.extend(["-c", statement]);
    }
    super::measure::program(path.to_str().expect("a plain path"), folder, &arguments)
}
