//! What date segments say, and whether there is a day for which all of it is true.

use jiff::civil::{Date, ISOWeekDate, Weekday};

/// What a directive prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directive {
    Year,
    YearOfCentury,
    Month,
    Day,
    DayOfYear,
    IsoYear,
    IsoWeek,
}

/// Every directive with its letter, in the order of the enum.
const DIRECTIVES: [(Directive, char); 7] = [
    (Directive::Year, 'Y'),
    (Directive::YearOfCentury, 'y'),
    (Directive::Month, 'm'),
    (Directive::Day, 'd'),
    (Directive::DayOfYear, 'j'),
    (Directive::IsoYear, 'G'),
    (Directive::IsoWeek, 'V'),
];

impl Directive {
    pub(super) fn from_letter(letter: char) -> Option<Self> {
        DIRECTIVES.iter().find(|(_, own)| *own == letter).map(|(directive, _)| *directive)
    }

    /// Digits printed.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Year | Self::IsoYear => 4,
            Self::DayOfYear => 3,
            Self::YearOfCentury | Self::Month | Self::Day | Self::IsoWeek => 2,
        }
    }

    /// The numbers that it prints.
    pub(super) fn numbers(self) -> std::ops::RangeInclusive<i16> {
        match self {
            Self::Year | Self::IsoYear => 1..=9999,
            Self::YearOfCentury => 0..=99,
            Self::Month => 1..=12,
            Self::Day => 1..=31,
            Self::DayOfYear => 1..=366,
            Self::IsoWeek => 1..=53,
        }
    }

    /// What it prints of `date`.
    pub(super) fn of(self, date: Date) -> i16 {
        match self {
            Self::Year => date.year(),
            Self::YearOfCentury => date.year().rem_euclid(100),
            Self::Month => date.month().into(),
            Self::Day => date.day().into(),
            Self::DayOfYear => date.day_of_year(),
            Self::IsoYear => date.iso_week_date().year(),
            Self::IsoWeek => date.iso_week_date().week().into(),
        }
    }
}

/// Numbers read from the date segments of one code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DateFacts {
    known: [Option<i16>; DIRECTIVES.len()],
}

impl DateFacts {
    /// Notes `number`; false if another one is known already.
    pub(super) fn add(&mut self, directive: Directive, number: i16) -> bool {
        *self.known[directive as usize].get_or_insert(number) == number
    }

    fn get(&self, directive: Directive) -> Option<i16> {
        self.known[directive as usize]
    }

    /// Whether there is a day, in the years 0001 to 9999, for which all of it is true.
    pub(crate) fn some_day_fits(&self) -> bool {
        if let (Some(year), Some(week)) = (self.get(Directive::IsoYear), self.get(Directive::IsoWeek)) {
            return days_of_week(year, week).any(|day| self.fits(day));
        }
        self.years().any(|year| self.days_of(year).any(|day| self.fits(day)))
    }

    fn fits(&self, day: Date) -> bool {
        let agrees =
            |&(part, _): &(Directive, char)| self.get(part).is_none_or(|known| known == part.of(day));
        day.year() >= 1 && DIRECTIVES.iter().all(agrees)
    }

    /// Years that stand for all that are possible: leap years and weekdays repeat after 28 years within a century and
    /// after 400 years altogether.
    fn years(&self) -> impl Iterator<Item = i16> {
        let known = |directive| self.get(directive);
        let (first, last, step) =
            match (known(Directive::Year), known(Directive::IsoYear), known(Directive::YearOfCentury)) {
                (Some(year), _, _) => (year, year, 1),
                (None, Some(year), _) => (year - 1, year + 1, 1),
                (None, None, Some(year)) => (2000 + year, 2300 + year, 100),
                (None, None, None) => (2000, 2027, 1),
            };
        (first..=last).step_by(step)
    }

    /// The days of `year` that are worth looking at.
    fn days_of(&self, year: i16) -> impl Iterator<Item = Date> {
        // No day has month or day 0, nor a number that does not fit.
        let known = |part| self.get(part).map(|number| i8::try_from(number).unwrap_or(0));
        let (month, day) = match self.get(Directive::DayOfYear) {
            Some(number) => day_of_year(year, number)
                .map_or((Some(0), None), |date| (Some(date.month()), Some(date.day()))),
            None => (known(Directive::Month), known(Directive::Day)),
        };
        let span = |known: Option<i8>, last: i8| known.map_or(1..=last, |number| number..=number);
        let days = span(day, 31);
        span(month, 12)
            .flat_map(move |month| days.clone().map(move |day| (month, day)))
            .filter_map(move |(month, day)| Date::new(year, month, day).ok())
    }
}

fn day_of_year(year: i16, number: i16) -> Option<Date> {
    Date::new(year, 1, 1).ok()?.with().day_of_year(number).build().ok()
}

/// What is known, as in `%Y 2023, %m 02`.
impl std::fmt::Display for DateFacts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = DIRECTIVES.iter().filter_map(|&(part, letter)| Some((part, letter, self.get(part)?)));
        for (place, (part, letter, number)) in known.enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(out, "{comma}%{letter} {number:0width$}", width = part.width())?;
        }
        Ok(())
    }
}

/// The days of an ISO week; none if the year has no such week.
fn days_of_week(year: i16, week: i16) -> impl Iterator<Item = Date> {
    let monday = i8::try_from(week).ok().and_then(|week| ISOWeekDate::new(year, week, Weekday::Monday).ok());
    let monday = monday.map(ISOWeekDate::date);
    (0..7i64).filter_map(move |days| monday?.checked_add(jiff::Span::new().days(days)).ok())
}

#[cfg(test)]
mod tests {
    use crate::code::{DateFormat, date::DateFacts};

    fn fits(segments: &[(&str, &str)]) -> bool {
        let mut facts = DateFacts::default();
        segments.iter().all(|(format, text)| {
            DateFormat::new(format).expect(format).read(text.as_bytes(), &mut facts) && facts.some_day_fits()
        })
    }

    #[test]
    fn one_segment_must_be_a_real_date() {
        let real = [
            ("%Y%m%d", "20240229"),
            ("%y%m%d", "000229"), // of 2000
            ("%m%d", "0229"),     // of some leap year
            ("%d", "31"),
            ("%Y%j", "2024366"),
            ("%G%V", "202053"),
            ("%G%V", "000101"),
            ("%V", "53"),
            ("%m%V", "0153"),
            ("%j", "366"),
            ("%Y-%m", "9999-12"),
        ];
        for segment in real {
            assert!(fits(&[segment]), "{segment:?}");
        }
        let unreal = [
            ("%Y%m%d", "20230229"),
            ("%y%m%d", "230229"),
            ("%m%d", "0230"),
            ("%m", "00"),
            ("%m", "13"),
            ("%d", "32"),
            ("%Y", "0000"),
            ("%Y%j", "2023366"),
            ("%j", "000"),
            ("%j", "999"),
            ("%G%V", "202153"),
            ("%V", "54"),
            ("%m%V", "0630"),
        ];
        for segment in unreal {
            assert!(!fits(&[segment]), "{segment:?}");
        }
    }

    #[test]
    fn several_segments_must_mean_one_date() {
        assert!(fits(&[("%Y", "2024"), ("%m%d", "0229")]));
        assert!(!fits(&[("%Y", "2023"), ("%m%d", "0229")]));
        assert!(fits(&[("%Y", "2024"), ("%y", "24")]));
        assert!(!fits(&[("%Y", "2024"), ("%Y%m", "202301")]));
        assert!(fits(&[("%Y%m%d", "20241230"), ("%G-%V", "2025-01")]));
        assert!(!fits(&[("%Y%m%d", "20241230"), ("%G-%V", "2024-01")]));
        assert!(fits(&[("%Y%j", "2024366"), ("%m%d", "1231")]));
        assert!(!fits(&[("%Y%j", "2024366"), ("%m%d", "1230")]));
    }
}
