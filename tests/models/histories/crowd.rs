//! The second form: steps dealt to several processes at once. Who comes first is not known, so what
//! comes of it is held against what is promised whoever does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::rules::Rules;
use super::step::{Edit, Import, Jump, New, Register, Row, Step, Void};
use crate::support::{Folder, Ledger, Random};

/// Processes at once.
const WORKERS: u64 = 4;

/// Steps of each.
const LENGTH: u64 = 12;

/// Between two looks at the ledger meanwhile.
const PAUSE: Duration = Duration::from_millis(30);

/// A command that a worker typed, and what came of it.
struct Line {
    step: Step,
    status: i32,
    stdout: String,
    stderr: String,
}

/// What each worker typed, in order.
type Lines = Vec<Vec<Line>>;

/// Deals a history to several processes and says what promise was broken, with the commands.
pub(super) fn deal(random: &mut Random) -> Result<(), String> {
    let folder = Folder::new();
    let rules =
        Rules::first().toml() + "[rules.blocks]\npattern = \"B{seq:4}\"\nseq = { issue_blocks = 5 }\n";
    folder.write("rules.toml", &rules);
    folder.init();
    let seeds: Vec<u64> = (0..WORKERS).map(|_| random.next()).collect();
    let done = AtomicBool::new(false);
    let (lines, counters) = thread::scope(|scope| {
        let work = |(at, seed): (usize, &u64)| {
            let (folder, seed) = (&folder, *seed);
            scope.spawn(move || Worker { folder, at, random: Random::new(seed), own: Vec::new() }.work())
        };
        let workers: Vec<_> = seeds.iter().enumerate().map(work).collect();
        let watcher = scope.spawn(|| watch(&folder, &done));
        let lines: Lines = workers.into_iter().map(|it| it.join().expect("a worker ends")).collect();
        done.store(true, Ordering::Relaxed);
        (lines, watcher.join().expect("the watcher ends"))
    });
    let broken = counters.and_then(|()| judge(&folder, &lines));
    broken.map_err(|error| {
        format!("{error}\n\nThe commands, each group by a process of its own:\n\n{}", script(&rules, &lines))
    })
}

/// Somebody who types commands.
struct Worker<'w> {
    folder: &'w Folder,
    at: usize,
    random: Random,
    /// Codes that it got for customers without a reference.
    own: Vec<String>,
}

impl Worker<'_> {
    fn work(mut self) -> Vec<Line> {
        (0..LENGTH)
            .map(|at| {
                let step = self.step(at);
                let (file, output) =
                    (format!("rows{}-{at}.csv", self.at), format!("coded{}-{at}.csv", self.at));
                let mut words = step.typed().expect("a step that is one command").words;
                if let Step::Import(import) = &step {
                    self.folder.write(&file, import.file());
                    words[1].clone_from(&file);
                    words[3].clone_from(&output);
                }
                let did = self.folder.custcode(&words).output().expect("custcode starts");
                let mut stdout = String::from_utf8_lossy(&did.stdout).into_owned();
                if let Step::Import(_) = &step {
                    stdout = fs::read_to_string(self.folder.path(&output)).unwrap_or_default();
                }
                if matches!(&step, Step::New(new) if new.reference.is_none() && new.request.is_none()) {
                    self.own.extend(stdout.lines().map(str::to_owned));
                }
                let stderr = String::from_utf8_lossy(&did.stderr).into_owned();
                Line { step, status: did.status.code().unwrap_or(-1), stdout, stderr }
            })
            .collect()
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.random.below(times) == 0
    }

    /// A reference that all workers ask for, with the type that it has whoever asks.
    fn shared(&mut self) -> (String, String) {
        let number = self.random.below(8);
        (
            format!("R{number}"),
            ["vip", "regular", "staff"][usize::try_from(number % 3).expect("small")].to_owned(),
        )
    }

    fn own(&mut self) -> Option<String> {
        let index = self.random.below(self.own.len().max(1) as u64);
        self.own.get(usize::try_from(index).expect("small")).cloned()
    }

    fn step(&mut self, at: u64) -> Step {
        let kind = Some(self.random.pick(&["vip", "regular", "staff"]).to_owned());
        let new = New { kind: kind.clone(), count: 1, ..New::default() };
        match (self.random.below(12), self.own()) {
            (0..3, _) => {
                let (reference, kind) = self.shared();
                Step::New(New { reference: Some(reference), kind: Some(kind), ..new })
            }
            (3, _) => {
                let request = Some(format!("q{}", self.random.below(3)));
                Step::New(New { kind: Some("vip".to_owned()), request, count: 2, ..new })
            }
            (4..6, _) => {
                Step::New(New { rule: Some("blocks".to_owned()), count: 1 + self.random.below(7), ..new })
            }
            (6, _) => Step::New(New { rule: Some("yearly".to_owned()), ..new }),
            (7, _) => Step::Import(self.import(at)),
            (8, _) => Step::Register(Register {
                code: format!("V{:02}", self.random.below(60)),
                name: Some(format!("w{}-{at}", self.at)),
                jump: if self.one_in(2) { Jump::KeepBelow } else { Jump::Allow },
                ..Register::default()
            }),
            (9, Some(code)) => Step::Void(Void { codes: vec![code], ..Void::default() }),
            (10, Some(code)) => {
                Step::Edit(Edit { code, name: Some(format!("e{}-{at}", self.at)), ..Edit::default() })
            }
            _ => Step::New(New { count: 1 + self.random.below(3), ..new }),
        }
    }

    fn import(&mut self, at: u64) -> Import {
        let (reference, kind) = self.shared();
        let mine = |number: u64| format!("I{}-{at}-{number}", self.at);
        let mut rows: Vec<Row> = (0..3)
            .map(|number| Row { reference: mine(number), kind: "regular".to_owned(), ..Row::default() })
            .collect();
        rows.push(Row { reference, kind, ..Row::default() });
        Import { rows, partial: true, ..Import::default() }
    }
}

/// Looks at the ledger again and again: it is whole at every moment, and no counter goes down.
fn watch(folder: &Folder, done: &AtomicBool) -> Result<(), String> {
    let mut seen = BTreeMap::new();
    loop {
        let last = done.load(Ordering::Relaxed);
        for (key, number) in told_counters(folder)? {
            let before = seen.insert(key.clone(), number).unwrap_or(0);
            if number < before {
                return Err(format!("the counter {key} went down from {before} to {number}"));
            }
        }
        whole(folder)?;
        if last {
            return Ok(());
        }
        // Who looks without a pause takes the machine from those that are looked at.
        thread::sleep(PAUSE);
    }
}

fn told_counters(folder: &Folder) -> Result<BTreeMap<String, u64>, String> {
    let info = folder.custcode(["store", "info", "--json"]).output().expect("custcode starts");
    let info: Value = serde_json::from_slice(&info.stdout).map_err(|error| format!("store info: {error}"))?;
    let counters = info["counters"].as_array().cloned().unwrap_or_default();
    let told = counters
        .iter()
        .filter_map(|it| Some((format!("{} {}", it["rule"], it["scope"]), it["last"].as_u64()?)));
    Ok(told.collect())
}

/// `store check` finds nothing, and `gaps` explains everything.
fn whole(folder: &Folder) -> Result<(), String> {
    let gaps = folder.custcode(["gaps", "--unexplained"]).output().expect("custcode starts");
    if gaps.status.code() != Some(0) {
        let (told, why) = (String::from_utf8_lossy(&gaps.stdout), String::from_utf8_lossy(&gaps.stderr));
        return Err(format!("gaps --unexplained: {told}{why}"));
    }
    let checked = folder.custcode(["store", "check", "--json", "-q"]).output().expect("custcode starts");
    let why = String::from_utf8_lossy(&checked.stderr);
    let report: Value =
        serde_json::from_slice(&checked.stdout).map_err(|error| format!("store check: {error}: {why}"))?;
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    // The suite's server is not made to last.
    let findings: Vec<_> = findings.into_iter().filter(|it| it["kind"] != "durability").collect();
    if findings.is_empty() { Ok(()) } else { Err(format!("store check: {findings:#?}")) }
}

/// What is promised whoever came first.
fn judge(folder: &Folder, lines: &Lines) -> Result<(), String> {
    let ledger = Ledger::read_in(folder);
    // The checker counts by ones from one; numbers that are missing are for `gaps` to explain.
    let damage: Vec<_> = ledger.damage.iter().filter(|it| !it.contains("nobody knows about")).collect();
    if !damage.is_empty() {
        return Err(format!("the tables: {damage:#?}"));
    }
    let known: BTreeSet<&str> = ledger.codes.iter().map(String::as_str).collect();
    let mut claims = Claims::default();
    for line in lines.iter().flatten() {
        if !matches!((&line.step, line.status), (_, 0 | 4) | (Step::Import(_), 6) | (Step::Register(_), 1)) {
            return Err(format!("{:?}: status {}: {}", line.step, line.status, line.stderr));
        }
        claims.take(line)?;
    }
    for (code, owner) in &claims.owners {
        if !known.contains(code.as_str()) {
            return Err(format!("{code} was printed for {owner} and is not in the ledger"));
        }
        let reference = owner.strip_prefix("reference ");
        if reference.is_some_and(|reference| ledger.references.get(reference) != Some(code)) {
            return Err(format!("{code} was printed for {owner}, who has another code in the ledger"));
        }
    }
    let printed: BTreeSet<&str> = claims.owners.keys().map(String::as_str).collect();
    if let Some(unseen) = known.difference(&printed).next() {
        return Err(format!("{unseen} is in the ledger, and nobody got it"));
    }
    Ok(())
}

/// Whose each printed code is.
#[derive(Default)]
struct Claims {
    owners: BTreeMap<String, String>,
    answers: BTreeMap<String, String>,
    anonymous: u64,
}

impl Claims {
    fn take(&mut self, line: &Line) -> Result<(), String> {
        match &line.step {
            Step::New(new) => match (&new.reference, &new.request) {
                (Some(reference), _) => self.answer(&format!("reference {reference}"), line),
                (None, Some(request)) => self.answer(&format!("request {request}"), line),
                (None, None) => {
                    self.anonymous += 1;
                    let owner = format!("customer {}", self.anonymous);
                    line.stdout.lines().try_for_each(|code| self.claim(code, &owner))
                }
            },
            Step::Register(register) => {
                let owner = format!("customer {:?}", register.name);
                line.stdout.lines().try_for_each(|code| self.claim(code, &owner))
            }
            Step::Import(_) => line.stdout.lines().skip(1).try_for_each(|row| {
                let cells = row.split_once(',').zip(row.rsplit_once(','));
                let ((reference, _), (_, code)) = cells.ok_or_else(|| format!("{row:?} is no row"))?;
                self.claim(code, &format!("reference {reference}"))
            }),
            _ => Ok(()),
        }
    }

    /// The answer to a reference or a request is the same whoever asks.
    fn answer(&mut self, owner: &str, line: &Line) -> Result<(), String> {
        if line.status != 0 {
            return Ok(());
        }
        line.stdout.lines().try_for_each(|code| self.claim(code, owner))?;
        match self.answers.insert(owner.to_owned(), line.stdout.clone()) {
            Some(before) if before != line.stdout => {
                Err(format!("{owner} was answered with {before:?} and with {:?}", line.stdout))
            }
            _ => Ok(()),
        }
    }

    /// A code belongs to one customer, and a reference has one code.
    fn claim(&mut self, code: &str, owner: &str) -> Result<(), String> {
        if let Some(other) = self.owners.insert(code.to_owned(), owner.to_owned())
            && other != owner
        {
            return Err(format!("{code} was printed for {other} and for {owner}"));
        }
        let codes = self.owners.iter().filter(|(_, it)| *it == owner).count();
        if owner.starts_with("reference ") && codes > 1 {
            return Err(format!("{owner} was given {code} and another code"));
        }
        Ok(())
    }
}

/// What was typed, for a shell.
fn script(rules: &str, lines: &Lines) -> String {
    let mut text = format!("cd \"$(mktemp -d)\"\ncat > rules.toml <<'END'\n{rules}END\ncustcode init\n");
    for lines in lines {
        text.push_str("(\n");
        for line in lines {
            if let Step::Import(import) = &line.step {
                let _ = write!(text, "cat > rows.csv <<'END'\n{}END\n", import.file());
            }
            let words = line.step.typed().map(|typed| typed.words.join(" ")).unwrap_or_default();
            let _ = writeln!(text, "custcode {words}  # {}: {}", line.status, line.stdout.replace('\n', " "));
        }
        text.push_str(") &\n");
    }
    text + "wait\n"
}
