//! Export → import into an empty ledger → export gives the same bytes, in every format.

use proptest::prelude::*;

use crate::import::RULES;
use crate::support::{Folder, Test};

const FORMATS: [&str; 3] = ["csv", "jsonl", "json"];

#[track_caller]
fn export(folder: &Folder, name: &str) -> Vec<u8> {
    let output = folder.custcode(["export", "-q", "--force", "-o", name]).output().expect("custcode starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(folder.path(name)).expect("the export")
}

/// Brings the customers of `folder` into an empty ledger in every format, and compares what comes
/// out of it.
#[track_caller]
fn comes_back(folder: &Folder) {
    for format in FORMATS {
        let name = format!("export.{format}");
        let first = export(folder, &name);
        let again = Folder::new();
        again.write("rules.toml", RULES);
        again.init();
        again.write(&name, &first);
        let args = ["import", &name, "-q", "--legacy", "--allow-jump"];
        let output = again.custcode(args).output().expect("custcode starts");
        let text = String::from_utf8_lossy(&first);
        assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
        let second = export(&again, &name);
        assert!(first == second, "{format}:\n{text}\n{}", String::from_utf8_lossy(&second));
    }
}

#[test]
fn attributes_of_every_kind_come_back() {
    let attributes = |pairs: &[&str]| {
        pairs.iter().flat_map(|pair| ["--attr".to_owned(), (*pair).to_owned()]).collect::<Vec<_>>()
    };
    let first = attributes(
        &["z=1", "a=2", "type=of house", "code=01A0001", "客户名称=x", "attr:ref=7", "=odd=1"][..6],
    );
    let second = attributes(&[
        "a==1+1",
        "空= 两格 ",
        "rejected_line=3",
        "parent=01A0001",
        "quote='=1",
        "lines=a\nb\rc\td\"e,f",
        "name=another",
        "Ref=R",
        "code_state=void",
        "attr:attr:x=1",
        "industry=none",
    ]);
    let done = Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--name", "华东", "--ref=-1"].map(str::to_owned))
        .args(first)
        .stdout("01A0001\n")
        .run()
        .then()
        .args(
            ["new", "--type", "regular", "--set", "industry=services", "--set", "region=0042"]
                .map(str::to_owned),
        )
        .args(second)
        .stdout("02B0001\n")
        .run()
        .then()
        .args(["new", "--code", "=X-1", "--legacy", "--name", "老 客户"])
        .stdout("=X-1\n")
        .run()
        .then()
        .args(["new", "--code", "01b9000", "--allow-jump"])
        .stdout("01B9000\n")
        .run();
    comes_back(&done.folder);
    let header = done.folder.read("export.csv");
    assert_eq!(
        header.lines().next(),
        Some(
            "code,ref,name,date,type,industry,region,z,a,attr:type,attr:code,attr:客户名称,attr:attr:ref,\
             空,attr:rejected_line,parent,quote,lines,attr:name,attr:Ref,attr:code_state,attr:attr:attr:x,\
             attr:industry"
        )
    );
}

#[test]
fn an_empty_ledger_comes_back() {
    comes_back(&Test::new().rules(RULES).args(["list"]).run().folder);
}

#[test]
fn a_selection_comes_back_with_all_its_columns() {
    let done = Test::new()
        .rules(RULES)
        .file("a.csv", "name,type,industry,甲,乙\n一,vip,A,1,\n二,regular,A,,2\n")
        .args(["import", "a.csv", "-q"])
        .run()
        .then()
        .args(["export", "--type", "regular", "-q", "-o", "b.csv"])
        .run();
    let text = done.folder.read("b.csv");
    let again = Test::new().rules(RULES).file("b.csv", &text).args(["import", "b.csv", "-q"]).run();
    again.then().args(["export", "-q"]).stdout(&text).run();
}

/// A cell as people, spreadsheets and attackers fill it.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-z]{1,6}",
        "[华东机械有限公司]{1,8}",
        "'{0,2}[=+@-][0-9A-Z(]{1,4}",
        "[ ,;\"'\t\n\\\\]{1,5}",
        "0[1-2][AB][0-9]{4}",
        any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

/// A customer: brought code or none, reference, name, type, industry, attributes.
fn customer() -> impl Strategy<Value = (bool, bool, String, bool, Vec<String>)> {
    (any::<bool>(), any::<bool>(), cell(), any::<bool>(), proptest::collection::vec(cell(), 3))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_customers_come_back(customers in proptest::collection::vec(customer(), 1..12)) {
        let lines: Vec<String> = customers
            .iter()
            .enumerate()
            .map(|(place, (legacy, known, name, vip, attributes))| {
                serde_json::json!({
                    "code": legacy.then(|| format!("={place}-旧")),
                    "ref": known.then(|| format!("+{place}")),
                    "name": name,
                    "type": if *vip { "vip" } else { "regular" },
                    "industry": null,
                    "b": attributes[0],
                    "a": attributes[1],
                    "attr:date": attributes[2],
                })
                .to_string()
            })
            .collect();
        let folder = Folder::new();
        folder.write("rules.toml", RULES);
        folder.init();
        folder.write("in.jsonl", lines.join("\n"));
        let args = ["import", "in.jsonl", "-q", "--legacy", "--nameless", "--likely", "new", "--map", "a=attribute", "--map", "b=attribute"];
        let output = folder.custcode(args).output().expect("custcode starts");
        prop_assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        comes_back(&folder);
    }
}
