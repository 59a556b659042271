//! From spanned TOML to fields and rules: every problem is collected, nothing is proved yet.

mod applies;
mod check;
mod derive;
mod field;
mod names;
mod overlap;
mod pattern;
mod placed;
mod rules;
mod scope;
mod segments;
mod sequence;
mod settings;
mod size;
mod standard;
mod values;
mod values_csv;
mod widen;

use std::collections::HashSet;
use std::ops::Range;

use jiff::tz::TimeZone;

use super::document::{Findings, Section};
use super::{Bundle, Diagnostic, Field, Origin, Rule, Target};

/// The content of a rule file.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    pub(super) timezone: Option<TimeZone>,
    pub(super) store: Option<String>,
    pub(super) store_group: Option<String>,
    pub(super) targets: Vec<&'static Target>,
    pub(super) fields: Vec<Field>,
    pub(super) rules: Vec<Rule>,
    /// Indices of the default rules.
    pub(super) defaults: Vec<usize>,
    /// By rule: where it stands.
    pub(super) spans: Vec<RuleSpan>,
    /// Declared fields that could not be compiled; a rule that prints one is left out without a
    /// word of its own.
    broken: HashSet<String>,
}

/// Where a rule stands in the rule file.
#[derive(Debug, Clone)]
pub(super) struct RuleSpan {
    pub(super) pattern: Range<usize>,
    pub(super) applies_to: Range<usize>,
}

/// Findings that a syntax error elsewhere may well have caused; they are not reported beside one.
const CONSEQUENCES: &[&str] = &[
    "unknown-field",
    "missing-key",
    "unknown-value",
    "unknown-rule",
    "unknown-attribute",
    "no-rules",
    "missing-class",
];

/// What earlier versions took: rules that a ledger has adopted go on printing and reading as they
/// did.
const TAKEN_BEFORE: &[&str] = &["ambiguous-header", "ambiguous-over", "unsummed-check", "large-dictionary"];

/// Compiles `bundle`. With an error among the findings, what is returned is incomplete.
pub(super) fn compile(bundle: &Bundle) -> (Compiled, Findings) {
    let text = bundle.files.first().map_or("", |(_, text)| text.as_str());
    let document = bundle.document();
    let mut findings = Findings::default();
    let mut compiled = Compiled::default();
    let root = Section::root(document);
    let known =
        ["custcode", "timezone", "default_rule", "store", "store_group", "targets", "fields", "rules"];
    root.only(&known, &mut findings);
    settings::read(&root, &mut compiled, &mut findings);
    field::read(&root, bundle, &mut compiled, &mut findings);
    let limited = bundle.origin != Origin::Ledger;
    rules::read(&root, text, limited, &mut compiled, &mut findings);
    settings::read_defaults(&root, &mut compiled, &mut findings);
    if bundle.origin == Origin::Ledger {
        findings.list.retain(|finding| !TAKEN_BEFORE.contains(&finding.kind));
    }
    let syntax = document.explain(text);
    if !syntax.is_empty() {
        let lines: Vec<usize> = syntax.iter().map(|finding| line(text, finding)).collect();
        findings
            .list
            .retain(|finding| !CONSEQUENCES.contains(&finding.kind) && !lines.contains(&line(text, finding)));
        findings.list.extend(syntax);
    }
    (compiled, findings)
}

fn line(text: &str, finding: &Diagnostic) -> usize {
    text.as_bytes()[..finding.span.start.min(text.len())].split(|byte| *byte == b'\n').count()
}

impl Compiled {
    pub(super) fn field(&self, name: &str) -> Option<(usize, &Field)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }
}

/// The first character of `text` that a code cannot hold: codes are printable ASCII without blanks.
pub(super) fn unprintable(text: &str) -> Option<char> {
    text.chars().find(|symbol| !symbol.is_ascii_graphic())
}
