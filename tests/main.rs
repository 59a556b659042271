//! The integration suite: one file per capability.

mod check_digits;
mod codec;
mod faults;
mod first_use;
mod house;
mod issue;
mod readme;
mod register;
mod rule_files;
mod store;
mod support;
mod table;
mod tour;
