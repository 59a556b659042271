//! Every code, read again under the rules it was issued with: what it says must be what its row
//! says.

use std::collections::HashMap;

use super::finding::Findings;
use super::{Checked, FindingKind};
use crate::code::normalize::canonical;
use crate::registry::customer::code_reading;
use crate::registry::number::issue::UNCOUNTED;
use crate::registry::rules::InForce;
use crate::registry::scope;
use crate::rule::{Bundle, RuleBook};
use crate::store::{self, CodeRow, Result, Snapshot};

/// Reads every code.
pub(super) fn check(view: &mut dyn Snapshot, checked: &mut Checked, findings: &mut Findings) -> Result<()> {
    let in_force = InForce::read(view)?;
    let books = books(view, &in_force, checked, findings)?;
    view.scan_codes(&mut |row, rule, scope| {
        // Without its operation or its rules a code cannot be judged; both are findings of their
        // own.
        if let Some(book) = in_force.at(row.operation).and_then(|digest| books.get(digest)?.as_ref())
            && let Some(what) = wrong(book, row, rule, scope)
        {
            findings.add(FindingKind::Code, row.operation, row.text(), what);
        }
        Ok(())
    })
}

/// The rules that were ever in force, by digest; none where they cannot be read.
fn books(
    view: &mut dyn Snapshot,
    in_force: &InForce,
    checked: &mut Checked,
    findings: &mut Findings,
) -> Result<HashMap<String, Option<RuleBook>>> {
    let current = view.info()?.bundle;
    if current.is_none() && in_force.changes().next().is_some() {
        findings.add(
            FindingKind::Bundle,
            None,
            "the current rules",
            "the ledger does not say which they are",
        );
    }
    let mut books = HashMap::new();
    let used = in_force.changes().map(|(first, digest)| (Some(first), digest));
    for (first, digest) in used.chain(current.iter().map(|digest| (None, digest))) {
        if books.contains_key(digest) {
            continue;
        }
        checked.bundles += 1;
        let book = match view.bundle(digest)? {
            None => Err("they are not there".to_owned()),
            Some(bundle) => load(&bundle),
        };
        if let Err(what) = &book {
            findings.add(FindingKind::Bundle, first, format!("rules {digest}"), what);
        }
        books.insert(digest.clone(), book.ok());
    }
    Ok(books)
}

fn load(stored: &store::Bundle) -> std::result::Result<RuleBook, String> {
    let bundle = Bundle::decode(&stored.text).map_err(|error| error.to_string())?;
    if bundle.digest() != stored.digest {
        return Err("their text is not the one that was adopted".to_owned());
    }
    RuleBook::compile(bundle).map_err(|error| error.to_string())
}

/// What is wrong with a code, if anything.
fn wrong(book: &RuleBook, row: &CodeRow, rule: &str, scope: &str) -> Option<String> {
    if canonical(row.text()) != row.canonical {
        return Some(format!("it is not the written form of {}", row.canonical));
    }
    if row.written.as_deref() == Some(row.canonical.as_str()) {
        return Some("its written form stands there twice".to_owned());
    }
    if row.counter.is_none() {
        if row.number.is_some() {
            return Some("it has a number, but no counter".to_owned());
        }
        let reading = code_reading::read_row(book, row)?;
        return Some(format!("it came from outside every rule, but rule {} reads it", reading.rule.id));
    }
    let Some((read, read_scope, number)) = code_reading::place(book, row) else {
        return Some("no rule reads it".to_owned());
    };
    let counted = if number.is_some() { read_scope.as_str() } else { UNCOUNTED };
    if read.id != rule {
        Some(format!("rule {} reads it, but it stands under rule {rule}", read.id))
    } else if number != row.number {
        let word = |number: Option<u64>| number.map_or("none".to_owned(), |number| number.to_string());
        Some(format!("its number is {}, but it stands under {}", word(number), word(row.number)))
    } else if counted != scope {
        let word =
            |scope: &str| Some(scope::shown(scope)).filter(|it| !it.is_empty()).unwrap_or("none".into());
        Some(format!("its scope is {}, but it stands under {}", word(counted), word(scope)))
    } else {
        None
    }
}
