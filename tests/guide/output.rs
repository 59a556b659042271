//! Where the handbook goes: standard output or a file that is whole or absent, the same bytes every
//! time; and its commands work.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::{built_in, large};
use crate::support::{Test, skipped_on_postgres};

#[test]
fn the_same_rules_on_the_same_day_give_the_same_bytes() {
    for options in [&["--html"][..], &["--markdown", "--lang", "zh"]] {
        assert_eq!(built_in(options), built_in(options));
    }
    let other = |now: &str| Test::new().now(now).args(["rules", "guide"]).stdout_like("...\n").run().stdout;
    assert_eq!(other("2026-11-22T00:00:00+08:00"), other("2026-11-22T23:59:59+08:00"));
    assert_ne!(other("2026-11-22T00:00:00+08:00"), other("2026-11-23T00:00:00+08:00"));
}

#[test]
fn a_file_is_named_by_its_ending_and_readable_by_its_owner() {
    let done = Test::new()
        .args(["rules", "guide", "-o", "handbook.html"])
        .stderr("handbook of 10 rules in handbook.html\n")
        .run()
        .then()
        .args(["rules", "guide", "-o", "handbook.md", "-q"])
        .run()
        .then()
        .args(["rules", "guide", "-o", "plain.html", "--markdown", "-q"])
        .run();
    let begins = |name: &str, text: &str| assert!(done.folder.read(name).starts_with(text), "{name}");
    begins("handbook.html", "<!DOCTYPE html>\n");
    begins("handbook.md", "# 客户编码手册");
    begins("plain.html", "# 客户编码手册");
    assert_eq!(done.folder.read("handbook.html"), built_in(&["--html"]));
    let mode = fs::metadata(done.folder.path("handbook.html")).expect("written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(done.folder.names(), ["handbook.html", "handbook.md", "plain.html"]);
}

#[test]
fn nothing_is_written_over_the_rules_the_ledger_or_a_link() {
    if skipped_on_postgres("the ledger as a file") {
        return;
    }
    let rules = large(3);
    let done = Test::new()
        .rules(&rules)
        .args(["rules", "guide", "-o", "rules.toml"])
        .stderr("error: rules.toml is a rule file; nothing is written over it\nhint: choose another name for the output\n")
        .status(2)
        .run()
        .then()
        .args(["rules", "guide", "-o", "custcode.db"])
        .stderr("error: custcode.db is the ledger; nothing is written over it\nhint: choose another name for the output\n")
        .status(2)
        .run();
    assert_eq!(done.folder.read("rules.toml"), rules);
    done.folder.write("precious.txt", "precious");
    symlink("precious.txt", done.folder.path("link.html")).expect("linked");
    let done = done
        .then()
        .args(["rules", "guide", "-o", "link.html"])
        .stderr_like(
            "error: could not write link.html: it is a symbolic link; name the file it points to\n...\n",
        )
        .status(3)
        .run();
    assert_eq!(done.folder.read("precious.txt"), "precious");
}

#[test]
fn wrong_words_are_explained() {
    Test::new()
        .args(["rules", "guide", "--json"])
        .stderr_like(
            "{\"schema\":1,\"error\":{\"kind\":\"usage\",\"message\":\"the handbook is no json\",[..]}}\n",
        )
        .status(2)
        .run()
        .then()
        .args(["rules", "guide", "--lang", "de"])
        .stderr_like("error: invalid value 'de' for '--lang <LANGUAGE>'\n...\n")
        .status(2)
        .run()
        .then()
        .args(["rules", "guide", "--html", "--markdown"])
        .stderr_like("error: the argument '--html' cannot be used with '--markdown'\n...\n")
        .status(2)
        .run()
        .then()
        .file("rules.toml", "custcode = 1\n[rules.r]\npattern = \"{x}{seq:2}\"\n")
        .args(["rules", "guide", "-o", "handbook.html"])
        .stderr_like("...\nerror: 1 problem(s) in the rule file\n...\n")
        .status(2)
        .run();
}

/// Every line that the handbook tells staff to type for a rule gives the code that it shows.
#[test]
fn the_lines_to_type_give_the_codes_of_the_examples() {
    let guide = built_in(&["--lang", "en"]);
    let (_, section) = guide.split_once("## How to get a code").expect("the section");
    let lines: Vec<(&str, &str)> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix("` |")?.split_once(" | `"))
        .filter(|(_, command)| command.starts_with("custcode new"))
        .collect();
    assert_eq!(lines.len(), 10);
    let folder = Test::new().args(["init", "-q"]).stdout_like("...\n").run().folder;
    for (rule, command) in lines {
        let row = guide.lines().find(|line| line.starts_with(&format!("| {rule} | "))).expect("its row");
        let example = row.rsplit('`').nth(1).expect("its example");
        // The same name stands in each line for another customer.
        let command = format!("{command} --likely new");
        let output = folder.command("sh").args(["-c", &command]).output().expect("sh starts");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            format!("{example}\n"),
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
