//! `rules`: look at the rule file, and change the rules of a ledger.

mod adopt;
mod changes;
mod check;
mod diff;
mod from_mask;
mod guide;
mod list;
mod proof;
mod show;
mod standard;

use clap::Subcommand;

use crate::cli::context::Context;
use crate::cli::outcome::Outcome;

/// Check, show, compare and adopt coding rules
#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    Check(check::Check),
    Show(show::Show),
    Diff(diff::Diff),
    Adopt(adopt::Adopt),
    Guide(guide::Guide),
    Standard(standard::ShowStandard),
    FromMask(from_mask::FromMask),
}

impl Rules {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        match self {
            Self::Check(command) => command.run(context),
            Self::Show(command) => command.run(context),
            Self::Diff(command) => command.run(context),
            Self::Adopt(command) => command.run(context),
            Self::Guide(command) => command.run(context),
            Self::Standard(command) => command.run(context),
            Self::FromMask(command) => command.run(context),
        }
    }
}
