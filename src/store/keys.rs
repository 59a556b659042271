//! The unique keys of a ledger: how each engine calls what guards one, and what that is called in
//! messages.

use super::Error;

/// A unique key.
pub(super) struct Key {
    /// Its index.
    pub(super) index: &'static str,
    /// Its column, with the table.
    pub(super) column: &'static str,
    /// What it is called.
    pub(super) name: &'static str,
    /// The question for one value that stands there twice, of a key whose index a bulk write may
    /// build anew.
    pub(super) duplicate: Option<&'static str>,
}

/// Every key that a write can find taken.
pub(super) const KEYS: [Key; 3] = [
    Key {
        index: "codes_canonical",
        column: "codes.canonical",
        name: "code",
        duplicate: Some(
            "SELECT canonical FROM custcode.codes GROUP BY canonical HAVING count(*) > 1 LIMIT 1",
        ),
    },
    Key {
        index: "refs_reference",
        column: "refs.reference",
        name: "reference",
        duplicate: Some(
            "SELECT reference FROM custcode.refs WHERE dropped IS NULL AND reference IS NOT NULL \
             GROUP BY reference HAVING count(*) > 1 LIMIT 1",
        ),
    },
    Key {
        index: "operations_request_id",
        column: "operations.request_id",
        name: "request id",
        duplicate: None,
    },
];

/// The indexes that a bulk write may drop, each with the question for a duplicate.
///
/// Keeping an index on a random key up to date costs more than everything else in an import; sorted
/// once at the end, in the same transaction, it takes half the time and a tenth of the memory.
pub(super) fn large() -> impl Iterator<Item = (&'static Key, &'static str)> {
    KEYS.iter().filter_map(|key| Some((key, key.duplicate?)))
}

/// One new row on this many old ones makes the building of an index cheaper than its upkeep.
const OLD_PER_NEW: u64 = 5;

/// Below this many new rows nothing is gained that anybody would notice.
const WORTH_REBUILDING: u64 = 2_000;

/// Whether so many new rows on so many old ones make it cheaper to build an index anew.
pub(super) fn worth_rebuilding(rows: u64, existing: u64) -> bool {
    rows >= WORTH_REBUILDING && rows >= existing / OLD_PER_NEW
}

/// Adds the value to a conflict that an engine told without, once it is known which key it is.
pub(super) fn named<'v>(error: Error, value_of: impl FnOnce(&str) -> Option<&'v str>) -> Error {
    match error {
        Error::Conflict { key, value } if value.is_empty() => {
            Error::Conflict { key, value: value_of(key).unwrap_or_default().to_owned() }
        }
        other => other,
    }
}
