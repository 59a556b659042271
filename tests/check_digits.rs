//! Check digits: every row of the vectors, published examples, and the traps other libraries fall
//! into.

use custcode::code::check::{Align, CheckSpecError, PayloadError};
use custcode::code::{Algorithm, Alphabet, CheckSpec, Checker};
use proptest::prelude::*;

/// `algorithm,alphabet,weights,payload,check`: 200 rows per case, each computed by two independent
/// programs. `alphabet` is `payload|check symbols`; an empty `check` = no valid one exists.
const VECTORS: &str = include_str!("vectors/check_digits.csv");

fn checker(name: &str) -> Checker {
    let algorithm = Algorithm::from_name(name).unwrap_or_else(|| panic!("unknown algorithm {name}"));
    Checker::compile(&CheckSpec::of(algorithm)).expect(name)
}

fn weighted(modulus: u16, weights: &[u16], align: Align) -> CheckSpec {
    CheckSpec {
        modulus: Some(modulus),
        weights: Some(weights.to_vec()),
        align: Some(align),
        ..CheckSpec::of(Algorithm::Weighted)
    }
}

fn check_of(checker: &Checker, payload: &str) -> Option<String> {
    let check = checker.compute(payload.as_bytes()).expect(payload)?;
    Some(check[..checker.width()].iter().map(|&byte| char::from(byte)).collect())
}

/// The specification that a row of the vectors describes.
fn spec_of(name: &str, alphabet: &str, weights: &str) -> CheckSpec {
    let (payload, symbols) = alphabet.split_once('|').unwrap_or((alphabet, alphabet));
    let payload = Alphabet::new(payload).expect("an alphabet");
    let algorithm = match name {
        "luhn_isin" => Algorithm::Luhn,
        "luhn_mod_n" => Algorithm::LuhnModN,
        "mod97_10_alnum" => Algorithm::Mod97_10,
        "weighted_mod10" | "weighted_mod11" | "weighted_mod11_reject" => Algorithm::Weighted,
        name => Algorithm::from_name(name)
            .or_else(|| Algorithm::from_name(&format!("iso7064-{}", name.replace('_', "-"))))
            .unwrap_or_else(|| panic!("no algorithm for {name}")),
    };
    if algorithm != Algorithm::Weighted {
        return CheckSpec { alphabet: Some(payload), ..CheckSpec::of(algorithm) };
    }
    let (align, weights) = weights.split_once(':').expect("aligned weights");
    let weights: Vec<u16> = weights.split(',').map(|weight| weight.parse().expect("a weight")).collect();
    CheckSpec {
        alphabet: Some(payload),
        symbols: Some(Alphabet::new(symbols).expect("check symbols")),
        ..weighted(
            if name == "weighted_mod10" { 10 } else { 11 },
            &weights,
            if align == "L" { Align::Left } else { Align::Right },
        )
    }
}

#[test]
fn every_row_of_the_vectors_is_right() {
    let mut rows = csv::Reader::from_reader(VECTORS.as_bytes());
    let mut cases: Vec<(String, Checker)> = Vec::new();
    let mut count = 0;
    for row in rows.records() {
        let row = row.expect("a row");
        let case = [&row[0], &row[1], &row[2]].join(" ");
        if cases.last().is_none_or(|(last, _)| *last != case) {
            let checker = Checker::compile(&spec_of(&row[0], &row[1], &row[2])).expect(&case);
            cases.push((case, checker));
        }
        let (case, checker) = cases.last().expect("just pushed");
        let expected = (!row[4].is_empty()).then(|| row[4].to_owned());
        assert_eq!(check_of(checker, &row[3]), expected, "{case}: {}", &row[3]);
        count += 1;
    }
    assert_eq!((count, cases.len()), (6200, 31));
}

#[test]
fn published_examples() {
    let examples = [
        ("sum10", "015001", "3"),
        ("luhn", "7992739871", "3"),
        ("ean", "400638133393", "1"),
        ("damm", "572", "4"),
        ("verhoeff", "236", "3"),
        ("iso7064-mod11-2", "0794", "0"),
        ("iso7064-mod11-2", "079", "X"),
        ("iso7064-mod97-10", "794", "44"),
        ("iso7064-mod1271-36", "ISO79", "3W"),
        ("iso7064-mod11-10", "0794", "5"),
        ("iso7064-mod37-36", "A12425GABC1234002", "M"),
        ("gb11714", "D2143569", "X"),
        ("gb32100", "91350100M000100Y4", "3"),
        ("gb11643", "11010519491231002", "X"),
    ];
    for (name, payload, check) in examples {
        assert_eq!(check_of(&checker(name), payload).as_deref(), Some(check), "{name} of {payload}");
    }
}

#[test]
fn two_check_characters_have_one_spelling() {
    // 97 and 00 leave the same remainder; so do 98 and 01. Only the larger one is issued.
    assert_eq!(check_of(&checker("iso7064-mod97-10"), "7558014").as_deref(), Some("97"));
    assert_eq!(check_of(&checker("iso7064-mod97-10"), "97").as_deref(), Some("98"));
    assert_eq!(check_of(&checker("iso7064-mod661-26"), "MFFTZ").as_deref(), Some("ZL"));
    assert_eq!(check_of(&checker("iso7064-mod1271-36"), "0").as_deref(), Some("ZC"));
}

#[test]
fn a_sum_that_is_a_multiple_of_the_modulus_has_check_zero() {
    assert_eq!(check_of(&checker("sum10"), "000000").as_deref(), Some("0"));
    assert_eq!(check_of(&checker("sum10"), "55").as_deref(), Some("0"));
    assert_eq!(check_of(&checker("luhn"), "0").as_deref(), Some("0"));
    assert_eq!(check_of(&checker("gb11714"), "00000000").as_deref(), Some("0"));
    assert_eq!(check_of(&checker("uscc"), "00000000000000000").as_deref(), Some("0"));
}

#[test]
fn a_value_without_a_symbol_has_no_check_digit() {
    let checker = Checker::compile(&weighted(11, &[2, 3, 4], Align::Right)).expect("mod 11, digits only");
    assert_eq!(check_of(&checker, "5").as_deref(), Some("1"));
    assert_eq!(check_of(&checker, "6"), None, "11 - 12 % 11 = 10 has no digit");
}

#[test]
fn an_empty_or_foreign_payload_is_refused_without_a_panic() {
    for &algorithm in Algorithm::all() {
        let spec = match algorithm {
            Algorithm::Weighted => weighted(10, &[3, 7, 1], Align::Left),
            other => CheckSpec::of(other),
        };
        let checker = Checker::compile(&spec).expect("a sound specification");
        assert_eq!(checker.compute(b""), Err(PayloadError::Empty), "{}", algorithm.name());
        let first = checker.payload().symbols()[0];
        assert_eq!(checker.compute(&[first, b' ']), Err(PayloadError::Symbol(1)), "{}", algorithm.name());
        assert_eq!(checker.compute("１２３Ａ".as_bytes()), Err(PayloadError::Symbol(0)));
        assert_eq!(checker.compute(&[first, first, b'a']), Err(PayloadError::Symbol(2)));
    }
}

#[test]
fn options_that_do_not_fit_are_refused_by_name() {
    let letters = Alphabet::named("letters");
    let plain = |algorithm| CheckSpec::of(algorithm);
    let cases = [
        (plain(Algorithm::Weighted), "modulus: \"weighted\" needs a modulus, e.g. 11"),
        (weighted(1, &[1], Align::Left), "modulus: 1 is not between 2 and 127"),
        (weighted(11, &[], Align::Left), "weights: \"weighted\" needs weights, e.g. [2, 3, 4, 5, 6, 7]"),
        (weighted(11, &[1; 65], Align::Left), "weights: 65 weights; at most 64 are possible"),
        (
            CheckSpec { symbols: letters.clone(), ..weighted(11, &[1], Align::Left) },
            "symbols: 26 check symbols for a modulus of 11",
        ),
        (
            CheckSpec { modulus: Some(11), ..plain(Algorithm::Luhn) },
            "modulus: only \"weighted\" takes it, \"luhn\" does not",
        ),
        (
            CheckSpec { alphabet: letters.clone(), ..plain(Algorithm::Damm) },
            "alphabet: \"damm\" is defined over 0123456789, not over ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ),
        (
            CheckSpec { alphabet: letters, ..plain(Algorithm::Mod97_10) },
            "alphabet: \"iso7064-mod97-10\" is defined over 0123456789 or alphanumeric, not over \
             ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ),
    ];
    for (spec, message) in cases {
        let refused: CheckSpecError = Checker::compile(&spec).expect_err(message);
        assert_eq!(refused.to_string(), message);
    }
}

proptest! {
    /// All but `sum10` and the weighted sums without coprime weights see every single wrong
    /// character.
    #[test]
    fn one_wrong_character_changes_the_check(
        name in prop::sample::select(vec!["luhn", "gs1", "damm", "verhoeff", "iso7064-mod11-2", "iso7064-mod97-10",
            "iso7064-mod11-10", "iso7064-mod37-36", "iso7064-mod1271-36", "uscc", "ric"]),
        payload in "[0-9]{1,20}",
        place in any::<prop::sample::Index>(),
        other in 1u8..10,
    ) {
        let checker = checker(name);
        let place = place.index(payload.len());
        let mut wrong = payload.clone().into_bytes();
        wrong[place] = b'0' + (wrong[place] - b'0' + other) % 10;
        prop_assert_ne!(checker.compute(payload.as_bytes()), checker.compute(&wrong));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        for &algorithm in Algorithm::all() {
            if algorithm != Algorithm::Weighted {
                let _ = Checker::compile(&CheckSpec::of(algorithm)).expect("a sound specification").compute(&bytes);
            }
        }
    }
}
