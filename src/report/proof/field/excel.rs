//! What Excel and its kin do to codes that they open as anything but text.

use super::super::codes::Codes;
use super::super::test::Test;
use super::dates::DateLike;
use super::{Risk, RiskKind};

/// Digits that a spreadsheet keeps.
const KEPT: usize = 15;
/// Longest number that is shown in full.
const SHOWN: usize = 11;
/// The highest power of ten of a number.
const HIGHEST_POWER: u32 = 307;

/// Everything that is found for the codes of a rule.
pub(super) fn risks(codes: &Codes<'_>) -> Vec<Risk> {
    let found = |test: &dyn Test| codes.find(test);
    let mut risks = Vec::new();
    let mut add = |kind: RiskKind, code: String, words: String| {
        risks.push(Risk { kind, words, codes: vec![code], caught: None });
    };
    if let Some(code) = found(&LeadingZero) {
        let bare = code.trim_start_matches('0');
        let bare = if bare.is_empty() { "0" } else { bare };
        let words = format!("Excel drops leading zeros: {code} becomes {bare}");
        add(RiskKind::LeadingZeros, code, words);
    }
    if let Some(code) = found(&Cut) {
        let words = format!("Excel keeps {KEPT} digits: {code} becomes {}", cut(&code));
        add(RiskKind::LongNumber, code, words);
    } else if let Some(code) = found(&Digits(SHOWN)) {
        let words = format!("Excel shows {code} as {}, and saves only that in a CSV file", shortened(&code));
        add(RiskKind::LongNumber, code, words);
    }
    if let Some(code) = found(&Power) {
        let words = format!("Excel takes {code} for the number {}", power(&code));
        add(RiskKind::Scientific, code, words);
    }
    if let Some(code) = found(&Decimal) {
        let words = format!("Excel takes {code} for a number and drops its outer zeros");
        add(RiskKind::Decimal, code, words);
    }
    if let Some(code) = found(&Dressed) {
        let words = format!("Excel takes {code} for a number and keeps only its value");
        add(RiskKind::Number, code, words);
    }
    if let Some(code) = found(&DateLike) {
        let what = if code.contains(':') { "a time" } else { "a date" };
        let words = format!("Excel takes {code} for {what}");
        add(RiskKind::Date, code, words);
    }
    if let Some(code) = found(&Formula) {
        let words = format!("Excel takes {code} for a formula, because it begins with {}", &code[..1]);
        add(RiskKind::Formula, code, words);
    }
    risks
}

/// A number of more than 15 digits as it is kept.
fn cut(code: &str) -> String {
    let bare = code.trim_start_matches('0');
    let kept = bare.len().min(KEPT);
    format!("{}{}", &bare[..kept], "0".repeat(bare.len() - kept))
}

/// A long number as it is shown: `2.0261E+11`.
fn shortened(code: &str) -> String {
    let number: f64 = code.parse().unwrap_or_default();
    let text = format!("{number:.5E}");
    let (digits, power) = text.split_once('E').unwrap_or((&text, "0"));
    format!("{}E+{power}", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// `01E0005` as a number: `1E+5`.
fn power(code: &str) -> String {
    let (digits, power) = code.split_once(['E', 'e']).unwrap_or((code, "0"));
    let (sign, power) = match power.strip_prefix('-') {
        Some(power) => ("-", power),
        None => ("+", power.strip_prefix('+').unwrap_or(power)),
    };
    let bare = |text: &str| match text.trim_start_matches('0') {
        "" => "0".to_owned(),
        rest => rest.to_owned(),
    };
    format!("{}E{sign}{}", bare(digits), bare(power))
}

/// Digits only, the first of several a zero.
struct LeadingZero;

impl Test for LeadingZero {
    fn name(&self) -> (&'static str, usize) {
        ("leading-zero", 0)
    }

    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        (byte == b'0' || (state > 0 && byte.is_ascii_digit())).then_some((state + 1).min(2))
    }

    fn accepts(&self, state: u32) -> bool {
        state == 2
    }
}

/// More digits than this, and nothing else; leading zeros do not count.
struct Digits(usize);

impl Test for Digits {
    fn name(&self) -> (&'static str, usize) {
        ("digits", self.0)
    }

    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        let longest = u32::try_from(self.0 + 1).unwrap_or(u32::MAX);
        match byte {
            b'0' if state == 0 => Some(0),
            digit if digit.is_ascii_digit() => Some((state + 1).min(longest)),
            _ => None,
        }
    }

    fn accepts(&self, state: u32) -> bool {
        state as usize > self.0
    }
}

/// Digits only, with another one than 0 behind those that are kept.
struct Cut;

impl Test for Cut {
    fn name(&self) -> (&'static str, usize) {
        ("cut", 0)
    }

    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        let kept = u32::try_from(KEPT).unwrap_or(u32::MAX);
        match byte {
            b'0' if state == 0 => Some(0),
            b'0' => Some(state.max((state + 1).min(kept))),
            digit if digit.is_ascii_digit() => Some((state + 1).min(kept + 1)),
            _ => None,
        }
    }

    fn accepts(&self, state: u32) -> bool {
        state as usize > KEPT
    }
}

/// A number in one of its dresses: `$001`, `1,001`, `001%`, `(001)`.
struct Dressed;

/// States of [`Dressed`]: behind the bracket, digits in it; behind the sign of a currency, digits
/// of a price; plain digits; behind a comma so many digits; and what is complete.
const BRACKET: u32 = 1;
const INSIDE: u32 = 2;
const CURRENCY: u32 = 3;
const PRICE: u32 = 4;
const PLAIN: u32 = 5;
const COMMA: u32 = 6;
const THOUSAND: u32 = COMMA + 3;
const COMPLETE: u32 = 10;

impl Test for Dressed {
    fn name(&self) -> (&'static str, usize) {
        ("dressed", 0)
    }

    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        let digit = byte.is_ascii_digit();
        match (state, byte) {
            (0, b'(') => Some(BRACKET),
            (0, b'$') => Some(CURRENCY),
            (INSIDE, b')') | (PRICE | PLAIN | THOUSAND, b'%') => Some(COMPLETE),
            (PRICE | PLAIN | THOUSAND, b',') => Some(COMMA),
            (BRACKET | INSIDE, _) if digit => Some(INSIDE),
            (CURRENCY | PRICE, _) if digit => Some(PRICE),
            (0 | PLAIN, _) if digit => Some(PLAIN),
            (COMMA..THOUSAND, _) if digit => Some(state + 1),
            _ => None,
        }
    }

    fn accepts(&self, state: u32) -> bool {
        matches!(state, PRICE | THOUSAND | COMPLETE)
    }
}

/// Digits, the letter E, digits.
struct Power;

/// States of [`Power`]: in the digits, behind their point, behind the E, behind its sign; then the
/// power so far.
const DIGITS: u32 = 1;
const FRACTION: u32 = 2;
const LETTER: u32 = 3;
const SIGN: u32 = 4;
const POWER: u32 = 5;

impl Test for Power {
    fn name(&self) -> (&'static str, usize) {
        ("power", 0)
    }

    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
        match (state, byte, digit) {
            (0 | DIGITS, _, Some(_)) => Some(DIGITS),
            (DIGITS, b'.', _) | (FRACTION, _, Some(_)) => Some(FRACTION),
            (DIGITS | FRACTION, b'E' | b'e', _) => Some(LETTER),
            (LETTER, b'+' | b'-', _) => Some(SIGN),
            (LETTER | SIGN, _, Some(digit)) => Some(POWER + digit),
            (POWER.., _, Some(digit)) => {
                let power = (state - POWER) * 10 + digit;
                (power <= HIGHEST_POWER).then_some(POWER + power)
            }
            _ => None,
        }
    }

    fn accepts(&self, state: u32) -> bool {
        state >= POWER
    }
}

/// A number with a decimal point and a zero too many before or behind.
struct Decimal;

/// States of [`Decimal`]: a lone zero, digits, digits behind a zero; then behind the point: last
/// digit a zero or none, another one; and the same of a number that is damaged anyway.
const ZERO: u32 = 1;
const WHOLE: u32 = 2;
const PADDED: u32 = 3;
const OPEN: u32 = 4;
const CLOSED: u32 = 5;
const DAMAGED: u32 = 6;

impl Test for Decimal {
    fn name(&self) -> (&'static str, usize) {
        ("decimal", 0)
    }

    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        let digit = byte.is_ascii_digit();
        match (state, byte) {
            (0, b'0') => Some(ZERO),
            (0 | WHOLE, _) if digit => Some(WHOLE),
            (ZERO | PADDED, _) if digit => Some(PADDED),
            (ZERO | WHOLE, b'.') | (OPEN | CLOSED, b'0') => Some(OPEN),
            (PADDED, b'.') => Some(DAMAGED),
            (OPEN | CLOSED, _) if digit => Some(CLOSED),
            (DAMAGED, _) if digit => Some(DAMAGED),
            _ => None,
        }
    }

    fn accepts(&self, state: u32) -> bool {
        matches!(state, OPEN | DAMAGED)
    }
}

/// Begins as a formula does.
struct Formula;

impl Test for Formula {
    fn name(&self) -> (&'static str, usize) {
        ("formula", 0)
    }

    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        (state == 1 || b"=+-@".contains(&byte)).then_some(1)
    }

    fn accepts(&self, state: u32) -> bool {
        state == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_in_front_are_lost_where_only_digits_stand() {
        for (code, lost) in
            [("0150013", true), ("01", true), ("0", false), ("150013", false), ("01A0001", false)]
        {
            assert_eq!(LeadingZero.takes(code), lost, "{code}");
        }
    }

    #[test]
    fn long_numbers_lose_their_last_digits() {
        assert!(Digits(15).takes("1234567890123456") && !Digits(15).takes("123456789012345"));
        assert!(!Digits(15).takes("0000001234567890"), "the zeros are lost, no digit is");
        assert_eq!(cut("4403062023100100017"), "4403062023100100000");
        assert_eq!(shortened("202610010001"), "2.0261E+11");
        assert_eq!(shortened("123456789012"), "1.23457E+11");
    }

    #[test]
    fn what_is_cut_is_a_digit_and_no_zero() {
        for (code, is) in [
            ("1000000000000001", true),
            ("10000000000000010", true),
            ("1000000000000000", false),
            ("123456789012345", false),
            ("0123456789012345", false),
        ] {
            assert_eq!(Cut.takes(code), is, "{code}");
        }
    }

    #[test]
    fn a_number_is_one_in_any_dress() {
        for (code, is) in [
            ("$001", true),
            ("1,001", true),
            ("1,001,000", true),
            ("001%", true),
            ("(001)", true),
            ("1,01", false),
            ("1,0011", false),
            ("(001", false),
            ("$", false),
            ("001", false),
            ("A1,001", false),
        ] {
            assert_eq!(Dressed.takes(code), is, "{code}");
        }
    }

    #[test]
    fn digits_around_an_e_are_a_number() {
        for (code, is) in [
            ("1E5", true),
            ("01E0001", true),
            ("1e5", true),
            ("2.50E3", true),
            ("1E-5", true),
            ("1E307", true),
            ("1E308", false),
            ("E5", false),
            ("1E", false),
            ("1E5A", false),
        ] {
            assert_eq!(Power.takes(code), is, "{code}");
        }
        assert_eq!(
            (power("01E0005"), power("20E-05"), power("0E1")),
            ("1E+5".into(), "20E-5".into(), "0E+1".into())
        );
    }

    #[test]
    fn outer_zeros_of_a_decimal_number_are_lost() {
        for (code, lost) in [
            ("01.5", true),
            ("1.50", true),
            ("1.", true),
            ("00.5", true),
            ("1.5", false),
            ("0.5", false),
            ("1.05", false),
        ] {
            assert_eq!(Decimal.takes(code), lost, "{code}");
        }
    }

    #[test]
    fn a_formula_is_known_by_its_first_character() {
        assert!(Formula.takes("-0001") && Formula.takes("@A1") && !Formula.takes("A-1"));
    }
}
