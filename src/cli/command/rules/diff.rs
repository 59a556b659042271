//! `rules diff`: what changed rules would do.

use clap::Args;

use super::changes::Changes;
use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, Status};
use crate::cli::words::counted;
use crate::registry::rules::DiffRequest;

/// Show what changed rules would do, to issuing and to the codes in the ledger
///
/// Compares the rules in use with the ledger's. One FILE is compared with the ledger's; one DIGEST
/// (the first characters of that of rules which the ledger had once) with the rules in use. Nothing
/// is changed. Exit status 1 when a code in the ledger would no longer be read, mean something else
/// or meet a code of a rule.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  custcode rules diff                      # what the next command would adopt
  custcode rules diff draft.toml           # what a draft would do
  custcode rules diff 3f2a45b0             # what was changed since those rules
  custcode rules diff old.toml new.toml --json")]
pub(crate) struct Diff {
    /// The old rules: a file, or the beginning of a digest
    old: Option<String>,
    /// The new rules
    new: Option<String>,
}

impl Diff {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        let request = DiffRequest { old: self.old.clone(), new: self.new.clone() };
        let diff = context.workspace()?.diff(&request, context.patience())?;
        context.ui.answer(&Changes::from(&diff))?;
        if diff.changes.is_empty() {
            context.ui.status("nothing changes for issuing");
        }
        context.ui.status(&match &diff.impact {
            Some(impact) => {
                format!(
                    "{} of {} in the ledger would be touched",
                    impact.touched(),
                    counted(impact.total, "code")
                )
            }
            None => "there is no ledger: only the rules were compared".to_owned(),
        });
        Ok(if diff.touched() == 0 { Status::Done } else { Status::No })
    }
}
