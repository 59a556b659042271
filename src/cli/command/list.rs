//! `list`: find customers.

use std::io::{BufRead, BufReader, Write};

use clap::Args;

use super::rows::{self, SelectionArgs, Writing};
use crate::cli::args::Format;
use crate::cli::escape::visible;
use crate::cli::render::plain;
use crate::cli::render::table::Columns;
use crate::cli::signal::Signals;
use crate::cli::ui::Ui;
use crate::cli::{Context, Failure, Outcome, Status};
use crate::registry::Registry;
use crate::store::Access;
use crate::table;

/// Find customers
///
/// A table on a terminal; in a pipe one customer a line, cells separated by tabs: code, ref, name, date, fields, attributes.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode list --type vip --where industry=services
  custcode list --since 2023-10-01 --format csv")]
pub(crate) struct List {
    #[command(flatten)]
    selection: SelectionArgs,
}

impl List {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let registry = context.open(Access::Read)?;
        let format = match context.ui.format() {
            Format::Table => return self.lines(context, registry, true),
            Format::Plain => return self.lines(context, registry, false),
            Format::Json => table::Format::Json,
            Format::Jsonl => table::Format::Jsonl,
            Format::Csv => table::Format::Csv,
        };
        let writing = Writing { format, encoding: table::Encoding::Utf8, raw: false };
        rows::to_stdout(context.ui, registry, &self.selection.selection(), writing, &Signals::default())?;
        Ok(Status::Done)
    }

    /// Spools plain lines, measuring columns for a table on the way; then writes them with the ledger let go.
    fn lines(&self, context: &Context, mut registry: Registry<'_>, aligned: bool) -> Outcome {
        let page = context.ui.page();
        let selection = self.selection.selection();
        let exported = registry.columns(&selection)?;
        let mut columns = Columns::new(exported.headers.iter().map(String::as_str));
        let mut spool = rows::temporary()?;
        let (mut line, mut shown) = (String::new(), Vec::new());
        let mut broken = None;
        let count = rows::each(&mut registry, &selection, &exported, &Signals::default(), &mut |cells| {
            shown.clear();
            shown.extend(cells.iter().map(|cell| {
                let cell = cell.unwrap_or_default();
                // Either way a cell stays on its line; a table is read by people, who need no doubled backslash.
                if aligned { visible(cell).into_owned() } else { page.text(&plain::cell(cell)).into_owned() }
            }));
            columns.measure(shown.iter().map(String::as_str));
            line.clear();
            line.push_str(&shown.join("\t"));
            line.push('\n');
            spool.write_all(line.as_bytes()).map_err(|error| {
                let kind = error.kind();
                broken = Some(error);
                kind.into()
            })
        });
        if let Some(error) = broken {
            return Err(rows::temporary_fault(error).into());
        }
        let count = count?;
        drop(registry);
        let mut file = rows::rewound(spool)?;
        if aligned {
            columns.fit(page);
            Ui::print(|out| {
                if count > 0 {
                    line.clear();
                    columns.head(page, &mut line);
                    out.write_all(line.as_bytes())?;
                }
                for row in BufReader::new(file).lines() {
                    line.clear();
                    columns.line(row?.split('\t'), &mut line);
                    out.write_all(line.as_bytes())?;
                }
                Ok(())
            })?;
            context.ui.status(&super::counted(count, "customer"));
        } else {
            Ui::print(|out| std::io::copy(&mut file, out).map(|_| ()))?;
        }
        Ok::<_, Failure>(Status::Done)
    }
}
