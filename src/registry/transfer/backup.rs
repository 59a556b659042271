//! `store backup`: a whole ledger in one SQLite file, as it was at one moment, while others go on
//! issuing.
//!
//! A backup is a ledger: whatever reads one reads it. Its fence says that it is a backup, so
//! nothing is issued from it; its last line is the digest of all before, by which `store restore`
//! knows that it is as it was written.

use std::path::Path;

use super::fence::Fence;
use super::making::{Making, Newest};
use super::{Progress, sums};
use crate::registry::audit::check::{self, Finding, FindingKind};
use crate::registry::outputs::fault;
use crate::registry::{Error, Result};
use crate::store::sqlite::{Draft, Sealed};
use crate::store::transfer::{Meta, Position, copy_rows, count_content, count_rows, start_over};
use crate::store::{self, Snapshot, Store, Transaction};

/// What only its owner may do with a backup: read it.
const MODE: u32 = 0o400;

/// A backup that was verified, and has no name yet.
pub struct Verified {
    draft: Draft,
    /// What is in it.
    pub backup: BackedUp,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// The ledger.
    pub location: String,
    /// The ledger's id.
    pub ledger: String,
    /// Rows of all tables.
    pub rows: u64,
    /// Customers among them.
    pub customers: u64,
    /// Codes among them.
    pub codes: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The last command that is in it.
    pub newest: Option<Newest>,
    /// Why the ledger does not issue.
    pub fence: Option<String>,
    /// What is wrong with it, by kind: of each kind the first few.
    pub findings: Vec<Finding>,
    /// How many findings there are of each kind.
    pub counts: Vec<(FindingKind, u64)>,
}

impl BackedUp {
    /// How many findings there are.
    pub fn found(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }
}

/// Copies the ledger into the draft and verifies what is there. A ledger with findings is copied
/// all the same: they are told, and stand in the backup.
pub fn back_up(
    store: &mut dyn Store,
    draft: Draft,
    of: &str,
    now: jiff::Timestamp,
    progress: &mut dyn Progress,
) -> Result<Verified> {
    let location = store.location().to_owned();
    demand_whole(store.read()?.as_mut(), of)?;
    if !store.copy_pages(&draft)? {
        copy_all(store, &draft, progress)?;
    }
    // What comes now asks nobody whether it is to go on.
    let go_on = |progress: &mut dyn Progress| {
        let checking = Position { doing: "checking", rows: 0, total: 0 };
        if progress.at(checking) { Ok(()) } else { Err(store::Error::Interrupted) }
    };
    go_on(progress)?;
    let mut backup = look(&draft, location)?;
    go_on(progress)?;
    let meta = Meta::read(draft.open()?.read()?.as_mut())?;
    let making = Making {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        at: now.to_string(),
        of: of.to_owned(),
        fence: meta.fence.clone(),
        newest: backup.newest.clone(),
        rows: backup.rows,
        findings: backup.found(),
        told: backup.findings.iter().map(|it| format!("{}: {}", it.subject, it.what)).collect(),
    };
    let fence = Fence::Backup { of: of.to_owned(), at: now.to_string() };
    let meta = Meta { fence: Some(fence.to_string()), backup: Some(making.to_text()), ..meta };
    draft.fill(1, &mut |transaction| meta.write(transaction))?;
    let sealed = draft.set_mode(MODE).and_then(|()| draft.seal());
    let Sealed { bytes, sha256 } = sealed.map_err(|source| Error::Output { path: draft.name(), source })?;
    (backup.bytes, backup.sha256) = (bytes, sha256);
    Ok(Verified { draft, backup })
}

impl Verified {
    /// Gives it its name; in place of another file only where `replace` says so.
    pub fn publish(self, target: &Path, replace: bool) -> Result<BackedUp> {
        self.draft.publish(target, replace).map_err(|source| fault(target, source))?;
        Ok(self.backup)
    }

    /// Its bytes.
    pub fn file(&self) -> &std::fs::File {
        self.draft.file()
    }
}

/// Refuses half a ledger, and a backup itself.
fn demand_whole(view: &mut dyn Snapshot, of: &str) -> Result<()> {
    match view.info()?.fence.as_deref().map(Fence::read) {
        Some(Fence::Unfinished { of }) => Err(Error::Unfinished { of }),
        Some(Fence::Backup { .. }) => Err(Error::Conflict {
            what: format!("{of} is a backup itself"),
            code: None,
            hint: Some(format!("cp {of} ELSEWHERE: a backup is never written to")),
        }),
        _ => Ok(()),
    }
}

/// Copies every row of one moment, and compares.
fn copy_all(store: &mut dyn Store, draft: &Draft, progress: &mut dyn Progress) -> Result<()> {
    draft.make_tables()?;
    let mut view = store.read()?;
    let meta = Meta::read(view.as_mut())?;
    let rows = count_rows(view.as_mut())?;
    let mut differing = None;
    let filled = draft.fill(rows, &mut |transaction| {
        differing = fill(view.as_mut(), transaction, &meta, "copying", progress)?;
        if differing.is_some() { Err(store::Error::Interrupted) } else { Ok(()) }
    });
    match differing {
        Some(what) => Err(Error::Differs { what }),
        None => Ok(filled?),
    }
}

/// Fills a ledger in the making with the rows of another one; gives the tables that differ
/// afterwards.
pub(super) fn fill(
    from: &mut dyn Snapshot,
    to: &mut dyn Transaction,
    meta: &Meta,
    doing: &'static str,
    progress: &mut dyn Progress,
) -> store::Result<Option<String>> {
    start_over(to, meta)?;
    let mut receiver = to;
    let read = copy_rows(from, &mut receiver, doing, progress)?;
    let written = sums(receiver, "comparing", progress)?;
    let differing: Vec<&str> = read
        .iter()
        .zip(&written)
        .filter(|(here, there)| here != there)
        .map(|(here, _)| here.table.as_str())
        .collect();
    Ok((!differing.is_empty()).then(|| differing.join(", ")))
}

/// Checks what was copied.
fn look(draft: &Draft, location: String) -> Result<BackedUp> {
    let mut store = draft.open()?;
    let mut view = store.read()?;
    let (findings, counts) = check::findings(view.as_mut())?;
    let meta = Meta::read(view.as_mut())?;
    let (customers, codes) = view.totals()?;
    Ok(BackedUp {
        location,
        ledger: meta.content.get("ledger").cloned().unwrap_or_default(),
        rows: count_content(view.as_mut())? + meta.content.len() as u64,
        customers,
        codes,
        bytes: 0,
        sha256: String::new(),
        newest: Newest::of(view.as_mut())?,
        fence: meta.fence,
        findings,
        counts,
    })
}
