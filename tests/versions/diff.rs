//! `rules diff`: what a change would do, and to which codes.

use super::{RULES, issued};
use crate::support::Test;

#[test]
fn nothing_changes_where_nothing_was_changed() {
    issued()
        .args(["rules", "diff"])
        .stderr("nothing changes for issuing\n0 of 3 codes in the ledger would be touched\n")
        .run()
        .then()
        .file("rules.toml", format!("# a remark\n{RULES}"))
        .args(["rules", "diff"])
        .stderr("nothing changes for issuing\n0 of 3 codes in the ledger would be touched\n")
        .run();
}

#[test]
fn a_harmless_change_is_told_and_is_no_finding() {
    let changed =
        RULES.replace("services = \"B\"", "services = \"B\", farming = \"C\"").replace("行业", "产业");
    issued()
        .file("draft.toml", changed)
        .args(["rules", "diff", "draft.toml"])
        .stdout("field\tindustry\tlabel\t行业\t产业\nfield\tindustry\tvalues added\t\tfarming = C\n")
        .stderr("0 of 3 codes in the ledger would be touched\n")
        .run();
}

#[test]
fn every_kind_of_harm_is_told_with_its_codes() {
    let changed = RULES
        .replace("vip = \"01\"", "vip = \"09\"")
        .replace("making = \"A\", services = \"B\"", "making = \"B\", services = \"A\"")
        + "[rules.late]\npattern = \"L-{seq:1}\"\n";
    issued()
        .args(["new", "--code", "L-7", "--legacy", "--name", "Old"])
        .stdout("L-7\n")
        .run()
        .then()
        .file("rules.toml", format!("default_rule = \"graded\"\n{changed}"))
        .args(["rules", "diff"])
        .stdout(
            "field\ttype\tvalues recoded\tvip = 01\tvip = 09\n\
             field\tindustry\tvalues recoded (2)\tmaking = A, services = B\tmaking = B, services = A\n\
             rule\tlate\tadded\t\tL-{seq:1}\n\
             code\t01A0001\tunreadable (2)\tnumber 1 of rule graded in scope 01, A\tread by no rule\n\
             code\t01A0002\tunreadable (2)\tnumber 2 of rule graded in scope 01, A\tread by no rule\n\
             code\t02B0001\tmeaning (1)\tindustry services\tindustry making\n\
             code\tL-7\tcollision (1)\toutside every rule\tnumber 7 of rule late\n",
        )
        .stderr("4 of 4 codes in the ledger would be touched\n")
        .status(1)
        .run()
        .then()
        .args(["rules", "diff", "--json"])
        .stdout_like(
            "{\"schema\":1,\"old\":{\"name\":\"the ledger's rules\",\"digest\":\"[..]\"},\"new\":{\"name\":\"[..]rules.toml\",[..]},\
             \"changes\":[{\"of\":\"field\",\"name\":\"type\",\"change\":\"values recoded\",\"count\":1,\"was\":\"vip = 01\",\"becomes\":\"vip = 09\"},[..]],\
             \"codes\":{\"total\":4,\"touched\":4,\"unreadable\":{\"count\":2,\"examples\":[{\"code\":\"01A0001\",[..]}]},[..]}}\n",
        )
        .stderr_like("{\"schema\":1,\"status\":\"4 of 4 codes in the ledger would be touched\"}\n")
        .status(1)
        .run();
}

#[test]
fn a_table_names_both_sides() {
    let screen = issued()
        .file("draft.toml", RULES.replace("{seq:4}", "{seq:5}"))
        .args(["rules", "diff", "draft.toml"])
        .on_terminal(100);
    assert!(screen.contains("the ledger's rules") && screen.contains("draft.toml"), "{screen}");
    assert!(screen.contains("unreadable (3)"), "{screen}");
}

#[test]
fn two_files_are_compared_without_a_ledger() {
    Test::new()
        .file("a.toml", RULES)
        .file("b.toml", RULES.replace("{seq:4}", "{seq:5}"))
        .args(["rules", "diff", "a.toml", "b.toml"])
        .stdout_like(
            "rule\tgraded\tpattern\t{type}{industry}{seq:4}\t{type}{industry}{seq:5}\nrule\tgraded\tmax\t9999\t99999\n",
        )
        .stderr("there is no ledger: only the rules were compared\n")
        .run();
}

#[test]
fn rules_of_the_past_are_named_by_their_digest() {
    let done = issued().args(["log", "--json"]).stdout_like("...\n").stderr_like("[..]\n").run();
    let digest = done.stdout.split("\"bundle\":\"").nth(1).expect("a bundle")[..12].to_owned();
    done.then()
        .file("rules.toml", RULES.replace("行业", "产业"))
        .args(["new", "--type", "vip", "--set", "industry=making"])
        .stdout("01A0003\n")
        .stderr_like("note: adopted [..]\n")
        .run()
        .then()
        .args(["rules", "diff", &digest])
        .stdout("field\tindustry\tlabel\t行业\t产业\n")
        .stderr("0 of 4 codes in the ledger would be touched\n")
        .run()
        .then()
        .args(["rules", "diff", "0123456789"])
        .stderr_like("error: 0123456789 is no file, and no rules of the ledger have a digest that begins so\nhint: [..]\n")
        .status(2)
        .run();
}

#[test]
fn new_rules_that_are_no_good_are_refused_with_their_place() {
    issued()
        .file("draft.toml", RULES.replace("{seq:4}", "{seq:99}"))
        .args(["rules", "diff", "draft.toml"])
        .stderr_like("error[bad-pattern][..]\n...\n")
        .status(2)
        .run()
        .then()
        .args(["rules", "diff", "nowhere.toml"])
        .stderr_like("error: could not read nowhere.toml\n...\n")
        .status(2)
        .run();
}
