//! Rows on their way from one ledger to another: as a line of text, and as a batch in memory.

use std::fmt::Write as _;
use std::ops::Range;

use crate::store::{self, Table, Transaction, Value};
use crate::table::push_json;

/// Appends a row as one line: a JSON array. Of one row there is only one such line, so that lines can be hashed.
pub(super) fn push_line(row: &[Value<'_>], line: &mut String) {
    line.push('[');
    for (column, value) in row.iter().enumerate() {
        if column > 0 {
            line.push(',');
        }
        match value {
            Value::Null => line.push_str("null"),
            // Writing to a String does not fail.
            Value::Integer(number) => drop(write!(line, "{number}")),
            Value::Text(text) => push_json(line, text),
        }
    }
    line.push_str("]\n");
}

/// A value of a batch.
enum Cell {
    Null,
    Integer(i64),
    /// A place in the batch's text.
    Text(Range<usize>),
}

/// Rows of one table, gathered until they are worth a write.
#[derive(Default)]
pub(super) struct Batch {
    text: String,
    cells: Vec<Cell>,
    rows: u64,
}

/// Rows of a full batch.
const MOST_ROWS: u64 = 10_000;
/// Bytes of a full batch.
const MOST_BYTES: usize = 4 << 20;

impl Batch {
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
    pub(super) fn is_full(&self) -> bool {
        self.rows >= MOST_ROWS || self.text.len() >= MOST_BYTES
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> u64 {
        self.rows
    }

    /// Writes the rows and is empty again.
    pub(super) fn write(&mut self, table: &Table, transaction: &mut dyn Transaction) -> store::Result<()> {
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
            transaction.append(table, &values)?;
        }
        self.cells.clear();
        self.text.clear();
        self.rows = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_json_of_one_kind() {
        let mut line = String::new();
        push_line(&[Value::Null, Value::Integer(-7), Value::Text("李\"\n\u{7f}")], &mut line);
        assert_eq!(line, "[null,-7,\"李\\\"\\n\u{7f}\"]\n");
    }

    #[test]
    fn a_batch_is_full_by_rows_or_by_bytes() {
        let mut batch = Batch::default();
        batch.push(&[Value::Text(&"x".repeat(MOST_BYTES))]);
        assert!(batch.is_full());
        let mut batch = Batch::default();
        (0..MOST_ROWS).for_each(|row| batch.push(&[Value::Integer(row.cast_signed())]));
        assert!(batch.is_full());
        assert_eq!(batch.len(), MOST_ROWS);
    }
}
