//! How many codes a rule has.

use super::words;

const FIELDS: &str = "[fields.type.values]\nvip = { code = \"01\", letter = \"V\" }\nvendor = { code = \"02\", letter = \"V\" }\n\
                      regular = { code = \"03\", letter = \"R\" }\n\
                      [fields.class]\nlevels = [1, 2]\nleaf_only = true\nvalues = { a = \"1\", b = \"101\", c = \"102\", d = \"2\" }\n\
                      [fields.branch]\ntext = { width = 3, charset = \"digits\" }\n";

fn capacity(pattern: &str, options: &str) -> String {
    words(
        &format!(
            "{FIELDS}[rules.r]\npattern = {pattern:?}\n{options}\nallow = [\"no-sequence\", \"weak-check\"]\n"
        ),
        "capacity",
    )
}

#[test]
fn scopes_are_counted_by_what_is_printed() {
    for (pattern, options, said) in [
        ("K{seq:4}", "", "9999 codes in all"),
        ("{type}{seq:2}", "", "99 codes for each type, of which there are 3: 297 in all"),
        ("{type}{seq:2}", "seq = { scope = [] }", "99 codes in all"),
        (
            "{type.letter}{type}{seq:2}",
            "",
            "99 codes for each type.letter and type, of which there are 3: 297 in all",
        ),
        (
            "{type}{type.letter}{seq:2}",
            "seq = { scope = [\"type.letter\"] }",
            "99 codes for each type.letter, of which there are 2: 198 in all",
        ),
        // 101 and 102 lie below 1; class 2 has no sub-class.
        ("K{class@1}{seq:2}", "", "99 codes for each class@1, of which there are 2: 198 in all"),
        ("{branch}-{seq:2}", "", "99 codes for each branch, of which there are 1000: 99 000 in all"),
        ("{type}{class}", "", "one code for each type and class: 9 in all"),
        (
            "{type}-{seq:2}",
            "applies_to = { type = [\"vip\", \"regular\"] }",
            "99 codes for each type, of which there are 2: 198 in all",
        ),
    ] {
        assert_eq!(capacity(pattern, options), said, "{pattern} {options}");
    }
}

#[test]
fn only_values_that_can_be_issued_now_make_scopes() {
    let rules = |pattern: &str| {
        format!(
            "[fields.t.values]\na = {{ code = \"1\", letter = \"X\" }}\nb = \"2\"\n\
             c = {{ code = \"3\", letter = \"Y\", from = 9000-01-01 }}\n[rules.r]\npattern = \"{pattern}\"\n"
        )
    };
    for (pattern, said) in [
        ("{t}{t.letter}{seq:2}", "99 codes for each t and t.letter, of which there are 1: 99 in all"),
        ("{t}{seq:2}", "99 codes for each t, of which there are 2: 198 in all"),
    ] {
        assert_eq!(words(&rules(pattern), "capacity"), said, "{pattern}");
    }
}

#[test]
fn few_numbers_are_not_rounded_to_none() {
    let check = "check = { algorithm = \"weighted\", modulus = 97, weights = [3, 5], symbols = \"01\" }";
    assert_eq!(
        capacity("{branch}{seq:1}{check}", check),
        "about 1 code for each branch, of which there are 1000: about 1000 in all"
    );
}

#[test]
fn dates_make_scopes_of_a_year() {
    for (pattern, said) in [
        ("K{date:%Y}{seq:4}", "9999 codes for each year"),
        ("K{date:%Y%m}{seq:4}", "9999 codes for each month, of which there are 12 a year: 119 988 a year"),
        (
            "{type}{date:%y%j}{seq:2}",
            "99 codes for each type and day, of which there are 1095 a year: 108 405 a year",
        ),
        // A month without a year comes again.
        ("K{date:%m}{seq:4}", "9999 codes for each month, of which there are 12: 119 988 in all"),
        ("K{date:%Y%m%d}", "one code for each day: 365 a year"),
    ] {
        assert_eq!(capacity(pattern, ""), said, "{pattern}");
    }
}

#[test]
fn classes_below_one_that_has_ended_do_not_count() {
    let rules = "[fields.class]\nlevels = [1, 1]\nleaf_only = true\n\
                 values = { a = { code = \"A\", until = 2020-01-01 }, a1 = \"A1\", b = \"B\", b1 = \"B1\" }\n\
                 [rules.r]\npattern = \"{class}{seq:2}\"\n";
    assert_eq!(words(rules, "capacity"), "99 codes for each class, of which there are 1: 99 in all");
}

#[test]
fn numbers_that_are_never_given_do_not_count() {
    let weighted = "check = { algorithm = \"weighted\", modulus = 11, weights = [2, 3, 4, 5], alphabet = \"0123456789\", symbols = \"0123456789\" }";
    for (pattern, options, said) in [
        ("K{seq:4}", "seq = { skip_digits = \"4\" }", "6560 codes in all"),
        ("K{seq:4}", "seq = { start = 5, step = 10, max = 95 }", "10 codes in all"),
        ("K{seq:1}", "seq = { max = 1 }", "1 code in all"),
        ("{seq:2}{check}", weighted, "90 codes in all"),
        // One of nine combinations has no check digit.
        ("{type}{class}{check}", weighted, "at most one code for each type and class: 8 in all"),
        (
            "{branch}{type}{class}{branch}{check}",
            weighted,
            "at most one code for each branch, type and class: 8181 in all",
        ),
        // Every scope leaves out other numbers.
        (
            "{branch}{seq:2}{check}",
            weighted,
            "about 90 codes for each branch, of which there are 1000: about 90 000 in all",
        ),
        ("K{seq:18}", "", "999 999 999 999 999 999 codes in all"),
    ] {
        assert_eq!(capacity(pattern, options), said, "{pattern} {options}");
    }
}
