//! What `rules check` says of rules that passed: a block a rule for people, a row a finding for
//! tables.

use std::io;

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::list::Facts;
use crate::cli::error::problems::{Problem, problems};
use crate::cli::output::answer::{Answer, JsonLines};
use crate::cli::output::page::Page;
use crate::cli::output::table;
use crate::report::check_digit::CheckReport;
use crate::report::proof::capacity::Capacity;
use crate::report::proof::field::Risk;
use crate::report::proof::forecast::ScopeUse;
use crate::report::proof::unique::{Readable, Unique};
use crate::report::proof::{Check, RuleReport};
use crate::rule::RuleBook;

/// Scopes that are shown to people.
const SHOWN: usize = 10;
/// Columns of a page of unknown width.
const WIDTH: usize = 100;
/// Columns of the keywords, the blanks around them included.
const INDENT: usize = 16;

/// The answer.
#[derive(Serialize)]
pub(super) struct Proof<'a> {
    valid: bool,
    problems: Vec<Problem<'a>>,
    rules: Vec<Proved<'a>>,
}

/// A rule, and what is proved and known of it.
#[derive(Serialize)]
struct Proved<'a> {
    #[serde(flatten)]
    facts: Facts<'a>,
    unique: Unique,
    readable: Readable,
    check_digit: Check,
    in_the_field: Vec<Risk>,
    room: Capacity,
    /// Its scopes in the ledger; none where there is no ledger.
    scopes: Option<Vec<ScopeUse>>,
}

impl<'a> Proof<'a> {
    /// Puts together what is known of each rule.
    pub(super) fn new(
        book: &'a RuleBook,
        rules: Vec<RuleReport<'a>>,
        scopes: Option<Vec<Vec<ScopeUse>>>,
    ) -> Self {
        let mut scopes = scopes.map(Vec::into_iter);
        let proved = |report: RuleReport<'a>| {
            let RuleReport { rule, unique, readable, capacity, check_digit, in_the_field } = report;
            let mut facts = Facts::from(rule);
            facts.capacity = capacity.per_scope;
            let scopes = scopes.as_mut().and_then(Iterator::next);
            Proved { facts, unique, readable, check_digit, in_the_field, room: capacity, scopes }
        };
        Self {
            valid: true,
            problems: problems(&book.warnings),
            rules: rules.into_iter().map(proved).collect(),
        }
    }
}

/// One thing said of a rule.
#[derive(Serialize)]
struct Finding {
    property: &'static str,
    /// `proved`, `fact`, `warning` or `risk`.
    level: &'static str,
    kind: String,
    words: String,
    codes: Vec<String>,
}

/// Scopes that have reached a level of their rule's `warn_at`.
pub(super) fn reached(proof: &Proof<'_>) -> u64 {
    let scopes = proof.rules.iter().flat_map(|rule| rule.scopes.iter().flatten());
    scopes.filter(|scope| scope.warn_level.is_some()).count() as u64
}

impl Finding {
    fn new(property: &'static str, level: &'static str, kind: &str, words: &str) -> Self {
        Self { property, level, kind: kind.to_owned(), words: words.to_owned(), codes: Vec::new() }
    }

    fn of_risk(risk: &Risk) -> Self {
        let codes = risk.codes.clone();
        Self { codes, ..Self::new("in the field", "risk", risk.kind.as_str(), &risk.words) }
    }

    fn of_scope(scope: &ScopeUse) -> Self {
        let level = if scope.warn_level.is_some() { "warning" } else { "fact" };
        Self::new("capacity", level, "scope", &scope.words)
    }

    /// As people read it: what is not simply so begins with a word that says so.
    fn line(&self) -> String {
        match self.level {
            "warning" | "risk" => format!("{}: {}", self.level, self.words),
            _ => self.words.clone(),
        }
    }
}

impl Proved<'_> {
    /// Everything said of the rule; of its scopes the first so many.
    fn findings(&self, scopes: usize) -> Vec<Finding> {
        let mut list = vec![
            Finding::new("unique", "proved", "unique", &self.unique.words),
            Finding::new("readable", "proved", "readable", &self.readable.words),
            Finding::new("capacity", "fact", "room", &self.room.words),
        ];
        let counted = self.scopes.as_deref().unwrap_or_default();
        list.extend(counted.iter().take(scopes).map(Finding::of_scope));
        if counted.len() > scopes {
            let words = format!("and {} more scopes (--json names them all)", counted.len() - scopes);
            list.push(Finding::new("capacity", "fact", "more", &words));
        }
        match &self.check_digit {
            Check::Digit(report) => list.extend(check_digit(report)),
            Check::None { words, example } => {
                let codes = example.iter().flatten().cloned().collect();
                list.push(Finding { codes, ..Finding::new("check digit", "fact", "none", words) });
            }
        }
        list.extend(self.in_the_field.iter().map(Finding::of_risk));
        if self.in_the_field.is_empty() {
            list.push(Finding::new(
                "in the field",
                "fact",
                "nothing",
                "nothing that spreadsheets, look-alike characters or a named target would harm",
            ));
        }
        list
    }
}

impl Proof<'_> {
    /// A block a rule, wrapped to `width` columns.
    fn text(&self, page: Page, width: usize) -> String {
        let mut text = String::new();
        for (nth, rule) in self.rules.iter().enumerate() {
            if nth > 0 {
                text.push('\n');
            }
            text.push_str(&page.strong(&page.text(&rule.facts.title())));
            text.push('\n');
            let mut before = "";
            for finding in rule.findings(SHOWN) {
                let keyword = if finding.property == before { "" } else { finding.property };
                before = finding.property;
                let mut first = String::from("  ");
                table::put(keyword, INDENT - 2, &mut first);
                wrap(&first, &page.text(&finding.line()), width, &mut text);
            }
        }
        text
    }
}

/// What the report on a check digit comes to.
fn check_digit(report: &CheckReport) -> Vec<Finding> {
    let of = |level, kind: &str, words: &str| Finding::new("check digit", level, kind, words);
    let mut list = vec![of("fact", report.algorithm, &report.summary)];
    list.extend(report.risks.iter().map(|risk| {
        let codes: Vec<String> = risk.example.iter().flatten().cloned().collect();
        let words = match &risk.example {
            Some([one, other]) => format!("{}: {one} and {other} are both valid", risk.words),
            None => risk.words.clone(),
        };
        Finding { codes, ..of("risk", risk.kind, &words) }
    }));
    let better = report.advice.iter().chain(&report.beyond);
    list.extend(better.map(|advice| of("fact", "advice", &advice.words)));
    list
}

/// Appends `words` behind `first`, further lines below where they began.
fn wrap(first: &str, words: &str, width: usize, text: &mut String) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in unbroken(words) {
        if !empty && line.width() + 1 + word.width() > width {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(INDENT);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&word);
        empty = false;
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Words, and with each the numbers that belong to it: `7 299 270`, `80 %`.
fn unbroken(words: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for word in words.split(' ') {
        let number = |word: &str| word.starts_with(|first: char| first.is_ascii_digit());
        match list.last_mut() {
            Some(before)
                if before.ends_with(|last: char| last.is_ascii_digit())
                    && (number(word) || word.starts_with('%')) =>
            {
                before.extend([" ", word]);
            }
            _ => list.push(word.to_owned()),
        }
    }
    list
}

/// A finding as JSON.
#[derive(Serialize)]
struct Item<'a> {
    rule: &'a str,
    #[serde(flatten)]
    finding: Finding,
}

impl Answer for Proof<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["rule", "property", "level", "kind", "words", "codes"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |rule: &str, it: Finding| {
            let (property, level, codes) = (it.property.to_owned(), it.level.to_owned(), it.codes.join(" "));
            vec![rule.to_owned(), property, level, it.kind, it.words, codes]
        };
        self.rules
            .iter()
            .flat_map(|rule| rule.findings(usize::MAX).into_iter().map(|it| row(rule.facts.name(), it)))
            .collect()
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.extend(&self.problems)?;
        self.rules.iter().try_for_each(|rule| {
            let item = |finding| Item { rule: rule.facts.name(), finding };
            lines.extend(rule.findings(usize::MAX).into_iter().map(item))
        })
    }

    fn page(&self, page: Page) -> String {
        self.text(page, page.width.unwrap_or(WIDTH))
    }

    fn plain(&self) -> Option<String> {
        Some(self.text(Page::default(), WIDTH))
    }
}
