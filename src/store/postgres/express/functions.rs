//! What the functions of the tables are given that issue a code in one round trip; their migration
//! tells what each value is.

use std::sync::LazyLock;

use crate::store::chain;
use crate::store::postgres::link::{Bound, Link};
use crate::store::random;
use crate::store::{Candidate, NewIssue, Result};

/// Issues a code.
static ISSUE: LazyLock<String> = LazyLock::new(|| call("issue", 32));

/// SQL that calls a function with so many values.
pub(super) fn call(function: &str, values: usize) -> String {
    let values: Vec<String> = (1..=values).map(|number| format!("${number}")).collect();
    format!("SELECT * FROM custcode.{function}({})", values.join(", "))
}

/// What the function fails with when the next number is not among the codes that were sent.
const OVERTAKEN: &str = "CC001";

/// What the function fails with when one of several references is known already.
const KNOWN: &str = "CC004";

/// Whether a reference is known, so that a transaction has to look whose it is.
pub(super) fn is_known(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|state| state.code() == KNOWN)
}

/// Whether others have moved the counter past all codes that were sent, or it stands where no code
/// was sent for.
pub(super) fn is_overtaken(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|state| state.code() == OVERTAKEN)
}

/// The values that do not depend on the number.
pub(super) struct Said {
    /// Tables' version.
    version: String,
    /// What the operation says of itself, packed.
    operation: String,
    /// The customer's salt.
    salt: String,
    /// The commitments to its record and its references, packed.
    person: String,
    /// The operation's random name.
    pub(super) token: String,
}

impl Said {
    pub(super) fn of(issue: &NewIssue<'_>, token: String) -> Result<Self> {
        let salt = random::digits()?;
        Ok(Self {
            version: crate::store::TABLES_VERSION.to_string(),
            operation: chain::operation(&issue.operation).as_str().to_owned(),
            person: chain::born(chain::Packed::default(), &issue.customer, &salt).as_str().to_owned(),
            salt,
            token,
        })
    }

    /// The first thirteen values of each of them: what must hold, and the operation.
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
            &operation.salt,
            &self.token,
            &self.operation,
        ]
    }

    /// The next nine of an issue: the customer.
    fn customer<'p>(&'p self, issue: &'p NewIssue<'_>) -> [&'p dyn Bound; 9] {
        let customer = &issue.customer;
        [
            &customer.references,
            &customer.name,
            &customer.strict,
            &customer.fields,
            &customer.attributes,
            &customer.date,
            &customer.row,
            &self.salt,
            &self.person,
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
    number
        .text(&candidate.canonical)
        .optional(candidate.written.as_deref())
        .optional(None)
        .as_str()
        .to_owned()
}

/// Asks for a code, out of a block or not; answers the number that it got, or nothing where a
/// transaction has to look why.
pub(super) fn run(
    link: &mut Link,
    said: &Said,
    issue: &NewIssue<'_>,
    lists: &Lists<'_>,
    block: Option<i64>,
) -> std::result::Result<Option<u64>, tokio_postgres::Error> {
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
