//! Tables as plain rows, for copies and backups.

use rusqlite::types::ValueRef;
use rusqlite::{ToSql, params_from_iter};

use super::bulk::Loading;
use super::session::Session;
use crate::store::{Result, Snapshot as _, Table, Value};

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// The columns of a table, as SQL lists them.
fn columns(table: &Table) -> String {
    table.columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ")
}

impl Session<'_> {
    pub(super) fn scan_rows(
        &self,
        table: &Table,
        skip: u64,
        each: &mut dyn FnMut(&[Value<'_>]) -> Result<()>,
    ) -> Result<()> {
        let failed = self.failed("could not read a table");
        let key: Vec<&str> = table.columns[..table.key].iter().map(|column| column.name()).collect();
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {} LIMIT -1 OFFSET {skip}",
            columns(table),
            table.name,
            key.join(", ")
        );
        let mut statement = self.connection.prepare(&sql).map_err(&failed)?;
        let mut found = statement.query([]).map_err(&failed)?;
        while let Some(row) = found.next().map_err(&failed)? {
            let mut values = [Value::Null; 16];
            for (index, value) in values.iter_mut().enumerate().take(table.columns.len()) {
                *value = match row.get_ref(index).map_err(&failed)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(number) => Value::Integer(number),
                    other => Value::Text(other.as_str().map_err(|error| failed(error.into()))?),
                };
            }
            each(&values[..table.columns.len()])?;
        }
        Ok(())
    }

    pub(super) fn append_rows(&mut self, table: &Table, rows: &[Value<'_>]) -> Result<()> {
        if matches!(self.pen.loading, Loading::Undecided { .. }) {
            let (customers, _) = self.totals()?;
            self.prepare_indexes(customers)?;
        }
        let marks = vec!["?"; table.columns.len()].join(", ");
        let sql = format!("INSERT INTO {} ({}) VALUES ({marks})", table.name, columns(table));
        for row in rows.chunks(table.columns.len()) {
            self.set("could not copy a row", &sql, params_from_iter(row))?;
        }
        Ok(())
    }
}
