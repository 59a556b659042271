//! Which rows of a file share a key with another row: found with flat memory, by hashes spilled
//! into buckets.
//!
//! A hash that stands twice makes its rows *candidates*; the caller compares their real keys.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufWriter, Read, Seek, Write};

use crate::registry::Result;
use crate::registry::spool::temporary;
use crate::table::private_file;

/// What a key is; equal texts of different kinds are different keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key<'k> {
    Reference(&'k str),
    /// Canonical form.
    Code(&'k str),
    /// Row id of a customer of the ledger.
    Customer(i64),
    /// The key of a name.
    Name(i64),
}

/// Keys kept in memory before they are spilled: 512 KiB.
const IN_MEMORY: usize = 32 * 1024;
/// Buckets of a spill; one at a time is read back and sorted.
const BUCKETS: usize = 64;

/// The keys of all rows so far.
#[derive(Default)]
pub(super) struct Repeats {
    recent: Vec<(u64, u64)>,
    buckets: Vec<BufWriter<File>>,
}

impl Repeats {
    pub(super) fn add(&mut self, key: Key<'_>, row: u64) -> Result<()> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.recent.push((hasher.finish(), row));
        if self.recent.len() < IN_MEMORY {
            return Ok(());
        }
        if self.buckets.is_empty() {
            for _ in 0..BUCKETS {
                let file = private_file().map_err(temporary)?;
                self.buckets.push(BufWriter::with_capacity(8 * 1024, file));
            }
        }
        self.spill()
    }

    fn spill(&mut self) -> Result<()> {
        for (hash, row) in self.recent.drain(..) {
            let bucket = &mut self.buckets[(hash >> 58) as usize];
            let written =
                bucket.write_all(&hash.to_le_bytes()).and_then(|()| bucket.write_all(&row.to_le_bytes()));
            written.map_err(temporary)?;
        }
        Ok(())
    }

    /// The rows whose hash stands more than once, ascending.
    pub(super) fn candidates(mut self) -> Result<Vec<u64>> {
        let mut rows = Vec::new();
        if self.buckets.is_empty() {
            repeated(&mut self.recent, &mut rows);
        } else {
            self.spill()?;
            let mut bytes = Vec::new();
            for bucket in &mut self.buckets {
                bucket.flush().map_err(temporary)?;
                let file = bucket.get_mut();
                bytes.clear();
                file.rewind().and_then(|()| file.read_to_end(&mut bytes)).map_err(temporary)?;
                self.recent.clear();
                self.recent.extend(bytes.chunks_exact(16).map(|pair| {
                    let word = |range: std::ops::Range<usize>| {
                        u64::from_le_bytes(pair[range].try_into().expect("a word has eight bytes"))
                    };
                    (word(0..8), word(8..16))
                }));
                repeated(&mut self.recent, &mut rows);
            }
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }
}

/// Appends the rows of hashes that stand more than once.
fn repeated(keys: &mut [(u64, u64)], rows: &mut Vec<u64>) {
    keys.sort_unstable();
    for group in keys.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
        rows.extend(group.iter().map(|(_, row)| *row));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_that_share_a_key_are_candidates() {
        let mut repeats = Repeats::default();
        for row in 1..=100_000_u64 {
            let text = format!("CRM:{}", if row == 77_777 { 5 } else { row });
            repeats.add(Key::Reference(&text), row).expect("a temporary file");
            repeats.add(Key::Code(&text), row + 1_000_000).expect("a temporary file");
        }
        assert_eq!(repeats.candidates().expect("a temporary file"), [5, 77_777, 1_000_005, 1_077_777]);
    }

    #[test]
    fn equal_texts_of_different_kinds_are_no_repetition() {
        let mut repeats = Repeats::default();
        repeats.add(Key::Reference("A"), 1).expect("memory");
        repeats.add(Key::Code("A"), 2).expect("memory");
        repeats.add(Key::Name(65), 3).expect("memory");
        assert!(repeats.candidates().expect("memory").is_empty());
    }
}
