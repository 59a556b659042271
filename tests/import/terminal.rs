//! On a terminal: a progress bar with rows, rate, rejects and time left; names that cannot play
//! tricks.

use std::fmt::Write as _;

use super::company;

#[test]
fn a_long_run_shows_a_bar_with_rows_rate_rejects_and_time_left() {
    let mut rows = String::from("ref,name,type,industry\nK0,坏,vpi,A\n");
    for row in 1..=1_000_000 {
        let _ = writeln!(rows, "K{row},客户{row},vip,");
    }
    let screen = company().file("a.csv", &rows).args(["import", "a.csv", "--dry-run"]).on_terminal(100);
    let bar = screen
        .split(['\r', '\n'])
        .find(|line| line.contains("rows/s"))
        .unwrap_or_else(|| panic!("no bar: {screen}"));
    for part in ["%", "reading: ", " rows, ", " rows/s, ", "1 rejected", " left"] {
        assert!(screen.contains(part), "{part:?} is missing: {bar}");
    }
    assert!(
        screen.contains("1000001 rows: 0 issued, 1 rejected\n"),
        "{}",
        screen.chars().rev().take(400).collect::<Vec<_>>().iter().rev().collect::<String>()
    );
}

#[test]
fn names_are_made_visible_on_a_terminal_and_raw_in_a_file() {
    let file = "name,type,industry\n\"\u{202e}evil\u{1b}[31m\",vip,A\n";
    let screen = company().file("a.csv", file).args(["import", "a.csv", "-q", "-o", "-"]).on_terminal(100);
    assert_eq!(screen, "name,type,industry,code\n\\u{202e}evil\\u{1b}[31m,vip,A,01A0001\n");
    company()
        .file("a.csv", file)
        .args(["import", "a.csv", "-q", "-o", "-"])
        .stdout("name,type,industry,code\n\u{202e}evil\u{1b}[31m,vip,A,01A0001\n")
        .run();
}
