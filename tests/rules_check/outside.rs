//! What happens to codes in spreadsheets, in the eyes of people, in other systems.

use super::{findings, words};

/// Kinds and words about one rule.
fn outside(top: &str, pattern: &str, options: &str) -> Vec<String> {
    let fields = "[fields.kind.values]\na = \"1\"\nb = \"02\"\n[fields.month.values]\nx = \"FEB\"\ny = \"MAR\"\n\
                  [fields.mix.values]\na = \"0A\"\nb = \"OA\"\nc = \"B1\"\nd = \"8l\"\n\
                  [fields.free]\ntext = { width = 2, charset = \"alphanumeric\" }\n";
    let rule = format!(
        "{top}{fields}[rules.r]\npattern = {pattern:?}\n{options}\nallow = [\"no-sequence\", \"weak-check\"]\n"
    );
    let rows = findings(&rule, "in the field").into_iter();
    rows.filter(|[_, level, ..]| level == "risk")
        .map(|[_, _, kind, words]| format!("{kind}: {words}"))
        .collect()
}

#[test]
fn what_excel_does_is_shown_with_a_code_of_the_rule() {
    for (pattern, options, said) in [
        ("0{kind}{seq:3}", "", "leading-zeros: Excel drops leading zeros: 01001 becomes 1001"),
        // Only one of the values begins with a zero.
        ("{kind}{seq:3}", "", "leading-zeros: Excel drops leading zeros: 02001 becomes 2001"),
        (
            "1{seq:11}",
            "",
            "long-number: Excel shows 100000000001 as 1E+11, and saves only that in a CSV file",
        ),
        ("12{seq:14}", "", "long-number: Excel keeps 15 digits: 1200000000000001 becomes 1200000000000000"),
        ("1E{seq:3}", "", "scientific: Excel takes 1E001 for the number 1E+1"),
        ("1e{seq:2}", "", "scientific: Excel takes 1e01 for the number 1E+1"),
        (
            "7{seq:3}",
            "seq = { alphabet = \"0123456789E\" }",
            "scientific: Excel takes 70E0 for the number 70E+0",
        ),
        ("{seq:1}.{kind}0", "", "decimal: Excel takes 1.10 for a number and drops its outer zeros"),
        ("{month}-{seq:2}", "", "date: Excel takes FEB-01 for a date"),
        ("{date:%m}/{date:%d}", "", "date: Excel takes 11/22 for a date"),
        ("{date:%Y-%m-%d}", "", "date: Excel takes 2026-11-22 for a date"),
        ("{seq:2}-{kind}", "", "date: Excel takes 01-1 for a date"),
        ("{seq:2}:30", "", "date: Excel takes 01:30 for a time"),
        // The free text before the minus sign can be digits and an E.
        ("{free}-{seq:3}", "", "scientific: Excel takes 0E-001 for the number 0E-1"),
        ("-{seq:4}A", "", "formula: Excel takes -0001A for a formula, because it begins with -"),
    ] {
        let all = outside("", pattern, options);
        assert!(all.iter().any(|one| one == said), "{pattern}: {all:?}");
    }
}

#[test]
fn what_cannot_happen_is_not_said() {
    for (pattern, options) in [
        ("K{seq:20}".replace("20", "18").as_str(), ""),
        ("1{seq:6}", ""),
        ("{date:%Y}{seq:4}", ""),
        // From 2010 on no year of two digits begins with a zero.
        ("{date:%y}{seq:4}", ""),
        ("1E{seq:3}", "seq = { start = 308 }"),
        ("{date:%Y}-{seq:4}", "seq = { start = 13 }"),
        ("13-{seq:2}", "seq = { start = 13 }"),
    ] {
        assert_eq!(outside("", pattern, options), Vec::<String>::new(), "{pattern} {options}");
    }
}

#[test]
fn a_check_digit_can_keep_a_code_from_being_a_number() {
    // The letter stands where the check digit is: some codes have one, and those that have none are
    // numbers.
    let checked = outside("", "0{seq:3}{check}", "check = { algorithm = \"iso7064-mod37-36\" }");
    assert!(checked[0].starts_with("leading-zeros: Excel drops leading zeros: 0"), "{checked:?}");
    let code: String = checked[0].chars().filter(char::is_ascii_digit).take(5).collect();
    assert_eq!(code.len(), 5, "{checked:?}");
}

#[test]
fn look_alikes_are_pairs_of_codes() {
    let said = outside("", "{mix}-{seq:3}", "");
    assert_eq!(
        said[0],
        "look-alike: 0/O look alike in the mix: 0A-001 read as OA-001; both are codes of this rule"
    );
    let checked = outside("", "{mix}-{seq:3}{check}", "check = { algorithm = \"iso7064-mod37-36\" }");
    assert!(checked[0].starts_with("look-alike: 0/O look alike in the mix: 0A-001"), "{checked:?}");
    assert!(checked[0].ends_with("; the check digit tells them apart"), "{checked:?}");
    // Modulo 8 a zero and an O (24) are the same.
    let weak = "check = { algorithm = \"weighted\", modulus = 8, weights = [1], symbols = \"01234567\" }";
    let missed = outside("", "{mix}-{seq:3}{check}", weak);
    assert!(missed[0].ends_with("; the check digit does not tell them apart"), "{missed:?}");
    let free = outside("", "{free}K{seq:3}", "");
    assert_eq!(
        free[0],
        "look-alike: 0/O, 1/I, 8/B, 5/S, 2/Z look alike in the free: 00K001 read as O0K001; both are codes of this rule"
    );
    let letters =
        outside("", "K{seq:3}", "seq = { alphabet = \"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ\", max = 60 }");
    assert_eq!(
        letters[0],
        "look-alike: 0/O, 1/I, 8/B, 5/S, 2/Z look alike in the number: K010 read as K01O; both are codes of this rule"
    );
    assert!(
        outside("", "K{seq:3}", "seq = { alphabet = \"0123456789ABCDEFGHJKMNPQRTUVWXY\" }")
            .iter()
            .all(|one| one.contains("8/B"))
    );
}

#[test]
fn named_targets_have_limits_and_it_is_said_which_are_verified() {
    let top = "targets = [\"sap\", \"u8\", \"bc\"]\n";
    assert_eq!(
        outside(top, "K{seq:10}", ""),
        ["target: SAP (KUNNR) holds 10 characters (not verified), and K0000000001 has 11"]
    );
    assert_eq!(
        outside(top, "K{date:%Y%m%d}-{seq:12}", ""),
        [
            "target: SAP (KUNNR) holds 10 characters (not verified), and K20261122-000000000001 has 22",
            "target: 用友 U8 (cCusCode) holds 20 characters (not verified), and K20261122-000000000001 has 22",
            "target: Business Central (No., Code[20]) holds 20 characters (verified), and K20261122-000000000001 has 22",
        ]
    );
    assert_eq!(
        outside(top, "k{seq:4}", ""),
        [
            "lower-case: prints lower-case letters, which some systems make capitals: k0001 becomes K0001",
            "target: SAP (KUNNR) keeps capitals only (not verified): k0001 becomes K0001",
            "target: Business Central (No., Code[20]) keeps capitals only (not verified): k0001 becomes K0001",
        ]
    );
    assert_eq!(outside(top, "K{seq:6}", ""), Vec::<String>::new());
}

#[test]
fn without_a_check_digit_a_slip_is_another_customer() {
    let none = |pattern: &str| {
        words(&format!("[rules.r]\npattern = {pattern:?}\nallow = [\"no-sequence\"]\n"), "check digit")
    };
    assert_eq!(none("K{seq:3}"), "none: K002 mistyped for K001 is another customer's code");
    assert_eq!(none("K{date:%Y}"), "none: a mistyped code may be another customer's");
}
