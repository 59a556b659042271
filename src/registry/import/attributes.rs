//! Columns that are kept as attributes: their cells as JSON, and whether one of them holds codes
//! that nobody mapped.

use super::inspection::Unclear;
use super::mapping::Mapping;
use crate::registry::columns::Meaning;
use crate::registry::{Error, limits};
use crate::rule::RuleBook;
use crate::rule::headers::{self, Kind};
use crate::table::{Record, json_member, push_json};

/// A column is looked at for codes this far.
const LOOKED_AT: u64 = 10_000;
/// So many of a hundred cells make a column of codes where no other has them.
const SHARE: u64 = 20;
/// The same beside a column of codes.
const SHARE_BESIDE: u64 = 90;

/// The attribute columns of a file.
pub(super) struct Attributes {
    columns: Vec<Attribute>,
    /// How many of a hundred cells make a column one of codes.
    share: u64,
}

struct Attribute {
    column: usize,
    header: String,
    name: String,
    /// `"name":` as JSON.
    member: String,
    /// Neither `--map` nor an `attr:` header says that it is an attribute, so it may be a forgotten
    /// code column.
    assumed: bool,
    /// Digits are codes of many rules by chance, unless the header says that they are identifiers.
    digits: bool,
    codes: u64,
    others: u64,
}

impl Attributes {
    pub(super) fn new(mapping: &Mapping) -> Self {
        let named = mapping.targets.iter().enumerate().filter_map(|(column, target)| match target {
            Meaning::Attribute(name) => Some((column, name)),
            _ => None,
        });
        let columns = named.map(|(column, name)| Attribute {
            column,
            header: mapping.headers[column].clone(),
            name: name.clone(),
            member: json_member(name),
            assumed: !mapping.named[column] && mapping.headers[column] == *name,
            digits: headers::kind(&mapping.headers[column]) == Some(Kind::Identifier),
            codes: 0,
            others: 0,
        });
        let share = if mapping.code.is_some() { SHARE_BESIDE } else { SHARE };
        Self { columns: columns.collect(), share }
    }

    /// Writes a row's attributes as JSON into `json`; empty cells are left out.
    pub(super) fn write(&mut self, book: &RuleBook, record: &Record, json: &mut String) {
        json.clear();
        json.push('{');
        for attribute in &mut self.columns {
            let cell = record.cell(attribute.column);
            if cell.is_empty() {
                continue;
            }
            if attribute.assumed && record.row() <= LOOKED_AT {
                let text = cell.trim().as_bytes();
                let telling = attribute.digits || !text.iter().all(u8::is_ascii_digit);
                match book.matches(text).filter(|_| telling) {
                    Some(_) => attribute.codes += 1,
                    None => attribute.others += 1,
                }
            }
            if json.len() > 1 {
                json.push(',');
            }
            json.push_str(&attribute.member);
            push_json(json, cell);
        }
        json.push('}');
    }

    /// Names in column order; an unmapped column of codes is an error that says what to type.
    pub(super) fn finish(self) -> Result<Vec<String>, Error> {
        for column in &self.columns {
            limits::ATTRIBUTE_NAME.check(Some(&column.name))?;
        }
        let is_full = |it: &&Attribute| it.codes > 0 && it.codes * 100 >= (it.codes + it.others) * self.share;
        match self.columns.iter().find(is_full) {
            Some(column) => {
                Err(Unclear::codes(&column.header, "an attribute", "attribute", Vec::new()).into())
            }
            None => Ok(self.columns.into_iter().map(|column| column.name).collect()),
        }
    }
}
