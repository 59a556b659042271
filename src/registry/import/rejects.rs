//! Rows that are refused, each with its reason, from every pass; told in row order, with flat
//! memory.

use crate::registry::Result;
use crate::registry::spool::{Records, Spool};

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reject {
    pub(super) row: u64,
    pub(super) line: u64,
    pub(super) reason: String,
}

/// The refusals of one pass, pushed in row order.
pub(super) struct Rejects {
    spool: Spool,
    last_row: Option<u64>,
    /// Whether a row could not be split into cells.
    pub(super) unsplit: bool,
    /// Rows refused; a row can have several reasons.
    pub(super) rows: u64,
}

impl Rejects {
    pub(super) fn new() -> Result<Self> {
        Ok(Self { spool: Spool::new()?, last_row: None, unsplit: false, rows: 0 })
    }

    pub(super) fn push(&mut self, row: u64, line: u64, reason: &str) -> Result<()> {
        if self.last_row.replace(row) != Some(row) {
            self.rows += 1;
        }
        let mut record = Vec::with_capacity(16 + reason.len());
        record.extend_from_slice(&row.to_le_bytes());
        record.extend_from_slice(&line.to_le_bytes());
        record.extend_from_slice(reason.as_bytes());
        self.spool.push(&record)
    }
}

/// Calls `each` with the refusals of all passes in row order.
pub(super) fn in_order(passes: &mut [Rejects], each: &mut dyn FnMut(&Reject) -> Result<()>) -> Result<()> {
    let mut streams = Vec::new();
    for pass in passes {
        let mut records = pass.spool.records()?;
        let head = next(&mut records)?;
        streams.push((head, records));
    }
    loop {
        let heads = streams.iter().enumerate().filter_map(|(place, (head, _))| Some((head.as_ref()?, place)));
        let Some((_, place)) = heads.min_by_key(|(head, place)| (head.row, *place)) else { return Ok(()) };
        let (head, records) = &mut streams[place];
        if let Some(reject) = head.take() {
            each(&reject)?;
        }
        *head = next(records)?;
    }
}

fn next(records: &mut Records<'_>) -> Result<Option<Reject>> {
    let mut record = Vec::new();
    if !records.next(&mut record)? {
        return Ok(None);
    }
    let word = |range: std::ops::Range<usize>| {
        u64::from_le_bytes(record[range].try_into().expect("a word has eight bytes"))
    };
    let (row, line) = (word(0..8), word(8..16));
    Ok(Some(Reject { row, line, reason: String::from_utf8_lossy(&record[16..]).into_owned() }))
}
