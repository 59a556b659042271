//! Findings of a check as rows, JSON and lines for people.

use serde_json::{Map, Value};

use crate::cli::render::{Page, object};
use crate::registry::audit::check::{CheckReport, Finding};

/// What was looked at, and how much of it.
pub(super) fn checked(report: &CheckReport) -> [(&'static str, u64); 6] {
    let it = &report.checked;
    [
        ("operations", it.operations),
        ("links", it.links),
        ("codes", it.codes),
        ("counters", it.counters),
        ("bundles", it.bundles),
        ("checkpoints", it.checkpoints),
    ]
}

/// `operation 7 (import by li, 2026-11-22T01:00:00Z)`.
fn operation(finding: &Finding) -> Option<String> {
    let (id, operation) = finding.operation.as_ref()?;
    Some(match operation {
        Some(it) => format!("operation {id} ({} by {}, {})", it.command, it.actor, it.at),
        None => format!("operation {id}"),
    })
}

/// What is wrong, in one sentence.
pub(super) fn sentence(finding: &Finding) -> String {
    let about = operation(finding).map(|operation| format!("{operation}, ")).unwrap_or_default();
    format!("{about}{}: {}", finding.subject, finding.what)
}

/// A finding for programs.
pub(super) fn facts(finding: &Finding) -> Value {
    let operation = finding.operation.as_ref().map(|(id, operation)| {
        let it = operation.as_ref();
        Value::from(object([
            ("id", (*id).into()),
            ("at", it.map(|it| it.at.clone()).into()),
            ("command", it.map(|it| it.command.clone()).into()),
            ("actor", it.map(|it| it.actor.clone()).into()),
            ("os_user", it.map(|it| it.os_user.clone()).into()),
            ("host", it.map(|it| it.host.clone()).into()),
        ]))
    });
    object([
        ("kind", finding.kind.as_str().into()),
        ("operation", operation.into()),
        ("subject", finding.subject.as_str().into()),
        ("what", finding.what.as_str().into()),
        ("advice", finding.advice.as_str().into()),
    ])
    .into()
}

/// A finding as cells: kind, operation, sentence, advice.
pub(super) fn cells(finding: &Finding) -> Vec<String> {
    let id = finding.operation.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    let about = format!("{}: {}", finding.subject, finding.what);
    vec![finding.kind.as_str().to_owned(), id, about, finding.advice.clone()]
}

/// Findings for people: what is wrong, by kind, with what to do once under each.
pub(super) fn page(findings: &[Finding], report: &CheckReport, page: Page) -> String {
    let mut text = String::new();
    for group in findings.chunk_by(|one, next| one.kind == next.kind) {
        text.push('\n');
        for finding in group {
            let kind = page.strong(finding.kind.as_str());
            text.extend([kind.as_str(), "  ", &page.text(&sentence(finding)), "\n"]);
        }
        let all =
            report.counts.iter().find(|(kind, _)| *kind == group[0].kind).map_or(0, |(_, count)| *count);
        let more = all.saturating_sub(group.len() as u64);
        if more > 0 {
            text.extend([group[0].kind.as_str(), &format!("  and {more} more\n")]);
        }
        text.extend(["  → ", &page.text(&group[0].advice), "\n"]);
    }
    text
}

/// How many findings there are of each kind.
pub(super) fn counts(report: &CheckReport) -> Value {
    let counts: Map<String, Value> =
        report.counts.iter().map(|(kind, count)| (kind.as_str().to_owned(), (*count).into())).collect();
    counts.into()
}
