//! Changes of what is there already: a customer's record, the state of a code. Each leaves before and after behind.

use rusqlite::{OptionalExtension as _, params};

use super::failure::engine;
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
        write: impl FnOnce(&Self) -> Result<()>,
    ) -> Result<()> {
        const CHANGE: &str = "INSERT INTO changes (operation, customer, attribute, before, after) \
             VALUES (?1, ?2, ?3, ?4, ?5)";
        const REVISION: &str =
            "INSERT INTO revisions (operation, customer, before, after) VALUES (?1, ?2, ?3, ?4)";
        let doing = "could not change a customer";
        let operation = self.operation_begun(doing)?;
        let (before, _) = self.record(customer)?;
        write(self)?;
        let (after, _) = self.record(customer)?;
        for change in changes {
            let values = params![operation, customer, change.attribute, change.before, change.after];
            self.insert("could not record a change", CHANGE, values)?;
            self.pen.chain.add(operation, LEDGER, Kind::Change, &chain::change(customer, change));
        }
        self.insert(doing, REVISION, params![operation, customer, before, after])?;
        self.pen.chain.add(operation, LEDGER, Kind::Revision, &chain::revision(customer, &before, &after));
        Ok(())
    }

    /// The digest of a customer's record as it stands, and its state.
    pub(super) fn record(&self, customer: i64) -> Result<(String, CustomerState)> {
        const SQL: &str =
            "SELECT reference, name, fields, attributes, state, date, row FROM customers WHERE id = ?1";
        let doing = "could not read a customer";
        let found = self.statement(SQL).and_then(|mut statement| {
            statement
                .query_row([customer], |row| {
                    let mut reading = Reading::of(row, 0);
                    let record = Record {
                        reference: reading.optional_str()?,
                        name: reading.optional_str()?,
                        fields: reading.str()?,
                        attributes: reading.str()?,
                        state: reading.word(CustomerState::from_word)?,
                        date: reading.str()?,
                        row: reading.integer()?,
                    };
                    Ok((record.digest(), record.state))
                })
                .optional()
        });
        found
            .map_err(self.failed(doing))?
            .ok_or_else(|| engine(doing, format!("there is no customer {customer}")))
    }

    /// Gives a code another state, and records that under the operation begun last, on the chain of the code's counter.
    pub(super) fn change_code(&mut self, code: i64, to: CodeState, reason: Option<&str>) -> Result<()> {
        const FOUND: &str = "SELECT state, sequence, customer FROM codes WHERE id = ?1";
        const SQL: &str = "UPDATE codes SET state = ?2 WHERE id = ?1";
        const EVENT: &str = "INSERT INTO code_events (operation, code, from_state, to_state, customer, reason) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let doing = "could not change the state of a code";
        let operation = self.operation_begun(doing)?;
        let found = self.statement(FOUND).and_then(|mut statement| {
            statement
                .query_row([code], |row| {
                    let from = Reading::of(row, 0).word(CodeState::from_word)?;
                    Ok((from, row.get::<_, Option<i64>>(1)?, row.get::<_, Option<i64>>(2)?))
                })
                .optional()
        });
        let (from, sequence, customer) = found
            .map_err(self.failed(doing))?
            .ok_or_else(|| engine(doing, format!("there is no code {code}")))?;
        self.set(doing, SQL, params![code, to.as_str()])?;
        self.insert(doing, EVENT, params![operation, code, from.as_str(), to.as_str(), customer, reason])?;
        let item = chain::event(code, from, to, reason);
        self.pen.chain.add(operation, sequence.unwrap_or(LEDGER), Kind::Event, &item);
        Ok(())
    }

    fn operation_begun(&self, doing: &str) -> Result<i64> {
        self.pen.operation.ok_or_else(|| engine(doing, "no operation was begun"))
    }
}
