//! Patterns: what they print, what they read back, and what they say about a wrong text.

mod faults;
mod properties;

use custcode::code::{
    Algorithm, Alphabet, CheckSpec, Checker, DateFormat, Pattern, Segment, Sequence, Shape, TextShape,
    Unprintable, ValueSet,
};
use jiff::civil::{Date, date};

const DAY: Date = date(2023, 10, 1);

fn segment(name: &str, shape: Shape) -> Segment {
    Segment { name: name.to_owned(), shape }
}

fn literal(text: &str) -> Segment {
    segment(text, Shape::Literal(text.to_owned()))
}

fn values(name: &str, texts: &[&str]) -> Segment {
    segment(name, Shape::Values(ValueSet::new(texts.iter().map(|&text| text.to_owned()))))
}

fn text(name: &str, width: usize, alphabet: &str) -> Segment {
    let alphabet = Alphabet::named(alphabet).expect(alphabet);
    segment(name, Shape::Text(TextShape { width, alphabet }))
}

fn day(format: &str) -> Segment {
    segment(&format!("date:{format}"), Shape::Date(DateFormat::new(format).expect(format)))
}

/// Decimal, from 1, as far as the width goes.
fn sequence(width: usize) -> Sequence {
    let alphabet = Alphabet::named("decimal").expect("known");
    Sequence { width, alphabet, start: 1, step: 1, max: u64::MAX, skip_digits: Vec::new() }
}

fn seq(sequence: Sequence) -> Segment {
    segment("seq", Shape::Sequence(sequence))
}

fn check(algorithm: Algorithm, over: &[usize]) -> Segment {
    let checker = Checker::compile(&CheckSpec::of(algorithm)).expect("a sound specification");
    segment("check", Shape::Check(checker, over.to_vec()))
}

/// `{type}{industry}{seq:4}`
fn graded() -> Pattern {
    Pattern::new(vec![
        values("type", &["01", "02", "03", "04", "05"]),
        values("industry", &["A", "B", "C"]),
        seq(sequence(4)),
    ])
}

/// `{type.letter}{date:%Y%m%d}-{seq:4}`
fn dated() -> Pattern {
    Pattern::new(vec![values("type.letter", &["C", "B"]), day("%Y%m%d"), literal("-"), seq(sequence(4))])
}

/// `{type}{region}{scale}{check}` with the digit sum's complement.
fn checked() -> Pattern {
    Pattern::new(vec![
        values("type", &["01", "02"]),
        values("region", &["1", "5"]),
        values("scale", &["001", "002", "003"]),
        check(Algorithm::Sum10, &[0, 1, 2]),
    ])
}

/// `{class}{seq:3}`: class codes of 2, 4 and 7 characters.
fn levels() -> Pattern {
    Pattern::new(vec![values("class", &["01", "0101", "0102", "0102001", "02"]), seq(sequence(3))])
}

fn printed(pattern: &Pattern, parts: &[&str], number: u64) -> Result<String, Unprintable> {
    let mut out = "before ".to_owned();
    let result = pattern.print(parts, DAY, number, &mut out);
    let code = out.strip_prefix("before ").expect("appended").to_owned();
    assert!(result.is_ok() || code.is_empty(), "an error leaves nothing behind");
    result.map(|()| code)
}

#[test]
fn the_schemes_of_the_handbook_print_their_codes() {
    assert_eq!(printed(&graded(), &["01", "A", ""], 1).as_deref(), Ok("01A0001"));
    assert_eq!(printed(&dated(), &["C", "", "", ""], 1).as_deref(), Ok("C20231001-0001"));
    assert_eq!(printed(&checked(), &["01", "5", "001", ""], 0).as_deref(), Ok("0150013"));
    assert_eq!(printed(&levels(), &["0102", ""], 7).as_deref(), Ok("0102007"));
}

#[test]
fn a_code_is_read_back_into_its_parts() {
    let parsed = dated().parse("C20231001-0042").expect("a code");
    assert_eq!(parsed.ranges, [0..1, 1..9, 9..10, 10..14]);
    assert_eq!(parsed.number, Some(42));
    let parsed = checked().parse("0150013").expect("a code");
    assert_eq!(parsed.ranges, [0..2, 2..3, 3..6, 6..7]);
    assert_eq!(parsed.number, None);
}

#[test]
fn values_of_several_widths_are_told_apart_by_what_follows() {
    let pattern = levels();
    assert_eq!(pattern.widths(), (5, 10));
    assert_eq!(pattern.parse("01999").expect("two digits").ranges, [0..2, 2..5]);
    assert_eq!(pattern.parse("0101999").expect("four digits").ranges, [0..4, 4..7]);
    assert_eq!(pattern.parse("0102001999").expect("seven digits").ranges, [0..7, 7..10]);
    assert!(pattern.parse("0103999").is_err());
}

#[test]
fn literals_need_not_be_ascii_nor_upper_case() {
    let pattern = Pattern::new(vec![literal("客-v"), day("%Y年"), seq(sequence(2))]);
    assert_eq!(pattern.widths(), (10, 10));
    let code = printed(&pattern, &["", "", ""], 5).expect("printable");
    assert_eq!(code, "客-v2023年05");
    assert_eq!(pattern.parse(&code).expect("a code").number, Some(5));
    assert!(pattern.matches(code.as_bytes()));
    assert!(!pattern.matches("客-V2023年05".as_bytes()), "reading is exact");
    assert!(!pattern.matches("客-V2023年05".as_bytes()[1..].as_ref()), "not even UTF-8");
}

#[test]
fn a_number_that_is_not_the_sequences_prints_nothing() {
    let no_four = Sequence { skip_digits: b"4".to_vec(), max: 90, ..sequence(3) };
    let pattern = Pattern::new(vec![literal("K"), seq(no_four)]);
    assert_eq!(printed(&pattern, &["", ""], 90).as_deref(), Ok("K090"));
    for number in [0, 14, 91, u64::MAX] {
        assert_eq!(printed(&pattern, &["", ""], number), Err(Unprintable::NotInSequence), "{number}");
    }
}

#[test]
fn a_payload_without_check_digit_prints_nothing() {
    let spec =
        CheckSpec { modulus: Some(11), weights: Some(vec![2, 3, 4]), ..CheckSpec::of(Algorithm::Weighted) };
    let checker = Checker::compile(&spec).expect("mod 11");
    let pattern = Pattern::new(vec![seq(sequence(1)), segment("check", Shape::Check(checker, vec![0]))]);
    assert_eq!(printed(&pattern, &["", ""], 5).as_deref(), Ok("51"));
    assert_eq!(printed(&pattern, &["", ""], 6), Err(Unprintable::NoCheckDigit));
    assert!((0..=9).all(|digit| !pattern.matches(format!("6{digit}").as_bytes())));
}

#[test]
fn the_check_digit_may_stand_anywhere_and_leaves_separators_out() {
    let front = Pattern::new(vec![check(Algorithm::Luhn, &[1]), seq(sequence(10))]);
    assert_eq!(printed(&front, &["", ""], 7_992_739_871).as_deref(), Ok("37992739871"));

    // The dash, though listed, is no letter or digit; the lower-case k counts as K; the year is not
    // listed.
    let parts = || vec![literal("k-"), day("%Y"), seq(sequence(3))];
    let of = |over: &[usize]| {
        let pattern = Pattern::new([parts(), vec![check(Algorithm::Mod37_36, over)]].concat());
        printed(&pattern, &["", "", "", ""], 1).expect("printable")
    };
    let own = Checker::compile(&CheckSpec::of(Algorithm::Mod37_36)).expect("known");
    let digit = |payload: &str| {
        let [check, _] = own.compute(payload.as_bytes()).expect("symbols").expect("always one");
        char::from(check)
    };
    assert_eq!(of(&[0, 2]), format!("k-2023001{}", digit("K001")));
    assert_eq!(of(&[2, 0, 1, 1, 3, 99]), format!("k-2023001{}", digit("K2023001")), "order is the pattern's");
}

#[test]
fn one_code_has_one_spelling_of_its_check_characters() {
    let pattern = Pattern::new(vec![seq(sequence(7)), check(Algorithm::Mod97_10, &[0])]);
    assert!(pattern.matches(b"755801497"));
    assert!(!pattern.matches(b"755801400"), "the same remainder, but not what is issued");
    assert!(pattern.parse("755801400").is_err());
}

#[test]
fn nothing_to_sum_has_no_check_digit() {
    let pattern = Pattern::new(vec![literal("-"), check(Algorithm::Damm, &[0])]);
    assert_eq!(printed(&pattern, &["", ""], 0), Err(Unprintable::NoCheckDigit));
    assert!(!pattern.matches(b"-0") && pattern.parse("-0").is_err());
}

#[test]
fn date_segments_must_mean_one_day() {
    let pattern = Pattern::new(vec![day("%Y"), literal("/"), day("%m%d")]);
    assert!(pattern.matches(b"2024/0229"));
    assert!(!pattern.matches(b"2023/0229"));
    let weeks = Pattern::new(vec![day("%G-W%V")]);
    assert!(weeks.matches(b"2020-W53") && !weeks.matches(b"2021-W53"));
}

#[test]
fn a_text_of_many_readings_does_not_take_long() {
    let pair = || values("pair", &["A", "AA"]);
    let pattern = Pattern::new([vec![pair(); 40], vec![literal("B")]].concat());
    assert!(pattern.matches(format!("{}B", "A".repeat(60)).as_bytes()));
    assert!(!pattern.matches("A".repeat(60).as_bytes()));
    assert!(!pattern.matches("A".repeat(1_000_000).as_bytes()));
}

#[test]
fn a_sequence_that_starts_beyond_its_width_takes_nothing() {
    let beyond = Sequence { start: 100, ..sequence(2) };
    let pattern = Pattern::new(vec![seq(beyond)]);
    assert_eq!(pattern.sequence().expect("has one").after(None), None);
    assert!((0..100).all(|n| !pattern.matches(format!("{n:02}").as_bytes())));
}
