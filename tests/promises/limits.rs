//! Lists and limits that the documents name, each tried at its edge.

use crate::support::{Folder, Test};

/// Whether `rules check` takes a rule of this pattern and these options.
fn is_taken(pattern: &str, options: &str) -> bool {
    let folder = Folder::sqlite();
    let rules = format!(
        "custcode = 1\n[fields.t]\nvalues = {{ a = \"A\" }}\n[rules.r]\npattern = \"{pattern}\"\n{options}\n"
    );
    folder.write("rules.toml", &rules);
    let done = folder.custcode(["rules", "check", "--no-ledger"]).output().expect("custcode starts");
    match done.status.code() {
        Some(0) => true,
        Some(2) => false,
        _ => panic!("{rules}\n{}", String::from_utf8_lossy(&done.stderr)),
    }
}

#[test]
fn numbers_in_a_rule_are_taken_up_to_the_limits_that_are_said() {
    for (width, taken) in [(0, false), (1, true), (18, true), (19, false)] {
        assert_eq!(is_taken(&format!("{{seq:{width}}}"), ""), taken, "a number of {width} characters");
    }
    let segments = |count: usize| format!("{}{{seq:4}}", ["{t}", "-"].repeat(16)[..count - 1].concat());
    assert!(is_taken(&segments(32), "") && !is_taken(&segments(33), ""));
    assert!(!is_taken("{seq:4}{seq:4}", ""), "at most one number");
    for (size, taken) in [(1, false), (2, true), (10_000, true), (10_001, false)] {
        assert_eq!(
            is_taken("{seq:6}", &format!("seq = {{ issue_blocks = {size} }}")),
            taken,
            "blocks of {size}"
        );
    }
}

#[test]
fn the_warnings_that_can_be_accepted_are_those_of_the_list() {
    for warning in ["no-sequence", "weak-check", "no-check-digit"] {
        assert!(is_taken("{seq:4}", &format!("allow = [\"{warning}\"]")), "{warning}");
    }
    assert!(!is_taken("{seq:4}", "allow = [\"leading-zeros\"]"));
}

#[test]
fn headers_are_known_in_every_spelling() {
    for header in
        ["Customer Name", "customer_name", "CUSTOMER-NAME", "ｃｕｓｔｏｍｅｒ　ｎａｍｅ", "customername"]
    {
        let folder = Folder::sqlite();
        folder.write("rows.csv", format!("{header}\n"));
        let done = folder.custcode(["import", "rows.csv", "--dry-run"]).output().expect("custcode starts");
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(told.starts_with(&format!("{header} → name\n")), "{told}");
    }
}

#[test]
fn raw_leaves_cells_as_they_are_in_both_directions() {
    let rules =
        "custcode = 1\n[fields.type]\nvalues = { vip = \"V\" }\n[rules.r]\npattern = \"{type}{seq:3}\"\n";
    Test::new()
        .rules(rules)
        .file("rows.csv", "name,type\n'=1+1,vip\n")
        .args(["import", "rows.csv", "--raw", "--quiet"])
        .run()
        .then()
        .args(["export", "--raw", "--quiet"])
        .stdout("code,ref,name,date,type\nV001,,'=1+1,2026-11-22,vip\n")
        .run()
        .then()
        .file("rows.csv", "name,type\n'=2+2,vip\n")
        .args(["import", "rows.csv", "--quiet"])
        .run()
        .then()
        .args(["export", "--raw", "--quiet"])
        .stdout("code,ref,name,date,type\nV001,,'=1+1,2026-11-22,vip\nV002,,=2+2,2026-11-22,vip\n")
        .run();
}

#[test]
fn every_shell_of_the_list_has_a_completion_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = Test::new().args(["completions", shell]).stdout_like("...\n").run();
        for word in ["custcode", "validate", "unfence"] {
            assert!(done.stdout.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn codes_of_a_rule_that_has_ended_stay_valid() {
    let rule = |until: &str| format!("custcode = 1\n[rules.old]\npattern = \"A{{seq:3}}\"\n{until}\n");
    Test::new()
        .rules(&rule(""))
        .args(["new"])
        .stdout("A001\n")
        .run()
        .then()
        .file("rules.toml", rule("until = 2025-12-31"))
        .args(["validate", "A001"])
        .stdout("A001\tvalid\told\n")
        .run()
        .then()
        .args(["new"])
        .stderr_like("error: [..]\nhint: [..]\n")
        .status(2)
        .run();
}
