//! Dates as spreadsheets write them.

use jiff::civil::Date;

/// Reads `2023-10-01`, `2023/10/1`, `2023.10.1`, `20231001` or `2023年10月1日`, with or without a time
/// of day behind. A date whose order of day and month cannot be known is refused.
pub(super) fn parse(text: &str) -> Result<Date, String> {
    let refused = || {
        let mut reason = format!("{text:?} is no date; write it as 2023-10-01");
        if text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() == 5 {
            reason.push_str(" (a spreadsheet's day number: format the column as a date first)");
        }
        reason
    };
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let numbers: Vec<&str> = if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![&day[..4], &day[4..6], &day[6..]]
    } else {
        day.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect()
    };
    let [year, month, day] = numbers[..] else { return Err(refused()) };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return Err(refused());
    }
    let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
        return Err(refused());
    };
    match Date::new(year, month, day) {
        Ok(date) if year >= 1000 => Ok(date),
        _ => Err(format!("{text:?} is no day of the calendar")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spellings_mean_the_same_day() {
        let day = jiff::civil::date(2023, 10, 1);
        for text in [
            "2023-10-01",
            "2023/10/1",
            "2023.10.01",
            "20231001",
            "2023年10月1日",
            "2023-10-01 08:30:00",
            "2023-10-01T08:30:00Z",
            "2023/10/1 0:00",
        ] {
            assert_eq!(parse(text), Ok(day), "{text}");
        }
    }

    #[test]
    fn what_could_be_another_day_is_refused() {
        for text in ["01/10/2023", "10-01", "45200", "2023", "下周", "", "0023-01-01", "2023-1-001"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse("2023-02-30"), Err("\"2023-02-30\" is no day of the calendar".to_owned()));
        assert!(parse("45200").is_err_and(|reason| reason.contains("day number")));
    }
}
