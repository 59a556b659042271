//! Changes of what is there already: a customer's record, the state of a code. Each leaves before
//! and after behind.

use super::rows::Reading;
use crate::store::chain::{self, Kind, LEDGER, Record};
use crate::store::engine::{Dialect, Param, params};
use crate::store::statement::statements;
use crate::store::{Change, CodeState, CustomerState, Error, Result, Transaction};

statements! {
    RECORD(1) = "SELECT reference, name, fields, attributes, state, date, row FROM custcode.customers WHERE id = $1";
    // A reference that another customer has changes nothing.
    CUSTOMER(5) = "UPDATE custcode.customers SET name = $2, reference = $3, fields = $4, attributes = $5 \
        WHERE id = $1 AND NOT EXISTS \
        (SELECT 1 FROM custcode.customers AS other WHERE other.reference = $3 AND other.id <> $1)";
    CUSTOMER_STATE(2) = "UPDATE custcode.customers SET state = $2 WHERE id = $1";
    CHANGES(5) = "INSERT INTO custcode.changes (operation, customer, attribute, before, after) \
        SELECT $1, $2, attribute, before, after \
        FROM unnest(CAST($3 AS text[]), CAST($4 AS text[]), CAST($5 AS text[])) WITH ORDINALITY AS new (attribute, before, after, place) ORDER BY place", [];
    CHANGE(5) = "INSERT INTO custcode.changes (operation, customer, attribute, before, after) VALUES ($1, $2, $3, $4, $5)";
    REVISION(4) = "INSERT INTO custcode.revisions (operation, customer, before, after) VALUES ($1, $2, $3, $4)";
    CODE(1) = "SELECT state, sequence, customer FROM custcode.codes WHERE id = $1";
    EVENT(6) = "WITH changed AS (UPDATE custcode.codes SET state = $3 WHERE id = $2 RETURNING 1), \
        told AS (INSERT INTO custcode.code_events (operation, code, from_state, to_state, customer, reason) \
        VALUES ($1, $2, $4, $3, $5, $6) RETURNING 1) \
        SELECT (SELECT count(*) FROM changed) + (SELECT count(*) FROM told), CAST(2 AS bigint)",
        [
            "UPDATE codes SET state = $3 WHERE id = $2",
            "INSERT INTO code_events (operation, code, from_state, to_state, customer, reason) \
             VALUES ($1, $2, $4, $3, $5, $6)",
        ];
}

/// A failure of the caller.
fn fault(doing: &str, what: String) -> Error {
    Error::Engine { context: doing.to_owned(), source: what.into() }
}

impl dyn Transaction + '_ {
    /// Replaces a customer's name, reference, fields and attributes, recording each difference as a
    /// [`Change`] of the operation begun last.
    pub fn update(
        &mut self,
        customer: i64,
        name: Option<&str>,
        reference: Option<&str>,
        fields: &str,
        attributes: &str,
        changes: &[Change],
    ) -> Result<()> {
        let doing = "could not change a customer";
        self.accept_objects(doing, [fields, attributes])?;
        self.revise(customer, changes, |writing| {
            let values = params![customer, name, reference, fields, attributes];
            if writing.execute(doing, &CUSTOMER, values)? == 1 {
                return Ok(());
            }
            if let Some(reference) = reference
                && let Some(Some(other)) = writing.find_references(&[reference])?.pop()
                && other.customer.id != customer
            {
                return Err(Error::Conflict { key: "reference", value: reference.to_owned() });
            }
            Err(writing.unwritten(doing))
        })
    }

    /// Changes the state of a customer and records that as a [`Change`] of the attribute `state`.
    pub fn change_customer_state(&mut self, customer: i64, to: CustomerState) -> Result<()> {
        let before = self.record(customer)?.1;
        let change = Change {
            attribute: "state".to_owned(),
            before: Some(before.as_str().to_owned()),
            after: Some(to.as_str().to_owned()),
            operation: 0,
        };
        self.revise(customer, &[change], |writing| {
            let values = params![customer, to.as_str()];
            writing.write_rows("could not change a customer", &CUSTOMER_STATE, values, 1)
        })
    }

    /// Lets `write` change a customer's row, and records the changes under the operation begun
    /// last.
    fn revise(
        &mut self,
        customer: i64,
        changes: &[Change],
        write: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let doing = "could not change a customer";
        let operation = self.operation_begun(doing)?;
        let (before, _) = self.record(customer)?;
        write(self)?;
        let (after, _) = self.record(customer)?;
        self.record_changes(operation, customer, changes)?;
        let chain = &mut self.written().chain;
        for change in changes {
            chain.add(operation, LEDGER, Kind::Change, &chain::change(customer, change));
        }
        chain.add(operation, LEDGER, Kind::Revision, &chain::revision(customer, &before, &after));
        self.write_rows(doing, &REVISION, params![operation, customer, &before, &after], 1)
    }

    fn record_changes(&mut self, operation: i64, customer: i64, changes: &[Change]) -> Result<()> {
        let doing = "could not record a change";
        match self.dialect() {
            _ if changes.is_empty() => Ok(()),
            Dialect::Postgres => {
                let attributes: Vec<&str> = changes.iter().map(|change| change.attribute.as_str()).collect();
                let befores: Vec<_> = changes.iter().map(|change| change.before.as_deref()).collect();
                let afters: Vec<_> = changes.iter().map(|change| change.after.as_deref()).collect();
                let values = [
                    operation.into(),
                    customer.into(),
                    Param::Texts(&attributes),
                    Param::OptionalTexts(&befores),
                    Param::OptionalTexts(&afters),
                ];
                self.write_rows(doing, &CHANGES, &values, changes.len() as u64)
            }
            Dialect::Sqlite => changes.iter().try_for_each(|change| {
                let (before, after) = (change.before.as_deref(), change.after.as_deref());
                let values = params![operation, customer, &change.attribute, before, after];
                self.write_rows(doing, &CHANGE, values, 1)
            }),
        }
    }

    /// The digest of a customer's record as it stands, and its state.
    fn record(&mut self, customer: i64) -> Result<(String, CustomerState)> {
        let doing = "could not read a customer";
        let found = self.one(doing, &RECORD, params![customer], |row| {
            let mut reading = Reading::of(row);
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
        })?;
        found.ok_or_else(|| fault(doing, format!("there is no customer {customer}")))
    }

    /// Changes the state of a code, and records that as an event of the operation begun last, on
    /// the chain of the code's counter.
    pub fn change_state(&mut self, code: i64, to: CodeState, reason: Option<&str>) -> Result<()> {
        let doing = "could not change the state of a code";
        let operation = self.operation_begun(doing)?;
        let found = self.one(doing, &CODE, params![code], |row| {
            let mut reading = Reading::of(row);
            let from = reading.word(CodeState::from_word)?;
            Ok((from, reading.optional_integer()?, reading.optional_integer()?))
        })?;
        let (from, sequence, customer) =
            found.ok_or_else(|| fault(doing, format!("there is no code {code}")))?;
        let values = params![operation, code, to.as_str(), from.as_str(), customer, reason];
        self.write_counted(doing, &EVENT, values)?;
        let item = chain::event(code, from, to, reason);
        self.written().chain.add(operation, sequence.unwrap_or(LEDGER), Kind::Event, &item);
        Ok(())
    }

    fn operation_begun(&mut self, doing: &str) -> Result<i64> {
        self.written().operation.ok_or_else(|| fault(doing, "no operation was begun".to_owned()))
    }
}
