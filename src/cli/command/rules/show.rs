//! `rules show`: what the rules in use are, and how their codes are read.

use std::io;

use clap::Args;
use serde::Serialize;

use super::list::{self, List};
use crate::cli::context::Context;
use crate::cli::format::Format;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::anatomy;
use crate::cli::output::answer::{Answer, JsonLines};
use crate::cli::output::json;
use crate::cli::output::page::Page;
use crate::registry;
use crate::report::anatomy::{Anatomy, AnatomyPart, Numbers, Says};
use crate::report::language::Language;

/// Show the rules in use: an example of their codes, and what each segment means
///
/// The example is a real code, of the first values that can be used and the first number; nothing
/// is issued. In a pipe there is one line a rule, or, where rules are named, one line a segment:
/// segment, start, width, kind, example, meaning, rule.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules show
  custcode rules show graded yearly
  custcode rules show graded --format csv
  custcode rules show --json")]
pub(crate) struct Show {
    /// Only these rules, by name or id
    #[arg(value_name = "RULE")]
    names: Vec<String>,
}

impl Show {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let book = context.book()?;
        let rules = match self.names.as_slice() {
            [] => book.rules().iter().collect(),
            names => names.iter().map(|name| book.find(name)).collect::<Result<Vec<_>, _>>()?,
        };
        if self.names.is_empty() && matches!(context.ui.format(), Format::Plain | Format::Csv) {
            context.ui.answer(&List::of(book.rules()))?;
            return Ok(Status::Done);
        }
        let today = registry::today(&book, context.now());
        let list: Vec<_> = rules.into_iter().map(|rule| Anatomy::of(&book, rule, today)).collect();
        let rules = list.iter().map(Facts::from).collect();
        context.ui.answer(&Anatomies { rules, list: &list, unicode: context.unicode })?;
        Ok(Status::Done)
    }
}

/// Rules taken apart.
#[derive(Serialize)]
struct Anatomies<'a> {
    rules: Vec<Facts<'a>>,
    #[serde(skip)]
    list: &'a [Anatomy<'a>],
    /// Whether lines can be drawn.
    #[serde(skip)]
    unicode: bool,
}

impl Answer for Anatomies<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["segment", "start", "width", "kind", "example", "meaning", "rule"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |anatomy: &Anatomy<'_>, part: &AnatomyPart<'_>| {
            vec![
                part.name.to_owned(),
                part.start.map(|start| start.to_string()).unwrap_or_default(),
                part.width(),
                part.kind().to_owned(),
                part.text.clone().unwrap_or_default(),
                anatomy.meaning(part, Language::English),
                anatomy.rule.name.clone(),
            ]
        };
        self.list.iter().flat_map(|one| one.parts.iter().map(move |part| row(one, part))).collect()
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.extend(&self.rules)
    }

    fn page(&self, page: Page) -> String {
        let one =
            |anatomy: &Anatomy<'_>| head(anatomy, page) + "\n" + &anatomy::draw(anatomy, self.unicode, page);
        self.list.iter().map(one).collect::<Vec<_>>().join("\n")
    }
}

/// What holds for the whole code: its pattern, its customers, its period, its numbers.
fn head(anatomy: &Anatomy<'_>, page: Page) -> String {
    let rule = anatomy.rule;
    let mut text = page.strong(&page.text(&rule.name));
    if let Some(label) = &rule.label {
        text.extend(["  ", &page.text(label)]);
    }
    text.push('\n');
    let mut line = |name: &str, value: &str| text.extend(["  ", name, "  ", &page.text(value), "\n"]);
    line("pattern", &rule.text);
    line("used   ", &used(anatomy));
    if rule.from.is_some() || rule.until.is_some() {
        line("period ", &rule.period().to_string());
    }
    line(
        "room   ",
        &anatomy.numbers.as_ref().map_or_else(|| "one code for each combination".to_owned(), room),
    );
    if anatomy.example.is_none() {
        line("example", "none: no customer can get a code of this rule now");
    }
    text
}

/// When the rule is used.
fn used(anatomy: &Anatomy<'_>) -> String {
    let mut ways: Vec<String> = Vec::new();
    if !anatomy.applies_to.is_empty() {
        let fields = anatomy.applies_to.iter().map(|(field, values)| {
            let keys: Vec<&str> = values.iter().map(|(key, _)| key.as_str()).collect();
            format!("{} {}", field.name, keys.join(", "))
        });
        ways.push(format!("for {}", fields.collect::<Vec<_>>().join(" and ")));
    }
    if anatomy.default {
        let which = if anatomy.sole { "for every customer" } else { "where no other rule applies" };
        ways.push(which.to_owned());
    }
    if ways.is_empty() {
        ways.push(format!("with --rule {}", anatomy.rule.name));
    }
    ways.join("; ")
}

/// How many numbers a scope has.
fn room(numbers: &Numbers<'_>) -> String {
    let Numbers { scope, first, last, step, count } = numbers;
    let step = if *step == 1 { String::new() } else { format!(" in steps of {step}") };
    let scope =
        if scope.is_empty() { "in all".to_owned() } else { format!("within each {}", scope.join(", ")) };
    format!("{count} codes {scope} ({first} to {last}{step})")
}

/// A rule and its anatomy as JSON.
#[derive(Serialize)]
struct Facts<'a> {
    #[serde(flatten)]
    rule: list::Facts<'a>,
    default: bool,
    #[serde(serialize_with = "json::pairs")]
    applies_to: Vec<(&'a str, Vec<&'a str>)>,
    scope: Option<&'a [&'a str]>,
    first: Option<u64>,
    last: Option<u64>,
    step: Option<u64>,
    warn_at: &'a [u8],
    example: Option<&'a str>,
    example_date: Option<String>,
    example_customer: Option<Customer<'a>>,
    segments: Vec<Segment<'a>>,
}

impl<'a> From<&'a Anatomy<'a>> for Facts<'a> {
    fn from(it: &'a Anatomy<'a>) -> Self {
        let applies = it.applies_to.iter().map(|(field, values)| {
            (field.name.as_str(), values.iter().map(|(key, _)| key.as_str()).collect())
        });
        let (example, numbers) = (it.example.as_ref(), it.numbers.as_ref());
        Self {
            rule: list::Facts::from(it.rule),
            default: it.default,
            applies_to: applies.collect(),
            scope: numbers.map(|numbers| numbers.scope.as_slice()),
            first: numbers.map(|numbers| numbers.first),
            last: numbers.map(|numbers| numbers.last),
            step: numbers.map(|numbers| numbers.step),
            warn_at: &it.rule.warn_at,
            example: example.map(|example| example.code.as_str()),
            example_date: example.map(|example| example.date.to_string()),
            example_customer: example.map(|example| {
                Customer(example.customer.iter().map(|(name, key)| (&**name, &**key)).collect())
            }),
            segments: it.parts.iter().map(|part| Segment::new(it, part)).collect(),
        }
    }
}

/// The fields of the customer that the example is for.
#[derive(Serialize)]
struct Customer<'a>(#[serde(serialize_with = "json::pairs")] Vec<(&'a str, &'a str)>);

/// A segment as JSON.
#[derive(Serialize)]
struct Segment<'a> {
    segment: &'a str,
    kind: &'static str,
    /// In characters from 1.
    start: Option<usize>,
    shortest: usize,
    longest: usize,
    text: Option<&'a str>,
    meaning: String,
    #[serde(flatten)]
    says: Option<Content<'a>>,
}

/// What a segment says, by its kind.
#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Value { field: &'a str, label: &'a str, value: Option<&'a str>, value_label: Option<&'a str> },
    Text { field: &'a str, label: &'a str, alphabet: String },
    Date { format: &'a str },
    Number { within: Vec<&'a str> },
    Check { algorithm: &'static str, over: Option<Vec<&'a str>> },
}

impl<'a> Segment<'a> {
    fn new(anatomy: &'a Anatomy<'a>, part: &'a AnatomyPart<'a>) -> Self {
        let names =
            |indices: &[usize]| indices.iter().map(|index| anatomy.parts[*index].name).collect::<Vec<_>>();
        let says = match &part.says {
            Says::Literal => None,
            Says::Value(field, _, path) => Some(Content::Value {
                field: &field.name,
                label: &field.label,
                value: path.last().map(|value| value.key.as_str()),
                value_label: path.last().map(|value| value.label.as_str()),
            }),
            Says::Text(field, alphabet) => Some(Content::Text {
                field: &field.name,
                label: &field.label,
                alphabet: alphabet.to_string(),
            }),
            Says::Date(format) => Some(Content::Date { format }),
            Says::Number(within) => Some(Content::Number { within: names(within) }),
            Says::Check(algorithm, over) => {
                Some(Content::Check { algorithm: algorithm.name(), over: over.as_deref().map(names) })
            }
        };
        Self {
            segment: part.name,
            kind: part.kind(),
            start: part.start,
            shortest: part.widths.0,
            longest: part.widths.1,
            text: part.text.as_deref(),
            meaning: anatomy.meaning(part, Language::English),
            says,
        }
    }
}
