//! Tables as plain rows, for copies and backups. The version of the tables belongs to them and not to what they hold: it is neither read
//! nor cleared.

use super::copy::Rows;
use super::rows::Reading;
use super::session::Session;
use super::write::{first, no_zeros};
use crate::store::tables::Column;
use crate::store::{Result, Table, Value};

/// The columns of a table, as SQL lists them.
fn columns(table: &Table) -> String {
    table.columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ")
}

/// Leaves the version of the tables out.
fn condition(table: &Table) -> &'static str {
    if table.name == "meta" { " WHERE key <> 'schema'" } else { "" }
}

impl Session<'_> {
    pub(super) fn count_rows(&mut self, table: &Table) -> Result<u64> {
        let sql = format!("SELECT count(*) FROM custcode.{}{}", table.name, condition(table));
        let count = self.one("could not count", &sql, &[], |row| Reading::of(row, 0).known_number())?;
        Ok(count.unwrap_or_default())
    }

    pub(super) fn scan_rows(
        &mut self,
        table: &Table,
        skip: u64,
        each: &mut dyn FnMut(&[Value<'_>]) -> Result<()>,
    ) -> Result<()> {
        let key: Vec<_> = table.columns[..table.key]
            .iter()
            .map(|column| match column {
                Column::Integer(name) => (*name).to_owned(),
                Column::Text(name) => format!("{name} COLLATE \"C\""),
            })
            .collect();
        let sql = format!(
            "SELECT {} FROM custcode.{}{} ORDER BY {} OFFSET {skip}",
            columns(table),
            table.name,
            condition(table),
            key.join(", ")
        );
        self.walk("could not read a table", &sql, &[], |row| {
            let mut reading = Reading::of(row, 0);
            let mut values = [Value::Null; 16];
            for (column, value) in table.columns.iter().zip(&mut values) {
                *value = match column {
                    Column::Integer(_) => reading.get::<Option<i64>>()?.map_or(Value::Null, Value::Integer),
                    Column::Text(_) => reading.get::<Option<&str>>()?.map_or(Value::Null, Value::Text),
                };
            }
            Ok(each(&values[..table.columns.len()]))
        })
    }

    pub(super) fn append_rows(&mut self, table: &Table, rows: &[Value<'_>]) -> Result<()> {
        let doing = "could not copy a row";
        let width = i16::try_from(table.columns.len()).unwrap_or(i16::MAX);
        let objects = |name| table.columns.iter().position(|column| column.name() == name);
        let objects = objects("fields").zip(objects("attributes"));
        let mut out = Rows::default();
        for row in rows.chunks(table.columns.len()) {
            if let Some((fields, attributes)) = objects
                && let (Some(Value::Text(fields)), Some(Value::Text(attributes))) =
                    (row.get(fields), row.get(attributes))
            {
                no_zeros(doing, [fields, attributes])?;
            }
            out.row(width);
            for value in row {
                match value {
                    Value::Null => out.null(),
                    Value::Integer(number) => out.integer(*number),
                    Value::Text(text) => out.text(text),
                };
            }
        }
        self.send_rows()?;
        let sent = out.send(self.link, &format!("custcode.{} ({})", table.name, columns(table)));
        let whole = self.checked(doing, sent)?;
        self.all_written(doing, whole)?;
        let has_ids = table.columns[0] == Column::Integer("id");
        let pen = self.pen()?;
        if has_ids && !pen.copied.contains(&table.name) {
            pen.copied.push(table.name);
        }
        Ok(())
    }

    pub(super) fn clear_rows(&mut self, table: &Table) -> Result<()> {
        let (name, condition) = (table.name, condition(table));
        let sql = format!(
            "WITH gone AS (DELETE FROM custcode.{name}{condition} RETURNING 1) \
             SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM custcode.{name}{condition})"
        );
        self.write_counted("could not empty a table", &sql, &[])
    }

    /// Called before the commit: the next new row comes behind those that brought their ids.
    pub(super) fn continue_ids(&mut self) -> Result<()> {
        for table in std::mem::take(&mut self.pen()?.copied) {
            let sql = format!(
                "SELECT setval('custcode.{table}_id_seq', greatest((SELECT max(id) FROM custcode.{table}), 1))"
            );
            self.one("could not count the rows", &sql, &[], first::<i64>)?;
        }
        Ok(())
    }
}
