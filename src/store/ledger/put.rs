//! New customers, each with its code and its references: the one thing that is written by the
//! million.

use super::read::stored;
use super::rows::Reading;
use crate::store::engine::{Param, params};
use crate::store::keys::named;
use crate::store::statement::statements;
use crate::store::tables::Column::{Integer as I, Text as T};
use crate::store::written::{Ids, NextIds};
use crate::store::{Error, NewCode, NewCustomer, Result, Table, Transaction, Value};

statements! {
    // Adds all rows or, when a key is taken, none. Where ids are counted, rows are inserted in its
    // place.
    PUT(14) = "WITH taken AS MATERIALIZED (SELECT EXISTS (SELECT FROM custcode.codes WHERE canonical = $1) AS code, \
        (SELECT min(reference) FROM custcode.refs WHERE reference = ANY($2) AND dropped IS NULL) AS reference), \
        ids AS MATERIALIZED (SELECT nextval('custcode.customers_id_seq') AS customer, nextval('custcode.codes_id_seq') AS code \
        FROM taken WHERE NOT taken.code AND taken.reference IS NULL), \
        person AS (INSERT INTO custcode.customers (id, name, strict, fields, attributes, date, operation, row, code, salt) \
        SELECT customer, $3, $14, $4, $5, $6, $7, $8, code, $13 FROM ids RETURNING id), \
        known AS (INSERT INTO custcode.refs (customer, reference, operation) SELECT customer, new.reference, $7 FROM ids, \
        unnest(CAST($2 AS text[])) WITH ORDINALITY AS new (reference, place) ORDER BY place RETURNING id), \
        printed AS (INSERT INTO custcode.codes (id, canonical, written, customer, sequence, number, operation, brought) \
        SELECT code, $1, $9, customer, $10, $11, $7, $12 FROM ids RETURNING id) \
        SELECT ids.customer, ids.code, CASE WHEN taken.code THEN CAST(1 AS bigint) END, taken.reference, (SELECT pg_catalog.count(*) FROM person) \
        + (SELECT pg_catalog.count(*) FROM known) + (SELECT pg_catalog.count(*) FROM printed) \
        FROM taken LEFT JOIN ids ON true", [];
    UNDO_REFERENCES(1) = "DELETE FROM custcode.refs WHERE customer = $1";
    UNDO_CODE(1) = "DELETE FROM custcode.codes WHERE id = $1";
    UNDO(1) = "DELETE FROM custcode.customers WHERE id = $1";
}

/// The columns of a new customer.
static CUSTOMERS: Table = Table {
    name: "customers",
    key: 1,
    columns: &[
        I("id"),
        T("name"),
        I("strict"),
        T("fields"),
        T("attributes"),
        T("date"),
        I("operation"),
        I("row"),
        I("code"),
        T("salt"),
    ],
};

/// The columns of a new reference.
static REFERENCES: Table =
    Table { name: "refs", key: 1, columns: &[I("id"), I("customer"), T("reference"), I("operation")] };

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
        T("brought"),
    ],
};

const ADDING: &str = "could not add a customer";

impl dyn Transaction + '_ {
    /// Adds a customer with its code and its references, all new; gives the ids (customer, code).
    /// In a bulk write look everything up before the first of these: it may drop indexes until the
    /// commit.
    pub fn put(&mut self, customer: &NewCustomer<'_>, code: &NewCode<'_>) -> Result<(i64, i64)> {
        self.accept_objects(ADDING, [customer.fields, customer.attributes])?;
        let number = code.number.map(stored).transpose()?;
        let salt = self.written().salts.give()?;
        let ids = match self.ids()? {
            Some(ids) => {
                self.put_counted(ids, customer, &salt, code, number)?;
                let references = i64::try_from(customer.references.len()).unwrap_or(i64::MAX);
                self.written().ids = Ids::Counted(NextIds {
                    customer: ids.customer + 1,
                    reference: ids.reference + references,
                    code: ids.code + 1,
                });
                (ids.customer, ids.code)
            }
            None => self.put_given(customer, &salt, code, number)?,
        };
        self.written().chain.put(customer, &salt, code);
        Ok(ids)
    }

    /// The next ids, where they are counted here.
    fn ids(&mut self) -> Result<Option<NextIds>> {
        match self.written().ids {
            Ids::Counted(next) => Ok(Some(next)),
            Ids::Given => Ok(None),
            Ids::Unknown => {
                let ids = self.begin_rows()?;
                self.written().ids = ids.map_or(Ids::Given, Ids::Counted);
                Ok(ids)
            }
        }
    }

    /// Adds all rows or, when one is refused, none.
    fn put_counted(
        &mut self,
        ids: NextIds,
        customer: &NewCustomer<'_>,
        salt: &str,
        code: &NewCode<'_>,
        number: Option<i64>,
    ) -> Result<()> {
        let person = [
            Value::Integer(ids.customer),
            customer.name.into(),
            customer.strict.into(),
            Value::Text(customer.fields),
            Value::Text(customer.attributes),
            Value::Text(customer.date),
            Value::Integer(customer.operation),
            Value::Integer(customer.row),
            Value::Integer(ids.code),
            Value::Text(salt),
        ];
        self.insert(ADDING, &CUSTOMERS, &person)?;
        let printed = [
            Value::Integer(ids.code),
            Value::Text(code.canonical),
            code.written.into(),
            Value::Integer(ids.customer),
            code.counter.into(),
            number.into(),
            Value::Integer(customer.operation),
            code.brought.into(),
        ];
        let added = self.insert(ADDING, &CODES, &printed);
        let added = added.map_err(|error| named(error, |_| Some(code.canonical)));
        let added = added.and_then(|()| self.put_references(ids, customer));
        if matches!(added, Err(Error::Conflict { .. })) {
            // Refused rows leave nothing behind, so that the caller may go on with others.
            self.execute(ADDING, &UNDO_REFERENCES, params![ids.customer])?;
            self.execute(ADDING, &UNDO_CODE, params![ids.code])?;
            self.write_rows(ADDING, &UNDO, params![ids.customer], 1)?;
        }
        added
    }

    fn put_references(&mut self, ids: NextIds, customer: &NewCustomer<'_>) -> Result<()> {
        for (id, reference) in (ids.reference..).zip(customer.references) {
            let row = [
                Value::Integer(id),
                Value::Integer(ids.customer),
                Value::Text(reference),
                Value::Integer(customer.operation),
            ];
            self.insert(ADDING, &REFERENCES, &row).map_err(|error| named(error, |_| Some(reference)))?;
        }
        Ok(())
    }

    /// Adds all rows, to which the engine gives their ids.
    fn put_given(
        &mut self,
        customer: &NewCustomer<'_>,
        salt: &str,
        code: &NewCode<'_>,
        number: Option<i64>,
    ) -> Result<(i64, i64)> {
        let values = [
            code.canonical.into(),
            Param::Texts(customer.references),
            customer.name.into(),
            customer.fields.into(),
            customer.attributes.into(),
            customer.date.into(),
            customer.operation.into(),
            customer.row.into(),
            code.written.into(),
            code.counter.into(),
            number.into(),
            code.brought.into(),
            salt.into(),
            customer.strict.into(),
        ];
        let (ids, code_taken, taken, written) = self
            .one(ADDING, &PUT, &values, |row| {
                let mut reading = Reading::of(row);
                let ids = (reading.optional_integer()?, reading.optional_integer()?);
                let code_taken = reading.optional_integer()?.is_some();
                Ok((ids.0.zip(ids.1), code_taken, reading.optional_string()?, reading.number()?))
            })?
            .unwrap_or_default();
        match (ids, taken) {
            (Some(ids), _) if written == 2 + customer.references.len() as u64 => Ok(ids),
            (None, _) if code_taken => Err(Error::Conflict { key: "code", value: code.canonical.to_owned() }),
            (None, Some(reference)) => Err(Error::Conflict { key: "reference", value: reference }),
            _ => Err(self.unwritten(ADDING)),
        }
    }
}
