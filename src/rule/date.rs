//! Reads the day back out of printed date segments, for explanations and for the prover's examples; printing and checking
//! are the affair of [`crate::code::DateFormat`].

use jiff::civil::{Date, ISOWeekDate, Weekday};

/// One part of a date format: a directive's letter, or literal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'f> {
    Directive(char),
    Literal(&'f str),
}

/// The parts of a checked format.
pub(super) fn pieces(format: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        if at > 0 {
            pieces.push(Piece::Literal(&rest[..at]));
        }
        let mut tail = rest[at + 1..].chars();
        if let Some(letter) = tail.next() {
            pieces.push(Piece::Directive(letter));
        }
        rest = tail.as_str();
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    pieces
}

/// Printed characters of a directive.
pub(super) fn width(directive: char) -> usize {
    match directive {
        'Y' | 'G' => 4,
        'j' => 3,
        _ => 2,
    }
}

/// What the date segments of one code say.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Printed {
    year: Option<i16>,
    short_year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    day_of_year: Option<i16>,
    week_year: Option<i16>,
    week: Option<i8>,
}

impl Printed {
    /// Takes in one printed segment; `None` when `text` does not fit `format`.
    pub(super) fn read(&mut self, format: &str, text: &str) -> Option<()> {
        let mut rest = text;
        for piece in pieces(format) {
            match piece {
                Piece::Literal(literal) => {
                    let (head, tail) = rest.split_at_checked(literal.len())?;
                    head.eq_ignore_ascii_case(literal).then_some(())?;
                    rest = tail;
                }
                Piece::Directive(letter) => {
                    let (digits, tail) = rest.split_at_checked(width(letter))?;
                    let number: i16 = digits.parse().ok()?;
                    rest = tail;
                    match letter {
                        'Y' => self.year = Some(number),
                        'y' => self.short_year = Some(number),
                        'm' => self.month = i8::try_from(number).ok(),
                        'd' => self.day = i8::try_from(number).ok(),
                        'j' => self.day_of_year = Some(number),
                        'G' => self.week_year = Some(number),
                        'V' => self.week = i8::try_from(number).ok(),
                        _ => return None,
                    }
                }
            }
        }
        rest.is_empty().then_some(())
    }

    /// A day that prints like this; of several the earliest (of short years the one from 2000 on). `None` when there is none.
    pub(super) fn day(&self) -> Option<Date> {
        if self.week.is_some() && self.month.is_none() && self.day_of_year.is_none() {
            let year = self.week_year.or(self.year).unwrap_or_else(|| self.calendar_year());
            return ISOWeekDate::new(year, self.week?, Weekday::Monday).ok().map(ISOWeekDate::date);
        }
        let year = self.year.or(self.week_year).unwrap_or_else(|| self.calendar_year());
        if let Some(day) = self.day_of_year {
            let first = Date::new(year, 1, 1).ok()?;
            let date = first.checked_add(jiff::Span::new().days(i64::from(day) - 1)).ok()?;
            return (date.year() == year).then_some(date);
        }
        Date::new(year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()
    }

    fn calendar_year(&self) -> i16 {
        // 2024 is a leap year: every month and day exists in it.
        self.short_year.map_or(2024, |short| 2000 + short)
    }

    /// The day, when the code says the whole of it.
    pub(super) fn whole_day(&self) -> Option<Date> {
        let year = self.year.is_some() || self.week_year.is_some();
        let day = self.day_of_year.is_some() || (self.month.is_some() && self.day.is_some());
        (year && day).then(|| self.day()).flatten()
    }

    /// For people: `2023-10-01`, `2023-10`, `2023`, `2024 week 05`.
    pub(super) fn describe(&self) -> String {
        let year = self.year.or(self.week_year).map(|y| format!("{y:04}"));
        let year = year.or_else(|| self.short_year.map(|y| format!("..{y:02}")));
        if let Some(week) = self.week {
            return format!("{} week {week:02}", year.unwrap_or_default()).trim_start().to_owned();
        }
        if let Some(day) = self.day_of_year {
            return format!("{} day {day:03}", year.unwrap_or_default()).trim_start().to_owned();
        }
        let month = self.month.map(|m| format!("{m:02}"));
        let day = self.day.map(|d| format!("{d:02}"));
        match (year, month, day) {
            (Some(y), Some(m), Some(d)) => format!("{y}-{m}-{d}"),
            (Some(y), Some(m), None) => format!("{y}-{m}"),
            (Some(y), None, None) => y,
            (None, Some(m), Some(d)) => format!("month {m}, day {d}"),
            (None, Some(m), None) => format!("month {m}"),
            (y, _, d) => {
                [y, d.map(|d| format!("day {d}"))].into_iter().flatten().collect::<Vec<_>>().join(", ")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, text: &str) -> Option<(Option<Date>, String)> {
        let mut printed = Printed::default();
        printed.read(format, text)?;
        Some((printed.day(), printed.describe()))
    }

    #[test]
    fn days_come_back() {
        let cases = [
            ("%Y%m%d", "20231001", "2023-10-01", "2023-10-01"),
            ("%Y%m", "202310", "2023-10-01", "2023-10"),
            ("%Y", "2023", "2023-01-01", "2023"),
            ("%y%m", "2310", "2023-10-01", "..23-10"),
            ("%Y%j", "2024366", "2024-12-31", "2024 day 366"),
            ("%GW%V", "2024W05", "2024-01-29", "2024 week 05"),
            ("%m", "02", "2024-02-01", "month 02"),
            ("%Y.%m.%d", "2024.02.29", "2024-02-29", "2024-02-29"),
        ];
        for (format, text, day, described) in cases {
            assert_eq!(
                read(format, text),
                Some((Some(day.parse().expect("a day")), described.into())),
                "{format}"
            );
        }
    }

    #[test]
    fn what_is_no_day_does_not() {
        assert_eq!(read("%Y%m%d", "20230230").expect("digits").0, None);
        assert_eq!(read("%Y%j", "2023366").expect("digits").0, None);
        assert_eq!(read("%Y", "20x4"), None);
        assert_eq!(read("%Y", "20245"), None);
    }
}
