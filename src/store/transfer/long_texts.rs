//! Texts that an index of PostgreSQL could not hold.

use crate::store::{Result, Snapshot, TABLES, Value};

/// The texts that an index holds: table, columns, and how the row is called.
const INDEXES: [(&str, &[&str], &str); 4] = [
    ("refs", &["reference"], "reference"),
    ("operations", &["request_id"], "request id"),
    ("attributes", &["name"], "name of an attribute"),
    ("sequences", &["rule", "scope"], "rule and scope"),
];

/// So many are told one by one.
const TOLD: usize = 5;

/// Texts that are too long for an index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LongTexts {
    /// The first few, each as `reference "CRM:00…"… (3000 bytes)`.
    pub told: Vec<String>,
    /// How many there are.
    pub count: usize,
}

/// The indexed texts of a ledger that have more than `limit` bytes.
pub fn long_texts(view: &mut dyn Snapshot, limit: usize) -> Result<LongTexts> {
    let mut found = LongTexts::default();
    for (table, columns, what) in INDEXES {
        let Some(table) = TABLES.iter().find(|it| it.name == table) else { continue };
        let places: Vec<usize> =
            (0..table.columns.len()).filter(|at| columns.contains(&table.columns[*at].name())).collect();
        view.rows(table, 0, &mut |row| {
            let text = |at: &usize| match row[*at] {
                Value::Text(text) => text,
                Value::Null | Value::Integer(_) => "",
            };
            let bytes: usize = places.iter().map(|at| text(at).len()).sum();
            if bytes > limit {
                found.count += 1;
                if found.told.len() < TOLD {
                    let shown: String = text(&places[0]).chars().take(20).collect();
                    found.told.push(format!("{what} {shown:?}… ({bytes} bytes)"));
                }
            }
            Ok(())
        })?;
    }
    Ok(found)
}
