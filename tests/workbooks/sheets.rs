//! Which sheet is read, and how it is explained.

use super::{company, having, workbook};

#[test]
fn several_sheets_with_rows_are_asked_about() {
    having("several.xlsx")
        .args(["import", "several.xlsx"])
        .stderr(
            "error: several.xlsx has several sheets with rows: 华东, 华南\n\
             hint: --sheet '华东', --sheet '华南', or --sheet all\n",
        )
        .status(2)
        .run();
    having("several.xlsx")
        .args(["import", "several.xlsx", "--sheet", "华北"])
        .stderr_like("error: several.xlsx has no sheet \"华北\"; with rows: 华东, 华南, 字典\nhint: [..]\n")
        .status(2)
        .run();
}

#[test]
fn a_sheet_is_named() {
    let done = having("several.xlsx")
        .args([
            "import",
            "several.xlsx",
            "--sheet",
            "华南",
            "--type",
            "vip",
            "--set",
            "industry=A",
            "-o",
            "coded.csv",
            "-q",
        ])
        .run();
    assert_eq!(done.folder.read("coded.csv"), "name,ref,城市,code\n广州,S1,穗,01A0001\n深圳,,深,01A0002\n");
}

#[test]
fn all_sheets_are_one_list_with_their_names() {
    let done = having("several.xlsx")
        .args([
            "import",
            "several.xlsx",
            "--sheet",
            "all",
            "-o",
            "coded.csv",
            "--map",
            "type=attribute",
            "--set",
        ])
        .args(["type=vip", "--set", "industry=A"])
        .stderr_like("...\n4 rows: 4 issued\n")
        .run();
    assert_eq!(
        done.folder.read("coded.csv"),
        "ref,name,type,城市,sheet,code\nE1,苏州,vip,,华东,01A0001\nE2,无锡,regular,,华东,01A0002\n\
         S1,广州,,穗,华南,01A0003\n,深圳,,深,华南,01A0004\n"
    );
}

#[test]
fn faults_of_several_sheets_name_each() {
    having("several.xlsx")
        .args(["import", "several.xlsx", "--sheet", "all", "--map", "城市=industry"])
        .stderr_like(
            "...\n\
             several.xlsx, sheet 华南, line 3 (row 3): C3, column 城市: unknown value \"穗\"; [..]\n\
             ...\n\
             several.xlsx, sheet 华南, line 4 (row 4): C4, column 城市: unknown value \"深\"; [..]\n\
             ...\n",
        )
        .status(1)
        .run();
}

#[test]
fn a_workbook_alone_is_explained() {
    having("customers.xlsx")
        .args(["customers.xlsx"])
        .stdout_like("ref\tref\t[..]\t007 · 008 · 009\t[..]\n...\n")
        .stderr_like("customers.xlsx: xlsx, sheet 客户, header in line 1; 3 rows looked at\n...\n")
        .run()
        .then()
        .args(["customers.xlsx", "--json"])
        .stdout_like(
            "...\n[..]\"format\":\"xlsx\"[..]\"header_lines\":[1,1],\"sheets\":[\"客户\"],[..]\n...\n",
        )
        .run();
}

#[test]
fn merged_cells_stop_with_their_address() {
    for (name, range, rows) in [("merged.xlsx", "C2:C4", 3), ("merged.ods", "C2:C3", 2)] {
        let known = if rows == 2 { vec!["--set", "industry=A"] } else { Vec::new() };
        having(name)
            .args(["import", name])
            .stderr(&format!(
                "error: {name}, sheet {}, {range}: merged cells hold one value for several rows or columns\n\
                 hint: --fill-merged takes the value for each of these cells; or unmerge them\n",
                "客户"
            ))
            .status(2)
            .run();
        let done =
            having(name).args(["import", name, "--fill-merged", "-o", "coded.csv", "-q"]).args(known).run();
        let coded = done.folder.read("coded.csv");
        assert_eq!(coded.matches(",vip,").count(), rows, "{coded}");
    }
}

#[test]
fn a_header_that_a_sheet_has_twice_is_two_columns_of_all_sheets() {
    let sheets = [
        ("华东", "name,type,industry,电话,电话\n甲,vip,A,1,2\n"),
        ("华南", "电话,name,type,industry\n3,乙,vip,A\n"),
    ];
    let done = company()
        .file("two.xlsx", workbook(&sheets))
        .args(["import", "two.xlsx", "--sheet", "all", "-o", "coded.csv", "-q"])
        .run();
    assert_eq!(
        done.folder.read("coded.csv"),
        "name,type,industry,电话,电话,sheet,code\n甲,vip,A,1,2,华东,01A0001\n乙,vip,A,3,,华南,01A0002\n"
    );
}
