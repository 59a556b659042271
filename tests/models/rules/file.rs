//! A rule file as plain data, and what it means, read naively: which customers a rule takes, on
//! which days, and what it prints for them, segment by segment. Nothing of the program is used here
//! but the arithmetic of days.

use std::collections::HashSet;
use std::fmt::Write as _;

use jiff::ToSpan as _;
use jiff::civil::Date;

/// A rule file.
#[derive(Debug, Clone, Default)]
pub(super) struct File {
    pub(super) fields: Vec<Field>,
    pub(super) rules: Vec<Rule>,
}

/// A declared field.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Empty for free text.
    pub(super) values: Vec<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Dictionary,
    /// Classes of two levels, one character each.
    Classes {
        leaf_only: bool,
    },
    /// One character of these.
    Text(&'static str),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Value {
    pub(super) key: String,
    pub(super) code: String,
    pub(super) attributes: Vec<(&'static str, String)>,
    pub(super) period: Period,
}

/// First and last record date.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Period(pub(super) Option<Date>, pub(super) Option<Date>);

#[derive(Debug, Clone, Default)]
pub(super) struct Rule {
    pub(super) segments: Vec<Segment>,
    pub(super) numbers: Numbers,
    /// Weighted modulo 11 (no digit for 10) instead of sum10.
    pub(super) eleven: bool,
    /// Field and keys.
    pub(super) applies_to: Vec<(usize, Vec<String>)>,
    pub(super) period: Period,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Literal(String),
    Code(usize),
    Attribute(usize, &'static str),
    Level(usize, usize),
    Date(String),
    Number,
    Check,
}

/// The numbers of a sequence, in ten digits.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    pub(super) width: usize,
    pub(super) start: u64,
    pub(super) step: u64,
    pub(super) max: u64,
    pub(super) skip: Option<char>,
}

/// Who gets a code, and which: a key (or text) for each field, by field; `None` where the rule has
/// no need of it.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    pub(super) keys: Vec<Option<String>>,
    pub(super) day: Date,
    pub(super) number: Option<u64>,
}

impl Period {
    pub(super) fn holds(self, day: Date) -> bool {
        self.0.is_none_or(|first| first <= day) && self.1.is_none_or(|last| day <= last)
    }

    fn write(self, separator: &str, out: &mut String) {
        for (name, day) in [("from", self.0), ("until", self.1)] {
            if let Some(day) = day {
                write!(out, "{separator}{name} = {day}").expect("a string takes it");
            }
        }
    }
}

impl File {
    /// The file as a person writes it.
    pub(super) fn text(&self) -> String {
        let mut text = "custcode = 1\ntimezone = \"UTC\"\n".to_owned();
        let mut line = |line: String| text.extend([&line, "\n"]);
        for field in &self.fields {
            line(format!("[fields.{}]", field.name));
            match field.kind {
                Kind::Dictionary => {}
                Kind::Classes { leaf_only } => line(format!("levels = [1, 1]\nleaf_only = {leaf_only}")),
                Kind::Text(charset) => line(format!("text = {{ width = 1, charset = {charset:?} }}")),
            }
            if !field.values.is_empty() {
                line(format!("[fields.{}.values]", field.name));
            }
            for value in &field.values {
                let mut inside = format!("code = {:?}", value.code);
                for (name, attribute) in &value.attributes {
                    write!(inside, ", {name} = {attribute:?}").expect("a string takes it");
                }
                value.period.write(", ", &mut inside);
                line(format!("{} = {{ {inside} }}", value.key));
            }
        }
        for (nth, rule) in self.rules.iter().enumerate() {
            line(format!("[rules.r{nth}]\nallow = [\"no-sequence\", \"weak-check\"]"));
            line(format!("pattern = {:?}", self.pattern(rule)));
            let mut period = String::new();
            rule.period.write("\n", &mut period);
            line(period);
            if rule.segments.contains(&Segment::Number) {
                let Numbers { start, step, max, skip, .. } = &rule.numbers;
                let skip = skip.map(|digit| format!(", skip_digits = \"{digit}\"")).unwrap_or_default();
                line(format!("seq = {{ start = {start}, step = {step}, max = {max}{skip} }}"));
            }
            if rule.segments.contains(&Segment::Check) {
                line(if rule.eleven {
                    "check = { algorithm = \"weighted\", modulus = 11, weights = [1], symbols = \"0123456789\" }".to_owned()
                } else {
                    "check = { algorithm = \"sum10\" }".to_owned()
                });
            }
            if !rule.applies_to.is_empty() {
                let taken = rule.applies_to.iter();
                let taken = taken.map(|(field, keys)| format!("{} = {keys:?}", self.fields[*field].name));
                line(format!("applies_to = {{ {} }}", taken.collect::<Vec<_>>().join(", ")));
            }
        }
        text
    }

    pub(super) fn pattern(&self, rule: &Rule) -> String {
        let segment = |segment: &Segment| match segment {
            Segment::Literal(text) => text.clone(),
            Segment::Code(field) => format!("{{{}}}", self.fields[*field].name),
            Segment::Attribute(field, name) => format!("{{{}.{name}}}", self.fields[*field].name),
            Segment::Level(field, level) => format!("{{{}@{level}}}", self.fields[*field].name),
            Segment::Date(format) => format!("{{date:{format}}}"),
            Segment::Number => format!("{{seq:{}}}", rule.numbers.width),
            Segment::Check => "{check}".to_owned(),
        };
        rule.segments.iter().map(segment).collect()
    }

    /// The keys (or texts) of a field that customers of a rule can have.
    pub(super) fn keys(&self, rule: &Rule, field: usize) -> Vec<String> {
        let taken = rule.applies_to.iter().find(|(own, _)| *own == field).map(|(_, keys)| keys);
        let Field { kind, values, .. } = &self.fields[field];
        let all: Vec<String> = if let Kind::Text(charset) = kind {
            charset.chars().map(String::from).collect()
        } else {
            let usable = |value: &&Value| {
                *kind != Kind::Classes { leaf_only: true }
                    || !values.iter().any(|other| {
                        other.code.len() > value.code.len() && other.code.starts_with(&value.code)
                    })
            };
            values.iter().filter(usable).map(|value| value.key.clone()).collect()
        };
        all.into_iter().filter(|key| taken.is_none_or(|keys| keys.contains(key))).collect()
    }

    /// Whether the value may be given to a customer of this day; a class needs the one above it.
    pub(super) fn holds(&self, field: usize, key: &str, day: Date) -> bool {
        let values = &self.fields[field].values;
        let Some(value) = values.iter().find(|value| value.key == key) else { return true };
        let above = values.iter().filter(|other| {
            matches!(self.fields[field].kind, Kind::Classes { .. }) && value.code.starts_with(&other.code)
        });
        value.period.holds(day) && above.into_iter().all(|other| other.period.holds(day))
    }

    /// What the segments of a rule print for a customer; `None` where one of them has nothing to
    /// print.
    pub(super) fn print(&self, rule: &Rule, customer: &Customer) -> Option<Vec<String>> {
        let value = |field: usize| {
            let key = customer.keys[field].as_ref()?;
            self.fields[field].values.iter().find(|value| value.key == *key)
        };
        let text = |segment: &Segment| {
            Some(match segment {
                Segment::Literal(text) => text.clone(),
                Segment::Code(field) => match self.fields[*field].kind {
                    Kind::Text(_) => customer.keys[*field].clone()?,
                    _ => value(*field)?.code.clone(),
                },
                Segment::Attribute(field, name) => {
                    value(*field)?.attributes.iter().find(|(own, _)| own == name)?.1.clone()
                }
                Segment::Level(field, level) => value(*field)?.code.get(..*level)?.to_owned(),
                Segment::Date(format) => print_date(format, customer.day),
                Segment::Number => format!("{:0width$}", customer.number?, width = rule.numbers.width),
                Segment::Check => String::new(),
            })
        };
        let mut texts: Vec<String> = rule.segments.iter().map(text).collect::<Option<_>>()?;
        if let Some(place) = rule.segments.iter().position(|segment| *segment == Segment::Check) {
            let summed = texts.concat();
            let values: Vec<u32> = summed.chars().filter_map(|symbol| symbol.to_digit(36)).collect();
            let sum: u32 = values.iter().sum();
            let modulus = if rule.eleven { 11 } else { 10 };
            let check = (modulus - sum % modulus) % modulus;
            if check == 10 || values.is_empty() {
                return None;
            }
            texts[place] = check.to_string();
        }
        Some(texts)
    }

    /// The fields that a customer of a rule needs.
    pub(super) fn needed(&self, rule: &Rule) -> Vec<usize> {
        let printed = |field: &usize| rule.segments.iter().any(|segment| segment.field() == Some(*field));
        let asked = |field: &usize| rule.applies_to.iter().any(|(own, _)| own == field);
        (0..self.fields.len()).filter(|field| printed(field) || asked(field)).collect()
    }

    /// Everybody to whom a rule gives a code on one of these days; with `always`, whatever the
    /// periods.
    pub(super) fn customers(&self, rule: &Rule, days: &[Date], always: bool) -> Vec<Customer> {
        let mut all: Vec<Vec<Option<String>>> = vec![vec![None; self.fields.len()]];
        for field in self.needed(rule) {
            let keys = self.keys(rule, field);
            let longer = |keys_so_far: &Vec<Option<String>>| -> Vec<Vec<Option<String>>> {
                let with = |key: &String| {
                    let mut keys = keys_so_far.clone();
                    keys[field] = Some(key.clone());
                    keys
                };
                keys.iter().map(with).collect()
            };
            all = all.iter().flat_map(longer).collect();
        }
        let numbers: Vec<Option<u64>> = if rule.segments.contains(&Segment::Number) {
            rule.numbers.list().into_iter().map(Some).collect()
        } else {
            vec![None]
        };
        let dated = rule.segments.iter().any(|segment| matches!(segment, Segment::Date(_)));
        let mut customers = Vec::new();
        for keys in all {
            let holds = |day: &&Date| always || self.issues(rule, &keys, **day);
            let days = days.iter().filter(holds).take(if dated { usize::MAX } else { 1 });
            for day in days {
                let customer =
                    |number: &Option<u64>| Customer { keys: keys.clone(), day: *day, number: *number };
                customers.extend(numbers.iter().map(customer));
            }
        }
        customers
    }

    /// Whether the rule and all values hold on a day.
    pub(super) fn issues(&self, rule: &Rule, keys: &[Option<String>], day: Date) -> bool {
        let holds = |(field, key): (usize, &Option<String>)| {
            key.as_ref().is_none_or(|key| self.holds(field, key, day))
        };
        rule.period.holds(day) && keys.iter().enumerate().all(holds)
    }

    /// What a code must tell of a customer: each key that is printed whole or by an attribute, each
    /// text that only a cut class code prints, the printed dates, the number.
    pub(super) fn told(&self, rule: &Rule, customer: &Customer) -> String {
        let mut told: Vec<String> = Vec::new();
        for (field, key) in customer.keys.iter().enumerate() {
            if !rule.segments.iter().any(|segment| segment.field() == Some(field)) {
                continue;
            }
            if rule.decides(field) {
                told.push(format!("{field}={}", key.as_deref().unwrap_or_default()));
            } else {
                let code = self.fields[field].values.iter().find(|value| Some(&value.key) == key.as_ref());
                told.push(format!("{field}@{}", code.map_or("", |value| &value.code[..1])));
            }
        }
        for segment in &rule.segments {
            if let Segment::Date(format) = segment {
                told.push(print_date(format, customer.day));
            }
        }
        told.push(format!("{:?}", customer.number));
        told.join(" ")
    }
}

impl Segment {
    pub(super) fn field(&self) -> Option<usize> {
        match self {
            Self::Code(field) | Self::Attribute(field, _) | Self::Level(field, _) => Some(*field),
            _ => None,
        }
    }
}

impl Rule {
    /// Whether a code says which value of a field its customer has, and not only the branch of a
    /// class tree.
    pub(super) fn decides(&self, field: usize) -> bool {
        // The second of two levels is the last: cut there, a class code is whole.
        let whole = |segment: &Segment| *segment != Segment::Level(field, 1);
        self.segments.iter().any(|segment| segment.field() == Some(field) && whole(segment))
    }
}

impl Numbers {
    pub(super) fn list(&self) -> Vec<u64> {
        let fits = |number: &u64| {
            let text = format!("{number:0width$}", width = self.width);
            text.len() == self.width && !self.skip.is_some_and(|digit| text.contains(digit))
        };
        let step = usize::try_from(self.step).expect("a small step");
        (self.start..=self.max).step_by(step).filter(fits).collect()
    }
}

/// What a format prints, counted on the fingers.
pub(super) fn print_date(format: &str, day: Date) -> String {
    let first = |year: i16| Date::new(year, 1, 1).expect("a year has a first day");
    let of_year = |day: Date| (first(day.year()).until(day).expect("within a year").get_days()) + 1;
    // The Thursday of a week says in which year it lies.
    let monday = i64::from(day.weekday().to_monday_zero_offset());
    let thursday = day.checked_add((3 - monday).days()).expect("near a day of our time");
    let mut out = String::new();
    let mut symbols = format.chars();
    while let Some(symbol) = symbols.next() {
        let (number, width) = match (symbol, if symbol == '%' { symbols.next() } else { None }) {
            ('%', Some('Y')) => (day.year().into(), 4),
            ('%', Some('y')) => ((day.year() % 100).into(), 2),
            ('%', Some('m')) => (day.month().into(), 2),
            ('%', Some('d')) => (day.day().into(), 2),
            ('%', Some('j')) => (of_year(day), 3),
            ('%', Some('G')) => (thursday.year().into(), 4),
            ('%', Some('V')) => ((of_year(thursday) - 1) / 7 + 1, 2),
            (literal, _) => {
                out.push(literal);
                continue;
            }
        };
        let _ = write!(out, "{number:0width$}");
    }
    out
}

/// How many different days print what one day prints, among those of the years around it: as far as
/// it matters, whether there is another one.
pub(super) fn other_day(formats: &[&str], day: Date) -> Option<Date> {
    let printed: HashSet<String> = formats.iter().map(|format| print_date(format, day)).collect();
    let years = day.year() - 1..=day.year() + 1;
    let days = years.flat_map(|year| {
        let first = Date::new(year, 1, 1).expect("a year has a first day");
        first.series(1.day()).take_while(move |day| day.year() == year)
    });
    days.into_iter().find(|other| {
        *other != day && formats.iter().all(|format| printed.contains(&print_date(format, *other)))
    })
}
