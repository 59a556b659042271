//! `store backup`: the whole ledger in one file.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::watched::watched;
use crate::cli::command::rows;
use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::stream::private;
use crate::cli::words::{bytes, counted};
use crate::registry::Error;
use crate::registry::outputs::protect;

use crate::registry::transfer::backup::{BackedUp, Newest, backup};
use crate::store::Access;
use crate::table::{Encoding, Format, OutputFile};

/// Write the whole ledger to one file
///
/// The file holds the ledger as it was at one moment, while others go on issuing; it serves every
/// engine, is read back and compared
/// before it is shown, and only its owner can read it. A copy by cp may catch the ledger in the
/// middle of a write: do not use it.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store backup custcode-2026-11-22.jsonl
  custcode store backup - | gzip > custcode.jsonl.gz
  custcode store restore custcode-2026-11-22.jsonl --store restored.db")]
pub(crate) struct Backup {
    /// Write this file; standard output when -
    file: PathBuf,
}

impl Backup {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let workspace = context.workspace_of_store()?;
        let stdout = self.file == Path::new("-");
        let path = if stdout { "standard output".to_owned() } else { self.file.display().to_string() };
        let output = |source| Error::Output { path: path.clone(), source };
        let mut store = context.open_store(&workspace, Access::Read)?;
        // Standard output gets it when it has proved right.
        let spool = if stdout { Some(private()?) } else { None };
        let file = if let Some(spool) = &spool {
            OutputFile::over(spool)
        } else {
            protect(store.location(), &workspace.bundle, &self.file)?;
            OutputFile::create(&self.file)
        };
        let file = file.map_err(output)?;
        let done = watched(context, |watch| backup(store.as_mut(), file, &path, context.now(), watch))?;
        drop(store);
        if let Some(spool) = spool {
            rows::copy_to_stdout(context.ui, spool, Format::Jsonl, Encoding::Utf8)?;
        }
        if context.ui.json() && !stdout {
            context.ui.answer(&Written::new(&done, &path))?;
        } else {
            context.ui.status(&sentence(&done, &path));
        }
        if let Some(fence) = &done.fence {
            context.ui.note(&format!("the ledger does not issue: {fence}"));
        }
        Ok(Status::Done)
    }
}

/// What was written, in words.
fn sentence(done: &BackedUp, path: &str) -> String {
    let newest = done.newest.as_ref().map_or_else(
        || "nothing was ever issued".to_owned(),
        |newest| {
            format!(
                "the newest operation is {} ({} by {}, {})",
                newest.operation, newest.command, newest.actor, newest.at
            )
        },
    );
    format!(
        "{} and {} in {path}: {}, {}; read back and compared\n{newest}",
        counted(done.customers, "customer"),
        counted(done.codes, "code"),
        counted(done.rows, "row"),
        bytes(done.bytes),
    )
}

#[derive(Serialize)]
struct Written<'a> {
    ledger: &'a str,
    file: &'a str,
    rows: u64,
    customers: u64,
    codes: u64,
    bytes: u64,
    sha256: &'a str,
    newest: Option<&'a Newest>,
    fence: Option<&'a str>,
}

impl<'a> Written<'a> {
    fn new(done: &'a BackedUp, file: &'a str) -> Self {
        Self {
            ledger: &done.location,
            file,
            rows: done.rows,
            customers: done.customers,
            codes: done.codes,
            bytes: done.bytes,
            sha256: &done.sha256,
            newest: done.newest.as_ref(),
            fence: done.fence.as_deref(),
        }
    }
}

impl Answer for Written<'_> {}
