//! The day that date segments of a code were printed from, found by trying: an oracle that knows
//! nothing of how dates are read.

use custcode::code::DateFormat;
use jiff::civil::{Date, date};

/// A day that prints every text under its format. Of years that only two digits are known of, four
/// centuries hold every calendar; where no year is known, 28 years do.
pub(crate) fn printing(printed: &[(&DateFormat, &str)]) -> Option<Date> {
    let prints = |day: &Date| {
        printed.iter().all(|(format, text)| {
            let mut out = String::new();
            format.print(*day, &mut out);
            out == *text
        })
    };
    years(printed).into_iter().find_map(|year| {
        let mut days =
            date(year, 1, 1).series(jiff::Span::new().days(1)).take_while(|day| day.year() == year);
        days.find(|day| prints(day))
    })
}

/// The years worth trying, by the first directive that tells of one.
fn years(printed: &[(&DateFormat, &str)]) -> Vec<i16> {
    let mut best: Vec<i16> = (2000..2028).collect();
    for (format, text) in printed {
        let mut at = 0;
        let mut rest = format.text().chars();
        while let Some(symbol) = rest.next() {
            let directive = if symbol == '%' { rest.next() } else { None };
            let width = match directive {
                Some('Y' | 'G') => 4,
                Some('j') => 3,
                Some(_) => 2,
                None => symbol.len_utf8(),
            };
            let number = text.get(at..at + width).and_then(|digits| digits.parse::<i16>().ok());
            at += width;
            match (directive, number) {
                (Some('Y' | 'G'), Some(year)) => {
                    return (year - 1..=year + 1).filter(|year| (1..=9999).contains(year)).collect();
                }
                (Some('y'), Some(year)) => {
                    best = [2000, 1900, 1800, 1700].map(|century| century + year).into();
                }
                _ => {}
            }
        }
    }
    best
}
