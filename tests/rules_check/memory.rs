//! What checking rules takes of memory, measured: whoever checks or issues on a small server must
//! not be killed for it.

use std::fmt::Write as _;
use std::process::Stdio;

use crate::support::{Folder, Test};

/// Most memory of a command that only looks at rules, in KiB.
const CHECKING: u64 = 256 << 10;
/// The same for one that issues with the largest dictionaries.
const ISSUING: u64 = 512 << 10;

/// The status of a command and its peak memory in KiB.
fn peak(folder: &Folder, args: &[&str]) -> (Option<i32>, u64) {
    let command = folder.custcode(args);
    let mut weighing = std::process::Command::new("/usr/bin/time");
    weighing.args(["-q", "-f", "%M", "-o"]).arg(folder.path("peak"));
    weighing.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => weighing.env(name, value),
            None => weighing.env_remove(name),
        };
    }
    weighing.current_dir(command.get_current_dir().expect("a folder to work in"));
    let status =
        weighing.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("tests/setup installs it");
    let note = folder.read("peak");
    (status.code(), note.trim().parse().expect("a number of KiB"))
}

fn assert_light(folder: &Folder, args: &[&str], status: i32, most: u64) {
    let (ended, peak) = peak(folder, args);
    assert_eq!(ended, Some(status), "{args:?}");
    assert!(peak <= most, "{args:?} took {peak} KiB, more than {most}");
}

#[test]
fn a_check_digit_before_the_end_takes_little_memory_to_count() {
    for (values, pattern, algorithm) in [
        ("a = \"A\", b = \"B\", c = \"C\"", "{check}{type}{seq:4}", "sum10"),
        ("a = \"N-\", b = \"NE\", c = \"S-\", d = \"SW\"", "{check}{type}{seq:3}", "iso7064-mod37-36"),
        ("a = \"-A\", b = \"AB\"", "{check}{type}{seq:2}", "sum10"),
    ] {
        let folder = Folder::new();
        folder.write(
            "rules.toml",
            format!(
                "custcode = 1\n[fields.type]\nvalues = {{ {values} }}\n[rules.r]\npattern = \"{pattern}\"\n\
                 check = {{ algorithm = \"{algorithm}\" }}\nallow = [\"weak-check\"]\n"
            ),
        );
        assert_light(&folder, &["rules", "check", "--no-ledger"], 0, CHECKING);
    }
}

#[test]
fn what_takes_too_much_to_count_is_said_not_to_be_computed() {
    let rules = "custcode = 1\n[fields.type]\nvalues = { a = \"A-\", b = \"BB\" }\n\
                 [fields.kind]\nvalues = { a = \"A-\", b = \"BB\" }\n[rules.r]\n\
                 pattern = \"{type}{check}{kind}{seq:9}\"\ncheck = { algorithm = \"iso7064-mod1271-36\" }\n";
    let done = Test::new()
        .file("rules.toml", rules)
        .args(["rules", "check", "--no-ledger", "--json"])
        .stderr("{\"schema\":1,\"status\":\"1 rule: proved that no two customers can get one code\"}\n")
        .stdout_like("[..]\"not_computed\":\"counting all codes takes too much time or memory\"[..]\n")
        .run();
    assert!(
        done.stdout.contains(
            "what iso7064-mod1271-36 catches in these codes is not computed: counting all codes takes too much \
             time or memory; in codes of its own alphabet alone it catches "
        ) && done.stdout.contains("\"in_rule\":null"),
        "{}",
        done.stdout
    );
}

#[test]
fn thousands_of_rules_take_little_memory() {
    let folder = Folder::new();
    let mut rules = "custcode = 1\n".to_owned();
    for number in 0..2000 {
        let _ = writeln!(rules, "[rules.r{number}]\npattern = \"{number:04}{{seq:4}}\"");
    }
    folder.write("rules.toml", &rules);
    assert_light(&folder, &["rules", "check", "--no-ledger", "--json"], 0, CHECKING);
}

#[test]
fn the_largest_dictionary_takes_little_memory() {
    let folder = Folder::new();
    let mut csv = "key,code,label,aliases,letter\n".to_owned();
    for number in 0..100_000 {
        let _ = writeln!(csv, "k{number},{number:06},Label {number},A{number}|B{number},L");
    }
    folder.write("types.csv", &csv);
    folder.write(
        "rules.toml",
        "custcode = 1\n[fields.type]\nvalues_from = \"types.csv\"\n[rules.r]\npattern = \"{type}{seq:3}\"\n",
    );
    assert_light(&folder, &["rules", "check", "--no-ledger"], 0, CHECKING);
    folder.init();
    for _ in 0..2 {
        assert_light(&folder, &["new", "--type", "k7"], 0, ISSUING);
    }
    csv.push_str("one,1234567,One more,,\n");
    folder.write("types.csv", &csv);
    assert_light(&folder, &["new", "--type", "k7"], 2, ISSUING);
    Test::within(folder)
        .args(["rules", "check", "--no-ledger"])
        .status(2)
        .stderr(
            "error[large-dictionary]: types.csv has 100002 lines, too many for a dictionary\n      \
             --> types.csv:100002:1\n       |\n\
             100002 | one,1234567,One more,,\n       | ^^^^^^^^^^^^^^^^^^^^^^ up to here the dictionaries of the \
             rule file have more texts than are possible\n       |\n       \
             = note: all dictionaries together hold at most 600000 keys, codes, labels, aliases and attributes\n       \
             = help: take out the values that no customer has, or columns that no pattern prints\n\
             error: 1 problem(s) in the rule file\n",
        )
        .run();
}

#[test]
fn csv_files_of_many_bytes_are_refused_with_limit_and_size() {
    let folder = Folder::new();
    folder.write("types.csv", format!("code,label\n1,{}\n", "x".repeat(32 << 20)));
    folder.write(
        "rules.toml",
        "custcode = 1\n[fields.type]\nvalues_from = \"types.csv\"\n[rules.r]\npattern = \"{type}{seq:3}\"\n",
    );
    assert_light(&folder, &["new", "--type", "1"], 2, ISSUING);
    Test::within(folder)
        .args(["new", "--type", "1"])
        .status(2)
        .stderr(
            "error: [DIR]/types.csv: with it the CSV files of the rule file have 33554446 bytes; at most 33554432 \
             (32 MiB) are possible\n",
        )
        .run();
}
