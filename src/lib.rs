//! custcode gives customers their codes.
//!
//! The house, from the roof down; a room may use only rooms below it:
//!
//! - [`cli`]: words on a screen: arguments, commands, renderers, exit codes, hints
//! - [`registry`]: what a company does with codes: issue, register, import, export, edit
//! - [`store`]: where the ledger is kept; knows neither rules nor tables
//! - [`rule`]: `rules.toml` to a proved [`rule::RuleBook`]
//! - [`table`]: files of rows in and out
//! - [`code`]: the pure codec: patterns, alphabets, check digits; no I/O, no clock

pub mod cli;
pub mod code;
pub mod registry;
pub mod rule;
pub mod store;
pub mod table;
