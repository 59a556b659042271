//! A table of the rule file with typed access: a value of the wrong type becomes a finding, and reading goes on.

use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Findings, nearest};
use crate::rule::Diagnostic;

/// A table, and where it stands.
#[derive(Debug, Clone)]
pub(in crate::rule) struct Section<'t> {
    table: &'t DeTable<'t>,
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
    pub(in crate::rule) fn root(table: &'t DeTable<'t>) -> Self {
        Self { table, span: 0..0, path: String::new() }
    }

    /// Every key with its value, in file order.
    pub(in crate::rule) fn entries(&self) -> Vec<(Text<'t>, &'t Spanned<DeValue<'t>>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| (Text { text: key.get_ref(), span: key.span() }, value))
            .collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        entries
    }

    pub(in crate::rule) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Where the value of `key` stands; the section itself when there is none.
    pub(in crate::rule) fn at(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span)
    }

    /// Where the key itself stands.
    pub(in crate::rule) fn key_at(&self, key: &str) -> Range<usize> {
        self.table.get_key_value(key).map_or_else(|| self.span.clone(), |(key, _)| key.span())
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
        let Some(array) = value.get_ref().as_array() else {
            return text_of(value, &self.name(key), findings).map(|text| vec![text]);
        };
        Some(array.iter().filter_map(|item| text_of(item, &self.name(key), findings)).collect())
    }

    /// A list of strings under `key`; a single string is not enough.
    pub(in crate::rule) fn list(&self, key: &str, findings: &mut Findings) -> Option<Vec<Text<'t>>> {
        let value = self.table.get(key)?;
        if value.get_ref().is_str() {
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
        let Some(array) = value.get_ref().as_array() else {
            findings.add(wrong_type(value, &self.name(key), "a list of whole numbers"));
            return None;
        };
        Some(array.iter().filter_map(|item| whole_of(item, &self.name(key), findings)).collect())
    }

    /// The boolean under `key`.
    pub(in crate::rule) fn flag(&self, key: &str, findings: &mut Findings) -> Option<bool> {
        let value = self.table.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            findings.add(wrong_type(value, &self.name(key), "true or false"));
        }
        flag
    }

    /// The day under `key`.
    pub(in crate::rule) fn date(&self, key: &str, findings: &mut Findings) -> Option<Date> {
        let value = self.table.get(key)?;
        let date = match value.get_ref() {
            DeValue::Datetime(stamp) if stamp.time.is_none() && stamp.offset.is_none() => {
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
        let Some(array) = value.get_ref().as_array() else {
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
    value: &'t Spanned<DeValue<'t>>,
    path: String,
    findings: &mut Findings,
) -> Option<Section<'t>> {
    if let Some(table) = value.get_ref().as_table() {
        return Some(Section { table, span: value.span(), path });
    }
    findings.add(wrong_type(value, &path, "a table"));
    None
}

fn text_of<'t>(value: &'t Spanned<DeValue<'t>>, name: &str, findings: &mut Findings) -> Option<Text<'t>> {
    if let Some(text) = value.get_ref().as_str() {
        return Some(Text { text, span: value.span() });
    }
    let mut finding = wrong_type(value, name, "text");
    if matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_)) {
        finding = finding.hint("put it between quotes, so that leading zeros are kept");
    }
    findings.add(finding);
    None
}

fn whole_of(value: &Spanned<DeValue<'_>>, name: &str, findings: &mut Findings) -> Option<Whole> {
    let number = value.get_ref().as_integer().and_then(|n| u64::from_str_radix(n.as_str(), n.radix()).ok());
    if number.is_none() {
        findings.add(wrong_type(value, name, "a whole number from 0"));
    }
    number.map(|number| Whole { number, span: value.span() })
}

fn wrong_type(value: &Spanned<DeValue<'_>>, name: &str, expected: &str) -> Diagnostic {
    let found = match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(number) => &number.to_string(),
        DeValue::Float(number) => &number.to_string(),
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(stamp) => &stamp.to_string(),
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    Diagnostic::error("wrong-type", value.span(), format!("{name} must be {expected}, not {found}"))
        .label(format!("expected {expected}"))
}
