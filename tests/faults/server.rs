//! A PostgreSQL server crashes, restarts, loses connections and fails over under those who issue
//! and import.
//!
//! Each case has a server of its own, so it runs once, whichever engine keeps the other ledgers.
//! Nobody depends on how fast anything is: the disturber waits for codes to be issued, and the
//! issuers repeat what failed under the same name until it is done.

mod crowd;
mod import;
mod late;
mod standby;

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::{BEFORE, checked, explained, issue, tell};
use crate::support::cluster::{Database, ROLE, Settings, Stop};
use crate::support::{Cluster, Engine, Folder, Ledger, Random, rows, skipped_on_postgres};
use crowd::{Crowd, Progress};

/// Codes that are issued between one disturbance and the next.
const CODES: usize = 24;

/// A company whose ledger lies on a server of its own.
struct Office {
    folder: Folder,
    cluster: Cluster,
    database: Database,
}

impl Office {
    /// One with a few customers.
    fn new() -> Self {
        let cluster = Cluster::own(&Settings::new());
        let database = cluster.database();
        let mut folder = Folder::sqlite();
        folder.set("CUSTCODE_STORE", &cluster.url(ROLE, database.name()));
        folder.write("rules.toml", rows::RULES);
        folder.init();
        for number in 1..=BEFORE {
            let reference = format!("OLD:{number}");
            issue(&folder, &["new", "--type", "vip", "--set", "industry=food", "--ref", &reference]);
        }
        Self { folder, cluster, database }
    }

    /// The ledger, which keeps every promise, asked on whichever server has it now.
    #[track_caller]
    fn proven(&self, cluster: &Cluster, occasion: &str) -> Ledger {
        let ledger =
            Ledger::read_from(crate::support::Tables::database(cluster.client(self.database.name())));
        assert!(ledger.damage.is_empty(), "{occasion}: {:#?}", ledger.damage);
        checked(&self.folder, occasion);
        assert_eq!(explained(&self.folder), [""; 0], "{occasion}: a gap");
        ledger
    }
}

/// Eight issuers work while `disturb` does what it likes; afterwards the ledger on the server that
/// it gives has every code that was printed and no other.
#[track_caller]
fn disturbed<'a>(
    office: &'a Office,
    occasion: &str,
    disturb: impl FnOnce(&Progress<'_>) -> &'a Cluster,
) -> Crowd {
    let mut server = &office.cluster;
    let crowd = Crowd::work(&office.folder, |progress| server = disturb(progress));
    crowd.is_kept_by(&office.proven(server, occasion), occasion);
    crowd
}

fn restarts(rounds: u32) -> String {
    let office = Office::new();
    let crowd = disturbed(&office, "restarts", |progress| {
        for round in 0..rounds {
            progress.await_more(CODES);
            office.cluster.restart(if round % 3 == 1 { Stop::Fast } else { Stop::Immediate });
        }
        progress.await_more(CODES);
        &office.cluster
    });
    format!("server stopped and started {rounds} times under 8 issuers: {crowd}")
}

#[test]
fn a_server_that_restarts_under_issuers_loses_no_code_and_gives_none_twice() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    restarts(3);
}

/// Ends connections, those that commit first.
fn terminations(rounds: u32) -> String {
    let office = Office::new();
    let mut superuser = office.cluster.client("postgres");
    let mut random = Random::new(47);
    // What waits idle for its next command is no victim.
    let victim = "SELECT pid, query = 'COMMIT' FROM pg_stat_activity \
         WHERE datname = $1 AND usename = $2 AND state <> 'idle' ORDER BY query = 'COMMIT' DESC, random() LIMIT 1";
    let (mut hits, mut commits) = (0, 0);
    let crowd = disturbed(&office, "terminations", |progress| {
        for _ in 0..rounds {
            let mut found = None;
            progress.until(|| {
                found = superuser
                    .query_opt(victim, &[&office.database.name(), &ROLE])
                    .expect("a view of the server");
                found.is_some()
            });
            let Some(found) = found else { break };
            let (process, commit): (i32, bool) = (found.get(0), found.get(1));
            let ended =
                superuser.query_one("SELECT pg_terminate_backend($1)", &[&process]).expect("a superuser");
            if ended.get(0) {
                hits += 1;
                commits += u32::from(commit);
            }
            progress.await_more(usize::try_from(random.below(4)).expect("a small number"));
        }
        progress.await_more(CODES);
        &office.cluster
    });
    assert!(hits > 0 || crowd.failed(), "no connection was ended");
    format!("{hits} connections ended under 8 issuers, {commits} of them in COMMIT: {crowd}")
}

#[test]
fn connections_that_are_ended_lose_no_code_and_give_none_twice() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    terminations(30);
}

/// Ends connections whose commit is done and whose answer is not sent yet: the server waits for a
/// standby that never comes, which could take over without it. So no code is told, and whoever asks
/// again once there is no standby to wait for is told the one that was issued.
fn commits_cut(rounds: u64) -> String {
    let office = Office::new();
    let mut superuser = office.cluster.client("postgres");
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1 AND wait_event = 'SyncRep'";
    office.cluster.reload("synchronous_standby_names", "nobody");
    let mut told = Vec::new();
    for round in 0..rounds {
        let reference = format!("CUT:{round}");
        // One code is one statement, two are a transaction.
        let count = if round % 2 == 0 {
            vec!["--ref", &reference]
        } else {
            vec!["--count", "2", "--request-id", &reference]
        };
        let words = [&["new", "--type", "vip", "--set", "industry=food", "--wait", "1"], &count[..]].concat();
        let issuer = office.folder.custcode(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let issuer = issuer.expect("custcode starts");
        let cuts: i64 = loop {
            let cuts = superuser.query_one(cut, &[&office.database.name()]).expect("a superuser").get(0);
            if cuts > 0 {
                break cuts;
            }
            thread::sleep(Duration::from_millis(5));
        };
        assert_eq!(cuts, 1, "one commit at a time");
        let said = issuer.wait_with_output().expect("custcode ends");
        let (codes, notes) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        assert_eq!((said.status.code(), &*codes), (Some(3), ""), "{reference}: {notes}");
        assert!(notes.contains("could not be found out"), "{reference}: {notes}");
        told.push(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    }
    office.cluster.reload("synchronous_standby_names", "");
    for words in &told {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let codes = issue(&office.folder, &words);
        assert_eq!(issue(&office.folder, &words), codes, "the same was asked for again");
    }
    let ledger = office.proven(&office.cluster, "commits cut");
    assert_eq!(
        ledger.codes.len(),
        usize::try_from(BEFORE + rounds + rounds / 2).expect("a few"),
        "a code too many or too few"
    );
    format!("{rounds} connections ended in COMMIT: no code told before it could stay, and each once")
}

#[test]
fn a_commit_whose_answer_is_cut_off_is_found_out() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    commits_cut(4);
}

fn failover() -> String {
    let mut office = Office::new();
    let standby = Cluster::standby_of(&office.cluster, true);
    let name = office.database.name().to_owned();
    let refused = office
        .folder
        .custcode(["new", "--type", "vip", "--set", "industry=food", "--store"])
        .arg(standby.url(ROLE, &name))
        .output()
        .expect("custcode starts");
    let complaint = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(3), "{complaint}");
    assert!(refused.stdout.is_empty() && complaint.contains("standby"), "{complaint}");

    let hosts = format!("{},{}", office.cluster.folder().display(), standby.folder().display());
    office.folder.set("CUSTCODE_STORE", &format!("postgres://{ROLE}@/{name}?host={hosts}"));
    let crowd = disturbed(&office, "failover", |progress| {
        progress.await_more(CODES);
        office.cluster.stop(Stop::Immediate);
        standby.promote();
        progress.await_more(CODES);
        &standby
    });
    format!("failover to a synchronous standby under 8 issuers: {crowd}")
}

#[test]
fn a_promoted_standby_has_every_printed_code_and_issues_on() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    failover();
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_restarts_and_terminations() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    tell(Engine::Postgres, &restarts(30));
    tell(Engine::Postgres, &terminations(300));
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_commits_that_are_cut_off() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    tell(Engine::Postgres, &commits_cut(100));
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_failovers() {
    if skipped_on_postgres("the case has a server of its own") {
        return;
    }
    for _ in 0..10 {
        tell(Engine::Postgres, &failover());
    }
}
