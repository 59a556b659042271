//! What the statements that issue a code have in common: the gate, the hashes, and the values that do not depend on the number.

use super::link::Bound;
use crate::store::chain::{self, Record};
use crate::store::{Candidate, NewIssue};

/// SQL for whether codes may be issued now: these tables and rules, no fence, and every attribute's name known. It takes the version as `$1`, the
/// bundle as `$2`, the names as `$3` and the request id as `$4`.
macro_rules! gate {
    () => {
        "gate AS MATERIALIZED (SELECT count(*) FILTER (WHERE (key = 'schema' AND value = $1) OR (key = 'bundle' AND value = $2)) = 2 \
         AND count(*) FILTER (WHERE key = 'fence') = 0 \
         AND (SELECT count(*) FROM attributes WHERE name = ANY($3)) = cardinality($3) \
         AND NOT EXISTS (SELECT FROM operations WHERE request_id = $4) AS open FROM meta)"
    };
}

/// SQL for the columns and values of the operation: `$4` to `$11`, and `$2` the bundle.
macro_rules! operation {
    ($from:expr, $rows:expr) => {
        concat!(
            "INSERT INTO operations (id, at, command, actor, os_user, host, bundle, request_id, input_digest, token, rows, \
             first_code, last_code) SELECT operation, $5, $6, $7, $8, $9, $2, $4, $10, $11, ",
            $rows,
            " FROM ",
            $from
        )
    };
}

/// SQL for the rows of a code that was picked, up to its link: from `pick` (chain, lease, number, canonical, written, head, position)
/// `$12` to `$19`, made by the operation. It gives `made`.
macro_rules! made {
    () => {
        concat!(
            "ids AS MATERIALIZED (SELECT pick.*, nextval('customers_id_seq') AS customer, nextval('codes_id_seq') AS code, \
             nextval('operations_id_seq') AS operation FROM pick), \
             person AS (INSERT INTO customers (id, reference, name, fields, attributes, date, operation, row, code) \
             SELECT customer, $12, $13, $14, $15, $16, operation, $17, code FROM ids ON CONFLICT DO NOTHING RETURNING id), \
             made AS MATERIALIZED (SELECT ids.*, ",
            link_hash!("ids.head", digest!(code_item!(), "c")),
            " AS hash FROM ids JOIN person ON person.id = ids.customer), \
             printed AS (INSERT INTO codes (id, canonical, written, customer, sequence, number, operation) \
             SELECT code, canonical, written, customer, chain, number, operation FROM made), \
             recorded AS (",
            operation!("made", "1, code, code"),
            "), linked AS (INSERT INTO links (sequence, lease, position, operation, hash) \
             SELECT chain, lease, position + 1, operation, hash FROM made)"
        )
    };
}

/// SQL for [`chain::code`] of the columns of `ids`; `$19` is the customer's record, packed.
macro_rules! code_item {
    () => {
        concat!(
            packed!("CAST(number AS text)"),
            " || ",
            packed!("canonical"),
            " || coalesce(",
            packed!("written"),
            ", '-') || $19"
        )
    };
}

/// SQL for the digest of an operation with one item of one kind; `$18` is what the operation says of itself, packed.
macro_rules! digest {
    ($item:expr, $letter:expr) => {
        sha256!(concat!("$18 || '", $letter, "64:' || ", sha256!($item)))
    };
}

pub(super) use {code_item, digest, gate, made, operation};

/// The values that do not depend on the number.
pub(super) struct Said {
    /// Tables' version.
    version: String,
    /// What the operation says of itself, packed.
    operation: String,
    /// The customer's record, packed.
    record: String,
    /// The operation's random name.
    pub(super) token: String,
}

impl Said {
    pub(super) fn of(issue: &NewIssue<'_>, token: String) -> Self {
        let record = Record::from(&issue.customer).digest();
        Self {
            version: super::migrate::LATEST.to_string(),
            operation: chain::operation(&issue.operation).as_str().to_owned(),
            record: chain::Packed::default().text(&record).as_str().to_owned(),
            token,
        }
    }

    /// `$1` to `$11`: the gate and the operation.
    pub(super) fn operation<'p>(&'p self, issue: &'p NewIssue<'_>) -> Vec<&'p dyn Bound> {
        let operation = &issue.operation;
        vec![
            &self.version,
            &operation.bundle,
            &issue.attributes,
            &operation.request_id,
            &operation.at,
            &operation.command,
            &operation.actor,
            &operation.os_user,
            &operation.host,
            &operation.input_digest,
            &self.token,
        ]
    }

    /// `$12` to `$19`: the customer and the hashes.
    pub(super) fn customer<'p>(&'p self, issue: &'p NewIssue<'_>) -> [&'p dyn Bound; 8] {
        let customer = &issue.customer;
        [
            &customer.reference,
            &customer.name,
            &customer.fields,
            &customer.attributes,
            &customer.date,
            &customer.row,
            &self.operation,
            &self.record,
        ]
    }
}

/// Candidates as three lists.
pub(super) struct Lists<'c> {
    pub(super) numbers: Vec<i64>,
    pub(super) canonical: Vec<&'c str>,
    pub(super) written: Vec<Option<&'c str>>,
}

impl<'c> Lists<'c> {
    /// None when a number is too large to be kept.
    pub(super) fn of(candidates: &'c [Candidate]) -> Option<Self> {
        Some(Self {
            numbers: candidates.iter().map(|one| i64::try_from(one.number).ok()).collect::<Option<_>>()?,
            canonical: candidates.iter().map(|one| one.canonical.as_str()).collect(),
            written: candidates.iter().map(|one| one.written.as_deref()).collect(),
        })
    }
}
