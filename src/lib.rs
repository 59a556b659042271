//! custcode gives customers their codes.
//!
//! The program `custcode` is words around this library: what it does, these functions do.
//!
//! ```
//! # #[cfg(feature = "ledger")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use custcode::{Description, IssueRequest, Verdict};
//!
//! # let folder = tempfile::tempdir()?;
//! # let rules = &folder.path().join("rules.toml");
//! custcode::init(rules)?; // once: a rule file and its ledger
//! let mut ledger = custcode::open(rules)?;
//!
//! // The code is in the ledger, durably, before it is given.
//! let customer = Description {
//!     reference: Some("CRM:1".into()),
//!     name: Some("华东机械有限公司".into()),
//!     fields: vec![("type".into(), "vip".into())],
//!     ..Description::default()
//! };
//! let request = IssueRequest::from(customer);
//! assert_eq!(ledger.issue(&request)?.codes[0].code, "01A0001");
//!
//! // The same reference asked again is the same customer.
//! assert!(ledger.issue(&request)?.codes[0].existing);
//!
//! assert!(matches!(ledger.validate("01A0001"), Verdict::Valid { .. }));
//! let Verdict::Invalid { fault, .. } = ledger.validate("01X0001") else { unreachable!() };
//! assert_eq!((fault.segment.as_str(), fault.found.as_str()), ("industry", "X"));
//!
//! let error = ledger.show("01X0001").expect_err("no code of these rules");
//! assert_eq!(error.kind(), "not-found");
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "ledger"))]
//! # fn main() {}
//! ```
//!
//! The house, from the roof down; a room may use only rooms below it:
//!
//! - [`open`] and [`Ledger`]: the way in for programs that use this library
//! - [`cli`]: words on a screen: arguments, commands, renderers, exit codes, hints
//! - [`report`]: numbers and pages for people
//! - [`registry`]: what a company does with codes: issue, register, import, export, edit
//! - [`store`]: where the ledger is kept; knows neither rules nor tables
//! - [`rule`]: `rules.toml` to a proved [`rule::RuleBook`]
//! - [`table`]: files of rows in and out
//! - [`code`]: the pure codec: patterns, alphabets, check digits; no I/O, no clock
//! - `files`: digests and files in the making, for whoever reads or writes some
//!
//! Without Cargo features there are [`code`] and [`rule`] alone: codes are printed, read and
//! validated, and nothing is kept. `ledger` adds the rooms up to [`report`] with ledgers in SQLite
//! files, `postgres` ledgers in a PostgreSQL database, `cli` the program. All are on unless
//! `default-features = false`.

#[cfg(feature = "cli")]
pub mod cli;
pub mod code;
mod files;
#[cfg(feature = "ledger")]
mod ledger;
#[cfg(feature = "ledger")]
pub mod registry;
#[cfg(feature = "ledger")]
pub mod report;
pub mod rule;
#[cfg(feature = "ledger")]
pub mod store;
#[cfg(feature = "ledger")]
pub mod table;

/// Dates and times in this library's interfaces are those of this crate.
pub use jiff;

#[cfg(feature = "ledger")]
pub use ledger::{Ledger, OpenOptions, init, open};
#[cfg(feature = "ledger")]
pub use registry::{
    Error,
    customer::{request::Description, show::Explanation},
    import::{ImportReport, ImportRequest},
    number::issue::{IssueRequest, Outcome},
    validate::Verdict,
};
