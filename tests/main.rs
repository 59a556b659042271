//! The integration suite: one file per capability.

mod adoption;
mod check_digits;
mod cluster;
mod codec;
mod dependencies;
mod edit;
mod export;
mod faults;
mod first_use;
mod fuzz;
mod house;
mod import;
mod issue;
mod laws;
mod readme;
mod register;
mod rule_files;
mod show;
mod speech;
mod store;
mod support;
mod table;
mod tour;
mod validate;
mod vault;
