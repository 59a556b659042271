//! `[fields.NAME.values]`: the values of a dictionary, written in the rule file.

use super::placed::{Placed, WIDEST};
use super::unprintable;
use crate::rule::Diagnostic;
use crate::rule::document::{self, Findings, Section, Text, section_of};
use crate::rule::field::Value;
use jiff::civil::Date;

pub(super) fn read(field: &Section<'_>, findings: &mut Findings) -> Option<Vec<Placed>> {
    let section = field.section("values", findings)?;
    let entries = section.entries();
    if entries.is_empty() {
        findings.add(
            Diagnostic::error("missing-key", section.span.clone(), "a dictionary without values")
                .hint("write each value as key = \"code\""),
        );
    }
    Some(entries.iter().filter_map(|(key, value)| one(&section.path, key, value, findings)).collect())
}

fn one<'t>(
    path: &str,
    key: &Text<'t>,
    value: &'t document::Value,
    findings: &mut Findings,
) -> Option<Placed> {
    if key.text.trim().is_empty() {
        findings.add(Diagnostic::error("empty-key", key.span.clone(), "a value with an empty key"));
        return None;
    }
    let name = format!("{path}.{}", key.text);
    let plain = |code: Text<'_>, findings: &mut Findings| {
        check_code(&code, findings)?;
        let value = Value {
            key: key.text.to_owned(),
            code: code.text.to_owned(),
            label: key.text.to_owned(),
            aliases: Vec::new(),
            attributes: Vec::new(),
            from: None,
            until: None,
        };
        Some(Placed { value, file: 0, key: key.span.clone(), code: code.span })
    };
    if let Some(code) = value.text() {
        return plain(Text { text: code, span: value.span.clone() }, findings);
    }
    if value.table().is_none() {
        findings.add(
            Diagnostic::error("wrong-type", value.span.clone(), format!("{name} must be a code or a table"))
                .label("expected text")
                .hint("put the code between quotes, so that leading zeros are kept"),
        );
        return None;
    }
    let table = section_of(value, name, findings)?;
    let Some(code) = table.text("code", findings) else {
        if !table.has("code") {
            findings.add(
                Diagnostic::error(
                    "missing-key",
                    value.span.clone(),
                    format!("value {} has no code", key.text),
                )
                .hint("write { code = \"01\", label = \"…\" }"),
            );
        }
        return None;
    };
    let mut placed = plain(code, findings)?;
    fill(&mut placed.value, &table, findings);
    Some(placed)
}

fn fill(value: &mut Value, table: &Section<'_>, findings: &mut Findings) {
    for (key, _) in table.entries() {
        match key.text {
            "code" => {}
            "label" => {
                if let Some(label) = table.text("label", findings) {
                    label.text.clone_into(&mut value.label);
                }
            }
            "aliases" => {
                let aliases = table.list("aliases", findings).unwrap_or_default();
                value.aliases = aliases.iter().map(|alias| alias.text.to_owned()).collect();
            }
            "from" => value.from = table.date("from", findings),
            "until" => value.until = table.date("until", findings),
            "key" => findings.add(
                Diagnostic::error("unknown-key", key.span.clone(), "the key of a value stands before the =")
                    .hint("write key = { code = \"01\" }"),
            ),
            attribute => {
                if let Some(text) = table.text(attribute, findings) {
                    value.attributes.push((attribute.to_owned(), text.text.to_owned()));
                }
            }
        }
    }
    check_period(value.from, value.until, table.at("until"), 0, findings);
}

/// A code is 1 to 64 printable ASCII characters without blanks.
pub(super) fn check_code(code: &Text<'_>, findings: &mut Findings) -> Option<()> {
    let finding = Diagnostic::error(
        "bad-code",
        code.span.clone(),
        format!("{:?} cannot be printed as a code", code.text),
    );
    if let Some(symbol) = unprintable(code.text) {
        let what = if symbol.is_whitespace() { "a blank".to_owned() } else { format!("{symbol:?}") };
        findings.add(
            finding
                .label(format!("{what} cannot stand in a code"))
                .hint("a code has ASCII letters, digits and signs"),
        );
        return None;
    }
    if code.text.is_empty() || code.text.len() > WIDEST {
        findings.add(finding.label(format!("expected 1 to {WIDEST} characters")));
        return None;
    }
    Some(())
}

/// A period ends after it began.
pub(super) fn check_period(
    from: Option<Date>,
    until: Option<Date>,
    span: std::ops::Range<usize>,
    file: usize,
    findings: &mut Findings,
) {
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        findings.add(
            Diagnostic::error("empty-period", span, format!("until {until} is before from {from}"))
                .in_file(file),
        );
    }
}
