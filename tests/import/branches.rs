//! Two branches of one company that both number their customers from 1 on.

use crate::support::Test;
use crate::support::ledger::Ledger;

/// The list of a branch: its customers have the numbers 0001 to 2000.
fn list(branch: &str) -> String {
    let rows = (1..=2000).map(|number| format!("{number:04},{branch}第{number}公司,vip\n"));
    format!("客户编号,客户名称,type\n{}", rows.collect::<Vec<_>>().concat())
}

/// The words of an import of a branch's list.
fn import(file: &str) -> [&str; 7] {
    ["import", file, "--map", "客户编号=ref", "--set", "industry=manufacturing", "--quiet"]
}

/// A company that has the customers of Shanghai, with their numbers as references.
fn shanghai() -> Test {
    Test::new()
        .rules(include_str!("../../rules.example.toml"))
        .file("shanghai.csv", list("上海"))
        .file("beijing.csv", list("北京"))
        .args(import("shanghai.csv"))
        .stdout_like("...\n")
        .run()
        .then()
}

#[test]
fn another_list_with_the_same_numbers_overwrites_nobody() {
    let done = shanghai()
        .args(import("beijing.csv"))
        .args(["--on-existing", "update"])
        .stderr_like(
            "error: this looks like another list with the same numbers: 2000 of 2000 customers whose reference or code \
             is known have another name, first row 1: \"北京第1公司\", but reference \"0001\" (上海第1公司) has code 01A0001\n\
             hint: --ref-prefix BJ: keeps its references apart from those of other lists; --yes takes them for the same \
             customers, who were renamed\n",
        )
        .status(4)
        .run()
        .then()
        .args(import("beijing.csv"))
        .args(["--ref-prefix", "BJ:"])
        .stdout_like("...\n")
        .run();
    let ledger = Ledger::sound_in(&done.folder, "two branches");
    assert_eq!((ledger.customers, ledger.references.len()), (4_000, 4_000));
    assert_eq!(ledger.references["0001"], "01A0001");
    assert_eq!(ledger.references["BJ:0001"], "01A2001");
    // The next night all of them are known.
    let done = done
        .then()
        .args(import("beijing.csv"))
        .args(["--ref-prefix", "BJ:", "--on-existing", "update"])
        .stdout_like("...\n")
        .run();
    assert_eq!(Ledger::sound_in(&done.folder, "the next night").customers, 4_000);
}

#[test]
fn a_few_renamed_customers_are_no_other_list() {
    let renamed = list("上海").replace("上海第7公司", "上海第七公司").replace("上海第8公司", "上海第八公司");
    let done = shanghai()
        .file("shanghai.csv", renamed)
        .args(import("shanghai.csv"))
        .args(["--on-existing", "update"])
        .stdout_like("...\n")
        .run();
    assert_eq!(Ledger::sound_in(&done.folder, "two were renamed").customers, 2_000);
}
