//! `store erasures`: who was erased, for a ledger that is restored from an older backup.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::{Answer, JsonLines};
use crate::cli::words::counted;
use crate::registry::transfer::erasures::{COLUMNS, Erased};
use crate::registry::{Error, outputs};
use crate::store::Access;
use crate::table::{Encoding, Format, RowWriter};

/// List the customers that were erased: codes and times only
///
/// A backup from before an erasure still has what was deleted. Keep this list beside the backups,
/// and give it, or a ledger that is newer than the backup, to custcode store restore --erasures.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store erasures
  custcode store erasures -o erasures.csv --force")]
pub(crate) struct Erasures {
    /// Write this file (CSV) instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace FILE when it is there
    #[arg(long, requires = "output")]
    force: bool,
}

impl Erasures {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let mut registry = context.open_workspace(context.workspace_of_store()?, Access::Read)?;
        let list = registry.erasures()?;
        let Some(target) = &self.output else {
            context.ui.answer(&List { erasures: &list })?;
            return Ok(Status::Done);
        };
        registry.protect(target)?;
        let fault = |source| Error::Output { path: target.display().to_string(), source };
        let file = outputs::create(target, self.force)?;
        let mut rows = RowWriter::new(file, Format::Csv, Encoding::Utf8, true, &COLUMNS).map_err(fault)?;
        for one in &list {
            rows.row(&[Some(&one.code), Some(&one.erased_at)]).map_err(fault)?;
        }
        outputs::publish(rows.finish().map_err(fault)?, target)?;
        context.ui.status(&format!("{} in {}", counted(list.len() as u64, "erasure"), target.display()));
        Ok(Status::Done)
    }
}

#[derive(Serialize)]
struct List<'a> {
    erasures: &'a [Erased],
}

impl Answer for List<'_> {
    fn columns(&self) -> Vec<&'static str> {
        COLUMNS.to_vec()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.erasures.iter().map(|it| vec![it.code.clone(), it.erased_at.clone()]).collect()
    }

    fn items(&self, lines: &mut JsonLines<'_>) -> std::io::Result<()> {
        lines.extend(self.erasures)
    }
}
