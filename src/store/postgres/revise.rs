//! Changes of what is there already: a customer's record, the state of a code. Each leaves before and after behind.

use super::failure::{code_state, customer_state, engine};
use super::link::Params;
use super::rows::Reading;
use super::session::Session;
use crate::store::chain::{self, Kind, LEDGER, Record};
use crate::store::{Change, CodeState, CustomerState, Result};

impl Session<'_> {
    /// Lets `write` change a customer's row, and records the changes under the operation begun last.
    pub(super) fn revise(
        &mut self,
        customer: i64,
        changes: &[Change],
        write: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        const CHANGE: &str = "INSERT INTO custcode.changes (operation, customer, attribute, before, after) \
             SELECT $1, $2, attribute, before, after \
             FROM unnest($3, $4, $5) WITH ORDINALITY AS new (attribute, before, after, place) ORDER BY place RETURNING 1";
        const REVISION: &str = "INSERT INTO custcode.revisions (operation, customer, before, after) VALUES ($1, $2, $3, $4) RETURNING 1";
        let doing = "could not change a customer";
        let operation = self.operation_begun(doing)?;
        let (before, _) = self.record(customer)?;
        write(self)?;
        let (after, _) = self.record(customer)?;
        if !changes.is_empty() {
            let attributes: Vec<&str> = changes.iter().map(|change| change.attribute.as_str()).collect();
            let olds: Vec<_> = changes.iter().map(|change| change.before.as_deref()).collect();
            let news: Vec<_> = changes.iter().map(|change| change.after.as_deref()).collect();
            let lists = (attributes.as_slice(), olds.as_slice(), news.as_slice());
            self.write_rows(
                "could not record a change",
                CHANGE,
                &[&operation, &customer, &lists.0, &lists.1, &lists.2],
                changes.len(),
            )?;
        }
        for change in changes {
            self.chain()?.add(operation, LEDGER, Kind::Change, &chain::change(customer, change));
        }
        self.write_rows(doing, REVISION, &[&operation, &customer, &before, &after], 1)?;
        self.chain()?.add(operation, LEDGER, Kind::Revision, &chain::revision(customer, &before, &after));
        Ok(())
    }

    /// The digest of a customer's record as it stands, and its state.
    pub(super) fn record(&mut self, customer: i64) -> Result<(String, CustomerState)> {
        const SQL: &str = "SELECT reference, name, fields, attributes, state, date, row FROM custcode.customers WHERE id = $1";
        let doing = "could not read a customer";
        let found = self.one(doing, SQL, &[&customer], |row| {
            let mut reading = Reading::of(row, 0);
            let record = Record {
                reference: reading.get()?,
                name: reading.get()?,
                fields: reading.get()?,
                attributes: reading.get()?,
                state: customer_state(reading.get()?)?,
                date: reading.get()?,
                row: reading.get()?,
            };
            Ok((record.digest(), record.state))
        })?;
        found.ok_or_else(|| engine(doing, format!("there is no customer {customer}")))
    }

    /// Gives a code another state, and records that under the operation begun last, on the chain of the code's counter.
    pub(super) fn change_code(&mut self, code: i64, to: CodeState, reason: Option<&str>) -> Result<()> {
        const FOUND: &str = "SELECT state, sequence, customer FROM custcode.codes WHERE id = $1";
        const SQL: &str = "WITH changed AS (UPDATE custcode.codes SET state = $3 WHERE id = $2 RETURNING 1), \
             told AS (INSERT INTO custcode.code_events (operation, code, from_state, to_state, customer, reason) \
             VALUES ($1, $2, $4, $3, $5, $6) RETURNING 1) TABLE changed UNION ALL TABLE told";
        let doing = "could not change the state of a code";
        let operation = self.operation_begun(doing)?;
        let found = self.one(doing, FOUND, &[&code], |row| {
            let mut reading = Reading::of(row, 0);
            let from = code_state(reading.get()?)?;
            Ok((from, reading.get::<Option<i64>>()?, reading.get::<Option<i64>>()?))
        })?;
        let (from, sequence, customer) =
            found.ok_or_else(|| engine(doing, format!("there is no code {code}")))?;
        let values: Params<'_> = &[&operation, &code, &to.as_str(), &from.as_str(), &customer, &reason];
        self.write_rows(doing, SQL, values, 2)?;
        let item = chain::event(code, from, to, reason);
        self.chain()?.add(operation, sequence.unwrap_or(LEDGER), Kind::Event, &item);
        Ok(())
    }

    fn operation_begun(&mut self, doing: &str) -> Result<i64> {
        self.pen()?.operation.ok_or_else(|| engine(doing, "no operation was begun"))
    }
}
