//! `store`: look after the ledger; one file per command.

mod backup;
mod check;
mod copy;
mod erasures;
mod finding;
mod info;
mod repair;
mod restore;
mod unfence;
mod watched;

use clap::Subcommand;

use crate::cli::context::Context;
use crate::cli::outcome::Outcome;

/// Look after the ledger
#[derive(Debug, Subcommand)]
pub(crate) enum Store {
    Info(info::Info),
    Check(check::Check),
    Repair(repair::Repair),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Copy(copy::Copy),
    Unfence(unfence::Unfence),
    Erasures(erasures::Erasures),
}

impl Store {
    pub(super) fn run(&self, context: &Context) -> Outcome {
        match self {
            Self::Info(info::Info {}) => info::Info::run(context),
            Self::Check(command) => command.run(context),
            Self::Repair(command) => command.run(context),
            Self::Backup(command) => command.run(context),
            Self::Restore(command) => command.run(context),
            Self::Copy(command) => command.run(context),
            Self::Unfence(command) => command.run(context),
            Self::Erasures(command) => command.run(context),
        }
    }
}
