//! Answers of any length: spooled row by row while the ledger is read, and shown when it was let go, so that whoever reads slowly keeps
//! nobody from issuing.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};

use serde_json::{Map, Value};

use super::rows::{rewound, temporary, temporary_fault};
use crate::cli::Failure;
use crate::cli::args::Format;
use crate::cli::escape::visible;
use crate::cli::render::table::Columns;
use crate::cli::render::{Page, json, plain};
use crate::cli::ui::Ui;
use crate::registry::Error;
use crate::table::{self, Encoding, RowWriter};

/// An answer under way.
pub(super) struct Stream {
    format: Format,
    page: Page,
    /// The member of the JSON document that holds the rows.
    member: &'static str,
    columns: Columns,
    sink: Sink,
    rows: u64,
}

/// What rows are written to.
enum Sink {
    Text(BufWriter<File>),
    Csv(RowWriter<BufWriter<File>>),
}

impl Stream {
    /// An answer under these headers.
    pub(super) fn new(ui: Ui, member: &'static str, headers: &[&'static str]) -> Result<Self, Failure> {
        let format = ui.format();
        let spool = temporary()?;
        let sink = if format == Format::Csv {
            let writer = RowWriter::new(spool, table::Format::Csv, Encoding::Utf8, false, headers);
            Sink::Csv(writer.map_err(temporary_fault)?)
        } else {
            Sink::Text(spool)
        };
        Ok(Self {
            format,
            page: ui.page(),
            member,
            columns: Columns::new(headers.iter().copied()),
            sink,
            rows: 0,
        })
    }

    /// Adds a row: its cells, and its members for JSON.
    pub(super) fn push(
        &mut self,
        cells: &[String],
        members: impl FnOnce() -> Map<String, Value>,
    ) -> Result<(), Error> {
        let separator = if self.rows > 0 { ",\n" } else { "" };
        self.rows += 1;
        // A table is read by people, who need no doubled backslash; either way a cell stays on its line.
        let shown: Vec<_> = match self.format {
            Format::Table => cells.iter().map(|cell| visible(cell)).collect(),
            _ => cells.iter().map(|cell| self.page.text(cell)).collect(),
        };
        let texts = || shown.iter().map(AsRef::as_ref);
        let written = match (&mut self.sink, self.format) {
            (Sink::Csv(writer), _) => {
                let cells: Vec<_> =
                    texts().map(|cell: &str| Some(cell).filter(|it| !it.is_empty())).collect();
                writer.row(&cells)
            }
            (Sink::Text(spool), Format::Table) => {
                self.columns.measure(texts());
                writeln!(spool, "{}", shown.join("\t"))
            }
            (Sink::Text(spool), Format::Json) => {
                json::text(&members(), self.page).and_then(|text| write!(spool, "{separator}{text}"))
            }
            (Sink::Text(spool), Format::Jsonl) => json::line(&members(), self.page, spool),
            (Sink::Text(spool), Format::Plain | Format::Csv) => {
                let mut line = String::new();
                plain::line(texts(), &mut line);
                spool.write_all(line.as_bytes())
            }
        };
        written.map_err(temporary_fault)
    }

    /// Shows everything; `totals` end the JSON document.
    pub(super) fn show(self, totals: &Map<String, Value>) -> Result<(), Failure> {
        let Self { format, page, member, mut columns, sink, rows } = self;
        let mut file = rewound(match sink {
            Sink::Text(spool) => spool,
            Sink::Csv(writer) => writer.finish().map_err(temporary_fault)?,
        })?;
        Ui::print(|out| match format {
            Format::Table => {
                let mut text = String::new();
                columns.fit(page);
                if rows > 0 {
                    columns.head(page, &mut text);
                    out.write_all(text.as_bytes())?;
                }
                for row in BufReader::new(file).lines() {
                    text.clear();
                    columns.line(row?.split('\t'), &mut text);
                    out.write_all(text.as_bytes())?;
                }
                Ok(())
            }
            Format::Json => {
                write!(out, "{{\"schema\":{},\"{member}\":[", json::SCHEMA)?;
                io::copy(&mut file, out)?;
                write!(out, "]")?;
                for (name, value) in totals {
                    write!(out, ",\"{name}\":{value}")?;
                }
                writeln!(out, "}}")
            }
            Format::Plain | Format::Jsonl | Format::Csv => io::copy(&mut file, out).map(drop),
        })
    }
}
