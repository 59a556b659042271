//! What `rules check` says of rules that passed: a block a rule for people, a row a finding for tables.

use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr as _;

use super::list::facts;
use crate::cli::error;
use crate::cli::render::{Answer, Page, Records, object, table};
use crate::report::check_digit::CheckReport;
use crate::report::proof::field::Risk;
use crate::report::proof::forecast::ScopeUse;
use crate::report::proof::{Check, RuleReport};
use crate::rule::RuleBook;

/// Scopes that are shown to people.
const SHOWN: usize = 10;
/// Columns of a page of unknown width.
const WIDTH: usize = 100;
/// Columns of the keywords, the blanks around them included.
const INDENT: usize = 16;

/// The answer.
pub(super) struct Proof<'a> {
    pub(super) book: &'a RuleBook,
    pub(super) rules: Vec<RuleReport<'a>>,
    /// By rule: its scopes in the ledger; none where there is no ledger.
    pub(super) scopes: Option<Vec<Vec<ScopeUse>>>,
}

/// One thing said of a rule.
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
    let scopes = proof.scopes.iter().flatten().flatten();
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

impl Proof<'_> {
    /// Everything said of a rule; of its scopes the first so many.
    fn findings(&self, nth: usize, scopes: usize) -> Vec<Finding> {
        let report = &self.rules[nth];
        let mut list = vec![
            Finding::new("unique", "proved", "unique", &report.unique.words),
            Finding::new("readable", "proved", "readable", &report.readable.words),
            Finding::new("capacity", "fact", "room", &report.capacity.words),
        ];
        let counted = self.scopes.as_ref().map_or(&[][..], |all| &all[nth]);
        list.extend(counted.iter().take(scopes).map(Finding::of_scope));
        if counted.len() > scopes {
            let words = format!("and {} more scopes (--json names them all)", counted.len() - scopes);
            list.push(Finding::new("capacity", "fact", "more", &words));
        }
        match &report.check_digit {
            Check::Digit(report) => list.extend(check_digit(report)),
            Check::None { words, example } => {
                let codes = example.iter().flatten().cloned().collect();
                list.push(Finding { codes, ..Finding::new("check digit", "fact", "none", words) });
            }
        }
        list.extend(report.in_the_field.iter().map(Finding::of_risk));
        if report.in_the_field.is_empty() {
            list.push(Finding::new(
                "in the field",
                "fact",
                "nothing",
                "nothing that spreadsheets, look-alike characters or a named target would harm",
            ));
        }
        list
    }

    /// A block a rule, wrapped to `width` columns.
    fn text(&self, page: Page, width: usize) -> String {
        let mut text = String::new();
        for (nth, report) in self.rules.iter().enumerate() {
            if nth > 0 {
                text.push('\n');
            }
            let rule = report.rule;
            let label = rule.label.as_ref().map(|label| format!("  {label}")).unwrap_or_default();
            text.push_str(&page.strong(&page.text(&format!("{}  {}{label}", rule.name, rule.text))));
            text.push('\n');
            let mut before = "";
            for finding in self.findings(nth, SHOWN) {
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

impl Answer for Proof<'_> {
    fn facts(&self) -> Map<String, Value> {
        let rule = |(nth, report): (usize, &RuleReport<'_>)| {
            let mut members = facts(report.rule);
            members.insert("capacity".to_owned(), report.capacity.per_scope.into());
            let known = serde_json::to_value(report).unwrap_or_default();
            if let Value::Object(mut known) = known {
                let room = known.shift_remove("capacity").unwrap_or_default();
                known.insert("room".to_owned(), room);
                members.extend(known);
            }
            let scopes = self.scopes.as_ref().map(|all| serde_json::to_value(&all[nth]).unwrap_or_default());
            members.insert("scopes".to_owned(), scopes.unwrap_or_default());
            Value::from(members)
        };
        let rules: Vec<Value> = self.rules.iter().enumerate().map(rule).collect();
        object([
            ("valid", true.into()),
            ("problems", error::problems(&self.book.warnings).into()),
            ("rules", rules.into()),
        ])
    }

    fn items(&self) -> Vec<Map<String, Value>> {
        let problems = error::problems(&self.book.warnings).into_iter();
        let mut items: Vec<_> = problems.filter_map(|problem| problem.as_object().cloned()).collect();
        for (nth, report) in self.rules.iter().enumerate() {
            items.extend(self.findings(nth, usize::MAX).into_iter().map(|finding| {
                object([
                    ("rule", report.rule.name.as_str().into()),
                    ("property", finding.property.into()),
                    ("level", finding.level.into()),
                    ("kind", finding.kind.into()),
                    ("words", finding.words.into()),
                    ("codes", finding.codes.into()),
                ])
            }));
        }
        items
    }

    fn records(&self) -> Records {
        let rows = self.rules.iter().enumerate().flat_map(|(nth, report)| {
            self.findings(nth, usize::MAX).into_iter().map(|finding| {
                vec![
                    report.rule.name.clone(),
                    finding.property.to_owned(),
                    finding.level.to_owned(),
                    finding.kind,
                    finding.words,
                    finding.codes.join(" "),
                ]
            })
        });
        Records { headers: vec!["rule", "property", "level", "kind", "words", "codes"], rows: rows.collect() }
    }

    fn page(&self, page: Page) -> String {
        self.text(page, page.width.unwrap_or(WIDTH))
    }

    fn plain(&self) -> String {
        self.text(Page::default(), WIDTH)
    }
}
