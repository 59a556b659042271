//! A request that the network keeps back, and that reaches the server long after whoever sent it
//! has given it up.

use std::process::Stdio;

use super::Office;
use crate::faults::{BEFORE, eventually, issue, lines};
use crate::support::cluster::ROLE;
use crate::support::proxy::Proxy;
use crate::support::skipped_on_postgres;

const NEW: [&str; 5] = ["new", "--type", "vip", "--set", "industry=food"];

/// The request that gives out a code.
const REQUEST: &str = "custcode.issue(";

#[test]
fn a_request_that_comes_in_late_issues_no_second_code() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    let mut office = Office::new();
    let proxy = Proxy::before(&office.cluster);
    office.folder.set("CUSTCODE_STORE", &proxy.url(ROLE, office.database.name()));
    proxy.keep(REQUEST, true);
    let printed = issue(&office.folder, &NEW);
    assert!(proxy.has_kept(), "the first request was kept, and a second one made");
    let answer = proxy.deliver();
    assert!(answer.contains("this request came too late: it was given up"), "{answer}");
    let ledger = office.proven(&office.cluster, "late");
    assert_eq!(ledger.customers, BEFORE + 1);
    assert!(ledger.codes.contains(&printed[0]));
}

#[test]
fn a_request_that_nobody_could_ask_about_is_answered_once_under_its_reference() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    let mut office = Office::new();
    let direct = office.cluster.url(ROLE, office.database.name());
    let proxy = Proxy::before(&office.cluster);
    office.folder.set("CUSTCODE_STORE", &proxy.url(ROLE, office.database.name()));
    proxy.keep(REQUEST, false);
    let words = [&NEW[..], &["--ref", "LATE:1", "--wait", "2"]].concat();
    let issuer = office.folder.custcode(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let issuer = issuer.expect("custcode starts");
    eventually("the request is kept", || proxy.has_kept());
    proxy.close();
    let said = issuer.wait_with_output().expect("custcode ends");
    let complaint = lines(&said.stderr).join("\n");
    assert_eq!(said.status.code(), Some(3), "{complaint}");
    assert!(said.stdout.is_empty() && complaint.contains("could not be found out"), "{complaint}");

    office.folder.set("CUSTCODE_STORE", &direct);
    let printed = issue(&office.folder, &words);
    proxy.deliver();
    let ledger = office.proven(&office.cluster, "late");
    assert_eq!(ledger.customers, BEFORE + 1, "under its reference nothing is issued twice");
    assert_eq!(ledger.references["LATE:1"], printed[0]);
}

/// The answer is lost, and what would find it out is kept from being written: then nobody knows,
/// and no code is printed.
#[test]
fn what_the_server_does_not_write_tells_no_outcome() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    for (deed, table) in [("INSERT", "outcomes"), ("INSERT", "operations"), ("DELETE", "operations")] {
        let mut office = Office::new();
        let proxy = Proxy::before(&office.cluster);
        let trap = format!(
            "CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
             CREATE TRIGGER nothing BEFORE {deed} ON custcode.{table} FOR EACH ROW EXECUTE FUNCTION public.nothing()"
        );
        office.cluster.client(office.database.name()).batch_execute(&trap).expect("a superuser");
        office.folder.set("CUSTCODE_STORE", &proxy.url(ROLE, office.database.name()));
        proxy.keep(REQUEST, true);
        let done = office.folder.custcode(NEW).output().expect("custcode starts");
        let said = lines(&done.stderr).join("\n");
        assert!(proxy.has_kept(), "{deed} on {table}: the request was kept");
        assert_eq!(done.status.code(), Some(3), "{deed} on {table}: {said}");
        assert!(done.stdout.is_empty(), "{deed} on {table}: {said}");
        assert!(said.contains("the server does not write the note of it"), "{deed} on {table}: {said}");
        let left = "SELECT count(*) FROM custcode.operations WHERE command = ''";
        let left: i64 =
            office.cluster.client(office.database.name()).query_one(left, &[]).expect("a count").get(0);
        assert_eq!(left, 0, "{deed} on {table}");
    }
}
