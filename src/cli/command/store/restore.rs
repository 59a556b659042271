//! `store restore`: a ledger out of a backup.

use clap::Args;
use serde::Serialize;

use super::watched::watched;
use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::words::counted;
use crate::registry::Error;

use crate::registry::transfer::fence::Fence;
use crate::registry::transfer::restore::{Newest, Restored};
use crate::table::Source;

/// Make a ledger out of a backup
///
/// The ledger is made at the place that --store or the rule file names, where there must be none:
/// nothing is ever overwritten. It does
/// not issue until custcode store unfence has been told which codes were issued after the backup.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store restore custcode-2026-11-22.jsonl
  gunzip -c custcode.jsonl.gz | custcode store restore - --store restored.db")]
pub(crate) struct Restore {
    /// The backup; standard input when -
    file: String,
}

impl Restore {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let workspace = context.workspace_of_store()?;
        let source = Source::open(&self.file)
            .map_err(|source| Error::Unreadable { path: self.file.clone(), source })?;
        let done = watched(context, |watch| workspace.restore(&source, watch))?;
        if context.ui.json() {
            context.ui.answer(&Made::from(&done))?;
        } else {
            context.ui.status(&format!(
                "{} in {}: checked, restored and compared with the backup of {}",
                counted(done.rows, "row"),
                done.location,
                done.at
            ));
        }
        context.ui.note(&format!("the ledger does not issue yet: {}", done.fence));
        context.ui.status(&format!("next:\n  {}", Fence::read(&done.fence).advice()));
        Ok(Status::Done)
    }
}

#[derive(Serialize)]
struct Made<'a> {
    location: &'a str,
    id: &'a str,
    at: &'a str,
    rows: u64,
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
            newest: done.newest.as_ref(),
            fence: &done.fence,
        }
    }
}

impl Answer for Made<'_> {}
