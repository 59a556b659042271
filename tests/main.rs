//! The integration suite: one file per capability.

mod store;
