//! Encrypted connections to a real server whose certificate a company signed itself: each `sslmode`
//! and what it demands.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;
use std::thread::{self, JoinHandle};

use custcode::store::{self, Access, Error, Location};
use tempfile::TempDir;

use super::{Ledger, customer, issue};
use crate::support::cluster::Settings;
use crate::support::{Cluster, Folder, Test};

/// Makes a root and a certificate for `name` signed by it; gives (root, certificate, key) in PEM
/// form.
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

/// Messages of a server: how the password is asked for, and one that ends the login.
const CLEARTEXT: &[u8] = b"R\0\0\0\x08\0\0\0\x03";
const MD5: &[u8] = b"R\0\0\0\x0c\0\0\0\x05salt";
const SCRAM: &[u8] = b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0";
const GO_AWAY: &[u8] = b"E\0\0\0\x1cSFATAL\0C28P01\0Mgo away\0\0";

/// A server that does not encrypt and asks for the password so; gives where it is, and what it was
/// told.
fn asking(how: &'static [u8]) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("a port");
    let told = thread::spawn(move || {
        let (mut client, _) = listener.accept().expect("a client");
        let mut message = [0; 1024];
        let read = client.read(&mut message).expect("a request");
        if message[4..read] == [0x04, 0xd2, 0x16, 0x2f] {
            client.write_all(b"N").expect("it listens");
            let _ = client.read(&mut message).expect("a start");
        }
        client.write_all(how).expect("it listens");
        let mut told = vec![0; 1024];
        let read = client.read(&mut told).unwrap_or_default();
        told.truncate(read);
        let _ = client.write_all(GO_AWAY);
        told
    });
    (address, told)
}

/// Asks a fake server for its ledger with a password in the environment; gives what was said and
/// what the server was told.
#[track_caller]
fn ask(how: &'static [u8], test: impl FnOnce(SocketAddr) -> Test, stderr: &str, status: i32) -> Vec<u8> {
    let (address, told) = asking(how);
    test(address).env("PGPASSWORD", "AliceSecret").stderr_like(stderr).status(status).run();
    told.join().expect("the server ends")
}

#[test]
fn no_password_goes_beyond_this_host_in_the_open() {
    const WITHHELD: &str = "error: [..]: the server asks for the password in clear text, and the connection is not encrypted\n\
        hint: add ?sslmode=verify-full to the URL, or let pg_hba.conf ask for scram-sha-256\n";
    const REFUSED: &str = "error: [..]: the server refuses the password of user li\nhint: [..]\n";
    for mode in ["prefer", "disable"] {
        // An address of this machine that is no loopback address by its name.
        let at = |host: &'static str| {
            move |address: SocketAddr| {
                let url = format!("postgres://li@{host}:{}/x?sslmode={mode}", address.port());
                Test::within(Folder::sqlite()).args(["store", "info", "--store", &url])
            }
        };
        assert_eq!(ask(CLEARTEXT, at("0.0.0.0"), WITHHELD, 3), b"");
        assert_eq!(ask(CLEARTEXT, at("127.0.0.1"), REFUSED, 3), b"p\0\0\0\x10AliceSecret\0");
        // Neither shows the password itself.
        let told = ask(MD5, at("0.0.0.0"), REFUSED, 3);
        assert!(told.starts_with(b"p") && !told.windows(6).any(|part| part == b"Secret"), "{told:?}");
        let told = ask(SCRAM, at("0.0.0.0"), REFUSED, 3);
        assert!(
            told.windows(13).any(|part| part == b"SCRAM-SHA-256")
                && !told.windows(6).any(|part| part == b"Secret")
        );
    }
}

#[test]
fn a_server_that_another_user_names_gets_no_password_in_the_open() {
    const HINT: &str = "hint: a rule file of another user names this server: add ?sslmode=verify-full to the URL, [..]--store URL\n";
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let named = |address: SocketAddr| {
        let folder = Folder::sqlite();
        let store = format!("postgres://li@127.0.0.1:{}/x", address.port());
        folder.write(
            "rules.toml",
            format!("custcode = 1\nstore = \"{store}\"\n[rules.r]\npattern = \"N{{seq:3}}\"\n"),
        );
        chown(folder.path("rules.toml"), Some(20_002), Some(20_002)).expect("an owner");
        Test::within(folder).args(["--rules", "rules.toml", "new"])
    };
    let error = |what: &str| {
        format!("error: [..]: the server asks for {what}, and the connection is not encrypted\n{HINT}")
    };
    assert_eq!(ask(CLEARTEXT, named, &error("the password in clear text"), 3), b"");
    assert_eq!(ask(MD5, named, &error("a password"), 3), b"");
    // Whoever pretends to be the server can guess the password from what SCRAM tells it.
    assert_eq!(ask(SCRAM, named, &error("a password"), 3), b"");
}

#[test]
fn whoever_became_root_by_sudo_has_named_the_server_of_his_own_rule_file() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    for command in ["init", "new"] {
        let named = |address: SocketAddr| {
            let folder = Folder::sqlite();
            let store = format!("postgres://li@127.0.0.1:{}/x", address.port());
            folder.write(
                "rules.toml",
                format!("custcode = 1\nstore = \"{store}\"\n[rules.r]\npattern = \"N{{seq:3}}\"\n"),
            );
            chown(folder.path("rules.toml"), Some(20_002), Some(20_002)).expect("an owner");
            Test::within(folder).env("SUDO_UID", "20002").args([command])
        };
        let refused = "error: [..]: the server refuses the password of user li\nhint: [..]\n";
        assert_eq!(ask(CLEARTEXT, named, refused, 3), b"p\0\0\0\x10AliceSecret\0", "{command}");
    }
}
