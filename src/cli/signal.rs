//! Ctrl-C and TERM during a long run: the first sets a flag that the run polls, so that it can
//! undo; the second ends at once.
//!
//! Short commands do not watch: the system's own way to die is right for them, and the ledger
//! survives it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Context as _;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// The signals watched.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals {
    received: Arc<AtomicUsize>,
    at_once: Arc<AtomicBool>,
}

impl Signals {
    /// Begins to watch.
    pub(crate) fn watch() -> anyhow::Result<Self> {
        Self::registered().context("could not watch for signals")
    }

    fn registered() -> io::Result<Self> {
        let signals = Self::default();
        for (signal, number) in [(SIGHUP, 1), (SIGINT, 2), (SIGTERM, 15)] {
            // The order matters: the first signal finds `at_once` unset, and sets it for the
            // second.
            flag::register_conditional_default(signal, Arc::clone(&signals.at_once))?;
            flag::register(signal, Arc::clone(&signals.at_once))?;
            flag::register_usize(signal, Arc::clone(&signals.received), number)?;
        }
        Ok(signals)
    }

    /// The number of the signal that came.
    pub(crate) fn received(&self) -> Option<u8> {
        u8::try_from(self.received.load(Ordering::Relaxed)).ok().filter(|number| *number > 0)
    }

    /// From now on a signal ends the process at once: there is nothing left to undo.
    pub(crate) fn release(&self) {
        self.at_once.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_signal_is_told() {
        let signals = Signals::default();
        assert_eq!(signals.received(), None);
        signals.received.store(15, Ordering::Relaxed);
        assert_eq!(signals.received(), Some(15));
    }
}
