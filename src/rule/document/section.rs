//! A table of the rule file with typed access: a value of the wrong type becomes a finding, and
//! reading goes on.

use std::ops::Range;

use super::tree::{Document, Node, Table, Value};
use super::{Findings, nearest};
use crate::rule::Diagnostic;
use jiff::civil::Date;

/// A table, and where it stands.
#[derive(Debug, Clone)]
pub(in crate::rule) struct Section<'t> {
    table: &'t Table,
    /// The header or the braces.
    pub(in crate::rule) span: Range<usize>,
    /// As a header writes it, e.g. `rules.graded.seq`; empty for the file itself.
    pub(in crate::rule) path: String,
}

/// A string, and where it stands (quotes included).
#[derive(Debug, Clone)]
pub(in crate::rule) struct Text<'t> {
    pub(in crate::rule) text: &'t str,
    pub(in crate::rule) span: Range<usize>,
}

/// A whole number from 0, and where it stands.
#[derive(Debug, Clone)]
pub(in crate::rule) struct Whole {
    pub(in crate::rule) number: u64,
    pub(in crate::rule) span: Range<usize>,
}

impl<'t> Section<'t> {
    /// The whole file.
    pub(in crate::rule) fn root(document: &'t Document) -> Self {
        Self { table: &document.root, span: 0..0, path: String::new() }
    }

    /// Every key with its value, in file order.
    pub(in crate::rule) fn entries(&self) -> Vec<(Text<'t>, &'t Value)> {
        let mut entries: Vec<_> = self
            .table
            .entries()
            .map(|(text, entry)| (Text { text, span: entry.key.clone() }, &entry.value))
            .collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    pub(in crate::rule) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Where the value of `key` stands; the section itself when there is none.
    pub(in crate::rule) fn at(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or_else(|| self.span.clone(), |value| value.span.clone())
    }

    /// Where the key itself stands.
    pub(in crate::rule) fn key_at(&self, key: &str) -> Range<usize> {
        self.table.key(key).unwrap_or_else(|| self.span.clone())
    }

    /// Reports every key that is not among `known`.
    pub(in crate::rule) fn only(&self, known: &[&str], findings: &mut Findings) {
        for (key, _) in self.entries() {
            if !known.contains(&key.text) {
                let place = if self.path.is_empty() {
                    "at the top level".to_owned()
                } else {
                    format!("in [{}]", self.path)
                };
                let mut finding =
                    Diagnostic::error("unknown-key", key.span, format!("unknown key {:?} {place}", key.text))
                        .suggest(nearest(key.text, known.iter().copied()));
                if finding.hint.is_none() {
                    finding = finding.hint(format!("known keys are {}", known.join(", ")));
                }
                findings.add(finding);
            }
        }
    }

    /// The string under `key`.
    pub(in crate::rule) fn text(&self, key: &str, findings: &mut Findings) -> Option<Text<'t>> {
        let value = self.table.get(key)?;
        text_of(value, &self.name(key), findings)
    }

    /// One string or a list of strings under `key`.
    pub(in crate::rule) fn texts(&self, key: &str, findings: &mut Findings) -> Option<Vec<Text<'t>>> {
        let value = self.table.get(key)?;
        let Some(array) = value.list() else {
            return text_of(value, &self.name(key), findings).map(|text| vec![text]);
        };
        Some(array.iter().filter_map(|item| text_of(item, &self.name(key), findings)).collect())
    }

    /// A list of strings under `key`; a single string is not enough.
    pub(in crate::rule) fn list(&self, key: &str, findings: &mut Findings) -> Option<Vec<Text<'t>>> {
        let value = self.table.get(key)?;
        if value.text().is_some() {
            findings.add(wrong_type(value, &self.name(key), "a list").hint("put it between [ and ]"));
            return None;
        }
        self.texts(key, findings)
    }

    /// The whole number under `key`.
    pub(in crate::rule) fn whole(&self, key: &str, findings: &mut Findings) -> Option<Whole> {
        whole_of(self.table.get(key)?, &self.name(key), findings)
    }

    /// The list of whole numbers under `key`.
    pub(in crate::rule) fn wholes(&self, key: &str, findings: &mut Findings) -> Option<Vec<Whole>> {
        let value = self.table.get(key)?;
        let Some(array) = value.list() else {
            findings.add(wrong_type(value, &self.name(key), "a list of whole numbers"));
            return None;
        };
        Some(array.iter().filter_map(|item| whole_of(item, &self.name(key), findings)).collect())
    }

    /// The boolean under `key`.
    pub(in crate::rule) fn flag(&self, key: &str, findings: &mut Findings) -> Option<bool> {
        let value = self.table.get(key)?;
        let flag = match value.node {
            Node::Flag(flag) => Some(flag),
            _ => None,
        };
        if flag.is_none() {
            findings.add(wrong_type(value, &self.name(key), "true or false"));
        }
        flag
    }

    /// The day under `key`.
    pub(in crate::rule) fn date(&self, key: &str, findings: &mut Findings) -> Option<Date> {
        let value = self.table.get(key)?;
        let date = match &value.node {
            Node::Moment(stamp) if stamp.time.is_none() && stamp.offset.is_none() => {
                stamp.to_string().parse().ok()
            }
            _ => None,
        };
        if date.is_none() {
            findings.add(
                wrong_type(value, &self.name(key), "a date")
                    .hint("write it as 2024-01-31, without quotes and without a time"),
            );
        }
        date
    }

    /// The table under `key`.
    pub(in crate::rule) fn section(&self, key: &str, findings: &mut Findings) -> Option<Section<'t>> {
        section_of(self.table.get(key)?, self.name(key), findings)
    }

    /// One table or a list of tables under `key`.
    pub(in crate::rule) fn tables(&self, key: &str, findings: &mut Findings) -> Vec<Section<'t>> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let Some(array) = value.list() else {
            return section_of(value, self.name(key), findings).into_iter().collect();
        };
        array.iter().filter_map(|item| section_of(item, self.name(key), findings)).collect()
    }

    /// The tables under this one (`rules.graded`, `rules.dated` …), in file order.
    pub(in crate::rule) fn sections(&self, findings: &mut Findings) -> Vec<(Text<'t>, Section<'t>)> {
        self.entries()
            .into_iter()
            .filter_map(|(key, value)| {
                let section = section_of(value, self.name(key.text), findings)?;
                Some((key, section))
            })
            .collect()
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// The table `value`.
pub(in crate::rule) fn section_of<'t>(
    value: &'t Value,
    path: String,
    findings: &mut Findings,
) -> Option<Section<'t>> {
    if let Some(table) = value.table() {
        return Some(Section { table, span: value.span.clone(), path });
    }
    findings.add(wrong_type(value, &path, "a table"));
    None
}

fn text_of<'t>(value: &'t Value, name: &str, findings: &mut Findings) -> Option<Text<'t>> {
    if let Some(text) = value.text() {
        return Some(Text { text, span: value.span.clone() });
    }
    let mut finding = wrong_type(value, name, "text");
    if matches!(value.node, Node::Whole(..) | Node::Float(_) | Node::Moment(_)) {
        finding = finding.hint("put it between quotes, so that leading zeros are kept");
    }
    findings.add(finding);
    None
}

fn whole_of(value: &Value, name: &str, findings: &mut Findings) -> Option<Whole> {
    let number = match value.node {
        Node::Whole(_, number) => number,
        _ => None,
    };
    if number.is_none() {
        findings.add(wrong_type(value, name, "a whole number from 0"));
    }
    number.map(|number| Whole { number, span: value.span.clone() })
}

fn wrong_type(value: &Value, name: &str, expected: &str) -> Diagnostic {
    let found = match &value.node {
        Node::Text(_) => "text",
        Node::Whole(number, _) | Node::Float(number) => number,
        Node::Flag(_) => "true or false",
        Node::Moment(stamp) => &stamp.to_string(),
        Node::List(_) => "a list",
        Node::Table(_) => "a table",
    };
    Diagnostic::error("wrong-type", value.span.clone(), format!("{name} must be {expected}, not {found}"))
        .label(format!("expected {expected}"))
}
