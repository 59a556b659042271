//! Blocks of numbers that a restored ledger must not give out.

use super::batch::Batch;
use crate::store::{Gap, GapReason, Result, TABLES, Table, Transaction, Value};

/// The table of blocks of numbers that were handed out.
const LEASES: &Table = &TABLES[12];

/// Ends every block of numbers that is in use, at the time `at`: its next codes may be on paper as
/// well as those above the counter. What was left of each becomes a gap of `operation` with the
/// reason `restore`.
pub fn close_leases(transaction: &mut dyn Transaction, at: &str, operation: i64) -> Result<()> {
    let column = |name: &str| LEASES.columns.iter().position(|column| column.name() == name);
    let places = [column("sequence"), column("next"), column("last"), column("returned_at")];
    let [Some(sequence), Some(next), Some(last), Some(returned)] = places else { return Ok(()) };
    let (mut batch, mut gaps) = (Batch::of(LEASES), Vec::new());
    transaction.rows(LEASES, 0, &mut |row| {
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
    transaction.clear(LEASES)?;
    batch.write(transaction)?;
    gaps.iter().try_for_each(|gap| transaction.skip(gap))
}

#[cfg(test)]
mod tests {
    use super::LEASES;

    #[test]
    fn the_table_of_leases_is_where_it_is_looked_for() {
        assert_eq!(LEASES.name, "leases");
    }
}
