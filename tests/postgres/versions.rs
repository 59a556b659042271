//! Tables of another version: older ones are brought up to date by whoever made them, newer ones
//! are left alone.

use custcode::store::{self, Access, Error, Intent, Location, postgres::GRANTS};

use super::{Ledger, PATIENT, customer, issue};
use crate::support::Cluster;
use crate::support::cluster::{Database, ROLE, Settings};
use crate::support::ledger::migrations;

/// The tables as version 2 made them, with the function of version 3 not there yet.
const VERSION_2: &str = concat!(
    "CREATE SCHEMA custcode; SET search_path = custcode; ",
    include_str!("../../src/store/migrations/postgres/0002_ledger.sql"),
    "INSERT INTO meta VALUES ('schema', '2'), ('bundle', 'rules'); \
     INSERT INTO bundles VALUES ('rules', 'custcode = 1', 'injective', '2026-11-22T08:00:00Z', 'li'); \
     INSERT INTO sequences (rule, scope) VALUES ('graded', '[\"01\",\"A\"]');"
);

/// The version that this program makes: that of SQLite's first file has no twin here.
fn latest() -> usize {
    migrations("postgres").len() + 1
}

/// A database with them, made by the role that owns it.
fn of_version_2(cluster: &Cluster) -> Database {
    let database = cluster.database();
    let make = format!("SET ROLE {ROLE}; {VERSION_2}");
    cluster.client(database.name()).batch_execute(&make).expect("the tables");
    database
}

#[test]
fn the_next_write_brings_older_tables_up_to_date() {
    let ledger = Ledger { database: of_version_2(Cluster::shared()) };
    let mut reading = store::open(&ledger.location(), Access::Read).expect("the ledger");
    let error = reading.read().err().expect("a refusal").to_string();
    let latest = latest();
    let told = format!("its tables have version 2, not {latest}; the next write updates them");
    assert!(error.ends_with(&told), "{error}");
    let issued = issue(&mut *ledger.open(), customer(Some("R1"), "a")).expect("a code");
    assert_eq!(issued.candidate.canonical, "01A0001");
    assert_eq!(ledger.sql("SELECT value FROM meta WHERE key = 'schema'"), [latest.to_string()]);
    let mut reading = store::open(&ledger.location(), Access::Read).expect("the ledger");
    assert_eq!(reading.read().expect("a view").totals().expect("counts"), (1, 1));
}

#[test]
fn who_did_not_make_the_tables_is_told_who_has_to_write_first() {
    let cluster = Cluster::own(&Settings::new());
    let ledger = Ledger { database: of_version_2(&cluster) };
    let mut client = cluster.client(ledger.database.name());
    client.batch_execute("CREATE ROLE clerk LOGIN").expect("a superuser");
    client.batch_execute(&GRANTS.replace("ROLE", "clerk")).expect("a superuser");
    let location = Location::parse(&cluster.url("clerk", ledger.database.name())).expect("an address");
    let mut clerk = store::open(&location, Access::Write).expect("the ledger");
    let error = clerk.write(Intent::Small, "new", PATIENT).err().expect("a refusal");
    assert!(
        matches!(&error, Error::Refused { hint, .. } if hint.starts_with("let the role that made the tables write first")),
        "{error}"
    );
    issue(&mut *ledger.open(), customer(Some("R1"), "a")).expect("a code");
    client.batch_execute(&GRANTS.replace("ROLE", "clerk")).expect("a superuser");
    let mut clerk = store::open(&location, Access::Write).expect("the ledger");
    assert_eq!(issue(&mut *clerk, customer(Some("R2"), "b")).expect("a code").candidate.canonical, "01A0002");
}

#[test]
fn newer_tables_are_left_alone() {
    let ledger = Ledger::new();
    let (latest, newer) = (latest(), latest() + 1);
    ledger.sql(&format!("UPDATE meta SET value = '{newer}' WHERE key = 'schema' RETURNING value"));
    let error = store::open(&ledger.location(), Access::Write).err().expect("a refusal").to_string();
    assert!(
        error.ends_with(&format!(
            "its tables have version {newer}, this program knows {latest}; use a newer custcode"
        )),
        "{error}"
    );
}
