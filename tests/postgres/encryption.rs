//! Encrypted connections to a real server whose certificate a company signed itself: each `sslmode` and what it demands.

use std::fs;
use std::path::Path;
use std::process::Command;

use custcode::store::{self, Access, Error, Location};
use tempfile::TempDir;

use super::{Ledger, customer, issue};
use crate::support::Cluster;
use crate::support::cluster::Settings;

/// Makes a root and a certificate for `name` signed by it; gives (root, certificate, key) in PEM form.
fn certificates(folder: &Path, name: &str) -> [Vec<u8>; 3] {
    let openssl = |arguments: &[&str]| {
        let done = Command::new("openssl")
            .args(arguments)
            .current_dir(folder)
            .output()
            .expect("openssl (tests/setup)");
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"];
    openssl(
        &[&["req", "-x509", "-subj", "/CN=root", "-keyout", "root.key", "-out", "root.crt"][..], &curve]
            .concat(),
    );
    openssl(
        &[&["req", "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr"][..], &curve[..5]]
            .concat(),
    );
    fs::write(folder.join("names"), format!("subjectAltName=DNS:{name}\nbasicConstraints=CA:FALSE\n"))
        .expect("a folder");
    openssl(&[
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "root.crt",
        "-CAkey",
        "root.key",
        "-CAcreateserial",
        "-days",
        "30",
        "-extfile",
        "names",
        "-out",
        "server.crt",
    ]);
    ["root.crt", "server.crt", "server.key"].map(|file| fs::read(folder.join(file)).expect("openssl made it"))
}

/// A server that is encrypted for `name`, a ledger on it, and the folder with the root certificate.
fn encrypted(name: &str, rules: &str) -> (Cluster, Ledger, TempDir) {
    let folder = TempDir::new().expect("a folder");
    let [_, certificate, key] = certificates(folder.path(), name);
    let settings = Settings::new()
        .tcp()
        .set("ssl", "on")
        .file("server.crt", certificate)
        .file("server.key", key)
        .file("pg_hba.conf", format!("local all all trust\n{rules}\n"));
    let cluster = Cluster::own(&settings);
    let ledger = Ledger::within(cluster.database());
    (cluster, ledger, folder)
}

/// Whether the connection is encrypted, or why there is none.
fn connect(cluster: &Cluster, ledger: &Ledger, host: &str, parameters: &str) -> Result<bool, Error> {
    let url =
        format!("postgres://custcode@{host}:{}/{}?{parameters}", cluster.port(), ledger.database.name());
    let mut store = store::open(&Location::parse(&url)?, Access::Write)?;
    issue(&mut *store, customer(None, "a")).expect("a code");
    let mut client = cluster.client(ledger.database.name());
    let sql = "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'custcode' AND client_port > 0";
    Ok(client.query_one(sql, &[]).expect("one connection").get(0))
}

#[test]
fn each_mode_demands_what_libpq_says() {
    let (cluster, ledger, folder) = encrypted(
        "localhost",
        "hostssl all all 127.0.0.1/32 trust\nhostnossl all custcode 127.0.0.1/32 trust",
    );
    let root = format!("sslrootcert={}", folder.path().join("root.crt").display());
    let other = TempDir::new().expect("a folder");
    certificates(other.path(), "localhost");
    let wrong = format!("sslrootcert={}", other.path().join("root.crt").display());
    // Who has a root certificate checks it with `require`, too.
    for (host, mode, root, encrypted) in [
        ("localhost", "disable", "", Some(false)),
        ("localhost", "prefer", "", Some(true)),
        ("localhost", "require", "", Some(true)),
        ("127.0.0.1", "require", &*root, Some(true)),
        ("localhost", "require", &*wrong, None),
        ("localhost", "verify-ca", &*root, Some(true)),
        ("127.0.0.1", "verify-ca", &*root, Some(true)),
        ("localhost", "verify-ca", &*wrong, None),
        ("localhost", "verify-full", &*root, Some(true)),
        ("127.0.0.1", "verify-full", &*root, None),
        ("localhost", "verify-full", &*wrong, None),
        ("localhost", "verify-full", "sslrootcert=system", None),
    ] {
        let found = connect(&cluster, &ledger, host, &format!("sslmode={mode}&{root}"));
        match (encrypted, found) {
            (Some(expected), Ok(found)) => assert_eq!(found, expected, "{host} {mode} {root}"),
            (None, Err(error)) => assert!(
                matches!(&error, Error::Refused { .. } | Error::Address { .. }),
                "{host} {mode} {root}: {error:?}"
            ),
            (_, found) => panic!("{host} {mode} {root}: {found:?}"),
        }
    }
    let error =
        connect(&cluster, &ledger, "localhost", "sslmode=require&sslrootcert=system").expect_err("too weak");
    assert!(error.to_string().contains("sslrootcert=system"), "{error}");
    let error = connect(&cluster, &ledger, "localhost", "sslmode=verify-ca&sslrootcert=/no/such.crt")
        .expect_err("no file");
    assert!(matches!(error, Error::Address { .. }), "{error}");
}

#[test]
fn prefer_goes_into_the_open_only_where_the_server_wants_it() {
    let (cluster, ledger, _folder) = encrypted("localhost", "hostnossl all all 127.0.0.1/32 trust");
    assert!(!connect(&cluster, &ledger, "localhost", "sslmode=prefer").expect("in the open"));
    let error = connect(&cluster, &ledger, "localhost", "sslmode=require").expect_err("no entry");
    assert!(matches!(error, Error::Refused { .. }), "{error}");
}

#[test]
fn a_long_answer_can_be_stopped_on_an_encrypted_connection() {
    let (cluster, ledger, _folder) = encrypted("localhost", "hostssl all all 127.0.0.1/32 trust");
    let mut store = ledger.open();
    for _ in 0..3 {
        issue(&mut *store, customer(None, "a")).expect("a code");
    }
    let url = format!(
        "postgres://custcode@localhost:{}/{}?sslmode=require",
        cluster.port(),
        ledger.database.name()
    );
    let mut store =
        store::open(&Location::parse(&url).expect("an address"), Access::Read).expect("the ledger");
    let mut seen = 0;
    let stopped = store.read().expect("a view").scan_codes(&mut |_, _, _| {
        seen += 1;
        Err(Error::Interrupted)
    });
    assert!(matches!(stopped, Err(Error::Interrupted)) && seen == 1);
    assert_eq!(store.read().expect("a view").totals().expect("counts"), (3, 3));
}
