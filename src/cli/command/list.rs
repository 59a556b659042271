//! `list`: find customers.

use clap::Args;

use super::rows::{self, LayoutArgs, Query, SelectionArgs, Writing};
use crate::cli::context::Context;
use crate::cli::format::Format;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::signal::Signals;
use crate::cli::stream::Stream;
use crate::cli::words::counted;
use crate::registry::Registry;
use crate::store::Access;
use crate::table;

/// Find customers
///
/// A table on a terminal; in a pipe one customer a line, cells separated by tabs: code, ref, name,
/// date, fields, attributes.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode list --type vip --where industry=services
  custcode list --since 2023-10-01 --format csv
  custcode list --columns code,name,type.label --sort name")]
pub(crate) struct List {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    layout: LayoutArgs,
}

impl List {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let registry = context.open(Access::Read)?;
        let format = match context.ui.format() {
            Format::Table | Format::Plain => return self.lines(context, registry),
            Format::Json => table::Format::Json,
            Format::Jsonl => table::Format::Jsonl,
            Format::Csv => table::Format::Csv,
        };
        let writing = Writing { format, encoding: table::Encoding::Utf8, raw: false };
        let query = Query::new(&self.selection, &self.layout);
        rows::to_stdout(context.ui, registry, &query, writing, &Signals::default())?;
        Ok(Status::Done)
    }

    /// A table or plain lines.
    fn lines(&self, context: &Context, mut registry: Registry<'_>) -> Outcome {
        let query = Query::new(&self.selection, &self.layout);
        let columns = registry.columns(&query.selection, &query.layout)?;
        let mut stream = Stream::new(context.ui, "rows", &columns.headers)?;
        let mut row = |cells: &[Option<&str>]| {
            let cells: Vec<&str> = cells.iter().map(|cell| cell.unwrap_or_default()).collect();
            stream.push(&cells, || ())
        };
        let count = rows::each(&mut registry, &query.selection, &columns, &Signals::default(), &mut row)?;
        drop(registry);
        stream.show(&())?;
        if context.ui.format() == Format::Table {
            context.ui.status(&counted(count, "customer"));
        }
        Ok(Status::Done)
    }
}
