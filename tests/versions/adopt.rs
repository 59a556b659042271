//! `rules adopt`: the ledger takes rules over on purpose.

use super::{RULES, issued, whole};
use crate::support::Test;

const NEXT: [&str; 5] = ["new", "--type", "vip", "--set", "industry=making"];

/// The ledger after its rules were changed for good: `industry` has another letter for making.
fn broken() -> Test {
    issued()
        .file("rules.toml", RULES.replace("making = \"A\"", "making = \"M\""))
        .args(["rules", "adopt", "--breaks", "2", "--yes"])
        .stdout_like("field\tindustry\tvalues recoded\tmaking = A\tmaking = M\n...\ncode\t01A0002\tunreadable (2)\t[..]\n")
        .stderr_like("adopted the rules [..]; 2 codes of the ledger touched\n")
        .run()
        .then()
}

#[test]
fn codes_are_touched_only_by_their_number() {
    let changed = RULES.replace("making = \"A\"", "making = \"M\"");
    issued()
        .file("rules.toml", changed)
        .args(["rules", "adopt", "--yes"])
        .stdout_like("field\t[..]\n...\n")
        .stderr_like("error: the changed rule file would break 2 of 3 codes in the ledger\n...\nhint: [..]--breaks 2[..]\n")
        .status(4)
        .run()
        .then()
        .args(["rules", "adopt", "--yes", "--breaks", "3"])
        .stdout_like("field\t[..]\n...\n")
        .stderr(
            "error: these rules would break 2 of 3 codes in the ledger, not 3\n\
             hint: look again with custcode rules diff, then agree to that number\n",
        )
        .status(4)
        .run()
        .then()
        .args(["rules", "adopt", "--breaks", "2"])
        .stdout_like("field\t[..]\n...\n")
        .stderr("error: the ledger keeps its rules: the change was not confirmed\nhint: add --yes\n")
        .status(2)
        .run()
        .then()
        .args(["rules", "adopt", "--dry-run"])
        .stdout_like("field\t[..]\n...\n")
        .stderr("dry run: nothing was adopted\n")
        .run()
        .then()
        .args(["rules", "adopt", "--dry-run", "--breaks", "3"])
        .stdout_like("field\t[..]\n...\n")
        .stderr_like("dry run: nothing was adopted\nerror: these rules would break 2 of 3 codes in the ledger, not 3\n...\n")
        .status(4)
        .run()
        .then()
        .args(["log", "--command", "adopt", "--format", "csv"])
        .stdout_like("[..]\n")
        .stderr("0 operations\n")
        .run();
}

#[test]
fn codes_that_no_rule_reads_any_more_stay_as_they_are() {
    let done = broken().args(NEXT).stdout("01M0001\n").run();
    let done = whole(done)
        .then()
        .args(["validate", "--registered", "01A0001", "--format", "plain"])
        .stdout("01A0001\tvalid\tlegacy\tactive\n")
        .run()
        .then()
        .args(["show", "01A0001"])
        .stdout_like(
            "code\tcode\t01A0001\tactive\ncode\trule\tgraded\tby earlier rules [..]; no rule reads it now\n\
             segment\ttype\t01\t[..]\nsegment\tindustry\tA\t行业: making\n...\n",
        )
        .run()
        .then()
        .args(["log", "--command", "adopt", "--format", "plain"])
        .stdout_like("[..]adopt[..]\n")
        .stderr("1 operation\n")
        .run();
    // What comes after is judged by what the codes are by now: a harmless change goes on adopting
    // itself.
    let again = RULES.replace("making = \"A\"", "making = \"M\"").replace("行业", "产业");
    done.then()
        .file("rules.toml", again)
        .args(NEXT)
        .stdout("01M0002\n")
        .stderr_like("note: adopted the changed rules [..] (4 codes read the same)\n")
        .run();
}

#[test]
fn a_letter_that_comes_back_with_another_meaning_is_told() {
    let changed =
        RULES.replace("making = \"A\", services = \"B\"", "making = \"M\", services = \"B\", arts = \"A\"");
    broken()
        .file("rules.toml", changed)
        .args(["rules", "diff"])
        .stdout(
            "field\tindustry\tvalues added\t\tarts = A\n\
             code\t01A0001\tmeaning (2)\tindustry making\tindustry arts\n\
             code\t01A0002\tmeaning (2)\tindustry making\tindustry arts\n",
        )
        .stderr("2 of 3 codes in the ledger would be touched\n")
        .status(1)
        .run();
}

#[test]
fn an_edit_is_undone_by_adopting_the_older_rules() {
    let done = issued()
        .file("rules.toml", RULES.replace("行业", "产业"))
        .args(NEXT)
        .stdout("01A0003\n")
        .stderr_like("note: [..]\n")
        .run()
        .then()
        .file("rules.toml", RULES)
        .args(NEXT)
        .stderr_like("error: these rules [..]\nhint: [..]custcode rules adopt goes back on purpose\n")
        .status(4)
        .run()
        .then()
        .args(["rules", "adopt", "--yes", "--json"])
        .stdout_like("{\"schema\":1,\"adopted\":true,\"state\":\"again\",\"digest\":\"[..]\",\"old\":[..]}\n")
        .stderr_like("{\"schema\":1,\"status\":\"adopted the rules [..]\"}\n")
        .run()
        .then()
        .args(NEXT)
        .stdout("01A0004\n")
        .run();
    whole(done)
        .then()
        .args(["rules", "adopt"])
        .stderr("these are the ledger's rules already; nothing was changed\n")
        .run();
}

#[test]
fn broken_codes_read_again_when_the_edit_is_undone() {
    let done = broken()
        .args(NEXT)
        .stdout("01M0001\n")
        .run()
        .then()
        .file("rules.toml", RULES)
        .args(["rules", "adopt", "--yes", "--breaks", "1"])
        .stdout_like("...\ncode\t01M0001\tunreadable (1)\t[..]\n")
        .stderr_like("adopted [..]\n")
        .run()
        .then()
        .args(NEXT)
        .stdout("01A0003\n")
        .run();
    whole(done);
}

#[test]
fn a_renamed_rule_goes_on_above_its_codes() {
    let done = issued()
        .file("rules.toml", RULES.replace("[rules.graded]", "[rules.standard]"))
        .args(["rules", "adopt", "--yes", "--breaks", "3"])
        .stdout_like("...\nrule\tstandard\tid\tgraded\tstandard\n...\n")
        .stderr_like("adopted [..]\n")
        .run()
        .then()
        .args(NEXT)
        .stdout("01A0003\n")
        .run()
        .then()
        .args(["new", "--type", "regular", "--set", "industry=services"])
        .stdout("02B0002\n")
        .run();
    whole(done);
}

#[test]
fn counters_put_together_go_on_above_the_highest() {
    let done = issued()
        .file("rules.toml", format!("{RULES}seq = {{ scope = [] }}\n"))
        .args(["rules", "adopt", "--yes", "--breaks", "3", "-q"])
        .stdout_like("rule\tgraded\tscope\ttype, industry\teverything together\n...\n")
        .run()
        .then()
        .args(["new", "--type", "regular", "--set", "industry=services"])
        .stdout("02B0003\n")
        .run();
    whole(done);
}

#[test]
fn a_code_from_outside_that_a_rule_takes_is_never_printed_again() {
    let late = format!("default_rule = \"graded\"\n{RULES}[rules.late]\npattern = \"L-{{seq:1}}\"\n");
    let done = issued()
        .args(["new", "--code", "L-3", "--legacy", "--name", "Old"])
        .stdout("L-3\n")
        .run()
        .then()
        .file("rules.toml", late)
        .args(["rules", "adopt", "--yes", "--breaks", "1"])
        .stdout_like("...\ncode\tL-3\tcollision (1)\t[..]\n")
        .stderr_like("adopted [..]\n")
        .run()
        .then()
        .args(["new", "--rule", "late", "--name", "New"])
        .stdout("L-4\n")
        .run();
    whole(done);
}

#[test]
fn a_draft_is_adopted_with_word_where_it_belongs() {
    issued()
        .file("draft.toml", RULES.replace("行业", "产业"))
        .args(["rules", "adopt", "draft.toml", "--yes"])
        .stdout("field\tindustry\tlabel\t行业\t产业\n")
        .stderr_like(
            "adopted the rules [..]\nnote: [..]rules.toml holds other rules: put these in its place\n",
        )
        .run()
        .then()
        .args(NEXT)
        .stderr_like("error: these rules [..]\n...\n")
        .status(4)
        .run()
        .then()
        .args(["new", "--rules", "draft.toml", "--type", "vip", "--set", "industry=making"])
        .stdout("01A0003\n")
        .run();
}

#[test]
fn an_empty_ledger_takes_its_first_rules() {
    let done = Test::new()
        .rules(RULES)
        .args(["rules", "adopt", "--yes", "--json"])
        .stdout_like("{\"schema\":1,\"adopted\":true,\"state\":\"first\",\"digest\":\"[..]\"}\n")
        .stderr_like("{\"schema\":1,\"status\":\"adopted the rules [..]\"}\n")
        .run();
    whole(done);
}

#[test]
fn rules_that_are_no_good_are_never_adopted() {
    issued()
        .file(
            "rules.toml",
            format!("default_rule = \"graded\"\n{RULES}[rules.again]\npattern = \"{{type}}A{{seq:4}}\"\n"),
        )
        .args(["rules", "adopt", "--yes", "--breaks", "3"])
        .stderr_like("error[[..]\n...\n")
        .status(2)
        .run();
}

#[test]
fn a_counter_goes_on_above_numbers_that_are_none_of_its_own() {
    let rules = |name: &str, options: &str| {
        format!("custcode = 1\n[rules.{name}]\npattern = \"K{{seq:3}}\"\n{options}\n")
    };
    let done = Test::new()
        .rules(&rules("ones", ""))
        .args(["new", "--count", "5"])
        .stdout("K001\nK002\nK003\nK004\nK005\n")
        .run()
        .then()
        .file("rules.toml", rules("tens", "seq = { step = 10 }"))
        .args(["rules", "adopt", "--breaks", "5", "--yes"])
        .stdout_like("file\t[..]\n...\n")
        .stderr_like("adopted the rules [..]; 5 codes of the ledger touched\n")
        .run()
        .then()
        .args(["new"])
        .stdout("K011\n")
        .run();
    whole(done);
}

#[test]
fn a_rule_with_steps_that_is_renamed_leaves_no_number_without_its_code() {
    let rules = |name: &str| {
        format!("custcode = 1\n[rules.{name}]\npattern = \"K{{seq:3}}\"\nseq = {{ step = 5 }}\n")
    };
    let done = Test::new()
        .rules(&rules("old"))
        .args(["new", "--count", "3"])
        .stdout("K001\nK006\nK011\n")
        .run()
        .then()
        .args(["void", "K006", "--reason", "misprinted"])
        .stdout("K006\tactive\tvoid\t\t\t\n")
        .run()
        .then()
        .file("rules.toml", rules("fresh"))
        .args(["rules", "adopt", "--breaks", "3", "--yes"])
        .stdout_like("file\t[..]\n...\n")
        .stderr_like("adopted the rules [..]; 3 codes of the ledger touched\n")
        .run()
        .then()
        .args(["new"])
        .stdout("K016\n")
        .run()
        .then()
        .args(["gaps"])
        .stdout("old\t\t6\t6\t1\tvoid\tK006\tK006\tmisprinted\t2\t2026-11-22T01:00:00Z\tli\n")
        .stderr("1 number without an active code in 1 range, 0 unexplained\n")
        .run();
    whole(done);
}

#[test]
fn numbers_without_a_code_are_told_once_when_their_rule_is_renamed() {
    let rules = |name: &str| format!("custcode = 1\n[rules.{name}]\npattern = \"K{{seq:3}}\"\n");
    let told = "old\t\t2\t4\t3\timport\t\t\t\t2\t2026-11-22T01:00:00Z\tli\n";
    let mut done = Test::new()
        .rules(&rules("old"))
        .args(["new"])
        .stdout("K001\n")
        .run()
        .then()
        .args(["new", "--code", "K005"])
        .stdout("K005\n")
        .run();
    for name in ["fresh", "third"] {
        done = done
            .then()
            .file("rules.toml", rules(name))
            .args(["rules", "adopt", "--yes", "--breaks", "2"])
            .stdout_like("file\t[..]\n...\n")
            .stderr_like("adopted the rules [..]; 2 codes of the ledger touched\n")
            .run()
            .then()
            .args(["gaps"])
            .stdout(told)
            .stderr("3 numbers without an active code in 1 range, 0 unexplained\n")
            .run();
    }
    let done = done.then().args(["new"]).stdout("K006\n").run();
    whole(done);
}
