//! More digits from a day on: written as two rules, or planned with `widen`. Old codes stay as they
//! are, and none is printed twice.

use crate::support::Test;
use crate::versions::whole;

/// The last day before the numbers get wider, and the first after it.
const BEFORE: &str = "2026-12-31T09:00:00+08:00";
const AFTER: &str = "2027-01-01T09:00:00+08:00";

/// Types, and one rule with these options.
fn rules(pattern: &str, options: &str) -> String {
    format!(
        "custcode = 1\ntimezone = \"Asia/Shanghai\"\n[fields.type.values]\nvip = \"01\"\nregular = \"02\"\n\
         [rules.graded]\npattern = \"{pattern}\"\n{options}\n"
    )
}

/// From four digits to five.
const WIDEN: &str = "seq = { widen = { from = 2027-01-01, to = 5 } }";

#[test]
fn two_rules_with_periods_widen_a_number() {
    let two = "custcode = 1\ndefault_rule = [\"four\", \"five\"]\n[fields.type.values]\nvip = \"01\"\n\
        [rules.four]\npattern = \"{type}{seq:4}\"\nuntil = 2026-12-31\n\
        [rules.five]\npattern = \"{type}{seq:5}\"\nfrom = 2027-01-01\nseq = { start = 10000 }\n";
    let done = Test::new()
        .now(BEFORE)
        .rules(two)
        .args(["new", "--type", "vip"])
        .stdout("010001\n")
        .run()
        .then()
        .now(AFTER)
        .args(["new", "--type", "vip"])
        .stdout("0110000\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--date", "2026-12-30"])
        .stdout("010002\n")
        .run();
    whole(done);
}

#[test]
fn a_planned_widening_begins_on_its_day_and_above_every_old_number() {
    let done = Test::new()
        .now(BEFORE)
        .rules(&rules("{type}{seq:4}", WIDEN))
        .args(["new", "--type", "vip", "--count", "2"])
        .stdout("010001\n010002\n")
        .run()
        .then()
        .now(AFTER)
        .args(["new", "--type", "vip", "--count", "2"])
        .stdout("0110000\n0110001\n")
        .run()
        .then()
        .args(["new", "--type", "regular"])
        .stdout("0210000\n")
        .run()
        .then()
        .args(["validate", "010001", "0110001", "0100003", "--format", "plain"])
        .stdout_like("010001\tvalid\tgraded\n0110001\tvalid\tgraded-5\n0100003\tinvalid\t[..]\n")
        .status(1)
        .run();
    whole(done);
}

#[test]
fn who_is_recorded_late_gets_a_code_as_it_was_then() {
    Test::new()
        .now(AFTER)
        .rules(&rules("{type}{seq:4}", WIDEN))
        .args(["new", "--type", "vip"])
        .stdout("0110000\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--date", "2026-12-30"])
        .stdout("010001\n")
        .run();
}

#[test]
fn the_rule_named_is_the_one_in_force() {
    Test::new()
        .now(BEFORE)
        .rules(&rules("{type}{seq:4}", WIDEN))
        .args(["new", "--type", "vip", "--rule", "graded", "--ref", "A"])
        .stdout("010001\n")
        .run()
        .then()
        .now(AFTER)
        .args(["new", "--type", "vip", "--rule", "graded", "--ref", "B"])
        .stdout("0110000\n")
        .run()
        .then()
        // Asked again, whichever of the two printed it.
        .args(["new", "--type", "vip", "--rule", "graded", "--ref", "B"])
        .stdout("0110000\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--rule", "graded", "--ref", "A"])
        .stdout("010001\n")
        .run()
        .then()
        .args(["validate", "0110000", "--rule", "graded"])
        .stdout_like("0110000\tvalid\tgraded-5\n")
        .run();
}

#[test]
fn a_ledger_in_use_adopts_a_widening_by_itself() {
    Test::new()
        .now(BEFORE)
        .rules(&rules("{type}{seq:4}", ""))
        .args(["new", "--type", "vip"])
        .stdout("010001\n")
        .run()
        .then()
        .file("rules.toml", rules("{type}{seq:4}", WIDEN))
        .args(["new", "--type", "vip"])
        .stdout("010002\n")
        .stderr_like("note: adopted the changed rules [..] (1 code reads the same)\n")
        .run()
        .then()
        .now(AFTER)
        .args(["import", "-", "--rule", "graded"])
        .stdin("type,name\nvip,A\nvip,B\n")
        .stderr_like("...\n")
        .run()
        .then()
        .args(["list", "--format", "plain"])
        .stdout_like("010001[..]\n010002[..]\n0110000[..]\n0110001[..]\n")
        .run();
}

#[test]
fn a_scope_that_ends_before_its_day_says_when_there_is_more() {
    let options = "seq = { start = 9999, widen = { from = 2027-01-01, to = 5 } }";
    Test::new()
        .now(BEFORE)
        .rules(&rules("{type}{seq:4}", options))
        .args(["new", "--type", "vip"])
        .stdout("019999\n")
        .run()
        .then()
        .args(["new", "--type", "vip"])
        .stderr(
            "error: rule graded has no number left in scope 01: 9999 is the last\n\
             hint: rule graded prints more digits from 2027-01-01 on: bring that day forward, or give --date 2027-01-01\n",
        )
        .status(4)
        .run()
        .then()
        .now(AFTER)
        .args(["new", "--type", "vip"])
        .stdout("0110000\n")
        .run();
}

#[test]
fn a_number_can_be_widened_more_than_once() {
    let options =
        "seq = { widen = [{ from = 2027-01-01, to = 5, start = 20000 }, { from = 2030-01-01, to = 6 }] }";
    Test::new()
        .now(BEFORE)
        .rules(&rules("{type}{seq:4}", options))
        .args(["rules", "check"])
        .stdout_like(
            "graded  {type}{seq:4}\n...\ngraded-5  {type}{seq:5}\n...\n\
             \x20 capacity      80 000 codes for each type, of which there are 2: 160 000 in all\n...\n\
             graded-6  {type}{seq:6}\n...\n\
             \x20 capacity      900 000 codes for each type, of which there are 2: 1 800 000 in all\n...\n",
        )
        .stderr("3 rules: proved that no two customers can get one code\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--date", "2029-12-31"])
        .stdout("0120000\n")
        .stderr_like("...\n")
        .run()
        .then()
        .args(["new", "--type", "vip", "--date", "2030-01-01"])
        .stdout("01100000\n")
        .stderr_like("...\n")
        .run();
}

#[test]
fn numbers_that_could_be_confused_are_refused_with_the_pair() {
    let free = format!(
        "{}[fields.shop]\nvalues = {{ a = \"1\", b = \"11\" }}\n",
        rules("{type}{seq:4}{shop}", WIDEN)
    );
    Test::new()
        .file("rules.toml", free)
        .args(["rules", "check"])
        .stderr_like(
            "error[colliding-rules]: rules graded and graded-5 print the same code: [..]\n...\nerror: 1 problem[..]\n",
        )
        .status(2)
        .run();
}

#[test]
fn a_check_digit_and_a_scope_of_its_own_are_kept() {
    let options =
        "seq = { scope = [], widen = { from = 2027-01-01, to = 5 } }\ncheck = { algorithm = \"damm\" }";
    let done = Test::new()
        .now(BEFORE)
        .rules(&rules("{type}-{seq:4}{check}", options))
        .args(["new", "--type", "vip"])
        .stdout_like("01-0001[..]\n")
        .run()
        .then()
        .now(AFTER)
        .args(["new", "--type", "vip"])
        .stdout_like("01-10000[..]\n")
        .run()
        .then()
        .args(["new", "--type", "regular"])
        .stdout_like("02-10001[..]\n")
        .run();
    whole(done);
}

#[test]
fn the_counters_of_a_widened_rule_have_no_gap_between_them() {
    Test::new()
        .now(BEFORE)
        .rules(&rules("{type}{seq:4}", WIDEN))
        .args(["new", "--type", "vip"])
        .stdout("010001\n")
        .run()
        .then()
        .now(AFTER)
        .args(["new", "--type", "vip"])
        .stdout("0110000\n")
        .run()
        .then()
        .args(["gaps"])
        .stderr("every number is carried by an active code\n")
        .run();
}

#[test]
fn the_wider_codes_are_spelled_right_and_shown_as_they_are() {
    Test::new()
        .now(BEFORE)
        .rules(&rules("k{type}{seq:04}", WIDEN))
        .args(["validate", "K0110000"])
        .stdout_like("K0110000\tinvalid\t[..]did you mean k0110000?[..]\n")
        .status(1)
        .run()
        .then()
        .args(["rules", "show", "--format", "csv"])
        .stdout_like("[..]\ngraded,k{type}{seq:04},[..]\ngraded-5,k{type}{seq:5},[..]\n")
        .run();
}
