//! Walks over many customers or codes, one row in memory at a time.

use super::condition::Condition;
use super::rows::{self, Reading, code_columns, entry_columns, references};
use crate::store::engine::{Param, params};
use crate::store::statement::{Statement, statements};
use crate::store::{CodeRow, CodeState, CustomerState, Entry, Filter, KeyedName, Listed, Result, Snapshot};

/// The customers that the operation of the first parameter made, each with its current code.
macro_rules! made {
    () => {
        " FROM custcode.operations INNER JOIN custcode.codes AS made \
         ON made.id BETWEEN operations.first_code AND operations.last_code \
         INNER JOIN custcode.customers ON customers.id = made.customer \
         INNER JOIN custcode.codes ON codes.id = customers.code WHERE operations.id = $1 ORDER BY made.id"
    };
}

statements! {
    // The codes of one operation have consecutive ids, and its customers stand in the same order.
    MADE(1) = concat!("SELECT ", entry_columns!(), made!());
    MADE_ROWS(1) = concat!("SELECT customers.row, codes.canonical, codes.state", made!());
    ALL_CODES(0) = concat!(
        "SELECT ",
        code_columns!(),
        ", coalesce(sequences.rule, ''), coalesce(sequences.scope, '') \
         FROM custcode.codes LEFT JOIN custcode.sequences ON sequences.id = codes.sequence ORDER BY codes.id"
    );
    OF_COUNTER(1) = concat!(
        "SELECT ",
        code_columns!(),
        " FROM custcode.codes WHERE sequence = $1 ORDER BY number NULLS FIRST, id"
    );
    NUMBERS(0) = concat!(
        "SELECT ",
        code_columns!(),
        " FROM custcode.codes WHERE sequence IS NOT NULL AND number IS NOT NULL ORDER BY sequence, number, id"
    );
    NAME_KEYS(0) = "SELECT id, name, strict FROM custcode.customers WHERE name IS NOT NULL OR strict IS NOT NULL ORDER BY id";
}

/// The columns of a list. The customers come first in the join, so that rows come in their order
/// without sorting.
const LISTED: &str = concat!(
    "SELECT coalesce(codes.written, codes.canonical), codes.state, ",
    references!(),
    ", customers.name, customers.date, customers.fields, customers.attributes \
     FROM custcode.customers INNER JOIN custcode.codes ON codes.id = customers.code"
);

/// The rows that a filter wants, in order of the customers; `keys` are those of its fields.
fn listed<'f>(filter: &'f Filter, keys: &'f [Vec<&'f str>]) -> Condition<'f> {
    let mut condition = Condition::beginning(LISTED);
    for ((field, _), keys) in filter.fields.iter().zip(keys) {
        let field = Param::from(field);
        match keys[..] {
            [key] => condition.and("CAST(customers.fields AS json) ->> ? = ?", [field, Param::from(key)]),
            _ => condition.and("CAST(customers.fields AS json) ->> ? = ANY(?)", [field, Param::Texts(keys)]),
        }
    }
    for (name, value) in &filter.attributes {
        condition.and("CAST(customers.attributes AS json) ->> ? = ?", [name.as_str(), value.as_str()]);
    }
    for (term, value) in [
        ("codes.canonical = ?", &filter.code),
        (
            "customers.id IN (SELECT customer FROM custcode.refs WHERE dropped IS NULL AND reference = ?)",
            &filter.reference,
        ),
        ("customers.name = ?", &filter.name),
        ("customers.date COLLATE \"C\" >= ?", &filter.dates.0),
        ("customers.date COLLATE \"C\" <= ?", &filter.dates.1),
    ] {
        if let Some(value) = value {
            condition.and(term, [value.as_str()]);
        }
    }
    if !filter.states.is_empty() {
        let marks = vec!["?"; filter.states.len()].join(", ");
        condition.and(&format!("codes.state IN ({marks})"), filter.states.iter().map(|state| state.as_str()));
    }
    if let Some(erased) = filter.erased {
        let term = if erased { "customers.state = ?" } else { "customers.state <> ?" };
        condition.and(term, [CustomerState::Erased.as_str()]);
    }
    condition.push(" ORDER BY customers.id");
    if let Some(limit) = filter.limit {
        condition.push(" LIMIT ");
        condition.value(i64::try_from(limit).unwrap_or(i64::MAX));
    }
    condition
}

/// Long answers about customers and codes.
impl dyn Snapshot + '_ {
    /// Customers with their current codes in order of id, filtered; stops when `each` fails.
    pub fn scan(&mut self, filter: &Filter, each: &mut dyn FnMut(&Listed<'_>) -> Result<()>) -> Result<()> {
        let keys: Vec<Vec<&str>> =
            filter.fields.iter().map(|(_, keys)| keys.iter().map(String::as_str).collect()).collect();
        let wanted = listed(filter, &keys);
        self.stream("could not read customers", &wanted.statement(), wanted.params(), &mut |row| {
            Ok(each(&Reading::of(row).listed()?)?)
        })
    }

    /// Customers that an operation made, or that it was answered with, in order of their codes;
    /// each with its current code.
    pub fn scan_operation(
        &mut self,
        operation: i64,
        each: &mut dyn FnMut(&Entry) -> Result<()>,
    ) -> Result<()> {
        let mut entry = rows::blank_entry();
        self.stream("could not read customers", &MADE, params![operation], &mut |row| {
            Reading::of(row).entry(&mut entry)?;
            Ok(each(&entry)?)
        })
    }

    /// The same customers by the row of the input that they came from: `each(row, code, state)`, of
    /// their current code the canonical form.
    pub fn scan_made_rows(
        &mut self,
        operation: i64,
        each: &mut dyn FnMut(i64, &str, CodeState) -> Result<()>,
    ) -> Result<()> {
        self.stream("could not read customers", &MADE_ROWS, params![operation], &mut |row| {
            let mut reading = Reading::of(row);
            Ok(each(reading.integer()?, reading.str()?, reading.word(CodeState::from_word)?)?)
        })
    }

    /// Every code in order of id with its rule id, scope and number: `each(code, rule, scope)`
    /// (both empty for legacy codes).
    pub fn scan_codes(&mut self, each: &mut dyn FnMut(&CodeRow, &str, &str) -> Result<()>) -> Result<()> {
        let mut code = rows::blank_code();
        self.stream("could not read codes", &ALL_CODES, &[], &mut |row| {
            let mut reading = Reading::of(row);
            reading.code(&mut code)?;
            Ok(each(&code, reading.str()?, reading.str()?)?)
        })
    }

    /// Every code that has a number, in order of counter and number.
    pub fn scan_numbers(&mut self, each: &mut dyn FnMut(&CodeRow) -> Result<()>) -> Result<()> {
        self.walk_codes("could not read the numbers of the counters", &NUMBERS, &[], each)
    }

    /// The codes of a counter in order of their numbers.
    pub fn scan_counter(&mut self, counter: i64, each: &mut dyn FnMut(&CodeRow) -> Result<()>) -> Result<()> {
        self.walk_codes("could not read the codes of a counter", &OF_COUNTER, params![counter], each)
    }

    fn walk_codes(
        &mut self,
        doing: &str,
        statement: &Statement<'_>,
        params: &[Param<'_>],
        each: &mut dyn FnMut(&CodeRow) -> Result<()>,
    ) -> Result<()> {
        let mut code = rows::blank_code();
        self.stream(doing, statement, params, &mut |row| {
            Reading::of(row).code(&mut code)?;
            Ok(each(&code)?)
        })
    }

    /// Every customer that has a name or the key of one, in order of id.
    pub fn scan_name_keys(&mut self, each: &mut dyn FnMut(&KeyedName<'_>) -> Result<()>) -> Result<()> {
        self.stream("could not read the keys of names", &NAME_KEYS, &[], &mut |row| {
            let mut reading = Reading::of(row);
            let customer = reading.integer()?;
            Ok(each(&KeyedName {
                customer,
                name: reading.optional_str()?,
                key: reading.optional_integer()?,
            })?)
        })
    }
}
