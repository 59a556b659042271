//! What the statements that issue a code have in common: the gate, the hashes, and the values that do not depend on the number.

use super::chain::{link, sha256};
use super::link::{Bound, Link};
use crate::store::chain::{self, Record};
use crate::store::{Candidate, NewIssue};

/// SQL for a look at a row that no table has. It takes the lock by which whoever writes in a transaction is waited for, before anything else
/// is locked or looked at; so it comes first in every statement.
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

/// What a row that counts is to the statement that issues.
pub(super) struct Counting {
    /// Its table.
    pub(super) table: &'static str,
    /// Its next number.
    pub(super) next: &'static str,
    /// How it is moved.
    pub(super) set: &'static str,
    /// Which it is.
    pub(super) which: &'static str,
    /// What is counted of the recorded operation before the row is touched: one. Where many want the row, it waits for its turn in a lock of
    /// its own: who waits for a row is woken twice, by whoever was first in its queue and by whoever changed it.
    pub(super) turn: &'static str,
    /// Counter, lease and number of it when it was moved, as `chain`, `lease` and `number`.
    pub(super) moved: &'static str,
}

/// SQL that issues a code, with `$1` to `$25` and those of `counting`. Customer and operation are written first: they do not depend on the
/// number, so nobody waits for them. Then the row that counts is moved, by expressions over its newest version, if its next number is
/// among the codes that were sent; if it is not, a division by zero takes everything back.
pub(super) fn statement(counting: &Counting) -> String {
    let Counting { table, next, set, which, turn, moved } = counting;
    let record = operation("ids WHERE EXISTS (SELECT FROM person)", "1, code, code");
    let item = format!("($25)[CAST(({next} - $22) / $24 + 1 AS int)] || $19");
    let head = link("head", &digest('c', &item));
    format!(
        "WITH {GATE}, ids AS MATERIALIZED (SELECT nextval('customers_id_seq') AS customer, nextval('codes_id_seq') AS code, \
         nextval('operations_id_seq') AS operation FROM gate WHERE gate.open), \
         person AS (INSERT INTO customers (id, reference, name, fields, attributes, date, operation, row, code) \
         SELECT customer, $12, $13, $14, $15, $16, operation, $17, code FROM ids ON CONFLICT DO NOTHING RETURNING id), {record}, \
         moved AS (UPDATE {table} SET {set}, position = position + 1, head = {head} \
         WHERE {which} AND (SELECT {turn} FROM recorded) = 1 AND {next} BETWEEN $22 AND $23 AND ({next} - $22) % $24 = 0 \
         RETURNING {moved}, position, head), \
         made AS MATERIALIZED (SELECT moved.*, ids.*, CAST((number - $22) / $24 + 1 AS int) AS place FROM moved CROSS JOIN ids), \
         printed AS (INSERT INTO codes (id, canonical, written, customer, sequence, number, operation) \
         SELECT code, ($20)[place], ($21)[place], customer, chain, number, operation FROM made), \
         linked AS (INSERT INTO links (sequence, lease, position, operation, hash) \
         SELECT chain, lease, position, operation, head FROM made) \
         SELECT made.number, 1 / CASE WHEN person.id IS NULL OR made.number IS NOT NULL THEN 1 ELSE 0 END \
         FROM gate LEFT JOIN person ON true LEFT JOIN made ON true"
    )
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

/// Runs a [`statement`] whose last values are `own`.
pub(super) fn run(
    link: &mut Link,
    sql: &str,
    said: &Said,
    issue: &NewIssue<'_>,
    lists: &Lists<'_>,
    own: &[&dyn Bound],
) -> std::result::Result<Vec<postgres::Row>, postgres::Error> {
    let (canonical, written, items) =
        (lists.canonical.as_slice(), lists.written.as_slice(), lists.items.as_slice());
    let sent: [&dyn Bound; 6] = [&canonical, &written, &lists.from, &lists.to, &lists.step, &items];
    let mut params = said.operation(issue);
    params.extend(said.customer(issue));
    params.extend(sent);
    params.extend(own);
    link.query(sql, &params)
}
