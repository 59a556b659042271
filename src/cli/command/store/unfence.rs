//! `store unfence`: a fenced ledger issues again.

use clap::Args;
use serde_json::{Map, Value};

use crate::cli::render::{Answer, Records, object};
use crate::cli::{Context, Outcome, Status};
use crate::registry::Error;
use crate::registry::transfer::unfence::{Advance, UnfenceRequest, Unfenced};
use crate::store::Access;

/// Let a fenced ledger issue again
///
/// A restored ledger does not know the codes that were issued after its backup; they may stand on contracts. Say what they were:
/// counters move above them, and the numbers between stay unused for good. Shows every counter before anything is done. The fence
/// stays until something was said of each: its highest code, --skip, or --nothing-lost.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store unfence                                  # show the counters
  custcode store unfence --at-least 01A0412 --at-least 02B0077
  custcode store unfence --at-least 01A0412 --nothing-lost  # no other counter issued
  custcode store unfence --skip 1000 --yes                # when nobody knows
  custcode store unfence --nothing-lost --yes             # no code was issued since")]
pub(crate) struct Unfence {
    /// Name the highest code seen on paper; its counter goes on above it; repeatable
    #[arg(long, value_name = "CODE")]
    at_least: Vec<String>,
    /// Move every counter so many numbers ahead
    #[arg(long, value_name = "N")]
    skip: Option<u64>,
    /// Confirm that no code was issued behind the ledger's back, with --at-least: of any other counter
    #[arg(long)]
    nothing_lost: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Unfence {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let mut registry = context.open_workspace(context.workspace_of_store()?, Access::Write)?;
        let asked = UnfenceRequest {
            at_least: self.at_least.clone(),
            skip: self.skip,
            nothing_lost: self.nothing_lost,
            dry_run: false,
        };
        let planned = registry.unfence(&UnfenceRequest { dry_run: true, ..asked.clone() })?;
        let Some(fence) = &planned.fence else {
            context.ui.answer(&Counters(&planned))?;
            context.ui.note("the ledger is not fenced: it issues, and nothing was changed");
            return Ok(Status::Done);
        };
        let json = context.ui.json();
        if !json {
            context.ui.status(&format!("the ledger does not issue: {fence}"));
            context.ui.answer(&Counters(&planned))?;
        }
        for note in &planned.notes {
            context.ui.note(note);
        }
        asked.demand_word(&planned)?;
        if !self.yes && !context.ui.confirm("let the ledger issue again?")? {
            return Err(Error::Unconfirmed {
                question: "the ledger stays fenced: nobody said yes".to_owned(),
            }
            .into());
        }
        let done = registry.unfence(&asked)?;
        if json {
            context.ui.answer(&Counters(&done))?;
        }
        for note in done.notes.iter().filter(|note| !planned.notes.contains(note)) {
            context.ui.note(note);
        }
        let moved = done.counters.iter().filter(|counter| counter.becomes != counter.last).count() as u64;
        context.ui.status(&format!(
            "the ledger issues again; {} moved",
            crate::cli::command::counted(moved, "counter")
        ));
        Ok(Status::Done)
    }
}

struct Counters<'a>(&'a Unfenced);

impl Answer for Counters<'_> {
    fn facts(&self) -> Map<String, Value> {
        object([
            ("fence", self.0.fence.clone().into()),
            ("lifted", self.0.lifted.into()),
            ("counters", serde_json::to_value(&self.0.counters).unwrap_or_default()),
            ("notes", self.0.notes.clone().into()),
        ])
    }

    fn records(&self) -> Records {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let row = |counter: &Advance| {
            vec![
                counter.rule.clone(),
                counter.scope.clone(),
                number(counter.last),
                counter.code.clone().unwrap_or_default(),
                number(counter.becomes),
            ]
        };
        let rows = self.0.counters.iter().map(row).collect();
        Records { headers: vec!["rule", "scope", "last", "code", "becomes"], rows }
    }
}
