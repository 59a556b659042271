//! What a ledger says of itself, and the part of it that belongs to the place and not to the
//! content: the fence, the state of an unfinished copy, and what a backup tells of its making. That
//! part is never copied.

use std::collections::BTreeMap;

use crate::store::tables::META;
use crate::store::{Result, Snapshot, Table, Transaction, Value};

/// The key of the fence.
const FENCE: &str = "fence";
/// The key of the state of an unfinished copy.
const COPY: &str = "copy";
/// The key of what a backup tells of its making.
const BACKUP: &str = "backup";

/// The key of the erasures that are still to be applied.
pub(in crate::store) const ERASURES_DUE: &str = "erasures_due";

/// Whether a table is that of what a ledger says of itself.
pub(super) fn is_meta(table: &Table) -> bool {
    table.name == META.name
}

/// Whether a row of a table belongs to the content of the ledger.
pub fn is_content(table: &Table, row: &[Value<'_>]) -> bool {
    !is_meta(table) || !matches!(row.first(), Some(Value::Text(FENCE | COPY | BACKUP | ERASURES_DUE)))
}

/// Everything that a ledger says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// The content, by key.
    pub content: BTreeMap<String, String>,
    /// Why it does not issue.
    pub fence: Option<String>,
    /// The state of an unfinished copy.
    pub copy: Option<String>,
    /// What a backup tells of its making.
    pub backup: Option<String>,
    /// The codes of customers that are still to be erased, one a line.
    pub erasures_due: Option<String>,
}

impl Meta {
    /// Reads all of it.
    pub fn read(view: &mut dyn Snapshot) -> Result<Self> {
        let mut meta = Self::default();
        view.rows(&META, 0, &mut |row| {
            if let [Value::Text(key), Value::Text(value)] = row {
                meta.content.insert((*key).to_owned(), (*value).to_owned());
            }
            Ok(())
        })?;
        meta.fence = meta.content.remove(FENCE);
        meta.copy = meta.content.remove(COPY);
        meta.backup = meta.content.remove(BACKUP);
        meta.erasures_due = meta.content.remove(ERASURES_DUE);
        Ok(meta)
    }

    /// The same of a ledger in which the customers of these codes are still to be erased.
    #[must_use]
    pub fn with_erasures(mut self, codes: &[String]) -> Self {
        self.erasures_due = (!codes.is_empty()).then(|| codes.join("\n"));
        self
    }

    /// Writes all of it in place of what was there.
    pub fn write(&self, transaction: &mut dyn Transaction) -> Result<()> {
        let place = [
            (FENCE, &self.fence),
            (COPY, &self.copy),
            (BACKUP, &self.backup),
            (ERASURES_DUE, &self.erasures_due),
        ];
        let place = place.iter().filter_map(|(key, value)| Some((*key, value.as_deref()?)));
        let content = self.content.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let values: Vec<Value<'_>> =
            content.chain(place).flat_map(|(key, value)| [Value::Text(key), Value::Text(value)]).collect();
        transaction.clear(&META)?;
        transaction.append(&META, &values)
    }
}
