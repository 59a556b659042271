//! Codes that a spreadsheet took for numbers.

use crate::support::Test;

const RULES: &str = "custcode = 1\n\
    [fields.type.values]\nvip = \"01\"\nreg = \"02\"\n\
    [rules.customer]\npattern = \"{type}{seq:4}\"\n";
const FILE: &str = "客户编码,客户名称,type\n10001,甲公司,01\n10002,乙公司,1\n20001,丙公司,2\n";

#[test]
fn lost_zeros_are_named_and_given_back_when_asked_to() {
    let test = Test::new()
        .rules(RULES)
        .file("a.csv", FILE)
        .args(["import", "a.csv", "-q"])
        .stderr_like(
            "a.csv:2 (row 1): column 客户编码: 10001 [..]; leading zeros seem lost: 010001, as --repair reads it; --legacy keeps it all the same\n\
             a.csv:3 (row 2): column type: unknown value \"1\"; a leading zero seems lost: 01, as --repair reads it\n\
             ...\n",
        )
        .status(1)
        .run()
        .then();
    test.args(["import", "a.csv", "--repair", "-o", "-"])
        .stdout("客户编码,客户名称,type\n010001,甲公司,01\n010002,乙公司,1\n020001,丙公司,2\n")
        .stderr_like("...\nnote: leading zeros were given back to 5 cells (--repair)\n...\n3 rows: 0 issued, 3 registered\n")
        .run();
}

#[test]
fn a_number_is_the_same_with_and_without_its_zeros() {
    Test::new()
        .rules("custcode = 1\n[rules.customer]\npattern = \"{seq:10}\"\nseq = { start = 100000, max = 199999 }\n")
        .file(
            "a.csv",
            "KUNNR;NAME1;ORT01\n0000100012;Alpha GmbH;Bonn\n0000100013;Beta GmbH;Bonn\n100014;Gamma GmbH;Bonn\n;Delta GmbH;Bonn\n",
        )
        .args(["import", "a.csv", "-q", "--repair", "-o", "-"])
        .stdout(
            "KUNNR;NAME1;ORT01\n0000100012;Alpha GmbH;Bonn\n0000100013;Beta GmbH;Bonn\n0000100014;Gamma GmbH;Bonn\n0000100015;Delta GmbH;Bonn\n",
        )
        .run();
}
