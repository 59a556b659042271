//! The PostgreSQL servers of the suite themselves: databases apart, restarts, a standby, and
//! nothing left behind.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::Cluster;
use crate::support::cluster::{Database, ROLE, Settings, Stop, program};

/// Asks a database by PostgreSQL's own `psql`, as the role that owns it.
#[track_caller]
fn psql(database: &Database, sql: &str) -> String {
    let output = Command::new(program("psql"))
        .env_clear()
        .args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-d", database.url(), "-c", sql])
        .output()
        .expect("psql starts");
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn databases_are_empty_and_apart_and_belong_to_a_role_that_is_no_superuser() {
    let cluster = Cluster::shared();
    let (one, two) = (cluster.database(), cluster.database());
    psql(&one, "CREATE TABLE t (word text); INSERT INTO t VALUES ('客户')");
    assert_eq!(psql(&one, "SELECT word FROM t"), "客户");
    assert_eq!(psql(&two, "SELECT count(*) FROM pg_class WHERE relname = 't'"), "0");
    assert_eq!(
        psql(&two, "SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user"),
        "custcode|f"
    );
}

#[test]
fn copy_of_a_database_has_its_rows_and_goes_its_own_way() {
    let cluster = Cluster::shared();
    let original = cluster.database();
    psql(&original, "CREATE TABLE t AS SELECT 1 AS n");
    let copy = cluster.copy_of(&original);
    psql(&copy, "INSERT INTO t VALUES (2)");
    assert_eq!(psql(&copy, "SELECT sum(n) FROM t"), "3");
    assert_eq!(psql(&original, "SELECT sum(n) FROM t"), "1");
}

#[test]
fn database_is_gone_when_its_test_is_done() {
    let name = Cluster::shared().database().name().to_owned();
    let sql = "SELECT count(*) FROM pg_database WHERE datname = $1";
    let row = Cluster::shared().client("postgres").query_one(sql, &[&name]).expect("a count");
    assert_eq!(row.get::<_, i64>(0), 0);
}

#[test]
fn own_server_keeps_its_rows_when_it_is_stopped_and_when_it_crashes() {
    let cluster = Cluster::own(&Settings::new());
    let database = cluster.database();
    psql(&database, "CREATE TABLE t (n int)");
    for (number, how) in (1..).zip([Stop::Fast, Stop::Immediate]) {
        psql(&database, &format!("INSERT INTO t VALUES ({number})"));
        cluster.restart(how);
        assert_eq!(psql(&database, "SELECT max(n) FROM t"), number.to_string(), "{how:?}");
    }
    assert_eq!(psql(&database, "SHOW fsync"), "on");
}

#[test]
fn settings_and_files_reach_the_server() {
    let hba = "local all all trust\nhost all all 127.0.0.1/32 reject\n";
    let cluster = Cluster::own(&Settings::new().tcp().set("work_mem", "123kB").file("pg_hba.conf", hba));
    let database = cluster.database();
    assert_eq!(psql(&database, "SHOW work_mem"), "123kB");
    let url = format!("postgres://{ROLE}@127.0.0.1:{}/{}", cluster.port(), database.name());
    let refused =
        postgres::Client::connect(&url, postgres::NoTls).map(drop).expect_err("the file forbids it");
    assert!(refused.as_db_error().is_some_and(|error| error.message().contains("rejects")), "{refused}");
}

#[test]
fn synchronous_standby_has_every_row_and_takes_over() {
    let primary = Cluster::own(&Settings::new());
    let database = primary.database();
    let standby = Cluster::standby_of(&primary, true);
    psql(&database, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n");
    primary.stop(Stop::Immediate);
    let mut client = standby.client(database.name());
    let refused = client.batch_execute("INSERT INTO t VALUES (0)").expect_err("a standby only reads");
    assert!(refused.as_db_error().is_some_and(|error| error.message().contains("read-only")), "{refused}");
    standby.promote();
    client.batch_execute("INSERT INTO t VALUES (1001)").expect("a primary writes");
    let row = client.query_one("SELECT count(*), max(n) FROM t", &[]).expect("a count");
    assert_eq!((row.get(0), row.get(1)), (1001_i64, 1001_i32));
}

/// Not a test: the process that [`server_and_its_folder_are_gone_after_a_kill`] kills.
#[test]
#[ignore = "started and killed by another test"]
fn waits_to_be_killed() {
    let cluster = Cluster::own(&Settings::new().tcp());
    // Past the test harness, which would keep a printed line to itself.
    let line = format!("\nup {} {}\n", cluster.port(), cluster.folder().display());
    std::io::stdout().write_all(line.as_bytes()).expect("the other test reads");
    thread::sleep(Duration::from_mins(10));
}

#[test]
fn server_and_its_folder_are_gone_after_a_kill() {
    let mut victim = Command::new(std::env::current_exe().expect("the suite is a program"))
        .args(["cluster::waits_to_be_killed", "--exact", "--ignored"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the suite starts");
    let mut lines = BufReader::new(victim.stdout.take().expect("a pipe")).lines();
    let up = lines.find_map(|line| line.expect("text").strip_prefix("up ").map(str::to_owned));
    let up = up.expect("a server came up");
    let (port, folder) = up.split_once(' ').expect("a port and a folder");
    let address = format!("127.0.0.1:{port}");
    TcpStream::connect(&address).expect("the server listens");

    victim.kill().expect("the victim lives");
    victim.wait().expect("the victim ends");
    let deadline = Instant::now() + Duration::from_mins(1);
    while Path::new(folder).exists() || TcpStream::connect(&address).is_ok() {
        assert!(Instant::now() < deadline, "{folder} or the server is still there");
        thread::sleep(Duration::from_millis(20));
    }
}
