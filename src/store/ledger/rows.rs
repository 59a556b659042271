//! Rows to records: the columns in one place, and readers that write over a record so that a scan
//! of a million customers allocates nothing per row.

use crate::store::engine::{Fault, Read, Row};
use crate::store::{CodeRow, CodeState, Customer, CustomerState, Entry, Listed, Operation};

/// The references that a customer has now, one a line, in the order in which they came.
macro_rules! references {
    () => {
        "(SELECT string_agg(reference, '\n') FROM (SELECT reference FROM custcode.refs \
         WHERE refs.customer = customers.id AND dropped IS NULL AND commitment IS NULL ORDER BY id) AS its)"
    };
}

/// The columns of a customer, then those of its current code, in the order that [`Reading`]
/// expects.
macro_rules! entry_columns {
    () => {
        concat!(
            "customers.id, ",
            $crate::store::ledger::rows::references!(),
            ", customers.name, customers.fields, customers.attributes, customers.state, customers.date, \
             customers.operation, customers.row, ",
            $crate::store::ledger::rows::code_columns!()
        )
    };
}

/// The columns of a code.
macro_rules! code_columns {
    () => {
        "codes.id, codes.canonical, codes.written, codes.brought, codes.state, codes.customer, \
         codes.sequence, codes.number, codes.operation"
    };
}

/// The columns of an operation.
macro_rules! operation_columns {
    () => {
        "operations.id, operations.at, operations.command, operations.actor, operations.os_user, \
         operations.host, operations.bundle, operations.request_id, operations.input_digest, \
         operations.salt, operations.rows, operations.first_code, operations.last_code"
    };
}

pub(super) use {code_columns, entry_columns, operation_columns, references};

/// Where a code's canonical form stands among [`code_columns`].
pub(super) const CANONICAL: usize = 1;

/// Where the key that was asked for stands, behind the [`entry_columns`].
pub(super) const ASKED: usize = 18;

/// A row that no version of the program writes.
fn damaged<T>(reason: String) -> Read<T> {
    Err(Fault::Row(reason))
}

/// Reads the columns of a row one after the other.
pub(super) struct Reading<'r> {
    row: &'r dyn Row,
    next: usize,
}

impl<'r> Reading<'r> {
    /// Begins at the first column.
    pub(super) fn of(row: &'r dyn Row) -> Self {
        Self::at(row, 0)
    }

    /// Begins at a column.
    pub(super) fn at(row: &'r dyn Row, first: usize) -> Self {
        Self { row, next: first }
    }

    pub(super) fn optional_str(&mut self) -> Read<Option<&'r str>> {
        self.next += 1;
        self.row.text(self.next - 1)
    }

    pub(super) fn str(&mut self) -> Read<&'r str> {
        match self.optional_str()? {
            Some(text) => Ok(text),
            None => self.absent(),
        }
    }

    pub(super) fn string(&mut self) -> Read<String> {
        self.str().map(str::to_owned)
    }

    pub(super) fn optional_string(&mut self) -> Read<Option<String>> {
        Ok(self.optional_str()?.map(str::to_owned))
    }

    pub(super) fn optional_integer(&mut self) -> Read<Option<i64>> {
        self.next += 1;
        self.row.integer(self.next - 1)
    }

    pub(super) fn integer(&mut self) -> Read<i64> {
        match self.optional_integer()? {
            Some(number) => Ok(number),
            None => self.absent(),
        }
    }

    /// A sequence number; the ledger never holds a negative one.
    pub(super) fn optional_number(&mut self) -> Read<Option<u64>> {
        match self.optional_integer()? {
            None => Ok(None),
            Some(number) => match u64::try_from(number) {
                Ok(number) => Ok(Some(number)),
                Err(_) => damaged(format!("a number below 0: {number}")),
            },
        }
    }

    /// A sequence number that is always there.
    pub(super) fn number(&mut self) -> Read<u64> {
        match self.optional_number()? {
            Some(number) => Ok(number),
            None => self.absent(),
        }
    }

    /// A word of a closed list.
    pub(super) fn word<T>(&mut self, known: impl Fn(&str) -> Option<T>) -> Read<T> {
        let word = self.str()?;
        known(word).map_or_else(|| damaged(format!("unknown word {word:?}")), Ok)
    }

    fn absent<T>(&self) -> Read<T> {
        damaged(format!("column {} holds nothing", self.next))
    }

    fn write_over(&mut self, into: &mut String) -> Read<()> {
        into.clear();
        into.push_str(self.str()?);
        Ok(())
    }

    fn write_over_optional(&mut self, into: &mut Option<String>) -> Read<()> {
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

    /// The columns of a list, borrowed.
    pub(super) fn listed(&mut self) -> Read<Listed<'r>> {
        Ok(Listed {
            code: self.str()?,
            state: self.word(CodeState::from_word)?,
            references: self.optional_str()?,
            name: self.optional_str()?,
            date: self.str()?,
            fields: self.str()?,
            attributes: self.str()?,
        })
    }

    fn customer(&mut self, into: &mut Customer) -> Read<()> {
        into.id = self.integer()?;
        into.references.clear();
        into.references.extend(self.optional_str()?.into_iter().flat_map(str::lines).map(str::to_owned));
        self.write_over_optional(&mut into.name)?;
        self.write_over(&mut into.fields)?;
        self.write_over(&mut into.attributes)?;
        into.state = self.word(CustomerState::from_word)?;
        self.write_over(&mut into.date)?;
        into.operation = self.integer()?;
        into.row = self.integer()?;
        Ok(())
    }

    /// The columns of a code, written over one.
    pub(super) fn code(&mut self, into: &mut CodeRow) -> Read<()> {
        into.id = self.integer()?;
        self.write_over(&mut into.canonical)?;
        self.write_over_optional(&mut into.written)?;
        self.write_over_optional(&mut into.brought)?;
        into.state = self.word(CodeState::from_word)?;
        into.customer = self.optional_integer()?;
        into.counter = self.optional_integer()?;
        into.number = self.optional_number()?;
        into.operation = self.integer()?;
        Ok(())
    }

    /// The columns of a customer and its code, written over one.
    pub(super) fn entry(&mut self, into: &mut Entry) -> Read<()> {
        self.customer(&mut into.customer)?;
        self.code(&mut into.code)
    }

    /// The columns of an operation.
    pub(super) fn operation(&mut self) -> Read<Operation> {
        Ok(Operation {
            id: self.integer()?,
            at: self.string()?,
            command: self.string()?,
            actor: self.string()?,
            os_user: self.string()?,
            host: self.string()?,
            bundle: self.string()?,
            request_id: self.optional_string()?,
            input_digest: self.optional_string()?,
            salt: self.optional_string()?,
            rows: self.number()?,
            codes: {
                let (first, last) = (self.optional_integer()?, self.optional_integer()?);
                first.zip(last)
            },
        })
    }
}

/// A code to be written over.
pub(super) fn blank_code() -> CodeRow {
    CodeRow {
        id: 0,
        canonical: String::new(),
        written: None,
        brought: None,
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
        references: Vec::new(),
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

/// Reads a code out of a row of [`code_columns`].
pub(super) fn code(row: &dyn Row) -> Read<CodeRow> {
    let mut code = blank_code();
    Reading::of(row).code(&mut code)?;
    Ok(code)
}

/// Reads a customer and its code out of a row of [`entry_columns`].
pub(super) fn entry(row: &dyn Row) -> Read<Entry> {
    let mut entry = blank_entry();
    Reading::of(row).entry(&mut entry)?;
    Ok(entry)
}

/// Reads an operation out of a row of [`operation_columns`].
pub(super) fn operation(row: &dyn Row) -> Read<Operation> {
    Reading::of(row).operation()
}
