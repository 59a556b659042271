//! `list`: plain lines in a pipe, a table on a terminal whose columns stand under each other.

use unicode_width::UnicodeWidthStr;

use super::company;
use crate::import::RULES;
use crate::support::Test;

#[test]
fn in_a_pipe_every_customer_is_a_line() {
    company()
        .args(["list"])
        .stdout(
            "X-17\t\t老\\n客户\t2020-01-01\t\t\t\t\n\
             01B0001\tK1\t华东机械有限公司\t2023-10-01\tvip\tservices\t0001\t+8621\n\
             02A0001\tK2\tAcme Co\t2023-10-02\tregular\tmanufacturing\t\t\n\
             01A0001\t\t华南\t2024-01-01\tvip\tmanufacturing\t\t=1+1\n",
        )
        .run();
}

#[test]
fn the_formats_of_files_are_the_same_as_those_of_an_export() {
    for format in ["csv", "jsonl", "json"] {
        let export = company().args(["export", "-q", "--format", format]).stdout_like("...\n").run();
        let text = export.stdout.clone();
        export.then().args(["list", "--format", format]).stdout(&text).run();
    }
}

#[test]
fn on_a_terminal_columns_stand_under_each_other() {
    let screen = company().args(["list", "--type", "vip", "--color", "never"]).on_terminal(120);
    let lines: Vec<_> = screen.lines().collect();
    let [head, first, second, total] = lines[..] else { panic!("{screen}") };
    assert_eq!(total, "2 customers");
    let column = |line: &str, word: &str| line.find(word).map(|place| line[..place].width());
    assert_eq!(column(head, "name"), column(first, "华东机械有限公司"), "{screen}");
    assert_eq!(column(head, "name"), column(second, "华南"), "{screen}");
    for words in [["date", "2023-10-01", "2024-01-01"], ["industry", "services", "manufacturing"]] {
        let places = [column(head, words[0]), column(first, words[1]), column(second, words[2])];
        assert!(places[0].is_some() && places.iter().all(|place| *place == places[0]), "{screen}");
    }
}

#[test]
fn names_cannot_play_tricks_on_a_terminal() {
    let done = Test::new()
        .rules(RULES)
        .args(["new", "--type", "vip", "--name", "\u{1b}[31m华\u{202e}东\\x", "--attr", "note=a\tb\nc"])
        .stdout("01A0001\n")
        .run();
    let screen = done.then().args(["list", "--color", "never"]).on_terminal(120);
    let line = screen.lines().nth(1).unwrap_or_default();
    assert!(line.contains("\\u{1b}[31m华\\u{202e}东\\x "), "{line}");
    assert!(line.contains(" a\\tb\\nc"), "{line}");
}

#[test]
fn nothing_found_is_no_error() {
    company().args(["list", "--name", "nobody"]).run();
}
