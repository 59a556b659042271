//! `new --code`: taking a code from outside into the ledger.

use crate::support::{Ledger, Tables, Test};

/// Type and industry, four digits; by day for personal customers; lower-case letters for partners.
const RULES: &str = "custcode = 1\ntimezone = \"Asia/Shanghai\"\ndefault_rule = \"graded\"\n\
    [fields.type.values]\nvip = { code = \"01\", aliases = [\"A\"] }\nregular = \"02\"\npersonal = \"C\"\n\
    [fields.grade.values]\ngold = \"01\"\nsilver = \"02\"\n\
    [rules.graded]\npattern = \"{grade}{seq:4}\"\n\
    [rules.dated]\npattern = \"{type}-{date:%Y%m%d}-{seq:4}\"\n\
    [rules.partners]\npattern = \"p{date:%Y}-{seq:2}\"\n";

#[test]
fn a_code_is_taken_with_what_it_says_and_counting_goes_on_above_it() {
    let done = Test::new()
        .rules(RULES)
        .args(["new", "--code", "010042", "--name", "旧客户"])
        .stdout("010042\n")
        .run()
        .then()
        .args(["show", "010042", "--format", "jsonl"])
        .stdout_like(
            "[..]\"fields\":{\"grade\":{\"label\":\"grade\",\"key\":\"gold\",\"meaning\":\"gold\"}},[..]\n",
        )
        .run()
        .then()
        .args(["new", "--set", "grade=gold"])
        .stdout("010043\n")
        .run();
    Ledger::sound_in(&done.folder, "a brought code");
}

#[test]
fn the_record_date_is_the_one_that_the_code_prints() {
    Test::new()
        .rules(RULES)
        .args(["new", "--code", "C-20231001-0007", "--name", "A"])
        .stdout("C-20231001-0007\n")
        .run()
        .then()
        .args(["list"])
        .stdout_like("C-20231001-0007\t\tA\t2023-10-01\tpersonal[..]\n")
        .run()
        .then()
        .args(["new", "--rule", "dated", "--type", "personal", "--date", "2023-10-01"])
        .stdout("C-20231001-0008\n")
        .run();
}

/// Two types share the letter X, and the rule takes only one of them.
const SHARED: &str = "custcode = 1\n[fields.type.values]\n\
    vip = { code = \"01\", letter = \"X\", label = \"VIP\" }\n\
    biz = { code = \"02\", letter = \"X\", label = \"Business\" }\n\
    [rules.business]\npattern = \"{type.letter}{seq:3}\"\napplies_to = { type = [\"biz\"] }\n";

#[test]
fn a_code_is_recorded_with_the_value_that_its_rule_takes() {
    Test::new()
        .rules(SHARED)
        .args(["new", "--code", "X002"])
        .stdout("X002\n")
        .run()
        .then()
        .args(["list"])
        .stdout("X002\t\t\t2026-11-22\tbiz\n")
        .run();
}

/// Food, with fruit and meat below it; only these two are given to customers.
fn classes(pattern: &str) -> Test {
    let rules = format!(
        "custcode = 1\n[fields.class]\nlevels = [2, 2]\nleaf_only = true\n[fields.class.values]\n\
         food = {{ code = \"01\", letter = \"F\" }}\nfruit = {{ code = \"0101\", letter = \"F\" }}\n\
         meat = {{ code = \"0102\", letter = \"M\" }}\n[rules.r]\npattern = \"{pattern}\"\n"
    );
    Test::new().rules(&rules)
}

#[test]
fn a_cut_class_code_does_not_hide_the_whole_one() {
    for (pattern, code) in [
        ("{class@1}-{class}{seq:3}", "01-0102001"),
        ("{class}-{class@1}{seq:3}", "0102-01001"),
        ("{class@1}-{class@2}{seq:3}", "01-0102001"),
        ("{class@1}{class.letter}{seq:3}", "01M001"),
        ("{class.letter}{seq:3}", "M001"),
    ] {
        classes(pattern)
            .args(["new", "--code", code])
            .stdout(&format!("{code}\n"))
            .run()
            .then()
            .args(["list"])
            .stdout(&format!("{code}\t\t\t2026-11-22\tmeat\n"))
            .run();
    }
    // The parent has the letter, too, but no customer has the parent.
    classes("{class.letter}{seq:3}")
        .args(["new", "--code", "F001"])
        .stdout("F001\n")
        .run()
        .then()
        .args(["list"])
        .stdout("F001\t\t\t2026-11-22\tfruit\n")
        .run();
}

#[test]
fn a_cut_class_code_alone_does_not_say_the_class() {
    let done = classes("{class@1}{seq:3}")
        .args(["new", "--code", "01001"])
        .stdout("01001\n")
        .run()
        .then()
        .args(["new", "--code", "01002", "--set", "class=meat"])
        .stdout("01002\n")
        .run()
        .then()
        .args(["export", "-o", "all.csv"])
        .stderr("2 customers in all.csv\n")
        .run()
        .then()
        .args(["list"])
        .stdout("01001\t\t\t2026-11-22\t\n01002\t\t\t2026-11-22\tmeat\n")
        .run();
    // What a ledger gives, another one takes.
    let exported = done.folder.read("all.csv");
    classes("{class@1}{seq:3}")
        .file("all.csv", &exported)
        .args(["import", "all.csv"])
        .stderr_like("...\n2 rows: 0 issued, 2 registered\n")
        .run();
}

#[test]
fn a_date_is_taken_from_a_code_where_it_is_the_only_one_that_prints_it() {
    let rules = "custcode = 1\ntimezone = \"Asia/Shanghai\"\n\
                 [rules.r]\npattern = \"{date:%G%m%d}{seq:2}\"\n";
    Test::new()
        .rules(rules)
        .args(["new", "--date", "2024-12-30"])
        .stdout("2025123001\n")
        .run()
        .then()
        .args(["show", "2025123001"])
        .stdout_like("...\nsegment\tdate:%G%m%d\t20251230\t2024-12-30\n...\n")
        .run()
        .then()
        .args(["new", "--code", "2025123002"])
        .stdout("2025123002\n")
        .run()
        .then()
        // That year of weeks has two such days.
        .args(["new", "--code", "2020123003", "--date", "2019-12-30"])
        .stdout("2020123003\n")
        .run()
        .then()
        .args(["new", "--code", "2020123004", "--date", "2020-12-30"])
        .stdout("2020123004\n")
        .run()
        .then()
        .args(["list"])
        .stdout(
            "2025123001\t\t\t2024-12-30\n2025123002\t\t\t2024-12-30\n\
             2020123003\t\t\t2019-12-30\n2020123004\t\t\t2020-12-30\n",
        )
        .run();
}

#[test]
fn where_code_and_record_differ_both_are_kept_and_told() {
    Test::new()
        .rules(RULES)
        .args(["new", "--code", "010001", "--set", "grade=silver", "--name", "A"])
        .stdout("010001\n")
        .stderr("note: 010001 says grade=gold; the record says grade=silver\n")
        .run()
        .then()
        .args(["new", "--code", "p2019-01", "--json"])
        .stdout_like("{[..]\"notes\":[{\"kind\":\"drift\",\"text\":\"p2019-01 says date=2019; the record says date=2026-11-22\"}]}\n")
        .run()
        .then()
        .args(["new", "--code", "p2019-02", "--date", "2019-05-05"])
        .stdout("p2019-02\n")
        .run();
}

#[test]
fn the_same_customer_again_gets_the_same_answer() {
    let done = Test::new()
        .rules(RULES)
        .args(["new", "--code", "010001", "--name", "A", "--ref", "1"])
        .stdout("010001\n")
        .run();
    let before = Tables::image(&done.folder);
    let again = done
        .then()
        .args(["new", "--code", "010001", "--name", "A", "--ref", "1"])
        .stdout("010001\n")
        .run()
        .then()
        .args(["new", "--code", " ０１０００１ ", "--name", "ａ"])
        .stdout("010001\n")
        .stderr("note: 010001 is known with name \"A\" (asked: \"ａ\"); kept as it is\n")
        .run()
        .then()
        .args(["new", "--code", "010001"])
        .stdout("010001\n")
        .run();
    assert!(before == Tables::image(&again.folder));
}

#[test]
fn another_customer_is_a_conflict_that_names_both() {
    let test = Test::new()
        .rules(RULES)
        .args(["new", "--code", "010001", "--name", "A", "--ref", "1"])
        .stdout("010001\n")
        .run()
        .then()
        .args(["new", "--code", "010002", "--name", "B"])
        .stdout("010002\n")
        .run()
        .then();
    test.args(["new", "--code", "010001", "--name", "B", "--ref", "2"])
        .stderr(
            "error: code 010001 is in use and belongs to reference \"1\" (A), not to reference \"2\" (B)\n\
             hint: custcode show 010001\n",
        )
        .status(4)
        .run()
        .then()
        .args(["new", "--code", "010002", "--name", "C"])
        .stderr(
            "error: code 010002 is in use and belongs to customer \"B\", not to customer \"C\"\n\
             hint: custcode show 010002\n",
        )
        .status(4)
        .run()
        .then()
        .args(["new", "--code", "010003", "--ref", "1"])
        .stderr("error: reference \"1\" (A) has code 010001 already\nhint: custcode show 010001\n")
        .status(4)
        .run()
        .then()
        .args(["new", "--code", "010002", "--name", "B", "--ref", "1"])
        .stderr(
            "error: reference \"1\" (A) has code 010001 already; code 010002 belongs to customer \"B\"\n\
             hint: custcode show 010001\n",
        )
        .status(4)
        .run();
}

#[test]
fn whoever_is_known_by_name_gets_the_reference() {
    let asked = ["new", "--code", "010001", "--name", "A", "--ref", "9", "--attr", "x=1"];
    Test::new()
        .rules(RULES)
        .args(["new", "--code", "010001", "--name", "A"])
        .stdout("010001\n")
        .run()
        .then()
        .args(asked)
        .stdout("010001\n")
        .stderr(
            "note: 010001 now has reference \"9\"\n\
             note: 010001 is known with x none (asked: \"1\"); kept as it is\n",
        )
        .run()
        .then()
        .args(asked)
        .args(["--on-existing", "update"])
        .stdout("010001\n")
        .stderr("note: 010001 updated: x none (asked: \"1\")\n")
        .run()
        .then()
        .args(["new", "--ref", "9"])
        .stdout("010001\n")
        .run();
}

#[test]
fn any_spelling_of_a_code_is_that_code() {
    let done = Test::new()
        .rules(RULES)
        .args(["new", "--code", "c-20231001-0002", "--name", "A"])
        .stdout("C-20231001-0002\n")
        .run()
        .then()
        // The rule prints a small p.
        .args(["new", "--code", "Ｐ2026-01", "--name", "B"])
        .stdout("p2026-01\n")
        .run()
        .then()
        .args(["show", "p2026-01", "--format", "jsonl"])
        .stdout_like("{\"code\":\"p2026-01\",\"state\":\"active\",\"rule\":\"partners\",\"earlier_rules\":null,\"segments\":[{\"segment\":\"p\",\"text\":\"p\",\"start\":1,[..]\n")
        .run()
        .then()
        .args(["new", "--rule", "partners"])
        .stdout("p2026-02\n")
        .run()
        .then()
        .args(["edit", "c-20231001-0002", "--type", "vip"])
        .stderr(
            "error: code C-20231001-0002 prints type=personal; edit never changes a code\n\
             hint: custcode show C-20231001-0002\n",
        )
        .status(4)
        .run();
    Ledger::sound_in(&done.folder, "spellings");
}

#[test]
fn a_code_that_no_rule_reads_is_refused_unless_it_is_legacy() {
    let done = Test::new()
        .rules(RULES)
        .args(["new", "--code", "OLD-77", "--name", "A"])
        .stderr_like("error: OLD-77 is no code of these rules: [..]\nhint: to keep a code that no rule reads: --legacy\n")
        .status(1)
        .run()
        .then()
        .args(["new", "--code", "old-77", "--name", "A", "--legacy", "--json"])
        .stdout_like("{[..]\"codes\":[{\"code\":\"old-77\",\"rule\":null,\"number\":null,\"existing\":false,[..]\n")
        .run()
        .then()
        .args(["new", "--code", "OLD-77", "--name", "B", "--legacy"])
        .stderr(
            "error: code old-77 is in use and belongs to customer \"A\", not to customer \"B\"\n\
             hint: custcode show old-77\n",
        )
        .status(4)
        .run()
        .then()
        .args(["new", "--code", "OLD-77", "--name", "A"])
        .stdout("old-77\n")
        .run()
        .then()
        .args(["new", "--code", "老客户 7", "--legacy", "--name", "C"])
        .stdout("老客户 7\n")
        .run()
        .then()
        .args(["show", "老客户 7"])
        .stdout_like("code\tcode\t老客户 7\tactive\n...\nhistory\t[..]\ttaken in from outside the rules\tli\n")
        .run();
    Ledger::sound_in(&done.folder, "legacy codes");
}

#[test]
fn what_can_be_no_code_is_refused_even_as_legacy() {
    let mut test = Test::new().rules(RULES);
    for (code, reason) in [
        (String::new(), "it is empty"),
        ("a\u{7}b".to_owned(), "it has the control character U+0007 at position 2"),
        ("x".repeat(129), "it is longer than 128 characters"),
    ] {
        let message = format!("error: {code} is no code of these rules: {reason}\n");
        test = test.args(["new", "--legacy", "--code", &code]).stderr(&message).status(1).run().then();
    }
}

#[test]
fn a_far_number_is_refused_until_it_is_confirmed() {
    let far =
        "hint: --allow-jump takes it and goes on above it; --keep-below takes it and goes on below it\n";
    Test::new()
        .rules(RULES)
        .args(["new", "--code", "011002"])
        .stderr(&format!("error: 011002: number 1002 would leave 1001 unused numbers below it\n{far}"))
        .status(4)
        .run()
        .then()
        .args(["new", "--code", "019600"])
        .stderr(&format!("error: 019600: number 9600 would leave 399 of 9999 numbers of its scope\n{far}"))
        .status(4)
        .run()
        .then()
        .args(["new", "--code", "011001"])
        .stdout("011001\n")
        .run()
        .then()
        .args(["new", "--code", "019990", "--keep-below"])
        .stdout("019990\n")
        .run()
        .then()
        .args(["new", "--set", "grade=gold"])
        .stdout("011002\n")
        .run()
        .then()
        .args(["new", "--code", "019800", "--allow-jump"])
        .stdout("019800\n")
        .run()
        .then()
        .args(["new", "--set", "grade=gold"])
        .stdout("019801\n")
        .run();
}

#[test]
fn the_very_next_number_is_never_far() {
    let mut test = Test::new().rules(RULES);
    for number in 1..=3 {
        let code = format!("p2026-{number:02}");
        test = test.args(["new", "--code", &code]).stdout(&format!("{code}\n")).run().then();
    }
    test.args(["new", "--rule", "partners", "--count", "94", "--quiet"])
        .stdout_like("p2026-04\n...\np2026-97\n")
        .run()
        .then()
        .args(["new", "--code", "p2026-98"])
        .stdout("p2026-98\n")
        .run();
}

#[test]
fn a_dry_run_judges_and_takes_nothing() {
    let done = Test::new()
        .rules(RULES)
        .args(["new", "--code", "010005", "--dry-run"])
        .stdout("010005\tnot issued\n")
        .stderr("dry run: nothing was issued\n")
        .run()
        .then()
        .args(["new", "--code", "019999", "--dry-run"])
        .stderr_like("error: 019999: [..]\nhint: [..]\n")
        .status(4)
        .run();
    assert!(Ledger::sound_in(&done.folder, "a dry run").codes.is_empty());
}

#[test]
fn what_is_said_of_the_customer_is_checked_even_when_the_code_is_known() {
    Test::new()
        .rules(RULES)
        .args(["new", "--code", "010001", "--name", "A"])
        .stdout("010001\n")
        .run()
        .then()
        .args(["new", "--code", "010001", "--name", "A", "--set", "grade=glod"])
        .stderr_like(
            "error: grade: unknown value \"glod\"; [..]\nhint: did you mean gold? --set grade=gold\n",
        )
        .status(2)
        .run();
}

#[test]
fn a_code_may_begin_with_a_dash() {
    Test::new()
        .rules("custcode = 1\n[rules.r]\npattern = \"-{seq:3}\"\n")
        .args(["new", "--code", "-259", "--name", "-old- Ltd", "--allow-jump"])
        .stdout("-259\n")
        .stderr_like("...\n")
        .run()
        .then()
        .args(["show", "-259", "--format", "plain"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["validate", "-259"])
        .stdout("-259\tvalid\tr\n")
        .run()
        .then()
        .args(["new", "--code", "--json"])
        .stderr_like("[..]a value is required for '--code <CODE>'[..]\n...\n")
        .status(2)
        .run();
}
