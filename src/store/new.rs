//! What callers hand in to be written. Fields and attributes are JSON objects of text, opaque to
//! the store.

use super::record::{GapReason, ScopeKey};

/// A customer to add.
#[derive(Debug, Clone, Copy)]
pub struct NewCustomer<'a> {
    /// Ids in other systems, each once.
    pub references: &'a [&'a str],
    /// Name.
    pub name: Option<&'a str>,
    /// JSON object.
    pub fields: &'a str,
    /// JSON object.
    pub attributes: &'a str,
    /// `YYYY-MM-DD`.
    pub date: &'a str,
    /// Operation.
    pub operation: i64,
    /// Row of the input, from 1; 0 without.
    pub row: i64,
}

/// A code to add for a customer.
#[derive(Debug, Clone, Copy)]
pub struct NewCode<'a> {
    /// Canonical form.
    pub canonical: &'a str,
    /// As written, when that differs.
    pub written: Option<&'a str>,
    /// The spelling in which it came from outside, when that differs from both.
    pub brought: Option<&'a str>,
    /// Counter; none for legacy codes.
    pub counter: Option<i64>,
    /// Number.
    pub number: Option<u64>,
}

/// Everything that issuing one code needs, so that an engine can do it in one round trip.
#[derive(Clone, Copy)]
pub struct NewIssue<'a> {
    /// The command.
    pub operation: NewOperation<'a>,
    /// The counter.
    pub scope: ScopeKey<'a>,
    /// The customer; its `operation` counts for nothing.
    pub customer: NewCustomer<'a>,
    /// Names of its attributes.
    pub attributes: &'a [&'a str],
    /// The first number of an unused counter.
    pub first: u64,
    /// From one number to the next.
    pub step: u64,
    /// The last number of the scope.
    pub last: u64,
    /// Numbers of a leased block, where the rule lets machines lease.
    pub block: Option<u64>,
    /// The codes of up to so many numbers from a number on; ends before a number that has no code.
    pub candidates: &'a dyn Fn(u64, usize) -> Vec<Candidate>,
    /// Why a number has no code; none when it has one.
    pub obstacle: &'a dyn Fn(u64) -> Option<GapReason>,
}

/// A number and the code it would print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The number.
    pub number: u64,
    /// Canonical form of its code.
    pub canonical: String,
    /// As written, when that differs.
    pub written: Option<String>,
}

/// A code that was issued in one round trip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedNow {
    /// The number and its code.
    pub candidate: Candidate,
    /// The counter's last number before; the lease's on a leased block.
    pub before: Option<u64>,
    /// RFC 3339 time of the newest operation when the engine was last looked at before, where it
    /// was.
    pub newest: Option<String>,
}

/// A command about to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewOperation<'a> {
    /// RFC 3339 time in UTC.
    pub at: &'a str,
    /// `new`, `import` …
    pub command: &'a str,
    /// `--actor`, else the OS user.
    pub actor: &'a str,
    /// OS user.
    pub os_user: &'a str,
    /// Host name.
    pub host: &'a str,
    /// Digest of the bundle in force.
    pub bundle: &'a str,
    /// Idempotency key.
    pub request_id: Option<&'a str>,
    /// SHA-256 of the input (file and options), in hex; of a request an HMAC under `salt`.
    pub input_digest: Option<&'a str>,
    /// In the digest of a request: 32 hex digits.
    pub salt: Option<&'a str>,
}
