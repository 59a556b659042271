//! Derived fields: initials and pinyin initials (助记码) of the customer's name, once and for good.

use crate::support::Test;

const RULES: &str = r#"
custcode = 1
default_rule = "mnemonic"
[fields.initials]
label = "助记码"
text = { width = 4, charset = "letters", pad = "X" }
derive = { from = "name", as = "pinyin" }
[fields.mark]
text = { width = 2, charset = "alphanumeric", pad = "0" }
derive = { from = "short name", as = "initials", drop = ["Group"] }
[rules.mnemonic]
pattern = "{initials}{seq:3}"
[rules.marked]
pattern = "M-{mark}-{seq:3}"
"#;

fn ready() -> Test {
    Test::new().rules(RULES)
}

#[test]
fn the_letters_of_the_name_are_printed_cut_and_filled() {
    let mut test = ready();
    for (name, code) in [
        ("华东机械有限公司", "HDJX001\n"),
        ("重庆银行股份有限公司", "CQYH001\n"),
        ("长沙", "CSXX001\n"),
        ("Müller", "MULL001\n"),
        ("上海华东机械有限公司", "SHHD001\n"),
        ("浩达机械", "HDJX002\n"),
    ] {
        test = test.args(["new", "--name", name]).stdout(code).run().then();
    }
    test.args(["show", "CSXX001", "--format", "table"])
        .stdout_like("...\n  initials  CSXX  助记码: CSXX\n...\n  initials  CSXX\n...\n")
        .run();
}

#[test]
fn radicals_that_documents_copy_for_characters_are_read_at_every_place() {
    let mut test = ready();
    for (name, code) in
        [("正⽅", "ZFXX001\n"), ("⼤⼩", "DXXX001\n"), ("⽅", "FXXX001\n"), ("⾦⽟有限公司", "JYXX001\n")]
    {
        test = test.args(["new", "--name", name]).stdout(code).run().then();
    }
    test.args(["new", "--name", "正⺀"])
        .stderr(
            "error: rule mnemonic: cannot derive initials: character U+2E80 '⺀' at position 2 of the name is a radical, not a character: it has no pinyin\n\
             hint: give the value itself: --set initials=VALUE\n",
        )
        .status(2)
        .run();
}

#[test]
fn a_free_attribute_may_be_the_source() {
    ready()
        .args(["new", "--rule", "marked", "--name", "any", "--attr", "short name=Zürcher Öl Group"])
        .stdout("M-ZO-001\n")
        .run()
        .then()
        .args(["new", "--rule", "marked", "--name", "any"])
        .stderr(
            "error: rule marked: cannot derive mark: there is no short name\n\
             hint: give the value itself: --set mark=VALUE\n",
        )
        .status(2)
        .run();
}

#[test]
fn what_is_given_wins_and_is_filled_alike() {
    ready()
        .args(["new", "--name", "华东机械有限公司", "--set", "initials=ab"])
        .stdout("ABXX001\n")
        .run()
        .then()
        .args(["new", "--set", "initials=ABXX", "--count", "2"])
        .stdout("ABXX002\nABXX003\n")
        .run();
}

#[test]
fn what_gives_no_letter_is_named() {
    ready()
        .args(["new", "--name", "华東カメラ"])
        .stderr(
            "error: rule mnemonic: cannot derive initials: character U+30AB 'カ' at position 3 of the name has no pinyin\n\
             hint: give the value itself: --set initials=VALUE\n",
        )
        .status(2)
        .run()
        .then()
        .args(["new"])
        .stderr(
            "error: rule mnemonic: cannot derive initials: there is no name\n\
             hint: give the value itself: --set initials=VALUE\n",
        )
        .status(2)
        .run()
        .then()
        .args(["new", "--name", "3M", "--json"])
        .stderr_like("[..]\"kind\":\"underivable\"[..]\"details\":{\"rule\":\"mnemonic\",\"field\":\"initials\",[..]\n")
        .status(2)
        .run();
}

#[test]
fn a_renamed_customer_keeps_its_letters_and_its_reference() {
    ready()
        .args(["new", "--name", "华东机械有限公司", "--ref", "CRM:1"])
        .stdout("HDJX001\n")
        .run()
        .then()
        .args(["edit", "HDJX001", "--name", "西南重工有限公司"])
        .stdout_like("name\t[..]\n")
        .run()
        .then()
        .args(["new", "--name", "西南重工有限公司", "--ref", "CRM:1"])
        .stdout("HDJX001\n")
        .run()
        .then()
        .args(["new", "--name", "西南重工有限公司", "--ref", "CRM:1", "--set", "initials=XNZG"])
        .stderr_like("error: reference \"CRM:1\" (西南重工有限公司) has code HDJX001 for initials=HDJX; this request says initials=XNZG\n...\n")
        .status(4)
        .run()
        .then()
        .args(["list"])
        .stdout_like("HDJX001\tCRM:1\t西南重工有限公司\t[..]\tHDJX\t\n")
        .run();
}

#[test]
fn a_file_is_derived_row_by_row() {
    ready()
        .file(
            "c.csv",
            "ref,name,助记码\n1,华东机械有限公司,\n2,重庆长安,CQCA\n3,㐂,\n4,,ABCD\n",
        )
        .args(["import", "c.csv", "--partial", "-o", "out.csv"])
        .stderr_like(
            "...\nc.csv:4 (row 3): column name: rule mnemonic: cannot derive initials: \
             character U+3402 '㐂' at position 1 of the name has no pinyin\n...\n",
        )
        .status(6)
        .run()
        .then()
        .args(["list"])
        .stdout_like("HDJX001\t1\t华东机械有限公司\t[..]\tHDJX\t\nCQCA001\t2\t重庆长安\t[..]\tCQCA\t\nABCD001\t4\t\t[..]\tABCD\t\n")
        .run()
        .then()
        // Renamed in the other system meanwhile: the derived letters were never asked for, the
        // given ones were.
        .file("d.csv", "ref,name,助记码\n1,西南重工,\n2,重庆长安,CQCB\n")
        .args(["import", "d.csv", "--partial"])
        .stderr_like("...\nd.csv:3 (row 2): reference \"2\" (重庆长安) has code CQCA001 for initials=CQCA; this request says initials=CQCB\n...\n")
        .status(6)
        .run();
}

#[test]
fn a_code_from_outside_says_its_letters_itself() {
    ready()
        .args(["new", "--code", "ABCD017", "--name", "华东机械"])
        .stdout("ABCD017\n")
        .run()
        .then()
        .args(["list"])
        .stdout_like("ABCD017\t\t华东机械\t[..]\tABCD\t\n")
        .run();
}
