//! Fields and their values: dictionaries, class levels, free text of a fixed shape.

use std::borrow::Cow;

/// Index of a dictionary value in its field.
pub type ValueId = usize;

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
    /// First day it may be issued (kept for a later issue).
    pub from: Option<jiff::civil::Date>,
    /// Last day it may be issued.
    pub until: Option<jiff::civil::Date>,
}

/// What a field holds.
#[derive(Debug, Clone)]
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
        alphabet: crate::code::Alphabet,
        /// Left padding of shorter input.
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
    /// Values of a dictionary or class tree, in file order; empty for free text.
    pub values: Vec<Value>,
}

/// An input that is no value of the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown value {input:?}")]
pub struct UnknownValue {
    /// As given.
    pub input: String,
    /// The nearest key, label or alias.
    pub suggestion: Option<String>,
    /// What is expected, as a phrase: `one of vip, regular, prospect …`, `4 characters of 0-9`, `a leaf class; 01 has sub-classes`.
    pub expected: String,
}

impl Field {
    /// What the ledger keeps for `input`: the key of the dictionary value that it names by key, code, label or alias (case and
    /// width folded), or the padded text.
    pub fn resolve<'a>(&'a self, _input: &'a str) -> Result<Cow<'a, str>, UnknownValue> {
        todo!()
    }
    /// The value with this key.
    pub fn value(&self, _key: &str) -> Option<&Value> {
        todo!()
    }
}
