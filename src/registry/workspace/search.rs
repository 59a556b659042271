//! The search for a rule file that nobody named. What could not be looked at is never taken for
//! what is not there: with other rules another ledger would issue, and give codes that exist.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use super::owner::{Myself, owner};
use super::{LEDGER_FILE, Places, RULE_FILE, ceiling, demand_format};
use crate::registry::{Error, Result};
use crate::rule::Bundle;
use crate::rule::bundle::{BundleError, open};
use crate::store::sqlite;

/// Rules, and what was met on the way to them.
pub(super) struct Found {
    pub(super) bundle: Bundle,
    /// Why these.
    pub(super) why: &'static str,
    /// Whether they are mine; those of others get no password in the open.
    pub(super) mine: bool,
    /// Whether nothing was found, so that the built-in ones serve.
    pub(super) nothing: bool,
    /// Ledgers passed on the way that lie without their rules.
    pub(super) orphans: Vec<PathBuf>,
    /// What a person should know.
    pub(super) notes: Vec<String>,
}

impl Found {
    /// What somebody named.
    pub(super) fn named(bundle: Bundle, why: &'static str, mine: bool) -> Self {
        Self { bundle, why, mine, nothing: false, orphans: Vec::new(), notes: Vec::new() }
    }
}

/// In the working folder and those above, the user's config folder and the machine's; else the
/// built-in rules.
pub(super) fn search(places: &Places) -> Result<Found> {
    let me = Myself::of(places);
    let (mut orphans, mut notes) = (Vec::new(), Vec::new());
    let found =
        |(bundle, mine), why, orphans, notes| Found { bundle, why, mine, nothing: false, orphans, notes };
    ceiling::demand_absolute(&places.ceiling)?;
    for folder in ceiling::upward(&places.folder, &places.ceiling) {
        if let Some(rules) = searched(folder, me, places)? {
            let why = if folder == places.folder { "in this folder" } else { "in a parent folder" };
            return Ok(found(rules, why, orphans, notes));
        }
        orphans.extend(orphan(folder, me, places)?);
    }
    if let Some(folder) = &places.config {
        match configured(folder, me, places) {
            Ok(Some(rules)) => return Ok(found(rules, "your config folder", orphans, notes)),
            Ok(None) => {}
            Err(note) => notes.push(note?),
        }
    }
    if let Some(rules) = searched(Path::new("/etc/custcode"), me, places)? {
        return Ok(found(rules, "of this machine", orphans, notes));
    }
    let why = "no rules.toml here, in a parent, in your config folder or in /etc/custcode";
    Ok(Found { bundle: Bundle::built_in(), why, mine: true, nothing: true, orphans, notes })
}

/// The rule file of the config folder. A folder of somebody else that lets nobody in (`sudo -u app`
/// keeps HOME) is a note.
fn configured(
    folder: &Path,
    me: Myself,
    places: &Places,
) -> std::result::Result<Option<(Bundle, bool)>, Result<String>> {
    let path = folder.join(RULE_FILE);
    match path.symlink_metadata() {
        // HOME=/dev/null.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && !me.owns_way_to(&path) => {
            Err(Ok(format!("{} is not yours and could not be looked at: {error}", folder.display())))
        }
        _ => searched(folder, me, places).map_err(Err),
    }
}

/// The rule file of a folder, if there is one, and whether it is mine; found by search, it must be
/// trusted and say that it is custcode's.
fn searched(folder: &Path, me: Myself, places: &Places) -> Result<Option<(Bundle, bool)>> {
    let path = folder.join(RULE_FILE);
    if !is_there(&path)? {
        return Ok(None);
    }
    obeyed(&path, me, places).map(Some)
}

/// Reads a rule file that nobody named, and says whether it is mine: it must be trusted and say
/// that it is custcode's.
pub(super) fn obeyed(path: &Path, me: Myself, places: &Places) -> Result<(Bundle, bool)> {
    let unseen = |source: io::Error| Error::unseen(path, &source);
    let found = demand_file(path)?;
    let opened = open(path).and_then(|file| Ok((file.metadata()?, file)));
    let found = opened.as_ref().map_or(&found, |(opened, _)| opened);
    if !me.trusts(path, found, places)? {
        return Err(Error::Untrusted { path: path.to_owned(), owner: owner(path) });
    }
    let mine = me.owns_found(path, found).map_err(unseen)?;
    let (_, file) = opened.map_err(unseen)?;
    let bundle = Bundle::read_opened(path, file).map_err(|error| match error {
        BundleError::Read { path: failed, source } if failed == path => unseen(source),
        other => other.into(),
    })?;
    demand_format(&bundle, path)?;
    Ok((bundle, mine))
}

/// Whether there is anything of this name; only the name's own absence is a no.
pub(in crate::registry) fn is_there(path: &Path) -> Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::unseen(path, &error)),
    }
}

/// Refuses a link that leads nowhere, a folder, a pipe or a device.
fn demand_file(path: &Path) -> Result<Metadata> {
    match path.metadata() {
        Ok(found) if found.is_file() => Ok(found),
        Ok(found) => Err(Error::RulesUnseen {
            path: path.to_owned(),
            reason: if found.is_dir() { "it is a folder" } else { "it is no regular file" }.to_owned(),
        }),
        Err(error) => {
            let target = path.read_link().map(|target| format!(" (a link to {})", target.display()));
            let reason = format!("{error}{}", target.unwrap_or_default());
            Err(Error::RulesUnseen { path: path.to_owned(), reason })
        }
    }
}

/// A ledger in a folder without rules. What is somebody else's, and what is no ledger of custcode,
/// is none.
fn orphan(folder: &Path, me: Myself, places: &Places) -> Result<Option<PathBuf>> {
    let path = folder.join(LEDGER_FILE);
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::unseen(&path, &error)),
        Ok(_) => {}
    }
    let Ok(file) = path.metadata() else {
        // A link of mine that leads nowhere may well lead to a ledger on a drive that is not there.
        return Ok(me.owns_link(&path).then_some(path));
    };
    if !file.is_file() || !me.trusts(&path, &file, places)? {
        return Ok(None);
    }
    // One that cannot be read is more likely a ledger than none.
    Ok(sqlite::carries_our_mark(&path).unwrap_or(true).then_some(path))
}
