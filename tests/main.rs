//! The integration suite: one file per capability.

mod faults;
mod house;
mod readme;
mod support;
mod tour;
