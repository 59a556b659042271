//! From which day until which day something holds, both included: a rule, or a value of a
//! dictionary.

use std::fmt;

use jiff::civil::Date;

/// Days from the first to the last; an end that is not given is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

impl Period {
    /// Whether it holds on `date`.
    pub fn holds_on(self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until)
    }

    /// The days that are in both.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        let until = match (self.until, other.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { from: self.from.max(other.from), until }
    }

    /// Whether both ends are open.
    pub fn is_always(self) -> bool {
        self == Self::default()
    }

    /// The day of the period that is nearest to `date`.
    pub fn nearest(self, date: Date) -> Date {
        let late = self.from.filter(|from| date < *from);
        let early = self.until.filter(|until| *until < date);
        late.or(early).unwrap_or(date)
    }
}

impl fmt::Display for Period {
    /// `from 2024-01-01 until 2030-12-31`, or `always`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.until) {
            (Some(from), Some(until)) => write!(out, "from {from} until {until}"),
            (Some(from), None) => write!(out, "from {from}"),
            (None, Some(until)) => write!(out, "until {until}"),
            (None, None) => out.write_str("always"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn both_ends_are_included_and_either_may_be_open() {
        let (first, last) = (date(2024, 1, 1), date(2024, 12, 31));
        let year = Period { from: Some(first), until: Some(last) };
        assert!(year.holds_on(first) && year.holds_on(last));
        assert!(!year.holds_on(date(2023, 12, 31)) && !year.holds_on(date(2025, 1, 1)));
        assert!(Period { from: None, ..year }.holds_on(date(1999, 1, 1)));
        assert!(Period::default().holds_on(first) && Period::default().is_always());
    }

    #[test]
    fn the_nearest_day_is_the_first_or_the_last() {
        let (first, last) = (date(2024, 1, 1), date(2024, 12, 31));
        let year = Period { from: Some(first), until: Some(last) };
        assert_eq!(year.nearest(date(2020, 2, 2)), first);
        assert_eq!(year.nearest(date(2030, 2, 2)), last);
        assert_eq!(year.nearest(date(2024, 2, 2)), date(2024, 2, 2));
    }

    #[test]
    fn what_is_in_both_begins_with_the_later_and_ends_with_the_earlier() {
        let day = |day| Some(date(2024, 1, day));
        let (wide, narrow) =
            (Period { from: None, until: day(20) }, Period { from: day(10), until: day(25) });
        assert_eq!(wide.within(narrow), Period { from: day(10), until: day(20) });
        assert_eq!(narrow.within(Period::default()), narrow);
    }

    #[test]
    fn it_is_told_in_words() {
        let (first, last) = (date(2024, 1, 1), date(2024, 12, 31));
        let words = |from, until| Period { from, until }.to_string();
        assert_eq!(words(Some(first), Some(last)), "from 2024-01-01 until 2024-12-31");
        assert_eq!(words(Some(first), None), "from 2024-01-01");
        assert_eq!(words(None, Some(last)), "until 2024-12-31");
        assert_eq!(words(None, None), "always");
    }
}
