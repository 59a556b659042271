//! Words and numbers as people write them.

use crate::code::{Segment, Shape};

/// What a segment is called; literal text has no name.
pub(super) fn part_name(segment: &Segment) -> Option<String> {
    Some(match &segment.shape {
        Shape::Literal(_) => return None,
        Shape::Sequence(_) => "number".to_owned(),
        Shape::Check(..) => "check digit".to_owned(),
        Shape::Date(format) => period(format.text()).to_owned(),
        Shape::Values(_) | Shape::Text(_) => segment.name.clone(),
    })
}

/// The span of time that a date format tells: its finest directive.
pub(super) fn period(format: &str) -> &'static str {
    let has = |letters: &[char]| letters.iter().any(|letter| format.contains(&format!("%{letter}")));
    if has(&['d', 'j']) {
        "day"
    } else if has(&['V']) {
        "week"
    } else if has(&['m']) {
        "month"
    } else {
        "year"
    }
}

/// A number with its thousands apart, where it has more than four digits: `9999`, `10 000`.
pub fn thousands(number: u128) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_spaced() {
        assert_eq!([9_999, 10_000, 1_234_567].map(thousands), ["9999", "10 000", "1 234 567"]);
    }

    #[test]
    fn a_date_is_called_by_its_finest_part() {
        let formats = ["%Y", "%Y%m", "%y%m%d", "%GW%V", "%Y%j"];
        assert_eq!(formats.map(period), ["year", "month", "day", "week", "day"]);
    }
}
