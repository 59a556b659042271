//! The integration suite: one file per capability.

mod adoption;
mod check_digits;
mod clock;
mod codec;
mod edit;
mod export;
mod faults;
mod first_use;
mod gaps;
mod house;
mod import;
mod issue;
mod laws;
mod log;
mod readme;
mod register;
mod rule_files;
mod sharing;
mod show;
mod speech;
mod store;
mod support;
mod table;
mod tour;
mod validate;
mod void;
