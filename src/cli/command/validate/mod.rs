//! `validate`: codes against the rules; ten million of them in one go.
//!
//! What a code is comes from [`crate::registry::validate`]; `write` puts it on the screen.

mod write;

use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;

use clap::Args;

use super::lines::Lines;
use crate::cli::args;
use crate::cli::context::{Context, locale};
use crate::cli::error::failure::Failure;
use crate::cli::format::Format;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::screen::Screen;
use crate::cli::words::counted;
use crate::registry::validate::{Options, Validation};
use crate::registry::{Error, Registry};
use crate::rule::headers::{Known, usual};
use crate::store::{Access, Store};
use crate::table::{self, Encoding, Reader, Reading, Record, Source, WorkbookReading};
use write::{Totals, Verdicts};

/// Check codes against the rules
///
/// In a pipe every code is one line: CODE, TAB, valid or invalid, TAB, the rule or the reason. Exit
/// status 1 when any code is invalid. No ledger is opened without --registered.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode validate 01A0001 01X0001
  custcode validate - < codes.txt
  custcode validate --file crm.csv --column 客户编码 --encoding gb18030
  custcode validate --registered 01A0001")]
pub(crate) struct Validate {
    /// The codes; - reads them from standard input, one a line
    #[arg(
        value_name = "CODE",
        required_unless_present = "file",
        conflicts_with = "file",
        allow_negative_numbers = true
    )]
    codes: Vec<String>,
    /// Check a column of this file (csv, jsonl or json by its name, or a workbook)
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// Name the column; by default the one whose header means customer code
    #[arg(long, value_name = "HEADER", requires = "file")]
    column: Option<String>,
    /// Read the file in this encoding
    #[arg(long, value_name = "ENCODING", value_parser = args::encoding, requires = "file")]
    encoding: Option<Encoding>,
    /// Take this character for the one between cells, such as ; or tab
    #[arg(long, value_name = "CHAR", value_parser = args::delimiter, requires = "file")]
    delimiter: Option<u8>,
    /// Read this sheet of a workbook; all for every visible one
    #[arg(long, value_name = "NAME", requires = "file")]
    sheet: Option<String>,
    /// Check against this rule only
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Accept codes that differ in spelling only (case, width, blanks), and tell how they are
    /// written
    #[arg(long)]
    normalize: bool,
    /// Demand that the code is in the ledger and not void, and tell its state
    #[arg(long)]
    registered: bool,
}

impl Validate {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let mut registry = if self.registered { Some(context.open(Access::Read)?) } else { None };
        let loaded;
        let (book, ledger) = if let Some(Registry { book, store, .. }) = &mut registry {
            (&*book, Some(&mut **store as &mut dyn Store))
        } else {
            loaded = context.book()?;
            (&*loaded, None)
        };
        // Before anything is written: a file that cannot be read leaves no half of an answer.
        let column = self.file.as_deref().map(|file| self.open_column(file)).transpose()?;
        let streamed = self.file.is_some() || self.codes == ["-"];
        let format = context.ui.format();
        let explain = match format {
            Format::Json | Format::Jsonl => true,
            Format::Table => !streamed,
            Format::Plain | Format::Csv => false,
        };
        let options = Options { rule: self.rule.as_deref(), normalize: self.normalize, explain };
        let mut validation = Validation::new(book, ledger, options)?;
        let out = BufWriter::with_capacity(write::BLOCK, Screen::stdout());
        let mut verdicts =
            Verdicts::new(format, context.ui.page(), !streamed, out).map_err(Failure::Stdout)?;
        let judged = match column {
            Some((reader, column)) => cells(reader, column, &mut validation, &mut verdicts),
            None if streamed => {
                if io::stdin().is_terminal() {
                    context.ui.status("reading standard input; end with Ctrl-D");
                }
                lines(io::stdin().lock(), &mut validation, &mut verdicts)
            }
            None => self
                .codes
                .iter()
                .try_for_each(|code| validation.judge(code.as_bytes(), &mut |judged| verdicts.write(judged))),
        };
        let judged = judged.and_then(|()| validation.settle(&mut |judged| verdicts.write(judged)));
        // A document that was begun is ended even when the input fails halfway; the error follows.
        let Totals { valid, invalid } = verdicts.finish().map_err(Failure::Stdout)?;
        judged?;
        if streamed {
            context
                .ui
                .status(&format!("{}: {valid} valid, {invalid} invalid", counted(valid + invalid, "code")));
        }
        Ok(if invalid == 0 { Status::Done } else { Status::No })
    }

    /// The reader of a file, and the column of its codes.
    fn open_column(&self, file: &str) -> Result<(Reader, usize), Failure> {
        let unreadable = |source| Error::Unreadable { path: file.to_owned(), source };
        let source = Source::open(file).map_err(unreadable)?;
        let format = table::Format::of_path(Path::new(file)).unwrap_or_default();
        let reading = Reading {
            format,
            encoding: self.encoding,
            delimiter: self.delimiter,
            workbook: WorkbookReading { sheet: self.sheet.clone(), ..WorkbookReading::default() },
            locale: Some(locale()),
            ..Reading::default()
        };
        let reader = Reader::open(&source, &reading)?;
        let column = match &self.column {
            Some(name) => reader.headers().iter().position(|header| header == name),
            None => reader.headers().iter().position(|header| usual(header) == Some(Known::Code)),
        };
        let Some(column) = column else {
            let wanted = self.column.as_deref().unwrap_or("of customer codes");
            let message = format!("{file} has no column {wanted}");
            let hint = format!("--column with one of: {}", reader.headers().join(", "));
            return Err(Error::usage(message, hint).into());
        };
        Ok((reader, column))
    }
}

/// Every cell of a column; empty ones are no codes.
fn cells(
    mut reader: Reader,
    column: usize,
    validation: &mut Validation<'_>,
    verdicts: &mut Verdicts<impl Write>,
) -> Result<(), Failure> {
    let mut record = Record::default();
    while reader.read(&mut record)? {
        let cell = record.cell(column);
        if !cell.is_empty() {
            validation.judge(cell.as_bytes(), &mut |judged| verdicts.write(judged))?;
        }
    }
    Ok(())
}

/// Every line of a stream. Verdicts go out whenever the stream pauses, so that a person or a pipe
/// that waits for them gets them.
fn lines(
    stream: impl Read,
    validation: &mut Validation<'_>,
    verdicts: &mut Verdicts<impl Write>,
) -> Result<(), Failure> {
    let mut lines = Lines::new(stream);
    let unreadable = |source| Error::Unreadable { path: "<stdin>".to_owned(), source };
    while lines.fill().map_err(unreadable)? {
        while let Some(line) = lines.next() {
            validation.judge(line, &mut |judged| verdicts.write(judged))?;
        }
        validation.settle(&mut |judged| verdicts.write(judged))?;
        verdicts.flush().map_err(Failure::Stdout)?;
    }
    Ok(())
}
