//! A connection pool between custcode and the server.

use std::thread;

use crate::support::cluster::Settings;
use crate::support::cluster::pool::{Pool, Pooling};
use crate::support::{Cluster, Folder, Ledger, Tables, Test, rows};

/// Settings of a pool under which it takes what the session is told at its start, and forgets it.
const IGNORES: &str = "ignore_startup_parameters = options";

/// Issuers who share few places on the server, each with commands of its own and one that goes on.
fn works(pooling: Pooling, settings: &str) {
    let cluster = Cluster::own(&Settings::new());
    let database = cluster.database();
    let pool = Pool::before(&cluster, pooling, &format!("default_pool_size = 3\n{settings}"));
    let mut folder = Folder::sqlite();
    folder.set("CUSTCODE_STORE", &pool.url(database.name()));
    folder.write("rules.toml", rows::RULES);
    folder.init();
    let new = ["new", "--type", "vip", "--set", "industry=food"];
    let folder = Test::within(folder).args(new).args(["--ref", "CRM:1"]).stdout_like("[..]\n").run().folder;
    thread::scope(|scope| {
        for desk in 0..6 {
            let folder = &folder;
            scope.spawn(move || {
                for turn in 0..6 {
                    let reference = format!("R{desk}-{turn}");
                    let output =
                        folder.custcode(new).args(["--ref", &reference]).output().expect("custcode starts");
                    let complaint = String::from_utf8_lossy(&output.stderr);
                    assert_eq!(output.status.code(), Some(0), "{pooling:?} {settings}: {complaint}");
                }
            });
        }
    });
    let text = rows::customers(3_000, 7);
    let done = Test::within(folder)
        .file("customers.csv", text)
        .args(["import", "customers.csv", "-o", "coded.csv", "--quiet"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["store", "check", "--quiet"])
        .stdout_like("...\n")
        .run();
    let ledger = Ledger::read_from(Tables::database(cluster.client(database.name())));
    assert!(ledger.damage.is_empty(), "{:#?}", ledger.damage);
    assert_eq!(ledger.customers, 1 + 36 + 3_000);
    // Who has no right is told so, and nobody else.
    let stranger = cluster.database();
    done.then()
        .env("CUSTCODE_STORE", &pool.url(stranger.name()))
        .args(["list"])
        .status(3)
        .stderr_like("error: there is no ledger at [..]\nhint: [..]\n")
        .run();
    drop(pool);
}

#[test]
fn a_pool_that_refuses_what_the_session_is_told_is_no_hindrance() {
    works(Pooling::Session, "");
}

#[test]
fn a_pool_that_forgets_what_the_session_is_told_is_no_hindrance() {
    works(Pooling::Session, IGNORES);
}

#[test]
fn a_pool_of_transactions_is_no_hindrance() {
    works(Pooling::Transaction, "");
}

#[test]
fn a_pool_of_transactions_that_forgets_what_the_session_is_told_is_no_hindrance() {
    works(Pooling::Transaction, IGNORES);
}
