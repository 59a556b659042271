//! What is wrong with a rule file: each finding with file, line, column, caret and hint.

use std::ops::Range;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Issuing works; accepted by naming its kind in the rule's `allow`.
    Warning,
    /// Nothing is issued.
    Error,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Stable name, e.g. `unknown-field`, `ambiguous-code`, `no-sequence`, `weak-check`.
    pub kind: &'static str,
    /// One sentence, lower case, with the offending value.
    pub message: String,
    /// Index into the bundle's files.
    pub file: usize,
    /// Byte range in that file.
    pub span: Range<usize>,
    /// Short text under the caret.
    pub label: String,
    /// Further lines: counter-examples, other places.
    pub notes: Vec<String>,
    /// What to type or write instead.
    pub hint: Option<String>,
}

/// Everything found in one bundle.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{} problem(s) in the rule file", list.len())]
pub struct Diagnostics {
    /// The findings in file order.
    pub list: Vec<Diagnostic>,
    /// The bundle's files, for rendering: display name and text.
    pub files: Vec<(String, String)>,
}

impl Diagnostics {
    /// Whether there is an error among the findings.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }
    /// 1-based line and column (in characters) of a finding.
    pub fn position(&self, _diagnostic: &Diagnostic) -> (usize, usize) {
        todo!()
    }
    /// The findings as text with carets; `colour` adds ANSI styles.
    pub fn render(&self, _colour: bool) -> String {
        todo!()
    }
}
