//! Runs over a whole ledger that a person may wait for, or stop.

use crate::cli::context::Context;
use crate::cli::error::failure::Failure;
use crate::cli::progress::Progress;
use crate::cli::signal::Signals;
use crate::registry;
use crate::store;

/// Runs over a whole ledger with a bar on a terminal; a signal stops it between two rows.
pub(super) fn watched<T>(
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
