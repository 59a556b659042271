//! Customers that are known by nothing but their name.

use std::collections::HashMap;

use super::ImportRequest;
use super::read::Understood;
use super::replay::Replay;
use super::row::Row;
use crate::code::normalize;
use crate::registry::Result;
use crate::registry::customer::known::value;
use crate::registry::number::allocate::Ledger;
use crate::registry::texts::pairs;
use crate::rule::{Rule, RuleBook};
use crate::store::{self, CodeRow, CodeState};

/// Namesakes looked up in one scan of the ledger.
const NAMES: usize = 200_000;

/// Rows with neither code nor reference whose name and printed fields the ledger has already, each with the customer's code.
pub(super) fn namesakes(
    book: &RuleBook,
    request: &ImportRequest<'_>,
    understood: &mut Understood,
    ledger: &mut Ledger<'_>,
    replay: &mut Replay,
) -> Result<HashMap<u64, CodeRow>> {
    let mut known = HashMap::new();
    if understood.nameless_keys == 0 || request.allow_same || !ledger.view().has_customers()? {
        return Ok(known);
    }
    let mut records = understood.rows.records()?;
    let mut replay = replay.in_order()?;
    let (mut record, mut wanted) = (Vec::new(), Vec::new());
    loop {
        let more = records.next(&mut record)?;
        if more {
            let row = Row::decode(&record);
            if let (None, None, Some(name)) = (row.code, row.reference, row.name)
                && replay.code_of(row.row)?.is_none()
            {
                wanted.push((row.row, name.to_owned(), row.fields.to_owned(), row.rule));
            }
        }
        if wanted.len() >= NAMES || !more {
            by_name(book, ledger, &wanted, &mut known)?;
            wanted.clear();
        }
        if !more {
            return Ok(known);
        }
    }
}

/// A row waiting for its namesake: row, name, fields, rule.
type Wanted = (u64, String, String, Option<usize>);

/// Looks for customers of the same name whose printed fields are the same.
fn by_name(
    book: &RuleBook,
    ledger: &mut Ledger<'_>,
    wanted: &[Wanted],
    known: &mut HashMap<u64, CodeRow>,
) -> Result<()> {
    let names: Vec<&str> = wanted.iter().map(|(_, name, ..)| name.as_str()).collect();
    ledger.view().find_names(&names, &mut |place, entry| {
        let (row, name, fields, rule) = &wanted[place];
        let same = |known: &str| normalize::folded(known) == normalize::folded(name);
        if !entry.customer.name.as_deref().is_some_and(same) {
            return Ok(());
        }
        let Some(rule) = rule.and_then(|rule| book.rules().get(rule)) else { return Ok(()) };
        if alike(rule, fields, &entry.customer.fields)? {
            // Whoever is still a customer comes before one whose code was cancelled.
            match known.get(row) {
                Some(found) if found.state != CodeState::Void => {}
                _ => drop(known.insert(*row, entry.code)),
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// Whether two records have the same values in the fields that `rule` prints: what is compared of namesakes, in the ledger and in the
/// file.
pub(super) fn alike(rule: &Rule, mine: &str, theirs: &str) -> store::Result<bool> {
    let (mine, theirs) = (pairs(mine)?, pairs(theirs)?);
    Ok(rule.printed_fields().iter().all(|field| value(&mine, field) == value(&theirs, field)))
}
