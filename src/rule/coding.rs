//! One coding rule: from a customer's values to the printed code. Called for each customer of an import, so it allocates
//! only what it returns.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use super::choices::Choices;
use super::prove::Language;
use super::{Field, Period, RuleBook};
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
    /// How many numbers an issuer may set aside at once, where gaps are acceptable; none: each number is taken when it is used.
    pub issue_blocks: Option<u64>,
    /// First record date.
    pub from: Option<Date>,
    /// Last record date.
    pub until: Option<Date>,
    /// The rule that takes over on the day after `until` with more digits, by name: a planned widening.
    pub wider: Option<String>,
    /// By segment: what it prints of which field; `None` for the other segments.
    pub(super) printed: Vec<Option<Part>>,
    /// Segments (indices, ascending) that the sequence counts within.
    pub(super) scope: Vec<usize>,
    /// Fields and the keys (or texts) of them that the rule takes; all must match.
    pub(super) applies_to: Vec<(String, Vec<String>)>,
    /// By printed field, in the order of their first segments: what the rule can print of it.
    pub(super) choices: Vec<Choices>,
    /// Whether two segments print the same field, so that they have to agree when a code is read.
    pub(super) repeats: bool,
    /// Where the rule prints lower-case letters: its codes in upper case, to find the right spelling of one.
    pub(super) cased: Option<Arc<Language>>,
}

/// What a segment prints of a field.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Index of the field in the book.
    pub(super) field: usize,
    pub(super) print: Print,
}

#[derive(Debug, Clone)]
pub(super) enum Print {
    /// The value's code, or free text.
    Code,
    /// An attribute of the value.
    Attribute(String),
    /// A class code cut at a level: the level and the characters that remain.
    Level(usize, usize),
}

/// What a segment prints of a customer, for those who explain the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintedAs<'r> {
    /// The value's code, or free text.
    Code,
    /// Another attribute of the value: its name.
    Attribute(&'r str),
    /// A class code cut at a level, counted from 1.
    Level(usize),
}

/// What a rule needs to print codes of one scope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The scope: JSON array of the printed parts, in pattern order; `[]` when the rule counts everything together.
    pub scope: String,
    /// The text of each field segment, by segment index; empty for the others.
    pub parts: Vec<String>,
}

/// Values that a rule cannot print.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnfitValues {
    /// A printed field has no value and no default.
    #[error("no value for {field}")]
    Missing {
        /// The field.
        field: String,
    },
    /// The value lacks the attribute that the pattern prints (`{type.letter}`), or the level (`{class@2}`).
    #[error("{field} {key} has no {attribute}")]
    NoAttribute {
        /// The field.
        field: String,
        /// The value's key.
        key: String,
        /// The missing attribute.
        attribute: String,
    },
    /// A printed field is derived, and nothing can be derived.
    #[error("cannot derive {field}: {reason}")]
    Underivable {
        /// The field.
        field: String,
        /// Which character of what, and what it lacks.
        reason: String,
    },
    /// The rule's `applies_to` does not take the value.
    #[error("rule {rule} does not apply to {field} {key}, only to {taken}")]
    Elsewhere {
        /// The rule.
        rule: String,
        /// The field.
        field: String,
        /// The value's key; empty when the customer has none.
        key: String,
        /// The keys that it takes.
        taken: String,
    },
    /// A value that the rule prints or applies to, or a class above it, does not hold on the record date.
    #[error("{0}")]
    Outdated(Box<Outdated>),
}

/// A value that no customer of the record date is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated {
    /// The field.
    pub field: String,
    /// The value's key.
    pub key: String,
    /// Its label.
    pub label: String,
    /// The class above it whose period is over, and its label; none where it is the value's own.
    pub above: Option<(String, String)>,
    /// When the value, or the class above it, holds.
    pub period: Period,
    /// The record date.
    pub date: Date,
    /// Values that hold on that date, as a phrase: `north, south …`; empty when there is none.
    pub instead: String,
}

impl fmt::Display for Outdated {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, key, period, date, .. } = self;
        let named = |key: &str, label: &str| {
            if key == label { key.to_owned() } else { format!("{key} ({label})") }
        };
        write!(out, "{field} {}", named(key, &self.label))?;
        if let Some((key, label)) = &self.above {
            write!(out, " stands below {}, which", named(key, label))?;
        }
        write!(out, " holds {period}, not on {date}")
    }
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

    /// The field that segment `index` prints, and what of it; `None` for the other segments.
    pub fn field_at<'b>(&self, book: &'b RuleBook, index: usize) -> Option<(&'b Field, PrintedAs<'_>)> {
        let part = self.printed.get(index)?.as_ref()?;
        let printed = match &part.print {
            Print::Code => PrintedAs::Code,
            Print::Attribute(name) => PrintedAs::Attribute(name),
            Print::Level(level, _) => PrintedAs::Level(*level),
        };
        Some((&book.fields()[part.field], printed))
    }

    /// The segments (indices, ascending) that the sequence counts within.
    pub fn scope(&self) -> &[usize] {
        &self.scope
    }

    /// The customers that the rule takes without being asked for: fields and the keys (or texts) of them, all of which must
    /// match; empty for a rule that is a default or asked for by name.
    pub fn applies_to(&self) -> &[(String, Vec<String>)] {
        &self.applies_to
    }

    /// Whether the pattern prints the record date.
    pub fn prints_date(&self) -> bool {
        self.pattern.segments().iter().any(|segment| matches!(segment.shape, Shape::Date(_)))
    }

    /// Resolves the scope and the parts; `value(field)` gives the customer's key or text.
    pub fn prepare(
        &self,
        book: &RuleBook,
        value: &dyn Fn(&str) -> Option<String>,
        date: Date,
    ) -> Result<Prepared, UnfitValues> {
        let names =
            book.fields().iter().map(|field| (field.name.as_str(), value(&field.name))).collect::<Vec<_>>();
        let known = |name: &str| names.iter().find(|(n, _)| *n == name).and_then(|(_, v)| v.as_deref());
        let mut prepared = Prepared::default();
        self.prepare_into(book, &known, date, &mut prepared)?;
        Ok(prepared)
    }

    /// [`Rule::prepare`] into a used [`Prepared`], whose memory is taken over: for many customers in a row.
    pub fn prepare_into<'v>(
        &self,
        book: &'v RuleBook,
        value: &dyn Fn(&str) -> Option<&'v str>,
        date: Date,
        prepared: &mut Prepared,
    ) -> Result<(), UnfitValues> {
        for (name, keys) in &self.applies_to {
            let key = value(name).or_else(|| book.field(name)?.default.as_deref()).unwrap_or_default();
            if !keys.iter().any(|taken| taken == key) {
                return Err(UnfitValues::Elsewhere {
                    rule: self.name.clone(),
                    field: name.clone(),
                    key: key.to_owned(),
                    taken: keys.join(", "),
                });
            }
            if let Some(field) = book.field(name) {
                field.holds_on(key, date).map_err(UnfitValues::Outdated)?;
            }
        }
        prepared.parts.resize_with(self.printed.len(), String::new);
        for (part, text) in self.printed.iter().zip(&mut prepared.parts) {
            text.clear();
            if let Some(part) = part {
                let field = &book.fields()[part.field];
                let key = value(&field.name).or(field.default.as_deref());
                let key = key.ok_or_else(|| UnfitValues::Missing { field: field.name.clone() })?;
                field.holds_on(key, date).map_err(UnfitValues::Outdated)?;
                text.push_str(part.print.text(field, key)?);
            }
        }
        self.write_scope(&prepared.parts, date, &mut prepared.scope);
        Ok(())
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

    /// What segment `index` prints for a customer's `key` (for free text: the text); `None` where it prints no field, or nothing of
    /// this value.
    pub fn prints<'v>(&self, book: &'v RuleBook, index: usize, key: &'v str) -> Option<&'v str> {
        let part = self.printed.get(index)?.as_ref()?;
        part.print.text(&book.fields()[part.field], key).ok()
    }

    /// The record date from which on a wider rule takes over.
    pub fn widens(&self) -> Option<Date> {
        self.wider.as_ref().and(self.until)?.tomorrow().ok()
    }

    /// What segment `index` prints for the values that a customer of this rule can have: (key, text), in file order. `None` where it
    /// prints no dictionary; free text has choices only where `applies_to` names them.
    pub fn printable<'b>(&'b self, book: &'b RuleBook, index: usize) -> Option<Vec<(&'b str, &'b str)>> {
        let part = self.printed.get(index)?.as_ref()?;
        let field = &book.fields()[part.field];
        if field.values.is_empty() {
            let taken = self.taken(field)?;
            return Some(taken.iter().map(|text| (text.as_str(), text.as_str())).collect());
        }
        let values = self.choices_of(part.field)?.values.iter().map(|id| &field.values[*id]);
        Some(values.filter_map(|value| Some((value.key.as_str(), part.print.of(value)?))).collect())
    }

    /// The keys (or texts) of a field that `applies_to` takes; `None` where it does not name the field.
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

    /// Whether the record date decides what it prints, or whether it does.
    pub fn depends_on_date(&self, book: &RuleBook) -> bool {
        let printed = self.printed.iter().flatten().map(|part| &book.fields()[part.field]);
        let deciding = printed.chain(self.applies_to.iter().filter_map(|(name, _)| book.field(name)));
        self.prints_date() || !self.period().is_always() || deciding.into_iter().any(Field::is_dated)
    }

    /// Scope text out of printed parts; `date` stands in for the text of date segments.
    fn write_scope(&self, parts: &[String], date: Date, out: &mut String) {
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

impl Print {
    /// The text printed for the customer's `key` (for free text: the text).
    fn text<'v>(&self, field: &'v Field, key: &'v str) -> Result<&'v str, UnfitValues> {
        let missing = |attribute: String| UnfitValues::NoAttribute {
            field: field.name.clone(),
            key: key.to_owned(),
            attribute,
        };
        let Some(value) = field.value(key) else {
            // Free text prints itself. A dictionary value that is no longer in the file cannot be printed.
            let free = matches!(field.kind, super::FieldKind::Text { .. });
            return if free { Ok(key) } else { Err(missing("code".to_owned())) };
        };
        match self {
            Self::Code => Ok(&value.code),
            Self::Attribute(name) => value.attribute(name).ok_or_else(|| missing(name.clone())),
            Self::Level(level, cut) => {
                value.code.get(..*cut).ok_or_else(|| missing(format!("level {level}")))
            }
        }
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
