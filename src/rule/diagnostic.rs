//! What is wrong with a rule file: each finding with file, line, column, caret and hint.

use std::ops::Range;

use super::secret;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};

/// Findings that are drawn with their caret; the rest are counted.
const DRAWN: usize = 100;

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

impl Diagnostic {
    /// An error in the rule file itself.
    pub(super) fn error(kind: &'static str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            kind,
            message: message.into(),
            file: 0,
            span,
            label: String::new(),
            notes: Vec::new(),
            hint: None,
        }
    }

    /// A warning in the rule file itself.
    pub(super) fn warning(kind: &'static str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(kind, span, message) }
    }

    pub(super) fn in_file(mut self, file: usize) -> Self {
        self.file = file;
        self
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Takes the address of a ledger out of what is said of its line.
    fn hide_secret(&mut self, files: &[(String, String)]) {
        let Some((_, text)) = files.get(self.file) else { return };
        let start = floor(text, self.span.start);
        let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = text[first..].lines().next().unwrap_or_default();
        let sentences = [&mut self.message, &mut self.label].into_iter();
        for sentence in sentences.chain(&mut self.notes).chain(&mut self.hint) {
            secret::about(line, sentence);
        }
    }

    /// The hint `did you mean "…"?` when something similar is known.
    pub(super) fn suggest(self, suggestion: Option<&str>) -> Self {
        match suggestion {
            Some(known) => self.hint(format!("did you mean {known:?}?")),
            None => self,
        }
    }
}

impl Diagnostics {
    /// Sorts findings into file order.
    pub(super) fn new(mut list: Vec<Diagnostic>, files: Vec<(String, String)>) -> Self {
        list.sort_by_key(|d| (d.file, d.span.start, d.span.end));
        for finding in &mut list {
            finding.hide_secret(&files);
        }
        Self { list, files }
    }

    /// Whether there is an error among the findings.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// 1-based line and column (in characters) of a finding.
    pub fn position(&self, diagnostic: &Diagnostic) -> (usize, usize) {
        let Some((_, text)) = self.files.get(diagnostic.file) else { return (1, 1) };
        let before = &text[..floor(text, diagnostic.span.start)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.split('\n').count();
        (line, before[line_start..].chars().count() + 1)
    }

    /// [`Diagnostics::position`] of every finding; each file is walked once, however many there
    /// are.
    pub fn positions(&self) -> Vec<(usize, usize)> {
        let (mut file, mut line, mut line_start, mut at) = (usize::MAX, 1, 0, 0);
        let mut positions = Vec::with_capacity(self.list.len());
        for finding in &self.list {
            let text = self.files.get(finding.file).map_or("", |(_, text)| text.as_str());
            let start = floor(text, finding.span.start);
            if finding.file != file || start < at {
                (file, line, line_start, at) = (finding.file, 1, 0, 0);
            }
            for (newline, _) in text[at..start].match_indices('\n') {
                line += 1;
                line_start = at + newline + 1;
            }
            at = start;
            positions.push((line, text[line_start..start].chars().count() + 1));
        }
        positions
    }

    /// The findings as text with carets; `colour` adds ANSI styles.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let mut out = String::new();
        for diagnostic in self.list.iter().take(DRAWN) {
            out.push_str(&self.draw(&renderer, diagnostic));
            out.push_str("\n\n");
        }
        if self.list.len() > DRAWN {
            let rest = (self.list.len() - DRAWN).to_string();
            out.extend(["... and ", &rest, " more\n"]);
        }
        out
    }

    fn draw(&self, renderer: &Renderer, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = level
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.kind)
            .elements(self.snippet(diagnostic));
        for note in &diagnostic.notes {
            group = group.element(Level::NOTE.message(note.as_str()));
        }
        if let Some(hint) = &diagnostic.hint {
            group = group.element(Level::HELP.message(hint.as_str()));
        }
        renderer.render(&[group])
    }

    /// The lines that the finding touches; cut out here, because the renderer would walk a whole
    /// CSV file for each finding.
    fn snippet<'a>(&'a self, diagnostic: &'a Diagnostic) -> Option<Snippet<'a, Annotation<'a>>> {
        let (name, text) = self.files.get(diagnostic.file)?;
        let start = floor(text, diagnostic.span.start);
        let end = floor(text, diagnostic.span.end).max(start);
        let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let last = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let (shown, span) = secret::shown(&text[first..last], start - first..end - first);
        let mut annotation = AnnotationKind::Primary.span(span);
        if !diagnostic.label.is_empty() {
            annotation = annotation.label(diagnostic.label.as_str());
        }
        let (line, _) = self.position(diagnostic);
        Some(Snippet::source(shown).path(name.as_str()).line_start(line).annotation(annotation))
    }
}

/// `at`, or the nearest place before it where a character begins.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}
