//! What a search by text goes through: each text of each customer, a table at a time. Only the
//! columns that are compared are read, and nothing is sorted.

use super::rows::Reading;
use crate::store::statement::statements;
use crate::store::{Result, Snapshot};

statements! {
    NAMES_AND_ATTRIBUTES(0) = "SELECT id, name, attributes FROM custcode.customers";
    CODES_OF_CUSTOMERS(0) = "SELECT customer, canonical, brought FROM custcode.codes WHERE customer IS NOT NULL";
    // The sign keeps SQLite from going through an index, and from there to each row.
    REFERENCES_OF_CUSTOMERS(0) = "SELECT customer, reference FROM custcode.refs \
        WHERE +dropped IS NULL AND reference IS NOT NULL AND commitment IS NULL";
    FORMER_NAMES(0) = "SELECT customer, before FROM custcode.changes WHERE attribute = 'name' AND before IS NOT NULL";
}

const DOING: &str = "could not search the customers";

/// Takes a customer, its name and its attributes.
type EachTexts<'e> = &'e mut dyn FnMut(i64, Option<&str>, &str) -> Result<()>;
/// Takes a customer, one of its codes, and the spelling in which that came from outside.
type EachCode<'e> = &'e mut dyn FnMut(i64, &str, Option<&str>) -> Result<()>;

impl dyn Snapshot + '_ {
    /// The name and the attributes (a JSON object) of every customer: `each(customer, name,
    /// attributes)`.
    pub fn scan_texts(&mut self, each: EachTexts<'_>) -> Result<()> {
        self.stream(DOING, &NAMES_AND_ATTRIBUTES, &[], &mut |row| {
            let mut reading = Reading::of(row);
            Ok(each(reading.integer()?, reading.optional_str()?, reading.str()?)?)
        })
    }

    /// Every code that a customer has or had: `each(customer, canonical form, spelling in which it
    /// came from outside)`.
    pub fn scan_customer_codes(&mut self, each: EachCode<'_>) -> Result<()> {
        self.stream(DOING, &CODES_OF_CUSTOMERS, &[], &mut |row| {
            let mut reading = Reading::of(row);
            Ok(each(reading.integer()?, reading.str()?, reading.optional_str()?)?)
        })
    }

    /// Every reference that a customer has now: `each(customer, reference)`.
    pub fn scan_references(&mut self, each: &mut dyn FnMut(i64, &str) -> Result<()>) -> Result<()> {
        self.stream(DOING, &REFERENCES_OF_CUSTOMERS, &[], &mut |row| {
            let mut reading = Reading::of(row);
            Ok(each(reading.integer()?, reading.str()?)?)
        })
    }

    /// Every name that a customer had before: `each(customer, name)`.
    pub fn scan_former_names(&mut self, each: &mut dyn FnMut(i64, &str) -> Result<()>) -> Result<()> {
        self.stream(DOING, &FORMER_NAMES, &[], &mut |row| {
            let mut reading = Reading::of(row);
            Ok(each(reading.integer()?, reading.str()?)?)
        })
    }
}
