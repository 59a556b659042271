//! URLs and passwords as a person meets them: what is refused, where a password comes from, and
//! that none is ever repeated.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::Ledger;
use crate::support::cluster::Settings;
use crate::support::{Cluster, Folder, Test};

/// A word that must not come back.
const SECRET: &str = "s3cret";

const REFUSED: &str = "\
error: the URL of the ledger has a password in it, where every list of processes, log and rule file would show it
hint: leave it out; it is taken from ~/.pgpass (HOST:PORT:DATABASE:USER:PASSWORD, mode 0600), from the file that CUSTCODE_PASSWORD_FILE \
or ?passfile= names, or from PGPASSWORD
";

#[test]
fn a_password_in_the_url_is_refused_wherever_the_url_comes_from() {
    for url in
        ["postgres://li:s3cret@db/x", "postgresql://db/x?password=s3cret", "postgres://li:s3c@s3cret@db/x"]
    {
        for command in [&["store", "info"][..], &["new", "--type", "vip"], &["init"], &["rules", "show"]] {
            let within = || Test::within(Folder::sqlite()).status(2).stderr(REFUSED);
            within().args(["--store", url, "-v"]).args(command.iter().copied()).run();
            within().env("CUSTCODE_STORE", url).args(command.iter().copied()).run();
        }
    }
    Test::within(Folder::sqlite())
        .file(
            "rules.toml",
            "custcode = 1\nstore = \"postgres://li:s3cret@db/x\"\n[rules.r]\npattern = \"N{seq:3}\"\n",
        )
        .args(["new", "-v"])
        .status(2)
        .stderr(REFUSED)
        .run();
    Test::within(Folder::sqlite())
        .args(["--json", "--store", "postgres://li:s3cret@db/x", "store", "info"])
        .status(2)
        .stderr_like("{\"schema\":1,\"error\":{\"kind\":\"store-address\",\"message\":\"the URL [..] has a password[..]\"[..]}}\n")
        .run();
}

#[test]
fn an_address_that_cannot_be_read_is_told_without_repeating_it() {
    for (url, message) in [
        ("postgres://db/x?sslmod=require", "the URL has an unknown parameter \"sslmod\""),
        ("postgres://db:s3cret/x", "the URL has something behind a colon that is no port"),
        ("postgres://db/x?sslmode=always", "sslmode \"always\" is unknown"),
        ("postgres://li@db/x?connect_timeout=soon", "connect_timeout is \"soon\""),
    ] {
        Test::within(Folder::sqlite())
            .args(["store", "info", "--store", url])
            .status(2)
            .stderr_like(&format!("error: {message}[..]\nhint: [..]\n"))
            .run();
    }
}

#[test]
fn what_is_missing_is_told_apart() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let nowhere = tempfile::tempdir().expect("a folder");
    let silent = format!("postgres://li@/x?host={}", nowhere.path().display());
    for (url, status, message) in [
        (
            database.url().to_owned(),
            3,
            "error: there is no ledger at postgres://[..]\nhint: custcode init [..]\n",
        ),
        (
            cluster.url("custcode", "none"),
            3,
            "error: [..]: the server has no database none\nhint: createdb none, [..]\n",
        ),
        (
            cluster.url("nobody", database.name()),
            3,
            "error: [..]: the server does not let user nobody in: role \"nobody\" does not exist\nhint: createuser nobody, [..]\n",
        ),
        (
            silent,
            5,
            "error: [..]: the socket [..]/.s.PGSQL.5432 cannot be reached: No such file or directory[..]\nhint: [..]\n",
        ),
        (
            "postgres://li@127.0.0.1:1/x".to_owned(),
            5,
            "error: [..]: 127.0.0.1 port 1 cannot be reached: Connection refused[..]\nhint: [..]\n",
        ),
    ] {
        Test::within(Folder::sqlite())
            .args(["store", "info", "--store", &url])
            .status(status)
            .stderr_like(message)
            .run();
    }
}

#[test]
fn the_built_in_rules_make_no_ledger_in_a_database() {
    let database = Cluster::shared().database();
    Test::within(Folder::sqlite())
        .args(["new", "--type", "vip", "--store", database.url()])
        .status(3)
        .stderr_like("error: there is no ledger at postgres://[..]\nhint: custcode init [..]\n")
        .run()
        .then()
        .args(["init", "--store", database.url()])
        .stdout_like("rules\trules.toml\nledger\tpostgres://[..]\n")
        .stderr_like("...\n")
        .run()
        .then()
        .args(["init", "--store", database.url()])
        .status(4)
        .stderr_like("...\nerror: postgres://[..] exists already\nhint: [..]\n")
        .run();
}

/// A server that wants passwords, and a ledger on it.
fn guarded() -> (Cluster, Ledger) {
    let rules = "local all postgres trust\nlocal all custcode trust\nlocal all clerk scram-sha-256\n";
    let cluster = Cluster::own(&Settings::new().file("pg_hba.conf", rules));
    let ledger = Ledger::within(cluster.database());
    cluster
        .client(ledger.database.name())
        .batch_execute(&format!(
            "CREATE ROLE clerk LOGIN PASSWORD '{SECRET}'; GRANT USAGE ON SCHEMA custcode TO clerk; \
             GRANT SELECT ON ALL TABLES IN SCHEMA custcode TO clerk"
        ))
        .expect("a superuser");
    (cluster, ledger)
}

#[test]
fn a_password_comes_from_a_file_or_the_environment_and_is_not_repeated() {
    let (cluster, ledger) = guarded();
    let url = cluster.url("clerk", ledger.database.name());
    let folder = Folder::sqlite();
    let file = |name: &str, text: &str, mode: u32| {
        folder.write(name, text);
        fs::set_permissions(folder.path(name), fs::Permissions::from_mode(mode)).expect("mine");
        folder.path(name).display().to_string()
    };
    let line = file("pgpass", &format!("localhost:*:*:clerk:{SECRET}\n"), 0o600);
    let open = file("open", &format!("localhost:*:*:clerk:{SECRET}\n"), 0o644);
    let bare = file("bare", &format!("{SECRET}\n"), 0o600);
    let other = file("other", "localhost:*:*:clerk:0ther\n", 0o600);
    file("../home/.pgpass", &format!("localhost:*:*:clerk:{SECRET}\n"), 0o600);
    let in_url = format!("{url}&passfile={line}");
    let accepted = |url: &str, variables: &[(&str, &str)]| ask(&folder, url, variables, 0, "");
    accepted(&in_url, &[("PGPASSWORD", "wrong")]);
    accepted(&url, &[("CUSTCODE_PASSWORD_FILE", &bare), ("PGPASSWORD", "wrong")]);
    accepted(&url, &[("PGPASSWORD", SECRET), ("PGPASSFILE", &other)]);
    accepted(&url, &[("PGPASSFILE", &line)]);
    accepted(&url, &[]);
    let refused = "the server refuses the password of user clerk";
    ask(&folder, &url, &[("PGPASSFILE", &other)], 3, refused);
    ask(&folder, &url, &[("PGPASSWORD", "0ther")], 3, refused);
    ask(&folder, &url, &[("PGPASSFILE", &open)], 2, "can be read by others (mode 0644)");
    ask(&folder, &url, &[("CUSTCODE_PASSWORD_FILE", &open)], 2, "can be read by others (mode 0644)");
    fs::remove_file(folder.path("../home/.pgpass")).expect("it is there");
    ask(&folder, &url, &[], 3, "asks user clerk for a password, and there is none");
}

/// Asks for the ledger, in words and in JSON, and looks for the secret in everything that is said.
#[track_caller]
fn ask(folder: &Folder, url: &str, variables: &[(&str, &str)], status: i32, said: &str) {
    for format in ["plain", "json"] {
        let mut command = folder.custcode(["store", "info", "-v", "--format", format, "--store", url]);
        let output = command.envs(variables.iter().copied()).output().expect("custcode starts");
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert_eq!(output.status.code(), Some(status), "{variables:?}: {text}");
        assert!(text.contains(said), "{variables:?}: {text}");
        assert!(!text.contains(SECRET) && !text.contains("0ther"), "{text}");
    }
}
