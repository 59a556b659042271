//! `rules standard`: the ready-made dictionaries and what is in them.

use std::io;

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::{Answer, JsonLines};
use crate::registry::Error;
use crate::registry::note::{Note, NoteKind};
use crate::rule::{Standard, nearest};

/// Show the ready-made dictionaries
///
/// A field of the rule file takes one with standard = "NAME". To change one, save it as a CSV file
/// beside the rule file, and name that.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules standard
  custcode rules standard iso3166
  custcode rules standard gb2260-provinces --format csv > provinces.csv")]
pub(crate) struct ShowStandard {
    /// The dictionary whose values are shown; all dictionaries, without their values, when not
    /// given
    name: Option<String>,
}

impl ShowStandard {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        match &self.name {
            None => context
                .ui
                .answer(&Overview { standards: Standard::all().iter().map(Line::from).collect() })?,
            Some(name) => context.ui.answer(&Content::from(named(name)?))?,
        }
        Ok(Status::Done)
    }
}

fn named(name: &str) -> Result<Standard, Error> {
    let names = || Standard::all().iter().map(|standard| standard.name);
    Standard::named(name).ok_or_else(|| Error::Usage {
        message: format!("there is no ready-made dictionary {name:?}"),
        hint: Some(match nearest(name, names()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
        }),
    })
}

/// A dictionary in a line.
#[derive(Serialize)]
struct Line {
    name: &'static str,
    count: usize,
    edition: &'static str,
}

impl From<&Standard> for Line {
    fn from(it: &Standard) -> Self {
        Self { name: it.name, count: it.table().1.len(), edition: it.edition() }
    }
}

/// Every dictionary.
#[derive(Serialize)]
struct Overview {
    standards: Vec<Line>,
}

impl Answer for Overview {
    fn columns(&self) -> Vec<&'static str> {
        vec!["standard", "values", "edition"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |it: &Line| vec![it.name.to_owned(), it.count.to_string(), it.edition.to_owned()];
        self.standards.iter().map(row).collect()
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.extend(&self.standards)
    }
}

/// The values of one dictionary, in the columns of a `values_from` file.
#[derive(Serialize)]
struct Content {
    #[serde(flatten)]
    line: Line,
    notes: Vec<Note>,
    values: Vec<Map<String, Value>>,
    #[serde(skip)]
    table: (Vec<String>, Vec<Vec<String>>),
}

/// Columns that a dictionary may have, in their order.
const COLUMNS: [&str; 9] = ["key", "code", "label", "aliases", "until", "letters", "alpha3", "numeric", "zh"];

impl From<Standard> for Content {
    fn from(standard: Standard) -> Self {
        let table = standard.table();
        let value = |row: &Vec<String>| {
            let cells = table.0.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
            let member = |(column, cell): (&String, &String)| {
                let list = || cell.split('|').collect::<Vec<_>>().into();
                (column.clone(), if column == "aliases" { list() } else { cell.as_str().into() })
            };
            cells.map(member).collect()
        };
        let values = table.1.iter().map(value).collect();
        let notes = standard.notes().skip(1).map(|note| Note::new(NoteKind::Source, note));
        Self { line: Line::from(&standard), notes: notes.collect(), values, table }
    }
}

impl Answer for Content {
    fn columns(&self) -> Vec<&'static str> {
        COLUMNS.into_iter().filter(|column| self.table.0.iter().any(|own| own == column)).collect()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.table.1.clone()
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.extend(&self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_every_dictionary_has_its_header() {
        for standard in Standard::all() {
            assert_eq!(Content::from(*standard).columns(), standard.table().0, "{}", standard.name);
        }
    }
}
