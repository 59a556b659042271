//! `export` and `list`: which customers, in which form, and back again without a difference.

mod columns;
mod list;
mod round_trips;

use crate::import::having_imported;
use crate::support::Test;

/// A company with four customers.
#[track_caller]
fn company() -> Test {
    having_imported(
        "code,ref,name,date,type,industry,region,电话\n\
             ,K1,华东机械有限公司,2023-10-01,vip,B,0001,+8621\n\
             ,K2,Acme Co,2023-10-02,regular,,,\n\
             ,,华南,2024-01-01,vip,A,,=1+1\n\
             X-17,,\"老\n客户\",2020-01-01,,,,\n",
        &["--legacy"],
    )
}

#[test]
fn an_export_has_every_customer_in_order_of_issue() {
    company()
        .args(["export"])
        .stdout(
            "code,ref,name,date,type,industry,region,电话\n\
             X-17,,\"老\n客户\",2020-01-01,,,,\n\
             01B0001,K1,华东机械有限公司,2023-10-01,vip,services,0001,+8621\n\
             02A0001,K2,Acme Co,2023-10-02,regular,manufacturing,,\n\
             01A0001,,华南,2024-01-01,vip,manufacturing,,'=1+1\n",
        )
        .stderr("4 customers\n")
        .run();
}

#[test]
fn formulas_are_neutralised_unless_the_export_is_raw() {
    company()
        .args(["export", "--name", "华南", "--raw", "-q"])
        .stdout(
            "code,ref,name,date,type,industry,region,电话\n01A0001,,华南,2024-01-01,vip,manufacturing,,=1+1\n",
        )
        .run()
        .then()
        .args(["export", "--name", "华南", "--format", "jsonl", "-q"])
        .stdout(
            "{\"code\":\"01A0001\",\"ref\":null,\"name\":\"华南\",\"date\":\"2024-01-01\",\"type\":\"vip\",\
             \"industry\":\"manufacturing\",\"region\":null,\"电话\":\"=1+1\"}\n",
        )
        .run();
}

#[test]
fn filters_choose_customers() {
    let codes = |args: &[&str], expected: &str| {
        let done = company()
            .args(["export", "-q", "--format", "csv"])
            .args(args.iter().copied())
            .stdout_like("...\n")
            .run();
        let codes: Vec<_> = done
            .stdout
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(','))
            .map(|(code, _)| code)
            .collect();
        assert_eq!(codes.join(" "), expected, "{args:?}");
    };
    codes(&["--type", "vip"], "01B0001 01A0001");
    codes(&["--type", "VIP客户", "--where", "industry=B"], "01B0001");
    codes(&["--where", "电话==1+1"], "01A0001");
    codes(&["--since", "2023-10-02"], "02A0001 01A0001");
    codes(&["--since", "2023-10-01", "--until", "2023-10-02"], "01B0001 02A0001");
    codes(&["--name", "Acme Co"], "02A0001");
    codes(&["--type", "vip", "--limit", "1"], "01B0001");
    codes(&["--name", "nobody"], "");
}

#[test]
fn a_filter_that_names_nothing_is_taught() {
    company()
        .args(["export", "--where", "industri=B"])
        .stderr("error: no field \"industri\" is declared in the rule file\nhint: did you mean industry?\n")
        .status(2)
        .run()
        .then()
        .args(["export", "--type", "vpi"])
        .stderr_like(
            "error: type: unknown value \"vpi\"; expected [..]\nhint: did you mean vip? --type vip\n",
        )
        .status(2)
        .run();
}

#[test]
fn the_file_is_whole_or_absent_and_its_name_tells_the_format() {
    let done = company()
        .args(["export", "--type", "regular", "-o", "regular.json"])
        .stderr("1 customer in regular.json\n")
        .run();
    assert_eq!(
        done.folder.read("regular.json"),
        "{\"schema\":1,\"rows\":[\n\
         {\"code\":\"02A0001\",\"ref\":\"K2\",\"name\":\"Acme Co\",\"date\":\"2023-10-02\",\"type\":\"regular\",\
         \"industry\":\"manufacturing\",\"region\":null,\"电话\":null}\n]}\n"
    );
    done.then()
        .args(["export", "-o", "nowhere/all.csv"])
        .stderr_like("error: could not write nowhere/all.csv: no file can be made in nowhere: [..]\n")
        .status(3)
        .run();
}

#[test]
fn an_export_writes_files_only() {
    company()
        .args(["export", "--format", "table"])
        .stderr(
            "error: export writes csv, jsonl or json\nhint: custcode list writes tables and plain lines\n",
        )
        .status(2)
        .run();
}
