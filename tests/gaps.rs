//! `gaps`: every number that no active code carries has its reason, or the answer is no.

use crate::support::{Folder, Test, skipped_on_postgres};

const RULES: &str = "custcode = 1\n[fields.type.values]\nvip = \"01\"\nregular = \"02\"\n\
                     [rules.r]\npattern = \"{type}{seq:4}\"\nseq = { skip_digits = \"4\" }\n";

/// What an auditor sees of a range: first, last, how many, reason, codes, detail, operation.
fn line(scope: &str, cells: &str) -> String {
    let (before, at) = (cells, "2026-11-22T01:00:00Z\tli");
    format!("r\t{scope}\t{before}\t{at}\n")
}

/// Changes the ledger behind the program's back.
fn tamper(folder: &Folder, sql: &str) {
    folder.unasked("it is edited in SQL");
    let ledger = rusqlite::Connection::open(folder.path("custcode.db")).expect("a ledger");
    ledger.execute_batch(sql).expect("the statement runs");
}

/// 010001 to 010003, 010005 (4 is forbidden), 010020 from outside, 010010 below it; 010002 and
/// 010003 void.
fn issued() -> Test {
    Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--count", "3"])
        .stdout("010001\n010002\n010003\n")
        .run()
        .then()
        .args(["new", "--type", "vip"])
        .stdout("010005\n")
        .run()
        .then()
        .args(["new", "--code", "010020"])
        .stdout("010020\n")
        .run()
        .then()
        .args(["void", "010002", "010003", "--reason", "misprinted"])
        .stdout("010002\tactive\tvoid\t\t\t\n010003\tactive\tvoid\t\t\t\n")
        .run()
        .then()
        .args(["new", "--code", "010010"])
        .stdout("010010\n")
        .run()
        .then()
}

#[test]
fn every_range_has_its_reason() {
    let lines = [
        line("01", "2\t3\t2\tvoid\t010002\t010003\tmisprinted\t4"),
        line("01", "4\t4\t1\tforbidden-digit\t\t\t\t2"),
        line("01", "6\t9\t4\timport\t\t\t\t3"),
        line("01", "11\t19\t9\timport\t\t\t\t3"),
    ];
    issued()
        .args(["gaps"])
        .stdout(&lines.concat())
        .stderr("16 numbers without an active code in 4 ranges, 0 unexplained\n")
        .run()
        .then()
        .args(["gaps", "--unexplained"])
        .stderr("16 numbers without an active code in 4 ranges, 0 unexplained\n")
        .run()
        .then()
        .args(["gaps", "--format", "table"])
        .stdout_like(
            "rule  scope  first  last  numbers  reason           code    last_code  detail      operation  at                          actor\n\
             r     01     2      3     2        void             010002  010003     misprinted  4          2026-11-22 09:00:00 [..]  li\n...",
        )
        .stderr_like("...\n")
        .run();
}

#[test]
fn json_and_csv_have_the_same_under_stable_names() {
    let first = concat!(
        r#"{"rule":"r","scope":["01"],"first":2,"last":3,"numbers":2,"reason":"void","code":"010002","last_code":"010003","#,
        r#""detail":"misprinted","operation":4,"at":"2026-11-22T01:00:00Z","actor":"li","command":"void"}"#
    );
    issued()
        .args(["gaps", "--json"])
        .stdout_like(&format!(
            "{{\"schema\":1,\"gaps\":[{first},\n...\n[..]],\"ranges\":4,\"numbers\":16,\"unexplained\":0}}\n"
        ))
        .stderr_like("{\"schema\":1,\"status\":[..]}\n")
        .run()
        .then()
        .args(["gaps", "--format", "jsonl", "--quiet"])
        .stdout_like(&format!("{first}\n...\n"))
        .run()
        .then()
        .args(["gaps", "--format", "csv", "--quiet"])
        .stdout_like(
            "rule,scope,first,last,numbers,reason,code,last_code,detail,operation,at,actor\n\
             r,01,2,3,2,void,010002,010003,misprinted,4,2026-11-22T01:00:00Z,li\n...\n",
        )
        .run();
}

#[test]
fn one_rule_or_one_scope_may_be_asked_for() {
    let other = line("02", "1\t1\t1\tvoid\t020001\t020001\tx\t7");
    let done = issued()
        .args(["new", "--type", "regular"])
        .stdout("020001\n")
        .run()
        .then()
        .args(["void", "020001", "--reason", "x"])
        .stdout_like("...\n")
        .run();
    let mut done =
        done.then().args(["gaps", "--rule", "r", "--quiet"]).stdout_like(&format!("...\n{other}")).run();
    for scope in ["02", r#"["02"]"#] {
        done = done.then().args(["gaps", "--scope", scope, "--quiet"]).stdout(&other).run();
    }
    done.then()
        .args(["gaps", "--scope", "03"])
        .stderr("error: no counter has the scope 03\nhint: custcode store info shows every counter with its scope\n")
        .status(2)
        .run()
        .then()
        .args(["gaps", "--rule", "s"])
        .stderr_like("error: [..]\"s\"[..]\nhint: [..]\n")
        .status(2)
        .run();
}

#[test]
fn what_nothing_explains_is_the_answer_no() {
    if skipped_on_postgres("rows are changed in the file") {
        return;
    }
    let done = issued().args(["new", "--type", "regular"]).stdout("020001\n").run();
    tamper(
        &done.folder,
        "PRAGMA foreign_keys = OFF; DELETE FROM codes WHERE canonical IN ('010001', '010020', '020001');",
    );
    let missing =
        |scope: &str, number: u64| format!("r\t{scope}\t{number}\t{number}\t1\tunexplained\t\t\t\t\t\t\n");
    done.then()
        .args(["gaps", "--unexplained"])
        .stdout(&(missing("01", 1) + &missing("01", 20) + &missing("02", 1)))
        .stderr("19 numbers without an active code in 7 ranges, 3 unexplained\n")
        .status(1)
        .run();
}

#[test]
fn numbers_in_use_without_check_digit_or_above_the_counter_are_explained() {
    // 06 would need the tenth symbol.
    let rules = "custcode = 1\n[rules.c]\npattern = \"{seq:2}{check}\"\nseq = { max = 90 }\n\
                 check = { algorithm = \"weighted\", modulus = 11, weights = [2, 3], symbols = \"0123456789\" }\n\
                 allow = [\"weak-check\"]\n";
    let done = Test::new().rules(rules).args(["new", "--count", "10"]).stdout_like("...\n").run();
    done.then()
        .args(["gaps", "--quiet"])
        .stdout_like("c\t\t6\t6\t1\tno-check-digit\t\t\t\t1\t2026-11-22T01:00:00Z\tli\n")
        .run();
    let far = Test::new()
        .rules("custcode = 1\n[rules.r]\npattern = \"R{seq:4}\"\n")
        .args(["new", "--code", "R5000", "--keep-below"])
        .stdout("R5000\n")
        .run()
        .then()
        .args(["new", "--count", "2"])
        .stdout("R0001\nR0002\n")
        .run()
        .then()
        .args(["gaps"])
        .stderr("every number is carried by an active code\n")
        .run();
    far.then()
        .args(["void", "R5000", "--reason", "x"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["gaps"])
        .stdout("r\t\t5000\t5000\t1\tvoid\tR5000\tR5000\tx\t3\t2026-11-22T01:00:00Z\tli\n")
        .stderr("1 number without an active code in 1 range, 0 unexplained\n")
        .run();
}

#[test]
fn a_cancelled_code_above_a_counter_that_has_not_moved_is_told() {
    Test::new()
        .rules("custcode = 1\n[rules.r]\npattern = \"R{seq:4}\"\nseq = { start = 0 }\n")
        .args(["new", "--code", "R5000", "--keep-below"])
        .stdout("R5000\n")
        .run()
        .then()
        .args(["void", "R5000", "--reason", "x"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["gaps", "--scope", ""])
        .stdout("r\t\t5000\t5000\t1\tvoid\tR5000\tR5000\tx\t2\t2026-11-22T01:00:00Z\tli\n")
        .stderr("1 number without an active code in 1 range, 0 unexplained\n")
        .run();
}

#[test]
fn leases_restores_and_other_states_are_told() {
    if skipped_on_postgres("rows are changed in the file") {
        return;
    }
    let done = Test::new()
        .rules("custcode = 1\n[rules.r]\npattern = \"{seq:4}\"\n")
        .args(["new", "--count", "6"])
        .stdout_like("...\n")
        .run();
    tamper(
        &done.folder,
        "UPDATE codes SET state = 'former' WHERE number = 2; UPDATE codes SET state = 'retired' WHERE number = 3;
         UPDATE codes SET state = 'reserved' WHERE number = 4;
         UPDATE sequences SET last = 60 WHERE id = 1;
         INSERT INTO leases (sequence, first, last, next, holder, operation) VALUES (1, 7, 16, 10, 'pos-3', 1);
         INSERT INTO gap_ranges (sequence, first, last, reason, operation) VALUES (1, 17, 60, 'restore', 1);",
    );
    let line = |cells: &str| format!("r\t\t{cells}\t1\t2026-11-22T01:00:00Z\tli\n");
    done.then()
        .args(["gaps"])
        .stdout(
            &[
                line("2\t2\t1\tformer\t0002\t0002\t"),
                line("3\t3\t1\tretired\t0003\t0003\t"),
                line("4\t4\t1\treserved\t0004\t0004\t"),
                "r\t\t7\t9\t3\tunexplained\t\t\t\t\t\t\n".to_owned(),
                line("10\t16\t7\tleased\t\t\tpos-3"),
                line("17\t60\t44\trestore\t\t\t"),
            ]
            .concat(),
        )
        .stderr("57 numbers without an active code in 6 ranges, 3 unexplained\n")
        .status(1)
        .run();
}

#[test]
fn numbers_that_the_rule_left_out_then_are_no_loss() {
    let rules =
        |options: &str| format!("custcode = 1\n[rules.r]\npattern = \"R{{seq:4}}\"\nseq = {{ {options} }}\n");
    let line = |cells: &str| format!("r\t\t{cells}\t\t\t\t1\t2026-11-22T01:00:00Z\tli\n");
    Test::new()
        .rules(&rules("start = 101, step = 10"))
        .args(["new", "--count", "2"])
        .stdout("R0101\nR0111\n")
        .run()
        .then()
        .file("rules.toml", rules("start = 1, step = 1"))
        .args(["new"])
        .stdout("R0112\n")
        .stderr_like("note: adopted [..]\n")
        .run()
        .then()
        .args(["gaps"])
        .stdout(&(line("1\t100\t100\trules") + &line("102\t110\t9\trules")))
        .stderr("109 numbers without an active code in 2 ranges, 0 unexplained\n")
        .run();
}

#[test]
fn codes_that_are_not_counted_have_no_gaps() {
    Test::new()
        .rules(RULES)
        .args(["gaps"])
        .stderr("every number is carried by an active code\n")
        .run()
        .then()
        .args(["new", "--code", "OLD-7", "--legacy"])
        .stdout("OLD-7\n")
        .run()
        .then()
        .args(["gaps", "--json", "--quiet"])
        .stdout("{\"schema\":1,\"gaps\":[],\"ranges\":0,\"numbers\":0,\"unexplained\":0}\n")
        .run();
}
