//! Empty cells that got a default: counted, so that nobody is surprised by what was taken for them.

use jiff::civil::Date;

use crate::registry::request::Values;
use crate::rule::RuleBook;

/// What was taken for empty cells of printed columns.
pub(super) struct Defaulted {
    /// By field.
    fields: Vec<u64>,
    /// Record dates.
    pub(super) dates: u64,
}

impl Defaulted {
    pub(super) fn new(book: &RuleBook) -> Self {
        Self { fields: vec![0; book.fields().len()], dates: 0 }
    }

    /// Counts the printed fields that get their default.
    pub(super) fn count(&mut self, book: &RuleBook, values: &Values, printed: &[String]) {
        for (index, field) in book.fields().iter().enumerate() {
            if values.key(index).is_none() && printed.contains(&field.name) {
                self.fields[index] += 1;
            }
        }
    }

    pub(super) fn notes(&self, book: &RuleBook, today: Date) -> Vec<String> {
        let fields = book.fields().iter().zip(&self.fields).filter(|(_, count)| **count > 0);
        let fields = fields.map(|(field, count)| {
            let default = field.default.as_deref().unwrap_or_default();
            format!("{} without {}: taken as {default}", rows(*count), field.name)
        });
        let dates =
            (self.dates > 0).then(|| format!("{} without a date: taken as {today}", rows(self.dates)));
        fields.chain(dates).collect()
    }
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}
