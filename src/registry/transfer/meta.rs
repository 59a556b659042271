//! What a ledger says of itself, and the part of it that belongs to the place and not to the content: the fence and the state of an
//! unfinished copy. That part is never copied.

use std::collections::BTreeMap;

use crate::store::{self, Snapshot, TABLES, Table, Transaction, Value};

/// The table of what a ledger says of itself.
pub(super) const META: &Table = &TABLES[0];

/// The key of the fence.
const FENCE: &str = "fence";
/// The key of the state of an unfinished copy.
const STATE: &str = "copy";

/// Whether a row of a table belongs to the content of the ledger.
pub(super) fn is_content(table: &Table, row: &[Value<'_>]) -> bool {
    table.name != META.name || !matches!(row.first(), Some(Value::Text(FENCE | STATE)))
}

/// Everything that a ledger says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meta {
    /// The content, by key.
    pub(super) content: BTreeMap<String, String>,
    /// Why it does not issue.
    pub(super) fence: Option<String>,
    /// The state of an unfinished copy.
    pub(super) state: Option<String>,
}

impl Meta {
    /// Reads all of it.
    pub(super) fn read(view: &mut dyn Snapshot) -> store::Result<Self> {
        let mut meta = Self::default();
        view.rows(META, 0, &mut |row| {
            if let [Value::Text(key), Value::Text(value)] = row {
                meta.content.insert((*key).to_owned(), (*value).to_owned());
            }
            Ok(())
        })?;
        meta.fence = meta.content.remove(FENCE);
        meta.state = meta.content.remove(STATE);
        Ok(meta)
    }

    /// Writes all of it in place of what was there.
    pub(super) fn write(&self, transaction: &mut dyn Transaction) -> store::Result<()> {
        let place = [(FENCE, &self.fence), (STATE, &self.state)];
        let place = place.iter().filter_map(|(key, value)| Some((*key, value.as_deref()?)));
        let content = self.content.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let values: Vec<Value<'_>> =
            content.chain(place).flat_map(|(key, value)| [Value::Text(key), Value::Text(value)]).collect();
        transaction.clear(META)?;
        transaction.append(META, &values)
    }
}
