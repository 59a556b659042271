//! Where the file really is and whether it may be written: symbolic links, hard links, network
//! drives, permissions, the group that shares it.

use std::ffi::OsString;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::Access as Permission;

use super::failure::engine;
use super::group::Group;
use crate::files::network;
use crate::store::{Access, Error, Options, Result};

/// The file of a ledger: as the user wrote it, and resolved.
#[derive(Clone)]
pub(super) struct Place {
    /// As given, for messages.
    location: String,
    /// Absolute and free of symbolic links, so that all processes see the same journal and the same
    /// queue.
    file: PathBuf,
    /// Device and number of the file that was found under this name.
    identity: (u64, u64),
    /// Why the file must not be written.
    obstacle: Option<Obstacle>,
    /// Who shares it.
    group: Option<Group>,
}

impl Place {
    /// Finds an existing ledger; for [`Access::Write`] an obstacle is an error, and so is a folder
    /// that its group could not use.
    pub(super) fn find(path: &Path, access: Access, options: &Options) -> Result<Self> {
        let location = path.display().to_string();
        let file = path.canonicalize().map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                leads_somewhere(path).err().unwrap_or_else(|| Error::Missing { location: location.clone() })
            }
            _ => engine(&format!("could not open {location}"), error),
        })?;
        let metadata =
            file.metadata().map_err(|error| engine(&format!("could not open {location}"), error))?;
        if !metadata.is_file() {
            return Err(Error::Unusable { location, reason: "it is not a file".to_owned() });
        }
        // Who writes is told more, below.
        if access == Access::Read && rustix::fs::access(&file, Permission::READ_OK).is_err() {
            return Err(Error::Refused {
                location,
                reason: "no permission to read the file".to_owned(),
                hint: "ask its owner; a ledger is shared by a group with store_group in the rule file"
                    .to_owned(),
            });
        }
        let group = match &options.group {
            Some(name) if access == Access::Write => Some(Group::find(name, &location)?),
            // Whoever only reads need not be a member.
            Some(name) => Group::find(name, &location).ok(),
            None => None,
        };
        let obstacle = obstacle(&file, &metadata, group.as_ref())
            .map_err(|error| engine(&format!("could not look at {location}"), error))?;
        match obstacle {
            Some(obstacle) if access == Access::Write => return Err(obstacle.into_error(location)),
            _ => {}
        }
        if let (Some(group), Access::Write) = (&group, access) {
            group.demand(folder_of(&file), &location)?;
        }
        let identity = (metadata.dev(), metadata.ino());
        Ok(Self { location, file, identity, obstacle, group })
    }

    /// Gives the ledger and its queue to the group that shares them; whether anything had to be
    /// given.
    pub(super) fn share(&self) -> Result<bool> {
        let Some(group) = &self.group else { return Ok(false) };
        let mut given = group.share(&self.file, &self.location)?;
        let queue = self.queue();
        let there = queue.try_exists();
        if there.map_err(|error| engine(&format!("could not look at {}", queue.display()), error))? {
            given |= group.share(&queue, &self.location)?;
        }
        Ok(given)
    }

    /// Refuses to go on when the name leads to another file by now, or to none: what is read or
    /// written would be those of a file that nobody will find again.
    pub(super) fn demand_same_file(&self) -> Result<()> {
        let reason = match self.file.symlink_metadata() {
            Ok(found) if (found.dev(), found.ino()) == self.identity => return Ok(()),
            Ok(_) => "another file was put in its place",
            Err(error) if error.kind() == ErrorKind::NotFound => "it was moved away or deleted",
            Err(error) => return Err(engine(&format!("could not look at {}", self.location), error)),
        };
        Err(Error::Unusable {
            location: self.location.clone(),
            reason: format!(
                "{reason} while this command ran, which wrote nothing to what is there now; repeat it once the ledger is back"
            ),
        })
    }

    /// The same file under the name that it will get.
    pub(super) fn called(self, path: &Path) -> Self {
        Self { location: path.display().to_string(), ..self }
    }

    /// The group that shares it.
    pub(super) fn group(&self) -> Option<&Group> {
        self.group.as_ref()
    }

    /// As the user wrote it.
    pub(super) fn location(&self) -> &str {
        &self.location
    }

    /// Resolved.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The folder of the file.
    pub(super) fn folder(&self) -> &Path {
        folder_of(&self.file)
    }

    /// Whether nothing speaks against writing.
    pub(super) fn is_writable(&self) -> bool {
        self.obstacle.is_none()
    }

    /// Device and number of the file.
    pub(super) fn identity(&self) -> (u64, u64) {
        self.identity
    }

    /// The number of the file.
    pub(super) fn inode(&self) -> u64 {
        self.identity.1
    }

    /// Whether a rollback journal lies beside it.
    pub(super) fn has_journal(&self) -> bool {
        beside(&self.file, "-journal").symlink_metadata().is_ok()
    }

    /// The file whose lock is the queue of writers.
    pub(super) fn queue(&self) -> PathBuf {
        beside(&self.file, ".lock")
    }
}

/// The folder a file lies in.
pub(super) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file name with something added.
pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}

/// Refuses a link that leads nowhere, in the name or on the way to it: what it leads to could not
/// be looked at, on a drive that is not mounted for instance, so nobody knows that it is not there.
pub fn leads_somewhere(path: &Path) -> Result<()> {
    let absent = |link: &&Path| matches!(link.metadata(), Err(error) if error.kind() == ErrorKind::NotFound);
    for link in path.ancestors().filter(absent) {
        let Ok(target) = link.read_link() else { continue };
        return Err(Error::Refused {
            location: path.display().to_string(),
            reason: if link == path {
                format!("it is a link to {}, which is not there", target.display())
            } else {
                format!("{} is a link to {}, which is not there", link.display(), target.display())
            },
            hint: format!(
                "mount the drive that it leads to, or let it lead to where the ledger is now; \
                 if the ledger is gone for good: rm {}",
                link.display()
            ),
        });
    }
    Ok(())
}

/// Why a file must not be written, and what helps.
#[derive(Clone)]
pub(super) struct Obstacle {
    reason: String,
    hint: String,
}

impl Obstacle {
    /// As the error of a command that would write.
    pub(super) fn into_error(self, location: String) -> Error {
        Error::ReadOnly { location, reason: self.reason, hint: self.hint }
    }
}

/// What helps where only the permission is missing.
pub(super) const PERMISSION: &str = "ask for write permission on the file and on its folder";

/// What helps when `path` could not be written.
pub(super) fn write_hint(error: &std::io::Error, path: &Path) -> String {
    match error.kind() {
        ErrorKind::ReadOnlyFilesystem => REMOUNT.to_owned(),
        _ => format!("ask for write permission on {}", path.display()),
    }
}

/// The bits of a mode that let somebody write.
const WRITABLE: u32 = 0o222;

/// What helps on a file system that is mounted for reading.
const REMOUNT: &str = "mount the file system for writing, or keep the ledger on another one";

/// Why a file must not be written, if anything.
fn obstacle(file: &Path, metadata: &Metadata, group: Option<&Group>) -> std::io::Result<Option<Obstacle>> {
    if metadata.nlink() > 1 {
        // SQLite names its journal after the name it was given: through another name it would miss
        // the journal.
        return Ok(Some(Obstacle {
            reason: format!(
                "it has {} names (hard links), and a crash could be repaired under one of them only; \
                 keep one name, use symbolic links",
                metadata.nlink()
            ),
            hint: format!(
                "remove the other names, which this lists: find {} -xdev -samefile {}",
                mount_of(file, metadata).display(),
                file.display()
            ),
        }));
    }
    let folder = folder_of(file);
    if let Some(obstacle) = network_obstacle(folder)? {
        return Ok(Some(obstacle));
    }
    if let Err(error) = rustix::fs::access(file, Permission::WRITE_OK) {
        if error == rustix::io::Errno::ROFS {
            let reason = "its file system is mounted for reading only".to_owned();
            return Ok(Some(Obstacle { reason, hint: REMOUNT.to_owned() }));
        }
        let foreign = group.filter(|group| !group.has(metadata));
        let until = foreign.map_or(String::new(), |group| {
            format!(
                " until its owner gives it to group {} (by the next write, or custcode init)",
                group.name()
            )
        });
        let hint = match foreign {
            Some(_) => "let the owner of the file type: custcode init",
            None => PERMISSION,
        };
        let reason = format!("no permission to write the file{until}");
        return Ok(Some(Obstacle { reason, hint: hint.to_owned() }));
    }
    // Root may write it all the same, and must not: a backup has such a mode.
    if metadata.mode() & WRITABLE == 0 {
        let reason = "its mode lets nobody write it".to_owned();
        return Ok(Some(Obstacle { reason, hint: PERMISSION.to_owned() }));
    }
    if rustix::fs::access(folder, Permission::WRITE_OK | Permission::EXEC_OK).is_err() {
        return Ok(Some(Obstacle {
            reason: format!("no permission to write in {}, where its journal has to stand", folder.display()),
            hint: format!("ask for write permission on {}", folder.display()),
        }));
    }
    Ok(None)
}

/// The uppermost folder on the file system of a file, below which all its names are.
fn mount_of<'f>(file: &'f Path, metadata: &Metadata) -> &'f Path {
    let here = |folder: &&Path| folder.metadata().is_ok_and(|found| found.dev() == metadata.dev());
    file.ancestors().skip(1).take_while(here).last().unwrap_or_else(|| folder_of(file))
}

/// Refuses a folder on a network drive.
pub(super) fn network_obstacle(folder: &Path) -> std::io::Result<Option<Obstacle>> {
    Ok(network::of(folder)?.map(|name| Obstacle {
        reason: format!(
            "it lies on a network file system ({name}), whose locks cannot be trusted; keep it on a local disk"
        ),
        hint: "a ledger for several machines: --store postgres://USER@HOST/DATABASE".to_owned(),
    }))
}
