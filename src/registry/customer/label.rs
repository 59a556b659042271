//! How messages name customers.

use crate::store::{CodeRow, Customer, Entry, Snapshot};

/// A customer: its reference, else its name.
pub(crate) fn subject(customer: &Customer) -> String {
    who(customer.reference(), customer.name.as_deref())
}

/// Somebody of this reference and this name.
pub(crate) fn who(reference: Option<&str>, name: Option<&str>) -> String {
    match (reference, name) {
        (Some(reference), Some(name)) => format!("reference {reference:?} ({name})"),
        (Some(reference), None) => format!("reference {reference:?}"),
        (None, Some(name)) => format!("customer {name:?}"),
        (None, None) => "a customer without a name".to_owned(),
    }
}

/// Who has a code, where `entry` is its customer.
pub(crate) fn holder(row: &CodeRow, entry: Option<&Entry>) -> String {
    entry.map_or_else(|| format!("nobody ({})", row.state.as_str()), |entry| subject(&entry.customer))
}

/// Who has a code of the ledger.
pub(crate) fn holder_of(view: &mut dyn Snapshot, row: &CodeRow) -> crate::registry::Result<String> {
    let entry = entry_of(view, row)?;
    Ok(holder(row, entry.as_ref()))
}

/// The customer of a code, with the code that it carries now.
pub(crate) fn entry_of(view: &mut dyn Snapshot, row: &CodeRow) -> crate::registry::Result<Option<Entry>> {
    match row.customer {
        Some(customer) => Ok(view.entry(customer)?),
        None => Ok(None),
    }
}
