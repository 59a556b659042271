//! New customers, each with its code: the one thing that is written by the million.

use super::read::stored;
use super::rows::Reading;
use crate::store::engine::params;
use crate::store::keys::named;
use crate::store::statement::statements;
use crate::store::tables::Column::{Integer as I, Text as T};
use crate::store::written::Ids;
use crate::store::{Error, NewCode, NewCustomer, Result, Table, Transaction, Value};

statements! {
    // Adds both rows or, when a key is taken, neither. Where ids are counted, two rows are inserted
    // in its place.
    PUT(11) = "WITH taken AS MATERIALIZED (SELECT EXISTS (SELECT FROM custcode.codes WHERE canonical = $1) AS code, \
        EXISTS (SELECT FROM custcode.customers WHERE reference = $2) AS reference), \
        ids AS MATERIALIZED (SELECT nextval('custcode.customers_id_seq') AS customer, nextval('custcode.codes_id_seq') AS code \
        FROM taken WHERE NOT taken.code AND NOT taken.reference), \
        person AS (INSERT INTO custcode.customers (id, reference, name, fields, attributes, date, operation, row, code) \
        SELECT customer, $2, $3, $4, $5, $6, $7, $8, code FROM ids RETURNING id), \
        printed AS (INSERT INTO custcode.codes (id, canonical, written, customer, sequence, number, operation) \
        SELECT code, $1, $9, customer, $10, $11, $7 FROM ids RETURNING id) \
        SELECT ids.customer, ids.code, CASE WHEN taken.code THEN CAST(1 AS bigint) END, (SELECT pg_catalog.count(*) FROM person) + (SELECT pg_catalog.count(*) FROM printed) \
        FROM taken LEFT JOIN ids ON true", [];
    UNDO(1) = "DELETE FROM custcode.customers WHERE id = $1";
}

/// The columns of a new customer.
static CUSTOMERS: Table = Table {
    name: "customers",
    key: 1,
    columns: &[
        I("id"),
        T("reference"),
        T("name"),
        T("fields"),
        T("attributes"),
        T("date"),
        I("operation"),
        I("row"),
        I("code"),
    ],
};

/// The columns of a new code.
static CODES: Table = Table {
    name: "codes",
    key: 1,
    columns: &[
        I("id"),
        T("canonical"),
        T("written"),
        I("customer"),
        I("sequence"),
        I("number"),
        I("operation"),
    ],
};

const ADDING: &str = "could not add a customer";

impl dyn Transaction + '_ {
    /// Adds a customer with its code, both new; gives the ids (customer, code). In a bulk write
    /// look everything up before the first of these: it may drop indexes until the commit.
    pub fn put(&mut self, customer: &NewCustomer<'_>, code: &NewCode<'_>) -> Result<(i64, i64)> {
        self.accept_objects(ADDING, [customer.fields, customer.attributes])?;
        let number = code.number.map(stored).transpose()?;
        let ids = match self.ids()? {
            Some(ids) => {
                self.put_counted(ids, customer, code, number)?;
                self.written().ids = Ids::Counted(ids.0 + 1, ids.1 + 1);
                ids
            }
            None => self.put_given(customer, code, number)?,
        };
        self.written().chain.put(customer, code);
        Ok(ids)
    }

    /// The ids of the next customer and code, where they are counted here.
    fn ids(&mut self) -> Result<Option<(i64, i64)>> {
        match self.written().ids {
            Ids::Counted(customer, code) => Ok(Some((customer, code))),
            Ids::Given => Ok(None),
            Ids::Unknown => {
                let ids = self.begin_rows()?;
                self.written().ids = ids.map_or(Ids::Given, |(customer, code)| Ids::Counted(customer, code));
                Ok(ids)
            }
        }
    }

    /// Adds both rows or, when one is refused, neither.
    fn put_counted(
        &mut self,
        ids: (i64, i64),
        customer: &NewCustomer<'_>,
        code: &NewCode<'_>,
        number: Option<i64>,
    ) -> Result<()> {
        let key = |key: &str| if key == "code" { Some(code.canonical) } else { customer.reference };
        let person = [
            Value::Integer(ids.0),
            customer.reference.into(),
            customer.name.into(),
            Value::Text(customer.fields),
            Value::Text(customer.attributes),
            Value::Text(customer.date),
            Value::Integer(customer.operation),
            Value::Integer(customer.row),
            Value::Integer(ids.1),
        ];
        self.insert(ADDING, &CUSTOMERS, &person).map_err(|error| named(error, key))?;
        let printed = [
            Value::Integer(ids.1),
            Value::Text(code.canonical),
            code.written.into(),
            Value::Integer(ids.0),
            code.counter.into(),
            number.into(),
            Value::Integer(customer.operation),
        ];
        let added = self.insert(ADDING, &CODES, &printed);
        if matches!(added, Err(Error::Conflict { .. })) {
            // Refused rows leave nothing behind, so that the caller may go on with others.
            self.write_rows(ADDING, &UNDO, params![ids.0], 1)?;
        }
        added.map_err(|error| named(error, key))
    }

    /// Adds both rows, to which the engine gives their ids.
    fn put_given(
        &mut self,
        customer: &NewCustomer<'_>,
        code: &NewCode<'_>,
        number: Option<i64>,
    ) -> Result<(i64, i64)> {
        let values = params![
            code.canonical,
            customer.reference,
            customer.name,
            customer.fields,
            customer.attributes,
            customer.date,
            customer.operation,
            customer.row,
            code.written,
            code.counter,
            number,
        ];
        let added = self.one(ADDING, &PUT, values, |row| {
            let mut reading = Reading::of(row);
            let ids = (reading.optional_integer()?, reading.optional_integer()?);
            Ok((ids.0.zip(ids.1), reading.optional_integer()?.is_some(), reading.integer()?))
        })?;
        let taken = |key, value: &str| Err(Error::Conflict { key, value: value.to_owned() });
        match (added, customer.reference) {
            (Some((Some(ids), _, 2)), _) => Ok(ids),
            (Some((None, true, _)), _) => taken("code", code.canonical),
            (Some((None, ..)), Some(reference)) => taken("reference", reference),
            _ => Err(self.unwritten(ADDING)),
        }
    }
}
