//! Which column means what: usual headers, aliases, `--map`, `--key`, `--set`, and runs that stop
//! until it is said.

use super::{company, having, ledger};

#[test]
fn chinese_headers_are_known_and_shown() {
    let done = company()
        .file(
            "客户.csv",
            "外部编号,客户名称,客户类型,所属行业,发展日期,联系电话\n\
             CRM:1,华东机械有限公司,A类 重点客户,services,2023年10月1日,021-5555\n\
             CRM:2,华南机械有限公司,VIP客户,,2023/10/2,\n",
        )
        .args(["import", "客户.csv"])
        .stderr(
            "外部编号 → ref\n\
             客户名称 → name\n\
             客户类型 → field type\n\
             所属行业 → field industry\n\
             发展日期 → date\n\
             联系电话 → attribute 联系电话\n\
             note: 1 row without industry: taken as manufacturing\n\
             counter graded 01, B: none → 1\n\
             counter graded 01, A: none → 1\n\
             2 rows: 2 issued\n",
        )
        .run();
    assert_eq!(
        ledger(done.then()),
        "code,ref,name,date,type,industry,region,联系电话\n\
         01B0001,CRM:1,华东机械有限公司,2023-10-01,vip,services,,021-5555\n\
         01A0001,CRM:2,华南机械有限公司,2023-10-02,vip,manufacturing,,\n"
    );
}

#[test]
fn english_headers_and_the_names_and_aliases_of_fields_are_known() {
    company()
        .file("customers.csv", "External ID,Customer Name,TYPE,Sector,created_at,客户编码\n")
        .args(["import", "customers.csv"])
        .stderr(
            "External ID → ref\n\
             Customer Name → name\n\
             TYPE → field type\n\
             Sector → field industry\n\
             created_at → date\n\
             客户编码 → code\n\
             0 rows: 0 issued\n",
        )
        .run();
}

#[test]
fn map_names_columns_that_nobody_could_guess() {
    let done = company()
        .file(
            "crm.csv",
            "id,who,grade,branch,since,junk,name,客户级别\n7,华东,vip,B,2024-01-02,x,short,old\n",
        )
        .args(["import", "crm.csv", "--key", "id", "--map", "who=name", "--map", "grade=type"])
        .args(["--map", "branch=industry", "--map", "since=date", "--map", "junk=ignore"])
        .stderr(
            "id → ref\n\
             who → name\n\
             grade → field type\n\
             branch → field industry\n\
             since → date\n\
             junk → nothing\n\
             name → attribute name\n\
             客户级别 → attribute 客户级别\n\
             counter graded 01, B: none → 1\n\
             1 row: 1 issued\n",
        )
        .run();
    assert_eq!(
        ledger(done.then()),
        "code,ref,name,date,type,industry,region,attr:name,attr:客户级别\n\
         01B0001,7,华东,2024-01-02,vip,services,,short,old\n"
    );
}

#[test]
fn a_map_that_fits_nothing_is_taught() {
    let run = |args: [&str; 2], stderr: &str| {
        company()
            .file("crm.csv", "name,type,industry\n")
            .args(["import", "crm.csv"])
            .args(args)
            .stderr(stderr)
            .status(2)
            .run();
    };
    run(["--map", "nmae=ref"], "error: the file has no column \"nmae\"\nhint: did you mean \"name\"?\n");
    run(
        ["--map", "name=industri"],
        "error: --map: \"industri\" is neither code, ref, name, name.given, name.family, date, attribute, ignore nor a field\n\
         hint: did you mean \"industry\"?\n",
    );
    run(
        ["--key", "客户"],
        "error: the file has no column \"客户\"\nhint: the columns are name, type, industry\n",
    );
}

#[test]
fn two_columns_of_one_meaning_stop_the_run() {
    company()
        .file("a.csv", "客户名称,名称,type,industry\n")
        .args(["import", "a.csv"])
        .stderr(
            "error: columns \"客户名称\" and \"名称\" both mean name\n\
             hint: say which is not: --map '名称=attribute'\n",
        )
        .status(2)
        .run()
        .then()
        .file("a.csv", "name,type,industry,备注,attr:备注\n")
        .args(["import", "a.csv"])
        .stderr(
            "error: columns \"备注\" and \"attr:备注\" both mean attribute 备注\n\
             hint: say which is not: --map 'attr:备注=ignore'\n",
        )
        .status(2)
        .run();
}

#[test]
fn a_printed_field_without_a_column_stops_the_run_though_it_has_a_default() {
    company()
        .file("a.csv", "name,type\n华东,vip\n")
        .args(["import", "a.csv"])
        .stderr(
            "name → name\n\
             type → field type\n\
             error: rule graded prints industry, and no column holds it\n\
             hint: --map COLUMN=industry, or --set industry=VALUE for all rows\n",
        )
        .status(2)
        .run()
        .then()
        .args(["import", "a.csv", "--set", "industry=服务", "-q"])
        .stderr("error: industry: unknown value \"服务\"; expected one of manufacturing, services, small-business\n")
        .status(2)
        .run()
        .then()
        .args(["import", "a.csv", "--set", "industry=services", "-o", "-"])
        .stdout("name,type,code\n华东,vip,01B0001\n")
        .stderr(
            "name → name\n\
             type → field type\n\
             industry = services for every row\n\
             counter graded 01, B: none → 1\n\
             1 row: 1 issued\n",
        )
        .run();
}

#[test]
fn a_default_fills_empty_cells_only_and_a_field_without_one_is_missed_row_by_row() {
    company()
        .file("a.csv", "name,type,industry\n华东,vip,\n华南,,services\n")
        .args(["import", "a.csv", "-q", "--partial", "-o", "-"])
        .stdout("name,type,industry,code\n华东,vip,,01A0001\n")
        .stderr("a.csv:3 (row 2): column type: empty; rule graded prints type\n")
        .status(6)
        .run();
}

#[test]
fn a_value_for_all_rows_and_a_column_contradict_each_other() {
    company()
        .file("a.csv", "name,type,industry\n华东,vip,B\n")
        .args(["import", "a.csv", "--set", "industry=A"])
        .stderr(
            "error: industry comes from --set and from column \"industry\"\n\
             hint: drop one of them, or: --map 'industry=attribute'\n",
        )
        .status(2)
        .run();
}

#[test]
fn a_forgotten_column_of_codes_stops_the_run() {
    let done = company()
        .file("a.csv", "name,type,industry,旧号\n华东,vip,A,01A0007\n华南,vip,A,01A0008\n")
        .args(["import", "a.csv", "-q"])
        .stderr(
            "error: column \"旧号\" holds codes of these rules, but is mapped to an attribute\n\
             hint: --map '旧号=code' if these are the customers' codes, else --map '旧号=attribute'\n",
        )
        .status(2)
        .run()
        .then()
        .args(["import", "a.csv", "-q", "--map", "旧号=code", "-o", "-"])
        .stdout("name,type,industry,旧号\n华东,vip,A,01A0007\n华南,vip,A,01A0008\n")
        .run();
    assert_eq!(ledger(done.then()).lines().count(), 3);
}

#[test]
fn other_columns_are_kept_and_come_back() {
    let done = having("name,type,industry, 电话 ,备注\n华东,vip,A,021,  两格  \n华南,vip,A,,\n");
    assert_eq!(
        ledger(done),
        "code,ref,name,date,type,industry,region,电话,备注\n\
         01A0001,,华东,2026-11-22,vip,manufacturing,,021,  两格  \n\
         01A0002,,华南,2026-11-22,vip,manufacturing,,,\n"
    );
}

#[test]
fn a_date_that_could_be_another_day_is_refused() {
    company()
        .file("a.csv", "name,建档日期\n华东,1/10/23\n华南,45200\n华北,2023-02-30\n")
        .args(["import", "a.csv", "--rule", "dated", "-q"])
        .stderr(
            "a.csv:2 (row 1): column 建档日期: \"1/10/23\" is no date; write it as 2023-10-01\n\
             a.csv:3 (row 2): column 建档日期: \"45200\" is no date; write it as 2023-10-01 \
             (a spreadsheet's day number? --date-order serial reads it)\n\
             a.csv:4 (row 3): column 建档日期: \"2023-02-30\" is no day of the calendar\n",
        )
        .status(1)
        .run();
}

#[test]
fn rows_without_a_date_get_the_one_given_or_today() {
    company()
        .file("a.csv", "name,建档日期\n华东,2023-10-01\n华南,\n")
        .args(["import", "a.csv", "--rule", "dated", "-q", "-o", "-"])
        .stdout("name,建档日期,code\n华东,2023-10-01,D20231001-001\n华南,,D20261122-001\n")
        .run()
        .then()
        .file("b.csv", "name\n华北\n")
        .args(["import", "b.csv", "--rule", "dated", "--date", "2024-02-29", "-q", "-o", "-"])
        .stdout("name,code\n华北,D20240229-001\n")
        .run();
}

#[test]
fn a_default_is_said_to_be_taken_only_for_customers_who_take_it() {
    having("ref,name,type,industry\nCRM:1,华东,vip,services\n")
        .file("b.csv", "ref,name,type,industry\nCRM:1,华东,vip,\nCRM:2,华南,vip,\nCRM:2,华南,vip,\n")
        .args(["import", "b.csv"])
        .stderr(
            "ref → ref\n\
             name → name\n\
             type → field type\n\
             industry → field industry\n\
             note: 1 row without industry: taken as manufacturing\n\
             counter graded 01, A: none → 1\n\
             3 rows: 1 issued, 2 skipped\n",
        )
        .run()
        .then()
        .args(["import", "b.csv"])
        .stderr(
            "ref → ref\n\
             name → name\n\
             type → field type\n\
             industry → field industry\n\
             3 rows: 0 issued, 3 skipped\n",
        )
        .run();
}
