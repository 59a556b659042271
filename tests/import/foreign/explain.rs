//! `--explain`: how a file is understood, without a ledger and without writing anything.

use serde_json::json;

use super::{counted, explained};
use crate::support::{Folder, Test};

#[test]
fn each_column_is_explained_with_its_cells_and_what_is_odd() {
    let done = counted()
        .file(
            "a.csv",
            "序号,客户编码,*客户名称,建档日期,年销售额(万元),空\n\
             1,k00010,甲公司,2023-10-01,100,\n\
             2,X-17,乙公司,25/12/2023,28,\n\
             3,k00010,丙公司,,7,\n\
             ,,合计,,135,\n",
        )
        .args(["import", "a.csv", "--explain"])
        .stdout(
            "序号\tnothing (row numbers)\ta usual header\t1 · 2 · 3\t\n\
             客户编码\tcode\ta usual header\tk00010 · X-17 · k00010\t1 of 3 cells are no codes of these rules (new codes, the old ones as references: --map '客户编码=ref'); 1 of 3 cells repeat another one\n\
             *客户名称\tname\ta usual header\t甲公司 · 乙公司 · 丙公司\t\n\
             建档日期\tdate\ta usual header\t2023-10-01 · 25/12/2023\t\n\
             年销售额(万元)\tattribute 年销售额(万元)\tno other meaning\t100 · 28 · 7\tthe unit 万元 stays in the header; the numbers are kept as they are\n\
             空\tattribute 空\tno other meaning\t\tno cell has any content\n",
        )
        .stderr(
            "a.csv: csv, utf-8, delimiter comma, header in line 1; 4 rows looked at\n\
             note: column 建档日期: dates are read as dmy: \"25/12/2023\" can only be day first\n\
             note: line 5 (row 4) is a total, no customer: \"合计\"; --keep-totals numbers it\n",
        )
        .run();
    done.then().args(["list"]).run();
}

#[test]
fn a_file_alone_is_explained_and_ends_as_its_import_would() {
    counted()
        .file("a.csv", "Customer ID,First Name,Last Name\n'901,Jo,Sample\n'902,Al,Tester\n")
        .args(["a.csv", "-q"])
        .stdout(
            "Customer ID\tattribute Customer ID\tno other meaning\t'901 · '902\tlooks like what the customers are known by; 2 of 2 cells begin with marks of text, ' or =\"\n\
             First Name\tname.given\ta usual header\tJo · Al\t\n\
             Last Name\tname.family\ta usual header\tSample · Tester\t\n",
        )
        .stderr(
            "error: column \"Customer ID\" looks like what the customers are known by, and no column is mapped to code or ref\n\
             hint: new codes, the old ones as references: --map 'Customer ID=ref'; or --key none (known by name), --map 'Customer ID=attribute' (no identifiers)\n",
        )
        .status(2)
        .run()
        .then()
        .args(["a.csv", "-q", "--key", "Customer ID"])
        .stdout_like("Customer ID\tref\tas told\t[..]\n...\n")
        .run();
}

#[test]
fn programs_get_words_that_stay() {
    let told = explained("Schuldner,Ort,旧号\nAlpha,Bonn,K00012\n", 2);
    assert_eq!(told["format"], "csv");
    assert_eq!(told["encoding"], "utf-8");
    assert_eq!(told["rows_seen"], 1);
    assert_eq!(told["stops"]["kind"], "unmapped-codes");
    let column = json!({
        "column": "旧号",
        "means": "attribute",
        "name": "旧号",
        "why": "no-other-meaning",
        "cells": ["K00012"],
        "odd": [
            { "kind": "holds-codes", "cells": 1, "text": "1 of 1 cells read as codes of these rules" },
        ],
    });
    assert_eq!(told["columns"][2], column);
}

#[test]
fn no_ledger_is_needed_and_none_is_made() {
    let folder = Folder::sqlite();
    folder.write("rules.toml", "custcode = 1\n[rules.customer]\npattern = \"K{seq:5}\"\n");
    folder.write("a.csv", "name\nA\n");
    let before = folder.names();
    let done = Test::within(folder)
        .args(["import", "a.csv", "--explain", "-q"])
        .stdout("name\tname\ta usual header\tA\t\n")
        .run();
    assert_eq!(done.folder.names(), before);
}
