//! The integration suite: one file per capability.

mod adoption;
mod check_digits;
mod cluster;
mod codec;
mod edit;
mod export;
mod faults;
mod first_use;
mod house;
mod import;
mod issue;
mod laws;
mod postgres;
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
