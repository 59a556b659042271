//! No number is spent on a file that is not understood: nothing that tells customers apart, codes
//! or identifiers that nobody mapped, and row numbers, which are neither.

use std::fmt::Write as _;

use super::counted;
use crate::support::Test;

/// Imports `content`, also with `--partial`, and expects a refusal that leaves the ledger alone.
#[track_caller]
fn refused(test: Test, content: &str, args: &[&str], stderr: &str) -> Test {
    let run = |test: Test| {
        test.file("a.csv", content)
            .args(["import", "a.csv", "-q"])
            .args(args.iter().copied())
            .stderr(stderr)
            .status(2)
    };
    let done = run(test).run().then();
    let done = run(done).args(["--partial"]).run().then();
    done.args(["list"]).run().then()
}

#[test]
fn nothing_that_tells_customers_apart_stops_the_run() {
    let test = refused(
        counted(),
        "Schuldner,Ort\nAlpha GmbH,Bonn\nBeta GmbH,Köln\n",
        &[],
        "error: no column of a.csv is known to hold names, references or codes, so nothing tells its customers apart: Schuldner, Ort\n\
         hint: --map 'Schuldner=name'; --nameless if customers without any of these are meant\n",
    );
    let test = test
        .args(["import", "a.csv", "-q", "--map", "Schuldner=name", "-o", "-"])
        .stdout("Schuldner,Ort,code\nAlpha GmbH,Bonn,K00001\nBeta GmbH,Köln,K00002\n")
        .run()
        .then();
    test.file("b.csv", "Stadt\nUlm\n")
        .args(["import", "b.csv", "-q", "--nameless", "-o", "-"])
        .stdout("Stadt,code\nUlm,K00003\n")
        .run();
}

#[test]
fn a_title_above_the_header_is_no_customer() {
    let _ = refused(
        counted(),
        "Customer report\nPrinted 2026-11-27\nName;Phone\nAlpha;1\n",
        &[],
        "error: the header of a.csv seems to be in line 3 (Name, Phone), not in line 1 (Customer report)\n\
         hint: --header 3; --header 1 if that is the header\n",
    );
}

#[test]
fn the_refusal_is_told_to_programs() {
    let done = counted()
        .file("a.csv", "Schuldner,Ort\nAlpha GmbH,Bonn\n")
        .args(["import", "a.csv", "--json"])
        .stderr_like("[..]\"kind\":\"no-identity\"[..]\n")
        .status(2)
        .run();
    done.then()
        .args(["import", "a.csv", "--json"])
        .stderr_like(
            "[..]\"columns\":[{\"header\":\"Schuldner\",\"cells\":[\"Alpha GmbH\"]},{\"header\":\"Ort\",\"cells\":[\"Bonn\"]}][..]\n",
        )
        .status(2)
        .run();
}

#[test]
fn identifiers_that_nobody_mapped_stop_the_run() {
    for (header, cells) in [
        ("Customer ID", ["'9013808660771", "'9013808660772", "'9013808660780"]),
        ("客户id", ["001", "002", "003"]),
        ("id", ["98938", "48308", "17"]),
        ("Id", ["001A00000a", "001A00000b", "001A00000c"]),
        ("旧系统", ["KH-1001", "KH-1002", "KH-1007"]),
    ] {
        let rows: String = cells
            .iter()
            .zip(["甲", "乙", "丙"])
            .map(|(id, name)| format!("{id},{name}\n"))
            .collect::<Vec<_>>()
            .concat();
        let mut test = refused(
            counted(),
            &format!("{header},name\n{rows}"),
            &[],
            &format!(
                "error: column \"{header}\" looks like what the customers are known by, and no column is mapped to code or ref\n\
                 hint: new codes, the old ones as references: --map '{header}=ref'; or --key none (known by name), --map '{header}=attribute' (no identifiers)\n"
            ),
        );
        for way in [&["--key", "none"][..], &["--map", &format!("{header}=attribute")], &["--key", header]] {
            let rehearsal = ["import", "a.csv", "-q", "--dry-run"];
            test = test.args(rehearsal).args(way.iter().copied()).run().then();
        }
    }
}

#[test]
fn numbers_of_other_things_are_no_identifiers() {
    for (header, cells) in [
        ("电话", ["13812345678", "13912345678", "13712345678"]),
        ("Kontakt", ["+49 351 1234", "+49 351 1235", "+49 351 9236"]),
        ("身份证号", ["11010519491231002X", "110105194912310038", "110105194912310054"]),
        ("税号", ["91350100M000100Y43", "91350100M000100Y44", "91350100M000100Y45"]),
        ("邮编", ["100000", "200000", "310000"]),
        ("ZIP Code", ["01067", "80331", "50667"]),
        ("银行账号", ["6222020200011111111", "6222020200011111112", "6222020200011111113"]),
        ("Email", ["a@x.com", "b@x.com", "c@x.com"]),
        ("Geburtstag", ["1980-01-02", "1981-02-03", "1982-03-04"]),
        ("年销售额", ["100", "28", "3500"]),
        ("Punkte", ["17", "4", "9"]),
        ("成立时间", ["2001", "2002", "2003"]),
        ("甲", ["华东", "华南", "华北"]),
    ] {
        let rows: String = cells
            .iter()
            .zip(["甲", "乙", "丙"])
            .map(|(cell, name)| format!("{name},{cell}\n"))
            .collect::<Vec<_>>()
            .concat();
        counted()
            .file("a.csv", format!("name,{header}\n{rows}"))
            .args(["import", "a.csv"])
            .stderr(&format!(
                "name → name\n{header} → attribute {header}\ncounter customer: none → 3\n3 rows: 3 issued\n"
            ))
            .run();
    }
}

#[test]
fn row_numbers_are_said_and_not_kept() {
    for (header, cells) in [
        ("序号", ["1", "2", "3"]),
        ("#", ["7", "12", "15"]),
        ("id", ["1", "2", "3"]),
        ("No.", ["0", "1", "2"]),
    ] {
        let rows: String = cells
            .iter()
            .zip(["甲", "乙", "丙"])
            .map(|(cell, name)| format!("{cell},{name}\n"))
            .collect::<Vec<_>>()
            .concat();
        counted()
            .file("a.csv", format!("{header},name\n{rows}"))
            .args(["import", "a.csv"])
            .stderr(&format!(
                "{header} → nothing (row numbers)\nname → name\ncounter customer: none → 3\n3 rows: 3 issued\n"
            ))
            .run()
            .then()
            .args(["export", "-q"])
            .stdout("code,ref,name,date\nK00001,,甲,2026-11-22\nK00002,,乙,2026-11-22\nK00003,,丙,2026-11-22\n")
            .run();
    }
}

#[test]
fn row_numbers_are_references_only_for_who_insists() {
    let file = "序号,name\n1,甲\n2,乙\n3,丙\n";
    for how in [["--key", "序号"], ["--map", "序号=ref"]] {
        let test = refused(
            counted(),
            file,
            &how,
            "error: column \"序号\" counts the rows of this list; as references its numbers would make row 1 of another list the same customer\n\
             hint: add --yes\n",
        );
        test.args(["import", "a.csv", "-q", "--yes"])
            .args(how)
            .run()
            .then()
            .args(["export", "-q"])
            .stdout("code,ref,name,date\nK00001,1,甲,2026-11-22\nK00002,2,乙,2026-11-22\nK00003,3,丙,2026-11-22\n")
            .run();
    }
}

#[test]
fn a_column_that_stops_counting_was_no_row_number() {
    let mut file = String::from("id,name\n");
    for row in 1..=700 {
        let id = if row == 650 { 900 } else { row };
        writeln!(file, "{id},客户{row}").expect("memory");
    }
    let _ = refused(
        counted(),
        &file,
        &[],
        "error: column \"id\" counts the first rows and then does not: line 651 has \"900\", so it may be what customers are known by\n\
         hint: --map 'id=ref' for references, --map 'id=ignore' to leave it out\n",
    );
}

#[test]
fn a_column_of_codes_is_asked_about_however_it_is_called_and_spelled() {
    let asked = |header: &str| {
        format!(
            "error: column \"{header}\" holds codes of these rules, but is mapped to an attribute\n\
             hint: --map '{header}=code' if these are the customers' codes, else --map '{header}=attribute'\n"
        )
    };
    for (header, codes) in [
        ("No.", ["K00010", "K00020", "K00025"]),
        ("#", ["k00010", "k00011", "x"]),
        ("Bemerkung", ["K00010", "", "alt"]),
        ("Telefon", ["Ｋ０００１０", "K 00011", "K-00012"]),
        ("id", ["\"=\"\"K00010\"\"\"", "'K00011", "?"]),
    ] {
        let rows: String = codes
            .iter()
            .zip(["甲", "乙", "丙"])
            .map(|(code, name)| format!("{code},{name}\n"))
            .collect::<Vec<_>>()
            .concat();
        let _ = refused(counted(), &format!("{header},name\n{rows}"), &[], &asked(header));
    }
}

#[test]
fn a_part_of_a_column_is_enough_to_ask() {
    for foreign in [9, 15, 60] {
        let mut file = String::from("No.,Name\n");
        for row in 0..100 {
            let code = if row < foreign { format!("ALT-{row}") } else { format!("K{:05}", row + 10) };
            writeln!(file, "{code},Customer {row}").expect("memory");
        }
        let _ = refused(
            counted(),
            &file,
            &[],
            "error: column \"No.\" holds codes of these rules, but is mapped to an attribute\n\
             hint: --map 'No.=code' if these are the customers' codes, else --map 'No.=attribute'\n",
        );
    }
}

#[test]
fn digits_are_codes_only_where_the_header_says_so() {
    let rules = "custcode = 1\n[rules.customer]\npattern = \"{seq:6}\"\nseq = { start = 100000 }\n";
    let company = || Test::new().rules(rules);
    company()
        .file("a.csv", "name,邮编,年龄\n甲,100000,17\n乙,200000,18\n丙,310000,40\n")
        .args(["import", "a.csv", "-q", "-o", "-"])
        .stdout("name,邮编,年龄,code\n甲,100000,17,100000\n乙,200000,18,100001\n丙,310000,40,100002\n")
        .run();
    let _ = refused(
        company(),
        "编号,name\n100007,甲\n100008,乙\n",
        &[],
        "error: column \"编号\" holds codes of these rules, but is mapped to an attribute\n\
         hint: --map '编号=code' if these are the customers' codes, else --map '编号=attribute'\n",
    );
}
