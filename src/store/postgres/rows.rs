//! Rows of PostgreSQL to records: the columns in one place.

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::failure::{Fault, code_state, customer_state};
use crate::store::{CodeRow, Customer, Entry, Listed, Operation};

/// The columns of a customer, then those of its current code, in the order that [`Reading`] expects.
macro_rules! entry_columns {
    () => {
        "customers.id, customers.reference, customers.name, customers.fields, customers.attributes, \
         customers.state, customers.date, customers.operation, customers.row, codes.id, codes.canonical, \
         codes.written, codes.state, codes.customer, codes.sequence, codes.number, codes.operation"
    };
}

/// The columns of a code.
macro_rules! code_columns {
    () => {
        "codes.id, codes.canonical, codes.written, codes.state, codes.customer, codes.sequence, \
         codes.number, codes.operation"
    };
}

/// The columns of an operation.
macro_rules! operation_columns {
    () => {
        "operations.id, operations.at, operations.command, operations.actor, operations.os_user, \
         operations.host, operations.bundle, operations.request_id, operations.input_digest, \
         operations.rows, operations.first_code, operations.last_code"
    };
}

pub(super) use {code_columns, entry_columns, operation_columns};

/// What was read.
pub(super) type Read<T> = std::result::Result<T, Fault>;

/// Reads the columns of a row one after the other.
pub(super) struct Reading<'r> {
    row: &'r Row,
    next: usize,
}

impl<'r> Reading<'r> {
    /// Begins at a column.
    pub(super) fn of(row: &'r Row, first: usize) -> Self {
        Self { row, next: first }
    }

    /// The next column.
    pub(super) fn get<T: FromSql<'r>>(&mut self) -> Read<T> {
        self.next += 1;
        Ok(self.row.try_get(self.next - 1)?)
    }

    /// A sequence number; the ledger never holds a negative one.
    pub(super) fn number(&mut self) -> Read<Option<u64>> {
        let number: Option<i64> = self.get()?;
        let negative = |_| Fault::Row(format!("a number below 0: {number:?}"));
        number.map(u64::try_from).transpose().map_err(negative)
    }

    /// A sequence number that is always there.
    pub(super) fn known_number(&mut self) -> Read<u64> {
        Ok(self.number()?.unwrap_or_default())
    }

    /// The columns of a list, borrowed.
    pub(super) fn listed(&mut self) -> Read<Listed<'r>> {
        Ok(Listed {
            code: self.get()?,
            state: code_state(self.get()?)?,
            reference: self.get()?,
            name: self.get()?,
            date: self.get()?,
            fields: self.get()?,
            attributes: self.get()?,
        })
    }

    pub(super) fn customer(&mut self) -> Read<Customer> {
        Ok(Customer {
            id: self.get()?,
            reference: self.get()?,
            name: self.get()?,
            fields: self.get()?,
            attributes: self.get()?,
            state: customer_state(self.get()?)?,
            date: self.get()?,
            operation: self.get()?,
            row: self.get()?,
        })
    }

    pub(super) fn code(&mut self) -> Read<CodeRow> {
        Ok(CodeRow {
            id: self.get()?,
            canonical: self.get()?,
            written: self.get()?,
            state: code_state(self.get()?)?,
            customer: self.get()?,
            counter: self.get()?,
            number: self.number()?,
            operation: self.get()?,
        })
    }

    pub(super) fn entry(&mut self) -> Read<Entry> {
        Ok(Entry { customer: self.customer()?, code: self.code()? })
    }

    pub(super) fn operation(&mut self) -> Read<Operation> {
        Ok(Operation {
            id: self.get()?,
            at: self.get()?,
            command: self.get()?,
            actor: self.get()?,
            os_user: self.get()?,
            host: self.get()?,
            bundle: self.get()?,
            request_id: self.get()?,
            input_digest: self.get()?,
            rows: self.known_number()?,
            codes: {
                let (first, last): (Option<i64>, Option<i64>) = (self.get()?, self.get()?);
                first.zip(last)
            },
        })
    }
}

/// Reads a code out of a row of [`code_columns`].
pub(super) fn code(row: &Row) -> Read<CodeRow> {
    Reading::of(row, 0).code()
}

/// Reads a customer and its code out of a row of [`entry_columns`].
pub(super) fn entry(row: &Row) -> Read<Entry> {
    Reading::of(row, 0).entry()
}

/// Reads an operation out of a row of [`operation_columns`].
pub(super) fn operation(row: &Row) -> Read<Operation> {
    Reading::of(row, 0).operation()
}
