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
        let Explained { file, format, encoding, rows_seen, sheets, header_line, .. } = self.0;
        let how = match (sheets.as_slice(), header_line) {
            ([], _) => encoding.to_string(),
            ([sheet], Some(line)) => format!("sheet {sheet}, header in line {line}"),
            (sheets, _) => format!("sheets {}", sheets.join(", ")),
        };
        format!("{file}: {}, {how}; {} looked at", format.name(), counted(*rows_seen, "row"))
    }
}
