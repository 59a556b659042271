//! `store`: look after the ledger; one file per command.

mod backup;
mod check;
mod copy;
mod finding;
mod info;
mod repair;
mod restore;
mod unfence;

use clap::Subcommand;

use crate::cli::progress::Progress;
use crate::cli::signal::Signals;
use crate::cli::{Context, Failure, Outcome};
use crate::registry;
use crate::store;

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
        }
    }
}

/// Runs over a whole ledger with a bar on a terminal; a signal stops it between two rows.
fn watched<T>(
    context: &Context,
    run: impl FnOnce(&mut Progress) -> registry::Result<T>,
) -> Result<T, Failure> {
    let signals = Signals::watch().map_err(Failure::System)?;
    let mut progress = Progress::new(context.ui, signals.clone());
    let done = run(&mut progress);
    progress.finish();
    match (done, signals.received()) {
        (Err(registry::Error::Store(store::Error::Interrupted)), Some(signal)) => {
            Err(Failure::Interrupted(signal))
        }
        (done, _) => {
            signals.release();
            Ok(done?)
        }
    }
}
