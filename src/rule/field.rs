//! Fields and their values: dictionaries, class levels, free text of a fixed shape.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::civil::Date;

use super::document::nearest;
use super::index::Index;
pub use super::index::ValueId;
use super::text::{Padding, fit, padded, spelled};
use super::{Derivation, Outdated, Period, UnfitValues};
use crate::code::Alphabet;
use crate::code::normalize::folded;

/// Values named in a message before it says "…".
const NAMED: usize = 8;

/// One value of a dictionary or class tree.
#[derive(Debug, Clone)]
pub struct Value {
    /// The permanent name, kept in the ledger.
    pub key: String,
    /// What is printed.
    pub code: String,
    /// For people.
    pub label: String,
    /// Other spellings on input.
    pub aliases: Vec<String>,
    /// Further attributes (`letter` …), printable as `{field.attr}`.
    pub attributes: Vec<(String, String)>,
    /// First record date for which it is issued; an old code stays readable whatever the period.
    pub from: Option<jiff::civil::Date>,
    /// Last record date for which it is issued.
    pub until: Option<jiff::civil::Date>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// Named values.
    Dictionary,
    /// A class tree (编码级次): widths of the levels; whether only leaves may be used.
    Levels {
        /// Width of each level's own digits.
        widths: Vec<usize>,
        /// Only classes without children may be given to a customer.
        leaf_only: bool,
    },
    /// Free text.
    Text {
        /// Printed characters.
        width: usize,
        /// Allowed characters.
        alphabet: Alphabet,
        /// What fills shorter input: in front, behind derived letters.
        pad: Option<char>,
    },
}

/// A declared customer attribute that a segment may print.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name in rule files, `--set` and the ledger.
    pub name: String,
    /// For people; the name when not given.
    pub label: String,
    /// Header names on import.
    pub aliases: Vec<String>,
    /// What it holds.
    pub kind: FieldKind,
    /// Value used when none is given: a dictionary key, or the text.
    pub default: Option<String>,
    /// How free text comes out of the customer's name when none is given.
    pub derivation: Option<Derivation>,
    /// Values of a dictionary or class tree, in file order; empty for free text.
    pub values: Vec<Value>,
    /// Keys and codes as written: the fast path.
    exact: Index,
    /// Every spelling, case and width folded.
    folded: Index,
    /// By value: whether it has sub-classes.
    parents: Vec<bool>,
    /// Some value holds for a time only.
    dated: bool,
}

/// Every spelling of a field's values, case and width folded.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    folded: Index,
    /// Two values claim one spelling; the first keeps it.
    pub(super) overlap: bool,
}

impl Spellings {
    /// The spellings of `count` values.
    pub(super) fn of<'v>(count: usize, value: impl Fn(ValueId) -> &'v Value) -> Self {
        let mut spellings = Self { folded: Index::with_capacity(count * 3), overlap: false };
        for id in 0..count {
            let own = value(id);
            for (nth, spelling) in own.spellings().enumerate() {
                // A code that is its key and its label needs no second look.
                if nth > 0 && spelling == own.key {
                    continue;
                }
                let folded = folded(spelling);
                match spellings.folded.find(&folded, |id| value(id).is_spelled(&folded)) {
                    _ if folded.is_empty() => {}
                    Some(owner) => spellings.overlap |= owner != id,
                    None => spellings.folded.insert(&folded, id),
                }
            }
        }
        spellings
    }
}

/// An input that is no value of the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown value {input:?}")]
pub struct UnknownValue {
    /// As given.
    pub input: String,
    /// The nearest key, label or alias.
    pub suggestion: Option<String>,
    /// What is expected, as a phrase: `one of vip, regular, prospect …`, `4 characters of 0-9`,
    /// `a leaf class; 01 has sub-classes`.
    pub expected: String,
}

impl Value {
    /// The text that `{field.attribute}` prints.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        match name {
            "code" => Some(&self.code),
            "key" => Some(&self.key),
            _ => self.attributes.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str()),
        }
    }

    /// The record dates for which it is issued, classes above it left aside.
    pub fn period(&self) -> Period {
        Period { from: self.from, until: self.until }
    }

    /// Whether a text is its key or its code.
    fn is_written(&self, text: &str) -> bool {
        self.key == text || self.code == text
    }

    /// Whether a folded text is one of its spellings.
    fn is_spelled(&self, text: &str) -> bool {
        self.spellings().any(|spelling| folded(spelling) == text)
    }

    /// Every spelling that names it on input.
    pub(super) fn spellings(&self) -> impl Iterator<Item = &str> {
        [self.key.as_str(), &self.code, &self.label]
            .into_iter()
            .chain(self.aliases.iter().map(String::as_str))
    }
}

impl Field {
    /// A field of these values, and how they are spelled.
    pub(super) fn new(
        name: String,
        label: String,
        aliases: Vec<String>,
        kind: FieldKind,
        values: Vec<Value>,
        spellings: Spellings,
    ) -> Self {
        let mut exact = Index::with_capacity(values.len() * 2);
        for (id, value) in values.iter().enumerate() {
            for text in [&value.key, &value.code] {
                if exact.find(text, |id| values[id].is_written(text)).is_none() {
                    exact.insert(text, id);
                }
            }
        }
        let parents = match &kind {
            FieldKind::Levels { widths, .. } => parents(&values, widths),
            _ => Vec::new(),
        };
        let dated = values.iter().any(|value| !value.period().is_always());
        Self {
            name,
            label,
            aliases,
            kind,
            default: None,
            derivation: None,
            values,
            exact,
            folded: spellings.folded,
            parents,
            dated,
        }
    }

    /// What the ledger keeps for `input`: the key of the dictionary value that it names by key,
    /// code, label or alias (case and width folded), or the padded text.
    pub fn resolve<'a>(&'a self, input: &'a str) -> Result<Cow<'a, str>, UnknownValue> {
        if let FieldKind::Text { width, alphabet, pad } = &self.kind {
            return fit(input, *width, alphabet, self.padding(*pad)).ok_or_else(|| UnknownValue {
                input: input.to_owned(),
                suggestion: None,
                expected: self.expected(),
            });
        }
        let id = self.named(input).ok_or_else(|| self.unknown(input))?;
        if !self.is_usable(id) {
            let expected = format!("a leaf class; {} has sub-classes", self.values[id].code);
            let suggestion = None;
            return Err(UnknownValue { input: input.to_owned(), suggestion, expected });
        }
        Ok(Cow::Borrowed(&self.values[id].key))
    }

    /// The value that an input names by key, code, label or alias, whether or not a customer may be
    /// given it.
    pub(super) fn named(&self, input: &str) -> Option<ValueId> {
        self.written(input).or_else(|| {
            let folded = folded(input);
            self.folded.find(&folded, |id| self.values[id].is_spelled(&folded))
        })
    }

    /// The value that a customer gets when none is given: what the derivation makes of `source`,
    /// the text it derives from.
    ///
    /// `None` for a field that is not derived.
    pub fn derive(&self, source: Option<&str>) -> Option<Result<String, UnfitValues>> {
        let (FieldKind::Text { width, alphabet, pad }, Some(derivation)) = (&self.kind, &self.derivation)
        else {
            return None;
        };
        let letters = derivation.letters(source, *width, alphabet);
        let padded = letters.map(|letters| padded(letters, *width, self.padding(*pad)));
        Some(padded.map_err(|reason| UnfitValues::Underivable {
            field: self.name.clone(),
            reason: reason.to_string(),
        }))
    }

    /// Numbers are filled in front, derived letters at their end.
    fn padding(&self, pad: Option<char>) -> Option<Padding> {
        let at_end = self.derivation.is_some();
        pad.map(|symbol| Padding { symbol, at_end })
    }

    /// The value with this key.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.id(key).map(|id| &self.values[id])
    }

    /// Whether a customer may be given the value: every one but a class with sub-classes under
    /// `leaf_only`.
    pub fn is_usable(&self, id: ValueId) -> bool {
        match self.kind {
            FieldKind::Levels { leaf_only: true, .. } => !self.parents[id],
            _ => true,
        }
    }

    /// Whether some value of it holds for a time only.
    pub(super) fn is_dated(&self) -> bool {
        self.dated
    }

    /// Refuses a value that does not hold on a customer's record date. A class holds while every
    /// class above it does.
    pub(super) fn holds_on(&self, key: &str, date: Date) -> Result<(), Box<Outdated>> {
        let Some(value) = self.value(key).filter(|_| self.dated) else { return Ok(()) };
        match self.obstacle(value, date) {
            None => Ok(()),
            Some(closed) => {
                let own = closed.key == value.key;
                Err(Box::new(Outdated {
                    field: self.name.clone(),
                    key: value.key.clone(),
                    label: value.label.clone(),
                    above: (!own).then(|| (closed.key.clone(), closed.label.clone())),
                    period: closed.period(),
                    date,
                    instead: self.some_keys(|id| {
                        self.is_usable(id) && self.obstacle(&self.values[id], date).is_none()
                    }),
                }))
            }
        }
    }

    /// The value, or the class above it, that does not hold on `date`.
    fn obstacle<'f>(&'f self, value: &'f Value, date: Date) -> Option<&'f Value> {
        self.path(&value.code).into_iter().find(|value| !value.period().holds_on(date))
    }

    /// The record dates for which a value is issued: its own, as far as every class above it holds,
    /// too.
    pub fn period_of(&self, value: &Value) -> Period {
        let path = self.path(&value.code).into_iter();
        path.fold(value.period(), |period, above| period.within(above.period()))
    }

    /// The value with this code.
    pub(super) fn by_code(&self, code: &str) -> Option<&Value> {
        self.id_of_code(code).map(|id| &self.values[id])
    }

    /// The value with this code, as an index.
    pub(super) fn id_of_code(&self, code: &str) -> Option<ValueId> {
        let id = self.written(code)?;
        (self.values[id].code == code).then_some(id)
    }

    /// The classes from the top down to the one with this code; for a dictionary the value alone.
    pub fn path(&self, code: &str) -> Vec<&Value> {
        match &self.kind {
            FieldKind::Levels { widths, .. } => {
                cuts(widths).filter_map(|cut| self.by_code(code.get(..cut)?)).collect()
            }
            _ => self.by_code(code).into_iter().collect(),
        }
    }

    /// What is expected, as a phrase.
    pub(super) fn expected(&self) -> String {
        if let FieldKind::Text { width, alphabet, pad } = &self.kind {
            let symbols = spelled(alphabet);
            return match pad {
                Some(_) => format!("at most {width} characters of {symbols}"),
                None => format!("{width} characters of {symbols}"),
            };
        }
        format!("one of {}", self.some_keys(|id| self.is_usable(id)))
    }

    /// The first keys of the values that `wanted` takes: `vip, regular, prospect …`.
    fn some_keys(&self, wanted: impl Fn(ValueId) -> bool) -> String {
        let wanted = (0..self.values.len()).filter(|id| wanted(*id));
        let mut keys: Vec<&str> = wanted.map(|id| self.values[id].key.as_str()).take(NAMED + 1).collect();
        let more = if keys.len() > NAMED { " …" } else { "" };
        keys.truncate(NAMED);
        keys.join(", ") + more
    }

    /// The value with this key or code.
    fn written(&self, text: &str) -> Option<ValueId> {
        self.exact.find(text, |id| self.values[id].is_written(text))
    }

    fn id(&self, key: &str) -> Option<ValueId> {
        let id = self.written(key)?;
        (self.values[id].key == key).then_some(id)
    }

    pub(super) fn unknown(&self, input: &str) -> UnknownValue {
        let spellings = self.values.iter().flat_map(Value::spellings);
        UnknownValue {
            input: input.to_owned(),
            suggestion: nearest(input, spellings).map(str::to_owned),
            expected: self.expected(),
        }
    }
}

/// The lengths of class codes, level by level: `[2, 2, 3]` gives 2, 4, 7.
pub(super) fn cuts(widths: &[usize]) -> impl Iterator<Item = usize> {
    widths.iter().scan(0, |sum, width| {
        *sum += width;
        Some(*sum)
    })
}

fn parents(values: &[Value], widths: &[usize]) -> Vec<bool> {
    let mut parents = vec![false; values.len()];
    let by_code: HashMap<&str, ValueId> =
        values.iter().enumerate().map(|(id, v)| (v.code.as_str(), id)).collect();
    for value in values {
        let above = cuts(widths).take_while(|cut| *cut < value.code.len()).last();
        if let Some(id) = above.and_then(|cut| by_code.get(value.code.get(..cut)?)) {
            parents[*id] = true;
        }
    }
    parents
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(key: &str, code: &str, label: &str, aliases: &[&str]) -> Value {
        Value {
            key: key.into(),
            code: code.into(),
            label: label.into(),
            aliases: aliases.iter().map(|a| (*a).into()).collect(),
            attributes: vec![("letter".into(), "V".into())],
            from: None,
            until: None,
        }
    }

    fn of(name: &str, label: &str, kind: FieldKind, values: Vec<Value>) -> Field {
        let spellings = Spellings::of(values.len(), |id| &values[id]);
        Field::new(name.into(), label.into(), vec![], kind, values, spellings)
    }

    fn dictionary() -> Field {
        let values = vec![
            value("vip", "01", "A类 重点客户", &["A", "VIP客户"]),
            value("regular", "02", "B类 普通客户", &["B"]),
        ];
        of("type", "类型", FieldKind::Dictionary, values)
    }

    #[test]
    fn a_value_is_named_by_key_code_label_or_alias_in_any_case_and_width() {
        let field = dictionary();
        for input in ["vip", "01", "A类 重点客户", "A", "a", "VIP", "ＶＩＰ客户", "０１", " vip "]
        {
            assert_eq!(field.resolve(input).expect(input), "vip", "{input}");
        }
        assert!(matches!(field.resolve("vip"), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn two_values_with_one_spelling_are_seen() {
        let one = value("a", "1", "A类", &["x"]);
        let overlap = |other: Value| {
            let values = [one.clone(), other];
            Spellings::of(2, |id| &values[id]).overlap
        };
        assert!(overlap(value("b", "2", "ａ类", &[])));
        assert!(overlap(value("b", "2", "B类", &["X"])));
        assert!(!overlap(value("b", "2", "B类", &["b", "B类"])));
    }

    #[test]
    fn an_unknown_value_gets_a_suggestion() {
        let field = dictionary();
        let unknown = field.resolve("vpi").expect_err("unknown");
        assert_eq!(unknown.suggestion.as_deref(), Some("vip"));
        assert_eq!(unknown.expected, "one of vip, regular");
        assert_eq!(unknown.to_string(), "unknown value \"vpi\"");
        assert!(field.resolve("").is_err());
    }

    #[test]
    fn free_text_says_what_it_expects() {
        let text = |pad| {
            let alphabet = Alphabet::named("decimal").expect("digits");
            of("branch", "branch", FieldKind::Text { width: 4, alphabet, pad }, vec![])
        };
        let expected = |pad| text(pad).resolve("12a").expect_err("a letter").expected;
        assert_eq!(expected(Some('0')), "at most 4 characters of 0-9");
        assert_eq!(expected(None), "4 characters of 0-9");
        assert_eq!(text(Some('0')).resolve("23").expect("digits"), "0023");
    }

    #[test]
    fn classes_know_their_path_and_their_leaves() {
        let values = ["01", "0101", "0101001", "02"].map(|c| value(c, c, &format!("class {c}"), &[]));
        let kind = FieldKind::Levels { widths: vec![2, 2, 3], leaf_only: true };
        let field = of("class", "class", kind, values.to_vec());
        let path: Vec<&str> = field.path("0101001").into_iter().map(|v| v.code.as_str()).collect();
        assert_eq!(path, ["01", "0101", "0101001"]);
        assert_eq!(field.resolve("02").expect("a leaf"), "02");
        assert_eq!(field.resolve("01").expect_err("a parent").expected, "a leaf class; 01 has sub-classes");
    }
}
