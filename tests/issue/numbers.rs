//! Numbers of a scope: counted apart, passed over, warned of, used up.

use crate::support::{Ledger, Test};

/// One rule over these options of its sequence.
fn rules(pattern: &str, options: &str) -> String {
    format!(
        "custcode = 1\n[fields.type.values]\nvip = \"01\"\nregular = \"02\"\n[rules.r]\npattern = \"{pattern}\"\n{options}\n"
    )
}

#[test]
fn each_combination_of_printed_fields_counts_for_itself() {
    Test::new()
        .rules(&rules("{type}{seq:4}", ""))
        .args(["new", "--type", "vip", "--count", "2"])
        .stdout("010001\n010002\n")
        .run()
        .then()
        .args(["new", "--type", "regular"])
        .stdout("020001\n")
        .run();
}

#[test]
fn a_scope_may_be_wider_than_what_is_printed() {
    Test::new()
        .rules(&rules("{type}-{seq:4}", "seq = { scope = [] }"))
        .args(["new", "--type", "vip"])
        .stdout("01-0001\n")
        .run()
        .then()
        .args(["new", "--type", "regular"])
        .stdout("02-0002\n")
        .run();
}

#[test]
fn start_step_and_end_are_kept() {
    let done = Test::new()
        .rules(&rules("N{seq:3}", "seq = { start = 10, step = 10, max = 35 }"))
        .args(["new", "--count", "3"])
        .stdout("N010\nN020\nN030\n")
        .run()
        .then()
        .args(["new"])
        .stderr(
            "error: rule r has no number left: 35 is the last\n\
             hint: in the rule file, let rule r print more digits: seq = { widen = { from = YYYY-MM-DD, to = 4 } }; its old codes stay valid\n",
        )
        .status(4)
        .run();
    assert_eq!(Ledger::read_in(&done.folder).codes, ["N010", "N020", "N030"]);
}

#[test]
fn forbidden_digits_are_passed_over() {
    Test::new()
        .rules(&rules("N{seq:2}", "seq = { start = 3, skip_digits = \"4\" }"))
        .args(["new", "--count", "3"])
        .stdout("N03\nN05\nN06\n")
        .run()
        .then()
        .args(["new", "--count", "33"])
        .stdout_like("N07\n...\nN39\nN50\n...\n")
        .run();
}

#[test]
fn a_number_without_check_digit_is_passed_over() {
    // Weights 2 to 7 from the right, modulus 11: 10 would need an X, which the alphabet does not
    // have.
    let weighted = "check = { algorithm = \"weighted\", weights = [4, 3, 2], modulus = 11 }";
    let done = Test::new()
        .rules(&rules("{seq:3}{check}", weighted))
        .args(["new", "--count", "12", "--format", "csv"])
        .stdout_like("...\n")
        .run();
    let numbers: Vec<&str> = done.stdout.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
    assert_eq!(numbers.len(), 12);
    assert!(numbers.windows(2).any(|pair| {
        let number = |text: &str| text.parse::<u64>().expect("a number");
        number(pair[1]) > number(pair[0]) + 1
    }));
    let codes = done.stdout.lines().skip(1).filter_map(|line| line.split(',').next());
    let codes: Vec<String> = codes.map(str::to_owned).collect();
    let valid: String = codes.iter().flat_map(|code| [code.as_str(), "\tvalid\tr\n"]).collect();
    done.then().args(["validate", "--quiet"]).args(codes).stdout(&valid).run();
}

#[test]
fn a_number_that_somebody_brought_is_stepped_over_and_explained() {
    Test::new()
        .rules(&rules("N{seq:4}", ""))
        .args(["new", "--code", "N2003", "--keep-below", "--name", "Old"])
        .stdout("N2003\n")
        .run()
        .then()
        .args(["new", "--code", "N0002", "--keep-below", "--name", "Older"])
        .stdout("N0002\n")
        .run()
        .then()
        .args(["new"])
        .stdout("N0003\n")
        .run();
}

#[test]
fn a_number_kept_ahead_is_stepped_over_when_its_turn_comes() {
    Test::new()
        .rules(&rules("N{seq:2}", ""))
        .args(["new", "--code", "N97", "--keep-below", "--name", "Old"])
        .stdout("N97\n")
        .run()
        .then()
        .args(["new", "--count", "97", "--format", "jsonl"])
        .stdout_like("...\n{\"code\":\"N96\",[..]\n{\"code\":\"N98\",\"rule\":\"r\",\"number\":98,[..]\n")
        .stderr("")
        .run();
}

#[test]
fn stepping_over_is_told() {
    Test::new()
        .rules(&rules("N{seq:1}", ""))
        .args(["new", "--code", "N9", "--keep-below"])
        .stdout("N9\n")
        .run()
        .then()
        .args(["new", "--count", "8", "--quiet"])
        .stdout("N1\nN2\nN3\nN4\nN5\nN6\nN7\nN8\n")
        .run()
        .then()
        .args(["new"])
        .stderr_like("error: rule r has no number left: 9 is the last\nhint: [..]\n")
        .status(4)
        .run();
    Test::new()
        .rules(&rules("N{seq:2}", ""))
        .args(["new", "--code", "N96", "--keep-below"])
        .stdout("N96\n")
        .run()
        .then()
        .args(["new", "--count", "95", "--quiet"])
        .stdout_like("...\nN95\n")
        .run()
        .then()
        .args(["new"])
        .stdout("N97\n")
        .stderr("note: passed over number 96: N96 is in the ledger already\n")
        .run();
}

#[test]
fn a_scope_warns_once_at_each_level() {
    Test::new()
        .rules(&rules("N{seq:1}", "seq = { warn_at = [50, 80] }"))
        .args(["new", "--count", "4"])
        .stdout("N1\nN2\nN3\nN4\n")
        .run()
        .then()
        .args(["new"])
        .stdout("N5\n")
        .stderr("note: rule r has used 5 of 9 numbers (past 50 %); 4 left\n")
        .run()
        .then()
        .args(["new"])
        .stdout("N6\n")
        .run()
        .then()
        .args(["new", "--count", "2", "--json"])
        .stdout_like("{[..]\"notes\":[{\"kind\":\"capacity\",\"text\":\"rule r has used 8 of 9 numbers (past 80 %); 1 left\"}]}\n")
        .run();
}

#[test]
fn numbers_with_a_forbidden_digit_are_no_room() {
    Test::new()
        .rules(&rules("N{seq:1}", "seq = { skip_digits = \"456789\", warn_at = [60] }"))
        .args(["new", "--count", "2"])
        .stdout("N1\nN2\n")
        .stderr("note: rule r has used 2 of 3 numbers (past 60 %); 1 left\n")
        .run()
        .then()
        .args(["rules", "show", "--format", "csv"])
        .stdout_like("[..]\nr,N{seq:1},3 per scope,\n")
        .run();
}

#[test]
fn a_full_scope_writes_nothing_and_says_how_to_go_on() {
    let full = Test::new()
        .rules(&rules("{type}{seq:1}", ""))
        .args(["new", "--type", "vip", "--count", "7"])
        .stdout_like("...\n017\n")
        .run();
    let before = Ledger::sound_in(&full.folder, "before").codes;
    let refused = full
        .then()
        .args(["new", "--type", "vip", "--count", "5", "--request-id", "b"])
        .stderr(
            "error: rule r has only 2 numbers left in scope 01: 9 is the last\n\
             hint: in the rule file, let rule r print more digits: seq = { widen = { from = YYYY-MM-DD, to = 2 } }; its old codes stay valid\n",
        )
        .status(4)
        .run();
    assert_eq!(Ledger::sound_in(&refused.folder, "after").codes, before);
    let refused = refused
        .then()
        .args(["new", "--type", "vip", "--count", "5", "--json"])
        .stderr_like(
            "{\"schema\":1,\"error\":{\"kind\":\"exhausted\",[..]\"details\":{\"left\":2,\"rule\":\"r\",\"scope\":[\"01\"],\"limit\":9}}}\n",
        )
        .status(4)
        .run();
    // The other scope goes on, and what the hint says works.
    let wider = "custcode = 1\ntimezone = \"Asia/Shanghai\"\ndefault_rule = [\"r\", \"wide\"]\n\
         [fields.type.values]\nvip = \"01\"\nregular = \"02\"\n\
         [rules.r]\npattern = \"{type}{seq:1}\"\nuntil = 2026-11-21\n\
         [rules.wide]\npattern = \"{type}{seq:4}\"\nfrom = 2026-11-22\n";
    refused
        .then()
        .args(["new", "--type", "regular"])
        .stdout("021\n")
        .run()
        .then()
        .file("rules.toml", wider)
        .args(["new", "--type", "vip"])
        .stdout("010001\n")
        .stderr_like("note: adopted the changed rules [..] (8 codes read the same)\n")
        .run()
        .then()
        .args(["validate", "017"])
        .stdout("017\tvalid\tr\n")
        .run();
}

#[test]
fn a_request_has_a_bound() {
    Test::new()
        .rules(&rules("N{seq:12}", ""))
        .args(["new", "--count", "1000001"])
        .stderr(
            "error: --count 1000001 is not between 1 and 1000000\n\
             hint: ask several times, each time with another --request-id\n",
        )
        .status(2)
        .run();
}

#[test]
fn many_at_once_are_whole_and_sound() {
    let done = Test::new()
        .rules(&rules("N{seq:6}", ""))
        .args(["new", "--count", "6000"])
        .stdout_like("...\nN006000\n")
        .run();
    let ledger = Ledger::sound_in(&done.folder, "a bulk of new codes");
    assert_eq!((ledger.codes.len(), ledger.customers), (6000, 6000));
}

#[test]
fn processes_at_once_get_a_number_each() {
    let folder = Test::new().rules(&rules("N{seq:4}", "")).args(["list"]).run().folder;
    let children: Vec<_> = (0..12)
        .map(|_| {
            let mut command = folder.custcode(["new", "--count", "5"]);
            command.stdout(std::process::Stdio::piped()).spawn().expect("custcode starts")
        })
        .collect();
    let mut codes: Vec<String> = Vec::new();
    for child in children {
        let output = child.wait_with_output().expect("custcode ends");
        assert!(output.status.success());
        codes.extend(String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned));
    }
    codes.sort();
    let all: Vec<String> = (1..=60).map(|number| format!("N{number:04}")).collect();
    assert_eq!(codes, all);
    Ledger::sound_in(&folder, "twelve at once");
}

#[test]
fn a_scope_without_any_check_digit_ends_instead_of_counting_for_ever() {
    // The weights of the number are multiples of 11, so the type alone decides: 04 leaves 10, which
    // has no symbol.
    let rules = "custcode = 1\n[fields.type.values]\na = \"00\"\nb = \"04\"\n\
                 [rules.r]\npattern = \"{type}{seq:9}{check}\"\n\
                 check = { algorithm = \"weighted\", modulus = 11, weights = [2, 3, 11, 11, 11, 11, 11, 11, 11, 11, 11], align = \"left\", symbols = \"0123456789\" }\n\
                 allow = [\"weak-check\"]\n";
    Test::new().rules(rules).args(["new", "--type", "a"]).stdout("000000000010\n").run().then()
        .args(["new", "--type", "b"])
        .stderr("error: rule r cannot print a code for these values: none of 100000 numbers in a row, up to 100000, has a check digit\n")
        .status(4)
        .run();
}

#[test]
fn a_short_number_that_never_has_a_check_digit_is_not_said_to_be_used_up() {
    let rules = "custcode = 1\n[fields.t.values]\na = \"-\"\nb = \"B\"\n\
                 [rules.r]\npattern = \"{t}{seq:3}{check}\"\ncheck = { algorithm = \"sum10\", over = [\"t\"] }\n\
                 allow = [\"weak-check\"]\n";
    let none = "rule r cannot print a code for these values: none of 999 numbers has a check digit";
    Test::new()
        .rules(rules)
        .args(["new", "--set", "t=a"])
        .stderr(&format!("error: {none}\n"))
        .status(4)
        .run()
        .then()
        .file("c.csv", "ref,name,t\n1,one,a\n2,two,b\n3,three,a\n")
        .args(["import", "c.csv", "--partial", "-o", "out.csv"])
        .stderr_like(&format!("...\nc.csv:2 (row 1): {none}\nc.csv:4 (row 3): {none}\n...\n"))
        .status(6)
        .run()
        .then()
        // The counter stands at its end by now.
        .args(["new", "--set", "t=a"])
        .stderr(&format!("error: {none}\n"))
        .status(4)
        .run()
        .then()
        .args(["new", "--set", "t=b", "--count", "999"])
        .stderr_like("error: rule r has only 998 numbers left[..]\n...\n")
        .status(4)
        .run();
}

#[test]
fn the_longest_numbers_are_not_said_to_get_longer() {
    Test::new()
        .rules("custcode = 1\n[rules.r]\npattern = \"K{seq:18}\"\nseq = { max = 1 }\n")
        .args(["new", "--count", "2"])
        .status(4)
        .stderr_like(
            "error: [..]\n\
             hint: no number has more digits than those of rule r: write another rule whose codes begin otherwise; \
             its old codes stay valid\n",
        )
        .run();
}
