//! Rows of SQLite to records: the columns in one place, and readers that write over a record so that a scan of a million customers
//! allocates nothing per row.

use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type, ValueRef};

use crate::store::{CodeRow, CodeState, Customer, CustomerState, Entry, Listed, Operation};

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

/// Reads the columns of a row one after the other.
pub(super) struct Reading<'r, 'stmt> {
    row: &'r Row<'stmt>,
    next: usize,
}

impl<'r, 'stmt> Reading<'r, 'stmt> {
    /// Begins at a column.
    pub(super) fn of(row: &'r Row<'stmt>, first: usize) -> Self {
        Self { row, next: first }
    }

    fn value(&mut self) -> rusqlite::Result<ValueRef<'r>> {
        self.next += 1;
        self.row.get_ref(self.next - 1)
    }

    fn wrong(&self, error: FromSqlError) -> rusqlite::Error {
        rusqlite::Error::FromSqlConversionFailure(self.next - 1, Type::Text, Box::new(error))
    }

    pub(super) fn str(&mut self) -> rusqlite::Result<&'r str> {
        self.value()?.as_str().map_err(|error| self.wrong(error))
    }

    fn text(&mut self, into: &mut String) -> rusqlite::Result<()> {
        into.clear();
        into.push_str(self.str()?);
        Ok(())
    }

    fn optional_text(&mut self, into: &mut Option<String>) -> rusqlite::Result<()> {
        match self.optional_str()? {
            Some(text) => {
                let into = into.get_or_insert_default();
                into.clear();
                into.push_str(text);
            }
            None => *into = None,
        }
        Ok(())
    }

    pub(super) fn optional_str(&mut self) -> rusqlite::Result<Option<&'r str>> {
        self.value()?.as_str_or_null().map_err(|error| self.wrong(error))
    }

    /// The columns of a list, borrowed.
    pub(super) fn listed(&mut self) -> rusqlite::Result<Listed<'r>> {
        Ok(Listed {
            code: self.str()?,
            state: self.word(CodeState::from_word)?,
            reference: self.optional_str()?,
            name: self.optional_str()?,
            date: self.str()?,
            fields: self.str()?,
            attributes: self.str()?,
        })
    }

    pub(super) fn integer(&mut self) -> rusqlite::Result<i64> {
        self.value()?.as_i64().map_err(|error| self.wrong(error))
    }

    pub(super) fn optional_integer(&mut self) -> rusqlite::Result<Option<i64>> {
        self.value()?.as_i64_or_null().map_err(|error| self.wrong(error))
    }

    /// A sequence number; the ledger never holds a negative one.
    pub(super) fn number(&mut self) -> rusqlite::Result<Option<u64>> {
        let number = self.optional_integer()?;
        number
            .map(u64::try_from)
            .transpose()
            .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(self.next - 1, number.unwrap_or_default()))
    }

    /// A word of a closed list.
    pub(super) fn word<T>(&mut self, known: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
        let word = self.str()?;
        known(word).ok_or_else(|| self.wrong(FromSqlError::Other(format!("unknown word {word:?}").into())))
    }

    pub(super) fn customer(&mut self, into: &mut Customer) -> rusqlite::Result<()> {
        into.id = self.integer()?;
        self.optional_text(&mut into.reference)?;
        self.optional_text(&mut into.name)?;
        self.text(&mut into.fields)?;
        self.text(&mut into.attributes)?;
        into.state = self.word(CustomerState::from_word)?;
        self.text(&mut into.date)?;
        into.operation = self.integer()?;
        into.row = self.integer()?;
        Ok(())
    }

    pub(super) fn code(&mut self, into: &mut CodeRow) -> rusqlite::Result<()> {
        into.id = self.integer()?;
        self.text(&mut into.canonical)?;
        self.optional_text(&mut into.written)?;
        into.state = self.word(CodeState::from_word)?;
        into.customer = self.optional_integer()?;
        into.counter = self.optional_integer()?;
        into.number = self.number()?;
        into.operation = self.integer()?;
        Ok(())
    }

    pub(super) fn entry(&mut self, into: &mut Entry) -> rusqlite::Result<()> {
        self.customer(&mut into.customer)?;
        self.code(&mut into.code)
    }

    pub(super) fn operation(&mut self) -> rusqlite::Result<Operation> {
        let mut it = blank_operation();
        it.id = self.integer()?;
        for text in
            [&mut it.at, &mut it.command, &mut it.actor, &mut it.os_user, &mut it.host, &mut it.bundle]
        {
            self.text(text)?;
        }
        self.optional_text(&mut it.request_id)?;
        self.optional_text(&mut it.input_digest)?;
        it.rows = self.number()?.unwrap_or_default();
        it.codes = self.optional_integer()?.zip(self.optional_integer()?);
        Ok(it)
    }
}

/// A code to be written over.
pub(super) fn blank_code() -> CodeRow {
    CodeRow {
        id: 0,
        canonical: String::new(),
        written: None,
        state: CodeState::Active,
        customer: None,
        counter: None,
        number: None,
        operation: 0,
    }
}

/// A customer with its code, to be written over.
pub(super) fn blank_entry() -> Entry {
    let customer = Customer {
        id: 0,
        reference: None,
        name: None,
        fields: String::new(),
        attributes: String::new(),
        state: CustomerState::Active,
        date: String::new(),
        operation: 0,
        row: 0,
    };
    Entry { customer, code: blank_code() }
}

fn blank_operation() -> Operation {
    Operation {
        id: 0,
        at: String::new(),
        command: String::new(),
        actor: String::new(),
        os_user: String::new(),
        host: String::new(),
        bundle: String::new(),
        request_id: None,
        input_digest: None,
        rows: 0,
        codes: None,
    }
}

/// Reads a code out of a row of [`code_columns`].
pub(super) fn code(row: &Row<'_>) -> rusqlite::Result<CodeRow> {
    let mut code = blank_code();
    Reading::of(row, 0).code(&mut code)?;
    Ok(code)
}

/// Reads a customer and its code out of a row of [`entry_columns`].
pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let mut entry = blank_entry();
    Reading::of(row, 0).entry(&mut entry)?;
    Ok(entry)
}

/// Reads an operation out of a row of [`operation_columns`].
pub(super) fn operation(row: &Row<'_>) -> rusqlite::Result<Operation> {
    Reading::of(row, 0).operation()
}
