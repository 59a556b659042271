//! custcode gives customers their codes.
//!
//! The program `custcode` is words around this library: what it does, these functions do.
//!
//! ```
//! use custcode::registry::number::issue::IssueRequest;
//! use custcode::registry::customer::request::Description;
//! use custcode::registry::validate::{Verdict, verdict};
//! use custcode::registry::{Patience, Places, Who, Workspace};
//! use custcode::registry::workspace::init;
//! use custcode::store::{Access, DEADLINE, Waiting};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A rule file and its ledger, here in a folder of their own.
//! let folder = tempfile::tempdir()?;
//! let rules = folder.path().join("rules.toml");
//! let places = Places { rules_flag: Some(rules), ..Places::default() };
//! init::init(&places, None, Waiting::default())?;
//!
//! let who = Who { actor: "crm".into(), os_user: "crm".into(), host: "server".into() };
//! let patience = Patience { deadline: DEADLINE, notice: &|_| () };
//! let now = jiff::Timestamp::now();
//! let mut registry = Workspace::find(&places)?.open(Access::Write, who, now, patience)?;
//!
//! // The code is in the ledger, durably, before it is given.
//! let description = Description {
//!     reference: Some("CRM:1".into()),
//!     name: Some("华东机械有限公司".into()),
//!     fields: vec![("type".into(), "vip".into())],
//!     ..Description::default()
//! };
//! let request = IssueRequest { description, ..IssueRequest::default() };
//! assert_eq!(registry.issue(&request)?.codes[0].code, "01A0001");
//!
//! // The same reference asked again is the same customer.
//! assert!(registry.issue(&request)?.codes[0].existing);
//!
//! assert!(matches!(verdict(&registry.book, "01A0001"), Verdict::Valid { .. }));
//! let Verdict::Invalid { fault, .. } = verdict(&registry.book, "01X0001") else { unreachable!() };
//! assert_eq!((fault.segment.as_str(), fault.found.as_str()), ("industry", "X"));
//! # Ok(())
//! # }
//! ```
//!
//! The house, from the roof down; a room may use only rooms below it:
//!
//! - [`cli`]: words on a screen: arguments, commands, renderers, exit codes, hints
//! - [`report`]: numbers and pages for people
//! - [`registry`]: what a company does with codes: issue, register, import, export, edit
//! - [`store`]: where the ledger is kept; knows neither rules nor tables
//! - [`rule`]: `rules.toml` to a proved [`rule::RuleBook`]
//! - [`table`]: files of rows in and out
//! - [`code`]: the pure codec: patterns, alphabets, check digits; no I/O, no clock
//! - `files`: digests and files in the making, for whoever reads or writes some
//!
//! Without Cargo features there are [`code`] and [`rule`] alone: codes are printed, read and validated, and nothing is
//! kept. `ledger` adds the rooms up to [`report`] with ledgers in SQLite files, `postgres` ledgers in a PostgreSQL
//! database, `cli` the program. All are on unless `default-features = false`.

#[cfg(feature = "cli")]
pub mod cli;
pub mod code;
mod files;
#[cfg(feature = "ledger")]
pub mod registry;
#[cfg(feature = "ledger")]
pub mod report;
pub mod rule;
#[cfg(feature = "ledger")]
pub mod store;
#[cfg(feature = "ledger")]
pub mod table;
