//! One coding rule, compiled.

use std::sync::Arc;

use jiff::civil::Date;

use super::choices::Choices;
use super::language::Language;
use super::printed::PrintedField;
use super::{Field, Period};
use crate::code::{Pattern, Shape, Unprintable};

/// Most segments that a pattern may have.
pub(super) const MOST_SEGMENTS: usize = 32;

/// A coding rule, compiled and proved.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name in the file.
    pub name: String,
    /// Permanent id; the name when not given.
    pub id: String,
    /// The pattern as written.
    pub text: String,
    /// The compiled pattern.
    pub pattern: Pattern,
    /// For people.
    pub label: Option<String>,
    /// Percentages of a scope at which to warn, ascending.
    pub warn_at: Vec<u8>,
    /// How many numbers an issuer may set aside at once, where gaps are acceptable; none: each
    /// number is taken when it is used.
    pub issue_blocks: Option<u64>,
    /// First record date.
    pub from: Option<Date>,
    /// Last record date.
    pub until: Option<Date>,
    /// The rule that takes over on the day after `until` with more digits, by name: a planned
    /// widening.
    pub wider: Option<String>,
    /// By segment: what it prints of which field; `None` for the other segments.
    pub(super) printed: Vec<Option<PrintedField>>,
    /// Segments (indices, ascending) that the sequence counts within.
    pub(super) scope: Vec<usize>,
    /// Fields and the keys (or texts) of them that the rule takes; all must match.
    pub(super) applies_to: Vec<(String, Vec<String>)>,
    /// By printed field, in the order of their first segments: what the rule can print of it.
    pub(super) choices: Vec<Choices>,
    /// Whether two segments print the same field, so that they have to agree when a code is read.
    pub(super) repeats: bool,
    /// Where the rule prints lower-case letters: its codes in upper case, to find the right
    /// spelling of one.
    pub(super) cased: Option<Arc<Language>>,
}

/// What a rule needs to print codes of one scope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The scope: JSON array of the printed parts, in pattern order; `[]` when the rule counts
    /// everything together.
    pub scope: String,
    /// The text of each field segment, by segment index; empty for the others.
    pub parts: Vec<String>,
}

impl Rule {
    /// Names of the fields that the pattern prints, each once, in pattern order.
    pub fn printed_fields(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (part, segment) in self.printed.iter().zip(self.pattern.segments()) {
            let name = segment.name.split(['.', '@']).next().unwrap_or_default();
            if part.is_some() && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The segments (indices, ascending) that the sequence counts within.
    pub fn scope(&self) -> &[usize] {
        &self.scope
    }

    /// The customers that the rule takes without being asked for: fields and the keys (or texts) of
    /// them, all of which must match; empty for a rule that is a default or asked for by name.
    pub fn applies_to(&self) -> &[(String, Vec<String>)] {
        &self.applies_to
    }

    /// Whether the pattern prints the record date.
    pub fn prints_date(&self) -> bool {
        self.pattern.segments().iter().any(|segment| matches!(segment.shape, Shape::Date(_)))
    }

    /// Prints the code of one number (0 where the rule has no sequence).
    pub fn print(
        &self,
        prepared: &Prepared,
        date: Date,
        number: u64,
        out: &mut String,
    ) -> Result<(), Unprintable> {
        let mut parts = [""; MOST_SEGMENTS];
        for (part, text) in parts.iter_mut().zip(&prepared.parts) {
            *part = text;
        }
        self.pattern.print(&parts[..prepared.parts.len()], date, number, out)
    }

    /// The record date from which on a wider rule takes over.
    pub fn widens(&self) -> Option<Date> {
        self.wider.as_ref().and(self.until)?.tomorrow().ok()
    }

    /// The keys (or texts) of a field that `applies_to` takes; `None` where it does not name the
    /// field.
    pub(super) fn taken(&self, field: &Field) -> Option<&[String]> {
        let named = self.applies_to.iter().find(|(name, _)| *name == field.name);
        named.map(|(_, keys)| keys.as_slice())
    }

    /// What the rule can print of a field (by its index); `None` where it prints nothing of it.
    pub(super) fn choices_of(&self, field: usize) -> Option<&Choices> {
        self.choices.iter().find(|choices| choices.field == field)
    }

    /// The rule in force on `date`.
    pub(super) fn holds_on(&self, date: Date) -> bool {
        self.period().holds_on(date)
    }

    /// The record dates for which it issues.
    pub fn period(&self) -> Period {
        Period { from: self.from, until: self.until }
    }

    /// Scope text out of printed parts; `date` stands in for the text of date segments.
    pub(super) fn write_scope(&self, parts: &[String], date: Date, out: &mut String) {
        out.clear();
        out.push('[');
        for (nth, index) in self.scope.iter().enumerate() {
            out.push_str(if nth == 0 { "\"" } else { ",\"" });
            match &self.pattern.segments()[*index].shape {
                Shape::Date(format) => {
                    let start = out.len();
                    format.print(date, out);
                    // The signs in a format are printed, too.
                    if out[start..].contains(SPECIAL) {
                        let printed = out.split_off(start);
                        escape(&printed, out);
                    }
                }
                _ => escape(&parts[*index], out),
            }
            out.push('"');
        }
        out.push(']');
    }

    /// Scope text of a code that was read: `text(index)` is what its segment prints.
    pub(super) fn scope_of<'c>(&self, text: impl Fn(usize) -> &'c str) -> String {
        let mut out = String::from("[");
        for (nth, index) in self.scope.iter().enumerate() {
            out.push_str(if nth == 0 { "\"" } else { ",\"" });
            escape(text(*index), &mut out);
            out.push('"');
        }
        out.push(']');
        out
    }
}

/// Printable ASCII that a JSON string escapes.
const SPECIAL: [char; 2] = ['"', '\\'];

/// JSON string escapes for printable ASCII.
fn escape(text: &str, out: &mut String) {
    if !text.contains(SPECIAL) {
        out.push_str(text);
        return;
    }
    for symbol in text.chars() {
        if SPECIAL.contains(&symbol) {
            out.push('\\');
        }
        out.push(symbol);
    }
}
