//! `store unfence`: a fenced ledger issues again.

use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::words::counted;
use crate::registry::note::Note;
use crate::registry::transfer::unfence::{Advance, UnfenceRequest, Unfenced};
use crate::registry::{Error, scope};
use crate::store::Access;

/// Let a fenced ledger issue again
///
/// A restored ledger does not know the codes that were issued after its backup; they may stand on
/// contracts. Say what they were: counters move above them, and the numbers between stay unused for
/// good. Shows every counter before anything is done. The fence stays until something was said of
/// each: its highest code, --skip, or --nothing-lost.
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
    /// Confirm that no code was issued behind the ledger's back, with --at-least: of any other
    /// counter
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
            context.ui.answer(&Counters::from(&planned))?;
            context.ui.note("the ledger is not fenced: it issues, and nothing was changed");
            return Ok(Status::Done);
        };
        let json = context.ui.json();
        if !json {
            context.ui.status(&format!("the ledger does not issue: {fence}"));
            context.ui.answer(&Counters::from(&planned))?;
        }
        for note in &planned.notes {
            context.ui.note(&note.text);
        }
        asked.demand_word(&planned)?;
        if !self.yes && !context.ui.confirm("let the ledger issue again?")? {
            return Err(Error::Unconfirmed {
                question: "the ledger stays fenced: this was not confirmed".to_owned(),
            }
            .into());
        }
        let done = registry.unfence(&asked)?;
        if json {
            context.ui.answer(&Counters::from(&done))?;
        }
        for note in done.notes.iter().filter(|note| !planned.notes.contains(note)) {
            context.ui.note(&note.text);
        }
        let moved = done.counters.iter().filter(|counter| counter.becomes != counter.last).count() as u64;
        context.ui.status(&format!("the ledger issues again; {} moved", counted(moved, "counter")));
        Ok(Status::Done)
    }
}

#[derive(Serialize)]
struct Counters<'a> {
    fence: Option<&'a str>,
    lifted: bool,
    counters: &'a [Advance],
    notes: &'a [Note],
}

impl<'a> From<&'a Unfenced> for Counters<'a> {
    fn from(it: &'a Unfenced) -> Self {
        Self { fence: it.fence.as_deref(), lifted: it.lifted, counters: &it.counters, notes: &it.notes }
    }
}

impl Answer for Counters<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["rule", "scope", "last", "code", "becomes"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let row = |it: &Advance| {
            let (last, becomes) = (number(it.last), number(it.becomes));
            vec![it.rule.clone(), scope::shown(&it.scope), last, it.code.clone().unwrap_or_default(), becomes]
        };
        self.counters.iter().map(row).collect()
    }
}
