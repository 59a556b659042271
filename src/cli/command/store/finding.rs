//! Findings of a check as rows, JSON and lines for people.

use serde::Serialize;

use crate::cli::output::page::Page;
use crate::registry::audit::check::{CheckReport, Finding};
use crate::store::Operation;

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
#[derive(Serialize)]
pub(super) struct Members<'a> {
    kind: &'static str,
    operation: Option<OperationMembers<'a>>,
    subject: &'a str,
    what: &'a str,
    advice: &'a str,
}

/// The operation that a finding names; only its number where it is gone.
#[derive(Serialize)]
struct OperationMembers<'a> {
    id: i64,
    at: Option<&'a str>,
    command: Option<&'a str>,
    actor: Option<&'a str>,
    os_user: Option<&'a str>,
    host: Option<&'a str>,
}

impl<'a> From<&'a Finding> for Members<'a> {
    fn from(finding: &'a Finding) -> Self {
        let operation = |(id, operation): &'a (i64, Option<Operation>)| {
            let it = operation.as_ref();
            OperationMembers {
                id: *id,
                at: it.map(|it| it.at.as_str()),
                command: it.map(|it| it.command.as_str()),
                actor: it.map(|it| it.actor.as_str()),
                os_user: it.map(|it| it.os_user.as_str()),
                host: it.map(|it| it.host.as_str()),
            }
        };
        Self {
            kind: finding.kind.as_str(),
            operation: finding.operation.as_ref().map(operation),
            subject: &finding.subject,
            what: &finding.what,
            advice: &finding.advice,
        }
    }
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
