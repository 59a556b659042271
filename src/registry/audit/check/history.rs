//! What each operation wrote, hashed again and compared with its links; and the records of
//! customers, which only operations may change.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::finding::Findings;
use super::{Checked, CounterNames, FindingKind};
use crate::store::chain::{self, Items, Kind, LEDGER, Packed};
use crate::store::{HistoryRow, Result, Snapshot};

/// Where a told code has the attributes of the customer born with it.
const ATTRIBUTES: usize = 7;

/// Where a told revision has the record it found, and the one that the revision before it left.
const BEFORE: usize = 1;
const LEFT: usize = 3;

/// So many missing operations are named, so many customers looked up.
const NAMED: usize = 20;

/// Hashes everything again.
pub(super) fn check(
    view: &mut dyn Snapshot,
    names: &CounterNames,
    checked: &mut Checked,
    findings: &mut Findings,
) -> Result<()> {
    let listed = view.attribute_names()?.into_iter().collect();
    let mut walk = Walk {
        names,
        findings,
        checked,
        listed,
        unlisted: BTreeSet::new(),
        current: None,
        orphans: None,
        last: 0,
        missing: Vec::new(),
        changed: Vec::new(),
    };
    let outcome = view.history(&mut |row| {
        walk.row(row);
        Ok(())
    });
    let changed = walk.finish();
    outcome?;
    for code in changed {
        let customer = view.find_codes(&[&code])?.swap_remove(0).and_then(|row| row.customer);
        let last = match customer {
            Some(customer) => view.changes_of(customer)?.pop().map(|(_, operation)| operation.id),
            None => None,
        };
        let what = "was changed without an operation since its last recorded change";
        findings.add(FindingKind::Customer, last, format!("the customer of {code}"), what);
    }
    Ok(())
}

/// An operation and what was told of it so far.
struct Current {
    id: i64,
    said: Packed,
    links: u64,
    group: Option<Group>,
}

/// What an operation wrote to the chains of one counter.
#[derive(Default)]
struct Group {
    counter: i64,
    /// Lease, hash, the hash before.
    links: Vec<(i64, String, Option<String>)>,
    /// What hangs on the counter's own chain when there is a lease's chain, too: the numbers handed
    /// to the lease.
    handed: Items,
    items: Items,
    count: u64,
}

struct Walk<'w> {
    names: &'w CounterNames,
    findings: &'w mut Findings,
    checked: &'w mut Checked,
    /// Names of attributes that the ledger lists.
    listed: HashSet<String>,
    unlisted: BTreeSet<String>,
    current: Option<Current>,
    /// An operation that is not there, and how many rows name it.
    orphans: Option<(i64, u64)>,
    /// The operation met last.
    last: i64,
    /// Ids between those of operations that are there.
    missing: Vec<i64>,
    /// Codes of customers whose record is not the one that their last revision left.
    changed: Vec<String>,
}

impl Walk<'_> {
    fn row(&mut self, row: &HistoryRow<'_>) {
        match *row {
            HistoryRow::Operation { id, ref new } => {
                self.end_of_operation();
                self.note_missing(id);
                self.checked.operations += 1;
                self.current = Some(Current { id, said: chain::operation(new), links: 0, group: None });
            }
            HistoryRow::Link { operation, sequence, lease, hash, before, .. } => {
                if let Some(current) = self.current_of(operation) {
                    current.links += 1;
                }
                if let Some(group) = self.group(operation, sequence) {
                    group.links.push((lease, hash.to_owned(), before.map(str::to_owned)));
                }
            }
            HistoryRow::Item { operation, sequence, kind, columns, .. } => {
                self.customer(operation, kind, columns);
                if let Some(group) = self.group(operation, sequence) {
                    let items = if kind == Kind::Lease { &mut group.handed } else { &mut group.items };
                    items.add(kind, &chain::told(kind, columns));
                    group.count += 1;
                }
            }
        }
    }

    fn current_of(&mut self, operation: i64) -> Option<&mut Current> {
        self.current.as_mut().filter(|current| current.id == operation)
    }

    /// The group that a link or an item belongs to; none when its operation is not there.
    fn group(&mut self, operation: i64, counter: i64) -> Option<&mut Group> {
        let Some(current) = self.current.as_mut().filter(|current| current.id == operation) else {
            self.orphan(operation);
            return None;
        };
        if current.group.as_ref().is_some_and(|group| group.counter != counter) {
            self.end_of_group();
        }
        let current = self.current.as_mut()?;
        Some(current.group.get_or_insert_with(|| Group { counter, ..Group::default() }))
    }

    fn orphan(&mut self, operation: i64) {
        match &mut self.orphans {
            Some((id, count)) if *id == operation => *count += 1,
            _ => {
                self.end_of_orphans();
                self.orphans = Some((operation, 1));
            }
        }
    }

    fn end_of_orphans(&mut self) {
        if let Some((id, count)) = self.orphans.take() {
            let what = format!("the operation is not there any more, but {count} rows are of it");
            self.findings.add(FindingKind::Chain, id, "operations", what);
        }
    }

    fn end_of_group(&mut self) {
        let Some(current) = &mut self.current else { return };
        let Some(group) = current.group.take() else { return };
        let name = self.names.of(group.counter, 0);
        let Group { links, mut handed, items, count, counter } = group;
        if links.is_empty() {
            let what = format!(
                "{count} rows of this operation hang on no chain: they were added or moved there, or the link was taken away"
            );
            self.findings.add(FindingKind::Chain, current.id, name, what);
            return;
        }
        let alone = links.len() == 1;
        let mut items = Some(items);
        for (lease, hash, before) in links {
            let items = if alone {
                std::mem::take(&mut handed).joined(items.take().unwrap_or_default())
            } else if lease == 0 {
                std::mem::take(&mut handed)
            } else {
                items.take().unwrap_or_default()
            };
            if chain::link(before.as_deref(), &items.digest(&current.said)) == hash {
                continue;
            }
            let what = if count == 0 && counter != LEDGER {
                "what it wrote there is gone, or the operation's own row was edited"
            } else {
                "it is not what was hashed when it was written: a code, customer, number, date or reason of it, or its own row \
                 (who, when, which command), was edited, added or removed; or the operation before it in the chain was"
            };
            self.findings.add(FindingKind::Operation, current.id, &name, what);
        }
    }

    fn end_of_operation(&mut self) {
        self.end_of_group();
        self.end_of_orphans();
        if let Some(current) = self.current.take()
            && current.links == 0
        {
            let what = "the operation hangs on no chain: it was added by hand, or its link was taken away";
            self.findings.add(FindingKind::Chain, current.id, "operations", what);
        }
    }

    fn note_missing(&mut self, next: i64) {
        let room = NAMED.saturating_sub(self.missing.len());
        self.missing.extend((self.last + 1..next).take(room));
        self.last = next;
    }

    /// A customer's record as it stands is the one that the last operation left; revisions follow
    /// one another.
    fn customer(&mut self, operation: i64, kind: Kind, columns: &[Option<&str>]) {
        match kind {
            Kind::Code => {
                self.checked.codes += 1;
                self.attributes(columns[ATTRIBUTES]);
                if let Some(left) = chain::told_revision(columns)
                    && !chain::told_without_salt(columns)
                    && !chain::told_without_salt(columns)
                    && chain::told_record(columns).as_deref() != Some(left)
                    && self.changed.len() < NAMED
                {
                    self.changed.push(columns[1].unwrap_or_default().to_owned());
                }
            }
            Kind::Revision if columns[LEFT].is_some_and(|left| columns[BEFORE] != Some(left)) => {
                let subject = format!("customer {}", columns[0].unwrap_or_default());
                let what = "the record that this change found is not the one that the change before it left";
                self.findings.add(FindingKind::Customer, operation, subject, what);
            }
            _ => {}
        }
    }

    /// Every attribute that a customer has is listed, or exports would leave it out.
    fn attributes(&mut self, text: Option<&str>) {
        let Some(text) = text.filter(|text| *text != "{}") else { return };
        let Ok(attributes) = serde_json::from_str::<serde_json::Map<String, Value>>(text) else { return };
        for (name, _) in attributes {
            if !self.listed.contains(&name) {
                self.unlisted.insert(name);
            }
        }
    }

    /// Ends the walk; gives the codes of customers that were changed behind the ledger's back.
    fn finish(mut self) -> Vec<String> {
        self.end_of_operation();
        for name in std::mem::take(&mut self.unlisted) {
            let what = "customers have this attribute, but it is not among the names of attributes";
            self.findings.add(FindingKind::Attribute, None, name, what);
        }
        // On a server an operation that failed leaves its number unused, too; only a broken chain
        // makes that suspicious.
        let suspicious =
            self.findings.count(FindingKind::Chain) + self.findings.count(FindingKind::Operation) > 0;
        for id in std::mem::take(&mut self.missing).into_iter().filter(|_| suspicious) {
            let what = "the operation is not there: it was taken away, or never came to its end";
            self.findings.add(FindingKind::Chain, id, "operations", what);
        }
        self.changed
    }
}
