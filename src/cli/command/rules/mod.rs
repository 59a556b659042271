//! `rules`: look at the rule file.

mod check;
mod list;
mod proof;
mod show;

use clap::Subcommand;

use crate::cli::{Context, Outcome};

/// Check and show coding rules
#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    Check(check::Check),
    Show(show::Show),
}

impl Rules {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        match self {
            Self::Check(command) => command.run(context),
            Self::Show(command) => command.run(context),
        }
    }
}
