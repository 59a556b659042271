//! `store restore`: a ledger out of a backup.

use std::io;

use clap::Args;
use serde::Serialize;

use super::watched::watched;
use crate::cli::command::erase;
use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::words::counted;
use crate::registry::Error;
use crate::registry::transfer::Newest;
use crate::registry::transfer::fence::Fence;
use crate::registry::transfer::restore::{Input, Restored};
use crate::store::Access;
use crate::table::Source;

/// Make a ledger out of a backup
///
/// The ledger is made at the place that --store or the rule file names, a file or a database, where
/// there must be none: nothing is ever overwritten. A backup that was damaged or changed since it
/// was written is refused. The ledger does not issue until custcode store unfence has been told
/// which codes were issued after the backup.
///
/// The backup still has what was erased after it was taken: --erasures names a list (custcode store
/// erasures -o FILE) or a ledger that knows who that was, and they are erased again, before the
/// ledger can issue.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store restore custcode-2026-11-22.db
  custcode store restore custcode-2026-11-22.db --store postgres://li@db/custcode
  custcode store restore custcode-2026-11-22.db --erasures erasures.csv
  gunzip -c custcode.db.gz | custcode store restore - --store restored.db")]
pub(crate) struct Restore {
    /// The backup; standard input when -
    file: String,
    /// Restore also the backup of a ledger that did not pass its check
    #[arg(long)]
    yes: bool,
    /// Erase again whom this list, or this ledger, says to be erased
    #[arg(long, value_name = "FILE|LEDGER")]
    erasures: Option<String>,
}

impl Restore {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let workspace = context.workspace_of_store()?;
        let input = self.input().map_err(|source| Error::Unreadable { path: self.file.clone(), source })?;
        let erasures = match &self.erasures {
            Some(named) => workspace.erased_codes(named, context.patience())?,
            None => Vec::new(),
        };
        let done = watched(context, |progress| workspace.restore(input, self.yes, &erasures, progress))?;
        let applied = if erasures.is_empty() {
            None
        } else {
            Some(context.open_workspace(workspace, Access::Write)?.apply_erasures()?)
        };
        if context.ui.json() {
            context.ui.answer(&Made::from(&done))?;
        } else {
            context.ui.status(&format!(
                "{} in {}: restored and compared with the backup of {}",
                counted(done.rows, "row"),
                done.location,
                done.at
            ));
        }
        if done.findings > 0 {
            let findings = counted(done.findings, "finding");
            context.ui.note(&format!(
                "the ledger had {findings} when it was saved: custcode store check names them"
            ));
        }
        let mut status = Status::Done;
        if let Some(applied) = applied {
            context.ui.status(&format!("{} erased again", counted(applied.erased, "customer")));
            status = erase::rewritten(context, applied.compaction);
        }
        context.ui.note(&format!("the ledger does not issue yet: {}", done.fence));
        context.ui.status(&format!("next:\n  {}", Fence::read(&done.fence).advice()));
        Ok(status)
    }
}

impl Restore {
    /// The backup. Standard input is read as it comes: kept to be read twice, it would take its
    /// room twice.
    fn input(&self) -> io::Result<Input<'_>> {
        if self.file == "-" {
            return Ok(Input { name: "<stdin>", bytes: Box::new(io::stdin().lock()), length: None });
        }
        let source = Source::open(&self.file)?;
        Ok(Input { name: &self.file, bytes: source.reader()?, length: Some(source.len()) })
    }
}

#[derive(Serialize)]
struct Made<'a> {
    location: &'a str,
    id: &'a str,
    at: &'a str,
    rows: u64,
    findings: u64,
    newest: Option<&'a Newest>,
    fence: &'a str,
}

impl<'a> From<&'a Restored> for Made<'a> {
    fn from(done: &'a Restored) -> Self {
        Self {
            location: &done.location,
            id: &done.ledger,
            at: &done.at,
            rows: done.rows,
            findings: done.findings,
            newest: done.newest.as_ref(),
            fence: &done.fence,
        }
    }
}

impl Answer for Made<'_> {}
