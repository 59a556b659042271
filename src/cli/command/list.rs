//! `list`: find customers.

use clap::Args;

use super::rows::{self, DialectArgs, LayoutArgs, Query, SelectionArgs, Writing};
use crate::cli::args;
use crate::cli::context::Context;
use crate::cli::format::Format;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::signal::Signals;
use crate::cli::stream::Stream;
use crate::cli::words::counted;
use crate::registry::{Error, Registry};
use crate::store::Access;
use crate::table::{self, Encoding};

/// List customers
///
/// A table on a terminal, with the labels of values; in a pipe one customer a line, cells separated
/// by tabs: code, ref, name, date, fields by key, attributes. A table is as wide as the terminal:
/// code, name and date are cut last, and attributes that do not fit are left out. custcode find
/// looks for customers by a part of what is known of them.
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
    /// Show the keys of values in a table too, not their labels
    #[arg(long, conflicts_with_all = ["columns", "labels"])]
    keys: bool,
    /// Write csv, json or jsonl in this encoding
    #[arg(long, value_name = "ENCODING", value_parser = args::encoding)]
    encoding: Option<Encoding>,
    #[command(flatten)]
    dialect: DialectArgs,
}

impl List {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let is_text = matches!(context.ui.format(), Format::Table | Format::Plain);
        if is_text && self.encoding.is_some() {
            let hint = "leave it out, or ask for --format csv".to_owned();
            return Err(Error::usage("--encoding is for csv, json and jsonl", hint).into());
        }
        let dialect = self.dialect.dialect(context.ui.format() == Format::Csv)?;
        let registry = context.open(Access::Read)?;
        let format = match context.ui.format() {
            Format::Table | Format::Plain => return self.lines(context, registry),
            Format::Json => table::Format::Json,
            Format::Jsonl => table::Format::Jsonl,
            Format::Csv => table::Format::Csv,
        };
        let encoding = self.encoding.unwrap_or(Encoding::Utf8);
        let writing = Writing { format, encoding, raw: false, dialect };
        let query = Query::new(&self.selection, &self.layout);
        rows::to_stdout(context.ui, registry, &query, writing, &Signals::default())?;
        Ok(Status::Done)
    }

    /// A table or plain lines.
    fn lines(&self, context: &Context, mut registry: Registry<'_>) -> Outcome {
        let table = context.ui.format() == Format::Table;
        let query = Query::new(&self.selection, &self.layout);
        let query = if table && !self.keys { query.labelled() } else { query };
        let columns = registry.columns(&query.selection, &query.layout)?;
        let mut stream = Stream::new(context.ui, "rows", &columns.headers)?;
        stream.cut_last(columns.essential());
        let mut row = |cells: &[Option<&str>]| {
            let cells: Vec<&str> = cells.iter().map(|cell| cell.unwrap_or_default()).collect();
            stream.push(&cells, || ())
        };
        let count = rows::each(&mut registry, &query.selection, &columns, &Signals::default(), &mut row)?;
        drop(registry);
        let left_out = stream.show(&())?;
        if table {
            let hidden = match left_out {
                0 => String::new(),
                columns => format!("; {} left out, --columns chooses", counted(columns as u64, "column")),
            };
            context.ui.status(&format!("{}{hidden}", counted(count, "customer")));
        }
        Ok(Status::Done)
    }
}
