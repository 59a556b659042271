//! A synchronous standby that is away while codes are issued, commits whose wait for it is cut off,
//! and a failover: what was printed is on the standby, or it was not printed.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;

use super::Office;
use crate::faults::{PATIENCE, issue, lines, tell};
use crate::support::cluster::{ROLE, Stop};
use crate::support::proxy::Proxy;
use crate::support::{Cluster, Engine, Ledger, Random, Tables, rows, skipped_on_postgres};

/// How the wait for the standby is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// `pg_terminate_backend`.
    Terminate,
    /// `pg_cancel_backend`.
    Cancel,
    /// The primary crashes and comes back.
    Crash,
    /// The network between.
    Network,
    /// An administrator does without a standby.
    Emptied,
}

const CUTS: [Cut; 4] = [Cut::Terminate, Cut::Cancel, Cut::Crash, Cut::Network];

/// What the codes were asked for by, and the codes.
type Printed = BTreeMap<String, Vec<String>>;

/// What became of so many commands.
#[derive(Debug, Default)]
struct Tally {
    commands: u32,
    printed: u32,
    unknown: u32,
    violations: Vec<String>,
}

/// An office with a standby, reached through a network that can be cut.
struct Pair {
    office: Office,
    standby: Cluster,
    proxy: Proxy,
    superuser: Option<Client>,
}

impl Pair {
    fn new() -> Self {
        let mut office = Office::new();
        let standby = Cluster::standby_of(&office.cluster, true);
        let proxy = Proxy::before(&office.cluster);
        office.folder.set("CUSTCODE_STORE", &proxy.url(ROLE, office.database.name()));
        let superuser = Some(office.cluster.client("postgres"));
        Self { office, standby, proxy, superuser }
    }

    /// Waits until a commit of a client waits for the standby; false when the client ended before.
    fn awaits_standby(&mut self, client: &mut Child) -> bool {
        let waiting = "SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = $1";
        let deadline = Instant::now() + PATIENCE;
        loop {
            let superuser = self.superuser.get_or_insert_with(|| self.office.cluster.client("postgres"));
            match superuser.query_opt(waiting, &[&self.office.database.name()]) {
                Ok(Some(_)) => return true,
                Ok(None) => {}
                // More than one.
                Err(error) if error.as_db_error().is_none() && !superuser.is_closed() => return true,
                Err(_) => self.superuser = None,
            }
            if client.try_wait().expect("a child").is_some() {
                return false;
            }
            assert!(Instant::now() < deadline, "no commit waited for the standby");
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn cut(&mut self, how: Cut) {
        let of = |function: &str| {
            format!(
                "SELECT {function}(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = $1"
            )
        };
        let name = self.office.database.name().to_owned();
        match how {
            Cut::Terminate | Cut::Cancel => {
                let function = if how == Cut::Cancel { "pg_cancel_backend" } else { "pg_terminate_backend" };
                let superuser = self.superuser.as_mut().expect("it was asked just now");
                superuser.query(&of(function), &[&name]).expect("a superuser");
            }
            Cut::Crash => {
                self.superuser = None;
                self.office.cluster.restart(Stop::Immediate);
            }
            Cut::Network => self.proxy.cut(),
            Cut::Emptied => self.office.cluster.reload("synchronous_standby_names", ""),
        }
    }

    /// One command whose commit is cut off; what it printed is added to `printed`.
    fn command(
        &mut self,
        name: &str,
        words: &[&str],
        how: Cut,
        back: Option<u64>,
        tally: &mut Tally,
        printed: &mut Printed,
    ) {
        let command = self
            .office
            .folder
            .custcode(words)
            .args(["--wait", "2"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut client = command.expect("custcode starts");
        tally.commands += 1;
        if self.awaits_standby(&mut client) {
            self.cut(how);
        }
        if let Some(pause) = back {
            thread::sleep(Duration::from_millis(pause));
            self.standby.start();
        }
        // Where the answer depends on a standby that stays away, the wait of the command ends it.
        let deadline = Instant::now() + PATIENCE / 3;
        while client.try_wait().expect("a child").is_none() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
        if client.try_wait().expect("a child").is_none() {
            tally.violations.push(format!("{how:?} {name}: waits for ever"));
            client.kill().expect("a child");
        }
        let said = client.wait_with_output().expect("custcode ends");
        let (codes, complaint) = (lines(&said.stdout), lines(&said.stderr).join("\n"));
        match said.status.code() {
            Some(0) => {
                tally.printed += 1;
                printed.insert(name.to_owned(), codes);
            }
            Some(3) if complaint.contains("could not be found out") => tally.unknown += 1,
            Some(5) | None => {}
            other => tally.violations.push(format!("{how:?} {name}: {other:?}: {complaint}")),
        }
        if said.status.code() != Some(0) && !said.stdout.is_empty() {
            tally.violations.push(format!("{how:?} {name}: printed a code and failed: {complaint}"));
        }
        if back.is_some() {
            self.standby.stop(Stop::Immediate);
        }
    }

    /// The primary is gone, the standby takes over: what it does not have of what was printed, and
    /// what it gives once more.
    fn fail_over(&mut self, printed: &Printed) -> Vec<String> {
        self.superuser = None;
        self.office.cluster.stop(Stop::Immediate);
        self.standby.start();
        self.standby.promote();
        let name = self.office.database.name();
        self.office.folder.set("CUSTCODE_STORE", &self.standby.url(ROLE, name));
        // It has no standby of its own.
        let client = self.standby.client(name);
        self.standby.reload("synchronous_standby_names", "");
        drop(client);
        let mut violations = missing(printed, &self.ledger());
        let next =
            issue(&self.office.folder, &["new", "--type", "vip", "--set", "industry=food", "--ref", "NEXT"]);
        for (name, codes) in printed {
            if codes.contains(&next[0]) {
                violations.push(format!("{} was printed for {name} and is given out again", next[0]));
            }
        }
        violations.extend(self.ledger().damage);
        violations
    }

    fn ledger(&self) -> Ledger {
        Ledger::read_from(Tables::database(self.standby.client(self.office.database.name())))
    }
}

/// Printed codes that are not in a ledger, or somebody else's there.
fn missing(printed: &Printed, ledger: &Ledger) -> Vec<String> {
    let mut violations = Vec::new();
    for (name, codes) in printed {
        let of_reference = ledger.references.get(name).map(std::slice::from_ref);
        let kept = of_reference.or(ledger.requests.get(name).map(Vec::as_slice));
        let lost: Vec<_> = codes.iter().filter(|code| !ledger.codes.contains(code)).collect();
        if !lost.is_empty() {
            violations.push(format!("{lost:?} of {name} were printed and are only on the primary"));
        } else if kept.is_some_and(|kept| kept != codes.as_slice()) {
            violations.push(format!("{name} was told {codes:?} and has {kept:?}"));
        }
    }
    violations
}

/// Rounds of three commands each, with a failover at the end of each round.
fn rounds(count: u32, cuts: &[Cut]) -> Tally {
    let mut tally = Tally::default();
    let mut random = Random::new(3);
    for round in 0..count {
        let how = cuts[round as usize % cuts.len()];
        let mut pair = Pair::new();
        pair.standby.stop(Stop::Immediate);
        let mut printed = Printed::new();
        let (one, two, file) = (format!("ONE:{round}"), format!("TWO:{round}"), format!("FILE:{round}"));
        let text = rows::customers(3, u64::from(round));
        pair.office.folder.write("customers.csv", text);
        let new = ["new", "--type", "vip", "--set", "industry=food"];
        // In one of three the standby is back in time to confirm.
        let mut back = || (random.below(3) == 0).then(|| random.below(400));
        let commands: [(&str, Vec<&str>); 4] = [
            (&one, [&new[..], &["--ref", &one]].concat()),
            (&two, [&new[..], &["--count", "2", "--request-id", &two]].concat()),
            (&file, vec!["import", "customers.csv", "--format", "csv", "--request-id", &file, "--quiet"]),
            // Whoever was told to repeat it does.
            (&one, [&new[..], &["--ref", &one]].concat()),
        ];
        for (index, (name, words)) in commands.iter().enumerate() {
            let mut heard = Printed::new();
            // Later it would have caught up with everything before.
            let back = if index < 2 { back() } else { None };
            pair.command(name, words, how, back, &mut tally, &mut heard);
            if *name != file {
                printed.extend(heard);
            }
        }
        let found = pair.fail_over(&printed);
        tally.violations.extend(found.into_iter().map(|what| format!("{how:?}, round {round}: {what}")));
    }
    tally
}

#[test]
fn what_was_printed_while_the_standby_was_away_survives_the_failover() {
    if skipped_on_postgres("the case has servers of its own") {
        return;
    }
    let tally = rounds(4, &CUTS);
    assert!(tally.violations.is_empty(), "{tally:#?}");
    assert!(tally.unknown > 0, "nobody was told that the outcome is unknown: {tally:#?}");
}

#[test]
fn an_answer_out_of_the_ledger_waits_for_the_standby_too() {
    if skipped_on_postgres("the case has servers of its own") {
        return;
    }
    let pair = Pair::new();
    let folder = &pair.office.folder;
    let new = ["new", "--type", "vip", "--set", "industry=food"];
    let known = issue(folder, &[&new[..], &["--ref", "K:1", "--name", "A"]].concat()).remove(0);
    let void = issue(folder, &[&new[..], &["--ref", "K:2"]].concat()).remove(0);
    issue(folder, &["void", &void, "--reason", "misprinted"]);
    pair.standby.stop(Stop::Immediate);
    let commands: [&[&str]; 5] = [
        &[&new[..], &["--ref", "K:1"]].concat(),
        &["new", "--code", &known, "--ref", "K:1"],
        &["new", "--code", &known, "--name", "A", "--ref", "K:1", "--on-existing", "update"],
        &["edit", &known, "--name", "A"],
        &["void", &void, "--reason", "misprinted"],
    ];
    for words in commands {
        let said = folder.custcode(words).args(["--wait", "1"]).output().expect("custcode starts");
        let complaint = lines(&said.stderr).join("\n");
        assert_eq!(said.status.code(), Some(5), "{words:?}: {complaint}");
        assert!(
            complaint.contains("a failover would lose it; nothing was written"),
            "{words:?}: {complaint}"
        );
        assert_eq!(lines(&said.stdout), [""; 0], "{words:?} answered");
    }
}

/// The control: a client that believes what it sees.
#[test]
fn a_client_that_trusts_what_can_be_seen_is_found_out() {
    if skipped_on_postgres("the case has servers of its own") {
        return;
    }
    let mut pair = Pair::new();
    pair.standby.stop(Stop::Immediate);
    let name = pair.office.database.name().to_owned();
    let mut naive = pair.office.cluster.client(&name);
    let write = "INSERT INTO custcode.codes (canonical, operation) VALUES ('NAIVE', 1)";
    let written = thread::spawn(move || naive.batch_execute(write).is_ok());
    let waiting = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let mut superuser = pair.office.cluster.client(&name);
    while superuser.query(waiting, &[]).expect("a superuser").is_empty() {
        thread::sleep(Duration::from_millis(2));
    }
    assert!(!written.join().expect("no panic"), "its answer is lost");
    let seen = superuser.query_opt("SELECT FROM custcode.codes WHERE canonical = 'NAIVE'", &[]);
    assert!(seen.expect("an answer").is_some(), "it can be seen");
    drop(superuser);
    let printed = Printed::from([("naive".to_owned(), vec!["NAIVE".to_owned()])]);
    let found = pair.fail_over(&printed);
    assert_eq!(found, ["[\"NAIVE\"] of naive were printed and are only on the primary"]);
}

#[test]
#[ignore = "minutes: every round of the faults"]
fn all_commits_cut_off_from_their_standby() {
    if skipped_on_postgres("the case has servers of its own") {
        return;
    }
    let count = std::env::var("CUSTCODE_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(50);
    let tally = rounds(count, &CUTS);
    let apart = rounds(count / 10, &[Cut::Emptied]);
    let Tally { commands, printed, unknown, violations } = &tally;
    tell(
        Engine::Postgres,
        &format!(
            "{count} failovers after {commands} commits cut off from their standby: {printed} printed, {unknown} unknown, {} violations; \
             where an administrator did without a standby meanwhile: {} of {} printed codes lost",
            violations.len(),
            apart.violations.len(),
            apart.printed
        ),
    );
    assert!(violations.is_empty(), "{violations:#?}");
}
