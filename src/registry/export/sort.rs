//! Rows in the order of one of their cells, sorted in parts that are kept in temporary files, so
//! that memory stays flat.

use std::cmp::Ordering;

use crate::registry::Result;
use crate::registry::spool::Spool;

/// Bytes of rows that are sorted in memory at once.
const PART: usize = 32 << 20;

/// Stands for the length of a cell that has no value.
const NOTHING: u32 = u32::MAX;

/// Takes rows in any order.
pub(super) struct Sorter {
    descending: bool,
    /// Records of the part under way, one behind the other, and where each begins and ends.
    part: Vec<u8>,
    ends: Vec<(usize, usize)>,
    parts: Vec<Spool>,
    limit: usize,
}

impl Sorter {
    pub(super) fn new(descending: bool) -> Self {
        Self { descending, part: Vec::new(), ends: Vec::new(), parts: Vec::new(), limit: PART }
    }

    /// Takes a row; its last cell is what it is sorted by, and no cell of the result.
    pub(super) fn push(&mut self, row: &[Option<&str>]) -> Result<()> {
        let begin = self.part.len();
        let (key, cells) = row.split_last().expect("what rows are sorted by is a cell");
        for cell in std::iter::once(key).chain(cells) {
            let length = cell.map_or(NOTHING, |text| u32::try_from(text.len()).expect("cells are bounded"));
            self.part.extend_from_slice(&length.to_le_bytes());
            self.part.extend_from_slice(cell.unwrap_or_default().as_bytes());
        }
        self.ends.push((begin, self.part.len()));
        if self.part.len() >= self.limit { self.end_part() } else { Ok(()) }
    }

    fn end_part(&mut self) -> Result<()> {
        let (part, descending) = (&self.part, self.descending);
        let record = |(begin, end): &(usize, usize)| &part[*begin..*end];
        self.ends.sort_by(|a, b| compare(record(a), record(b), descending));
        let mut spool = Spool::new()?;
        for ends in &self.ends {
            spool.push(record(ends))?;
        }
        self.parts.push(spool);
        self.part.clear();
        self.ends.clear();
        Ok(())
    }

    /// Calls `each` with the rows in their order, at most `most` of them; equal ones in the order
    /// in which they came. Gives how many there were.
    pub(super) fn finish(
        mut self,
        most: Option<u64>,
        each: &mut dyn FnMut(&[Option<&str>]) -> Result<()>,
    ) -> Result<u64> {
        self.end_part()?;
        let mut heads = Vec::new();
        for part in &mut self.parts {
            let (mut records, mut record) = (part.records()?, Vec::new());
            if records.next(&mut record)? {
                heads.push((record, records));
            }
        }
        let mut count = 0;
        while most.is_none_or(|most| count < most) {
            // Of equal ones `min_by` gives the first, which came first.
            let least = heads.iter().enumerate().min_by(|a, b| compare(&a.1.0, &b.1.0, self.descending));
            let Some(place) = least.map(|(place, _)| place) else { break };
            let (record, records) = &mut heads[place];
            each(&cells(record)[1..])?;
            count += 1;
            if !records.next(record)? {
                heads.remove(place);
            }
        }
        Ok(count)
    }
}

/// By the bytes of the first cell; no value and an empty one are the least.
fn compare(a: &[u8], b: &[u8], descending: bool) -> Ordering {
    let order = key(a).cmp(key(b));
    if descending { order.reverse() } else { order }
}

fn key(record: &[u8]) -> &[u8] {
    cell(record).0.unwrap_or_default()
}

/// The first cell of a record, and what is behind it.
fn cell(record: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let (length, rest) = record.split_first_chunk::<4>().expect("a cell begins with its length");
    match u32::from_le_bytes(*length) {
        NOTHING => (None, rest),
        length => {
            let (text, rest) = rest.split_at(length as usize);
            (Some(text), rest)
        }
    }
}

fn cells(mut record: &[u8]) -> Vec<Option<&str>> {
    let mut cells = Vec::new();
    while !record.is_empty() {
        let (text, rest) = cell(record);
        cells.push(text.map(|text| std::str::from_utf8(text).expect("a text was written")));
        record = rest;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(limit: usize, descending: bool, most: Option<u64>) -> String {
        let mut sorter = Sorter { limit, ..Sorter::new(descending) };
        let rows = [("1", Some("b")), ("2", None), ("3", Some("华")), ("4", Some("b")), ("5", Some("a"))];
        for (name, key) in rows {
            sorter.push(&[Some(name), None, key]).expect("a temporary file");
        }
        let mut names = String::new();
        let count = sorter.finish(most, &mut |row| {
            assert_eq!(row[1], None);
            names.push_str(row[0].unwrap_or_default());
            Ok(())
        });
        assert_eq!(count.expect("a temporary file"), names.len() as u64);
        names
    }

    #[test]
    fn rows_are_sorted_by_bytes_however_many_parts_they_need() {
        for limit in [1, 20, 40, PART] {
            assert_eq!(sorted(limit, false, None), "25143", "{limit}");
            assert_eq!(sorted(limit, true, None), "31452", "{limit}");
            assert_eq!(sorted(limit, false, Some(2)), "25", "{limit}");
        }
    }
}
