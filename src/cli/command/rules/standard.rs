//! `rules standard`: the ready-made dictionaries and what is in them.

use clap::Args;
use serde_json::{Map, Value};

use crate::cli::render::{Answer, Records, object};
use crate::cli::{Context, Outcome, Status};
use crate::registry::Error;
use crate::rule::{Standard, nearest};

/// Show the ready-made dictionaries
///
/// A field of the rule file takes one with standard = "NAME". To change one, save it as a CSV file beside the rule file, and name that.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules standard
  custcode rules standard iso3166
  custcode rules standard gb2260-provinces --format csv > provinces.csv")]
pub(crate) struct ShowStandard {
    /// The dictionary whose values are shown; all dictionaries, without their values, when not given
    name: Option<String>,
}

impl ShowStandard {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        match &self.name {
            None => context.ui.answer(&Overview)?,
            Some(name) => context.ui.answer(&Content(named(name)?))?,
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

/// Every dictionary in a line.
struct Overview;

fn line(standard: &Standard) -> Map<String, Value> {
    object([
        ("name", standard.name.into()),
        ("count", standard.table().1.len().into()),
        ("edition", standard.edition().into()),
    ])
}

impl Answer for Overview {
    fn facts(&self) -> Map<String, Value> {
        object([(
            "standards",
            Standard::all().iter().map(|it| line(it).into()).collect::<Vec<Value>>().into(),
        )])
    }

    fn items(&self) -> Vec<Map<String, Value>> {
        Standard::all().iter().map(line).collect()
    }

    fn records(&self) -> Records {
        let row =
            |it: &Standard| vec![it.name.to_owned(), it.table().1.len().to_string(), it.edition().to_owned()];
        Records {
            headers: vec!["standard", "values", "edition"],
            rows: Standard::all().iter().map(row).collect(),
        }
    }
}

/// The values of one dictionary, in the columns of a `values_from` file.
struct Content(Standard);

/// Columns that a dictionary may have, in their order.
const COLUMNS: [&str; 9] = ["key", "code", "label", "aliases", "until", "letters", "alpha3", "numeric", "zh"];

impl Answer for Content {
    fn facts(&self) -> Map<String, Value> {
        let notes: Vec<&str> = self.0.notes().skip(1).collect();
        let mut facts = line(&self.0);
        facts.insert("notes".to_owned(), notes.into());
        facts.insert(
            "values".to_owned(),
            self.items().into_iter().map(Value::from).collect::<Vec<_>>().into(),
        );
        facts
    }

    fn items(&self) -> Vec<Map<String, Value>> {
        let (columns, rows) = self.0.table();
        let value = |row: Vec<String>| {
            columns
                .iter()
                .zip(row)
                .filter(|(_, cell)| !cell.is_empty())
                .map(|(column, cell)| {
                    let list = || cell.split('|').collect::<Vec<_>>().into();
                    (column.clone(), if column == "aliases" { list() } else { cell.as_str().into() })
                })
                .collect()
        };
        rows.into_iter().map(value).collect()
    }

    fn records(&self) -> Records {
        let (columns, rows) = self.0.table();
        let headers = COLUMNS.into_iter().filter(|column| columns.iter().any(|own| own == column)).collect();
        Records { headers, rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_every_dictionary_has_its_header() {
        for standard in Standard::all() {
            assert_eq!(Content(*standard).records().headers, standard.table().0, "{}", standard.name);
        }
    }
}
