//! What the documents show is what happens: transcripts, examples, the help of every command.
//!
//! `CUSTCODE_BLESS=1 cargo test readme` writes the outputs anew; read the difference before
//! committing it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::support::{Folder, blessing, diff, project, skipped_on_postgres, transcript};

#[test]
fn readme_shows_what_happens() {
    if skipped_on_postgres("the documents show a ledger in a file") {
        return;
    }
    transcript::run("README.md");
}

#[test]
fn chinese_readme_shows_what_happens() {
    if skipped_on_postgres("the documents show a ledger in a file") {
        return;
    }
    transcript::run("README.zh-CN.md");
}

/// The longest README, in bytes: whoever is new reads all of it. The rest is in the pages.
const LONGEST: usize = 15 * 1024;

#[test]
fn readme_is_short() {
    for name in ["README.md", "README.zh-CN.md"] {
        let text = fs::read(project().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(text.len() <= LONGEST, "{name} has {} bytes, more than {LONGEST}", text.len());
    }
}

#[test]
fn examples_print_what_is_kept_beside_them() {
    if skipped_on_postgres("the documents show a ledger in a file") {
        return;
    }
    let scripts = examples("sh");
    assert!(!scripts.is_empty(), "examples/ holds no script");
    for script in &scripts {
        transcript::example(script);
    }
    let outputs: BTreeSet<_> = examples("out").into_iter().collect();
    let expected: BTreeSet<_> = scripts.iter().map(|script| script.with_extension("out")).collect();
    assert_eq!(outputs, expected, "each script has its output and each output its script");
}

#[test]
fn help_of_every_command_is_known() {
    let mut text = String::new();
    for words in commands() {
        let _ = writeln!(
            text,
            "$ custcode {}\n{}",
            [&words[..], &["--help".into()]].concat().join(" "),
            help(&words)
        );
    }
    let kept = project().join("tests/snapshots/help.txt");
    if blessing() {
        fs::create_dir_all(kept.parent().expect("a file lies in a folder"))
            .expect("the project can be written");
        fs::write(&kept, &text).expect("the project can be written");
    }
    let expected = fs::read_to_string(&kept).unwrap_or_default();
    assert!(text == expected, "tests/snapshots/help.txt:\n{}", diff::lines(&expected, &text));
}

#[test]
fn readme_names_every_command_and_no_other() {
    let known: BTreeSet<_> = commands().into_iter().filter_map(|words| words.first().cloned()).collect();
    for name in ["README.md", "README.zh-CN.md"] {
        let readme =
            fs::read_to_string(project().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let named: BTreeSet<_> = readme
            .split("custcode ")
            .skip(1)
            .map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect::<String>())
            .collect();
        let missing: Vec<_> = known.difference(&named).collect();
        assert!(missing.is_empty(), "{name} does not name {missing:?}");

        let shown: BTreeSet<_> = readme
            .lines()
            .filter_map(|line| line.strip_prefix("$ custcode "))
            .map(|rest| rest.split_whitespace().next().unwrap_or_default().to_owned())
            .filter(|word| !word.starts_with('-'))
            .collect();
        let unknown: Vec<_> = shown.difference(&known).collect();
        assert!(unknown.is_empty(), "{name} shows {unknown:?}, which custcode does not know");
    }
}

/// Every command as its words, the program itself (no word) first.
fn commands() -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    let mut at = 0;
    while at < found.len() {
        let words = found[at].clone();
        // Every command that leads to others has a `help` of clap's; the first is our own.
        for name in subcommands(&help(&words)).into_iter().filter(|it| words.is_empty() || it != "help") {
            found.push([&words[..], &[name]].concat());
        }
        at += 1;
    }
    assert!(found.len() > 1, "custcode --help lists no command");
    found
}

/// Names in the part `Commands:` of a help text.
fn subcommands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned))
        .filter(|name| !name.is_empty())
        .collect()
}

fn help(words: &[String]) -> String {
    let output = Folder::new().custcode(words).arg("--help").output().expect("custcode starts");
    assert!(output.status.success(), "custcode {} --help failed", words.join(" "));
    String::from_utf8(output.stdout).expect("help is UTF-8")
}

fn examples(extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(project().join("examples")).expect("examples exist");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    files
}
