//! `store copy`: the ledger at another place or on another engine.

use clap::Args;
use serde::Serialize;

use super::watched::watched;
use crate::cli::context::Context;
use crate::cli::error::failure::Failure;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::output::answer::Answer;
use crate::cli::words::counted;
use crate::registry::transfer::Sum;
use crate::registry::transfer::copy::{Copied, CopyRequest, copy};
use crate::store::Location;

/// Copy a ledger to another place or engine, and compare both
///
/// The copy is made when it is missing. Interrupted, it refuses every use; the same command goes on
/// where it stopped, or begins again when the ledger was written to meanwhile. Others can go on
/// issuing. With --fence the ledger moves: it issues no more and names its new home, and the copy
/// issues in its place. Without it the copy does not issue.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode store copy custcode.db /backup/custcode.db
  custcode store copy --fence custcode.db /srv/custcode/custcode.db   # move it")]
pub(crate) struct Copy {
    /// The ledger
    #[arg(value_name = "FROM")]
    from: String,
    /// Where it goes
    #[arg(value_name = "TO")]
    to: String,
    /// Move: the ledger issues no more, its copy does
    #[arg(long)]
    fence: bool,
}

impl Copy {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let (from, to) = (Location::parse(&self.from)?, Location::parse(&self.to)?);
        let waiting = context.waiting();
        let request = CopyRequest { from: &from, to: &to, fence: self.fence, waiting: &waiting };
        let done = watched(context, |progress| {
            copy(request, context.who(), context.now(), context.patience(), progress)
        });
        let done = done.map_err(|failure| match failure {
            Failure::Interrupted(signal) => Failure::Halted(signal),
            other => other,
        })?;
        context.ui.answer(&Compared::from(&done))?;
        for line in sentences(&done) {
            context.ui.status(&line);
        }
        match &done.fence {
            Some(fence) => context.ui.note(&format!("{} does not issue: {fence}", done.to)),
            None => context.ui.status(&format!(
                "{} issues now; next:\n  write store = {:?} in the rule file",
                done.to, done.to
            )),
        }
        Ok(Status::Done)
    }
}

/// What was done, in words.
fn sentences(done: &Copied) -> Vec<String> {
    let rows = done.alike.sums.iter().map(|sum| sum.rows).sum();
    let mut lines = Vec::new();
    if done.already {
        lines.push(format!("{} was whole already; nothing was copied", done.to));
    } else if done.resumed > 0 {
        lines.push(format!("went on after {} of an earlier run", counted(done.resumed, "row")));
    }
    lines.push(format!(
        "{}, {} and {} are alike in {} and {}",
        counted(rows, "row"),
        counted(done.alike.counters, "counter"),
        counted(done.alike.chains, "chain"),
        done.from,
        done.to
    ));
    lines
}

#[derive(Serialize)]
struct Compared<'a> {
    from: &'a str,
    to: &'a str,
    tables: &'a [Sum],
    counters: u64,
    chains: u64,
    resumed: u64,
    already: bool,
    fence: Option<&'a str>,
}

impl<'a> From<&'a Copied> for Compared<'a> {
    fn from(done: &'a Copied) -> Self {
        Self {
            from: &done.from,
            to: &done.to,
            tables: &done.alike.sums,
            counters: done.alike.counters,
            chains: done.alike.chains,
            resumed: done.resumed,
            already: done.already,
            fence: done.fence.as_deref(),
        }
    }
}

/// Digits of a digest that people compare by eye.
const SHORT: usize = 16;

impl Answer for Compared<'_> {
    fn columns(&self) -> Vec<&'static str> {
        vec!["table", "rows", "sha256"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let short = |digest: &str| digest.chars().take(SHORT).collect();
        self.tables.iter().map(|it| vec![it.table.clone(), it.rows.to_string(), short(&it.sha256)]).collect()
    }
}
