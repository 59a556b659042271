//! Customers that are known by nothing but their name.

use std::collections::HashMap;

use super::ImportRequest;
use super::read::Understood;
use super::replay::Replay;
use super::row::Row;
use crate::registry::Result;
use crate::registry::customer::matching::is_namesake;
use crate::registry::session::Session;
use crate::rule::RuleBook;
use crate::store::{CodeRow, CodeState};

/// Namesakes looked up in one scan of the ledger.
const NAMES: usize = 200_000;

/// Rows with neither code nor reference whose name and printed fields the ledger has already, each
/// with the customer's code.
pub(super) fn namesakes(
    book: &RuleBook,
    request: &ImportRequest<'_>,
    understood: &mut Understood,
    session: &mut Session<'_>,
    replay: &mut Replay,
) -> Result<HashMap<u64, CodeRow>> {
    let mut known = HashMap::new();
    if understood.nameless_keys == 0 || request.allow_same || !session.view().has_customers()? {
        return Ok(known);
    }
    let mut records = understood.rows.records()?;
    let mut replay = replay.in_order()?;
    let (mut record, mut wanted) = (Vec::new(), Vec::new());
    loop {
        let more = records.next(&mut record)?;
        if more {
            let row = Row::decode(&record);
            if let Some(name) = row.name.filter(|_| row.has_no_key())
                && replay.code_of(row.row)?.is_none()
            {
                wanted.push((row.row, name.to_owned(), row.fields.to_owned(), row.rule));
            }
        }
        if wanted.len() >= NAMES || !more {
            by_name(book, session, &wanted, &mut known)?;
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
    session: &mut Session<'_>,
    wanted: &[Wanted],
    known: &mut HashMap<u64, CodeRow>,
) -> Result<()> {
    let names: Vec<&str> = wanted.iter().map(|(_, name, ..)| name.as_str()).collect();
    session.view().find_names(&names, &mut |place, entry| {
        let (row, name, fields, rule) = &wanted[place];
        let Some(rule) = rule.and_then(|rule| book.rules().get(rule)) else { return Ok(()) };
        if is_namesake(rule, name, fields, &entry.customer)? {
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
