//! Customers who may be meant, as an error names them.

use crate::store::Entry;

/// Somebody who may be meant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LikelyCustomer {
    /// The code.
    pub code: String,
    /// The name.
    pub name: Option<String>,
    /// The references.
    #[serde(rename = "refs")]
    pub references: Vec<String>,
}

impl From<&Entry> for LikelyCustomer {
    fn from(entry: &Entry) -> Self {
        Self {
            code: entry.code.text().to_owned(),
            name: entry.customer.name.clone(),
            references: entry.customer.references.clone(),
        }
    }
}
