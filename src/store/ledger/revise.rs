//! Changes of what is there already: a customer's record, the state of a code. Each leaves before
//! and after behind.

use super::rows::Reading;
use crate::store::chain::{self, Kind, LEDGER, Record};
use crate::store::engine::{Dialect, Param, params};
use crate::store::statement::statements;
use crate::store::{Change, CodeState, CustomerState, Error, Result, Transaction};

statements! {
    RECORD(1) = "SELECT name, fields, attributes, state, date, row, salt FROM custcode.customers WHERE id = $1";
    CUSTOMER(4) = "UPDATE custcode.customers SET name = $2, fields = $3, attributes = $4 WHERE id = $1";
    // A reference that a customer has adds nothing.
    ADD_REFERENCE(3) = "INSERT INTO custcode.refs (customer, reference, operation) SELECT $1, $2, $3 \
        WHERE NOT EXISTS (SELECT 1 FROM custcode.refs WHERE reference = $2 AND dropped IS NULL)";
    DROP_REFERENCE(3) = "UPDATE custcode.refs SET dropped = $3 WHERE customer = $1 AND reference = $2 AND dropped IS NULL";
    CUSTOMER_STATE(2) = "UPDATE custcode.customers SET state = $2 WHERE id = $1";
    CHANGES(6) = "INSERT INTO custcode.changes (operation, customer, attribute, before, after, reason) \
        SELECT $1, $2, attribute, before, after, reason \
        FROM unnest(CAST($3 AS text[]), CAST($4 AS text[]), CAST($5 AS text[]), CAST($6 AS text[])) \
        WITH ORDINALITY AS new (attribute, before, after, reason, place) ORDER BY place", [];
    CHANGE(6) = "INSERT INTO custcode.changes (operation, customer, attribute, before, after, reason) VALUES ($1, $2, $3, $4, $5, $6)";
    REVISION(4) = "INSERT INTO custcode.revisions (operation, customer, before, after) VALUES ($1, $2, $3, $4)";
    CODE(1) = "SELECT codes.state, codes.sequence, codes.customer, customers.salt FROM custcode.codes \
        LEFT JOIN custcode.customers ON customers.id = codes.customer WHERE codes.id = $1";
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

/// What failed, for messages.
const CHANGING: &str = "could not change a customer";

/// How a change of the references is called.
const REFERENCE: &str = "ref";

/// What is known of a customer's record.
struct Known {
    commitment: String,
    state: CustomerState,
    salt: String,
}

/// A failure of the caller.
fn fault(doing: &str, what: String) -> Error {
    Error::Engine { context: doing.to_owned(), source: what.into() }
}

impl dyn Transaction + '_ {
    /// Replaces a customer's name, fields and attributes, recording each difference as a [`Change`]
    /// of the operation begun last.
    pub fn update(
        &mut self,
        customer: i64,
        name: Option<&str>,
        fields: &str,
        attributes: &str,
        changes: &[Change],
    ) -> Result<()> {
        self.accept_objects(CHANGING, [fields, attributes])?;
        self.revise(customer, changes, |writing| {
            writing.write_rows(CHANGING, &CUSTOMER, params![customer, name, fields, attributes], 1)
        })
    }

    /// Gives a customer another reference, which nobody has, and records that as a [`Change`] of
    /// `ref`.
    pub fn add_reference(&mut self, customer: i64, reference: &str) -> Result<()> {
        let operation = self.operation_begun(CHANGING)?;
        let change = Change::of(REFERENCE, None, Some(reference), None);
        self.revise(customer, &[change], |writing| {
            if writing.execute(CHANGING, &ADD_REFERENCE, params![customer, reference, operation])? == 1 {
                return Ok(());
            }
            match writing.find_references(&[reference])?.pop() {
                Some(Some(_)) => Err(Error::Conflict { key: "reference", value: reference.to_owned() }),
                _ => Err(writing.unwritten(CHANGING)),
            }
        })
    }

    /// Takes a reference away from its customer, and records that as a [`Change`] of `ref`.
    pub fn drop_reference(&mut self, customer: i64, reference: &str, reason: Option<&str>) -> Result<()> {
        let operation = self.operation_begun(CHANGING)?;
        let change = Change::of(REFERENCE, Some(reference), None, reason);
        self.revise(customer, &[change], |writing| {
            writing.write_rows(CHANGING, &DROP_REFERENCE, params![customer, reference, operation], 1)
        })
    }

    /// Changes the state of a customer and records that as a [`Change`] of the attribute `state`.
    pub fn change_customer_state(&mut self, customer: i64, to: CustomerState) -> Result<()> {
        let before = self.record(customer)?.state;
        let change = Change::of("state", Some(before.as_str()), Some(to.as_str()), None);
        self.revise(customer, &[change], |writing| {
            let values = params![customer, to.as_str()];
            writing.write_rows(CHANGING, &CUSTOMER_STATE, values, 1)
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
        let operation = self.operation_begun(CHANGING)?;
        let before = self.record(customer)?;
        write(self)?;
        let after = self.record(customer)?.commitment;
        self.record_changes(operation, customer, changes)?;
        let chain = &mut self.written().chain;
        for change in changes {
            let (was, is, why) =
                (change.before.as_deref(), change.after.as_deref(), change.reason.as_deref());
            let replacement = chain::replacement(&before.salt, was, is, why);
            let item = chain::change(customer, &change.attribute, &replacement);
            chain.add(operation, LEDGER, Kind::Change, &item);
        }
        let before = before.commitment;
        if before == after {
            return Ok(());
        }
        chain.add(operation, LEDGER, Kind::Revision, &chain::revision(customer, &before, &after));
        self.write_rows(CHANGING, &REVISION, params![operation, customer, &before, &after], 1)
    }

    fn record_changes(&mut self, operation: i64, customer: i64, changes: &[Change]) -> Result<()> {
        let doing = "could not record a change";
        match self.dialect() {
            _ if changes.is_empty() => Ok(()),
            Dialect::Postgres => {
                let attributes: Vec<&str> = changes.iter().map(|change| change.attribute.as_str()).collect();
                let befores: Vec<_> = changes.iter().map(|change| change.before.as_deref()).collect();
                let afters: Vec<_> = changes.iter().map(|change| change.after.as_deref()).collect();
                let reasons: Vec<_> = changes.iter().map(|change| change.reason.as_deref()).collect();
                let values = [
                    operation.into(),
                    customer.into(),
                    Param::Texts(&attributes),
                    Param::OptionalTexts(&befores),
                    Param::OptionalTexts(&afters),
                    Param::OptionalTexts(&reasons),
                ];
                self.write_rows(doing, &CHANGES, &values, changes.len() as u64)
            }
            Dialect::Sqlite => changes.iter().try_for_each(|change| {
                let (before, after) = (change.before.as_deref(), change.after.as_deref());
                let reason = change.reason.as_deref();
                let values = params![operation, customer, &change.attribute, before, after, reason];
                self.write_rows(doing, &CHANGE, values, 1)
            }),
        }
    }

    /// What is known of a customer's record as it stands.
    fn record(&mut self, customer: i64) -> Result<Known> {
        let doing = "could not read a customer";
        let found = self.one(doing, &RECORD, params![customer], |row| {
            let mut reading = Reading::of(row);
            let (name, fields, attributes) = (reading.optional_str()?, reading.str()?, reading.str()?);
            let state = reading.word(CustomerState::from_word)?;
            let (date, row, salt) = (reading.str()?, reading.integer()?, reading.str()?);
            let record = Record { salt, name, fields, attributes, state, date, row };
            Ok(Known { commitment: record.commitment(), state, salt: salt.to_owned() })
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
            let (sequence, customer) = (reading.optional_integer()?, reading.optional_integer()?);
            Ok((from, sequence, customer, reading.optional_string()?))
        })?;
        let (from, sequence, customer, salt) =
            found.ok_or_else(|| fault(doing, format!("there is no code {code}")))?;
        let values = params![operation, code, to.as_str(), from.as_str(), customer, reason];
        self.write_counted(doing, &EVENT, values)?;
        let reason = chain::reason(salt.as_deref(), reason);
        let item = chain::event(code, from, to, reason.as_deref());
        self.written().chain.add(operation, sequence.unwrap_or(LEDGER), Kind::Event, &item);
        Ok(())
    }

    fn operation_begun(&mut self, doing: &str) -> Result<i64> {
        self.written().operation.ok_or_else(|| fault(doing, "no operation was begun".to_owned()))
    }
}
