//! The hash chain: what an operation wrote, in one digest for each chain it touched, and the link
//! that ties it to what went before.
//!
//! A chain belongs to a counter (or to a lease of its numbers): its head lies in the row that an
//! issuer has locked anyway, so that chaining makes nobody wait. What belongs to no counter hangs
//! on the chain of the ledger itself, [`LEDGER`].
//!
//! Every text is packed as its length in bytes, a colon and the text; what is absent is a hyphen.
//! With SHA-256 in lower-case hex:
//!
//! - what is known of a customer is there as commitments under the customer's own salt, so that it
//!   can be erased while everything else stays proved: `record` = H(salt, `record`, name, fields,
//!   attributes, state, date, row), `reference` = H(salt, `reference`, reference), `change` =
//!   H(salt, `change`, before, after, reason), `reason` = H(salt, `reason`, reason);
//! - a code is the item: number, canonical form, as written, as brought, and of the customer born
//!   with it the `record` and each `reference`;
//! - `digest` = H(the operation, then for each kind of item that is there: its letter, H(the items
//!   in the order they were written));
//! - `link` = H(the head before, `digest`).
//!
//! An engine that prints and stores a code in one statement computes the last three itself, so
//! their shape is fixed here.

mod packed;
mod pending;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

pub use self::packed::Packed;
pub use self::pending::Pending;
use super::new::{NewCustomer, NewOperation};
use super::record::{CodeState, CustomerState, Gap};

/// The chain of everything that belongs to no counter: row 0 of the counters.
pub const LEDGER: i64 = 0;

/// A customer's record as the chain sees it.
#[derive(Debug, Clone, Copy)]
pub struct Record<'r> {
    /// The customer's salt.
    pub salt: &'r str,
    /// Name.
    pub name: Option<&'r str>,
    /// JSON object, as it is kept.
    pub fields: &'r str,
    /// JSON object, as it is kept.
    pub attributes: &'r str,
    /// State.
    pub state: CustomerState,
    /// Record date.
    pub date: &'r str,
    /// Row of the input.
    pub row: i64,
}

impl<'r> Record<'r> {
    /// The record of a customer about to be added.
    pub fn of(new: &NewCustomer<'r>, salt: &'r str) -> Self {
        Self {
            salt,
            name: new.name,
            fields: new.fields,
            attributes: new.attributes,
            state: CustomerState::Active,
            date: new.date,
            row: new.row,
        }
    }

    /// The commitment to it.
    pub fn commitment(&self) -> String {
        committed(self.salt, RECORD_OF)
            .optional(self.name)
            .text(self.fields)
            .text(self.attributes)
            .text(self.state.as_str())
            .text(self.date)
            .number(Some(self.row.into()))
            .digest()
    }
}

/// What a commitment is to.
pub(super) const RECORD_OF: &str = "record";
pub(super) const REFERENCE_OF: &str = "reference";
const CHANGE_OF: &str = "change";
const REASON_OF: &str = "reason";

/// The beginning of a commitment.
fn committed(salt: &str, what: &str) -> Packed {
    Packed::default().text(salt).text(what)
}

/// The commitment to a customer's reference.
pub fn reference(salt: &str, reference: &str) -> String {
    committed(salt, REFERENCE_OF).text(reference).digest()
}

/// The commitment to what a change replaced, by what, and why.
pub fn replacement(salt: &str, before: Option<&str>, after: Option<&str>, reason: Option<&str>) -> String {
    committed(salt, CHANGE_OF).optional(before).optional(after).optional(reason).digest()
}

/// The commitment to the reason of an event; of a code that no customer carries, the reason itself.
pub fn reason(salt: Option<&str>, reason: Option<&str>) -> Option<String> {
    match (salt, reason) {
        (Some(salt), Some(reason)) => Some(committed(salt, REASON_OF).text(reason).digest()),
        (_, reason) => reason.map(str::to_owned),
    }
}

/// What an operation says of itself.
pub fn operation(new: &NewOperation<'_>) -> Packed {
    Packed::default()
        .text(new.at)
        .text(new.command)
        .text(new.actor)
        .text(new.os_user)
        .text(new.host)
        .text(new.bundle)
        .optional(new.request_id)
        .optional(new.input_digest)
}

/// A kind of item. The order is that of the digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A code with the customer born with it.
    Code,
    /// Numbers that were passed over.
    Gap,
    /// A block of numbers handed to a lease.
    Lease,
    /// A state change of a code.
    Event,
    /// One attribute of a customer before and after.
    Change,
    /// A customer's record before and after.
    Revision,
    /// The heads of all chains.
    Checkpoint,
    /// Everything personal of a customer was deleted.
    Erasure,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 8] = [
        Self::Code,
        Self::Gap,
        Self::Lease,
        Self::Event,
        Self::Change,
        Self::Revision,
        Self::Checkpoint,
        Self::Erasure,
    ];

    /// Its letter in the digest.
    pub fn letter(self) -> char {
        match self {
            Self::Code => 'c',
            Self::Gap => 'g',
            Self::Lease => 'l',
            Self::Event => 'e',
            Self::Change => 'u',
            Self::Revision => 'r',
            Self::Checkpoint => 'k',
            Self::Erasure => 'x',
        }
    }
}

/// A code as an item, but for the customer born with it.
pub fn code(number: Option<u64>, canonical: &str, written: Option<&str>, brought: Option<&str>) -> Packed {
    let number = Packed::default().number(number.map(i128::from));
    number.text(canonical).optional(written).optional(brought)
}

/// What comes behind [`code`]: the commitments to the record and the references of the customer
/// born with it, where one was.
pub fn born(item: Packed, customer: &NewCustomer<'_>, salt: &str) -> Packed {
    let item = item.text(&Record::of(customer, salt).commitment());
    customer.references.iter().fold(item, |item, one| item.text(&reference(salt, one)))
}

/// A gap as an item.
pub fn gap(gap: &Gap) -> Packed {
    Packed::default().number(Some(gap.first.into())).number(Some(gap.last.into())).text(gap.reason.as_str())
}

/// A new lease as an item.
pub fn lease(first: u64, last: u64, holder: &str) -> Packed {
    Packed::default().number(Some(first.into())).number(Some(last.into())).text(holder)
}

/// A state change of a code as an item; `reason` is the [`reason`] that is proved.
pub fn event(code: i64, from: CodeState, to: CodeState, reason: Option<&str>) -> Packed {
    Packed::default().number(Some(code.into())).text(from.as_str()).text(to.as_str()).optional(reason)
}

/// A change of an attribute as an item; `replacement` is the commitment to it.
pub fn change(customer: i64, attribute: &str, replacement: &str) -> Packed {
    Packed::default().number(Some(customer.into())).text(attribute).text(replacement)
}

/// The commitments to a customer's record before and after as an item.
pub fn revision(customer: i64, before: &str, after: &str) -> Packed {
    Packed::default().number(Some(customer.into())).text(before).text(after)
}

/// The erasure of a customer as an item, with the last commitment to the record.
pub fn erasure(customer: i64, commitment: &str, reason: &str) -> Packed {
    Packed::default().number(Some(customer.into())).text(commitment).text(reason)
}

/// An item out of the columns of a [`crate::store::HistoryRow::Item`], in the shape in which it was
/// hashed when it was written.
pub fn told(kind: Kind, columns: &[Option<&str>]) -> Packed {
    let column = |index: usize| columns.get(index).copied().flatten();
    let parts = |count: usize| (0..count).fold(Packed::default(), |packed, at| packed.optional(column(at)));
    match kind {
        Kind::Code => {
            const PARTS: usize = 4;
            // A customer that was changed or erased since was born with another record.
            let record = column(AT_BIRTH).map(str::to_owned).or_else(|| told_record(columns));
            let Some(record) = record else { return parts(PARTS) };
            let salt = column(SALT).unwrap_or_default();
            column(REFERENCES).into_iter().flat_map(str::lines).fold(
                parts(PARTS).text(&record),
                |item, one| match one.strip_prefix(COMMITTED) {
                    Some(commitment) => item.text(commitment),
                    None => item.text(&reference(salt, one.strip_prefix(PLAIN).unwrap_or(one))),
                },
            )
        }
        Kind::Gap | Kind::Lease | Kind::Revision | Kind::Erasure => parts(3),
        Kind::Event => {
            let known = column(5).map(str::to_owned);
            parts(3).optional(known.or_else(|| reason(column(4), column(3))).as_deref())
        }
        Kind::Change => {
            let (salt, known) = (column(5).unwrap_or_default(), column(6).map(str::to_owned));
            parts(2).text(&known.unwrap_or_else(|| replacement(salt, column(2), column(3), column(4))))
        }
        Kind::Checkpoint => parts(1),
    }
}

/// Begins a reference of a told code, one a line: its text,
const PLAIN: char = '=';
/// or what is left of one that was erased.
const COMMITTED: char = '#';

/// The columns of a told code: the customer's salt,
const SALT: usize = 4;
/// then the customer's record from here on, as it stands now,
const RECORD: std::ops::Range<usize> = SALT + 1..SALT + 7;
/// the references born with it,
const REFERENCES: usize = RECORD.end;
/// the commitment to the record before its first revision, or before it was erased,
const AT_BIRTH: usize = RECORD.end + 1;
/// and the one after its last.
const LAST_AFTER: usize = RECORD.end + 2;

/// The commitment to the record, as it stands now, of the customer born with a told code, where one
/// was.
pub fn told_record(columns: &[Option<&str>]) -> Option<String> {
    const FIELDS: usize = 1;
    let record = columns.get(RECORD)?;
    // Only the fields tell whether there is a customer: a name may be absent.
    record[FIELDS]?;
    let salt = columns[SALT].unwrap_or_default();
    Some(record.iter().fold(committed(salt, RECORD_OF), |packed, part| packed.optional(*part)).digest())
}

/// What the last revision of the customer born with a told code left behind, where there is one.
pub fn told_revision<'r>(columns: &[Option<&'r str>]) -> Option<&'r str> {
    columns.get(LAST_AFTER).copied().flatten()
}

/// Whether the customer born with a told code has no salt.
pub fn told_without_salt(columns: &[Option<&str>]) -> bool {
    columns.get(RECORD.start + 1).copied().flatten().is_some() && columns[SALT].is_none()
}

/// The link of an operation with `digest` after `head`, which is none at the beginning of a chain.
pub fn link(head: Option<&str>, digest: &str) -> String {
    Packed::default().optional(head).text(digest).digest()
}

/// A chain's head: counter, lease (0: the counter's own chain), position, hash.
pub type Head = (i64, i64, i64, String);

/// The heads that no earlier checkpoint has sealed at this position; `sealed` are the heads of
/// every checkpoint, as JSON.
pub fn moved(heads: Vec<Head>, sealed: &[String]) -> serde_json::Result<Vec<Head>> {
    let mut last = BTreeMap::new();
    for text in sealed {
        for (sequence, lease, position, _) in serde_json::from_str::<Vec<Head>>(text)? {
            last.insert((sequence, lease), position);
        }
    }
    Ok(heads
        .into_iter()
        .filter(|(sequence, lease, position, _)| last.get(&(*sequence, *lease)) != Some(position))
        .collect())
}

/// The items of one operation on one chain, hashed as they come.
#[derive(Debug, Clone, Default)]
pub struct Items(BTreeMap<Kind, Sha256>);

impl Items {
    /// Adds an item behind those of its kind.
    pub fn add(&mut self, kind: Kind, item: &Packed) {
        self.0.entry(kind).or_default().update(item.as_str());
    }

    /// These items and others, of other kinds.
    #[must_use]
    pub fn joined(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// The digest, given what the operation says of itself.
    pub fn digest(self, operation: &Packed) -> String {
        let said = operation.clone();
        self.0.into_iter().fold(said, |said, (kind, hasher)| said.items(kind.letter(), hasher)).digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_depends_on_what_went_before() {
        let digest = Packed::default().text("x").digest();
        let first = link(None, &digest);
        assert_ne!(link(Some(&first), &digest), first);
    }

    #[test]
    fn the_order_of_kinds_is_fixed_and_that_of_items_counts() {
        let said = Packed::default();
        let digest = |list: &[(Kind, &str)]| {
            let mut items = Items::default();
            for (kind, text) in list {
                items.add(*kind, &Packed::default().text(text));
            }
            items.digest(&said)
        };
        assert_eq!(
            digest(&[(Kind::Gap, "g"), (Kind::Code, "a")]),
            digest(&[(Kind::Code, "a"), (Kind::Gap, "g")])
        );
        assert_ne!(
            digest(&[(Kind::Code, "a"), (Kind::Code, "b")]),
            digest(&[(Kind::Code, "b"), (Kind::Code, "a")])
        );
        assert_ne!(digest(&[(Kind::Code, "a")]), digest(&[(Kind::Gap, "a")]));
    }
}
