//! A statement that grows with what is asked for, and its values with it.

use crate::store::engine::Param;
use crate::store::statement::Statement;

/// A statement in the making.
pub(super) struct Condition<'v> {
    sql: String,
    params: Vec<Param<'v>>,
    /// Whether there is a `WHERE`.
    begun: bool,
}

impl<'v> Condition<'v> {
    /// Begins with what is asked for, up to the `WHERE`.
    pub(super) fn beginning(sql: &str) -> Self {
        Self { sql: sql.to_owned(), params: Vec::new(), begun: false }
    }

    /// Adds a term; each `?` of it stands for the next value.
    pub(super) fn and<P: Into<Param<'v>>>(&mut self, term: &str, values: impl IntoIterator<Item = P>) {
        self.push(if self.begun { " AND " } else { " WHERE " });
        self.begun = true;
        let mut parts = term.split('?');
        self.sql.extend(parts.next());
        for (part, value) in parts.zip(values) {
            self.value(value);
            self.push(part);
        }
    }

    /// Adds words.
    pub(super) fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Adds a value at the end.
    pub(super) fn value(&mut self, value: impl Into<Param<'v>>) {
        self.params.push(value.into());
        self.sql.push('$');
        self.sql.push_str(&self.params.len().to_string());
    }

    /// What to ask.
    pub(super) fn statement(&self) -> Statement<'_> {
        Statement::built(self.params.len(), &self.sql)
    }

    /// With these values.
    pub(super) fn params(&self) -> &[Param<'v>] {
        &self.params
    }
}
