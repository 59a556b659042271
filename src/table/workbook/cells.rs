//! What a cell says, as text: as the sheet shows it where the value alone would lose something.

use calamine::ExcelDateTime;

use crate::table::record::Kind;

/// From here on whole numbers have more digits than a spreadsheet keeps.
const DAMAGED: f64 = 1e15;

/// A value of a cell.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'v> {
    Text(&'v str),
    /// A number, and the code of its format.
    Number(f64, Option<&'v str>),
    Date(ExcelDateTime),
    Bool(bool),
    /// What a formula failed with, such as `#N/A`.
    Error(&'v str),
}

impl Value<'_> {
    /// Adds its text, and tells what kind of cell it is.
    pub(super) fn write(self, text: &mut String) -> Kind {
        match self {
            Self::Text(value) => {
                text.push_str(value);
                Kind::Text
            }
            Self::Number(number, format) => write_number(number, format, text),
            Self::Date(date) => {
                text.push_str(&date_text(date));
                Kind::Text
            }
            Self::Bool(value) => {
                text.push_str(if value { "true" } else { "false" });
                Kind::Literal
            }
            Self::Error(error) => {
                text.push_str(error);
                Kind::Error
            }
        }
    }
}

fn write_number(number: f64, format: Option<&str>, text: &mut String) -> Kind {
    use std::fmt::Write as _;
    let whole = number.fract() == 0.0;
    if whole && number.abs() >= DAMAGED {
        // With the digits that are left, so that nobody takes it for the whole number.
        let kept: f64 = format!("{number:.14e}").parse().unwrap_or(number);
        text.push_str(&format!("{kept:E}").replacen('E', "E+", 1));
        return Kind::Damaged;
    }
    if whole
        && number >= 0.0
        && let Some(padded) = format.and_then(|format| padded(number, format))
    {
        text.push_str(&padded);
        return Kind::Text;
    }
    // A spreadsheet keeps and shows 15 digits; what the sum of 0.1 and 0.2 has behind them is
    // noise.
    let shown: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    // No negative zero.
    let _ = write!(text, "{}", shown + 0.0);
    Kind::Literal
}

/// A number in a format that fills it up with zeros, such as `0000` or `000-000`; `None` for other
/// formats.
fn padded(number: f64, format: &str) -> Option<String> {
    let format = format.split(';').next()?;
    let (mut pattern, mut zeros, mut characters) = (Vec::new(), 0, format.chars());
    while let Some(character) = characters.next() {
        match character {
            '0' => {
                zeros += 1;
                pattern.push(None);
            }
            '-' | ' ' | '/' => pattern.push(Some(character)),
            '\\' => pattern.push(Some(characters.next()?)),
            '"' => loop {
                match characters.next()? {
                    '"' => break,
                    literal => pattern.push(Some(literal)),
                }
            },
            _ => return None,
        }
    }
    if zeros < 2 {
        return None;
    }
    let digits = format!("{number:0>zeros$.0}");
    // What is longer than the format stands at its first digit.
    let (mut next, surplus) = (0, digits.len() - zeros);
    let mut shown = String::new();
    for place in pattern {
        if let Some(literal) = place {
            shown.push(literal);
        } else {
            let end = next + 1 + if next == 0 { surplus } else { 0 };
            shown.push_str(&digits[next..end]);
            next = end;
        }
    }
    Some(shown)
}

/// A date, a date with its time of day, or a time alone.
fn date_text(date: ExcelDateTime) -> String {
    let serial = date.as_f64();
    if date.is_duration() {
        #[expect(clippy::cast_possible_truncation, reason = "sheets hold days of this age of the world")]
        let seconds = (serial * 86_400.0).round() as i64;
        let (sign, seconds) = (if seconds < 0 { "-" } else { "" }, seconds.unsigned_abs());
        return format!("{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if serial.abs() < 1.0 && serial != 0.0 {
        return time;
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    if time == "00:00:00" { day } else { format!("{day} {time}") }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn text(value: Value<'_>) -> (String, Kind) {
        let mut text = String::new();
        let kind = value.write(&mut text);
        (text, kind)
    }

    #[test]
    fn numbers_are_read_as_they_are_shown() {
        for (number, format, shown) in [
            (1.0, None, "1"),
            (-0.0, None, "0"),
            (0.1 + 0.2, None, "0.3"),
            (1.5, Some("General"), "1.5"),
            (7.0, Some("0000"), "0007"),
            (7.0, Some("0000;-0000"), "0007"),
            (12345.0, Some("0000"), "12345"),
            (1234.0, Some("000-000"), "001-234"),
            (1_234_567.0, Some("000-000"), "1234-567"),
            (7.0, Some("\"K\"000"), "K007"),
            (7.0, Some("0"), "7"),
            (7.0, Some("0.00"), "7"),
            (-7.0, Some("0000"), "-7"),
            (999_999_999_999_999.0, None, "999999999999999"),
        ] {
            assert_eq!(text(Value::Number(number, format)).0, shown, "{number} {format:?}");
        }
        assert_eq!(text(Value::Number(1e15, None)), ("1E+15".to_owned(), Kind::Damaged));
    }

    #[test]
    fn dates_count_from_either_epoch() {
        let date = |serial, later| ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, later);
        for (date, shown) in [
            (date(45200.0, false), "2023-10-01"),
            (date(43738.0, true), "2023-10-01"),
            (date(45_200.354_166_666_7, false), "2023-10-01 08:30:00"),
            (date(0.354_166_666_7, false), "08:30:00"),
            (date(61.0, false), "1900-03-01"),
            (date(0.0, true), "1904-01-01"),
        ] {
            assert_eq!(text(Value::Date(date)).0, shown);
        }
        let long = ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(text(Value::Date(long)).0, "36:00:00");
    }
}
