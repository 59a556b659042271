//! Columns that are kept as attributes: their cells as JSON, and whether one of them holds codes
//! that nobody mapped.

use super::mapping::Mapping;
use crate::registry::columns::Meaning;
use crate::registry::{Error, limits};
use crate::rule::RuleBook;
use crate::table::{Record, json_member, push_json};

/// A column is looked at for codes this far.
const LOOKED_AT: u64 = 10_000;
/// So many codes on each other text make a column of codes.
const CODES_PER_OTHER: u64 = 9;

/// The attribute columns of a file.
pub(super) struct Attributes {
    columns: Vec<Attribute>,
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
            codes: 0,
            others: 0,
        });
        Self { columns: columns.collect() }
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
                match book.matches(cell.trim().as_bytes()) {
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
        let forgotten = self.columns.iter().find(|column| column.codes > column.others * CODES_PER_OTHER);
        match forgotten {
            Some(Attribute { header, .. }) => Err(Error::usage(
                format!("column {header:?} holds codes of these rules, but is mapped to an attribute"),
                format!(
                    "--map '{header}=code' if these are the customers' codes, else --map '{header}=attribute'"
                ),
            )),
            None => Ok(self.columns.into_iter().map(|column| column.name).collect()),
        }
    }
}
