//! What callers ask for and are shown: filters, rows of lists and logs, the history that is hashed,
//! and flaws.

use super::new::NewOperation;
use super::record::{CodeState, Link, Operation};

/// A customer as lists show it, out of a row that is gone with the next: the code it carries and
/// its state, reference, name, record date, fields and attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed<'r> {
    /// The code as written.
    pub code: &'r str,
    /// Its state.
    pub state: CodeState,
    /// Id in another system.
    pub references: Option<&'r str>,
    /// Name.
    pub name: Option<&'r str>,
    /// Record date, `YYYY-MM-DD`.
    pub date: &'r str,
    /// JSON object.
    pub fields: &'r str,
    /// JSON object.
    pub attributes: &'r str,
}

/// Which customers are wanted; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Values of declared fields: (field, keys of which it has one).
    pub fields: Vec<(String, Vec<String>)>,
    /// Values of other attributes: (attribute, text).
    pub attributes: Vec<(String, String)>,
    /// The canonical form of the current code.
    pub code: Option<String>,
    /// A reference that it has.
    pub reference: Option<String>,
    /// Exact name.
    pub name: Option<String>,
    /// Record date from, to (inclusive), `YYYY-MM-DD`.
    pub dates: (Option<String>, Option<String>),
    /// States of the current code; empty = any state.
    pub states: Vec<CodeState>,
    /// Customers who were erased: no other ones, or none; both unless said.
    pub erased: Option<bool>,
    /// At most this many.
    pub limit: Option<u64>,
}

/// Which operations are wanted; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationFilter {
    /// RFC 3339 times in UTC: from (inclusive), to (exclusive).
    pub times: (Option<String>, Option<String>),
    /// `new`, `import` …
    pub command: Option<String>,
    /// Who.
    pub actor: Option<String>,
    /// Only these.
    pub ids: Option<Vec<i64>>,
    /// Only the newest so many; all come oldest first.
    pub last: Option<u64>,
}

/// An operation with the codes it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The operation.
    pub operation: Operation,
    /// Its first and last code as written.
    pub codes: Option<(String, String)>,
    /// Its links, where they were asked for.
    pub links: Vec<Link>,
}

/// One row of the ledger's history, as the chain is checked: in order of operation, chain, kind and
/// id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryRow<'r> {
    /// An operation; what it wrote follows.
    Operation {
        /// Row id.
        id: i64,
        /// As it was recorded.
        new: NewOperation<'r>,
    },
    /// The link of the operation on a chain; its items follow. Missing when somebody took it away.
    Link {
        /// The operation; nobody knows it where none of this id came before.
        operation: i64,
        /// The counter, 0 for the ledger's own chain.
        sequence: i64,
        /// The lease, 0 without.
        lease: i64,
        /// Place in the chain, from 1.
        position: i64,
        /// The link's hash.
        hash: &'r str,
        /// The hash at the place before.
        before: Option<&'r str>,
    },
    /// An item of the operation on a chain.
    Item {
        /// The operation; nobody knows it where none of this id came before.
        operation: i64,
        /// The counter, 0 for the ledger's own chain.
        sequence: i64,
        /// What it is.
        kind: super::chain::Kind,
        /// Row id.
        id: i64,
        /// Its columns, as the history of the ledger says (`ledger::history`).
        columns: &'r [Option<&'r str>],
    },
}

/// A checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint<'r> {
    /// Its id.
    pub id: i64,
    /// The operation that made it.
    pub operation: i64,
    /// When, RFC 3339 in UTC.
    pub at: &'r str,
    /// The heads that it sealed, as JSON.
    pub heads: &'r str,
    /// Its hash.
    pub hash: &'r str,
}

/// What is wrong with the surroundings of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What it is about.
    pub kind: FlawKind,
    /// What is wrong, in words.
    pub what: String,
    /// What to do.
    pub advice: String,
    /// Whether [`crate::store::Store::mend_surroundings`] puts it right.
    pub mendable: bool,
}

/// What a flaw of the surroundings is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlawKind {
    /// Others may read or write what is not theirs.
    Permissions,
    /// The file has several names.
    Names,
    /// The file lies where locks cannot be trusted.
    Network,
    /// A setting with which what was committed can be lost.
    Durability,
    /// Files beside the ledger that do not belong there.
    Leftover,
}

/// The name of a customer beside the key by which it is looked up.
#[derive(Debug)]
pub struct KeyedName<'r> {
    /// Row id.
    pub customer: i64,
    /// The name.
    pub name: Option<&'r str>,
    /// The kept key.
    pub key: Option<i64>,
}
