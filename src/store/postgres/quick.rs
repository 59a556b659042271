//! A code in one round trip: what is sent for it, and what the other statements on blocks of numbers share with it, the gate and the hashes.

use std::sync::LazyLock;

use super::chain::sha256;
use super::link::{Bound, Link};
use crate::store::chain::{self, Record};
use crate::store::{Candidate, NewIssue};

/// SQL for a look at a row that no table has. It takes the lock by which whoever writes in a transaction is waited for, before anything else
/// is locked or looked at; so it comes first in every statement, as it does in the function.
///
/// Then whether codes may be issued now: these tables and rules, no fence, and every attribute's name known. It takes the version as `$1`, the
/// bundle as `$2`, the names as `$3` and the request id as `$4`.
pub(super) const GATE: &str = "guard AS MATERIALIZED (SELECT id FROM sequences WHERE id = -1 FOR KEY SHARE), \
     gate AS MATERIALIZED (SELECT count(*) FILTER (WHERE (key = 'schema' AND value = $1) OR (key = 'bundle' AND value = $2)) = 2 \
     AND count(*) FILTER (WHERE key = 'fence') = 0 AND NOT EXISTS (SELECT FROM guard) \
     AND (cardinality($3) = 0 OR (SELECT count(*) FROM attributes WHERE name = ANY($3)) = cardinality($3)) \
     AND ($4 IS NULL OR NOT EXISTS (SELECT FROM operations WHERE request_id = $4)) AS open FROM meta)";

/// SQL that records the operation of the rows of `from`, with `$4` to `$11` and `$2`, the bundle; `rows` are its rows, first and last code.
pub(super) fn operation(from: &str, rows: &str) -> String {
    format!(
        "recorded AS (INSERT INTO operations (id, at, command, actor, os_user, host, bundle, request_id, input_digest, token, \
         rows, first_code, last_code) SELECT operation, $5, $6, $7, $8, $9, $2, $4, $10, $11, {rows} FROM {from} RETURNING id)"
    )
}

/// SQL for the digest of an operation with one item of one kind; `$18` is what the operation says of itself, packed.
pub(super) fn digest(letter: char, item: &str) -> String {
    sha256(&format!("$18 || '{letter}64:' || {}", sha256(item)))
}

/// Calls the function that issues a code; its migration tells what the values are.
static ISSUE: LazyLock<String> = LazyLock::new(|| {
    let values: Vec<String> = (1..=29).map(|number| format!("${number}")).collect();
    format!("SELECT issue({})", values.join(", "))
});

/// What the function fails with when the next number is not among the codes that were sent.
const OVERTAKEN: &str = "CC001";

/// Whether others have moved the counter past all codes that were sent, or it stands where no code was sent for.
pub(super) fn is_overtaken(error: &postgres::Error) -> bool {
    error.code().is_some_and(|state| state.code() == OVERTAKEN)
}

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

/// Candidates as the statement takes them.
pub(super) struct Lists<'c> {
    canonical: Vec<&'c str>,
    /// Empty where none is written otherwise.
    written: Vec<Option<&'c str>>,
    /// [`chain::code`] but for the customer.
    items: Vec<String>,
    from: i64,
    to: i64,
    step: i64,
}

impl<'c> Lists<'c> {
    /// None where there is none, or a number is too large to be kept.
    pub(super) fn of(candidates: &'c [Candidate], step: u64) -> Option<Self> {
        let (first, last) = (candidates.first()?, candidates.last()?);
        let written = if candidates.iter().any(|one| one.written.is_some()) {
            candidates.iter().map(|one| one.written.as_deref()).collect()
        } else {
            Vec::new()
        };
        Some(Self {
            canonical: candidates.iter().map(|one| one.canonical.as_str()).collect(),
            written,
            items: candidates.iter().map(item).collect(),
            from: i64::try_from(first.number).ok()?,
            to: i64::try_from(last.number).ok()?,
            step: i64::try_from(step).ok()?,
        })
    }
}

/// A code as an item of its chain, but for the customer, who comes last.
fn item(candidate: &Candidate) -> String {
    let number = chain::Packed::default().number(Some(candidate.number.into()));
    number.text(&candidate.canonical).optional(candidate.written.as_deref()).as_str().to_owned()
}

/// Asks for a code, out of a block or not; answers the number that it got, or nothing where a transaction has to look why.
pub(super) fn run(
    link: &mut Link,
    said: &Said,
    issue: &NewIssue<'_>,
    lists: &Lists<'_>,
    block: Option<i64>,
) -> std::result::Result<Option<u64>, postgres::Error> {
    let (canonical, written, items) =
        (lists.canonical.as_slice(), lists.written.as_slice(), lists.items.as_slice());
    let start = i64::try_from(issue.first).ok();
    let sent: [&dyn Bound; 10] = [
        &canonical,
        &written,
        &items,
        &lists.from,
        &lists.to,
        &lists.step,
        &issue.scope.rule,
        &issue.scope.scope,
        &start,
        &block,
    ];
    let mut params = said.operation(issue);
    params.extend(said.customer(issue));
    params.extend(sent);
    let rows = link.query(&ISSUE, &params)?;
    let number = rows.first().map(|row| row.try_get::<_, Option<i64>>(0)).transpose()?.flatten();
    Ok(number.and_then(|number| u64::try_from(number).ok()))
}
