//! The rules of a history: a few small series that run out soon, as a rule file and as plain
//! arithmetic.

use std::fmt::Write as _;

/// The values of the field `type`, and what is printed of each.
pub(super) const KINDS: [(&str, &str); 3] = [("vip", "V"), ("regular", "R"), ("staff", "S")];

/// The values of the field `area`, and what is printed of each.
pub(super) const AREAS: [(&str, &str); 2] = [("north", "N"), ("south", "S")];

/// The day from which the rule `extra`, once widened, prints two digits.
const WIDER_FROM: &str = "2027-06-01";

/// What changes in the rule file while a history goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rules {
    /// A text that no code depends on.
    pub(super) label: u64,
    /// Whether the rule `graded` is called `plain` and keeps its id.
    pub(super) plain: bool,
    /// The distance of the numbers of `graded`.
    pub(super) step: u64,
    /// What the codes of `yearly` begin with.
    pub(super) letter: char,
    /// The last number of a year.
    pub(super) a_year: u64,
    /// The rule that comes later.
    pub(super) extra: Extra,
}

/// How the rule `extra` stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    Missing,
    Narrow,
    Wide,
}

/// The numbers of a rule, as it has them.
pub(super) struct Series {
    start: u64,
    step: u64,
    last: u64,
    width: usize,
    forbidden: Option<char>,
    /// Whether a check digit follows, which some numbers have not.
    checked: bool,
}

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// The id of its rule.
    pub(super) rule: &'static str,
    /// What the number counts within, as the ledger writes it.
    pub(super) scope: String,
    pub(super) number: Option<u64>,
    pub(super) kind: Option<&'static str>,
    pub(super) area: Option<&'static str>,
    /// The two digits of the year.
    pub(super) year: Option<String>,
}

/// Whose code it is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Whose<'w> {
    pub(super) kind: Option<&'w str>,
    pub(super) area: Option<&'w str>,
    pub(super) date: &'w str,
}

impl Rules {
    /// Those at the beginning.
    pub(super) fn first() -> Self {
        Self { label: 0, plain: false, step: 3, letter: 'Y', a_year: 6, extra: Extra::Missing }
    }

    /// The file.
    pub(super) fn toml(&self) -> String {
        let name = self.graded();
        let mut text = format!(
            "custcode = 1\ntimezone = \"Asia/Shanghai\"\ndefault_rule = \"{name}\"\n\
             [fields.type.values]\nvip = \"V\"\nregular = \"R\"\nstaff = \"S\"\n\
             [fields.area.values]\nnorth = \"N\"\nsouth = \"S\"\n\
             [rules.{name}]\nid = \"graded\"\nlabel = \"label {}\"\npattern = \"{{type}}{{seq:2}}\"\n\
             seq = {{ start = 2, step = {}, skip_digits = \"4\" }}\n\
             [rules.yearly]\npattern = \"{}{{date:%y}}-{{seq:1}}\"\nseq = {{ max = {} }}\n\
             [rules.checked]\npattern = \"C{{seq:2}}{{check}}\"\nseq = {{ max = 60 }}\n\
             applies_to = {{ type = [\"staff\"] }}\nallow = [\"weak-check\"]\n\
             check = {{ algorithm = \"weighted\", modulus = 11, weights = [2, 3], symbols = \"0123456789\", over = [\"seq\"] }}\n\
             [rules.single]\npattern = \"N{{type}}{{area}}\"\nallow = [\"no-sequence\"]\n",
            self.label, self.step, self.letter, self.a_year,
        );
        match self.extra {
            Extra::Missing => {}
            Extra::Narrow => text.push_str("[rules.extra]\npattern = \"X{seq:1}\"\n"),
            Extra::Wide => {
                let _ = write!(
                    text,
                    "[rules.extra]\npattern = \"X{{seq:1}}\"\nseq = {{ widen = {{ from = {WIDER_FROM}, to = 2 }} }}\n"
                );
            }
        }
        text
    }

    /// What the rule `graded` is called by now.
    pub(super) fn graded(&self) -> &'static str {
        if self.plain { "plain" } else { "graded" }
    }

    /// The id of the rule with this name on a record date.
    pub(super) fn named(&self, name: &str, date: &str) -> Option<&'static str> {
        match name {
            name if name == self.graded() => Some("graded"),
            "yearly" => Some("yearly"),
            "checked" => Some("checked"),
            "single" => Some("single"),
            "extra" => match self.extra {
                Extra::Missing => None,
                Extra::Wide if date >= WIDER_FROM => Some("extra-2"),
                Extra::Narrow | Extra::Wide => Some("extra"),
            },
            _ => None,
        }
    }

    /// The id of the rule that gives somebody a code; none where there is none, or it does not take
    /// them.
    pub(super) fn chosen(&self, name: Option<&str>, whose: Whose<'_>) -> Option<&'static str> {
        let staff = whose.kind == Some("staff");
        match name {
            None if staff => Some("checked"),
            None => Some("graded"),
            Some(name) => self.named(name, whose.date).filter(|rule| *rule != "checked" || staff),
        }
    }

    /// The numbers of the rule with this id; none where it counts nothing, or is not there.
    pub(super) fn series(&self, rule: &str) -> Option<Series> {
        let plain = |last, width| Series { start: 1, step: 1, last, width, forbidden: None, checked: false };
        Some(match rule {
            "graded" => Series { start: 2, step: self.step, forbidden: Some('4'), ..plain(99, 2) },
            "yearly" => plain(self.a_year, 1),
            "checked" => Series { checked: true, ..plain(60, 2) },
            "extra" if self.extra != Extra::Missing => plain(9, 1),
            "extra-2" if self.extra == Extra::Wide => Series { start: 10, ..plain(99, 2) },
            _ => return None,
        })
    }

    /// The scope in which a rule counts somebody; none where what it prints is not known.
    pub(super) fn scope(rule: &str, whose: Whose<'_>) -> Option<String> {
        Some(match rule {
            "graded" => format!("[\"{}\"]", printed(&KINDS, whose.kind?)?),
            "yearly" => format!("[\"{}\"]", &whose.date[2..4]),
            "single" => {
                let _ = (printed(&KINDS, whose.kind?)?, printed(&AREAS, whose.area?)?);
                "[]".to_owned()
            }
            _ => "[]".to_owned(),
        })
    }

    /// A code; none where the number has none.
    pub(super) fn print(&self, rule: &str, whose: Whose<'_>, number: u64) -> Option<String> {
        let digits = |series: Series| format!("{number:0width$}", width = series.width);
        let series = self.series(rule);
        if series.as_ref().is_some_and(|series| !series.holds(number)) {
            return None;
        }
        Some(match rule {
            "graded" => format!("{}{}", printed(&KINDS, whose.kind?)?, digits(series?)),
            "yearly" => format!("{}{}-{}", self.letter, &whose.date[2..4], digits(series?)),
            "checked" => format!("C{}{}", digits(series?), check_digit(number)?),
            "single" => format!("N{}{}", printed(&KINDS, whose.kind?)?, printed(&AREAS, whose.area?)?),
            _ => format!("X{}", digits(series?)),
        })
    }

    /// What a code in capitals says under these rules.
    pub(super) fn read(&self, code: &str) -> Option<Reading> {
        let key = |values: &[(&'static str, &str)], text: &str| {
            values.iter().find(|(_, printed)| *printed == text).map(|(key, _)| *key)
        };
        let nothing =
            Reading { rule: "", scope: "[]".to_owned(), number: None, kind: None, area: None, year: None };
        let counted = |rule: &'static str, text: &str, reading: Reading| {
            let series = self.series(rule)?;
            let number = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?;
            let fits = text.len() == series.width && series.holds(number);
            fits.then_some(Reading { rule, number: Some(number), ..reading })
        };
        let (head, rest) = (code.get(..1)?, code.get(1..)?);
        if head == "N" && rest.len() == 2 {
            let (kind, area) = (key(&KINDS, &rest[..1])?, key(&AREAS, &rest[1..])?);
            return Some(Reading { rule: "single", kind: Some(kind), area: Some(area), ..nothing });
        }
        if let Some(kind) = key(&KINDS, head) {
            let scope = format!("[\"{head}\"]");
            return counted("graded", rest, Reading { scope, kind: Some(kind), ..nothing });
        }
        if head == "C" {
            let (digits, check) = (rest.get(..2)?, rest.get(2..)?);
            let reading = counted("checked", digits, nothing)?;
            let right = reading.number.and_then(check_digit).is_some_and(|digit| digit.to_string() == check);
            return right.then_some(reading);
        }
        if head == "X" {
            let rule = if rest.len() == 1 { "extra" } else { "extra-2" };
            return counted(rule, rest, nothing);
        }
        let (year, digits) = rest.split_once('-')?;
        let dated = head.starts_with(self.letter)
            && year.len() == 2
            && year.bytes().all(|byte| byte.is_ascii_digit());
        let scope = format!("[\"{year}\"]");
        counted("yearly", digits, Reading { scope, year: Some(year.to_owned()), ..nothing }).filter(|_| dated)
    }
}

impl Series {
    /// Whether a number stands in the series and has no forbidden digit.
    pub(super) fn holds(&self, number: u64) -> bool {
        let digits = format!("{number:0width$}", width = self.width);
        let forbidden = self.forbidden.is_some_and(|digit| digits.contains(digit));
        self.steps_on(number) && !forbidden
    }

    /// Whether a number stands in the series, whatever its digits.
    pub(super) fn steps_on(&self, number: u64) -> bool {
        (self.start..=self.last).contains(&number) && (number - self.start).is_multiple_of(self.step)
    }

    /// Whether a number can have a code.
    pub(super) fn has_code(&self, number: u64) -> bool {
        self.holds(number) && (!self.checked || check_digit(number).is_some())
    }

    /// The numbers above a counter, whatever their digits.
    pub(super) fn above(&self, last: Option<u64>) -> impl Iterator<Item = u64> + '_ {
        let first = last.map_or(self.start, |last| last + 1);
        (first..=self.last).filter(|number| self.steps_on(*number))
    }

    /// How many numbers there are, and how many of them are above this one.
    pub(super) fn room(&self, number: u64) -> (u64, u64) {
        let count = |from: u64| (from..=self.last).filter(|number| self.holds(*number)).count() as u64;
        (count(self.start), count(number + 1))
    }
}

/// The check digit of a number of the rule `checked`: weights 2 and 3 from the right, modulus 11,
/// no symbol for ten.
fn check_digit(number: u64) -> Option<u64> {
    let sum = 2 * (number % 10) + 3 * (number / 10);
    Some((11 - sum % 11) % 11).filter(|digit| *digit < 10)
}

/// What is printed of a value.
fn printed(values: &[(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    values.iter().find(|(known, _)| *known == key).map(|(_, printed)| *printed)
}
