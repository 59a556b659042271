//! Dates of other systems: an order that a cell tells or somebody says, days that spreadsheets
//! count, times with an offset.

use super::counted;
use crate::support::Test;

/// Rules whose codes tell the month, in Shanghai.
fn monthly() -> Test {
    Test::new()
        .rules("custcode = 1\ntimezone = \"Asia/Shanghai\"\n[rules.m]\npattern = \"M{date:%Y%m}-{seq:3}\"\n")
}

#[test]
fn one_cell_tells_the_order_of_all() {
    for (content, order, first) in [
        ("Name,Customer since\nA,03/04/2023\nB,25/12/2023\n", "dmy", "\"25/12/2023\" can only be day first"),
        (
            "Name,Customer since\nA,03/04/2023\nB,12/25/2023\n",
            "mdy",
            "\"12/25/2023\" can only be month first",
        ),
    ] {
        let done = monthly()
            .file("a.csv", content)
            .args(["import", "a.csv", "-o", "-"])
            .stdout_like(&format!(
                "Name,Customer since,code\nA,03/04/2023,M20230{}-001\nB,[..]/2023,M202312-001\n",
                if order == "dmy" { 4 } else { 3 }
            ))
            .stderr_like(&format!(
                "...\nnote: column Customer since: dates are read as {order}: {first}\n...\n"
            ))
            .run();
        drop(done);
    }
}

#[test]
fn an_order_that_no_cell_tells_is_asked_for() {
    let test = monthly()
        .file("a.csv", "NAME1,ERDAT\nA,03.04.2023\nB,04.04.2023\n")
        .args(["import", "a.csv", "-q", "--partial"])
        .stderr(
            "error: column \"ERDAT\": \"03.04.2023\" could be day first or month first, and no cell tells which\n\
             hint: --date-order dmy if the day comes first, --date-order mdy if the month does\n",
        )
        .status(2)
        .run()
        .then();
    let test = test
        .args(["import", "a.csv", "-q", "--date-order", "dmy", "-o", "-"])
        .stdout("NAME1,ERDAT,code\nA,03.04.2023,M202304-001\nB,04.04.2023,M202304-002\n")
        .run()
        .then();
    test.file("b.csv", "Name,Created\nA2,25/12/2023\nB2,12/25/2023\n")
        .args(["import", "b.csv", "-q"])
        .stderr(
            "error: column \"Created\": \"25/12/2023\" can only be day first, \"12/25/2023\" only month first\n\
             hint: write them alike; or --date-order dmy or mdy, and the others are rejected\n",
        )
        .status(2)
        .run();
}

#[test]
fn days_that_a_spreadsheet_counts_are_read_when_asked_to() {
    let test = monthly()
        .file("a.csv", "Name,Created\nA,45200\nB,45231.5\n")
        .args(["import", "a.csv", "-q"])
        .stderr(
            "error: column \"Created\" has numbers such as \"45200\", as spreadsheets count days\n\
             hint: --date-order serial, or serial-1904 for workbooks that count from 1904\n",
        )
        .status(2)
        .run()
        .then();
    test.args(["import", "a.csv", "-q", "--date-order", "serial", "-o", "-"])
        .stdout("Name,Created,code\nA,45200,M202310-001\nB,45231.5,M202311-001\n")
        .run();
}

#[test]
fn a_time_with_an_offset_is_a_day_of_the_rules_time_zone() {
    monthly()
        .file(
            "a.csv",
            "Name,CreatedDate\n\
             Night Ltd,2023-06-30T20:00:00.000Z\n\
             Night2 Ltd,2023-06-30T20:00:00.000+0000\n\
             US Ltd,2023-06-30T23:00:00-07:00\n\
             plain,2023-06-30 23:59:59\n",
        )
        .args(["import", "a.csv", "-o", "b.csv"])
        .stderr(
            "Name → name\n\
             CreatedDate → date\n\
             note: column CreatedDate: 3 times with an offset from UTC: the days are those of Asia/Shanghai\n\
             counter m 202307: none → 3\n\
             counter m 202306: none → 1\n\
             4 rows: 4 issued\n",
        )
        .run()
        .then()
        .args(["export", "-q"])
        .stdout(
            "code,ref,name,date\n\
             M202307-001,,Night Ltd,2023-07-01\n\
             M202307-002,,Night2 Ltd,2023-07-01\n\
             M202307-003,,US Ltd,2023-07-01\n\
             M202306-001,,plain,2023-06-30\n",
        )
        .run();
}

#[test]
fn equal_faults_are_one_message() {
    let rows: String =
        (1..=40).map(|row| format!("N{row},2023-13-{:02}\n", row % 20 + 1)).collect::<Vec<_>>().concat();
    let content = format!("name,date\n{rows}");
    let test = counted()
        .file("a.csv", &content)
        .args(["import", "a.csv", "-q"])
        .stderr(
            "a.csv:2 (row 1): column date: \"2023-13-02\" is no day of the calendar \
             (40 rows are so: 1, 2, 3, 4, 5 …; --rejects FILE has them all)\n",
        )
        .status(1)
        .run()
        .then();
    let done = test
        .args(["import", "a.csv", "--json", "--rejects", "b.csv"])
        .stdout_like("...\n")
        .stderr_like(
            "{\"schema\":1,\"rejected\":\"a.csv:2 (row 1): [..]\",\"count\":40,\"rows\":[1,2,3,4,5]}\n...\n",
        )
        .status(1)
        .run();
    assert_eq!(done.folder.read("b.csv").lines().count(), 41);
}
