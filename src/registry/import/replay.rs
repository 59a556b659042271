//! Customers that an earlier run made of the same file, by row: the same file again gives the same
//! codes, also to rows that carry no key.

use crate::registry::Result;
use crate::registry::spool::{Records, Spool};
use crate::store::{self, CodeState, Snapshot};

/// What earlier runs of a file made of its rows.
pub(super) struct Replay {
    /// Rows and codes, ascending by row within each spool: registered codes are written before
    /// issued ones, so a run has two. A code is followed by a byte that says whether it was
    /// cancelled since.
    spools: Vec<Spool>,
    /// The operations of those runs.
    operations: Vec<i64>,
}

impl Replay {
    /// Collects what operations with this input made.
    pub(super) fn of(view: &mut dyn Snapshot, digest: &str) -> Result<Self> {
        let mut spools: Vec<Spool> = Vec::new();
        let operations = view.find_inputs(digest)?;
        for operation in &operations {
            let (mut last, mut record, mut failure) = (i64::MAX, Vec::new(), None);
            let scanned = view.scan_made_rows(operation.id, &mut |row, code, state| {
                let pushed = (row < last).then(Spool::new).transpose().and_then(|spool| {
                    spools.extend(spool);
                    last = row;
                    record.clear();
                    record.extend_from_slice(&row.to_le_bytes());
                    record.extend_from_slice(code.as_bytes());
                    record.push(u8::from(state == CodeState::Void));
                    spools.last_mut().map_or(Ok(()), |spool| spool.push(&record))
                });
                pushed.map_err(|error| {
                    failure = Some(error);
                    store::Error::Interrupted
                })
            });
            match failure {
                Some(error) => return Err(error),
                None => scanned?,
            }
        }
        Ok(Self { spools, operations: operations.iter().map(|operation| operation.id).collect() })
    }

    /// The operations of the earlier runs.
    pub(super) fn operations(&self) -> &[i64] {
        &self.operations
    }

    /// The codes by row, from the first.
    pub(super) fn in_order(&mut self) -> Result<InOrder<'_>> {
        let mut cursors = Vec::new();
        for spool in &mut self.spools {
            let mut cursor = Cursor { records: spool.records()?, record: Vec::new(), row: 0 };
            cursor.advance()?;
            cursors.push(cursor);
        }
        Ok(InOrder { cursors })
    }
}

/// Codes of earlier runs, asked for by ascending row.
pub(super) struct InOrder<'r> {
    cursors: Vec<Cursor<'r>>,
}

impl InOrder<'_> {
    /// The code that an earlier run gave to a row, in canonical form, and whether it was cancelled
    /// since.
    pub(super) fn code_of(&mut self, row: u64) -> Result<Option<(&str, bool)>> {
        let mut found = None;
        for (place, cursor) in self.cursors.iter_mut().enumerate() {
            while cursor.row < row {
                cursor.advance()?;
            }
            if cursor.row == row {
                found = Some(place);
            }
        }
        Ok(found.map(|place| self.cursors[place].code()))
    }
}

/// A place in one spool.
struct Cursor<'r> {
    records: Records<'r>,
    record: Vec<u8>,
    /// Row of the record; the highest number after the last.
    row: u64,
}

impl Cursor<'_> {
    fn advance(&mut self) -> Result<()> {
        self.row = if self.records.next(&mut self.record)? {
            u64::from_le_bytes(self.record[..8].try_into().expect("a row number has eight bytes"))
        } else {
            u64::MAX
        };
        Ok(())
    }

    fn code(&self) -> (&str, bool) {
        let (cancelled, code) = self.record[8..].split_last().expect("a byte follows the code");
        (std::str::from_utf8(code).expect("only texts are pushed"), *cancelled == 1)
    }
}
