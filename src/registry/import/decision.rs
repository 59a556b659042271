//! What will be done with each row, kept in a spool beside the rows.

use crate::store::Entry;

/// What will be done with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// A new customer.
    New,
    /// The customer is in the ledger with this code.
    Known(String),
    /// The same customer as an earlier (or coded) row of the file.
    Same(u64),
    /// Refused.
    Rejected,
}

impl Decision {
    /// A known customer.
    pub(super) fn known(entry: &Entry) -> Self {
        Self::Known(entry.code.text().to_owned())
    }

    pub(super) fn encode(&self, record: &mut Vec<u8>) {
        record.clear();
        match self {
            Self::New => record.push(b'n'),
            Self::Rejected => record.push(b'r'),
            Self::Known(code) => {
                record.push(b'k');
                record.extend_from_slice(code.as_bytes());
            }
            Self::Same(row) => {
                record.push(b's');
                record.extend_from_slice(&row.to_le_bytes());
            }
        }
    }

    pub(super) fn decode(record: &[u8]) -> Self {
        match record.split_first() {
            Some((b'n', _)) => Self::New,
            Some((b'k', code)) => Self::Known(String::from_utf8_lossy(code).into_owned()),
            Some((b's', row)) => {
                Self::Same(u64::from_le_bytes(row.try_into().expect("a row number has eight bytes")))
            }
            _ => Self::Rejected,
        }
    }
}
