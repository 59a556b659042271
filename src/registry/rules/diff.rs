//! Two states of the rules beside each other: what they say, and what that means for the codes in
//! the ledger.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Impact, InForce, kept};
use crate::registry::workspace::is_there;
use crate::registry::{Error, Patience, Result, Workspace};
use crate::rule::{Bundle, Change, Origin, RuleBook};
use crate::store::{Access, Snapshot};

/// Which two, as typed: a file, or the beginning of the digest of rules that the ledger keeps.
#[derive(Debug, Clone, Default)]
pub struct DiffRequest {
    /// The old rules; the ledger's current ones when not given.
    pub old: Option<String>,
    /// The new rules; the ones in use when not given.
    pub new: Option<String>,
}

/// Which rules stand on one side.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Version {
    /// The file, or what the ledger calls them.
    pub name: String,
    /// Their digest.
    pub digest: String,
}

/// What changes.
#[derive(Debug, Clone)]
pub struct Diff {
    /// The old rules.
    pub old: Version,
    /// The new ones.
    pub new: Version,
    /// What changes for issuing.
    pub changes: Vec<Change>,
    /// What becomes of the codes in the ledger; none where there is no ledger.
    pub impact: Option<Impact>,
}

/// Where one side is to be found.
enum Side {
    /// In files.
    Files(Bundle),
    /// In the ledger: its current rules, or those whose digest begins so.
    Ledger(Option<String>),
}

impl Diff {
    /// Compares two books, and what they make of the codes in `view`.
    pub(super) fn between(
        old: &RuleBook,
        new: &RuleBook,
        view: Option<&mut (dyn Snapshot + '_)>,
    ) -> Result<Self> {
        let impact = view.map(|view| Impact::of(old, new, view)).transpose()?;
        Ok(Self { old: Version::of(old), new: Version::of(new), changes: old.changes_to(new), impact })
    }

    /// How many codes in the ledger would be touched.
    pub fn touched(&self) -> u64 {
        self.impact.as_ref().map_or(0, Impact::touched)
    }
}

impl Version {
    fn of(book: &RuleBook) -> Self {
        let name = match &book.bundle.origin {
            Origin::File(path) => path.display().to_string(),
            Origin::BuiltIn => "the built-in rules".to_owned(),
            Origin::Ledger => "the ledger's rules".to_owned(),
        };
        Self { name, digest: book.digest.clone() }
    }
}

impl Workspace {
    /// Compares two states of the rules. The new ones are proved; the ledger is only read.
    pub fn diff(&self, request: &DiffRequest, patience: Patience<'_>) -> Result<Diff> {
        let (old, new) = match (&request.old, &request.new) {
            (None, None) => (Side::Ledger(None), Side::Files(self.bundle.clone())),
            // One file is the new one: what would it do? One digest is the old one: what was done
            // since?
            (Some(one), None) | (None, Some(one)) => match Side::of(one)? {
                file @ Side::Files(_) => (Side::Ledger(None), file),
                kept @ Side::Ledger(_) => (kept, Side::Files(self.bundle.clone())),
            },
            (Some(old), Some(new)) => (Side::of(old)?, Side::of(new)?),
        };
        let mut ledger = match self.open_store(Access::Read, patience) {
            Err(Error::LedgerMissing { .. }) => None,
            store => Some(store?),
        };
        let mut copy = match &mut ledger {
            Some(ledger) => ledger.private_copy()?,
            None => None,
        };
        let mut view = match copy.as_mut().or(ledger.as_mut()) {
            Some(store) => Some(store.read()?),
            None => None,
        };
        let in_file = matches!(new, Side::Files(_));
        let mut load = |side| match (side, &mut view) {
            (Side::Files(bundle), _) => Ok(RuleBook::compile(bundle)?),
            (Side::Ledger(beginning), Some(view)) => in_ledger(view.as_mut(), beginning.as_deref()),
            (Side::Ledger(_), None) => Err(Error::LedgerMissing { location: self.location.to_string() }),
        };
        let new = load(new)?;
        if in_file {
            new.prove()?;
        }
        let old = load(old)?;
        Diff::between(&old, &new, view.as_deref_mut())
    }
}

/// A digest is not asked for by fewer characters.
const SHORTEST: usize = 6;

impl Side {
    /// A file, else what may be the beginning of a digest, else a file that is not there.
    fn of(word: &str) -> Result<Self> {
        let path = Path::new(word);
        let digest = word.len() >= SHORTEST && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digest && !is_there(path)? {
            return Ok(Self::Ledger(Some(word.to_ascii_lowercase())));
        }
        Ok(Self::Files(Bundle::read(path)?))
    }
}

/// The current rules of the ledger, or those that were in force once and whose digest begins so.
fn in_ledger(view: &mut dyn Snapshot, beginning: Option<&str>) -> Result<RuleBook> {
    let current = view.info()?.bundle;
    let Some(beginning) = beginning else {
        let current = current.ok_or_else(|| {
            Error::usage(
                "the ledger has no rules yet: its first code adopts those in use",
                "custcode rules diff OLD NEW compares two files".to_owned(),
            )
        })?;
        return kept(view, &current);
    };
    let used = InForce::read(view)?;
    let known = used.changes().map(|(_, digest)| digest).chain(&current);
    let found: BTreeSet<&String> = known.filter(|digest| digest.starts_with(beginning)).collect();
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(digest), None) => kept(view, digest),
        (None, _) => Err(Error::usage(
            format!("{beginning} is no file, and no rules of the ledger have a digest that begins so"),
            "custcode log --json names the rules of every operation".to_owned(),
        )),
        (Some(one), Some(two)) => Err(Error::usage(
            format!("{beginning} begins the digests of {one} and {two}"),
            "give more of it".to_owned(),
        )),
    }
}
