//! Blocks of numbers that a restored ledger must not give out.

use super::batch::Batch;
use crate::store::tables::LEASES;
use crate::store::{Gap, GapReason, Result, Transaction, Value};

/// The columns that are looked at.
const COLUMNS: [&str; 4] = ["sequence", "next", "last", "returned_at"];

/// Where a column stands in a row.
fn place(name: &str) -> Option<usize> {
    LEASES.columns.iter().position(|column| column.name() == name)
}

/// Ends every block of numbers that is in use, at the time `at`: its next codes may be on paper as
/// well as those above the counter. What was left of each becomes a gap of `operation` with the
/// reason `restore`.
pub fn close_leases(transaction: &mut dyn Transaction, at: &str, operation: i64) -> Result<()> {
    let places = COLUMNS.map(place);
    let [Some(sequence), Some(next), Some(last), Some(returned)] = places else { return Ok(()) };
    let (mut batch, mut gaps) = (Batch::of(&LEASES), Vec::new());
    transaction.rows(&LEASES, 0, &mut |row| {
        let mut row = row.to_vec();
        if let (Value::Integer(counter), Value::Integer(first), Value::Integer(last), Value::Null) =
            (row[sequence], row[next], row[last], row[returned])
            && first <= last
        {
            let (first, last) = (first.unsigned_abs(), last.unsigned_abs());
            gaps.push(Gap { counter, first, last, reason: GapReason::Restore, operation });
            row[returned] = Value::Text(at);
        }
        batch.push(&row);
        Ok(())
    })?;
    if gaps.is_empty() {
        return Ok(());
    }
    transaction.clear(&LEASES)?;
    batch.write(transaction)?;
    gaps.iter().try_for_each(|gap| transaction.skip(gap))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_leases_has_what_is_looked_at() {
        assert_eq!(LEASES.name, "leases");
        assert!(COLUMNS.iter().all(|name| place(name).is_some()), "{LEASES:?}");
    }
}
