//! What `list` and `export` share: which customers are wanted in which columns, and rows that reach
//! a pipe only when no transaction is open.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, Write};

use clap::Args;
use jiff::civil::Date;

use crate::cli::args;
use crate::cli::error::failure::Failure;
use crate::cli::escape;
use crate::cli::signal::Signals;
use crate::cli::stream::{rewound, temporary, temporary_fault};
use crate::cli::ui::Ui;
use crate::registry::export::{Columns, Layout, Selection, ShownValues};
use crate::registry::outputs::demand_room;
use crate::registry::{Error, Registry};
use crate::store::CodeState;
use crate::table::{Cell, Dialect, Encoding, Format, LineEnd, RowWriter};

/// Which customers are wanted.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which customers")]
pub(super) struct SelectionArgs {
    /// Only this type, by key, code, label or alias
    #[arg(long = "type", value_name = "VALUE")]
    kind: Option<String>,
    /// Only where a field or attribute has this value, a class above it counting too, and B for B1
    /// and B2; also under a header that import knows; repeatable
    #[arg(long = "where", value_name = "FIELD=VALUE", value_parser = args::pair)]
    conditions: Vec<(String, String)>,
    /// Only customers of exactly this name
    #[arg(long)]
    name: Option<String>,
    /// Only record dates from this day on
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = args::date)]
    since: Option<Date>,
    /// Only record dates up to this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = args::date)]
    until: Option<Date>,
    /// Only customers whose code is active, retired or void, those that were erased, or any of
    /// these
    #[arg(long, value_enum, value_name = "STATE", default_value = "active", hide_possible_values = true)]
    state: State,
    /// At most this many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

/// A state of the code that a customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum State {
    /// Carried by a customer
    #[default]
    Active,
    /// Its customer stopped
    Retired,
    /// Cancelled
    Void,
    /// Its customer was erased
    Erased,
    /// Any of these
    Any,
}

impl State {
    /// As the registry takes it.
    fn states(self) -> Vec<CodeState> {
        match self {
            Self::Active => vec![CodeState::Active],
            Self::Retired => vec![CodeState::Retired],
            Self::Void => vec![CodeState::Void],
            Self::Erased | Self::Any => Vec::new(),
        }
    }

    /// Whether those who were erased are wanted, or no other ones.
    fn erased(self) -> Option<bool> {
        match self {
            Self::Active | Self::Retired | Self::Void => Some(false),
            Self::Erased => Some(true),
            Self::Any => None,
        }
    }
}

impl SelectionArgs {
    /// As the registry takes it.
    fn selection(&self) -> Selection {
        let kind = self.kind.iter().map(|value| ("type".to_owned(), value.clone()));
        Selection {
            conditions: kind.chain(self.conditions.iter().cloned()).collect(),
            name: self.name.clone(),
            dates: (self.since, self.until),
            states: self.state.states(),
            erased: self.state.erased(),
            limit: self.limit,
        }
    }
}

/// Which columns are wanted, and in which order the rows.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Columns")]
pub(super) struct LayoutArgs {
    /// Write these columns, separated by commas, in this order: code, name, ref, refs (all of them,
    /// one a line), date, state, a field, FIELD.label, attr:NAME; as HEADER=COLUMN under a
    /// header of your own
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    columns: Vec<String>,
    /// Write the label of each value beside its key; import passes over them
    #[arg(long, conflicts_with = "columns")]
    labels: bool,
    /// Sort by this column, byte by byte (by default in order of issue); COLUMN:desc for the
    /// greatest first
    #[arg(long, value_name = "COLUMN[:desc]")]
    sort: Option<String>,
}

/// How CSV is written.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "CSV")]
pub(super) struct DialectArgs {
    /// Separate the cells of CSV by this character, such as ; or tab
    #[arg(long, value_name = "CHAR", value_parser = args::delimiter)]
    delimiter: Option<u8>,
    /// End the lines of CSV as Windows does
    #[arg(long)]
    crlf: bool,
}

impl DialectArgs {
    /// The dialect asked for; refused where it is not CSV that is written.
    pub(super) fn dialect(self, is_csv: bool) -> Result<Dialect, Error> {
        let Self { delimiter, crlf } = self;
        let option = if delimiter.is_some() { "--delimiter" } else { "--crlf" };
        if !is_csv && (delimiter.is_some() || crlf) {
            return Err(Error::usage(format!("{option} is for CSV only"), "--format csv".to_owned()));
        }
        let usual = Dialect::default();
        let line_end = if crlf { LineEnd::CrLf } else { usual.line_end };
        Ok(Dialect { delimiter: delimiter.unwrap_or(usual.delimiter), line_end, ..usual })
    }
}

/// What is asked for.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) selection: Selection,
    pub(super) layout: Layout,
}

impl Query {
    /// The same with the labels of values in place of their keys, unless columns were chosen.
    pub(super) fn labelled(mut self) -> Self {
        if self.layout.values == ShownValues::Keys {
            self.layout.values = ShownValues::Labels;
        }
        self
    }

    pub(super) fn new(selection: &SelectionArgs, layout: &LayoutArgs) -> Self {
        let sort = layout.sort.as_deref().map(|sort| match sort.strip_suffix(":desc") {
            Some(column) => (column.to_owned(), true),
            None => (sort.strip_suffix(":asc").unwrap_or(sort).to_owned(), false),
        });
        let values = if layout.labels { ShownValues::Both } else { ShownValues::Keys };
        let layout = Layout { columns: layout.columns.clone(), values, sort };
        Self { selection: selection.selection(), layout }
    }
}

/// How rows are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writing {
    /// The format.
    pub(super) format: Format,
    /// The encoding.
    pub(super) encoding: Encoding,
    /// Leave cells that look like formulas.
    pub(super) raw: bool,
    /// How CSV is written.
    pub(super) dialect: Dialect,
}

/// Takes the cells of a row, one a column.
type EachRow<'r> = &'r mut dyn FnMut(&[Option<&str>]) -> Result<(), Error>;

/// Hands every selected row to `row`; gives the number of rows. A signal ends it between two rows.
pub(super) fn each(
    registry: &mut Registry<'_>,
    selection: &Selection,
    columns: &Columns,
    signals: &Signals,
    row: EachRow<'_>,
) -> Result<u64, Failure> {
    let filter = registry.filter(selection)?;
    let done = registry.export(&filter, columns, &|| signals.received().is_some(), row);
    match signals.received() {
        Some(signal) => Err(Failure::Interrupted(signal)),
        None => Ok(done?),
    }
}

/// Writes every selected row as `writing` says onto `out`; gives it back with the number of rows.
pub(super) fn write<W: Write>(
    registry: &mut Registry<'_>,
    query: &Query,
    writing: Writing,
    signals: &Signals,
    out: W,
    fault: &dyn Fn(io::Error) -> Error,
) -> Result<(W, u64), Failure> {
    let columns = registry.columns(&query.selection, &query.layout)?;
    let room = |rows| demand_room("the workbook", rows);
    // Only where not every customer fits into a sheet have those that are wanted to be counted.
    if writing.format.is_workbook() && room(registry.at_most(&query.selection)?).is_err() {
        // Said at once, and not after a million rows.
        let count = each(registry, &query.selection, &columns, signals, &mut |_| Ok(()))?;
        room(count)?;
    }
    let headers: Vec<&str> = columns.headers.iter().map(String::as_str).collect();
    let Writing { format, encoding, raw, dialect } = writing;
    let mut writer = RowWriter::in_dialect(out, format, encoding, raw, &headers, dialect).map_err(fault)?;
    let lists = columns.lists();
    let typed = matches!(format, Format::Json | Format::Jsonl) && lists.contains(&true);
    let row = &mut |cells: &[Option<&str>]| {
        if typed { typed_row(&mut writer, cells, &lists) } else { writer.row(cells) }.map_err(fault)
    };
    let count = each(registry, &query.selection, &columns, signals, row)?;
    Ok((writer.finish().map_err(fault)?, count))
}

/// Writes a row of JSON whose `lists` are arrays.
fn typed_row<W: Write>(writer: &mut RowWriter<W>, cells: &[Option<&str>], lists: &[bool]) -> io::Result<()> {
    let array =
        |cell: Option<&str>| serde_json::to_string(&cell.unwrap_or_default().lines().collect::<Vec<_>>());
    let pairs = cells.iter().copied().zip(lists);
    let arrays = pairs.map(|(cell, list)| list.then(|| array(cell)).transpose());
    let arrays: Vec<Option<String>> = arrays.collect::<Result<_, _>>()?;
    let cells: Vec<Cell<'_>> = cells
        .iter()
        .zip(&arrays)
        .map(|(cell, array)| match (array, cell) {
            (Some(array), _) => Cell::Literal(array),
            (None, Some(text)) => Cell::Text(text),
            (None, None) => Cell::Null,
        })
        .collect();
    writer.typed_row(&cells)
}

/// Writes every selected row to stdout: first to a private file, then, with the ledger let go, to
/// whoever reads as slowly as they like.
pub(super) fn to_stdout(
    ui: Ui,
    mut registry: Registry<'_>,
    query: &Query,
    writing: Writing,
    signals: &Signals,
) -> Result<u64, Failure> {
    let (spool, count) = write(&mut registry, query, writing, signals, temporary()?, &temporary_fault)?;
    drop(registry);
    signals.release();
    copy_to_stdout(ui, rewound(spool)?, writing.format, Some(writing.encoding))?;
    Ok(count)
}

/// Copies a finished file to stdout, from its beginning; a terminal is kept from what it must not
/// get.
pub(super) fn copy_to_stdout(
    ui: Ui,
    mut file: File,
    format: Format,
    encoding: Option<Encoding>,
) -> Result<(), Failure> {
    file.rewind().map_err(temporary_fault)?;
    let text = matches!(encoding, None | Some(Encoding::Utf8 | Encoding::Utf8Bom));
    Ui::print(|out| {
        if ui.page().escape && text { shown(file, format, out) } else { io::copy(&mut file, out).map(|_| ()) }
    })
}

/// Copies line by line, with what a terminal must not get made visible.
fn shown(file: File, format: Format, out: &mut dyn Write) -> io::Result<()> {
    for line in BufReader::new(file).split(b'\n') {
        let line = match String::from_utf8(line?) {
            Ok(line) => line,
            // The terminal's encoding may be that of the file.
            Err(other) => {
                out.write_all(other.as_bytes())?;
                out.write_all(b"\n")?;
                continue;
            }
        };
        let visible =
            if format == Format::Csv { escape::visible(&line) } else { escape::visible_json(&line) };
        writeln!(out, "{visible}")?;
    }
    Ok(())
}
