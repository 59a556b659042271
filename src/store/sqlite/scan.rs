//! Walks over many customers or codes, one row in memory at a time.

use rusqlite::{ToSql, params_from_iter};

use super::rows::{self, Reading, code_columns, entry_columns};
use super::session::Session;
use crate::store::{CodeRow, Entry, Filter, Listed, Result};

/// A `WHERE` clause that grows with its values.
#[derive(Default)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Box<dyn ToSql>>,
}

impl Condition {
    /// Adds a term; each `?` of it stands for the next value.
    pub(super) fn and(&mut self, term: &str, values: impl IntoIterator<Item = Box<dyn ToSql>>) {
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
        self.sql.push_str(term);
        self.values.extend(values);
    }

    fn of(filter: &Filter) -> Self {
        let mut condition = Self::default();
        for (term, pairs) in [
            ("json_extract(customers.fields, ?) = ?", &filter.fields),
            ("json_extract(customers.attributes, ?) = ?", &filter.attributes),
        ] {
            for (key, value) in pairs {
                condition.and(term, [text(&json_path(key)), text(value)]);
            }
        }
        for (term, value) in [
            ("customers.name = ?", &filter.name),
            ("customers.date >= ?", &filter.dates.0),
            ("customers.date <= ?", &filter.dates.1),
        ] {
            if let Some(value) = value {
                condition.and(term, [text(value)]);
            }
        }
        if !filter.states.is_empty() {
            let marks = vec!["?"; filter.states.len()].join(", ");
            let states = filter.states.iter().map(|state| text(state.as_str()));
            condition.and(&format!("codes.state IN ({marks})"), states);
        }
        condition
    }
}

pub(super) fn text(value: &str) -> Box<dyn ToSql> {
    Box::new(value.to_owned())
}

/// The path of a key at the top of a JSON object.
fn json_path(key: &str) -> String {
    format!("$.{}", serde_json::Value::from(key))
}

impl Session<'_> {
    pub(super) fn scan_customers(
        &self,
        filter: &Filter,
        each: &mut dyn FnMut(&Listed<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut condition = Condition::of(filter);
        condition.sql.push_str(" ORDER BY customers.id");
        if let Some(limit) = filter.limit {
            condition.sql.push_str(" LIMIT ?");
            condition.values.push(Box::new(i64::try_from(limit).unwrap_or(i64::MAX)));
        }
        // CROSS JOIN keeps the customers outside, so that rows come in their order without sorting.
        let sql = format!(
            "SELECT coalesce(codes.written, codes.canonical), codes.state, customers.reference, customers.name, \
             customers.date, customers.fields, customers.attributes \
             FROM customers CROSS JOIN codes ON codes.id = customers.code{}",
            condition.sql
        );
        let failed = self.failed("could not read customers");
        let mut statement = self.connection.prepare(&sql).map_err(&failed)?;
        let mut found = statement.query(params_from_iter(&condition.values)).map_err(&failed)?;
        while let Some(row) = found.next().map_err(&failed)? {
            let listed = Reading::of(row, 0).listed().map_err(&failed)?;
            each(&listed)?;
        }
        Ok(())
    }

    pub(super) fn scan_operation_rows(
        &self,
        operation: i64,
        each: &mut dyn FnMut(&Entry) -> Result<()>,
    ) -> Result<()> {
        // The codes of one operation have consecutive ids, and its customers stand in the same order.
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM operations CROSS JOIN codes AS made \
             ON made.id BETWEEN operations.first_code AND operations.last_code \
             CROSS JOIN customers ON customers.id = made.customer \
             CROSS JOIN codes ON codes.id = customers.code WHERE operations.id = ? ORDER BY made.id"
        );
        self.scan_entries(SQL, &[Box::new(operation)], each)
    }

    fn scan_entries(
        &self,
        sql: &str,
        values: &[Box<dyn ToSql>],
        each: &mut dyn FnMut(&Entry) -> Result<()>,
    ) -> Result<()> {
        let failed = self.failed("could not read customers");
        let mut statement = self.connection.prepare(sql).map_err(&failed)?;
        let mut found = statement.query(params_from_iter(values)).map_err(&failed)?;
        let mut entry = rows::blank_entry();
        while let Some(row) = found.next().map_err(&failed)? {
            Reading::of(row, 0).entry(&mut entry).map_err(&failed)?;
            each(&entry)?;
        }
        Ok(())
    }

    pub(super) fn scan_all_codes(
        &self,
        each: &mut dyn FnMut(&CodeRow, &str, &str) -> Result<()>,
    ) -> Result<()> {
        const SQL: &str = concat!(
            "SELECT ",
            code_columns!(),
            ", coalesce(sequences.rule, ''), coalesce(sequences.scope, '') \
             FROM codes LEFT JOIN sequences ON sequences.id = codes.sequence ORDER BY codes.id"
        );
        let failed = self.failed("could not read codes");
        let mut statement = self.statement(SQL).map_err(&failed)?;
        let mut found = statement.query([]).map_err(&failed)?;
        let mut code = rows::blank_code();
        while let Some(row) = found.next().map_err(&failed)? {
            let mut reading = Reading::of(row, 0);
            let (rule, scope) = reading
                .code(&mut code)
                .and_then(|()| Ok((reading.str()?, reading.str()?)))
                .map_err(&failed)?;
            each(&code, rule, scope)?;
        }
        Ok(())
    }

    pub(super) fn scan_codes_of(
        &self,
        counter: Option<i64>,
        each: &mut dyn FnMut(&CodeRow) -> Result<()>,
    ) -> Result<()> {
        const ONE: &str =
            concat!("SELECT ", code_columns!(), " FROM codes WHERE sequence = ?1 ORDER BY number, id");
        const ALL: &str = concat!(
            "SELECT ",
            code_columns!(),
            " FROM codes WHERE sequence IS NOT NULL AND number IS NOT NULL ORDER BY sequence, number, id"
        );
        let failed = self.failed("could not read the codes of a counter");
        let mut statement = self.statement(if counter.is_some() { ONE } else { ALL }).map_err(&failed)?;
        let mut found = statement.query(params_from_iter(counter)).map_err(&failed)?;
        let mut code = rows::blank_code();
        while let Some(row) = found.next().map_err(&failed)? {
            Reading::of(row, 0).code(&mut code).map_err(&failed)?;
            each(&code)?;
        }
        Ok(())
    }
}
