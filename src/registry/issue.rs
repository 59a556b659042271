//! Giving out codes: `new`, one or many, and `new --code` for one from outside.

use super::request::{Description, Jump, OnExisting};
use super::{Registry, Result};

/// A request for codes.
#[derive(Debug, Clone, Default)]
pub struct IssueRequest {
    /// The customer (each of them, when `count` > 1).
    pub description: Description,
    /// `--rule`.
    pub rule: Option<String>,
    /// How many; 1 unless asked otherwise. More than one excludes name and reference.
    pub count: u64,
    /// `--request-id`: the same answer for the same request, for good.
    pub request_id: Option<String>,
    /// `--on-existing`.
    pub on_existing: OnExisting,
    /// Say what would happen; takes no lock and makes no ledger.
    pub dry_run: bool,
}

/// A code from outside to be registered.
#[derive(Debug, Clone, Default)]
pub struct RegisterRequest {
    /// As written.
    pub code: String,
    /// The customer.
    pub description: Description,
    /// Keep a code that no rule reads.
    pub legacy: bool,
    /// Far numbers.
    pub jump: Jump,
    /// `--request-id`.
    pub request_id: Option<String>,
    /// `--on-existing`.
    pub on_existing: OnExisting,
    /// Say what would happen.
    pub dry_run: bool,
}

/// One code given.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Issued {
    /// The code.
    pub code: String,
    /// The rule's id; none for legacy codes.
    pub rule: Option<String>,
    /// Sequence number, where there is one.
    pub number: Option<u64>,
    /// It was there before this request.
    pub existing: bool,
    /// The customer's name.
    pub name: Option<String>,
    /// The customer's reference.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
}

/// The answer to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The codes, in order.
    pub codes: Vec<Issued>,
    /// What a person should know: numbers stepped over, attributes that differ, a scope near its end.
    pub notes: Vec<String>,
}

impl Registry<'_> {
    /// Issues codes.
    pub fn issue(&mut self, _request: &IssueRequest) -> Result<Outcome> {
        todo!()
    }
    /// Takes a code from outside into the ledger.
    pub fn register(&mut self, _request: &RegisterRequest) -> Result<Outcome> {
        todo!()
    }
}
