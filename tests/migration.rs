//! Ledgers that a custcode from before the first release made: refused by name, with the way over.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use rusqlite::Connection;

use crate::support::{Folder, Test};

/// A company whose ledger has the tables of version 2: one customer.
fn company_of_version_2() -> Folder {
    let folder = Folder::sqlite();
    folder.bring("rules.example.toml");
    fs::rename(folder.path("rules.example.toml"), folder.path("rules.toml")).expect("one folder");
    let path = folder.path("custcode.db");
    let ledger = Connection::open(&path).expect("a file");
    ledger.execute_batch(include_str!("migration/version_2.sql")).expect("the rows");
    drop(ledger);
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("a file of one's own");
    folder
}

#[test]
fn an_old_ledger_is_refused_with_the_way_over() {
    let company = company_of_version_2();
    company.unasked("its ledger is older than the check");
    let before = fs::read(company.path("custcode.db")).expect("the ledger");
    let mut company = company;
    for words in [
        &["new", "--type", "vip"][..],
        &["show", "01A0001"],
        &["export"],
        &["store", "check"],
        &["store", "info"],
        &["store", "backup", "b.db"],
    ] {
        company = Test::within(company)
            .args(words.iter().copied())
            .stderr_like(
                "error: [DIR]/custcode.db is a ledger of an earlier custcode (tables 2, not 5)\n\
                 hint: bring its customers over: custcode export -o customers.csv with the program that made it, \
                 then custcode init and custcode import customers.csv with this one; codes and counters come along, \
                 history, gaps and leases stay in the old ledger\n",
            )
            .status(3)
            .run()
            .folder;
    }
    assert_eq!(fs::read(company.path("custcode.db")).expect("the ledger"), before, "nothing was touched");
    assert!(!company.path("b.db").exists());
}
