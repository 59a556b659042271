//! What will be done with each row, kept in a spool beside the rows.

use std::collections::{BTreeMap, HashMap};

use super::namesakes::ByName;
use super::rejects::Rejects;
use crate::registry::Result;
use crate::registry::spool::{Records, Spool};
use crate::store::{Customer, Entry};

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

    fn encode(&self, record: &mut Vec<u8>) {
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

    fn decode(record: &[u8]) -> Self {
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

/// One decision a row, in the order of the rows.
pub(super) struct Decisions {
    /// None where every row is a new customer, as in most first imports.
    spool: Option<Spool>,
    encoded: Vec<u8>,
}

impl Decisions {
    /// Every row is new.
    pub(super) fn all_new() -> Self {
        Self { spool: None, encoded: Vec::new() }
    }

    /// To be pushed row by row.
    pub(super) fn spooled() -> Result<Self> {
        Ok(Self { spool: Some(Spool::new()?), encoded: Vec::new() })
    }

    pub(super) fn push(&mut self, decision: &Decision) -> Result<()> {
        decision.encode(&mut self.encoded);
        self.spool.as_mut().map_or(Ok(()), |spool| spool.push(&self.encoded))
    }

    /// Reads the decisions from the first.
    pub(super) fn in_order(&mut self) -> Result<InOrder<'_>> {
        Ok(InOrder { records: self.spool.as_mut().map(Spool::records).transpose()?, record: Vec::new() })
    }
}

/// Decisions in the order of the rows.
pub(super) struct InOrder<'d> {
    records: Option<Records<'d>>,
    record: Vec<u8>,
}

impl InOrder<'_> {
    /// The decision of the next row.
    pub(super) fn next(&mut self) -> Result<Decision> {
        match &mut self.records {
            None => Ok(Decision::New),
            Some(records) => {
                let more = records.next(&mut self.record)?;
                Ok(if more { Decision::decode(&self.record) } else { Decision::Rejected })
            }
        }
    }
}

/// Who is who in a file.
pub(super) struct Identified {
    /// One decision a row, in the order of the row spool.
    pub(super) decisions: Decisions,
    /// Decisions that only became known when all rows had been seen.
    pub(super) overrides: BTreeMap<u64, Decision>,
    /// Codes of rows that other rows repeat, as soon as they are there.
    pub(super) codes: HashMap<u64, String>,
    /// New customers to whom later rows gave something else, by the row that makes them.
    pub(super) records: HashMap<u64, Customer>,
    pub(super) rejects: Vec<Rejects>,
    pub(super) updated: u64,
    /// Known customers that the file describes otherwise; kept as they are.
    pub(super) differing: u64,
    /// Known customers that got a reference.
    pub(super) attached: u64,
    /// What names decided.
    pub(super) by_name: ByName,
}

impl Identified {
    /// Every row is a new customer.
    pub(super) fn all_new() -> Self {
        Self {
            decisions: Decisions::all_new(),
            overrides: BTreeMap::new(),
            codes: HashMap::new(),
            records: HashMap::new(),
            rejects: Vec::new(),
            updated: 0,
            differing: 0,
            attached: 0,
            by_name: ByName::default(),
        }
    }
}
