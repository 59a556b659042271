//! Dictionaries of a hundred thousand values: every mistake is named by its line, also at the end
//! and also when there are many.

use std::fmt::Write;

use custcode::rule::{Bundle, Diagnostics, Origin, ProvedBook};

/// Rows of the file; its last line is one more, as the header has a line.
const ROWS: usize = 100_000;

fn load(row: impl Fn(usize) -> String) -> Result<ProvedBook, Diagnostics> {
    let mut csv = "key,code,label,aliases,from,until\n".to_owned();
    for number in 1..=ROWS {
        let _ = writeln!(csv, "{}", row(number));
    }
    let rules = "[fields.town]\nvalues_from = \"towns.csv\"\n[rules.r]\npattern = \"{town:6}{seq:4}\"\n";
    let files = [("rules.toml", rules.to_owned()), ("towns.csv", csv)];
    let files = files.map(|(name, text)| (name.to_owned(), text)).into();
    ProvedBook::load(Bundle::new(Origin::Ledger, files))
}

fn good(number: usize) -> String {
    format!("town-{number},{number:06},镇 {number},别名{number},,")
}

#[test]
fn a_hundred_thousand_values_are_read_and_proved() {
    let book = load(good).unwrap_or_else(|findings| panic!("{}", findings.render(false)));
    let town = book.field("town").expect("declared");
    assert_eq!(town.values.len(), ROWS);
    for spelling in ["town-100000", "100000", "镇 100000", "别名100000", "TOWN-100000"] {
        assert_eq!(town.resolve(spelling).expect(spelling), "town-100000");
    }
}

#[test]
fn mistakes_near_the_end_have_their_line_and_caret() {
    let findings = load(|number| match number {
        99_998 => "town-99998,镇九,x,,,".to_owned(),
        99_999 => "town-99999,000007,x,,,".to_owned(),
        100_000 => "town-100000,100000,x,,,2024-13-01".to_owned(),
        _ => good(number),
    })
    .expect_err("three mistakes");
    assert_eq!(findings.positions(), [(99_999, 12), (100_000, 12), (100_001, 24)]);
    assert_eq!(
        findings.render(false),
        "error[bad-code]: \"镇九\" cannot be printed as a code
     --> towns.csv:99999:12
      |
99999 | town-99998,镇九,x,,,
      |            ^^^^ '镇' cannot stand in a code
      |
      = help: a code has ASCII letters, digits and signs

error[overlapping-values]: code \"000007\" of town-99999 names town-7 as well
      --> towns.csv:100000:12
       |
100000 | town-99999,000007,x,,,
       |            ^^^^^^ one spelling must name one value of town
       |
       = note: town-7 has the code \"000007\"

error[wrong-type]: \"2024-13-01\" is no date
      --> towns.csv:100001:24
       |
100001 | town-100000,100000,x,,,2024-13-01
       |                        ^^^^^^^^^^
       |
       = help: write dates as 2024-01-31

"
    );
}

#[test]
fn as_many_mistakes_as_rows_are_all_named() {
    let findings = load(|number| format!("town-{number},Nr {number},x{number},,,")).expect_err("blanks");
    let positions = findings.positions();
    assert_eq!(positions.len(), ROWS + 1);
    assert!(positions.contains(&(100_001, 13)));
    assert!(findings.render(false).ends_with("... and 99901 more\n"));
}
