//! Whose a file is that nobody named: a rule file in a parent folder decides which customers go where, so it is obeyed only where it is
//! mine, or where I said that it may be.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::Places;
use crate::registry::{Error, Result};

/// The file in the user's config folder that trusts further folders, one a line.
const TRUST_FILE: &str = "trust";

/// Trusts every folder.
const EVERYWHERE: &str = "*";

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Myself {
    user: u32,
    before_sudo: Option<u32>,
}

impl Myself {
    pub(super) fn of(places: &Places) -> Self {
        Self { user: rustix::process::geteuid().as_raw(), before_sudo: places.sudo_user }
    }

    /// Whether a user is me, or can do as me anyway: root, and for root whoever became root by sudo.
    fn is(self, user: u32) -> bool {
        user == self.user || user == 0 || (self.user == 0 && Some(user) == self.before_sudo)
    }

    /// Whether a file is mine, and the link under whose name it is found.
    pub(super) fn owns(self, path: &Path) -> io::Result<bool> {
        let link = path.symlink_metadata()?;
        Ok(self.is(link.uid()) && (!link.is_symlink() || self.is(path.metadata()?.uid())))
    }

    /// Whether an open file is mine, and the link under whose name it was found.
    pub(super) fn owns_opened(self, path: &Path, opened: &Metadata) -> io::Result<bool> {
        let link = path.symlink_metadata()?;
        Ok(self.is(opened.uid()) && (!link.is_symlink() || self.is(link.uid())))
    }

    /// Whether a link is mine, wherever it leads.
    pub(super) fn owns_link(self, path: &Path) -> bool {
        path.symlink_metadata().is_ok_and(|link| self.is(link.uid()))
    }

    /// Whether the nearest folder above `path` that can be looked at is mine.
    pub(super) fn owns_way_to(self, path: &Path) -> bool {
        let seen = path.ancestors().skip(1).find_map(|folder| folder.metadata().ok());
        seen.is_none_or(|folder| folder.uid() == self.user)
    }

    /// Whether a file that is there may be obeyed though nobody named it. `opened` is the file that will be read; without one, the
    /// file that the name leads to now.
    pub(super) fn trusts(self, path: &Path, opened: Option<&Metadata>, places: &Places) -> Result<bool> {
        let unseen = |source: io::Error| Error::unseen(path, &source);
        let link = path.symlink_metadata().map_err(unseen)?;
        let trusted = if link.is_symlink() {
            let real = path.canonicalize().map_err(unseen)?;
            let found = real.metadata().map_err(unseen)?;
            // Another file has come to this place since: its folder says nothing of the one that is open.
            let moved = opened.is_some_and(|opened| !is_same(opened, &found));
            !moved
                && self.trusts_one(&link, path).map_err(unseen)?
                && self.trusts_one(&found, &real).map_err(unseen)?
        } else {
            self.trusts_one(opened.unwrap_or(&link), path).map_err(unseen)?
        };
        Ok(trusted || named(path, places)? || self.config_names(path, places)?)
    }

    /// Whether one file, or one link, is mine or of a group of mine in a place where nobody else can put it.
    fn trusts_one(self, found: &Metadata, path: &Path) -> io::Result<bool> {
        if self.is(found.uid()) {
            return Ok(true);
        }
        if !is_mine(found.gid()) || (!found.is_symlink() && is_open(found)) {
            return Ok(false);
        }
        let folder = super::folder_of(path).metadata()?;
        // A sticky folder lets nobody replace the files of others; but where it hands its group on, anybody's new file is the group's.
        let sticky = folder.mode() & 0o3000 == 0o1000;
        Ok(!is_open(&folder) || sticky)
    }

    /// Whether the user's own list names the folder. A list that somebody else could write names nothing.
    fn config_names(self, path: &Path, places: &Places) -> Result<bool> {
        let Some(list) = places.config.as_ref().map(|folder| folder.join(TRUST_FILE)) else {
            return Ok(false);
        };
        let Ok(found) = list.metadata() else { return Ok(false) };
        if !found.is_file() || !self.owns(&list).unwrap_or(false) || is_open(&found) {
            return Ok(false);
        }
        let unreadable = |source| Error::Unreadable { path: list.display().to_string(), source };
        let text = std::fs::read_to_string(&list).map_err(unreadable)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ok(lines.map(PathBuf::from).any(|folder| holds(&folder, path)))
    }
}

/// Whether both are of one file.
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Whether everybody may write a file or folder.
fn is_open(found: &Metadata) -> bool {
    found.mode() & 0o002 != 0
}

/// Whether I am in a group.
fn is_mine(group: u32) -> bool {
    rustix::process::getegid().as_raw() == group
        || rustix::process::getgroups().is_ok_and(|groups| groups.iter().any(|one| one.as_raw() == group))
}

/// Whether `CUSTCODE_TRUST` names the folder.
fn named(path: &Path, places: &Places) -> Result<bool> {
    for folder in &places.trust {
        if folder.is_relative() && folder.as_os_str() != EVERYWHERE {
            return Err(Error::usage(
                format!("CUSTCODE_TRUST: {:?} is neither * nor begins with /", folder.display().to_string()),
                "CUSTCODE_TRUST=/srv/codes:/home/li/codes trusts the rule files in these folders and below"
                    .to_owned(),
            ));
        }
        if holds(folder, path) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a file lies in a folder that is trusted, or below it.
fn holds(trusted: &Path, path: &Path) -> bool {
    if trusted.as_os_str() == EVERYWHERE {
        return true;
    }
    let Ok(trusted) = trusted.canonicalize() else { return false };
    let folder = super::folder_of(path);
    folder.canonicalize().is_ok_and(|folder| folder.starts_with(&trusted))
}

/// Whose a file is, in words.
pub(super) fn owner(path: &Path) -> String {
    let link = path.symlink_metadata().map(|found| found.uid());
    let file = path.metadata().map(|found| found.uid());
    match (link, file) {
        (Ok(link), Ok(file)) if link != file => format!("users {link} and {file}"),
        (Ok(one), _) | (_, Ok(one)) => format!("user {one}"),
        _ => "somebody else".to_owned(),
    }
}
