//! The integration suite: one file per capability.

mod check_digits;
mod codec;
mod faults;
mod house;
mod readme;
mod rule_files;
mod store;
mod support;
mod table;
mod tour;
