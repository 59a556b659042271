//! Along the chains: their places follow one another, the last link is the head that the counter's
//! row keeps, and what a checkpoint sealed still stands where it stood.

use std::collections::BTreeMap;

use super::finding::Findings;
use super::{Checked, CounterNames, FindingKind};
use crate::store::chain::{self, Head, Packed};
use crate::store::{self, Result, Snapshot};

/// Goes along every chain; `expect` is the hash of a checkpoint that has to be there.
pub(super) fn check(
    view: &mut dyn Snapshot,
    names: &CounterNames,
    expect: Option<&str>,
    checked: &mut Checked,
    findings: &mut Findings,
) -> Result<()> {
    let sealed = checkpoints(view, expect, checked, findings)?;
    let heads =
        view.heads()?.into_iter().map(|(counter, lease, place, hash)| ((counter, lease), (place, hash)));
    let mut walk = Walk { names, findings, sealed, heads: heads.collect(), last: None };
    view.scan_links(&mut |link, operation| {
        checked.links += 1;
        walk.link(Link::of(link, operation));
        Ok(())
    })?;
    walk.finish();
    Ok(())
}

/// A link and its operation.
#[derive(Debug, PartialEq, Eq)]
struct Link {
    counter: i64,
    lease: i64,
    place: i64,
    operation: i64,
    hash: String,
}

impl Link {
    fn of(link: store::Link, operation: i64) -> Self {
        let store::Link { sequence: counter, lease, position: place, hash } = link;
        Self { counter, lease, place, operation, hash }
    }

    fn chain(&self) -> (i64, i64) {
        (self.counter, self.lease)
    }
}

/// Places that checkpoints sealed: the checkpoint and the hash that stood there.
type Sealed = BTreeMap<(i64, i64, i64), (i64, i64, String)>;

/// Goes along the chain of the checkpoints, and gathers what they sealed.
fn checkpoints(
    view: &mut dyn Snapshot,
    expect: Option<&str>,
    checked: &mut Checked,
    findings: &mut Findings,
) -> Result<Sealed> {
    let (mut sealed, mut before, mut met) = (Sealed::new(), None::<String>, expect.is_none());
    view.scan_checkpoints(&mut |checkpoint| {
        checked.checkpoints += 1;
        let store::Checkpoint { id, operation, at, heads, hash } = *checkpoint;
        let subject = format!("checkpoint {id} of {at}");
        if chain::link(before.as_deref(), &Packed::default().text(at).text(heads).digest()) != hash {
            let what = "it is not the checkpoint that was written, or one before it was changed or removed";
            findings.add(FindingKind::Checkpoint, operation, &subject, what);
        }
        match serde_json::from_str::<Vec<Head>>(heads) {
            Ok(heads) => sealed.extend(
                heads
                    .into_iter()
                    .map(|(counter, lease, place, hash)| ((counter, lease, place), (id, operation, hash))),
            ),
            Err(_) => {
                findings.add(FindingKind::Checkpoint, operation, &subject, "what it sealed cannot be read");
            }
        }
        met |= expect == Some(hash);
        before = Some(hash.to_owned());
        Ok(())
    })?;
    if let (Some(hash), false) = (expect, met) {
        let what = "the ledger does not contain this checkpoint: it is another ledger, an older one, or a changed one";
        findings.add(FindingKind::Checkpoint, None, hash, what);
    }
    Ok(sealed)
}

/// The walk along the links, which come chain by chain and place by place.
struct Walk<'w> {
    names: &'w CounterNames,
    findings: &'w mut Findings,
    sealed: Sealed,
    /// Those of the chains that were not met yet.
    heads: BTreeMap<(i64, i64), (i64, String)>,
    last: Option<Link>,
}

impl Walk<'_> {
    fn link(&mut self, link: Link) {
        if self.last.as_ref().is_some_and(|last| last.chain() != link.chain()) {
            self.end_of_chain();
        }
        let (before, after) = match &self.last {
            Some(last) => (last.place, format!("operation {}", last.operation)),
            None => (0, "the beginning".to_owned()),
        };
        if link.place != before + 1 {
            let what = match link.place - before {
                2 => format!(
                    "the link between {after} and this operation is gone: an operation was taken away"
                ),
                _ => format!(
                    "place {} follows place {before} ({after}): operations were taken away",
                    link.place
                ),
            };
            self.broken(&link, what);
        }
        if let Some((checkpoint, _, hash)) = self.sealed.remove(&(link.counter, link.lease, link.place))
            && hash != link.hash
        {
            let what = format!("checkpoint {checkpoint} sealed another operation at place {}", link.place);
            let name = self.names.of(link.counter, link.lease);
            self.findings.add(FindingKind::Checkpoint, link.operation, name, what);
        }
        self.last = Some(link);
    }

    fn broken(&mut self, link: &Link, what: String) {
        let name = self.names.of(link.counter, link.lease);
        self.findings.add(FindingKind::Chain, link.operation, name, what);
    }

    /// The last link has to be the head.
    fn end_of_chain(&mut self) {
        let Some(last) = self.last.take() else { return };
        let what = match self.heads.remove(&last.chain()) {
            Some((place, hash)) if place == last.place && hash == last.hash => return,
            Some((place, _)) if place > last.place => {
                format!(
                    "the chain ends with this operation at place {}, but {place} were linked: the last were taken away",
                    last.place
                )
            }
            Some(_) => {
                "the chain does not end where its head says: the head or the last link was changed".to_owned()
            }
            None => "the chain has lost its head".to_owned(),
        };
        self.broken(&last, what);
    }

    fn finish(mut self) {
        self.end_of_chain();
        for ((counter, lease), (place, _)) in std::mem::take(&mut self.heads) {
            let what = format!("all {place} links of the chain are gone");
            self.findings.add(FindingKind::Chain, None, self.names.of(counter, lease), what);
        }
        for ((counter, lease, place), (checkpoint, operation, _)) in std::mem::take(&mut self.sealed) {
            let what = format!("checkpoint {checkpoint} sealed place {place}, where nothing stands any more");
            self.findings.add(FindingKind::Checkpoint, operation, self.names.of(counter, lease), what);
        }
    }
}
