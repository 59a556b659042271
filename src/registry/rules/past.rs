//! The rules that were in force in the past: a code is judged by those under which it was issued.

use std::collections::HashMap;

use crate::registry::Result;
use crate::rule::{Bundle, RuleBook};
use crate::store::{self, OperationFilter, Snapshot};

/// Which rules were in force from which operation on, by digest.
pub(crate) struct InForce(Vec<(i64, String)>);

impl InForce {
    /// Goes over all operations.
    pub(crate) fn read(view: &mut dyn Snapshot) -> store::Result<Self> {
        let mut changes: Vec<(i64, String)> = Vec::new();
        view.scan_operations(&OperationFilter::default(), &mut |operation| {
            if changes.last().is_none_or(|(_, digest)| *digest != operation.bundle) {
                changes.push((operation.id, operation.bundle.clone()));
            }
            Ok(())
        })?;
        Ok(Self(changes))
    }

    /// The rules of an operation.
    pub(crate) fn at(&self, operation: i64) -> Option<&String> {
        let after = self.0.partition_point(|(first, _)| *first <= operation);
        self.0.get(after.checked_sub(1)?).map(|(_, digest)| digest)
    }

    /// Every change of rules: the first operation under them, and their digest. Rules that came
    /// back stand there again.
    pub(crate) fn changes(&self) -> impl Iterator<Item = (i64, &String)> {
        self.0.iter().map(|(first, digest)| (*first, digest))
    }
}

/// The rules of every operation, loaded.
pub(super) struct Past {
    in_force: InForce,
    books: HashMap<String, RuleBook>,
}

impl Past {
    /// Loads all of them.
    pub(super) fn load(view: &mut dyn Snapshot) -> Result<Self> {
        let in_force = InForce::read(view)?;
        let mut books = HashMap::new();
        for (_, digest) in in_force.changes() {
            if !books.contains_key(digest) {
                books.insert(digest.clone(), kept(view, digest)?);
            }
        }
        Ok(Self { in_force, books })
    }

    /// The rules under which an operation was done.
    pub(super) fn book(&self, operation: i64) -> Option<&RuleBook> {
        self.books.get(self.in_force.at(operation)?)
    }
}

/// Rules that the ledger keeps.
pub(crate) fn kept(view: &mut dyn Snapshot, digest: &str) -> Result<RuleBook> {
    let stored = view.bundle(digest)?.ok_or_else(|| store::Error::Unusable {
        location: "ledger".to_owned(),
        reason: format!("its rules {digest} are missing"),
    })?;
    Ok(RuleBook::compile(Bundle::decode(&stored.text)?)?)
}
