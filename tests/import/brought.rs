//! Codes that rows bring: kept as written, registered before anything is numbered, and watched
//! where they jump.

use super::{company, customers, having, ledger};
use crate::support::Test;

#[test]
fn brought_codes_are_kept_and_the_rest_is_numbered_above_them() {
    let done = company()
        .file(
            "a.csv",
            "客户编码,name,type,industry\n,华南,vip,A\n01A0100,华东,,\nauto,华北,vip,\n01b0002,小写,,\nAUTO,华中,vip,B\n",
        )
        .args(["import", "a.csv", "-o", "-"])
        .stdout(
            "客户编码,name,type,industry\n\
             01A0101,华南,vip,A\n\
             01A0100,华东,,\n\
             01A0102,华北,vip,\n\
             01B0002,小写,,\n\
             01B0003,华中,vip,B\n",
        )
        .stderr(
            "客户编码 → code\n\
             name → name\n\
             type → field type\n\
             industry → field industry\n\
             note: 1 row without industry: taken as manufacturing\n\
             counter graded 01, A: none → 102\n\
             counter graded 01, B: none → 3\n\
             5 rows: 3 issued, 2 registered\n",
        )
        .run();
    assert_eq!(
        ledger(done.then()),
        "code,ref,name,date,type,industry,region\n\
         01A0100,,华东,2026-11-22,vip,manufacturing,\n\
         01B0002,,小写,2026-11-22,vip,services,\n\
         01A0101,,华南,2026-11-22,vip,manufacturing,\n\
         01A0102,,华北,2026-11-22,vip,manufacturing,\n\
         01B0003,,华中,2026-11-22,vip,services,\n"
    );
}

#[test]
fn holes_below_a_brought_number_are_left_alone() {
    having("code,name,type,industry\n01A0003,华东,,\n01A0007,华西,,\n")
        .args(["new", "--type", "vip", "--count", "2"])
        .stdout("01A0008\n01A0009\n")
        .run();
}

#[test]
fn numbers_that_jump_are_rejected_until_it_is_said_what_to_do() {
    let file = "code,name,type,industry\n01A9600,远,,\n01B1002,更远,,\n01C1001,近,,\n";
    company()
        .file("a.csv", file)
        .args(["import", "a.csv"])
        .stderr(
            "code → code\n\
             name → name\n\
             type → field type\n\
             industry → field industry\n\
             a.csv:2 (row 1): code 01A9600: number 9600 would leave 399 of 9999 numbers of its scope; \
             --allow-jump moves the counter there, --keep-below keeps it where it is\n\
             a.csv:3 (row 2): code 01B1002: number 1002 would leave 1001 unused numbers below it; \
             --allow-jump moves the counter there, --keep-below keeps it where it is\n\
             3 rows: 0 issued, 2 rejected\n\
             nothing was written; --partial keeps the good rows\n",
        )
        .status(1)
        .run()
        .then()
        .args(["import", "a.csv", "-q", "--allow-jump"])
        .run()
        .then()
        .args(["new", "--type", "vip", "--set", "industry=services"])
        .stdout("01B1003\n")
        .run();
}

#[test]
fn numbers_kept_below_leave_the_counter_and_issuing_steps_over_them_later() {
    let done = company()
        .file("a.csv", "code,name\nN097,远\nN098,更远\n")
        .args(["import", "a.csv", "-q"])
        .stderr(
            "a.csv:2 (row 1): code N097: number 97 would leave 3 of 100 numbers of its scope; \
             --allow-jump moves the counter there, --keep-below keeps it where it is\n\
             a.csv:3 (row 2): code N098: number 98 would leave 2 of 100 numbers of its scope; \
             --allow-jump moves the counter there, --keep-below keeps it where it is\n",
        )
        .status(1)
        .run()
        .then()
        .args(["import", "a.csv", "--keep-below"])
        .stderr("code → code\nname → name\n2 rows: 0 issued, 2 registered\n")
        .run()
        .then()
        .args(["new", "--rule", "hundred", "--count", "95"])
        .stdout_like("N001\n...\nN095\n")
        .stderr_like("note: [..]\n")
        .run();
    done.then()
        .args(["new", "--rule", "hundred", "--count", "2"])
        .stdout("N096\nN099\n")
        .stderr_like("note: passed over number 97: N097 is in the ledger already\n...\n")
        .run();
}

#[test]
fn a_row_of_the_file_steps_over_a_number_that_another_row_keeps_below() {
    company()
        .file("a.csv", "code,name\nN001,一\nN100,百\n")
        .args(["import", "a.csv", "-q", "--keep-below"])
        .run()
        .then()
        .file("b.csv", customers(99))
        .args(["import", "b.csv", "--rule", "hundred", "-q"])
        .stderr(
            "error: rule hundred has no number left: 100 is the last\n\
             hint: in the rule file, let rule hundred print more digits: \
             seq = { widen = { from = YYYY-MM-DD, to = 4 } }; its old codes stay valid\n",
        )
        .status(4)
        .run();
}

#[test]
fn a_code_that_no_rule_reads_is_rejected_or_kept_as_legacy() {
    let done = company()
        .file("a.csv", "code,name,type,industry\nX-17,老客户,,\n01A00,旧式,vip,services\n,华东,vip,A\n")
        .args(["import", "a.csv", "-q"])
        .stderr(
            "a.csv:2 (row 1): column code: X-17 is no code of these rules: type is one of 01, 02 \
             (position 1, rule graded); --legacy keeps it all the same\n\
             a.csv:3 (row 2): column code: 01A00 is no code of these rules: seq is 4 digits (position 6, rule graded); --legacy keeps it all the same\n",
        )
        .status(1)
        .run()
        .then()
        .args(["import", "a.csv", "--legacy", "-o", "-"])
        .stdout(
            "code,name,type,industry\nX-17,老客户,,\n01A00,旧式,vip,services\n01A0001,华东,vip,A\n",
        )
        .stderr(
            "code → code\n\
             name → name\n\
             type → field type\n\
             industry → field industry\n\
             counter graded 01, A: none → 1\n\
             3 rows: 1 issued, 2 registered, 2 of them legacy\n",
        )
        .run();
    assert_eq!(
        ledger(done.then()),
        "code,ref,name,date,type,industry,region\n\
         X-17,,老客户,2026-11-22,,,\n\
         01A00,,旧式,2026-11-22,vip,services,\n\
         01A0001,,华东,2026-11-22,vip,manufacturing,\n"
    );
}

#[test]
fn a_legacy_code_never_blocks_its_customer_or_a_scope() {
    having("code,ref,name,type,industry\n01A0001,K:0,华东,,\n")
        .file("old.csv", "code,ref,name,phone\nX-17,K:1,老客户,1\n")
        .args(["import", "old.csv", "-q", "--legacy"])
        .run()
        .then()
        .file("again.csv", "ref,name,phone,type,industry\nK:1,老客户,2,,\n,新客户,3,vip,A\n")
        .args(["import", "again.csv", "-q", "-o", "-", "--on-existing", "update"])
        .stdout("ref,name,phone,type,industry,code\nK:1,老客户,2,,,X-17\n,新客户,3,vip,A,01A0002\n")
        .run()
        .then()
        .args(["edit", "X-17", "--name", "老客户有限公司"])
        .stdout("name\t老客户\t老客户有限公司\n")
        .run();
}

#[test]
fn a_legacy_code_that_the_ledger_knows_is_known_without_the_flag() {
    let done = company()
        .file("old.csv", "code,name\nX-17,老客户\n")
        .args(["import", "old.csv", "-q", "--legacy"])
        .run()
        .then()
        .file("again.csv", "code,ref,name\nx-17,K:1,老客户\n")
        .args(["import", "again.csv", "-o", "-"])
        .stdout("code,ref,name\nX-17,K:1,老客户\n")
        .stderr_like("...\n1 row: 0 issued, 1 skipped, 1 updated, 1 given a reference\n")
        .run()
        .then()
        .file("other.csv", "code,name\nX-17,别人\nX-18,老客户\n")
        .args(["import", "other.csv", "-q"])
        .stderr(
            "other.csv:3 (row 2): column code: X-18 is no code of these rules: type is one of 01, 02 \
             (position 1, rule graded); --legacy keeps it all the same\n",
        )
        .status(1)
        .run();
    assert_eq!(
        ledger(done.then()),
        "code,ref,name,date,type,industry,region\nX-17,K:1,老客户,2026-11-22,,,\n"
    );
}

#[test]
fn a_code_that_says_another_value_than_its_column_is_counted() {
    company()
        .file("a.csv", "code,name,type,industry\n01A0001,华东,regular,\n")
        .args(["import", "a.csv"])
        .stderr_like(
            "...\n1 row: 0 issued, 1 registered, 1 with a code that says another value than their column\n",
        )
        .run();
}

#[test]
fn a_class_below_the_one_that_the_code_prints_is_no_other_value() {
    let rules = |pattern| {
        format!(
            "custcode = 1\n[fields.class]\nlevels = [2, 2]\nleaf_only = true\n\
             values = {{ food = \"01\", fruit = \"0101\", meat = \"0102\", tool = \"02\", saw = \"0201\" }}\n\
             [rules.r]\npattern = \"{pattern}\"\n"
        )
    };
    let done = Test::new()
        .rules(&rules("{class@1}{seq:3}"))
        .file("a.csv", "code,class\n01001,fruit\n01002,meat\n01003,saw\n01004,\n")
        .args(["import", "a.csv"])
        .stderr_like(
            "...\n4 rows: 0 issued, 4 registered, 1 with a code that says another value than their column\n",
        )
        .run();
    assert_eq!(
        ledger(done.then()),
        "code,ref,name,date,class\n01001,,,2026-11-22,fruit\n01002,,,2026-11-22,meat\n\
         01003,,,2026-11-22,saw\n01004,,,2026-11-22,\n"
    );
    let done = Test::new()
        .rules(&rules("{class@1}-{class}{seq:3}"))
        .file("a.csv", "code,class\n01-0102001,\n01-0101001,fruit\n01-0101002,meat\n")
        .args(["import", "a.csv"])
        .stderr_like(
            "...\n3 rows: 0 issued, 3 registered, 1 with a code that says another value than their column\n",
        )
        .run();
    assert_eq!(
        ledger(done.then()),
        "code,ref,name,date,class\n01-0102001,,,2026-11-22,meat\n01-0101001,,,2026-11-22,fruit\n\
         01-0101002,,,2026-11-22,meat\n"
    );
}

#[test]
fn what_a_spreadsheet_made_of_a_code_is_rejected() {
    company()
        .file("a.csv", "code,name,type,industry\n1.00E+06,华东,vip,\n")
        .args(["import", "a.csv", "-q"])
        .stderr_like("a.csv:2 (row 1): column code: 1.00E+06 is no code of these rules: [..]\n")
        .status(1)
        .run();
}
