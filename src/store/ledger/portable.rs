//! Tables as plain rows, for copies and backups. The version of the tables belongs to them and not
//! to what they hold: it is neither read nor cleared.

use super::rows::Reading;
use crate::store::statement::Statement;
use crate::store::tables::Column;
use crate::store::{Result, Snapshot, Table, Value};

/// The most columns of a table.
const WIDEST: usize = 16;

/// A table and which rows of it belong to the ledger: all but the version of the tables.
pub(super) fn rows_of(table: &Table) -> String {
    let condition = if table.name == "meta" { " WHERE key <> 'schema'" } else { "" };
    format!("custcode.{}{condition}", table.name)
}

/// What a table is read by.
fn reading(table: &Table, skip: u64) -> String {
    let key: Vec<_> = table.columns[..table.key]
        .iter()
        .map(|column| match column {
            Column::Integer(name) => (*name).to_owned(),
            Column::Text(name) => format!("{name} COLLATE \"C\""),
        })
        .collect();
    format!(
        "SELECT {} FROM {} ORDER BY {} LIMIT {} OFFSET {skip}",
        table.column_list(),
        rows_of(table),
        key.join(", "),
        i64::MAX
    )
}

/// Whole tables.
impl dyn Snapshot + '_ {
    /// How many rows a table has.
    pub fn count(&mut self, table: &Table) -> Result<u64> {
        let sql = format!("SELECT count(*) FROM {}", rows_of(table));
        let count =
            self.one("could not count", &Statement::built(0, &sql), &[], |row| Reading::of(row).number())?;
        Ok(count.unwrap_or_default())
    }

    /// The rows of a table in order of its key (texts by their bytes), without the first `skip`.
    pub fn rows(
        &mut self,
        table: &Table,
        skip: u64,
        each: &mut dyn FnMut(&[Value<'_>]) -> Result<()>,
    ) -> Result<()> {
        let sql = reading(table, skip);
        self.stream("could not read a table", &Statement::built(0, &sql), &[], &mut |row| {
            let mut values = [Value::Null; WIDEST];
            for (index, (column, value)) in table.columns.iter().zip(&mut values).enumerate() {
                *value = match column {
                    Column::Integer(_) => row.integer(index)?.map_or(Value::Null, Value::Integer),
                    Column::Text(_) => row.text(index)?.map_or(Value::Null, Value::Text),
                };
            }
            Ok(each(&values[..table.columns.len()])?)
        })
    }
}
