//! `find`: customers by code, reference, parts of names, initials, telephone and other attributes.

use crate::import::having_imported;
use crate::support::Test;

/// Customers in several states: X-17, 01A0001 to 01A0003, 02A0001.
#[track_caller]
fn company() -> Test {
    having_imported(
        "code,ref,name,date,type,industry,电话,税号\n\
             ,K1,华东机械有限公司,2023-10-01,vip,A,010-6262 7788,91310000MA1FL0001X\n\
             ,K2,Acme (Shanghai) Co,2023-10-02,regular,A,+86 138 0013 8000,\n\
             ,,上海华东电子,2024-01-01,vip,A,,\n\
             ,K10,长城制造,2024-02-01,vip,A,021-1001,\n\
             X-17,,老客户,2020-01-01,,,,\n",
        &["--legacy"],
    )
}

/// What a search prints: of each line the code, the state and what matched.
#[track_caller]
fn finds(text: &str, expected: &[&str]) {
    let status = i32::from(expected.is_empty());
    let like = if expected.is_empty() { "" } else { "...\n" };
    let done = company().args(["find", "-q", text]).stdout_like(like).status(status).run();
    let lines = done.stdout.lines().map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        format!("{} {} {}", cells[0], cells[1], cells[5])
    });
    assert_eq!(lines.collect::<Vec<_>>(), expected, "{text}");
}

#[test]
fn a_code_or_a_reference_finds_its_customer_alone() {
    finds("01a0001", &["01A0001 active code"]);
    finds("０１Ａ０００１", &["01A0001 active code"]);
    finds("x–17", &["X-17 active code"]);
    finds("K1", &["01A0001 active ref K1"]);
    finds("ref:K1", &["01A0001 active ref K1"]);
}

#[test]
fn the_closest_come_first() {
    finds("华东", &["01A0001 active name", "01A0002 active name"]);
    finds("华东机械有限责任公司", &["01A0001 active name"]);
    finds("k", &["01A0001 active ref K1", "02A0001 active ref K2", "01A0003 active ref K10"]);
    finds("acme co", &["02A0001 active name"]);
    finds("ＡＣＭＥ", &["02A0001 active name"]);
    finds("客", &["X-17 active name"]);
    finds("东机", &["01A0001 active name"]);
    finds("1001", &["01A0003 active 电话 021-1001"]);
    finds(
        "A000",
        &["01A0001 active code", "02A0001 active code", "01A0002 active code", "01A0003 active code"],
    );
}

#[test]
fn initials_digits_and_other_attributes_are_found() {
    finds("hdjx", &["01A0001 active initials"]);
    finds("HD", &["01A0001 active initials", "01A0002 active initials"]);
    finds("cczz", &["01A0003 active initials"]);
    finds("01062627788", &["01A0001 active 电话 010-6262 7788"]);
    finds("6262 7788", &["01A0001 active 电话 010-6262 7788"]);
    finds("13800138000", &["02A0001 active 电话 +86 138 0013 8000"]);
    finds("+86 138 0013", &["02A0001 active 电话 +86 138 0013 8000"]);
    finds("91310000ma1fl", &["01A0001 active 税号 91310000MA1FL0001X"]);
    finds("nobody", &[]);
}

#[test]
fn an_attribute_with_a_quote_or_a_backslash_is_found() {
    company()
        .args(["edit", "01A0001", "--attr", "note=C:\\x \"y\"", "-q"])
        .stdout_like("...")
        .run()
        .then()
        .args(["find", "-q", "C:\\X \"Y"])
        .stdout_like("01A0001\tactive\t[..]\n")
        .run();
}

#[test]
fn all_states_are_found_and_marked() {
    company()
        .args(["void", "01A0002", "--reason", "twice", "-q"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["edit", "01A0001", "--name", "东方机械", "-q"])
        .stdout_like("...\n")
        .run()
        .then()
        .args(["find", "华东"])
        .stdout(
            "01A0001\tactive\t东方机械\tK1\t2023-10-01\tformer name 华东机械有限公司\n\
             01A0002\tvoid\t上海华东电子\t\t2024-01-01\tname\n",
        )
        .stderr("2 customers\n")
        .run();
}

#[test]
fn who_was_erased_is_found_by_the_code_only() {
    let erased = || {
        company()
            .args(["erase", "01A0001", "--reason", "asked for", "--yes", "-q"])
            .stdout_like("...\n")
            .run()
            .then()
    };
    for text in ["华东机械", "ref:K1", "hdjx", "6262 7788", "91310000"] {
        erased().args(["find", text, "-q"]).status(1).run();
    }
    erased().args(["find", "01A0001", "-q"]).stdout("01A0001\terased\t\t\t2023-10-01\tcode\n").run();
}

#[test]
fn what_is_beyond_the_limit_is_counted() {
    company()
        .args(["find", "A000", "--limit", "1"])
        .stdout("01A0001\tactive\t华东机械有限公司\tK1\t2023-10-01\tcode\n")
        .stderr("… 3 more\n")
        .run()
        .then()
        .args(["find", "A000", "--limit", "1", "--json"])
        .stdout(
            "{\"schema\":1,\"customers\":[{\"code\":\"01A0001\",\"state\":\"active\",\"name\":\"华东机械有限公司\",\
             \"refs\":[\"K1\"],\"date\":\"2023-10-01\",\"matched\":{\"how\":\"part\",\"what\":\"code\",\"text\":\"01A0001\"}}],\
             \"total\":4,\"more\":3}\n",
        )
        .stderr("{\"schema\":1,\"status\":\"… 3 more\"}\n")
        .run()
        .then()
        .args(["find", "6262 7788", "--format", "jsonl", "-q"])
        .stdout_like("[..]\"matched\":{\"how\":\"attribute\",\"what\":{\"attribute\":\"电话\"},\"text\":\"010-6262 7788\"}}\n")
        .run()
        .then()
        .args(["find", "nobody"])
        .stderr("no customer was found\n")
        .status(1)
        .run()
        .then()
        .args(["find", " "])
        .stderr("error: there is nothing to look for\n")
        .status(2)
        .run();
}
