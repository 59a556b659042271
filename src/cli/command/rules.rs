//! `rules`: look at the rule file.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Map, Value};

use crate::cli::edge;
use crate::cli::render::{Answer, Page, Records, object, table};
use crate::cli::ui::Ui;
use crate::cli::{Context, Outcome, Status};
use crate::code::Sequence;
use crate::rule::{Bundle, Diagnostics, Rule, RuleBook};

/// Check and show coding rules
#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    Check(Check),
    Show(Show),
}

/// Check a rule file: every mistake at once, with its place
///
/// Also proves that no rule can print a code twice and that no two rules can print the same code. Exit status 2 on errors.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules check
  custcode rules check draft.toml --json")]
pub(crate) struct Check {
    /// The file; the rules in use when not given
    file: Option<PathBuf>,
}

/// Show the rules in use
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules show
  custcode rules show --json")]
pub(crate) struct Show {}

impl Rules {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        match self {
            Self::Check(command) => command.run(context),
            Self::Show(_) => {
                let book = context.book()?;
                context.ui.answer(&List { rules: book.rules(), found: None })?;
                Ok(Status::Done)
            }
        }
    }
}

impl Check {
    fn run(&self, context: &Context) -> Outcome {
        let bundle = match &self.file {
            Some(file) => Bundle::read(file)?,
            None => context.workspace()?.bundle,
        };
        let loaded = RuleBook::load(bundle, false);
        let (rules, found) = match &loaded {
            Ok(book) => (book.rules(), &book.warnings),
            Err(found) => (&[][..], found),
        };
        // The findings are the answer, but as text they go where findings of every other command go.
        if !found.list.is_empty() && !context.ui.json() {
            Ui::block(&found.render(context.ui.error_coloured()));
        }
        context.ui.answer(&List { rules, found: Some(found) })?;
        if loaded.is_err() && !context.ui.json() {
            context.ui.error(&found.to_string());
        }
        if loaded.is_ok() {
            context.ui.status(&format!(
                "{}: proved that no two customers can get one code",
                super::counted(rules.len() as u64, "rule")
            ));
        }
        Ok(if loaded.is_ok() { Status::Done } else { Status::BadRules })
    }
}

struct List<'a> {
    rules: &'a [Rule],
    /// What a check found.
    found: Option<&'a Diagnostics>,
}

/// How many codes one scope has room for; one for each combination where there is no sequence.
fn capacity(rule: &Rule) -> u64 {
    rule.pattern.sequence().map_or(1, Sequence::capacity)
}

fn facts(rule: &Rule) -> Map<String, Value> {
    let day = |date: Option<jiff::civil::Date>| Value::from(date.map(|date| date.to_string()));
    object([
        ("name", rule.name.as_str().into()),
        ("id", rule.id.as_str().into()),
        ("label", rule.label.clone().into()),
        ("pattern", rule.text.as_str().into()),
        ("sequence", rule.pattern.sequence().is_some().into()),
        ("capacity", capacity(rule).into()),
        ("fields", rule.printed_fields().into()),
        ("from", day(rule.from)),
        ("until", day(rule.until)),
    ])
}

impl Answer for List<'_> {
    fn facts(&self) -> Map<String, Value> {
        let mut members = Map::new();
        if let Some(found) = self.found {
            members.insert("valid".to_owned(), (!found.has_errors()).into());
            members.insert("problems".to_owned(), edge::problems(found).into());
        }
        let rules: Vec<_> = self.rules.iter().map(|rule| Value::from(facts(rule))).collect();
        members.insert("rules".to_owned(), rules.into());
        members
    }

    fn items(&self) -> Vec<Map<String, Value>> {
        let problems = self.found.map(edge::problems).unwrap_or_default();
        let problems = problems.into_iter().filter_map(|problem| problem.as_object().cloned());
        problems.chain(self.rules.iter().map(facts)).collect()
    }

    fn records(&self) -> Records {
        let row = |rule: &Rule| {
            let room = match rule.pattern.sequence() {
                Some(_) => format!("{} per scope", capacity(rule)),
                None => "one per combination".to_owned(),
            };
            vec![rule.name.clone(), rule.text.clone(), room, rule.label.clone().unwrap_or_default()]
        };
        Records {
            headers: vec!["rule", "pattern", "room", "label"],
            rows: self.rules.iter().map(row).collect(),
        }
    }

    fn page(&self, page: Page) -> String {
        table::render(&self.records(), page)
    }
}
