//! The printed texts of a date format, digit by digit: every real day, and no other.

use std::collections::HashMap;

use crate::code::check::rates::Edges;
use crate::code::{DateFacts, DateFormat, DatePart, Directive};

/// The layers of a format; the last one leads to state 0. `None` for formats whose parts depend on
/// each other in more than the length of months and years.
pub(super) fn layers(format: &DateFormat) -> Option<Vec<Edges>> {
    is_simple(format).then_some(())?;
    let mut states = vec![DateFacts::default()];
    let mut layers: Vec<Edges> = Vec::new();
    for part in format.parts() {
        match part {
            DatePart::Literal(text) => {
                let one_way = |byte: u8| (0..).take(states.len()).map(|state| vec![(byte, state)]).collect();
                layers.extend(text.bytes().map(one_way));
            }
            DatePart::Directive(directive) => states = digits(*directive, &states, &mut layers),
        }
    }
    // What is known of the day makes no difference behind it.
    for edges in layers.last_mut().into_iter().flatten() {
        edges.iter_mut().for_each(|(_, to)| *to = 0);
    }
    Some(layers)
}

/// Whether the format has a year at most once, and beside it only what a year's length decides on.
fn is_simple(format: &DateFormat) -> bool {
    use Directive::{Day, DayOfYear, IsoWeek, IsoYear, Month, Year, YearOfCentury};
    let directives: Vec<Directive> = format
        .parts()
        .iter()
        .filter_map(|part| match part {
            DatePart::Directive(directive) => Some(*directive),
            DatePart::Literal(_) => None,
        })
        .collect();
    let once = directives.iter().enumerate().all(|(at, directive)| !directives[..at].contains(directive));
    let only = |known: &[Directive]| directives.iter().all(|directive| known.contains(directive));
    once && (only(&[Year, Month, Day, DayOfYear])
        || only(&[YearOfCentury, Month, Day, DayOfYear])
        || only(&[IsoYear, IsoWeek]))
}

/// Appends the layers of a directive behind `states`; the states after it.
fn digits(directive: Directive, states: &[DateFacts], layers: &mut Vec<Edges>) -> Vec<DateFacts> {
    let width = directive.width();
    let mut own: Vec<Edges> = vec![Vec::new(); width];
    own[0] = vec![Vec::new(); states.len()];
    let (mut after, mut unreal): (Vec<DateFacts>, Vec<DateFacts>) = (Vec::new(), Vec::new());
    // By layer: the beginnings of numbers, each with the state that they were begun in.
    let mut known: Vec<HashMap<(usize, String), u32>> = vec![HashMap::new(); width];
    for (state, facts) in states.iter().enumerate() {
        for number in directive.numbers() {
            let mut facts = *facts;
            if !facts.add(directive, number) {
                continue;
            }
            let end = likened(directive, number, facts);
            if unreal.contains(&end) {
                continue;
            }
            let known_end = after.iter().position(|known| *known == end);
            if known_end.is_none() && !end.some_day_fits() {
                unreal.push(end);
                continue;
            }
            let end = known_end.unwrap_or_else(|| {
                after.push(end);
                after.len() - 1
            });
            let text = format!("{number:0width$}");
            let mut at = state;
            for (place, digit) in text.bytes().enumerate() {
                let to = if place + 1 == width {
                    u32::try_from(end).unwrap_or(u32::MAX)
                } else {
                    let next = &mut own[place + 1];
                    *known[place].entry((state, text[..=place].to_owned())).or_insert_with(|| {
                        next.push(Vec::new());
                        u32::try_from(next.len() - 1).unwrap_or(u32::MAX)
                    })
                };
                let edges = &mut own[place][at];
                // Numbers ascend, so that an edge that is known is the last one.
                if edges.last() != Some(&(digit, to)) {
                    edges.push((digit, to));
                }
                at = to as usize;
            }
        }
    }
    layers.extend(own);
    after
}

/// The facts with a year that stands for all years of its length.
fn likened(directive: Directive, number: i16, facts: DateFacts) -> DateFacts {
    let year = match directive {
        Directive::Year if number % 4 == 0 && (number % 100 != 0 || number % 400 == 0) => 2024,
        Directive::Year => 2023,
        // 00 may be 2000.
        Directive::YearOfCentury if number % 4 == 0 => 24,
        Directive::YearOfCentury => 23,
        Directive::IsoYear if has_week_53(number) => 2020,
        Directive::IsoYear => 2021,
        _ => return facts,
    };
    let mut like = DateFacts::default();
    for part in facts.directives() {
        let known = facts.get(part).unwrap_or_default();
        like.add(part, if part == directive { year } else { known });
    }
    like
}

fn has_week_53(year: i16) -> bool {
    let mut facts = DateFacts::default();
    facts.add(Directive::IsoYear, year) && facts.add(Directive::IsoWeek, 53) && facts.some_day_fits()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many texts the layers lead through.
    fn texts(format: &str) -> u64 {
        let layers = layers(&DateFormat::new(format).expect("a format")).expect("parts that are followed");
        let mut ways = vec![1];
        for edges in layers {
            let states = edges.iter().flatten().map(|(_, to)| *to as usize + 1).max().unwrap_or(0);
            let mut next = vec![0_u64; states];
            for (from, edges) in edges.iter().enumerate() {
                edges.iter().for_each(|(_, to)| next[*to as usize] += ways[from]);
            }
            ways = next;
        }
        ways.iter().sum()
    }

    #[test]
    fn every_real_day_has_its_text_and_no_other_text_is_one() {
        let leap_years = 9999 / 4 - 9999 / 100 + 9999 / 400;
        let days = 365 * 9999 + leap_years;
        for (format, count) in [
            ("%m%d", 366),
            ("%d.%m.", 366),
            ("%j", 366),
            ("%V", 53),
            ("%y%m", 1200),
            ("%y%m%d", 75 * 365 + 25 * 366),
            ("%d%m%y", 75 * 365 + 25 * 366),
            ("%Y%m%d", days),
            ("%d-%m-%Y", days),
            ("%Y%j", days),
            ("%GW%V", 9999 * 52 + (1..=9999).filter(|year| has_week_53(*year)).count() as u64),
        ] {
            assert_eq!(texts(format), count, "{format}");
        }
        assert_eq!(layers(&DateFormat::new("%Y%V").expect("a format")), None);
    }
}
