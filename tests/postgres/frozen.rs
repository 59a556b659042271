//! Servers that say nothing, that have no connection left, and that say too much: nobody waits for
//! ever.
//!
//! A case that fails here may do so by not ending.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Stdio;
use std::thread;

use crate::support::cluster::{ROLE, Settings};
use crate::support::proxy::Proxy;
use crate::support::{Cluster, Folder, Test, rows};

/// Options of a `new` that the rules of the benches take.
const NEW: [&str; 5] = ["new", "--type", "vip", "--set", "industry=food"];

/// A port that takes connections and never says a word.
fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port().to_string();
    (listener, port)
}

/// A company whose ledger lies in a new database of a server.
fn company(cluster: &Cluster) -> (Folder, crate::support::cluster::Database) {
    let database = cluster.database();
    let mut folder = Folder::sqlite();
    folder.set("CUSTCODE_STORE", &cluster.url(ROLE, database.name()));
    folder.write("rules.toml", rows::RULES);
    folder.init();
    (folder, database)
}

#[test]
fn a_server_that_accepts_and_is_silent_is_given_up() {
    let (_listener, port) = silent();
    let (mut folder, _database) = company(Cluster::shared());
    for url in [
        format!("postgres://li@127.0.0.1:{port}/x"),
        format!("postgres://li@127.0.0.1:{port}/x?connect_timeout=60&sslmode=disable"),
        format!("postgres://li@127.0.0.1:{port}/x?connect_timeout=2"),
    ] {
        folder.set("CUSTCODE_STORE", &url);
        for command in [&NEW[..], &["list"], &["store", "check"], &["gaps"]] {
            folder = Test::within(folder)
                .args(command.iter().copied())
                .args(["--wait", "2"])
                .status(5)
                .stderr_like(&format!(
                    "waiting for 127.0.0.1 port {port} to answer …\n\
                     error: {url}: 127.0.0.1 port {port} has not answered for [..] s\n\
                     hint: safe to repeat once the server answers\n"
                ))
                .run()
                .folder;
        }
    }
}

#[test]
fn making_and_copying_a_ledger_wait_no_longer_than_they_are_told() {
    let (_listener, port) = silent();
    let url = format!("postgres://li@127.0.0.1:{port}/x?connect_timeout=0&sslmode=disable");
    let said = format!(
        "waiting for 127.0.0.1 port {port} to answer …\n\
         error: {url}: 127.0.0.1 port {port} has not answered for [..] s\n\
         hint: safe to repeat once the server answers\n"
    );
    let made = Test::within(Folder::sqlite()).args(["init", "-q"]).stdout_like("...\n").run();
    let no_ledger = Test::within(Folder::sqlite());
    no_ledger.args(["init", "--wait", "2", "--store", &url]).status(5).stderr_like(&said).run();
    let done = made.then().args(["new", "--type", "vip"]).stdout("01A0001\n").run();
    done.then()
        .args(["store", "copy", "--wait", "2", "custcode.db", &url])
        .status(5)
        .stderr_like(&said)
        .run()
        .then()
        .args(["store", "copy", "--wait", "2", &url, "b.db"])
        .status(5)
        .stderr_like(&said)
        .run();
}

#[test]
fn the_next_host_is_tried_when_one_is_frozen() {
    let (_listener, port) = silent();
    let (folder, database) = company(Cluster::shared());
    let alive = Cluster::shared();
    let hosts = format!("127.0.0.1,{}", alive.folder().display());
    let url = format!("postgres://{ROLE}@/{}?host={hosts}&port={port},{}", database.name(), alive.port());
    Test::within(folder)
        .env("CUSTCODE_STORE", &url)
        .args(NEW)
        .args(["--wait", "4"])
        .stdout_like("[..]\n")
        .stderr_like(&format!("waiting for 127.0.0.1 port {port} to answer …\n"))
        .run();
}

#[test]
fn a_server_that_was_stopped_in_its_tracks_is_given_up() {
    let cluster = Cluster::own(&Settings::new());
    let (folder, _database) = company(&cluster);
    cluster.freeze(true);
    let done = Test::within(folder)
        .args(NEW)
        .args(["--wait", "2"])
        .status(5)
        .stderr_like(
            "waiting for the socket [..] to answer …\nerror: [..] has not answered for [..] s\nhint: safe to repeat once the server answers\n",
        )
        .run();
    cluster.freeze(false);
    done.then().args(NEW).stdout_like("[..]\n").run();
}

#[test]
fn an_answer_that_never_comes_is_an_unknown_outcome_only_where_a_code_was_asked_for() {
    let cluster = Cluster::own(&Settings::new());
    let (folder, database) = company(&cluster);
    let proxy = Proxy::before(&cluster);
    let url = proxy.url(ROLE, database.name());
    // The counter is made by the first code.
    let done = Test::within(folder).args(NEW).stdout_like("[..]\n").run();
    proxy.keep("custcode.issue(", false);
    let done = done
        .then()
        .env("CUSTCODE_STORE", &url)
        .args(NEW)
        .args(["--wait", "1"])
        .status(3)
        .stderr_like(
            "waiting for 127.0.0.1 port [..] to answer …\n\
             error: [..]: the server has not confirmed the commit for 1 s ([..]), and whether it comes through could not be found out\n\
             hint: look before repeating (custcode list), or repeat with the same --ref or --request-id: [..]\n",
        )
        .run();
    proxy.keep("FROM custcode.sequences WHERE rule", false);
    // Nothing was sent that could have been written: the command is begun once more.
    done.then()
        .args(NEW)
        .args(["--wait", "1"])
        .stdout_like("[..]\n")
        .stderr_like("waiting for 127.0.0.1 port [..] to answer …\n")
        .run();
}

#[test]
fn a_long_answer_is_waited_for_as_long_as_the_server_lives() {
    let cluster = Cluster::own(&Settings::new());
    let (folder, database) = company(&cluster);
    let done = Test::within(folder).args(NEW).stdout_like("[..]\n").run();
    // Whoever reads a code sleeps; nobody has said anything for longer than the wait when the
    // answer comes.
    let mut superuser = cluster.client(database.name());
    superuser
        .batch_execute(
            "ALTER TABLE custcode.codes RENAME TO slow_codes; \
             CREATE VIEW custcode.codes AS SELECT slow_codes.* FROM custcode.slow_codes, (SELECT pg_sleep(5) OFFSET 0) AS pause; \
             GRANT SELECT ON custcode.codes TO custcode",
        )
        .expect("a superuser");
    done.then().args(["list", "--wait", "1", "--quiet"]).stdout_like("[..]\tvip\tfood\t\n").run();
}

#[test]
fn who_finds_no_connection_free_waits_for_one() {
    let cluster =
        Cluster::own(&Settings::new().set("max_connections", "6").set("superuser_reserved_connections", "3"));
    let (folder, database) = company(&cluster);
    let mut config = postgres::Config::new();
    config.host_path(cluster.folder()).port(cluster.port()).user(ROLE).dbname(database.name());
    let mut taken = Vec::new();
    while let Ok(client) = config.connect(postgres::NoTls) {
        taken.push(client);
    }
    let folder = Test::within(folder)
        .args(NEW)
        .args(["--wait", "2"])
        .status(5)
        .stderr_like(
            "waiting for the socket [..] to have a connection free …\nerror: [..] (asked for [..] s)\nhint: safe to repeat once the server answers\n",
        )
        .run()
        .folder;
    let mut waiting =
        folder.custcode(NEW).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("custcode starts");
    let mut told = String::new();
    let mut stderr = BufReader::new(waiting.stderr.take().expect("a pipe"));
    stderr.read_line(&mut told).expect("text");
    assert!(told.ends_with("to have a connection free …\n"), "{told}");
    taken.clear();
    let done = waiting.wait_with_output().expect("custcode ends");
    assert_eq!((done.status.code(), done.stdout.is_empty()), (Some(0), false));
}

#[test]
fn a_message_longer_than_any_ledger_has_is_not_read() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A row of 2 GB, told and begun.
            let mut client = client;
            let _ = client.write_all(&[b'D', 0x7f, 0xff, 0xff, 0xff]);
            let _ = std::io::copy(&mut std::io::repeat(0), &mut client);
        }
    });
    Test::within(Folder::sqlite())
        .args(["store", "info", "--store", &format!("postgres://li@127.0.0.1:{port}/x?sslmode=disable")])
        .status(5)
        .stderr_like("error: [..] port [..]: it begins a message of 2147483647 bytes, and none has more than 268435456\nhint: [..]\n")
        .run();
}

#[test]
fn a_server_without_fsync_issues_only_where_it_says_that_it_is_for_trials() {
    let cluster = Cluster::own(&Settings::new().set("fsync", "off"));
    let database = cluster.database();
    let url = cluster.url(ROLE, database.name());
    let folder = Folder::sqlite();
    folder.write("rules.toml", rows::RULES);
    let done = Test::within(folder)
        .env("CUSTCODE_STORE", &url)
        .args(["init", "--quiet"])
        .stdout_like("ledger\t[..]\n")
        .run()
        .then()
        .args(NEW)
        .status(3)
        .stderr_like(
            "error: [..]: fsync is off: a crash of the machine could lose codes that were printed already, and issue them again\n\
             hint: ALTER SYSTEM SET fsync = on; [..]custcode.disposable = on\n",
        )
        .run();
    cluster.reload("custcode.disposable", "on");
    done.then().args(NEW).stdout_like("[..]\n").run();
}
