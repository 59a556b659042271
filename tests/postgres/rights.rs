//! What a role, a server and a setting allow.

use custcode::store::{self, Access, Error, Intent, Location, postgres::GRANTS};

use super::{Ledger, PATIENT, customer, issue};
use crate::support::Cluster;
use crate::support::cluster::Settings;

/// A ledger on a server of its own, and the address for another role.
fn ledger(cluster: &Cluster, role: &str, rights: &str) -> (Ledger, Location) {
    let ledger = Ledger::within(cluster.database());
    let mut client = cluster.client(ledger.database.name());
    client.batch_execute(&format!("CREATE ROLE {role} LOGIN; {rights}")).expect("a superuser");
    let location = Location::parse(&cluster.url(role, ledger.database.name())).expect("an address");
    (ledger, location)
}

#[test]
fn the_reference_shows_the_grants() {
    for name in ["src/cli/pages/en/postgres.md", "src/cli/pages/zh/postgres.md"] {
        let text = std::fs::read_to_string(crate::support::project().join(name)).expect("a page");
        for grant in GRANTS.split("; ") {
            assert!(text.contains(&format!("\n{grant};\n")), "{name}: {grant}");
        }
    }
}

#[test]
fn the_grants_that_are_told_suffice_for_everything_but_making_tables() {
    let cluster = Cluster::own(&Settings::new());
    let (ledger, location) = ledger(&cluster, "clerk", &GRANTS.replace("ROLE", "clerk"));
    let mut store = store::open(&location, Access::Write).expect("the ledger");
    issue(&mut *store, customer(Some("R1"), "a")).expect("a code");
    // The clerk does not own the tables: an import keeps the indexes instead of building them anew.
    let mut writing = store.write(Intent::Bulk(5_000), "import", PATIENT).expect("a turn");
    let by = writing.begin_operation(&super::operation(None, "desk")).expect("an operation");
    for number in 2..50 {
        let canonical = format!("01A{number:04}");
        let code = custcode::store::NewCode {
            canonical: &canonical,
            written: None,
            brought: None,
            counter: Some(1),
            number: Some(number),
        };
        writing.put(&super::NewCustomer { operation: by, ..customer(None, "b") }, &code).expect("a customer");
    }
    writing.commit().expect("a commit");
    assert_eq!(store.read().expect("a view").totals().expect("counts"), (49, 49));
    drop(ledger);
}

#[test]
fn a_role_that_reads_may_read_and_is_told_what_it_lacks() {
    let cluster = Cluster::own(&Settings::new());
    let rights =
        "GRANT USAGE ON SCHEMA custcode TO auditor; GRANT SELECT ON ALL TABLES IN SCHEMA custcode TO auditor";
    let (ledger, location) = ledger(&cluster, "auditor", rights);
    issue(&mut *ledger.open(), customer(Some("R1"), "a")).expect("a code");
    let mut store = store::open(&location, Access::Read).expect("the ledger");
    let mut view = store.read().expect("a view");
    assert!(view.find_codes(&["01A0001"]).expect("an answer")[0].is_some());
    assert_eq!(view.integrity().expect("a check"), [""; 0]);
    drop(view);
    let mut store = store::open(&location, Access::Write).expect("the ledger");
    let error = store.write(Intent::Small, "new", PATIENT).err().expect("a refusal");
    assert!(matches!(&error, Error::Refused { hint, .. } if hint.contains("GRANT")), "{error}");
}

#[test]
fn a_role_without_any_right_is_not_told_that_there_is_no_ledger() {
    let cluster = Cluster::own(&Settings::new());
    let (_ledger, location) = ledger(&cluster, "stranger", "");
    let error = store::open(&location, Access::Read).err().expect("a refusal");
    assert!(matches!(&error, Error::Refused { hint, .. } if hint.contains("GRANT USAGE")), "{error}");
}

#[test]
fn nothing_is_issued_where_a_commit_could_be_lost() {
    let cluster = Cluster::own(&Settings::new().set("synchronous_commit", "off"));
    let location = |name: &str| Location::parse(&cluster.url("custcode", name)).expect("an address");
    let database = cluster.database();
    let mut store = store::create(&location(database.name())).expect("tables");
    let error = store.write(Intent::Small, "new", PATIENT).err().expect("a refusal");
    assert!(
        matches!(&error, Error::Refused { reason, .. } if reason.contains("synchronous_commit")),
        "{error}"
    );
    assert!(store.read().is_ok(), "reading loses nothing");
}

#[test]
fn a_standby_reads_and_does_not_issue() {
    let primary = Cluster::own(&Settings::new().set("hot_standby", "on"));
    let ledger = Ledger::within(primary.database());
    issue(&mut *ledger.open(), customer(Some("R1"), "a")).expect("a code");
    let standby = Cluster::standby_of(&primary, true);
    issue(&mut *ledger.open(), customer(Some("R2"), "b")).expect("a code");
    let url = standby.url("custcode", ledger.database.name());
    let location = Location::parse(&url).expect("an address");
    let mut store = store::open(&location, Access::Write).expect("the ledger");
    let error = store.write(Intent::Small, "new", PATIENT).err().expect("a refusal");
    assert!(
        matches!(&error, Error::Refused { reason, hint, .. } if reason.contains("standby") && hint.contains("primary")),
        "{error}"
    );
    assert!(store.read().expect("a view").find_codes(&["01A0001"]).expect("an answer")[0].is_some());
}
