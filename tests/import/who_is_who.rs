//! Who is who: customers that the ledger or the file knows already, and contradictions, which name
//! both sides.

use super::{company, customers, having, ledger};

const KNOWN: &str = "\
ref,code,name,type,industry
CRM:1,01A0001,华东,,
CRM:2,01A0002,华南,,
,01A0005,华北,,
";

#[test]
fn a_known_code_or_reference_is_skipped_with_its_code_in_the_output() {
    having(KNOWN)
        .file("a.csv", "ref,code,name,type,industry\nCRM:1,,华东,vip,A\n,01A0005,华北,,\nCRM:2,01a0002,华南,,\nCRM:3,,新,vip,A\n")
        .args(["import", "a.csv", "-o", "-"])
        .stdout(
            "ref,code,name,type,industry\n\
             CRM:1,01A0001,华东,vip,A\n\
             ,01A0005,华北,,\n\
             CRM:2,01A0002,华南,,\n\
             CRM:3,01A0006,新,vip,A\n",
        )
        .stderr_like("...\n4 rows: 1 issued, 3 skipped\n")
        .run();
}

#[test]
fn contradictions_with_the_ledger_name_both() {
    having(KNOWN)
        .file(
            "a.csv",
            "ref,code,name,type,industry\n\
             CRM:1,01A0009,华东,,\n\
             CRM:8,01A0001,某某,,\n\
             ,01A0005,别人,,\n\
             CRM:2,01A0001,华南,,\n\
             CRM:2,,华南,regular,\n",
        )
        .args(["import", "a.csv", "-q"])
        .stderr(
            "a.csv:2 (row 1): reference \"CRM:1\" (华东) has code 01A0001 already; the row brings 01A0009\n\
             a.csv:3 (row 2): code 01A0001 belongs to reference \"CRM:1\" (华东), not to reference \"CRM:8\" (某某)\n\
             a.csv:5 (row 4): reference \"CRM:2\" (华南) has code 01A0002 already; the row brings 01A0001\n\
             a.csv:6 (row 5): reference \"CRM:2\" (华南) has code 01A0002 for type=vip; this request says type=regular\n",
        )
        .status(1)
        .run();
}

#[test]
fn a_customer_that_was_renamed_is_known_by_its_code() {
    let renamed = "code,name,type,industry\n01A0005,别人,,\n";
    let done = having(KNOWN)
        .file("a.csv", renamed)
        .args(["import", "a.csv", "-o", "-"])
        .stdout(renamed)
        .stderr_like("...\n1 row: 0 issued, 1 skipped, 1 unchanged although the file differs\n")
        .run()
        .then()
        .args(["import", "a.csv", "-q", "--on-existing", "update"])
        .run();
    assert!(ledger(done.then()).contains("01A0005,,别人,"));
    // With a new reference beside it, only a name that it has or had says that it is the same.
    having(KNOWN)
        .args(["edit", "01A0005", "--name", "北方", "-q"])
        .stdout_like("...\n")
        .run()
        .then()
        .file("a.csv", "ref,code,name,type,industry\nN1,01A0005,别人,,\nN2,01A0005,华北,,\n")
        .args(["import", "a.csv", "-q", "--partial", "-o", "-"])
        .stdout("ref,code,name,type,industry\nN2,01A0005,华北,,\n")
        .stderr(
            "a.csv:2 (row 1): code 01A0005 belongs to customer \"北方\", not to reference \"N1\" (别人)\n",
        )
        .status(6)
        .run();
}

#[test]
fn the_spelling_that_a_code_came_in_is_kept() {
    company()
        .file("a.csv", "code,name\n01ａ0007,甲\n")
        .args(["import", "a.csv", "-q", "-o", "-"])
        .stdout("code,name\n01A0007,甲\n")
        .run()
        .then()
        .args(["new", "--code", "０１Ａ０００８", "--name", "乙"])
        .stdout("01A0008\n")
        .run()
        .then()
        .args(["show", "01A0007"])
        .stdout_like("...\nhistory\t[..]\tentered the ledger, number 7 of its scope, brought as \"01ａ0007\"\tli\n")
        .run()
        .then()
        .args(["show", "01A0008"])
        .stdout_like("...\nhistory\t[..]\tentered the ledger, number 8 of its scope, brought as \"０１Ａ０００８\"\tli\n")
        .run();
}

#[test]
fn contradictions_inside_the_file_name_both() {
    company()
        .file(
            "a.csv",
            "ref,code,name,type,industry\n\
             ,01B0001,甲,,\n\
             ,01B0001,乙,,\n\
             K1,01B0002,丙,,\n\
             K1,01B0003,丙,,\n\
             K2,,丁,vip,\n\
             K2,,戊,vip,\n\
             K2,,丁,regular,\n\
             ,01B0004,己,,\n\
             K3,01B0004,庚,,\n",
        )
        .args(["import", "a.csv", "-q"])
        .stderr(
            "a.csv:3 (row 2): code 01B0001 stands in row 1 for customer \"甲\"; this row is customer \"乙\"\n\
             a.csv:5 (row 4): reference \"K1\" has code 01B0002 in row 3; this row brings 01B0003\n\
             a.csv:8 (row 7): reference \"K2\" stands in row 5 for type=vip; this request says type=regular\n\
             a.csv:9 (row 8): code 01B0004 stands in row 9 for reference \"K3\" (庚); this row is customer \"己\"\n",
        )
        .status(1)
        .run();
}

#[test]
fn a_customer_with_and_without_its_keys_is_one_customer() {
    company()
        .file(
            "a.csv",
            "ref,code,name,type,industry\n,01B0004,己,,\nK3,01B0004,己,,\n,,甲,vip,B\n,01B0050,甲,,\nK9,,丙,vip,\n,,丙,vip,\n,,,vip,\n",
        )
        .args(["import", "a.csv", "-q", "-o", "-", "--partial"])
        .stdout(
            "ref,code,name,type,industry\n,01B0004,己,,\nK3,01B0004,己,,\n,01B0050,甲,vip,B\n,01B0050,甲,,\n\
             K9,01A0001,丙,vip,\n,01A0001,丙,vip,\n",
        )
        .stderr(
            "a.csv:8 (row 7): neither name, code nor reference to know the customer by (--nameless gives it a code)\n",
        )
        .status(6)
        .run()
        .then()
        .args(["new", "--ref", "K3", "--type", "vip", "--set", "industry=B"])
        .stdout("01B0004\n")
        .run();
}

#[test]
fn a_customer_that_stands_twice_in_the_file_gets_one_code() {
    company()
        .file(
            "a.csv",
            "ref,code,name,type,industry\nK1,,甲,vip,\nK1,,甲,vip,\nK2,,乙,vip,\nK2,01A0040,乙,,\n",
        )
        .args(["import", "a.csv", "-o", "-"])
        .stdout(
            "ref,code,name,type,industry\nK1,01A0041,甲,vip,\nK1,01A0041,甲,vip,\nK2,01A0040,乙,vip,\nK2,01A0040,乙,,\n",
        )
        .stderr_like("...\n4 rows: 1 issued, 1 registered, 2 skipped\n")
        .run();
}

#[test]
fn who_says_everything_again_is_the_same_customer() {
    having("name,type,industry\nACME贸易,vip,A\n")
        .file("a.csv", "name,type,industry\nＡｃｍｅ贸易,vip,A\n新,vip,A\n新,vip,A\nAcme 贸易,,\n")
        .args(["import", "a.csv", "-o", "-"])
        .stdout(
            "name,type,industry,code\nＡｃｍｅ贸易,vip,A,01A0001\n新,vip,A,01A0002\n新,vip,A,01A0002\nAcme 贸易,,,01A0001\n",
        )
        .stderr(
            "name → name\n\
             type → field type\n\
             industry → field industry\n\
             note: a.csv: 3 rows are known by their names: row 1 is 01A0001, row 3 is the customer of row 2, row 4 is 01A0001\n\
             counter graded 01, A: 1 → 2\n\
             4 rows: 1 issued, 3 skipped, 3 known by name alone\n",
        )
        .run();
}

/// Two people of one name: with other data nobody but a person knows who is who.
const NAMESAKES: &str = "name,type,industry,phone\n王芳,vip,A,138\n李娜,vip,A,139\n王芳,vip,A,137\n";

#[test]
fn namesakes_with_other_data_wait_for_a_person() {
    let done = company()
        .file("a.csv", NAMESAKES)
        .args(["import", "a.csv", "-q", "--partial", "-o", "-"])
        .stdout("name,type,industry,phone,code\n王芳,vip,A,138,01A0001\n李娜,vip,A,139,01A0002\n")
        .stderr(
            "a.csv:4 (row 3): \"王芳\" is known as the customer of row 1, with other data: is it the same customer? \
             (--likely attach: it is; --likely new: it is not)\n",
        )
        .status(6)
        .run()
        .then()
        .args(["import", "a.csv", "--likely", "new", "-q", "-o", "-"])
        .stdout("name,type,industry,phone,code\n王芳,vip,A,138,01A0001\n李娜,vip,A,139,01A0002\n王芳,vip,A,137,01A0003\n")
        .run();
    // With another row each of them is known again, and who says nothing more may be either.
    let more = format!("{NAMESAKES}王芳,vip,A,\n");
    let coded = "name,type,industry,phone,code\n王芳,vip,A,138,01A0001\n李娜,vip,A,139,01A0002\n王芳,vip,A,137,01A0003\n";
    let choices = [&["--likely", "new"][..], &["--likely", "attach"], &[], &["--on-existing", "update"]];
    choices.iter().fold(done, |done, more_args| {
        done.then()
            .file("b.csv", &more)
            .args(["import", "b.csv", "-q", "--partial", "-o", "-"])
            .args(more_args.iter().copied())
            .stdout(coded)
            .stderr(
                "b.csv:5 (row 4): \"王芳\" may be any of 01A0001, 01A0003: which customer is it? \
                 (its code or reference tells)\n",
            )
            .status(6)
            .run()
    });
}

#[test]
fn the_same_customer_with_other_data_is_one_where_somebody_says_so() {
    let done = company()
        .file("a.csv", NAMESAKES)
        .args(["import", "a.csv", "-q", "--likely", "attach", "--on-existing", "update", "-o", "-"])
        .stdout("name,type,industry,phone,code\n王芳,vip,A,138,01A0001\n李娜,vip,A,139,01A0002\n王芳,vip,A,137,01A0001\n")
        .run();
    assert_eq!(ledger(done.then()).lines().nth(1), Some("01A0001,,王芳,2026-11-22,vip,manufacturing,,137"));
}

#[test]
fn a_list_that_comes_again_with_references_is_a_question_and_never_numbered_twice() {
    let refs = "ref,name,type,industry\nC1,王芳,vip,A\nC2,李娜,vip,A\nC3,新,vip,A\n";
    let known = || having("name,type,industry\n王芳,vip,A\n李娜,vip,A\n");
    known()
        .file("a.csv", refs)
        .args(["import", "a.csv"])
        .stderr(
            "ref → ref\n\
             name → name\n\
             type → field type\n\
             industry → field industry\n\
             a.csv:2 (row 1): \"王芳\" is known without a reference, as 01A0001: is \"C1\" the same customer? \
             (--likely attach: it is; --likely new: it is not)\n\
             a.csv:3 (row 2): \"李娜\" is known without a reference, as 01A0002: is \"C2\" the same customer? \
             (--likely attach: it is; --likely new: it is not)\n\
             3 rows: 0 issued, 2 rejected, 2 of them undecided\n\
             nothing was written; --partial keeps the good rows\n",
        )
        .status(1)
        .run();
    let coded =
        "ref,name,type,industry,code\nC1,王芳,vip,A,01A0001\nC2,李娜,vip,A,01A0002\nC3,新,vip,A,01A0003\n";
    for on_existing in ["keep", "update"] {
        known()
            .file("a.csv", refs)
            .args(["import", "a.csv", "--likely", "attach", "--on-existing", on_existing, "-o", "-"])
            .stdout(coded)
            .stderr_like("...\n3 rows: 1 issued, 2 skipped, 2 updated, 2 given a reference\n")
            .run()
            .then()
            .args(["import", "a.csv", "-q", "-o", "-"])
            .stdout(coded)
            .run();
    }
    known()
        .file("a.csv", refs)
        .args(["import", "a.csv", "--likely", "new", "-o", "-"])
        .stdout("ref,name,type,industry,code\nC1,王芳,vip,A,01A0003\nC2,李娜,vip,A,01A0004\nC3,新,vip,A,01A0005\n")
        .stderr_like("...\n3 rows: 3 issued, 2 with the name of another customer\n")
        .run();
}

#[test]
fn two_references_are_two_customers_although_one_is_attached() {
    for on_existing in ["keep", "update"] {
        having("name,type,industry\n王芳,vip,A\n")
            .file("a.csv", "ref,name,type,industry\nC1,王芳,vip,A\nC2,王芳,vip,A\nC1,王芳,vip,A\n")
            .args(["import", "a.csv", "--likely", "attach", "--on-existing", on_existing, "-q", "-o", "-"])
            .stdout("ref,name,type,industry,code\nC1,王芳,vip,A,01A0001\nC2,王芳,vip,A,01A0002\nC1,王芳,vip,A,01A0001\n")
            .run();
    }
}

#[test]
fn who_has_a_reference_of_its_own_is_another_customer() {
    having("ref,name,type,industry\nC1,王芳,vip,A\n")
        .file("a.csv", "ref,name,type,industry\nC2,王芳,vip,A\nC3,王芳,regular,A\n")
        .args(["import", "a.csv"])
        .stderr_like("...\n2 rows: 2 issued, 2 with the name of another customer\n")
        .run();
}

#[test]
fn customers_of_whom_nothing_is_known_are_counted_when_they_get_a_code() {
    let file = "name,type,industry\n甲,vip,A\n,vip,A\n无,vip,A\n";
    company()
        .file("a.csv", file)
        .args(["import", "a.csv", "--partial"])
        .stderr_like("...\n3 rows: 1 issued, 2 rejected\n")
        .status(6)
        .run()
        .then()
        .args(["import", "a.csv", "--nameless"])
        .stderr_like("...\n3 rows: 2 issued, 1 skipped, 2 nameless\n")
        .run()
        .then()
        .args(["import", "a.csv", "--nameless"])
        .stderr_like("...\n3 rows: 0 issued, 3 skipped\n")
        .run();
}

#[test]
fn a_crowd_of_one_name_is_told_apart_by_keys_alone() {
    let crowd = (1..=100).fold(String::new(), |crowd, phone| crowd + &format!("散户,vip,A,{phone}\n"));
    let header = "name,type,industry,phone\n";
    having(&format!("{header}甲,vip,A,\n"))
        .file("a.csv", format!("{header}{crowd}"))
        .args(["import", "a.csv", "-q", "--likely", "new"])
        .run()
        .then()
        .file("b.csv", format!("{header}散户,vip,A,100\n散户,vip,A,101\n"))
        .args(["import", "b.csv", "-q", "--likely", "new", "--partial", "-o", "-"])
        .stdout("name,type,industry,phone,code\n散户,vip,A,100,01A0101\n")
        .stderr(
            "b.csv:3 (row 2): \"散户\" may be any of 01A0002, 01A0003, 01A0004, 01A0005, 01A0006 and 95 more: \
             which customer is it? (its code or reference tells)\n",
        )
        .status(6)
        .run();
}

#[test]
fn a_known_customer_that_the_file_describes_otherwise_is_kept_or_updated_or_refused() {
    let done = having(KNOWN)
        .file("a.csv", "ref,name,type,industry,phone\nCRM:1,华东集团,vip,A,021\n")
        .args(["import", "a.csv"])
        .stderr_like("...\n1 row: 0 issued, 1 skipped, 1 unchanged although the file differs\n")
        .run()
        .then()
        .args(["import", "a.csv", "-q", "--on-existing", "error"])
        .stderr(
            "a.csv:2 (row 1): reference \"CRM:1\" (华东) has code 01A0001 with name \"华东\" (asked: \"华东集团\"), \
             phone none (asked: \"021\")\n",
        )
        .status(1)
        .run()
        .then()
        .args(["import", "a.csv", "--on-existing", "update"])
        .stderr_like("...\n1 row: 0 issued, 1 skipped, 1 updated\n")
        .run();
    assert_eq!(
        ledger(done.then()).lines().nth(1),
        Some("01A0001,CRM:1,华东集团,2026-11-22,vip,manufacturing,,021")
    );
}

#[test]
fn a_reference_that_comes_with_a_known_code_is_not_lost() {
    let done = having(KNOWN)
        .file("a.csv", "ref,code,name,type,industry\nCRM:3,01A0005,华北,,\n")
        .args(["import", "a.csv"])
        .stderr_like("...\n1 row: 0 issued, 1 skipped, 1 updated, 1 given a reference\n")
        .run()
        .then()
        .file("b.csv", "ref,code,name,type,industry\nCRM:3,,华北,vip,A\n")
        .args(["import", "b.csv", "-q", "-o", "-"])
        .stdout("ref,code,name,type,industry\nCRM:3,01A0005,华北,vip,A\n")
        .run();
    assert!(ledger(done.then()).contains("01A0005,CRM:3,华北,"));
}

#[test]
fn a_row_whose_customer_stands_further_down_with_a_reference_has_its_code_in_the_output() {
    let coded = "ref,name,type,industry,code\n,华南,vip,A,01A0001\n,华北,vip,A,01A0002\nR9,华南,vip,A,01A0001\n,华北,vip,A,01A0002\n";
    let done = company()
        .file("a.csv", "ref,name,type,industry\n,华南,vip,A\n,华北,vip,A\nR9,华南,vip,A\n,华北,vip,A\n")
        .args(["import", "a.csv", "-o", "-"])
        .stdout(coded)
        .stderr_like(
            "...\nnote: a.csv: 2 rows are known by their names: row 1 is the customer of row 3, row 4 is the customer of row 2\n...\n\
             4 rows: 2 issued, 2 skipped, 2 known by name alone\n",
        )
        .run()
        .then()
        .args(["import", "a.csv", "-q", "-o", "-"])
        .stdout(coded)
        .run();
    assert_eq!(
        ledger(done.then()),
        "code,ref,name,date,type,industry,region\n\
         01A0001,R9,华南,2026-11-22,vip,manufacturing,\n\
         01A0002,,华北,2026-11-22,vip,manufacturing,\n"
    );
}

#[test]
fn a_row_whose_customer_found_its_scope_full_is_rejected_with_it() {
    company()
        .file("a.csv", customers(100) + ",末\nR9,末\n,末\n")
        .args(["import", "a.csv", "--rule", "hundred", "--partial", "--rejects", "-", "--key", "ref", "-q"])
        .stdout(
            "ref,name,rejected_line,rejected_because\n\
             ,末,102,\"the same customer as row 102, which got no code\"\n\
             R9,末,103,rule hundred has no number left: 100 is the last\n\
             ,末,104,\"the same customer as row 102, which got no code\"\n",
        )
        .stderr_like("...\n")
        .status(6)
        .run();
}
