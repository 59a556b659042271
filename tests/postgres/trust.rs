//! Who could put code of their own beside the ledger, and have it run by everybody who uses it.

use custcode::store::{self, Access, Error, Location};

use super::{Ledger, customer, issue};
use crate::support::Cluster;
use crate::support::cluster::{Database, ROLE, Settings};

/// A stranger's function that would come in the place of PostgreSQL's own, and notes as whom it
/// ran.
const TRAP: &str = "CREATE TABLE custcode.caught (who text); GRANT INSERT ON custcode.caught TO PUBLIC; \
    CREATE FUNCTION custcode.convert_to(message text, encoding text) RETURNS bytea LANGUAGE sql AS \
    'INSERT INTO custcode.caught VALUES (current_user); SELECT CAST(message AS bytea)'";

/// A server with a stranger.
fn server() -> Cluster {
    let cluster = Cluster::own(&Settings::new());
    cluster.client("postgres").batch_execute("CREATE ROLE mallory LOGIN").expect("a superuser");
    cluster
}

/// Statements of the superuser or, with `SET ROLE` before them, of another.
fn run(cluster: &Cluster, database: &Database, sql: &str) {
    cluster.client(database.name()).batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[track_caller]
fn refused(error: Option<Error>, reason: &str, hint: &str) {
    let error = error.expect("a refusal");
    assert!(
        matches!(&error, Error::Refused { reason: why, hint: what, .. } if why.starts_with(reason) && what.contains(hint)),
        "{error:?}"
    );
}

/// What opening says, for writing and for reading.
#[track_caller]
fn refused_to_open(location: &Location, reason: &str, hint: &str) {
    for access in [Access::Write, Access::Read] {
        refused(store::open(location, access).err(), reason, hint);
    }
}

#[test]
fn a_schema_that_a_stranger_made_is_not_taken() {
    let cluster = server();
    let database = cluster.database();
    run(&cluster, &database, &format!("GRANT CREATE ON DATABASE {} TO mallory", database.name()));
    run(
        &cluster,
        &database,
        &format!("SET ROLE mallory; CREATE SCHEMA custcode; GRANT ALL ON SCHEMA custcode TO {ROLE}; {TRAP}"),
    );
    let location = Location::parse(database.url()).expect("an address");
    let reason = "the schema custcode belongs to mallory, who could have anything run as you";
    refused(store::create(&location).err(), reason, "ALTER SCHEMA custcode OWNER TO");
    // Nor by a superuser, who is a member of every role.
    let superuser = Location::parse(&cluster.url("postgres", database.name())).expect("an address");
    refused(store::create(&superuser).err(), reason, "ALTER SCHEMA custcode OWNER TO");
    // Taken away from the stranger it still holds what the stranger made.
    run(&cluster, &database, &format!("ALTER SCHEMA custcode OWNER TO {ROLE}"));
    refused(
        store::create(&location).err(),
        "the schema custcode holds an object of mallory, who could have it run as you: ",
        "drop it",
    );
}

#[test]
fn a_schema_that_an_administrator_made_is_taken() {
    let cluster = server();
    let database = cluster.database();
    run(
        &cluster,
        &database,
        &format!("CREATE SCHEMA custcode; GRANT CREATE, USAGE ON SCHEMA custcode TO {ROLE}"),
    );
    let location = Location::parse(database.url()).expect("an address");
    drop(store::create(&location).expect("a new ledger"));
    assert!(store::open(&location, Access::Write).is_ok());
}

#[test]
fn a_ledger_into_which_strangers_may_put_something_is_not_opened() {
    let cluster = server();
    let ledger = Ledger::within(cluster.database());
    let location = ledger.location();
    run(&cluster, &ledger.database, "GRANT CREATE ON SCHEMA custcode TO PUBLIC");
    let reason = "PUBLIC may make objects in the schema custcode, and could have anything run as you";
    refused_to_open(&location, reason, "REVOKE CREATE ON SCHEMA custcode FROM PUBLIC");
    run(
        &cluster,
        &ledger.database,
        "REVOKE CREATE ON SCHEMA custcode FROM PUBLIC; GRANT CREATE ON SCHEMA custcode TO mallory",
    );
    refused_to_open(&location, "mallory may make objects", "REVOKE CREATE ON SCHEMA custcode FROM mallory");
    run(
        &cluster,
        &ledger.database,
        &format!("GRANT USAGE ON SCHEMA custcode TO mallory; SET ROLE mallory; {TRAP}"),
    );
    run(&cluster, &ledger.database, "REVOKE ALL ON SCHEMA custcode FROM mallory");
    refused_to_open(&location, "the schema custcode holds an object of mallory", "drop it");
    run(
        &cluster,
        &ledger.database,
        "DROP FUNCTION custcode.convert_to(text, text); DROP TABLE custcode.caught",
    );
    assert!(store::open(&location, Access::Write).is_ok());
    run(&cluster, &ledger.database, "ALTER SCHEMA custcode OWNER TO mallory");
    refused_to_open(&location, "the schema custcode belongs to mallory", "ALTER SCHEMA custcode OWNER TO");
    // A role may trust another by becoming a member of it.
    run(&cluster, &ledger.database, &format!("GRANT mallory TO {ROLE}"));
    assert!(store::open(&location, Access::Write).is_ok());
}

#[test]
fn others_may_own_what_is_beside_the_schema_but_nothing_in_it() {
    let cluster = server();
    let ledger = Ledger::within(cluster.database());
    let location = ledger.location();
    run(
        &cluster,
        &ledger.database,
        "CREATE SCHEMA shop AUTHORIZATION mallory; SET ROLE mallory; CREATE TABLE shop.orders (id int)",
    );
    assert!(store::open(&location, Access::Write).is_ok());
    // What a superuser made over to somebody needs no right to the schema.
    run(
        &cluster,
        &ledger.database,
        "CREATE FUNCTION custcode.convert_to(text) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
         ALTER FUNCTION custcode.convert_to(text) OWNER TO mallory",
    );
    refused_to_open(&location, "the schema custcode holds an object of mallory", "drop it");
}

#[test]
fn no_name_is_looked_for_where_somebody_else_could_have_put_one() {
    let cluster = server();
    let ledger = Ledger::within(cluster.database());
    // In the schema that everybody's path has, and in the ledger's own, by somebody who is trusted
    // with it.
    let trap = TRAP.replace("custcode.", "public.");
    run(
        &cluster,
        &ledger.database,
        &format!(
            "{TRAP}; {trap}; ALTER DATABASE {} SET search_path = custcode, public",
            ledger.database.name()
        ),
    );
    let mut store = ledger.open();
    issue(&mut *store, customer(Some("R1"), "a")).expect("a code");
    let candidates = super::codes(10);
    let mut block = super::new(customer(None, "b"), &candidates, &|_| None);
    block.block = Some(5);
    store.issue(&block, super::PATIENT).expect("an answer").expect("a code");
    let mut writing = store.write(store::Intent::Bulk(3_000), "test", super::PATIENT).expect("a turn");
    writing.begin_operation(&super::operation(None, "desk")).expect("an operation");
    writing.commit().expect("a commit");
    assert_eq!(super::chain::verify(&mut *store), 4);
    let caught = "SELECT CAST(count(*) AS text) FROM (SELECT FROM custcode.caught UNION ALL SELECT FROM public.caught) AS those";
    assert_eq!(ledger.sql_on(&cluster, caught), ["0"]);
    // A function that is called by somebody with another path names everything, too.
    let called = "SELECT custcode.sha256_hex('x')";
    let sum = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    assert_eq!(ledger.sql_on(&cluster, called), [sum]);
    assert_eq!(ledger.sql_on(&cluster, caught), ["0"]);
}
