//! Rows on their way from one ledger to another, gathered until they are worth a write.

use std::ops::Range;

use super::digest::{Sum, Summing};
use super::meta::{is_content, is_meta};
use super::{Progress, Report, count_rows};
use crate::store::{Result, Snapshot, TABLES, Table, Transaction, Value};

/// A value of a batch.
enum Cell {
    Null,
    Integer(i64),
    /// A place in the batch's text.
    Text(Range<usize>),
}

/// Rows of one table, gathered until they are worth a write.
pub struct Batch {
    table: &'static Table,
    text: String,
    cells: Vec<Cell>,
    rows: u64,
}

/// Rows of a full batch.
const MOST_ROWS: u64 = 10_000;
/// Bytes of a full batch.
const MOST_BYTES: usize = 4 << 20;

impl Batch {
    /// No rows of a table yet.
    pub(super) fn of(table: &'static Table) -> Self {
        Self { table, text: String::new(), cells: Vec::new(), rows: 0 }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, row: &[Value<'_>]) {
        for value in row {
            self.cells.push(match value {
                Value::Null => Cell::Null,
                Value::Integer(number) => Cell::Integer(*number),
                Value::Text(text) => {
                    let start = self.text.len();
                    self.text.push_str(text);
                    Cell::Text(start..self.text.len())
                }
            });
        }
        self.rows += 1;
    }

    /// Whether it is time to write.
    fn is_full(&self) -> bool {
        self.rows >= MOST_ROWS || self.text.len() >= MOST_BYTES
    }

    /// How many rows there are.
    pub fn len(&self) -> u64 {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Writes the rows and is empty again.
    pub fn write(&mut self, transaction: &mut dyn Transaction) -> Result<()> {
        let values: Vec<Value<'_>> = self
            .cells
            .iter()
            .map(|cell| match cell {
                Cell::Null => Value::Null,
                Cell::Integer(number) => Value::Integer(*number),
                Cell::Text(place) => Value::Text(&self.text[place.clone()]),
            })
            .collect();
        if !values.is_empty() {
            transaction.append(self.table, &values)?;
        }
        self.cells.clear();
        self.text.clear();
        self.rows = 0;
        Ok(())
    }
}

/// Where the rows of a ledger go.
pub trait Receiver {
    /// How many rows of the table are there already: the first ones in order of its key.
    fn present(&mut self, table: &Table) -> Result<u64>;
    /// Takes rows and leaves the batch empty.
    fn take(&mut self, rows: &mut Batch) -> Result<()>;
}

/// A ledger in the making that has no rows yet.
impl Receiver for &mut dyn Transaction {
    fn present(&mut self, _: &Table) -> Result<u64> {
        Ok(0)
    }

    fn take(&mut self, rows: &mut Batch) -> Result<()> {
        rows.write(&mut **self)
    }
}

/// Copies every row that is not there yet, table by table in key order, and sums up those that were
/// read; what the ledger says of itself is summed up and not copied.
pub fn copy_rows(
    from: &mut dyn Snapshot,
    to: &mut dyn Receiver,
    doing: &'static str,
    progress: &mut dyn Progress,
) -> Result<Vec<Sum>> {
    let mut report = Report::new(progress, doing, count_rows(from)?);
    let mut sums = Vec::with_capacity(TABLES.len());
    for table in &TABLES {
        let copied = !is_meta(table);
        let present = if copied { to.present(table)? } else { 0 };
        report.skip(present);
        let (mut batch, mut summing) = (Batch::of(table), Summing::default());
        from.rows(table, present, &mut |row| {
            if is_content(table, row) {
                summing.add(row);
            }
            report.row()?;
            if !copied {
                return Ok(());
            }
            batch.push(row);
            if batch.is_full() { to.take(&mut batch) } else { Ok(()) }
        })?;
        if !batch.is_empty() {
            to.take(&mut batch)?;
        }
        report.now()?;
        sums.push(summing.sum(table.name));
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tables::META;

    #[test]
    fn a_batch_is_full_by_rows_or_by_bytes() {
        let mut batch = Batch::of(&META);
        batch.push(&[Value::Text(&"x".repeat(MOST_BYTES))]);
        assert!(batch.is_full());
        let mut batch = Batch::of(&META);
        (0..MOST_ROWS).for_each(|row| batch.push(&[Value::Integer(row.cast_signed())]));
        assert!(batch.is_full());
        assert_eq!(batch.len(), MOST_ROWS);
    }
}
