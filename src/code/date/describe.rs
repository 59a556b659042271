//! What printed date segments say, in words for people.

use super::facts::{DateFacts, Directive};

impl DateFacts {
    /// `2023-10-01`, `2023-10`, `2023`, `2024 week 05`; a date that is written in no usual way is
    /// named by its day where there is only one, else part by part: `year 2025, week 01`.
    pub(crate) fn describe(&self) -> String {
        use Directive::{Day, DayOfYear, IsoWeek, IsoYear, Month, Year, YearOfCentury};
        let of = |directive| self.get(directive).unwrap_or_default();
        let year = match self.get(Year) {
            Some(year) => format!("{year:04}"),
            None => format!("..{:02}", of(YearOfCentury)),
        };
        match self.directives()[..] {
            [Year | YearOfCentury] => year,
            [Year | YearOfCentury, Month] => format!("{year}-{:02}", of(Month)),
            [Year | YearOfCentury, Month, Day] => format!("{year}-{:02}-{:02}", of(Month), of(Day)),
            [Year | YearOfCentury, DayOfYear] => format!("{year} day {:03}", of(DayOfYear)),
            [IsoYear, IsoWeek] => format!("{:04} week {:02}", of(IsoYear), of(IsoWeek)),
            _ => self.only_day().map_or_else(|| self.parts(), |day| day.to_string()),
        }
    }

    /// Every part that is known, in words.
    fn parts(&self) -> String {
        let word = |directive: &Directive| {
            let number = self.get(*directive).unwrap_or_default();
            match directive {
                Directive::Year => format!("year {number:04}"),
                Directive::YearOfCentury => format!("year ..{number:02}"),
                Directive::Month => format!("month {number:02}"),
                Directive::Day => format!("day {number:02}"),
                Directive::DayOfYear => format!("day {number:03}"),
                Directive::IsoYear => format!("year of the week {number:04}"),
                Directive::IsoWeek => format!("week {number:02}"),
            }
        };
        self.directives().iter().map(word).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::DateFormat;

    #[test]
    fn a_date_is_named_as_far_as_it_is_printed() {
        let cases = [
            ("%Y%m%d", "20231001", "2023-10-01"),
            ("%Y%m", "202310", "2023-10"),
            ("%Y", "2023", "2023"),
            ("%y%m", "2310", "..23-10"),
            ("%y%m%d", "231001", "..23-10-01"),
            ("%Y%j", "2024366", "2024 day 366"),
            ("%GW%V", "2024W05", "2024 week 05"),
            ("%V", "05", "week 05"),
            ("%j", "060", "day 060"),
            ("%m", "02", "month 02"),
            ("%m%d", "0229", "month 02, day 29"),
            ("%Y.%m.%d", "2024.02.29", "2024-02-29"),
            ("%G", "2025", "year of the week 2025"),
            ("%G%m%d", "20251230", "2024-12-30"),
            ("%G%m%d", "20201230", "month 12, day 30, year of the week 2020"),
            ("%Y%V", "202501", "year 2025, week 01"),
            ("%Y%m%d%V", "2025010101", "2025-01-01"),
        ];
        for (format, text, described) in cases {
            let mut facts = DateFacts::default();
            assert!(DateFormat::new(format).expect(format).read(text.as_bytes(), &mut facts), "{format}");
            assert_eq!(facts.describe(), described, "{format}");
        }
    }
}
