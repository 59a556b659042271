//! The server is stopped at once while an import sends its rows.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::Office;
use crate::faults::{BEFORE, issue, lines, tell};
use crate::support::cluster::Stop;
use crate::support::{Engine, rows, skipped_on_postgres};

const ROWS: u64 = 10_000;

/// Crashes the server in the COPY of so many imports.
fn crashes(rounds: u64) {
    let office = Office::new();
    let sending =
        "SELECT FROM pg_stat_activity WHERE datname = $1 AND state = 'active' AND query LIKE 'COPY %'";
    let (mut landed, mut whole, mut customers) = (0, 0, BEFORE);
    // An import may be over before its COPY is seen; the next one brings other customers.
    for seed in 0.. {
        if landed == rounds {
            break;
        }
        assert!(seed < 10 * (rounds + 1), "no COPY was ever seen");
        let occasion = format!("import {seed}");
        let text = rows::customers(ROWS, seed).replace("CRM", &format!("{seed}-CRM"));
        office.folder.write("customers.csv", text);
        let args = ["import", "customers.csv", "-o", "coded.csv", "--force"];
        let mut import = office.folder.custcode(args);
        let mut import =
            import.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("custcode starts");
        let mut superuser = office.cluster.client("postgres");
        let mut seen = false;
        while !seen && import.try_wait().expect("the import can be asked").is_none() {
            seen = superuser
                .query_opt(sending, &[&office.database.name()])
                .expect("a view of the server")
                .is_some();
            thread::sleep(Duration::from_micros(200));
        }
        drop(superuser);
        if seen {
            office.cluster.restart(Stop::Immediate);
            landed += 1;
        }
        let output = import.wait_with_output().expect("the import ends");
        let complaint = lines(&output.stderr).join("\n");
        assert!(
            matches!(output.status.code(), Some(0 | 3 | 5)),
            "{occasion}: {}: {complaint}",
            output.status
        );
        let found = office.proven(&office.cluster, &occasion).customers;
        assert!([customers, customers + ROWS].contains(&found), "{occasion}: {found} customers, {complaint}");
        if output.status.success() {
            assert_eq!(found, customers + ROWS, "{occasion}: success without its customers");
        } else if output.status.code() == Some(5) {
            assert_eq!(found, customers, "{occasion}: told that nothing was written: {complaint}");
        }
        whole += u64::from(seen && found > customers);
        issue(&office.folder, &args);
        customers += ROWS;
        assert_eq!(office.proven(&office.cluster, &occasion).customers, customers, "{occasion}: the retry");
    }
    if rounds > 1 {
        tell(
            Engine::Postgres,
            &format!("server stopped in the COPY of {rounds} imports: {whole} came through, 0 violations"),
        );
    }
}

#[test]
fn an_import_whose_server_crashes_is_all_or_nothing() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    crashes(1);
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_crashes_in_imports() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    crashes(20);
}
