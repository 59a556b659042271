//! `export`: customers into a file, from which `import` can read them back.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::Args;

use super::rows::{self, DialectArgs, LayoutArgs, Query, SelectionArgs, Writing};
use crate::cli::args;
use crate::cli::context::Context;
use crate::cli::error::failure::Failure;
use crate::cli::file_name;
use crate::cli::format::Format;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::signal::Signals;
use crate::cli::words::counted;
use crate::registry::{Error, outputs};
use crate::store::Access;
use crate::table::{self, Encoding};

/// Write customers to a file
///
/// The format is --format csv, jsonl or json, else what the file's name ends with, else csv. The
/// file is whole or absent: it is written beside its target and renamed; one that is there is
/// replaced with --force only. What a spreadsheet would take for a formula gets an apostrophe,
/// which import takes away.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode export -o customers.csv
  custcode export --type vip -o vip.csv --encoding gb18030
  custcode export --columns 客户编码=code,客户名称=name,简称=attr:简称 --sort code -o erp.csv
  custcode export --format jsonl | gzip > customers.jsonl.gz")]
pub(crate) struct Export {
    /// Write this file; standard output when not given or -
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace FILE when it is there
    #[arg(long, requires = "output")]
    force: bool,
    /// Write in this encoding
    #[arg(long, value_name = "ENCODING", value_parser = args::encoding, default_value = "utf-8")]
    encoding: Encoding,
    /// Leave cells that look like formulas as they are
    #[arg(long)]
    raw: bool,
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    layout: LayoutArgs,
    #[command(flatten)]
    dialect: DialectArgs,
}

impl Export {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let target = self.output.as_deref().filter(|path| *path != Path::new("-"));
        let format = Self::format(context, target)?;
        if format.is_workbook() && self.encoding != Encoding::Utf8 {
            return Err(Error::usage(
                "a workbook has no encoding",
                "leave --encoding out, or write .csv".to_owned(),
            )
            .into());
        }
        let dialect = self.dialect.dialect(format == table::Format::Csv)?;
        let writing = Writing { format, encoding: self.encoding, raw: self.raw, dialect };
        let query = Query::new(&self.selection, &self.layout);
        let signals = Signals::watch().map_err(Failure::System)?;
        let Some(target) = target else {
            let registry = context.open(Access::Read)?;
            let count = rows::to_stdout(context.ui, registry, &query, writing, &signals)?;
            context.ui.status(&counted(count, "customer"));
            return Ok(Status::Done);
        };
        let fault = |source| Error::Output { path: target.display().to_string(), source };
        let mut registry = context.open(Access::Read)?;
        registry.protect(target)?;
        // Before the ledger is read: a place that cannot be written is told at once.
        let file = BufWriter::new(outputs::create(target, self.force)?);
        let (file, count) = rows::write(&mut registry, &query, writing, &signals, file, &fault)?;
        let file = file.into_inner().map_err(|error| fault(error.into_error()))?;
        outputs::publish(file, target)?;
        context.ui.status(&format!("{} in {}", counted(count, "customer"), target.display()));
        Ok(Status::Done)
    }

    /// As asked, else as the target is named, else CSV. `CUSTCODE_FORMAT` counts where it names a
    /// format of files.
    fn format(context: &Context, target: Option<&Path>) -> Result<table::Format, Failure> {
        match context.ui.asked() {
            Some(Format::Csv) => Ok(table::Format::Csv),
            Some(Format::Jsonl) => Ok(table::Format::Jsonl),
            Some(Format::Json) => Ok(table::Format::Json),
            Some(Format::Table | Format::Plain) if context.format_option => Err(Error::usage(
                "export writes csv, jsonl or json",
                "custcode list writes tables and plain lines".to_owned(),
            )
            .into()),
            _ => Ok(target.map(file_name::format).transpose()?.flatten().unwrap_or_default()),
        }
    }
}
