//! The rule file as a tree of spanned values that owns its texts: it is parsed once, and asked as
//! often as needed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};
use toml::value::Datetime;

/// A parsed rule file, as far as its syntax allows.
#[derive(Debug)]
pub(in crate::rule) struct Document {
    /// The file itself.
    pub(in crate::rule) root: Table,
    /// Syntax errors; what they are about is missing in the tree.
    pub(super) errors: Vec<Error>,
}

/// The keys of a table.
#[derive(Debug, Default)]
pub(in crate::rule) struct Table {
    entries: BTreeMap<String, Entry>,
}

/// A key's place and its value.
#[derive(Debug)]
pub(in crate::rule) struct Entry {
    pub(super) key: Range<usize>,
    pub(super) value: Value,
}

/// A value, and where it stands (quotes included).
#[derive(Debug)]
pub(in crate::rule) struct Value {
    pub(in crate::rule) node: Node,
    pub(in crate::rule) span: Range<usize>,
}

/// What a value is.
#[derive(Debug)]
pub(in crate::rule) enum Node {
    Text(String),
    /// A whole number as it is written, and its value where it is not negative and fits.
    Whole(String, Option<u64>),
    Float(String),
    Flag(bool),
    Moment(Datetime),
    List(Vec<Value>),
    Table(Table),
}

impl Document {
    pub(in crate::rule) fn parse(text: &str) -> Self {
        let (tree, errors) = DeTable::parse_recoverable(text);
        Self { root: Table::of(tree.into_inner()), errors }
    }

    /// Whether the file has no syntax error.
    pub(in crate::rule) fn is_whole(&self) -> bool {
        self.errors.is_empty()
    }
}

impl Table {
    fn of(table: DeTable<'_>) -> Self {
        let entry = |(key, value): (Spanned<Cow<'_, str>>, Spanned<DeValue<'_>>)| {
            let span = key.span();
            (key.into_inner().into_owned(), Entry { key: span, value: Value::of(value) })
        };
        Self { entries: table.into_iter().map(entry).collect() }
    }

    pub(in crate::rule) fn get(&self, key: &str) -> Option<&Value> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// Where a key stands.
    pub(super) fn key(&self, key: &str) -> Option<Range<usize>> {
        self.entries.get(key).map(|entry| entry.key.clone())
    }

    /// In no particular order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(key, entry)| (key.as_str(), entry))
    }

    pub(in crate::rule) fn values(&self) -> impl Iterator<Item = &Value> {
        self.entries.values().map(|entry| &entry.value)
    }
}

impl Value {
    fn of(value: Spanned<DeValue<'_>>) -> Self {
        let span = value.span();
        let node = match value.into_inner() {
            DeValue::String(text) => Node::Text(text.into_owned()),
            DeValue::Integer(number) => {
                let whole = u64::from_str_radix(number.as_str(), number.radix()).ok();
                Node::Whole(number.to_string(), whole)
            }
            DeValue::Float(number) => Node::Float(number.to_string()),
            DeValue::Boolean(flag) => Node::Flag(flag),
            DeValue::Datetime(stamp) => Node::Moment(stamp),
            DeValue::Array(items) => Node::List(items.into_iter().map(Self::of).collect()),
            DeValue::Table(table) => Node::Table(Table::of(table)),
        };
        Self { node, span }
    }

    pub(in crate::rule) fn text(&self) -> Option<&str> {
        match &self.node {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(in crate::rule) fn table(&self) -> Option<&Table> {
        match &self.node {
            Node::Table(table) => Some(table),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        match &self.node {
            Node::List(items) => Some(items),
            _ => None,
        }
    }
}
