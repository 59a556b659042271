//! Random rule files over few symbols, so that what they print often meets.

use jiff::civil::{Date, date};

use super::file::{Customer, Field, File, Kind, Numbers, Period, Rule, Segment, Value, print_date};
use crate::support::Random;

/// Days on which calendars differ: turns of years and of weeks' years, leap days, the same day of
/// several years.
const DAYS: [Date; 18] = [
    date(2019, 12, 30),
    date(2020, 2, 29),
    date(2020, 12, 30),
    date(2020, 12, 31),
    date(2021, 1, 1),
    date(2021, 1, 4),
    date(2023, 3, 1),
    date(2024, 1, 1),
    date(2024, 1, 31),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 5, 15),
    date(2024, 12, 30),
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2025, 1, 6),
    date(2025, 12, 29),
    date(2026, 1, 1),
];

/// The days that are looked at.
pub(super) fn days() -> &'static [Date] {
    &DAYS
}

fn chance(random: &mut Random, one_in: u64) -> bool {
    random.below(one_in) == 0
}

fn index(random: &mut Random, count: usize) -> usize {
    usize::try_from(random.below(count as u64)).expect("an index")
}

fn period(random: &mut Random, one_in: u64) -> Period {
    if !chance(random, one_in) {
        return Period::default();
    }
    let (a, b) = (DAYS[index(random, DAYS.len())], DAYS[index(random, DAYS.len())]);
    match random.below(3) {
        0 => Period(Some(a), None),
        1 => Period(None, Some(a)),
        _ => Period(Some(a.min(b)), Some(a.max(b))),
    }
}

/// A rule file of up to three rules; one is often made of another one.
pub(super) fn file(random: &mut Random) -> File {
    let mut file = File { fields: fields(random), rules: Vec::new() };
    for nth in 0..=random.below(3) {
        let made = if nth > 0 && !chance(random, 4) {
            let other = file.rules[index(random, file.rules.len())].clone();
            like(random, &file, other)
        } else {
            rule(random, &file)
        };
        file.rules.push(Rule { segments: merged(made.segments), ..made });
    }
    file
}

/// Literals that stand side by side are one segment.
fn merged(segments: Vec<Segment>) -> Vec<Segment> {
    let mut merged: Vec<Segment> = Vec::new();
    for segment in segments {
        match (merged.last_mut(), &segment) {
            (Some(Segment::Literal(before)), Segment::Literal(text)) => before.push_str(text),
            _ => merged.push(segment),
        }
    }
    merged
}

fn fields(random: &mut Random) -> Vec<Field> {
    let mut fields = Vec::new();
    for name in ["t", "u"] {
        let mut values: Vec<Value> = Vec::new();
        for nth in 0..=random.below(3) {
            let code = random.pick(&["0", "1", "2", "12", "A", "b", "20", "2-"]).to_owned();
            if values.iter().any(|value| value.code == code) {
                continue;
            }
            let mut attributes = Vec::new();
            for attribute in ["x", "y"] {
                if !chance(random, 5) {
                    attributes.push((attribute, random.pick(&["0", "1", "X", "x", "X2", "20"]).to_owned()));
                }
            }
            values.push(Value {
                key: format!("{name}key{nth}"),
                code,
                attributes,
                period: period(random, 8),
            });
        }
        fields.push(Field { name, kind: Kind::Dictionary, values });
    }
    let mut values: Vec<Value> = Vec::new();
    for (key, code) in [("food", "1"), ("fruit", "10"), ("meat", "1A"), ("tool", "2"), ("saw", "20")] {
        if code.len() == 2 && (chance(random, 3) || !values.iter().any(|value| code.starts_with(&value.code)))
        {
            continue;
        }
        let attributes = if chance(random, 5) {
            vec![]
        } else {
            vec![("x", random.pick(&["F", "G", "f", "1"]).to_owned())]
        };
        values.push(Value {
            key: key.to_owned(),
            code: code.to_owned(),
            attributes,
            period: period(random, 8),
        });
    }
    fields.push(Field { name: "c", kind: Kind::Classes { leaf_only: !chance(random, 3) }, values });
    let charset = *["01", "2A", "0b"].get(index(random, 3)).expect("one of three");
    fields.push(Field { name: "f", kind: Kind::Text(charset), values: Vec::new() });
    fields
}

fn format(random: &mut Random) -> String {
    let mut letters = vec!['Y', 'y', 'm', 'd', 'j', 'G', 'V'];
    let most = if chance(random, 6) { 7 } else { 3 };
    let count = 1 + index(random, most);
    let mut format = String::new();
    for nth in 0..count {
        if nth > 0 && chance(random, 8) {
            format.push(*['-', 'W', '0'].get(index(random, 3)).expect("one of three"));
        }
        format.push('%');
        format.push(letters.remove(index(random, letters.len())));
    }
    format
}

fn segment(random: &mut Random) -> Segment {
    match random.below(14) {
        0 | 1 => Segment::Code(0),
        2 => Segment::Code(1),
        3 => Segment::Attribute(index(random, 2), "x"),
        4 => Segment::Attribute(index(random, 2), "y"),
        5 => Segment::Code(2),
        6 => Segment::Level(2, 1 + index(random, 2)),
        7 => Segment::Attribute(2, "x"),
        8 => Segment::Code(3),
        9 | 10 => Segment::Date(format(random)),
        11 => {
            let shape = format(random);
            Segment::Literal(print_date(&shape, DAYS[index(random, DAYS.len())]))
        }
        _ => Segment::Literal(random.pick(&["0", "1", "2", "20", "-", "A", "b", "X"]).to_owned()),
    }
}

fn numbers(random: &mut Random) -> Numbers {
    let width = 1 + index(random, 2);
    let largest = if width == 1 { 9 } else { 99 };
    let step = if chance(random, 3) { 1 + random.below(4) } else { 1 };
    let start = random.below(largest - 3);
    let skip = chance(random, 4).then_some('4');
    Numbers { width, start, step, max: (start + 4 * step).min(largest), skip }
}

fn rule(random: &mut Random, file: &File) -> Rule {
    let mut segments: Vec<Segment> = (0..=random.below(3)).map(|_| segment(random)).collect();
    if !chance(random, 4) {
        segments.insert(index(random, segments.len() + 1), Segment::Number);
    }
    if chance(random, 3) {
        let place = if chance(random, 3) { index(random, segments.len() + 1) } else { segments.len() };
        segments.insert(place, Segment::Check);
    }
    let numbers = numbers(random);
    let eleven = chance(random, 2);
    let mut rule = Rule { segments, numbers, eleven, applies_to: Vec::new(), period: period(random, 8) };
    restrict(random, file, &mut rule);
    rule
}

fn restrict(random: &mut Random, file: &File, rule: &mut Rule) {
    rule.applies_to.clear();
    if !chance(random, 2) {
        return;
    }
    let field = index(random, file.fields.len());
    let keys: Vec<String> = file.keys(rule, field).into_iter().filter(|_| chance(random, 2)).collect();
    if !keys.is_empty() {
        rule.applies_to.push((field, keys));
    }
}

/// A rule that prints what `rule` prints, or nearly so.
fn like(random: &mut Random, file: &File, mut rule: Rule) -> Rule {
    let days = [DAYS[index(random, DAYS.len())]];
    let customers = file.customers(&rule, &days, true);
    let customer: Option<&Customer> = customers.get(index(random, customers.len().max(1)));
    let printed = customer.and_then(|customer| file.print(&rule, customer));
    for place in 0..rule.segments.len() {
        if !chance(random, 2) {
            continue;
        }
        let own = printed.as_ref().map(|texts| texts[place].clone()).unwrap_or_default();
        let new = match (&rule.segments[place], random.below(4)) {
            (Segment::Number, 0..3) => continue,
            (Segment::Date(old), 0) => {
                let same =
                    |format: &String| print_date(format, DAYS[0]).len() == print_date(old, DAYS[0]).len();
                (0..20).map(|_| format(random)).find(same).map(Segment::Date)
            }
            (_, 1) => Some(segment(random)),
            (_, _) if !own.is_empty() => Some(Segment::Literal(own)),
            _ => None,
        };
        rule.segments[place] = new.unwrap_or_else(|| rule.segments[place].clone());
    }
    if !chance(random, 3) {
        rule.numbers = Numbers { width: rule.numbers.width, ..numbers_of(random, rule.numbers.width) };
    }
    rule.period = period(random, 8);
    restrict(random, file, &mut rule);
    rule
}

fn numbers_of(random: &mut Random, width: usize) -> Numbers {
    loop {
        let numbers = numbers(random);
        if numbers.width == width {
            return numbers;
        }
    }
}
