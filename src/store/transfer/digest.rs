//! What a ledger holds, in one number a table: equal numbers, equal rows, whatever the engine.

use super::meta::{is_content, is_meta};
use super::{Progress, Report, count_rows};
use crate::files::Digest;
use crate::store::{Result, Snapshot, TABLES, Value};

/// One table in a number.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Sum {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 over the values of all rows in key order, in hex.
    pub sha256: String,
}

/// Sums up every table of a ledger. The fence is left out: it belongs to the place, not to the
/// content.
pub fn sums(view: &mut dyn Snapshot, doing: &'static str, progress: &mut dyn Progress) -> Result<Vec<Sum>> {
    let total = count_rows(view)?;
    let mut report = Report::new(progress, doing, total);
    TABLES
        .iter()
        .map(|table| {
            let mut summing = Summing::default();
            view.rows(table, 0, &mut |row| {
                if is_content(table, row) {
                    summing.add(row);
                }
                report.row()
            })?;
            Ok(summing.sum(table.name))
        })
        .collect()
}

/// Bytes gathered before they are hashed.
const BUFFER: usize = 16 * 1024;

/// A table being summed up.
#[derive(Default)]
pub struct Summing {
    digest: Digest,
    waiting: Vec<u8>,
    rows: u64,
}

impl Summing {
    /// One more row.
    pub fn add(&mut self, row: &[Value<'_>]) {
        for value in row {
            push_value(*value, &mut self.waiting);
        }
        self.rows += 1;
        if self.waiting.len() >= BUFFER {
            self.digest.add(&self.waiting);
            self.waiting.clear();
        }
    }

    /// What the rows come to.
    pub fn sum(mut self, table: &str) -> Sum {
        self.digest.add(&self.waiting);
        Sum { table: table.to_owned(), rows: self.rows, sha256: self.digest.hex() }
    }
}

/// Appends a value in a form in which no two lists of values are alike: its kind, and a text with
/// its length.
fn push_value(value: Value<'_>, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => bytes.push(0),
        Value::Integer(number) => {
            bytes.push(1);
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        Value::Text(text) => {
            bytes.push(2);
            bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
    }
}

/// The content of a ledger in one short number that is quick to get: enough to see whether the
/// ledger changed, since whatever writes adds a row and moves the head of a chain.
pub fn fingerprint(view: &mut dyn Snapshot) -> Result<String> {
    let info = view.info()?;
    let mut digest = Digest::default();
    digest.add(format!("{}\n{}\n", info.id, info.bundle.unwrap_or_default()));
    // The rows of meta are few, and some of them belong to the place.
    for table in TABLES.iter().filter(|table| !is_meta(table)) {
        digest.add(format!("{} {}\n", table.name, view.count(table)?));
    }
    for (sequence, lease, position, head) in view.heads()? {
        digest.add(format!("{sequence} {lease} {position} {head}\n"));
    }
    Ok(digest.hex())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum_of(rows: &[&[Value<'_>]]) -> String {
        let mut summing = Summing::default();
        rows.iter().for_each(|row| summing.add(row));
        summing.sum("t").sha256
    }

    #[test]
    fn rows_that_differ_in_anything_have_different_sums() {
        use Value::{Integer, Null, Text};
        let rows: [&[Value<'_>]; 7] = [
            &[Null, Text("ab")],
            &[Text("ab"), Null],
            &[Text("a"), Text("b")],
            &[Text(""), Text("ab")],
            &[Text("1"), Null],
            &[Integer(1), Null],
            &[Integer(-1), Null],
        ];
        for (at, one) in rows.iter().enumerate() {
            for other in &rows[at + 1..] {
                assert_ne!(sum_of(&[one]), sum_of(&[other]));
            }
        }
        assert_ne!(sum_of(&[rows[0], rows[1]]), sum_of(&[rows[1], rows[0]]));
    }
}
