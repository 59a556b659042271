//! Numbers and the lack of them: scopes that run out, rules that count nothing.

use super::{company, customers, having, ledger};

#[test]
fn a_scope_that_runs_out_writes_nothing() {
    let done = company()
        .file("a.csv", customers(101))
        .args(["import", "a.csv", "--rule", "hundred", "-o", "coded.csv", "-q"])
        .stderr(
            "error: rule hundred has no number left: 100 is the last\n\
             hint: in the rule file, let rule hundred print more digits: \
             seq = { widen = { from = YYYY-MM-DD, to = 4 } }; its old codes stay valid\n",
        )
        .status(4)
        .run();
    assert_eq!(done.folder.names_beside_ledger(), ["a.csv", "rules.toml"]);
    assert_eq!(ledger(done.then()), "code,ref,name,date,type,industry,region\n");
}

#[test]
fn a_dry_run_foretells_that_a_scope_runs_out() {
    company()
        .file("a.csv", customers(101))
        .args(["import", "a.csv", "--rule", "hundred", "--dry-run", "-q"])
        .stderr_like("error: rule hundred has no number left: 100 is the last\n...\n")
        .status(4)
        .run();
}

#[test]
fn a_rule_without_a_sequence_gives_each_combination_to_one_customer() {
    company()
        .file("a.csv", "ref,name,type,region\nK1,甲,vip,0001\nK2,乙,vip,0001\nK3,丙,regular,0001\n")
        .args(["import", "a.csv", "--rule", "single", "-q", "--partial", "-o", "-"])
        .stdout("ref,name,type,region,code\nK1,甲,vip,0001,S0100010\nK3,丙,regular,0001,S0200019\n")
        .stderr(
            "a.csv:3 (row 2): code S0100010 stands in row 1 for reference \"K1\" (甲); this row is reference \"K2\" (乙) \
             (the rule has no sequence: one code for each combination)\n",
        )
        .status(6)
        .run()
        .then()
        .file("b.csv", "ref,name,type,region\nK4,丁,vip,0001\n")
        .args(["import", "b.csv", "--rule", "single", "-q"])
        .stderr(
            "b.csv:2 (row 1): code S0100010 belongs to reference \"K1\" (甲), not to reference \"K4\" (丁) \
             (the rule has no sequence: one code for each combination)\n",
        )
        .status(1)
        .run();
}

#[test]
fn new_customers_go_on_where_the_ledger_stands() {
    having("ref,name,type,industry\nK1,甲,vip,A\nK2,乙,vip,A\n")
        .file("b.csv", "ref,name,type,industry\nK3,丙,vip,A\nK4,丁,regular,A\n")
        .args(["import", "b.csv", "-q", "-o", "-"])
        .stdout("ref,name,type,industry,code\nK3,丙,vip,A,01A0003\nK4,丁,regular,A,02A0001\n")
        .run();
}

#[test]
fn a_scope_near_its_end_is_told() {
    company()
        .file("a.csv", customers(85))
        .args(["import", "a.csv", "--rule", "hundred"])
        .stderr_like("...\nnote: rule hundred has used 85 of 100 numbers (past 80 %); 15 left\n...\n")
        .run();
}
