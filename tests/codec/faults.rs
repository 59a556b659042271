//! What is said about a text that is no code: the segment, the place in characters, what was found,
//! what could stand there.

use custcode::code::{Algorithm, Invalid, Kind, Pattern, Sequence};

use super::*;

/// The fault as `kind offset "found": message`.
fn fault(pattern: &Pattern, code: &str) -> String {
    let fault = pattern.parse(code).expect_err(code);
    assert!(!pattern.matches(code.as_bytes()), "{code}");
    let Invalid { kind, offset, found, .. } = &fault;
    let kind = match kind {
        Kind::Length => "length",
        Kind::Format => "format",
        Kind::Component => "component",
        Kind::CheckDigit => "check digit",
    };
    format!("{kind} {offset} {found:?}: {fault}")
}

fn assert_faults(pattern: &Pattern, faults: &[(&str, &str)]) {
    for (code, expected) in faults {
        assert_eq!(fault(pattern, code), *expected, "{code}");
    }
}

#[test]
fn of_a_graded_code() {
    assert_faults(
        &graded(),
        &[
            ("01X0001", r#"component 2 "X": industry is one of A, B, C"#),
            ("07A0001", r#"component 0 "07": type is one of 01, 02, 03, 04, 05"#),
            ("0１A0001", r#"format 0 "0１": type is one of 01, 02, 03, 04, 05"#),
            ("01-0001", r#"format 2 "-": industry is one of A, B, C"#),
            ("01a0001", r#"format 2 "a": industry is one of A, B, C"#),
            ("01A00O1", r#"format 5 "O": seq is 4 digits"#),
            ("01A0000", r#"component 3 "0000": seq is between 0001 and 9999"#),
            ("01A001", r#"length 6 "": seq is 4 digits"#),
            ("01", r#"length 2 "": industry is one of A, B, C"#),
            ("", r#"length 0 "": type is one of 01, 02, 03, 04, 05"#),
            ("0", r#"length 1 "": type is one of 01, 02, 03, 04, 05"#),
            ("01A00011", r#"length 7 "1": seq is the end of the code"#),
            ("01A0001 ", r#"length 7 " ": seq is the end of the code"#),
            ("客户", r#"format 0 "客户": type is one of 01, 02, 03, 04, 05"#),
            ("01A00客1", r#"format 5 "客": seq is 4 digits"#),
        ],
    );
}

#[test]
fn of_a_dated_code() {
    assert_faults(
        &dated(),
        &[
            ("C20230230-0001", r#"component 1 "20230230": date:%Y%m%d is a date written %Y%m%d"#),
            ("C2023100-10001", r#"format 8 "-": date:%Y%m%d is a date written %Y%m%d"#),
            ("C20231001_0001", r#"format 9 "_": - is the text "-""#),
            ("C20231001", r#"length 9 "": - is the text "-""#),
        ],
    );
    let apart = Pattern::new(vec![day("%Y"), literal("客"), day("%m%d"), seq(sequence(2))]);
    assert_faults(
        &apart,
        &[
            (
                "2023客022901",
                r#"component 5 "0229": date:%m%d is a date written %m%d that agrees with %Y 2023"#,
            ),
            ("2023客023001", r#"component 5 "0230": date:%m%d is a date written %m%d"#),
            ("2023各022801", r#"format 4 "各": 客 is the text "客""#),
        ],
    );
}

#[test]
fn of_a_check_digit() {
    assert_faults(
        &checked(),
        &[
            ("0150014", r#"check digit 6 "4": check is 3"#),
            ("015001O", r#"check digit 6 "O": check is 3"#),
            ("015001-", r#"format 6 "-": check is a check digit out of 0123456789"#),
            ("015001", r#"length 6 "": check is a check digit out of 0123456789"#),
            ("01500133", r#"length 7 "3": check is the end of the code"#),
        ],
    );
    let two = Pattern::new(vec![seq(sequence(7)), check(Algorithm::Mod97_10, &[0])]);
    assert_faults(&two, &[("755801400", r#"check digit 7 "00": check is 97"#)]);

    let spec = CheckSpec { modulus: Some(11), weights: Some(vec![2]), ..CheckSpec::of(Algorithm::Weighted) };
    let checker = Checker::compile(&spec).expect("mod 11");
    let without = Pattern::new(vec![seq(sequence(1)), segment("check", Shape::Check(checker, vec![0]))]);
    assert_faults(&without, &[("64", r#"check digit 1 "4": check is undefined: 6 has no check digit"#)]);
}

#[test]
fn of_a_sequence_with_conditions() {
    let with = |sequence: Sequence| Pattern::new(vec![literal("K"), seq(sequence)]);
    let no_four = Sequence { skip_digits: b"49".to_vec(), max: 800, ..sequence(3) };
    assert_faults(
        &with(no_four),
        &[
            ("K140", r#"component 2 "4": seq is 3 digits without 4, 9"#),
            ("K801", r#"component 1 "801": seq is between 001 and 800"#),
        ],
    );
    let tens = Sequence { start: 5, step: 10, ..sequence(3) };
    assert_faults(&with(tens), &[("K016", r#"component 1 "016": seq is one of 005, 015, 025 …"#)]);
    let letters = Sequence { alphabet: Alphabet::named("letters").expect("known"), ..sequence(2) };
    assert_faults(
        &with(letters),
        &[
            ("KA1", r#"format 2 "1": seq is 2 letters A-Z"#),
            ("KAA", r#"component 1 "AA": seq is between AB and ZZ"#),
        ],
    );
}

#[test]
fn of_free_text_and_long_lists() {
    let regions: Vec<String> = (1..=34).map(|n| format!("{n:02}")).collect();
    let regions: Vec<&str> = regions.iter().map(String::as_str).collect();
    let pattern = Pattern::new(vec![values("region", &regions), text("branch", 1, "alphanumeric")]);
    assert_faults(
        &pattern,
        &[
            ("35A", r#"component 0 "35": region is one of 01, 02, 03, 04, 05, 06 … (34 values)"#),
            ("34a", r#"format 2 "a": branch is 1 digit or letter A-Z"#),
        ],
    );
    let nothing = Pattern::new(vec![values("region", &[])]);
    assert_faults(&nothing, &[("1", r#"format 0 "1": region is nothing: its dictionary is empty"#)]);
}

#[test]
fn of_several_readings_the_furthest_is_told() {
    assert_faults(
        &levels(),
        &[
            // 01 leaves "03999", two too many; no longer class fits.
            ("0103999", r#"length 5 "99": seq is the end of the code"#),
            // 0102 leaves "00A", read further than 01 and "020".
            ("010200A", r#"format 6 "A": seq is 3 digits"#),
            ("03001", r#"component 0 "03": class is one of 01, 0101, 0102, 0102001, 02"#),
        ],
    );
}
