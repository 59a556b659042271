//! The rules of a book, one line each.

use std::io;

use serde::Serialize;

use crate::cli::error::problems::{Problem, problems};
use crate::cli::output::answer::{Answer, JsonLines};
use crate::code::Sequence;
use crate::rule::{Diagnostics, Rule};

/// A list of rules, and what a check found.
#[derive(Serialize)]
pub(super) struct List<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    valid: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problems: Option<Vec<Problem<'a>>>,
    rules: Vec<Facts<'a>>,
}

/// What the file says of a rule.
#[derive(Serialize)]
pub(super) struct Facts<'a> {
    name: &'a str,
    id: &'a str,
    label: Option<&'a str>,
    pattern: &'a str,
    sequence: bool,
    pub(super) capacity: u64,
    fields: Vec<&'a str>,
    from: Option<String>,
    until: Option<String>,
}

impl<'a> List<'a> {
    /// All of these.
    pub(super) fn of(rules: &'a [Rule]) -> Self {
        Self { valid: None, problems: None, rules: rules.iter().map(Facts::from).collect() }
    }

    /// Rules that came to nothing.
    pub(super) fn refused(found: &'a Diagnostics) -> Self {
        Self { valid: Some(!found.has_errors()), problems: Some(problems(found)), rules: Vec::new() }
    }
}

impl Facts<'_> {
    pub(super) fn name(&self) -> &str {
        self.name
    }

    /// Name, pattern and label in one line.
    pub(super) fn title(&self) -> String {
        let label = self.label.map(|label| format!("  {label}")).unwrap_or_default();
        format!("{}  {}{label}", self.name, self.pattern)
    }
}

impl<'a> From<&'a Rule> for Facts<'a> {
    fn from(rule: &'a Rule) -> Self {
        let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
        Self {
            name: &rule.name,
            id: &rule.id,
            label: rule.label.as_deref(),
            pattern: &rule.text,
            sequence: rule.pattern.sequence().is_some(),
            // One for each combination where there is no sequence.
            capacity: rule.pattern.sequence().map_or(1, Sequence::capacity),
            fields: rule.printed_fields(),
            from: day(rule.from),
            until: day(rule.until),
        }
    }
}

impl Answer for List<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["rule", "pattern", "room", "label"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |rule: &Facts<'_>| {
            let room = if rule.sequence {
                format!("{} per scope", rule.capacity)
            } else {
                "one per combination".to_owned()
            };
            let label = rule.label.unwrap_or_default().to_owned();
            vec![rule.name.to_owned(), rule.pattern.to_owned(), room, label]
        };
        self.rules.iter().map(row).collect()
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.extend(self.problems.iter().flatten())?;
        lines.extend(&self.rules)
    }
}
