//! How a file is understood, a line for each column.

use serde::Serialize;

use super::answer::Answer;
use crate::cli::words::counted;
use crate::registry::import::{Explained, ExplainedColumn, Odd};

/// The explanation of a file.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct Explanation<'a>(pub(crate) &'a Explained);

impl Answer for Explanation<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["column", "means", "why", "cells", "odd"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |column: &ExplainedColumn| {
            let odd: Vec<&str> = column.odd.iter().map(|Odd { text, .. }| text.as_str()).collect();
            vec![
                column.mapped.column.clone().unwrap_or_default(),
                column.mapped.meaning(),
                column.why.text().to_owned(),
                column.cells.join(" · "),
                odd.join("; "),
            ]
        };
        self.0.columns.iter().map(row).collect()
    }
}

impl Explanation<'_> {
    /// What kind of file it is, in a line.
    pub(crate) fn title(&self) -> String {
        let Explained { file, format, encoding, rows_seen, delimiter, quoting, header_lines, .. } = self.0;
        let mut told = vec![format.name().to_owned()];
        match self.0.sheets.as_slice() {
            [] => told.push(encoding.to_string()),
            [sheet] => told.push(format!("sheet {sheet}")),
            sheets => told.push(format!("sheets {}", sheets.join(", "))),
        }
        told.extend(delimiter.map(|delimiter| format!("delimiter {}", delimiter_name(delimiter))));
        told.extend(quoting.filter(|quoting| *quoting == "all").map(|_| "all cells in quotes".to_owned()));
        told.extend(header_lines.map(|lines| match lines {
            (first, last) if first == last => format!("header in line {first}"),
            (first, last) => format!("header in lines {first} to {last}"),
        }));
        format!("{file}: {}; {} looked at", told.join(", "), counted(*rows_seen, "row"))
    }
}

/// A delimiter as people see it.
fn delimiter_name(delimiter: char) -> String {
    match delimiter {
        ',' => "comma".to_owned(),
        ';' => "semicolon".to_owned(),
        '\t' => "tab".to_owned(),
        ' ' => "blank".to_owned(),
        other => other.to_string(),
    }
}
