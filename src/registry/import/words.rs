//! What a run says of its rows, in more than one of its passes.

use super::row::Row;
use crate::registry::customer::label;
use crate::registry::customer::matching::Conflict;

/// A row's code that somebody else has.
pub(super) fn not_theirs(code: &str, holder: &str, row: &Row<'_>) -> String {
    let mine = label::who(row.reference, row.name);
    format!("code {code} belongs to {holder}, not to {mine}{}", why_one(row.brought))
}

/// How a row contradicts the ledger.
pub(super) fn conflicting(row: &Row<'_>, conflict: &Conflict) -> String {
    let mine = row.code.unwrap_or_default();
    match conflict {
        Conflict::OtherCode { entry, .. } => {
            let (subject, code) = (label::subject(&entry.customer), entry.code.text());
            format!("{subject} has code {code} already; the row brings {mine}")
        }
        Conflict::OtherCustomer { row: code, entry } => {
            not_theirs(mine, &label::holder(code, entry.as_deref()), row)
        }
    }
}

/// Why two customers meet in a code that neither of them brought.
pub(super) fn why_one(brought: bool) -> &'static str {
    if brought { "" } else { " (the rule has no sequence: one code for each combination)" }
}
