//! `rules`: look at the rule file.

mod check;
mod from_mask;
mod list;
mod show;

use clap::Subcommand;

use crate::cli::{Context, Outcome};

/// Check and show coding rules
#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    Check(check::Check),
    Show(show::Show),
    FromMask(from_mask::FromMask),
}

impl Rules {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        match self {
            Self::Check(command) => command.run(context),
            Self::Show(command) => command.run(context),
            Self::FromMask(command) => command.run(context),
        }
    }
}
