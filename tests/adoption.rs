//! The ledger knows its rules: a changed rule file is adopted when every code still reads the same,
//! else refused.

use crate::support::{Ledger, Test};

/// Types and industries, four digits.
pub(crate) const RULES: &str = "custcode = 1\n[fields.type.values]\nvip = \"01\"\nregular = \"02\"\n\
    [fields.industry]\nlabel = \"行业\"\nvalues = { making = \"A\", services = \"B\" }\n\
    [rules.graded]\npattern = \"{type}{industry}{seq:4}\"\n";

/// A ledger with three codes.
pub(crate) fn issued() -> Test {
    Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--set", "industry=making", "--count", "2"])
        .stdout("01A0001\n01A0002\n")
        .run()
        .then()
        .args(["new", "--type", "regular", "--set", "industry=services", "--ref", "1"])
        .stdout("02B0001\n")
        .run()
        .then()
}

const NEXT: [&str; 5] = ["new", "--type", "vip", "--set", "industry=making"];

/// How a refusal of changed rules ends, where so many codes break.
fn hint(broken: u64) -> String {
    format!(
        "hint: custcode rules diff shows all; keep the old rule beside the new one (a renamed rule keeps its old name as id = \"…\"), or accept it: custcode rules adopt --breaks {broken}\n"
    )
}

#[test]
fn a_harmless_change_is_adopted_with_a_note_and_once() {
    let changed =
        RULES.replace("services = \"B\"", "services = \"B\", farming = \"C\"").replace("行业", "产业");
    issued()
        .file("rules.toml", &changed)
        .args(NEXT)
        .args(["--dry-run"])
        .stdout("01A0003\tnot issued\n")
        .stderr("dry run: nothing was issued\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--set", "industry=farming"])
        .stdout("01C0001\n")
        .stderr_like("note: adopted the changed rules [..] (3 codes read the same)\n")
        .run()
        .then()
        .args(NEXT)
        .stdout("01A0003\n")
        .run();
}

#[test]
fn a_known_reference_adopts_nothing() {
    let changed = format!("# a remark\n{RULES}");
    issued()
        .file("rules.toml", changed)
        .args(["new", "--ref", "1"])
        .stdout("02B0001\n")
        .run()
        .then()
        .args(["edit", "02B0001", "--name", "A"])
        .stdout("name\t\tA\n")
        .stderr_like("note: adopted the changed rules [..] (3 codes read the same)\n")
        .run();
}

#[test]
fn a_breaking_change_is_refused_with_number_and_examples() {
    let changed = RULES.replace("making = \"A\"", "making = \"M\"");
    let refused = issued()
        .file("rules.toml", &changed)
        .args(NEXT)
        .stderr(&format!(
            "error: the changed rule file would break 2 of 3 codes in the ledger\n\
             caused by: 01A0001: was number 1 of rule graded in scope 01, A, would be read by no rule\n\
             caused by: 01A0002: was number 2 of rule graded in scope 01, A, would be read by no rule\n{}",
            hint(2)
        ))
        .status(4)
        .run()
        .then()
        .args(["edit", "02B0001", "--name", "A", "--json"])
        .stderr_like("{\"schema\":1,\"error\":{\"kind\":\"breaking-rules\",[..]\"details\":{\"broken\":2,\"total\":3,\"examples\":[[..]]}}}\n")
        .status(4)
        .run();
    assert_eq!(Ledger::sound_in(&refused.folder, "a refusal").codes.len(), 3);
    refused.then().file("rules.toml", RULES).args(NEXT).stdout("01A0003\n").run();
}

#[test]
fn whatever_a_code_would_say_otherwise_is_told() {
    for (changed, example) in [
        (
            RULES.replace("making = \"A\", services = \"B\"", "making = \"B\", services = \"A\""),
            "01A0001: was industry making, would be industry services",
        ),
        (RULES.replace("vip = \"01\"", "gold = \"01\""), "01A0001: was type vip, would be type gold"),
        (
            RULES.replace("[rules.graded]", "[rules.standard]"),
            "01A0001: was number 1 of rule graded in scope 01, A, would be number 1 of rule standard in scope 01, A",
        ),
        (
            RULES.replace("{seq:4}\"", "{seq:4}\"\nseq = { scope = [\"type\"] }"),
            "01A0001: was number 1 of rule graded in scope 01, A, would be number 1 of rule graded in scope 01",
        ),
    ] {
        issued()
            .file("rules.toml", &changed)
            .args(["new", "--type", "regular", "--set", "industry=services"])
            .stderr_like(&format!(
                "error: [..]\ncaused by: {example}\n...\nhint: custcode rules diff shows all; [..]\n"
            ))
            .status(4)
            .run();
    }
}

#[test]
fn a_renamed_rule_keeps_its_id() {
    issued()
        .file("rules.toml", RULES.replace("[rules.graded]", "[rules.standard]\nid = \"graded\""))
        .args(NEXT)
        .stdout("01A0003\n")
        .stderr_like("note: adopted the changed rules [..] (3 codes read the same)\n")
        .run();
}

#[test]
fn a_stale_rule_file_cannot_issue() {
    issued()
        .file("rules.toml", format!("{RULES}# newer\n"))
        .args(NEXT)
        .stdout("01A0003\n")
        .stderr_like("note: [..]\n")
        .run()
        .then()
        .file("rules.toml", RULES)
        .args(NEXT)
        .stderr_like(
            "error: these rules ([..]) were adopted 2026-11-22T01:00:00Z and have been replaced since by [..]\n\
             hint: fetch the current rule file, or name it with --rules FILE; custcode rules adopt goes back on purpose\n",
        )
        .status(4)
        .run()
        .then()
        // Looking is not issuing.
        .args(["show", "01A0003"])
        .stdout_like("code\tcode\t01A0003\tactive\n...\n")
        .run();
}

#[test]
fn the_built_in_rules_cannot_issue_on_a_ledger_with_rules_of_its_own() {
    let done = issued().args(NEXT).stdout("01A0003\n").run();
    std::fs::remove_file(done.folder.path("rules.toml")).expect("it was there");
    let store = done.folder.store();
    done.then()
        .args(["new", "--type", "vip", "--store", &store])
        .stderr_like(
            "error: the ledger has rules of its own ([..]), not the built-in ones\n\
             hint: fetch the current rule file, or name it with --rules FILE; custcode rules adopt goes back on purpose\n",
        )
        .status(4)
        .run();
}

#[test]
fn a_code_from_outside_that_new_rules_would_read_is_no_harmless_change() {
    issued()
        .args(["new", "--code", "L-7", "--legacy", "--name", "Old"])
        .stdout("L-7\n")
        .run()
        .then()
        .file(
            "rules.toml",
            format!("default_rule = \"graded\"\n{RULES}[rules.late]\npattern = \"L-{{seq:1}}\"\n"),
        )
        .args(NEXT)
        .stderr(&format!(
            "error: the changed rule file would break 1 of 4 codes in the ledger\n\
             caused by: L-7: was outside every rule, would be number 7 of rule late\n{}",
            hint(1)
        ))
        .status(4)
        .run();
}

#[test]
fn rules_that_are_not_proved_are_never_adopted() {
    let twice =
        format!("default_rule = \"graded\"\n{RULES}[rules.again]\npattern = \"{{type}}A{{seq:4}}\"\n");
    issued().file("rules.toml", twice).args(NEXT).stderr_like("error[[..]\n...\n").status(2).run();
}
