//! Dates as spreadsheets and systems write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use crate::code::normalize;

/// The day before the first one that Excel counts; it takes 1900 for a leap year, so days before
/// March of that year are off by one and no customer's.
const EXCEL_1900: Date = jiff::civil::date(1899, 12, 30);
/// The same in workbooks that were begun on an old Mac.
const EXCEL_1904: Date = jiff::civil::date(1904, 1, 1);

/// The order of day, month and year in a date whose year comes last; or numbers of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 25/12/2023
    Dmy,
    /// 12/25/2023
    Mdy,
    /// 2023/12/25 only
    Ymd,
    /// 45285, as spreadsheets count days.
    Serial,
    /// 43823, as spreadsheets count days from 1904.
    Serial1904,
}

impl DateOrder {
    /// What `--date-order` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
            Self::Serial => "serial",
            Self::Serial1904 => "serial-1904",
        }
    }
}

/// How the dates of a file are read.
#[derive(Debug, Clone)]
pub(super) struct Dates {
    pub(super) order: Option<DateOrder>,
    /// Times with an offset are read as days there.
    pub(super) zone: TimeZone,
}

/// What a date could be whose order nobody said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Its day comes first: there is no such month.
    DayFirst,
    MonthFirst,
    /// Both are possible, and are different days.
    Either,
    /// A spreadsheet's number of days.
    Days,
}

/// Reads `2023-10-01`, `2023/10/1`, `2023.10.1`, `20231001` or `2023年10月1日`, with or without a time
/// of day behind, which is ignored. A date whose order of day and month cannot be known is refused,
/// and so is a time with an offset, whose day depends on the time zone.
pub fn day(text: &str) -> Result<Date, String> {
    let dates = Dates { order: None, zone: TimeZone::UTC };
    match dates.read(text)? {
        (date, false) => Ok(date),
        (_, true) => Err(format!("{text:?} has an offset; give the day alone, such as 2023-10-01")),
    }
}

impl Dates {
    /// Reads a date; besides, whether it was a time with an offset, read as a day of the zone.
    pub(super) fn read(&self, text: &str) -> Result<(Date, bool), String> {
        let folded = if text.is_ascii() { text.into() } else { normalize::canonical(text) };
        let (day, time) = parts(folded.trim());
        if let Some(DateOrder::Serial | DateOrder::Serial1904) = self.order
            && let Some(date) = self.of_number(folded.trim())
        {
            return Ok((date, false));
        }
        let date = self.date(day, text)?;
        let Some((time, offset)) = time.and_then(with_offset) else { return Ok((date, false)) };
        let moment = offset.to_timestamp(DateTime::from_parts(date, time));
        let moment = moment.map_err(|_| format!("{text:?} is no time of the calendar"))?;
        Ok((moment.to_zoned(self.zone.clone()).date(), true))
    }

    fn of_number(&self, text: &str) -> Option<Date> {
        let days = number_of_days(text)?;
        let first = if self.order == Some(DateOrder::Serial1904) { EXCEL_1904 } else { EXCEL_1900 };
        first.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
    }

    fn date(&self, day: &str, text: &str) -> Result<Date, String> {
        let numbers = numbers(day);
        let parts: Option<[&str; 3]> = numbers[..].try_into().ok();
        let (year, month, day) = match (parts, self.order) {
            (Some([year, month, day]), _) if is_dated(year, month, day) => (year, month, day),
            (Some([day, month, year]), Some(DateOrder::Dmy))
            | (Some([month, day, year]), Some(DateOrder::Mdy))
                if is_dated(year, month, day) =>
            {
                (year, month, day)
            }
            (Some([first, second, year]), None) if is_dated(year, first, second) => {
                return Err(format!("{text:?} is no date as it stands: --date-order dmy or mdy reads it"));
            }
            _ => {
                let mut reason = format!("{text:?} is no date; write it as 2023-10-01");
                if number_of_days(text.trim()).is_some() {
                    reason.push_str(" (a spreadsheet's day number? --date-order serial reads it)");
                }
                return Err(reason);
            }
        };
        let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
            return Err(format!("{text:?} is no date; write it as 2023-10-01"));
        };
        match Date::new(year, month, day) {
            Ok(date) if year >= 1000 => Ok(date),
            _ => Err(format!("{text:?} is no day of the calendar")),
        }
    }
}

/// What the order of a date's parts could be; `None` where it is plain, or no date.
pub(super) fn order(text: &str) -> Option<Order> {
    let folded = if text.is_ascii() { text.into() } else { normalize::canonical(text) };
    let (day, _) = parts(folded.trim());
    if number_of_days(folded.trim()).is_some() {
        return Some(Order::Days);
    }
    let [first, second, year]: [&str; 3] = numbers(day)[..].try_into().ok()?;
    if !is_dated(year, first, second) {
        return None;
    }
    let (year, first, second) = (year.parse().ok()?, first.parse().ok()?, second.parse().ok()?);
    match (Date::new(year, second, first), Date::new(year, first, second)) {
        (Ok(_), Err(_)) => Some(Order::DayFirst),
        (Err(_), Ok(_)) => Some(Order::MonthFirst),
        (Ok(one), Ok(other)) if one != other => Some(Order::Either),
        _ => None,
    }
}

/// A number of days as spreadsheets count them, without the time of day: five digits are the years
/// from 1927 to 2173.
fn number_of_days(text: &str) -> Option<i64> {
    let (days, time) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (days.len() == 5 && digits(days) && digits(time)).then(|| days.parse().ok())?
}

/// The day and what stands behind it.
fn parts(text: &str) -> (&str, Option<&str>) {
    match text.split_once([' ', 'T', 't']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (text, None),
    }
}

/// The numbers of a day, in their order.
fn numbers(day: &str) -> Vec<&str> {
    if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![&day[..4], &day[4..6], &day[6..]]
    } else {
        day.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect()
    }
}

/// Whether texts have the lengths of a year, a month and a day.
fn is_dated(year: &str, month: &str, day: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    year.len() == 4 && month.len() <= 2 && day.len() <= 2 && [year, month, day].into_iter().all(digits)
}

/// A time of day with its offset from UTC: `20:00:00Z`, `08:30+0200`, `23:00:00.000-07:00`.
fn with_offset(text: &str) -> Option<(Time, Offset)> {
    let (time, offset) = if let Some(time) = text.strip_suffix(['Z', 'z']) {
        (time, Offset::UTC)
    } else {
        let (at, sign) = text.char_indices().find(|(_, c)| matches!(c, '+' | '-'))?;
        let digits: String = text[at + 1..].chars().filter(|c| *c != ':').collect();
        if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (hours, minutes) = digits.split_at(2);
        let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
        let seconds = (hours.parse::<i32>().ok()? * 60 + minutes) * 60;
        (&text[..at], Offset::from_seconds(if sign == '-' { -seconds } else { seconds }).ok()?)
    };
    let mut numbers = time.trim().split([':', '.', ',']);
    let mut next = || numbers.next().map_or(Some(0), |number| number.parse::<i8>().ok());
    let (hour, minute, second) = (next()?, next()?, next()?);
    Some((Time::new(hour, minute, second, 0).ok()?, offset))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_usual_spellings_mean_the_same_day() {
        for text in [
            "2023-10-01",
            "2023/10/1",
            "2023.10.01",
            "20231001",
            "2023年10月1日",
            "２０２３-１０-０１",
            "2023-10-01 08:30:00",
            "2023-10-01T08:30:00.5",
            "2023/10/1 0:00",
        ] {
            assert_eq!(day(text), Ok(date(2023, 10, 1)), "{text}");
        }
    }

    #[test]
    fn what_could_be_another_day_is_refused() {
        for text in [
            "01/10/2023",
            "10-01",
            "45200",
            "2023",
            "下周",
            "",
            "0023-01-01",
            "2023-1-001",
            "23-10-01",
            "2023-10-01T00:00Z",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
        assert_eq!(day("2023-02-30"), Err("\"2023-02-30\" is no day of the calendar".to_owned()));
        assert!(day("45200").is_err_and(|reason| reason.contains("--date-order serial")));
    }

    #[test]
    fn an_order_reads_years_that_come_last() {
        for (order, text, expected) in [
            (DateOrder::Dmy, "04.08.2023", date(2023, 8, 4)),
            (DateOrder::Dmy, "25/12/2023 10:00", date(2023, 12, 25)),
            (DateOrder::Mdy, "12-25-2023", date(2023, 12, 25)),
            (DateOrder::Mdy, "2023-12-25", date(2023, 12, 25)),
            (DateOrder::Serial, "45200", date(2023, 10, 1)),
            (DateOrder::Serial, "45200.5", date(2023, 10, 1)),
            (DateOrder::Serial1904, "43738", date(2023, 10, 1)),
            (DateOrder::Serial, "2023-10-01", date(2023, 10, 1)),
        ] {
            let dates = Dates { order: Some(order), zone: TimeZone::UTC };
            assert_eq!(dates.read(text), Ok((expected, false)), "{text}");
        }
        for (order, text) in
            [(DateOrder::Ymd, "01/10/2023"), (DateOrder::Mdy, "25/12/2023"), (DateOrder::Dmy, "1/1/23")]
        {
            assert!(Dates { order: Some(order), zone: TimeZone::UTC }.read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_with_an_offset_are_days_of_the_zone() {
        let zone = Offset::from_seconds(8 * 3600).expect("an offset").to_time_zone();
        let dates = Dates { order: None, zone };
        for (text, expected) in [
            ("2023-06-30T20:00:00Z", date(2023, 7, 1)),
            ("2023-06-30T20:00:00.000+0000", date(2023, 7, 1)),
            ("2023-06-30 23:00:00 -07:00", date(2023, 7, 1)),
            ("2023-07-01T06:00+10", date(2023, 7, 1)),
            ("2023-07-01T01:00+10", date(2023, 6, 30)),
        ] {
            assert_eq!(dates.read(text), Ok((expected, true)), "{text}");
        }
        assert_eq!(dates.read("2023-06-30 23:59:59"), Ok((date(2023, 6, 30), false)));
    }

    #[test]
    fn a_cell_can_tell_the_order() {
        for (text, expected) in [
            ("25/12/2023", Some(Order::DayFirst)),
            ("12.25.2023", Some(Order::MonthFirst)),
            ("03/04/2023 8:00", Some(Order::Either)),
            ("04/04/2023", None),
            ("2023-03-04", None),
            ("45200", Some(Order::Days)),
            ("20231001", None),
            ("x", None),
        ] {
            assert_eq!(order(text), expected, "{text}");
        }
    }
}
