//! Each promise of README.md and of the pages of the reference, and the test that would fail if it
//! were broken.
//!
//! A promise is quoted from one of them, wherever its lines break; a test is one of this suite,
//! `src/…: name` for one beside the code, or `cargo bench: name` for what was measured. Who changes
//! a promise finds here what held it, and who adds a section lists what it promises.

mod documents;
mod ledgers;
mod limits;
mod rules;
mod use_of_it;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::{Cluster, Folder, Test, english_documents, project, skipped_on_postgres};

/// A promise, word by word, and the test that would fail.
type Promise = (&'static str, &'static str);

const PROMISES: [&[Promise]; 4] =
    [use_of_it::PROMISES, rules::PROMISES, documents::PROMISES, ledgers::PROMISES];

/// Documents and sections without a promise of their own.
const PROMISE_NOTHING: [&str; 3] = ["src/cli/pages/en/words.md", "Where to read on", "Licence"];

#[test]
fn every_promise_stands_in_a_document() {
    let said = unbroken(&reference());
    let all = PROMISES.iter().copied().flatten();
    let gone: Vec<_> = all.filter(|(promise, _)| !said.contains(promise)).map(|(it, _)| it).collect();
    assert!(gone.is_empty(), "no document says this any more: {gone:#?}");
}

#[test]
fn every_promise_has_a_test() {
    let suite = std::env::current_exe().expect("the suite is a program");
    let listed = Command::new(suite).arg("--list").output().expect("the suite starts");
    let listed = String::from_utf8_lossy(&listed.stdout);
    let tests: BTreeSet<_> = listed.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    let measured = fs::read_to_string(project().join("tests/bench/speed.rs")).expect("the benches");
    let known = |test: &str| match test.split_once(": ") {
        Some(("cargo bench", name)) => measured.contains(&format!("(\"{name}\", {name}::run)")),
        Some((file, name)) => fs::read_to_string(project().join(file))
            .is_ok_and(|text| text.contains("#[test]") && text.contains(&format!("fn {name}("))),
        None => tests.contains(test),
    };
    let all = PROMISES.iter().copied().flatten();
    let missing: Vec<_> = all.filter(|(_, test)| !known(test)).collect();
    assert!(missing.is_empty(), "no such test: {missing:#?}");
}

#[test]
fn every_section_promises_something() {
    let promises = || PROMISES.iter().copied().flatten();
    let mut empty = Vec::new();
    for (file, text) in english_documents() {
        // What a transcript shows begins with # as well.
        let prose: String = text.split("```").step_by(2).collect();
        let whole = (file.as_str(), prose.as_str());
        let sections = prose.split("\n## ").skip(1);
        let titled = sections.map(|section| (section.lines().next().unwrap_or_default(), section));
        for (title, section) in std::iter::once(whole).chain(titled) {
            let text = unbroken(section);
            let kept = promises().any(|(promise, _)| text.contains(promise));
            if !kept && !PROMISE_NOTHING.contains(&title) {
                empty.push(format!("{file}: {title}"));
            }
        }
    }
    assert!(empty.is_empty(), "these promise nothing: {empty:#?}");
}

#[test]
fn the_version_of_rust_is_the_one_that_cargo_demands() {
    let cargo = fs::read_to_string(project().join("Cargo.toml")).expect("the project has a manifest");
    let version = cargo.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("it says which");
    assert!(readme().contains(&format!("Rust {} or newer", version.trim_matches('"'))));
}

#[test]
fn every_command_takes_the_options_that_all_take() {
    let help = fs::read_to_string(project().join("tests/snapshots/help.txt")).expect("the help of today");
    for command in help.split("\n$ custcode ").skip(1) {
        // A word that only leads to others says nothing of them.
        if command.contains("\nCommands:\n") {
            continue;
        }
        let name = command.lines().next().unwrap_or_default();
        for option in [
            "--format <FORMAT>",
            "--json",
            "--quiet",
            "--verbose",
            "--color <WHEN>",
            "--rules <FILE>",
            "--store <LEDGER>",
        ] {
            assert!(command.contains(option), "{name} takes no {option}");
        }
        assert!(command.contains("--actor <NAME>") && command.contains("--wait <SECONDS>"), "{name}");
    }
}

#[test]
fn headers_of_the_table_are_known() {
    let reference = reference();
    let (_, table) =
        reference.split_once("| column | some of the headers known |\n|---|---|\n").expect("the table");
    for row in table.lines().take_while(|line| line.starts_with('|')) {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let column = cells[0].trim_matches('`');
        let (chinese, others) = cells[1].split_once(" · ").expect("Chinese ones, then others");
        let of_programs = others.split(" · ").flat_map(|part| {
            let programs = ["U8 ", "SAP ", "Kingdee "];
            let names = programs.iter().find_map(|program| part.strip_prefix(program)).unwrap_or(part);
            names.split(", ").collect::<Vec<_>>()
        });
        for header in chinese.split(' ').chain(of_programs) {
            let folder = Folder::sqlite();
            folder.write("rows.csv", format!("{header}\n"));
            let words = ["import", "rows.csv", "--dry-run"];
            let did = folder.custcode(words).output().expect("custcode starts");
            let told = String::from_utf8_lossy(&did.stderr).into_owned();
            assert!(told.starts_with(&format!("{header} → {column}\n")), "{header}: {told}");
        }
    }
}

#[test]
fn dates_are_read_in_every_form_of_the_list() {
    let forms = ["2023-10-01", "2023/10/1", "2023.10.1", "20231001", "2023年10月1日", "2023-10-01 08:30:00"];
    let rows: Vec<String> =
        (1..).zip(forms).map(|(number, date)| format!("n{number},vip,{date}\n")).collect();
    let done = Test::new()
        .rules("custcode = 1\ntimezone = \"Asia/Shanghai\"\n[fields.type.values]\nvip = \"V\"\n[rules.r]\npattern = \"{type}{seq:3}\"\n")
        .file("rows.csv", format!("name,type,date\n{}", rows.concat()))
        .args(["import", "rows.csv", "--quiet"])
        .run()
        .then()
        .args(["list", "--since", "2023-10-01", "--until", "2023-10-01", "--quiet"])
        .stdout_like("V001\t[..]\nV002\t[..]\nV003\t[..]\nV004\t[..]\nV005\t[..]\nV006\t[..]\n")
        .run();
    done.then()
        .file("rows.csv", "name,type,date\nx,vip,01/10/2023\n")
        .args(["import", "rows.csv", "--quiet"])
        .stderr_like("error: column \"date\": \"01/10/2023\" could be day first or month first[..]\n...\n")
        .status(2)
        .run();
}

#[test]
fn alphabets_have_the_symbols_that_are_said() {
    let without = |symbols: &str, left_out: &str| -> String {
        symbols.chars().filter(|symbol| !left_out.contains(*symbol)).collect()
    };
    let (digits, letters) = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    let both = [digits, letters].concat();
    for (name, symbols) in [
        ("digits", digits.to_owned()),
        ("decimal", digits.to_owned()),
        ("hex", both[..16].to_owned()),
        ("letters", letters.to_owned()),
        ("alphanumeric", both.clone()),
        ("uscc", without(&both, "IOSVZ")),
        ("crockford", without(&both, "ILOU")),
        ("ACDEFHJKMNPRTWXY", "ACDEFHJKMNPRTWXY".to_owned()),
    ] {
        // The first number is one, so the symbol of zero is not seen.
        let count = (symbols.len() - 1).to_string();
        let codes: String = symbols.chars().skip(1).flat_map(|symbol| ['-', symbol, '\n']).collect();
        Test::new()
            .rules(&format!(
                "custcode = 1\n[rules.r]\npattern = \"-{{seq:1}}\"\nseq = {{ alphabet = \"{name}\" }}\n"
            ))
            .args(["new", "--count", &count, "--quiet"])
            .stdout(&codes)
            .run()
            .then()
            .args(["new"])
            .stderr_like("error: rule r has no number left[..]\nhint: [..]\n")
            .status(4)
            .run();
    }
}

#[test]
fn json_has_the_members_of_the_table() {
    if skipped_on_postgres("a copy and a restored ledger are files") {
        return;
    }
    let folder = Folder::new();
    folder.bring("rules.example.toml");
    folder.write("rows.csv", "ref,name,type\nR1,a,vip\n");
    let mut wrong = Vec::new();
    for (command, words) in [
        ("init", "init"),
        ("new", "new --type vip --count 2"),
        ("validate", "validate 01A0001 x"),
        ("show", "show 01A0001"),
        ("list", "list"),
        ("find", "find 01A0001"),
        ("export", "export"),
        ("edit", "edit 01A0001 --name b"),
        ("void", "void 01A0002 --reason x"),
        ("erase", "erase 01A0002 --reason x --yes"),
        ("store erasures", "store erasures"),
        ("gaps", "gaps"),
        ("log", "log"),
        ("import", "import rows.csv --set industry=services -o coded.csv"),
        ("rules show", "rules show"),
        ("rules check", "rules check"),
        ("rules diff", "rules diff"),
        ("rules adopt", "rules adopt --yes"),
        ("rules standard", "rules standard"),
        ("rules from-mask", "rules from-mask --from salesforce A-{00000}"),
        ("store info", "store info"),
        ("store check", "store check"),
        ("store repair", "store repair"),
        ("store backup", "store backup saved.backup"),
        ("store restore", "--store restored.db store restore saved.backup"),
        ("store copy", "store copy custcode.db copy.db"),
        ("store unfence", "--store restored.db store unfence --nothing-lost --yes"),
        ("any error", "new --type vpi"),
    ] {
        let words = words.split(' ').chain(["--json"]);
        let did = folder.custcode(words).output().expect("custcode starts");
        let (out, err) = (String::from_utf8_lossy(&did.stdout), String::from_utf8_lossy(&did.stderr));
        let text = if command == "any error" { &err } else { &out };
        let value: Value =
            serde_json::from_str(text).unwrap_or_else(|it| panic!("{command}: {it}: {out}{err}"));
        let written: BTreeSet<String> = value.as_object().expect("one object").keys().cloned().collect();
        let told = members(command);
        let untold: Vec<_> = written.iter().filter(|it| *it != "schema" && !told.contains(*it)).collect();
        if value["schema"] != 1 || !untold.is_empty() {
            wrong.push(format!("the page json does not tell of {untold:?} of {command}"));
        }
        // What there is only sometimes: `init` tells what it made.
        let missing: Vec<_> = top_level(command).into_iter().filter(|it| !written.contains(it)).collect();
        if !missing.is_empty() && command != "init" {
            wrong.push(format!("{command} has no {missing:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn init_says_how_to_bring_in_the_codes_issued_so_far() {
    if skipped_on_postgres("the built-in rules keep their ledger in a file") {
        return;
    }
    let folder = Folder::new();
    let run = |line: &str| {
        let did = folder.command("sh").args(["-c", line]).output().expect("sh starts");
        assert!(did.status.success(), "{line}: {}", String::from_utf8_lossy(&did.stderr));
        (String::from_utf8_lossy(&did.stdout).into_owned(), String::from_utf8_lossy(&did.stderr).into_owned())
    };
    run("custcode new --type vip --name A --ref 1 && custcode new --type personal && custcode list > before");
    let (_, told) = run("custcode init");
    let line = told.lines().find_map(|line| line.strip_prefix("  custcode export ")).expect("a line to type");
    run(&format!("custcode export {line}"));
    assert_eq!(run("custcode list").0, folder.read("before"));
}

#[test]
fn codes_of_different_scopes_do_not_wait_for_each_other() {
    let database = Cluster::shared().database();
    let mut folder = Folder::sqlite();
    folder.set("CUSTCODE_STORE", database.url());
    folder.write(
        "rules.toml",
        "custcode = 1\n[fields.type.values]\nvip = \"V\"\nregular = \"R\"\n[rules.r]\npattern = \"{type}{seq:3}\"\n",
    );
    folder.init();
    let new =
        |kind: &str| folder.custcode(["new", "--type", kind, "--wait", "1"]).output().expect("it starts");
    assert!(new("vip").status.success() && new("regular").status.success());
    let mut other = Cluster::shared().client(database.name());
    let mut write = other.transaction().expect("a transaction");
    let held = write.execute("SELECT FROM custcode.sequences WHERE scope = '[\"V\"]' FOR UPDATE", &[]);
    assert_eq!(held.expect("a counter"), 1);
    assert_eq!(new("vip").status.code(), Some(5), "the counter is not held");
    assert_eq!(String::from_utf8_lossy(&new("regular").stdout), "R002\n");
}

/// The row of a command in the table of members, nested ones in brackets.
fn row(command: &str) -> String {
    let reference = reference();
    let (_, table) =
        reference.split_once("| command | members beside `schema` |").expect("the table of members");
    let of_it = |line: &&str| {
        let names = line.trim_start_matches("| ").split(" | ").next().unwrap_or_default();
        names.split(", ").any(|name| name.trim_matches('`') == command)
    };
    let line = table.lines().find(of_it).unwrap_or_else(|| panic!("{command} has no row"));
    line.splitn(3, " | ").skip(1).collect()
}

/// Every name in the row of a command.
fn members(command: &str) -> BTreeSet<String> {
    row(command).split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Those that are the object's own, not those of what is in it.
fn top_level(command: &str) -> BTreeSet<String> {
    let row = row(command);
    // What another form of the command gives stands behind a semicolon that no bracket holds.
    let mut depth = 0;
    let outside: String = row
        .chars()
        .filter(|letter| {
            depth += i32::from(*letter == '(') - i32::from(*letter == ')');
            depth == 0
        })
        .collect();
    let first = outside.split(';').next().unwrap_or_default();
    first.split('`').skip(1).step_by(2).filter(|name| !name.contains(' ')).map(str::to_owned).collect()
}

fn readme() -> String {
    fs::read_to_string(project().join("README.md")).expect("the project has a README")
}

/// Every English document in one text.
fn reference() -> String {
    let texts: Vec<_> = english_documents().into_iter().map(|(_, text)| text).collect();
    texts.join("\n")
}

/// A text with its lines joined.
fn unbroken(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
