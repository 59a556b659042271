//! `applies_to = { field = [values] }`: the customers that a rule takes.

use super::Compiled;
use crate::rule::Diagnostic;
use crate::rule::document::{Findings, Section, nearest};

/// Fields and the keys that the rule takes. `None` when something in it is wrong.
pub(super) fn read(
    rule: &Section<'_>,
    compiled: &Compiled,
    findings: &mut Findings,
) -> Option<Vec<(String, Vec<String>)>> {
    if !rule.has("applies_to") {
        return Some(Vec::new());
    }
    let section = rule.section("applies_to", findings)?;
    let mut taken = Vec::new();
    let mut complete = true;
    for (name, _) in section.entries() {
        let Some((_, field)) = compiled.field(name.text) else {
            complete = false;
            if !compiled.broken.contains(name.text) {
                let known = compiled.fields.iter().map(|field| field.name.as_str());
                findings.add(
                    Diagnostic::error(
                        "unknown-field",
                        name.span,
                        format!("there is no field {:?}", name.text),
                    )
                    .suggest(nearest(name.text, known)),
                );
            }
            continue;
        };
        let values = section.texts(name.text, findings).unwrap_or_default();
        let mut keys = Vec::new();
        for value in &values {
            match field.resolve(value.text) {
                Ok(key) => keys.push(key.into_owned()),
                Err(unknown) => {
                    complete = false;
                    findings.add(
                        Diagnostic::error(
                            "unknown-value",
                            value.span.clone(),
                            format!("{unknown} of field {}", name.text),
                        )
                        .label(format!("expected {}", unknown.expected))
                        .suggest(unknown.suggestion.as_deref()),
                    );
                }
            }
        }
        if values.is_empty() {
            complete = false;
            let message = format!("no value of {} is named: the rule would take nobody", name.text);
            findings.add(Diagnostic::error("empty-list", section.at(name.text), message));
        }
        taken.push((name.text.to_owned(), keys));
    }
    complete.then_some(taken)
}
