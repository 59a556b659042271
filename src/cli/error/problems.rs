//! The findings of a rule file as JSON.

use serde::Serialize;

use crate::rule::{Diagnostics, Severity};

/// One finding, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem<'a> {
    severity: &'static str,
    kind: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    line: usize,
    column: usize,
    label: &'a str,
    notes: &'a [String],
    hint: Option<&'a str>,
}

/// All findings, in file order.
pub(crate) fn problems(diagnostics: &Diagnostics) -> Vec<Problem<'_>> {
    let places = diagnostics.list.iter().zip(diagnostics.positions());
    places
        .map(|(finding, (line, column))| Problem {
            severity: match finding.severity {
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
            kind: finding.kind,
            message: &finding.message,
            file: diagnostics.files.get(finding.file).map(|(name, _)| name.as_str()),
            line,
            column,
            label: &finding.label,
            notes: &finding.notes,
            hint: finding.hint.as_deref(),
        })
        .collect()
}
