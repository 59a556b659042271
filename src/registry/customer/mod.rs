//! Customers: who is described, what is known of one, show, edit.
//!
//! `matching` decides who a description means, for every command; `existing` what a known customer
//! does with what is said of it.

pub(crate) mod cancelled;
pub(crate) mod code_reading;
pub mod edit;
pub mod erase;
pub(crate) mod existing;
pub mod find;
pub(crate) mod label;
pub mod likely;
pub(crate) mod matching;
pub(crate) mod names;
pub(crate) mod namesakes;
pub mod request;
pub(crate) mod resolve;
pub mod show;
pub(crate) mod update;
