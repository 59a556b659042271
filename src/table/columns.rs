//! The member names of JSON objects as columns, in the order of their first appearance.

use std::collections::HashMap;

use super::window::RECORD_LIMIT;

/// Names and where they stand.
#[derive(Default)]
pub(super) struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
    bytes: usize,
}

impl Columns {
    /// The names in order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Takes in a name if it is new. Refuses what would be too long for a header line.
    pub(super) fn add(&mut self, name: &str) -> Result<(), String> {
        if self.places.contains_key(name) {
            return Ok(());
        }
        if name.trim().is_empty() {
            return Err("a member without a name".to_owned());
        }
        self.bytes += name.len() + 1;
        if self.bytes > RECORD_LIMIT {
            return Err("the names of all members together are longer than 1 MiB".to_owned());
        }
        self.places.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        Ok(())
    }

    /// The column of a name; `guess` is tried first, as members mostly come in the order of the
    /// columns.
    pub(super) fn find(&self, name: &str, guess: usize) -> Option<usize> {
        if self.names.get(guess).is_some_and(|guessed| guessed == name) {
            return Some(guess);
        }
        self.places.get(name).copied()
    }
}
