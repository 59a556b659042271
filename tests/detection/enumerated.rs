//! The rates that a rule is said to have, against every code of the rule with every error, judged
//! as
//! `validate` does.

use std::collections::BTreeSet;

use custcode::code::{Pattern, Shape};
use custcode::report::check_digit::{TypingError, report};
use custcode::rule::{Bundle, Origin, ProvedBook};
use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::counted::{counted, texts};

/// A rule of this pattern with these options; `None` where it is refused.
fn loaded(pattern: &str, options: &str) -> Option<ProvedBook> {
    let text = format!(
        "custcode = 1\ntimezone = \"UTC\"\n\
         [fields.type]\nvalues = {{ vip = \"01\", regular = \"02\", prospect = \"10\", personal = \"23\" }}\n\
         [fields.grade]\nvalues = {{ gold = \"A\", plain = \"K\", none = \"1\" }}\n\
         [fields.word]\nvalues = {{ one = \"7\", two = \"12\", three = \"A5\", four = \"21\" }}\n\
         [fields.sign]\nvalues = {{ none = \"1.\", one = \".2\", two = \"31\", three = \"4\" }}\n\
         [rules.r]\npattern = \"{pattern}\"\n{options}\nallow = [\"no-sequence\", \"weak-check\"]\n"
    );
    ProvedBook::load(Bundle::new(Origin::Ledger, vec![("rules.toml".to_owned(), text)])).ok()
}

fn book(pattern: &str, options: &str) -> ProvedBook {
    loaded(pattern, options).unwrap_or_else(|| panic!("{pattern} {options} is refused"))
}

/// Every text of a segment; of dates, those of a hundred years.
fn all(shape: &Shape) -> Vec<String> {
    match shape {
        Shape::Literal(text) => vec![text.clone()],
        Shape::Values(values) => values.texts().to_vec(),
        Shape::Text(text) => texts(text.alphabet.symbols(), text.width),
        Shape::Check(checker, _) => texts(checker.symbols().symbols(), checker.width()),
        Shape::Sequence(sequence) => {
            let print = |number: u64| {
                let mut text = String::new();
                sequence.print(number, &mut text);
                text
            };
            let numbers = std::iter::successors(sequence.after(None), |last| sequence.after(Some(*last)));
            numbers.map(print).collect()
        }
        Shape::Date(format) => {
            let days = date(2000, 1, 1).series(1.day()).take_while(|day| day.year() < 2100);
            let print = |day| {
                let mut text = String::new();
                format.print(day, &mut text);
                text
            };
            days.map(print).collect::<BTreeSet<String>>().into_iter().collect()
        }
    }
}

/// Every code, and the characters that are typed by mistake.
fn codes(pattern: &Pattern) -> (Vec<String>, Vec<u8>) {
    let longer = |codes: Vec<String>, texts: Vec<String>| -> Vec<String> {
        codes.iter().flat_map(|code| texts.iter().map(move |text| format!("{code}{text}"))).collect()
    };
    let texts = pattern.segments().iter().map(|segment| all(&segment.shape));
    let mut codes = texts.fold(vec![String::new()], longer);
    codes.retain(|code| pattern.matches(code.as_bytes()));
    let (_, checker, _) = pattern.check().expect("a check digit");
    let alphabets = [checker.payload().symbols(), checker.symbols().symbols()].concat();
    // A sign where other codes have a letter or digit can be typed like them.
    let is_typed = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'.';
    let shown = codes.iter().flat_map(|code| code.bytes()).filter(is_typed);
    let typed: BTreeSet<u8> = shown.chain(alphabets).collect();
    (codes, typed.into_iter().collect())
}

/// Per cent caught, as a report rounds it.
fn percent((all, missed): (u128, u128)) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let share = 100.0 - 100.0 * missed as f64 / all as f64;
    let rounded = (share * 100.0).round() / 100.0;
    (all > 0).then_some(match missed {
        0 => 100.0,
        _ if missed == all => 0.0,
        _ => rounded.clamp(0.01, 99.99),
    })
}

/// The rates that the rule is said to have are those of its codes; the reason where it has none.
fn judged(text: &str, options: &str) -> Option<&'static str> {
    let book = book(text, options);
    let rule = &book.rules()[0];
    let report = report(rule).expect("a check digit");
    if report.not_computed.is_some() {
        let unsaid = report.rates.iter().all(|rate| rate.in_rule.is_none());
        assert!(unsaid, "{text}: {report:?}");
        return report.not_computed;
    }
    let (codes, typed) = codes(&rule.pattern);
    let counted = counted(&codes, |_| typed.clone(), |code| rule.pattern.matches(code.as_bytes()));
    for (error, tally) in TypingError::ALL.into_iter().zip(counted) {
        let rate = report.rates.iter().find(|rate| rate.error == error).and_then(|rate| rate.in_rule);
        assert_eq!(rate, percent(tally), "{text} {options}: {error:?} {tally:?}");
    }
    None
}

fn is_exact(text: &str, options: &str) {
    assert_eq!(judged(text, options), None, "{text} {options}");
}

#[test]
fn numbers_that_are_not_all_used_are_counted_as_they_are() {
    for check in ["luhn", "verhoeff", "damm", "iso7064-mod97-10"] {
        let check = format!("check = {{ algorithm = \"{check}\" }}");
        is_exact("{type}{seq:2}{check}", &check);
        is_exact("{seq:3}{check}", &format!("seq = {{ max = 220, skip_digits = \"4\" }}\n{check}"));
        is_exact("{seq:3}{check}", &format!("seq = {{ start = 7, step = 9 }}\n{check}"));
    }
    let weighted =
        "check = { algorithm = \"weighted\", modulus = 11, weights = [2, 3], symbols = \"0123456789\" }";
    is_exact("{type}{seq:2}{check}", weighted);
}

#[test]
fn dates_are_counted_as_the_calendar_has_them() {
    for check in ["luhn", "verhoeff", "iso7064-mod11-10"] {
        let check = format!("check = {{ algorithm = \"{check}\" }}");
        is_exact("{date:%m%d}{check}", &check);
        is_exact("{check}{date:%j}{type}", &check);
    }
    is_exact("{date:%y%m}-{check}", "check = { algorithm = \"gs1\" }");
}

#[test]
fn dictionaries_are_counted_by_their_texts() {
    for check in ["iso7064-mod37-36", "luhn-mod-n"] {
        let check = format!("check = {{ algorithm = \"{check}\" }}");
        is_exact("{word}{seq:1}{check}", &check);
        is_exact("{type}{seq:1}{check}{grade}", &check);
        is_exact("{grade}-{type}{check}{seq:1}", &check);
    }
    is_exact("{type}{seq:1}{grade}{check}", "check = { algorithm = \"damm\", over = [\"seq\"] }");
}

#[test]
fn what_hangs_together_is_not_computed() {
    let check = "check = { algorithm = \"iso7064-mod37-36\" }";
    let is_said = |pattern: &str, reason: &str| assert_eq!(judged(pattern, check), Some(reason), "{pattern}");
    is_said("{type}{seq:2}-{type}{check}", "two parts of the codes print the same field or the date");
    is_said("{date:%m}{seq:2}{date:%d}{check}", "two parts of the codes print the same field or the date");
    is_said("{date:%Y%V}{seq:2}{check}", "the parts of the date depend on each other");
    is_said("{word}{seq:2}{sign}{check}", "two parts of the codes vary in length");
}

/// Up to three parts in any order and a check digit among them.
fn any_rule() -> impl Strategy<Value = (String, String)> {
    let parts = ["{type}", "{grade}", "{word}", "{sign}", "{seq:1}", "{date:%V}", "-", "K"];
    let parts = subsequence(parts.to_vec(), 1..=3).prop_shuffle();
    let checks = [
        "sum10",
        "luhn",
        "luhn-mod-n",
        "gs1",
        "damm",
        "verhoeff",
        "iso7064-mod11-2",
        "iso7064-mod97-10",
        "iso7064-mod37-36",
        "luhn\", alphabet = \"alphanumeric",
        "iso7064-mod97-10\", alphabet = \"alphanumeric",
    ];
    let sequences =
        ["", "seq = { max = 6 }", "seq = { start = 1, step = 3 }", "seq = { skip_digits = \"45\" }"];
    (parts, 0..4_usize, select(checks.to_vec()), select(sequences.to_vec())).prop_map(
        |(mut parts, place, check, sequence)| {
            let sequence = if parts.contains(&"{seq:1}") { sequence } else { "" };
            parts.insert(place.min(parts.len()), "{check}");
            (parts.concat(), format!("{sequence}\ncheck = {{ algorithm = \"{check}\" }}"))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_rate_is_that_of_the_codes_or_absent((pattern, options) in any_rule()) {
        // Letters have no value in some check digits; such rules are refused.
        if loaded(&pattern, &options).is_some() {
            judged(&pattern, &options);
        }
    }
}
