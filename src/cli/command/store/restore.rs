//! `store restore`: a ledger out of a backup.

use std::io;

use clap::Args;
use serde_json::{Map, Value};

use super::watched;
use crate::cli::command::counted;
use crate::cli::render::{Answer, Records, object};
use crate::cli::{Context, Outcome, Status};
use crate::registry::Error;
use crate::registry::transfer::fence::Fence;
use crate::registry::transfer::restore::{Input, Restored};
use crate::table::Source;

/// Make a ledger out of a backup
///
/// The ledger is made at the place that --store or the rule file names, a file or a database, where there must be none: nothing is ever
/// overwritten. A backup that was damaged or changed since it was written is refused. The ledger does not issue until custcode store
/// unfence has been told which codes were issued after the backup.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store restore custcode-2026-11-22.db
  custcode store restore custcode-2026-11-22.db --store postgres://li@db/custcode
  gunzip -c custcode.db.gz | custcode store restore - --store restored.db")]
pub(crate) struct Restore {
    /// The backup; standard input when -
    file: String,
    /// Restore also the backup of a ledger that did not pass its check
    #[arg(long)]
    yes: bool,
}

impl Restore {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let workspace = context.workspace_of_store()?;
        let input = self.input().map_err(|source| Error::Unreadable { path: self.file.clone(), source })?;
        let done = watched(context, |progress| workspace.restore(input, self.yes, progress))?;
        if context.ui.json() {
            context.ui.answer(&Made(&done))?;
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
        context.ui.note(&format!("the ledger does not issue yet: {}", done.fence));
        context.ui.status(&format!("next:\n  {}", Fence::read(&done.fence).advice()));
        Ok(Status::Done)
    }
}

impl Restore {
    /// The backup. Standard input is read as it comes: kept to be read twice, it would take its room twice.
    fn input(&self) -> io::Result<Input<'_>> {
        if self.file == "-" {
            return Ok(Input { name: "<stdin>", bytes: Box::new(io::stdin().lock()), length: None });
        }
        let source = Source::open(&self.file)?;
        Ok(Input { name: &self.file, bytes: source.reader()?, length: Some(source.len()) })
    }
}

struct Made<'a>(&'a Restored);

impl Answer for Made<'_> {
    fn facts(&self) -> Map<String, Value> {
        let done = self.0;
        object([
            ("location", done.location.as_str().into()),
            ("id", done.ledger.as_str().into()),
            ("at", done.at.as_str().into()),
            ("rows", done.rows.into()),
            ("findings", done.findings.into()),
            ("newest", serde_json::to_value(&done.newest).unwrap_or_default()),
            ("fence", done.fence.as_str().into()),
        ])
    }

    fn records(&self) -> Records {
        Records::default()
    }
}
