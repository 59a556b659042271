//! What date segments say, and whether there is a day for which all of it is true.

use jiff::civil::{Date, ISOWeekDate, Weekday};

/// The calendar repeats itself after so many years.
const CYCLE: i16 = 400;

/// What a directive prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Directive {
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
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Year | Self::IsoYear => 4,
            Self::DayOfYear => 3,
            Self::YearOfCentury | Self::Month | Self::Day | Self::IsoWeek => 2,
        }
    }

    /// The numbers that it prints.
    pub(crate) fn numbers(self) -> std::ops::RangeInclusive<i16> {
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
    pub(crate) fn add(&mut self, directive: Directive, number: i16) -> bool {
        *self.known[directive as usize].get_or_insert(number) == number
    }

    /// What is known of one directive.
    pub(crate) fn get(&self, directive: Directive) -> Option<i16> {
        self.known[directive as usize]
    }

    /// The directives of which something is known, in the order of the enum.
    pub(crate) fn directives(&self) -> Vec<Directive> {
        let known = DIRECTIVES.iter().map(|(directive, _)| *directive);
        known.filter(|directive| self.get(*directive).is_some()).collect()
    }

    /// Whether there is a day, in the years 0001 to 9999, for which all of it is true.
    pub(crate) fn some_day_fits(&self) -> bool {
        // As `days`, but asked for every code that is validated.
        if let (Some(year), Some(week)) = (self.get(Directive::IsoYear), self.get(Directive::IsoWeek)) {
            return days_of_week(year, week).any(|day| self.fits(day));
        }
        self.years().any(|year| self.days_of(year).any(|day| self.fits(day)))
    }

    /// A day for which all of it is true; of several one of a year near 2024, if it can be.
    pub(crate) fn day(&self) -> Option<Date> {
        self.days().next()
    }

    /// The day for which all of it is true, where there is no other.
    pub(crate) fn only_day(&self) -> Option<Date> {
        // Without a year of four digits every day has others like it in other centuries.
        self.get(Directive::Year).or(self.get(Directive::IsoYear))?;
        let mut days = self.days();
        days.next().filter(|_| days.next().is_none())
    }

    /// A day for which all of it is true, from the first to the last of these days, both included.
    pub(crate) fn day_within(&self, first: Option<Date>, last: Option<Date>) -> Option<Date> {
        let within =
            |day: &Date| first.is_none_or(|first| first <= *day) && last.is_none_or(|last| *day <= last);
        if let Some(day) = self.day().filter(within) {
            return Some(day);
        }
        let begin = first.or(last.and_then(|last| Date::new(last.year() - CYCLE, 1, 1).ok()));
        let begin = begin.map_or(1, |day| day.year().max(1));
        let end = last.map_or(9999, Date::year).min(begin.saturating_add(CYCLE)).min(9999);
        let possible = |year: &i16| {
            self.get(Directive::Year).is_none_or(|known| known == *year)
                && self.get(Directive::YearOfCentury).is_none_or(|known| known == year % 100)
                && self.get(Directive::IsoYear).is_none_or(|known| (known - year).abs() <= 1)
        };
        let days = (begin..=end).filter(possible).flat_map(|year| self.days_of(year));
        days.filter(|day| self.fits(*day)).find(within)
    }

    /// Days for which all of it is true; where the year is not known, those of years that stand for
    /// all.
    fn days(&self) -> impl Iterator<Item = Date> {
        let week = self.get(Directive::IsoYear).zip(self.get(Directive::IsoWeek));
        let of_week = week.into_iter().flat_map(|(year, week)| days_of_week(year, week));
        let years = week.is_none().then(|| self.years()).into_iter().flatten();
        of_week.chain(years.flat_map(|year| self.days_of(year))).filter(|day| self.fits(*day))
    }

    fn fits(&self, day: Date) -> bool {
        let agrees =
            |&(part, _): &(Directive, char)| self.get(part).is_none_or(|known| known == part.of(day));
        day.year() >= 1 && DIRECTIVES.iter().all(agrees)
    }

    /// Years that stand for all that are possible: leap years and weekdays repeat after 28 years
    /// within a century and after 400 years altogether. Each year is named once.
    fn years(&self) -> impl Iterator<Item = i16> + use<> {
        let known = |directive| self.get(directive);
        // How many years from the first one on, in which distance, and which of them comes first.
        let (first, count, step, turn) =
            match (known(Directive::Year), known(Directive::IsoYear), known(Directive::YearOfCentury)) {
                (Some(year), _, _) => (year, 1, 1, 0),
                (None, Some(year), _) => (year - 1, 3, 1, 1),
                (None, None, Some(year)) => (2000 + year, 4, 100, 0),
                // 2024 is a leap year: every month and day exists in it.
                (None, None, None) => (2000, 28, 1, 24),
            };
        (0..count).map(move |nth| first + (nth + turn) % count * step)
    }

    /// The days of `year` that are worth looking at.
    fn days_of(&self, year: i16) -> impl Iterator<Item = Date> + use<> {
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
    use jiff::civil::Date;

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

    fn facts(format: &str, text: &str) -> DateFacts {
        let mut facts = DateFacts::default();
        assert!(DateFormat::new(format).expect(format).read(text.as_bytes(), &mut facts), "{format} {text}");
        facts
    }

    /// Every combination of directives, each fact of every day of some years around the turn of a
    /// cycle.
    #[test]
    fn what_a_day_prints_is_read_back_as_that_day_or_as_none() {
        let letters = ["%Y", "%y", "%m", "%d", "%j", "%G", "%V"];
        let formats = (1..1_usize << letters.len()).map(|set| {
            let chosen = letters.iter().enumerate().filter(|(nth, _)| set & 1 << nth != 0);
            chosen.map(|(_, letter)| *letter).collect::<String>()
        });
        let years = [1, 1900, 2000, 2019, 2020, 2021, 2100, 9999];
        let days: Vec<Date> = years
            .iter()
            .flat_map(|year| {
                let ends = [(1, 1), (1, 2), (1, 3), (2, 28), (3, 1), (6, 30), (12, 29), (12, 30), (12, 31)];
                ends.map(|(month, day)| Date::new(*year, month, day).expect("a day"))
            })
            .collect();
        for format in formats {
            let printer = DateFormat::new(&format).expect("known directives");
            let print = |day: Date| {
                let mut text = String::new();
                printer.print(day, &mut text);
                text
            };
            for day in &days {
                let text = print(*day);
                let facts = facts(&format, &text);
                let witness = facts.day().unwrap_or_else(|| panic!("{format} {text} of {day} has no day"));
                assert_eq!(print(witness), text, "{format} of {day} is shown as {witness}");
                assert!(facts.only_day().is_none_or(|only| only == *day), "{format} {text} of {day}");
                assert_eq!(facts.day_within(Some(*day), Some(*day)), Some(*day), "{format} {text}");
            }
        }
    }

    #[test]
    fn a_day_is_known_where_no_other_one_prints_the_same() {
        let day = |format, text| facts(format, text).only_day().map(|day| day.to_string());
        let known = |day: &str| Some(day.to_owned());
        assert_eq!(day("%Y%m%d", "20240229"), known("2024-02-29"));
        assert_eq!(day("%Y%j", "2024366"), known("2024-12-31"));
        assert_eq!(day("%G%m%d", "20251230"), known("2024-12-30"));
        assert_eq!(day("%Y%V%d", "20250129"), known("2025-12-29"));
        // 2019-12-30 and 2020-12-30 both lie in 2020 as weeks count.
        assert_eq!(day("%G%m%d", "20201230"), None);
        for (format, text) in [("%Y%m", "202402"), ("%G%V", "202401"), ("%y%m%d", "240229"), ("%m%d", "0229")]
        {
            assert_eq!(day(format, text), None, "{format}");
        }
    }

    #[test]
    fn a_day_of_a_period_is_found_in_any_century() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        let found = |format, text, first: Option<&str>, last: Option<&str>| {
            facts(format, text).day_within(first.map(day), last.map(day)).map(|day| day.to_string())
        };
        assert_eq!(found("%m%d", "0229", Some("2025-03-01"), None).as_deref(), Some("2028-02-29"));
        assert_eq!(found("%y", "24", None, Some("1999-12-31")).as_deref(), Some("1624-01-01"));
        assert_eq!(found("%V", "53", Some("2021-01-01"), Some("2021-12-31")).as_deref(), Some("2021-01-01"));
        assert_eq!(found("%m%d", "0229", Some("2025-03-01"), Some("2027-12-31")), None);
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
