//! `rules show`: what the rules in use are, and how their codes are read.

use clap::Args;
use serde_json::{Map, Value};

use super::list::{self, List};
use crate::cli::args::Format;
use crate::cli::render::{Answer, Page, Records, anatomy, object};
use crate::cli::{Context, Outcome, Status};
use crate::registry;
use crate::report::anatomy::{Anatomy, Numbers, Part, Says};
use crate::report::language::Language;

/// Show the rules in use: an example of their codes, and what each segment means
///
/// The example is a real code, of the first values that can be used and the first number; nothing is issued. In a pipe there is
/// one line a rule, or, where rules are named, one line a segment: segment, start, width, kind, example, meaning, rule.
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
            context.ui.answer(&List { rules: book.rules(), found: None })?;
            return Ok(Status::Done);
        }
        let today = registry::today(&book, context.now());
        let anatomies = rules.into_iter().map(|rule| Anatomy::of(&book, rule, today)).collect();
        context.ui.answer(&Anatomies { list: anatomies, unicode: context.unicode })?;
        Ok(Status::Done)
    }
}

/// Rules taken apart.
struct Anatomies<'b> {
    list: Vec<Anatomy<'b>>,
    /// Whether lines can be drawn.
    unicode: bool,
}

impl Answer for Anatomies<'_> {
    fn facts(&self) -> Map<String, Value> {
        object([("rules", self.list.iter().map(|one| Value::from(facts(one))).collect::<Vec<_>>().into())])
    }

    fn items(&self) -> Vec<Map<String, Value>> {
        self.list.iter().map(facts).collect()
    }

    fn records(&self) -> Records {
        let row = |anatomy: &Anatomy<'_>, part: &Part<'_>| {
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
        Records {
            headers: vec!["segment", "start", "width", "kind", "example", "meaning", "rule"],
            rows: self.list.iter().flat_map(|one| one.parts.iter().map(move |part| row(one, part))).collect(),
        }
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
fn facts(anatomy: &Anatomy<'_>) -> Map<String, Value> {
    let mut members = list::facts(anatomy.rule);
    let applies = anatomy.applies_to.iter().map(|(field, values)| {
        let keys: Vec<&str> = values.iter().map(|(key, _)| key.as_str()).collect();
        (field.name.clone(), Value::from(keys))
    });
    let example = anatomy.example.as_ref();
    let numbers = anatomy.numbers.as_ref();
    let customer = example.map(|example| {
        let keys = example.customer.iter().map(|(name, key)| (name.clone(), Value::from(key.as_str())));
        keys.collect::<Map<_, _>>()
    });
    members.extend(object([
        ("default", anatomy.default.into()),
        ("applies_to", applies.collect::<Map<_, _>>().into()),
        ("scope", numbers.map(|numbers| numbers.scope.clone()).into()),
        ("first", numbers.map(|numbers| numbers.first).into()),
        ("last", numbers.map(|numbers| numbers.last).into()),
        ("step", numbers.map(|numbers| numbers.step).into()),
        ("warn_at", anatomy.rule.warn_at.clone().into()),
        ("example", example.map(|example| example.code.as_str()).into()),
        ("example_date", example.map(|example| example.date.to_string()).into()),
        ("example_customer", customer.into()),
        ("segments", anatomy.parts.iter().map(|part| segment(anatomy, part)).collect::<Vec<_>>().into()),
    ]));
    members
}

/// A segment as JSON; `start` counts characters from 1.
fn segment(anatomy: &Anatomy<'_>, part: &Part<'_>) -> Value {
    let names =
        |indices: &[usize]| indices.iter().map(|index| anatomy.parts[*index].name).collect::<Vec<_>>();
    let mut members = object([
        ("segment", part.name.into()),
        ("kind", part.kind().into()),
        ("start", part.start.into()),
        ("shortest", part.widths.0.into()),
        ("longest", part.widths.1.into()),
        ("text", part.text.clone().into()),
        ("meaning", anatomy.meaning(part, Language::English).into()),
    ]);
    members.extend(match &part.says {
        Says::Literal => Map::new(),
        Says::Value(field, _, path) => object([
            ("field", field.name.as_str().into()),
            ("label", field.label.as_str().into()),
            ("value", path.last().map(|value| value.key.as_str()).into()),
            ("value_label", path.last().map(|value| value.label.as_str()).into()),
        ]),
        Says::Text(field, alphabet) => object([
            ("field", field.name.as_str().into()),
            ("label", field.label.as_str().into()),
            ("alphabet", alphabet.to_string().into()),
        ]),
        Says::Date(format) => object([("format", (*format).into())]),
        Says::Number(within) => object([("within", names(within).into())]),
        Says::Check(algorithm, over) => {
            object([("algorithm", algorithm.name().into()), ("over", over.as_deref().map(names).into())])
        }
    });
    members.into()
}
