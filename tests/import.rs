//! `import`, as people use it: every promise of the command with what it prints, writes and
//! returns.

mod again;
mod all_or_nothing;
mod branches;
mod brought;
mod columns;
mod encodings;
mod foreign;
mod limits;
mod malformed;
mod numbering;
mod output;
mod replay;
mod streams;
mod terminal;
mod who_is_who;

use std::fmt::Write as _;

use crate::support::Test;

/// The rules of these tests.
pub(crate) const RULES: &str = include_str!("import/rules.toml");

/// A company with rules and an empty ledger.
fn company() -> Test {
    Test::new().rules(RULES)
}

/// A company that has imported `content` without a word.
#[track_caller]
fn having(content: &str) -> Test {
    having_imported(content, &[])
}

/// A company that has imported `content` without a word, as `options` say.
#[track_caller]
pub(crate) fn having_imported(content: &str, options: &[&str]) -> Test {
    let test = company().file("before.csv", content).args(["import", "before.csv", "-q"]);
    test.args(options.iter().copied()).run().then()
}

/// A file of so many customers, `ref,name`.
fn customers(rows: usize) -> String {
    (1..=rows).fold(String::from("ref,name\n"), |mut text, row| {
        let _ = writeln!(text, "K{row},客户{row}");
        text
    })
}

/// What an export holds: `code,ref,name,date,type,industry,region` and attributes.
#[track_caller]
fn ledger(test: Test) -> String {
    test.args(["export", "-q"]).stdout_like("...\n").run().stdout
}
