//! A real ledger beside the model: every step is carried out on both, and they are compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::{Output, Stdio};

use std::io::Write as _;

use super::ledger::{Answer, Ledger};
use super::rules::{Rules, Whose};
use super::step::{Import, New, OnExisting, Row, Step, Typed};
use crate::support::cluster::Database;
use crate::support::{Cluster, Engine, Folder, audit, engine};

/// What did not come out as the model says.
pub(super) type Outcome = Result<(), String>;

/// A ledger, its model, and all that was typed so far.
pub(super) struct World {
    folder: Folder,
    pub(super) model: Ledger,
    /// The model as it was when the last backup was made.
    saved: Option<Ledger>,
    /// Files that were taken in whole, and what came out.
    imports: Vec<(Import, String)>,
    /// Where the ledger is.
    store: String,
    databases: Vec<Database>,
    places: usize,
    /// Everything typed, for a shell.
    pub(super) script: String,
}

/// What a command did.
pub(super) struct Did {
    status: i32,
    stdout: String,
    stderr: String,
}

impl World {
    /// An empty ledger.
    pub(super) fn new() -> Self {
        let mut world = Self {
            folder: Folder::new(),
            model: Ledger::new("2026-11-22"),
            saved: None,
            imports: Vec::new(),
            store: String::new(),
            databases: Vec::new(),
            places: 0,
            script: "cd \"$(mktemp -d)\"; export CUSTCODE_ACTOR=li\n".to_owned(),
        };
        world.store = world.folder.store();
        world.write_rules();
        world.set_day();
        world.folder.init();
        world.script.push_str("custcode init\n");
        world
    }

    /// Carries out a step, and looks whether the ledger is whole after it.
    pub(super) fn carry_out(&mut self, step: &Step) -> Outcome {
        match step {
            Step::Again(place) => self.import_again(*place)?,
            Step::Adopt { rules, explicit: true } => self.adopt(rules)?,
            Step::Adopt { rules, explicit: false } => self.adopt_by_issuing(rules)?,
            Step::Stale => self.stale()?,
            Step::Clock(day) => {
                self.model.day.clone_from(day);
                self.set_day();
            }
            Step::Backup => {
                let _ = fs::remove_file(self.folder.path("saved.backup"));
                self.expect(&["store", "backup", "saved.backup"], 0)?;
                self.saved = Some(self.model.clone());
            }
            Step::Restore => self.restore()?,
            Step::Move => self.relocate()?,
            Step::Copy => self.copy()?,
            Step::RoundTrip => self.round_trip()?,
            Step::Repair => {
                let before = self.image();
                let repaired = self.run(&["store", "repair", "--yes"], None);
                // The suite's server is not made to last, which is a finding that no repair mends.
                if engine() == Engine::Sqlite {
                    repaired.must_be(0)?;
                }
                self.unchanged(before.as_ref(), "a repair of a sound ledger")?;
            }
            Step::Compare => self.compare()?,
            _ => self.command(step)?,
        }
        audit::ask_now(&self.store)
    }

    /// A single command.
    fn command(&mut self, step: &Step) -> Outcome {
        let typed = step.typed().expect("a step that is one command");
        if let Step::Import(import) = step {
            self.write("rows.csv", &import.file());
        }
        let mut after = self.model.clone();
        let (expected, dry) = predicted(step, &mut after);
        let before = self.image();
        let did = self.run_typed(&typed);
        did.must_be_answer(&expected)?;
        if dry || !matches!(expected.0, 0 | 6) {
            return self.unchanged(before.as_ref(), "what was refused or only tried");
        }
        self.model = after;
        if let Step::Import(import) = step {
            if expected.0 == 0 && import.on_existing == OnExisting::Keep {
                self.imports.push((import.clone(), expected.1.clone()));
            }
            let before = self.image();
            let again = self.run_typed(&typed);
            again.must_be_answer(&expected).map_err(|error| format!("the same file again: {error}"))?;
            self.unchanged(before.as_ref(), "the same file again")?;
        }
        Ok(())
    }

    /// A file from some time ago gives what it gave and changes nothing, unless a code was
    /// cancelled since.
    fn import_again(&mut self, place: u64) -> Outcome {
        let count = self.imports.len().max(1) as u64;
        let index = usize::try_from(place % count).expect("small");
        let Some((import, output)) = self.imports.get(index).cloned() else { return Ok(()) };
        let codes = output.lines().skip(1).filter_map(|line| line.rsplit_once(','));
        let void = |code: &str| self.model.find(code).is_none_or(|entry| self.model.entries[entry].void);
        if codes.into_iter().any(|(_, code)| void(code)) {
            return Ok(());
        }
        self.write("rows.csv", &import.file());
        let before = self.image();
        let typed = Step::Import(import).typed().expect("a step that is one command");
        self.run_typed(&typed).must_be_answer(&(0, output))?;
        self.unchanged(before.as_ref(), "a file from some time ago")
    }

    /// `rules adopt`, with the number of codes that it touches.
    fn adopt(&mut self, rules: &Rules) -> Outcome {
        let touched = self.model.touched(rules).len();
        let before = std::mem::replace(&mut self.model.rules, rules.clone());
        self.write_rules();
        self.model.rules = before;
        if touched > 0 {
            let before = self.image();
            self.expect(&["rules", "adopt", "--yes"], 4)?;
            self.expect(&["new", "--type", "vip"], 4)?;
            self.unchanged(before.as_ref(), "rules that were refused")?;
        }
        let breaks = touched.to_string();
        self.expect(&["rules", "adopt", "--breaks", &breaks, "--yes"], 0)?;
        self.model.adopt(rules);
        Ok(())
    }

    /// Rules that the next command adopts, if they touch nothing and are new.
    fn adopt_by_issuing(&mut self, rules: &Rules) -> Outcome {
        let new = New { kind: Some("vip".to_owned()), count: 1, ..New::default() };
        let refused = !self.model.touched(rules).is_empty() || self.model.replaced.contains(rules);
        let before = self.model.rules.clone();
        self.model.rules = rules.clone();
        self.write_rules();
        if refused && *rules != before {
            let did = self.run_typed(&Typed { words: new.words(), input: None });
            self.model.rules = before;
            self.write_rules();
            return did.must_be(4);
        }
        let mut after = self.model.clone();
        after.rules = before.clone();
        after.adopt(rules);
        let answer = after.issue(&new);
        let did = self.run_typed(&Typed { words: new.words(), input: None });
        did.must_be_answer(&told(&answer, false))?;
        self.model.rules = before;
        if answer.is_ok() {
            self.model = after;
        } else {
            self.write_rules();
        }
        Ok(())
    }

    /// Rules that were replaced issue nothing.
    fn stale(&mut self) -> Outcome {
        let Some(old) = self.model.replaced.first().cloned() else { return Ok(()) };
        self.write("old.toml", &old.toml());
        self.expect(&["--rules", "old.toml", "--store", &self.store.clone(), "new", "--type", "vip"], 4)
    }

    /// The ledger is lost: the backup is restored, and counters are moved above what was issued
    /// since.
    fn restore(&mut self) -> Outcome {
        let Some(saved) = self.saved.clone().filter(|saved| saved.rules == self.model.rules) else {
            return Ok(());
        };
        let (mut restored, mut words) = (saved, vec!["store".to_owned(), "unfence".to_owned()]);
        restored.day.clone_from(&self.model.day);
        for (key, counter) in &self.model.counters {
            let numbers = self.model.entries.iter().filter_map(|entry| match &entry.counted {
                Some((counted, number)) if counted == key => *number,
                _ => None,
            });
            let highest = numbers.chain(counter.last).max();
            let before = restored.counters.entry(key.clone()).or_default();
            let Some((highest, series)) = highest.zip(self.model.rules.series(&key.0)) else { continue };
            if before.last >= Some(highest) {
                continue;
            }
            let Some(code) = on_paper(&self.model.rules, key, highest) else { return Ok(()) };
            words.extend(["--at-least".to_owned(), code]);
            if !before.ahead.contains(&highest) {
                before.passed.insert(highest, "restore");
            }
            before.pass(&series, highest, "restore");
        }
        // Of every counter that was not named.
        words.extend(["--nothing-lost", "--yes"].map(str::to_owned));
        let place = self.place();
        self.expect(&["--store", &place, "store", "restore", "saved.backup"], 0)?;
        self.expect(&["--store", &place, "new", "--type", "vip"], 4)?;
        self.settle_in(place);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.expect(&words, 0)?;
        self.model = restored;
        self.imports.clear();
        Ok(())
    }

    /// The ledger moves, and its old place issues no more.
    fn relocate(&mut self) -> Outcome {
        let (from, to) = (self.store.clone(), self.place());
        self.expect(&["store", "copy", "--fence", &from, &to], 0)?;
        self.expect(&["new", "--type", "vip"], 4)?;
        self.settle_in(to);
        Ok(())
    }

    /// A copy does not issue, and leaves the ledger as it is.
    fn copy(&mut self) -> Outcome {
        let (from, to) = (self.store.clone(), self.place());
        self.expect(&["store", "copy", &from, &to], 0)?;
        self.expect(&["--store", &to, "new", "--type", "vip"], 4)
    }

    /// The export, taken in by an empty ledger, gives the same customers.
    fn round_trip(&mut self) -> Outcome {
        let _ = fs::remove_file(self.folder.path("all.csv"));
        self.expect(&["export", "-o", "all.csv"], 0)?;
        let other = Folder::new();
        other.write("rules.toml", self.model.rules.toml());
        other.init();
        other.write("all.csv", self.folder.read("all.csv"));
        let words = ["import", "all.csv", "--allow-jump", "--legacy"];
        self.script.push_str("# into an empty ledger: custcode import all.csv --allow-jump --legacy\n");
        let did = Did::of(&other.custcode(words).output().expect("custcode starts"));
        did.must_be(0)?;
        let list = ["list", "--format", "csv", "--quiet"];
        let there = Did::of(&other.custcode(list).output().expect("custcode starts"));
        let (here, there) = (rows(&self.run(&list, None).stdout), rows(&there.stdout));
        same("the customers after export and import", &here, &there)
    }

    /// Every customer, code, counter and gap.
    fn compare(&mut self) -> Outcome {
        let listed = self.run(&["list", "--state", "any", "--format", "csv", "--quiet"], None);
        let mut listed = rows(&listed.stdout);
        let mut expected: Vec<String> = self.model.entries.iter().map(super::compare::row).collect();
        listed.sort();
        expected.sort();
        same("the list of all customers", &expected, &listed)?;
        let info = self.run(&["store", "info", "--json"], None);
        same(
            "the counters",
            &super::compare::counters(&self.model),
            &super::compare::told_counters(&info.stdout),
        )?;
        let gaps = self.run(&["gaps", "--json", "--quiet"], None);
        super::compare::gaps(&self.model, &gaps.stdout)
    }

    /// A new place for a ledger: on PostgreSQL, a database and a file by turns.
    fn place(&mut self) -> String {
        self.places += 1;
        if engine() == Engine::Postgres && self.places.is_multiple_of(2) {
            let database = Cluster::shared().database();
            let url = database.url().to_owned();
            self.databases.push(database);
            return url;
        }
        self.folder.path(&format!("place{}.db", self.places)).display().to_string()
    }

    fn settle_in(&mut self, place: String) {
        let _ = writeln!(self.script, "export CUSTCODE_STORE={}", self.shown(&place));
        self.folder.set("CUSTCODE_STORE", &place);
        self.store = place;
    }

    fn set_day(&mut self) {
        let now = format!("{}T09:00:00+08:00", self.model.day);
        self.folder.set("CUSTCODE_NOW", &now);
        let _ = writeln!(self.script, "export CUSTCODE_NOW={now}");
    }

    fn write_rules(&mut self) {
        let text = self.model.rules.toml();
        self.write("rules.toml", &text);
    }

    fn write(&mut self, name: &str, text: &str) {
        self.folder.write(name, text);
        let _ = write!(self.script, "cat > {name} <<'END'\n{text}END\n");
    }

    fn expect(&mut self, words: &[&str], status: i32) -> Outcome {
        self.run(words, None).must_be(status)
    }

    fn run(&mut self, words: &[&str], input: Option<&str>) -> Did {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        self.run_typed(&Typed { words, input: input.map(str::to_owned) })
    }

    fn run_typed(&mut self, typed: &Typed) -> Did {
        let shown: Vec<String> = typed.words.iter().map(|word| quoted(&self.shown(word))).collect();
        let pipe = typed
            .input
            .as_ref()
            .map_or(String::new(), |input| format!("printf '{}' | ", input.replace('\n', "\\n")));
        let _ = writeln!(self.script, "{pipe}custcode {}", shown.join(" "));
        let mut command = self.folder.custcode(&typed.words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if typed.input.is_some() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().expect("custcode starts");
        if let Some(input) = &typed.input {
            let mut pipe = child.stdin.take().expect("stdin is a pipe");
            let _ = pipe.write_all(input.as_bytes());
        }
        Did::of(&child.wait_with_output().expect("custcode ends"))
    }

    /// A word without the folder of the test.
    fn shown(&self, word: &str) -> String {
        self.folder.portable(word).replace("[DIR]/", "")
    }

    /// The bytes of the ledger's file; of a database nothing, which `compare` looks at instead.
    fn image(&self) -> Option<Vec<u8>> {
        fs::read(&self.store).ok()
    }

    fn unchanged(&self, before: Option<&Vec<u8>>, what: &str) -> Outcome {
        if self.image().as_ref() == before { Ok(()) } else { Err(format!("{what} changed the ledger")) }
    }
}

/// What a step must lead to, as exit status and standard output, and whether it is only tried.
fn predicted(step: &Step, model: &mut Ledger) -> ((i32, String), bool) {
    match step {
        Step::New(it) => (told(&model.issue(it), it.dry), it.dry),
        Step::Register(it) => (told(&model.register(it), it.dry), it.dry),
        Step::Edit(it) => (told(&model.edit(it), false), it.dry),
        Step::Void(it) => (told(&model.void(it), false), it.dry),
        Step::Import(it) => (imported(it, model), it.dry),
        Step::Show(code) => {
            let found = model.find(code).is_some();
            ((i32::from(!found), String::from("...")), true)
        }
        _ => unreachable!("a step of several commands"),
    }
}

fn told(answer: &Answer, dry: bool) -> (i32, String) {
    let mark = if dry { "\tnot issued" } else { "" };
    match answer {
        Ok(lines) => (0, lines.iter().flat_map(|line| [line.as_str(), mark, "\n"]).collect()),
        Err(status) => (*status, String::new()),
    }
}

fn imported(import: &Import, model: &mut Ledger) -> (i32, String) {
    let done = model.import(import);
    if !matches!(done.status, 0 | 6) {
        return (done.status, String::new());
    }
    let mark = if import.dry { " (not issued)" } else { "" };
    let lines: String = done.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    (done.status, format!("{}{mark}\n{lines}", Row::HEADER))
}

/// The code of a counter's number, as it stands on paper.
fn on_paper(rules: &Rules, (rule, scope): &(String, String), number: u64) -> Option<String> {
    let part = scope.trim_matches(['[', ']', '"']);
    let kind = super::rules::KINDS.iter().find(|(_, printed)| *printed == part).map(|(key, _)| *key);
    let date = format!("20{part}-01-01");
    let date = if rule == "yearly" { date.as_str() } else { "2026-01-01" };
    rules.print(rule, Whose { kind, area: None, date }, number)
}

/// The customers of a list in CSV, each with its cells by name.
fn rows(csv: &str) -> Vec<String> {
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let row = |line: &str| {
        let cells: BTreeMap<&str, &str> = names.iter().copied().zip(line.split(',')).collect();
        let filled = cells.into_iter().filter(|(_, cell)| !cell.is_empty());
        filled.map(|(name, cell)| format!("{name}={cell}")).collect::<Vec<_>>().join(" ")
    };
    lines.map(row).collect()
}

fn same(what: &str, expected: &[String], actual: &[String]) -> Outcome {
    if expected == actual {
        return Ok(());
    }
    let text = |lines: &[String]| lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>();
    Err(format!("{what}:\n{}", crate::support::diff::lines(&text(expected), &text(actual))))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain =
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=./".contains(&byte));
    if plain { word.to_owned() } else { format!("'{word}'") }
}

impl Did {
    fn of(output: &Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn must_be(&self, status: i32) -> Outcome {
        self.must_be_answer(&(status, "...".to_owned()))
    }

    fn must_be_answer(&self, (status, stdout): &(i32, String)) -> Outcome {
        if self.status != *status {
            return Err(format!("expected status {status}, was {}: {}", self.status, self.stderr));
        }
        if stdout == "..." || *stdout == self.stdout {
            return Ok(());
        }
        Err(format!("stdout:\n{}", crate::support::diff::lines(stdout, &self.stdout)))
    }
}
