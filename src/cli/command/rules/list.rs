//! The rules of a book, one line each.

use serde_json::{Map, Value};

use crate::cli::error;
use crate::cli::render::{Answer, Page, Records, object, table};
use crate::code::Sequence;
use crate::rule::{Diagnostics, Rule};

pub(super) struct List<'a> {
    pub(super) rules: &'a [Rule],
    /// What a check found.
    pub(super) found: Option<&'a Diagnostics>,
}

/// How many codes one scope has room for; one for each combination where there is no sequence.
fn capacity(rule: &Rule) -> u64 {
    rule.pattern.sequence().map_or(1, Sequence::capacity)
}

/// What the file says of a rule.
pub(super) fn facts(rule: &Rule) -> Map<String, Value> {
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
            members.insert("problems".to_owned(), error::problems(found).into());
        }
        let rules: Vec<_> = self.rules.iter().map(|rule| Value::from(facts(rule))).collect();
        members.insert("rules".to_owned(), rules.into());
        members
    }

    fn items(&self) -> Vec<Map<String, Value>> {
        let problems = self.found.map(error::problems).unwrap_or_default();
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
