//! `validate`: codes against the rules; ten million of them in one go.
//!
//! A code that a rule reads as it stands takes the fast path (no allocation); every other one is judged at leisure by `judge`.

mod judge;
mod write;

use std::io::{self, BufWriter, IsTerminal, Read};
use std::path::Path;

use clap::Args;

use super::lines::Lines;
use crate::cli::args::EncodingName;
use crate::cli::screen::Screen;
use crate::cli::{Context, Failure, Outcome, Status};
use crate::registry::{Error, Registry};
use crate::store::Access;
use crate::table::headers::{Known, usual};
use crate::table::{Reader, Record, Source};
use judge::{Finding, Judge};
use write::Verdicts;

/// Found codes wait for the ledger's answer in batches of this size.
const BATCH: usize = 1000;

/// Check codes against the rules
///
/// In a pipe every code is one line: CODE, TAB, valid or invalid, TAB, the rule or the reason. Exit status 1 when any code is
/// invalid. No ledger is opened without --registered.
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
    /// Check a column of this file (csv, jsonl or json by its name)
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// Name the column; by default the one whose header means customer code
    #[arg(long, value_name = "HEADER", requires = "file")]
    column: Option<String>,
    /// Read the file in this encoding
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        value_name = "ENCODING",
        default_value = "utf-8",
        requires = "file"
    )]
    encoding: EncodingName,
    /// Check against this rule only
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Accept codes that differ in spelling only (case, width, blanks), and tell how they are written
    #[arg(long)]
    normalize: bool,
    /// Demand that the code is in the ledger and not void, and tell its state
    #[arg(long)]
    registered: bool,
}

/// A run of the command.
struct Run<'a, 'b> {
    judge: Judge<'a>,
    verdicts: Verdicts<BufWriter<Screen>>,
    registry: Option<Registry<'b>>,
    waiting: Vec<Finding>,
}

impl Validate {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let registry = if self.registered { Some(context.open(Access::Read)?) } else { None };
        let book = match &registry {
            Some(registry) => registry.book.clone(),
            None => context.book()?.into(),
        };
        let judge = Judge::new(&book, self.rule.as_deref(), self.normalize)?;
        // Before anything is written: a file that cannot be read leaves no half of an answer.
        let column = self.file.as_deref().map(|file| self.open_column(file)).transpose()?;
        let streamed = self.file.is_some() || self.codes == ["-"];
        let out = BufWriter::with_capacity(write::BLOCK, Screen::stdout());
        let verdicts =
            Verdicts::new(context.ui.format(), context.ui.page(), !streamed, out).map_err(Failure::Stdout)?;
        let mut run = Run { judge, verdicts, registry, waiting: Vec::new() };
        let judged = match column {
            Some((reader, column)) => cells(reader, column, &mut run),
            None if streamed => {
                if io::stdin().is_terminal() {
                    context.ui.status("reading standard input; end with Ctrl-D");
                }
                lines(io::stdin().lock(), &mut run)
            }
            None => self.codes.iter().try_for_each(|code| run.code(code.as_bytes())),
        };
        let judged = judged.and_then(|()| run.judged());
        // A document that was begun is ended even when the input fails halfway; the error follows.
        let (valid, invalid) = run.verdicts.finish().map_err(Failure::Stdout)?;
        judged?;
        if streamed {
            context.ui.status(&format!(
                "{}: {valid} valid, {invalid} invalid",
                super::counted(valid + invalid, "code")
            ));
        }
        Ok(if invalid == 0 { Status::Done } else { Status::No })
    }

    /// The reader of a file, and the column of its codes.
    fn open_column(&self, file: &str) -> Result<(Reader, usize), Failure> {
        let unreadable = |source| Error::Unreadable { path: file.to_owned(), source };
        let source = Source::open(file).map_err(unreadable)?;
        let format = super::file_format(Path::new(file))?.unwrap_or_default();
        let reader = Reader::open(&source, format, self.encoding.into(), false)?;
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
fn cells(mut reader: Reader, column: usize, run: &mut Run<'_, '_>) -> Result<(), Failure> {
    let mut record = Record::default();
    while reader.read(&mut record)? {
        let cell = record.cell(column);
        if !cell.is_empty() {
            run.code(cell.as_bytes())?;
        }
    }
    Ok(())
}

/// Every line of a stream. Verdicts go out whenever the stream pauses, so that a person or a pipe that waits for them gets them.
fn lines(stream: impl Read, run: &mut Run<'_, '_>) -> Result<(), Failure> {
    let mut lines = Lines::new(stream);
    let unreadable = |source| Error::Unreadable { path: "<stdin>".to_owned(), source };
    while lines.fill().map_err(unreadable)? {
        while let Some(line) = lines.next() {
            run.code(line)?;
        }
        run.judged()?;
        run.verdicts.flush().map_err(Failure::Stdout)?;
    }
    Ok(())
}

impl Run<'_, '_> {
    /// Judges one code.
    fn code(&mut self, code: &[u8]) -> Result<(), Failure> {
        if self.registry.is_none() && !self.verdicts.explains() {
            if let Some(rule) = self.judge.reads(code) {
                return self.verdicts.valid(code, &rule.id).map_err(Failure::Stdout);
            }
            let finding = self.judge.find(code);
            return self.verdicts.finding(&finding).map_err(Failure::Stdout);
        }
        self.waiting.push(self.judge.find(code));
        if self.waiting.len() < BATCH { Ok(()) } else { self.judged() }
    }

    /// Asks the ledger for the codes that wait, and writes their verdicts.
    fn judged(&mut self) -> Result<(), Failure> {
        if let Some(registry) = &mut self.registry {
            let codes: Vec<&str> = self.waiting.iter().map(|finding| finding.code.as_str()).collect();
            let states = registry.states(&codes)?;
            for (finding, state) in self.waiting.iter_mut().zip(states) {
                finding.registered(state);
            }
        }
        for finding in self.waiting.drain(..) {
            self.verdicts.finding(&finding).map_err(Failure::Stdout)?;
        }
        Ok(())
    }
}
