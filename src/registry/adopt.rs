//! Whether the rules in hand may work on the ledger: equal, new and harmless, breaking, or stale.
