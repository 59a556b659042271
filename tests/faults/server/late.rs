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
