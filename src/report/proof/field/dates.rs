//! Codes that a spreadsheet takes for a date or a time: `3-12`, `MAR-01`, `2024-01-31`, `12:30`.

use super::super::test::Test;

/// Looks like a date or a time.
pub(super) struct DateLike;

/// Names of months; three letters are enough.
const MONTHS: [&str; 12] = [
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
];

/// What a part of a date can be; the numbers are those of a packed state, 0 = none.
mod kind {
    /// A month's name.
    pub(super) const NAME: u32 = 1;
    /// 1 to 12: a month, a day, a year.
    pub(super) const MONTH: u32 = 2;
    /// 13 to 31: a day or a year.
    pub(super) const DAY: u32 = 3;
    /// Another number of one or two digits: a year; below 60, minutes.
    pub(super) const SHORT: u32 = 4;
    /// The same from 60 on, and 0.
    pub(super) const OTHER: u32 = 5;
    /// 1900 to 9999.
    pub(super) const YEAR: u32 = 6;
}

/// A place in a date. `parts` are the kinds of those that are complete.
#[derive(Clone, Copy, Default)]
struct Place {
    parts: [u32; 2],
    /// What stands between the parts: 0 not known yet, `-`, `/`, `:`, or 1 for nothing at all.
    sign: u8,
    /// Digits of the part under way, and the number that the first two make.
    digits: (u32, u32),
    /// The month whose name begins so, and how much of it was read.
    name: (u32, u32),
}

impl Place {
    fn unpack(state: u32) -> Self {
        let bits = |from: u32, count: u32| state >> from & ((1 << count) - 1);
        let sign = [0, b'-', b'/', b':', 1][bits(6, 3) as usize];
        Self {
            parts: [bits(0, 3), bits(3, 3)],
            sign,
            digits: (bits(9, 3), bits(12, 7)),
            name: (bits(19, 4), bits(23, 4)),
        }
    }

    fn pack(self) -> u32 {
        let sign = match self.sign {
            b'-' => 1,
            b'/' => 2,
            b':' => 3,
            1 => 4,
            _ => 0,
        };
        let ((count, value), (month, letters)) = (self.digits, self.name);
        self.parts[0]
            | self.parts[1] << 3
            | sign << 6
            | count << 9
            | value << 12
            | month << 19
            | letters << 23
    }

    /// The kind of the part under way, if it can end here.
    fn kind(&self) -> Option<u32> {
        let (count, value) = self.digits;
        let (month, letters) = self.name;
        match (count, letters) {
            (1 | 2, 0) => Some(match value {
                1..=12 => kind::MONTH,
                13..=31 => kind::DAY,
                32..=59 => kind::SHORT,
                _ => kind::OTHER,
            }),
            (4, 0) if value >= 19 => Some(kind::YEAR),
            (0, 3) => Some(kind::NAME),
            (0, letters)
                if letters as usize == MONTHS[month as usize].len() || (month, letters) == (8, 4) =>
            {
                Some(kind::NAME)
            }
            _ => None,
        }
    }

    /// Behind the part under way, with `sign` between the parts.
    fn close(self, sign: u8) -> Option<Self> {
        let kind = self.kind()?;
        if self.sign != 0 && self.sign != sign {
            return None;
        }
        let parts = match self.parts {
            [0, _] => [kind, 0],
            [first, 0] => [first, kind],
            _ => return None,
        };
        Some(Self { parts, sign, ..Self::default() })
    }

    fn digit(mut self, digit: u8) -> Option<Self> {
        if self.name.1 > 0 {
            // MAR01
            return self.close(1)?.digit(digit);
        }
        let (count, value) = self.digits;
        let value = if count < 2 { value * 10 + u32::from(digit - b'0') } else { value };
        self.digits = (count + 1, value);
        (count < 4).then_some(self)
    }

    fn letter(mut self, letter: u8) -> Option<Self> {
        if self.digits.0 > 0 {
            // 1MAR
            return self.close(1)?.letter(letter);
        }
        let (month, letters) = self.name;
        let (begin, place) = (&MONTHS[month as usize][..letters as usize], letters as usize);
        let fits = |name: &str| {
            name.starts_with(begin) && name.as_bytes().get(place) == Some(&letter.to_ascii_uppercase())
        };
        let month = MONTHS.iter().position(|name| fits(name))?;
        self.name = (u32::try_from(month).ok()?, letters + 1);
        Some(self)
    }
}

impl Test for DateLike {
    fn name(&self) -> (&'static str, usize) {
        ("date", 0)
    }

    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        let place = Place::unpack(state);
        let next = match byte {
            b'0'..=b'9' => place.digit(byte),
            b'-' | b'/' | b':' => place.close(byte),
            letter if letter.is_ascii_alphabetic() => place.letter(letter),
            _ => None,
        };
        next.map(Place::pack)
    }

    fn accepts(&self, state: u32) -> bool {
        let place = Place::unpack(state);
        let Some(last) = place.kind() else { return false };
        let day = |kind| matches!(kind, kind::MONTH | kind::DAY);
        let minutes = |kind| matches!(kind, kind::MONTH | kind::DAY | kind::SHORT);
        let short = |kind| (kind::MONTH..=kind::OTHER).contains(&kind);
        match (place.sign, place.parts, last) {
            (0, ..) => false,
            (b':', [hours, 0], last) => short(hours) && minutes(last),
            (b':', [hours, between], last) => short(hours) && minutes(between) && minutes(last),
            (_, [kind::NAME, 0], last) => last != kind::NAME,
            (_, [first, 0], kind::NAME) => day(first),
            (_, [kind::YEAR, 0], kind::MONTH) | (_, [kind::MONTH, 0], kind::YEAR) => true,
            (_, [first, 0], last) => day(first) && day(last) && (first == kind::MONTH || last == kind::MONTH),
            (_, [kind::YEAR, kind::MONTH], last) => day(last),
            (_, [first, kind::NAME], last) => day(first) && last != kind::NAME,
            (_, [first, second], last) => {
                let in_order = day(first) && day(second) && (first == kind::MONTH || second == kind::MONTH);
                let year_first = short(first) && second == kind::MONTH && day(last);
                (in_order && last != kind::NAME) || year_first
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_known_by_their_parts() {
        for code in [
            "1-2",
            "3/12",
            "12-31",
            "31-12",
            "2024-01",
            "01-2024",
            "2024-01-31",
            "31/12/2024",
            "1-2-24",
            "24-1-31",
            "MAR-01",
            "MAR01",
            "1MAR",
            "01-MAR-24",
            "MARCH1",
            "SEPT2",
            "DEC1",
            "OCT-2024",
            "12:30",
            "7:05:59",
        ] {
            assert!(DateLike.takes(code), "{code}");
        }
        for code in [
            "32-33", "13-13", "0-1", "2024-13", "1-2-3-4", "12", "MAR", "A-1", "MARS1", "001-2", "1-", "-1",
            "0031-1", "1-2/3", "12:60", "MAR-MAY", "20240131",
        ] {
            assert!(!DateLike.takes(code), "{code}");
        }
    }

    #[test]
    fn places_are_packed_without_loss() {
        let mut state = 0;
        for byte in b"31-SEPTEMBER" {
            state = DateLike.step(state, *byte).expect("a date so far");
            let place = Place::unpack(state);
            assert_eq!(place.pack(), state);
        }
        assert!(DateLike.accepts(state));
    }
}
