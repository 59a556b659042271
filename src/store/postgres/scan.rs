//! Walks over many customers or codes, one row in memory at a time.

use super::link::Bound;
use super::rows::{Reading, code_columns, entry_columns};
use super::session::Session;
use crate::store::{CodeRow, Entry, Filter, Listed, Result};

/// A `WHERE` clause that grows with its values.
#[derive(Default)]
pub(super) struct Condition {
    pub(super) sql: String,
    values: Vec<Box<dyn Bound>>,
}

impl Condition {
    /// Adds a term; each `?` of it stands for the next value.
    pub(super) fn and(&mut self, term: &str, values: impl IntoIterator<Item = String>) {
        self.sql.push_str(if self.sql.is_empty() { " WHERE " } else { " AND " });
        let mut parts = term.split('?');
        self.sql.extend(parts.next());
        for (part, value) in parts.zip(values) {
            let place = self.add(value);
            self.sql.push_str(&place);
            self.sql.push_str(part);
        }
    }

    /// Adds a value and gives its place in the statement.
    pub(super) fn add(&mut self, value: impl Bound + 'static) -> String {
        self.values.push(Box::new(value));
        format!("${}", self.values.len())
    }

    fn of(filter: &Filter) -> Self {
        let mut condition = Self::default();
        for (term, pairs) in [
            ("CAST(customers.fields AS json) ->> ? = ?", &filter.fields),
            ("CAST(customers.attributes AS json) ->> ? = ?", &filter.attributes),
        ] {
            for (key, value) in pairs {
                condition.and(term, [key.clone(), value.clone()]);
            }
        }
        for (term, value) in [
            ("customers.name = ?", &filter.name),
            ("customers.date COLLATE \"C\" >= ?", &filter.dates.0),
            ("customers.date COLLATE \"C\" <= ?", &filter.dates.1),
        ] {
            if let Some(value) = value {
                condition.and(term, [value.clone()]);
            }
        }
        if !filter.states.is_empty() {
            let marks = vec!["?"; filter.states.len()].join(", ");
            let states = filter.states.iter().map(|state| state.as_str().to_owned());
            condition.and(&format!("codes.state IN ({marks})"), states);
        }
        condition
    }

    pub(super) fn params(&self) -> Vec<&dyn Bound> {
        self.values.iter().map(AsRef::as_ref).collect()
    }
}

pub(super) fn limit(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

impl Session<'_> {
    pub(super) fn scan_customers(
        &mut self,
        filter: &Filter,
        each: &mut dyn FnMut(&Listed<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut condition = Condition::of(filter);
        condition.sql.push_str(" ORDER BY customers.id");
        if let Some(rows) = filter.limit {
            let place = condition.add(limit(rows));
            condition.sql.push_str(" LIMIT ");
            condition.sql.push_str(&place);
        }
        let sql = format!(
            "SELECT coalesce(codes.written, codes.canonical), codes.state, customers.reference, customers.name, \
             customers.date, customers.fields, customers.attributes \
             FROM custcode.customers JOIN custcode.codes ON codes.id = customers.code{}",
            condition.sql
        );
        self.walk("could not read customers", &sql, &condition.params(), |row| {
            Ok(each(&Reading::of(row, 0).listed()?))
        })
    }

    pub(super) fn scan_operation_rows(
        &mut self,
        operation: i64,
        each: &mut dyn FnMut(&Entry) -> Result<()>,
    ) -> Result<()> {
        // The codes of one operation have consecutive ids, and its customers stand in the same order.
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM custcode.operations JOIN custcode.codes AS made \
             ON made.id BETWEEN operations.first_code AND operations.last_code \
             JOIN custcode.customers ON customers.id = made.customer \
             JOIN custcode.codes ON codes.id = customers.code WHERE operations.id = $1 ORDER BY made.id"
        );
        self.walk("could not read customers", SQL, &[&operation], |row| {
            Ok(each(&Reading::of(row, 0).entry()?))
        })
    }

    pub(super) fn scan_all_codes(
        &mut self,
        each: &mut dyn FnMut(&CodeRow, &str, &str) -> Result<()>,
    ) -> Result<()> {
        const SQL: &str = concat!(
            "SELECT ",
            code_columns!(),
            ", coalesce(sequences.rule, ''), coalesce(sequences.scope, '') \
             FROM custcode.codes LEFT JOIN custcode.sequences ON sequences.id = codes.sequence ORDER BY codes.id"
        );
        self.walk("could not read codes", SQL, &[], |row| {
            let mut reading = Reading::of(row, 0);
            Ok(each(&reading.code()?, reading.get()?, reading.get()?))
        })
    }

    pub(super) fn scan_codes_of(
        &mut self,
        counter: i64,
        each: &mut dyn FnMut(&CodeRow) -> Result<()>,
    ) -> Result<()> {
        const SQL: &str = concat!(
            "SELECT ",
            code_columns!(),
            " FROM custcode.codes WHERE sequence = $1 ORDER BY number NULLS FIRST, id"
        );
        self.walk("could not read the codes of a counter", SQL, &[&counter], |row| {
            Ok(each(&Reading::of(row, 0).code()?))
        })
    }

    pub(super) fn scan_all_numbers(&mut self, each: &mut dyn FnMut(&CodeRow) -> Result<()>) -> Result<()> {
        const SQL: &str = concat!(
            "SELECT ",
            code_columns!(),
            " FROM custcode.codes WHERE sequence IS NOT NULL AND number IS NOT NULL ORDER BY sequence, number, id"
        );
        self.walk("could not read the numbers of the counters", SQL, &[], |row| {
            Ok(each(&Reading::of(row, 0).code()?))
        })
    }
}
