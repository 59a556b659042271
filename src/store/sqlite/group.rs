//! A ledger that several users of one machine share: its files belong to a group, in a folder that
//! hands the group on.
//!
//! SQLite gives a journal the mode of its ledger, and the folder gives it the group: so a colleague
//! can roll back what a killed writer left behind.

use std::fs::{Metadata, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use crate::store::{Error, Result};

/// The mode of a shared file.
const SHARED: u32 = 0o660;
/// Permission bits of a file.
const PERMISSIONS: u32 = 0o777;
/// What a folder must let its group do, with the bit that hands the group on.
const FOLDER: u32 = 0o2070;
/// Only the owner of a file may delete it.
const STICKY: u32 = 0o1000;

/// The group of users that share a ledger.
#[derive(Clone)]
pub(super) struct Group {
    name: String,
    id: u32,
}

impl Group {
    /// Finds a group of this machine by its name or number; whoever runs this must be a member.
    pub(super) fn find(name: &str, location: &str) -> Result<Self> {
        let refused =
            |reason: String, hint: String| Error::Refused { location: location.to_owned(), reason, hint };
        let groups = std::fs::read_to_string("/etc/group").unwrap_or_default();
        let Some(id) = number_of(&groups, name).or_else(|| name.parse().ok()) else {
            return Err(refused(
                format!("there is no group {name:?} on this machine (store_group in the rule file)"),
                format!("groupadd {name}; a group that /etc/group does not list is given by its number"),
            ));
        };
        let own = rustix::process::getgroups().unwrap_or_default();
        let member = own.iter().chain([&rustix::process::getegid()]).any(|own| own.as_raw() == id);
        if !member && !rustix::process::geteuid().is_root() {
            return Err(refused(
                format!("you are not a member of group {name}, which shares this ledger"),
                format!("ask for it (usermod -aG {name} USER), then log in again"),
            ));
        }
        Ok(Self { name: name.to_owned(), id })
    }

    /// Its name, as it was given.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Refuses a folder in which a colleague could not roll back what a killed writer left behind.
    pub(super) fn demand(&self, folder: &Path, location: &str) -> Result<()> {
        let shown = folder.display();
        let refused = |why: String| Error::Refused {
            location: location.to_owned(),
            reason: format!("{shown} {why}, so group {} cannot share a ledger there", self.name),
            hint: format!("chgrp {} {shown} && chmod 2770 {shown}", self.name),
        };
        let found = folder.metadata().map_err(|error| refused(format!("cannot be looked at: {error}")))?;
        if found.gid() != self.id {
            return Err(refused("belongs to another group".to_owned()));
        }
        if found.mode() & FOLDER != FOLDER {
            return Err(refused(
                "does not let its group write, or does not hand its group on to new files".to_owned(),
            ));
        }
        if found.mode() & STICKY != 0 {
            return Err(refused("lets nobody delete the files of others (sticky bit)".to_owned()));
        }
        Ok(())
    }

    /// Whether a file is shared already.
    pub(super) fn has(&self, file: &Metadata) -> bool {
        file.gid() == self.id && file.mode() & PERMISSIONS == SHARED
    }

    /// Gives a file to the group unless it has it; whether it was given now. Only its owner can.
    pub(super) fn share(&self, file: &Path, location: &str) -> Result<bool> {
        let given = file.metadata().and_then(|found| {
            if self.has(&found) {
                return Ok(false);
            }
            // By name, not through an open file: closing one would take SQLite's locks away.
            std::os::unix::fs::chown(file, None, Some(self.id))?;
            std::fs::set_permissions(file, Permissions::from_mode(SHARED)).map(|()| true)
        });
        given.map_err(|error| Error::Refused {
            location: location.to_owned(),
            reason: format!("{} could not be given to group {}: {error}", file.display(), self.name),
            hint: format!("its owner can: chgrp {} {1} && chmod 660 {1}", self.name, file.display()),
        })
    }
}

/// The number of a group in a text such as `/etc/group`.
fn number_of(groups: &str, name: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let mut parts = line.split(':');
        (parts.next()? == name).then_some(())?;
        parts.nth(1)?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_its_whole_name() {
        let groups = "root:x:0:\nsales-east:x:1004:li\nbroken\nsales:x:1003:li,wang\n";
        assert_eq!(number_of(groups, "sales"), Some(1003));
        assert_eq!(number_of(groups, "sale"), None);
    }

    #[test]
    fn an_unknown_group_is_refused_with_what_to_do() {
        let error = Group::find("no such group", "custcode.db").err().expect("a refusal");
        assert!(matches!(&error, Error::Refused { hint, .. } if hint.starts_with("groupadd")), "{error}");
    }
}
