//! Random histories of all commands, by several processes, beside a ledger that is a list.
