//! A file under a name of its own until it is whole. What a killed process left of one is removed
//! by the next process that makes one in the same folder.
//!
//! The maker holds a lock of the kernel on its draft, which ends with the process however that
//! ends: a draft that can be locked is nobody's any more.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;
use tempfile::NamedTempFile;

use super::network;

/// How the names of drafts begin, and how many characters of chance follow: nobody gives a file of
/// his own such a name.
const PREFIX: &str = ".custcode-";
const CHANCE: usize = 16;

/// A sweeper may take a draft in the moment before it is locked; then another one is made.
const ATTEMPTS: usize = 16;

/// What a draft will be; the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An output file.
    Output,
    /// A ledger.
    Ledger,
    /// The notes in the data folder.
    Notes,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Output, Self::Ledger, Self::Notes];

    fn suffix(self) -> &'static str {
        match self {
            Self::Output => ".part",
            Self::Ledger => ".new",
            Self::Notes => ".notes",
        }
    }
}

/// A new file in `folder`, mode 0600; removed when dropped, and in use for as long as it is open.
pub(crate) fn draft(folder: &Path, kind: Kind) -> io::Result<NamedTempFile> {
    // Whoever cannot remove what others left has nothing to do with it.
    let _ = sweep(folder);
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).rand_bytes(CHANCE).suffix(kind.suffix());
    for _ in 0..ATTEMPTS {
        let draft = builder.tempfile_in(folder)?;
        if is_kept(&draft)? {
            return Ok(draft);
        }
    }
    Err(io::Error::other("new files are removed there by somebody else"))
}

/// The folder in which a file of this name will be made; refuses a symbolic link, a folder, and
/// what names no file.
pub(crate) fn folder_for(target: &Path) -> io::Result<&Path> {
    let refused = |kind, reason: &str| Err(io::Error::new(kind, reason));
    match fs::symlink_metadata(target) {
        Ok(found) if found.is_symlink() => {
            return refused(ErrorKind::InvalidInput, "it is a symbolic link; name the file it points to");
        }
        Ok(found) if found.is_dir() => return refused(ErrorKind::IsADirectory, "it is a folder"),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    match target.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(parent) if target.file_name().is_some() => Ok(parent),
        _ => refused(ErrorKind::InvalidInput, "it names no file"),
    }
}

/// A draft beside the file that it will be, as [`draft`] makes it; says where it could not be made.
pub(crate) fn draft_for(target: &Path, kind: Kind) -> io::Result<NamedTempFile> {
    let folder = folder_for(target)?;
    draft(folder, kind).map_err(|error| {
        // The name of the draft, which nobody gave, says nothing.
        let reason = error.get_ref().map_or_else(|| error.to_string(), ToString::to_string);
        let reason = reason.split(" at path ").next().unwrap_or_default();
        io::Error::new(error.kind(), format!("no file can be made in {}: {reason}", folder.display()))
    })
}

/// Locks a draft, and says whether it still has its name. Where nothing can be locked, nothing is
/// swept either.
fn is_kept(draft: &NamedTempFile) -> io::Result<bool> {
    // Elsewhere such a lock could stand in the way of those that SQLite takes.
    if !cfg!(target_os = "linux") {
        return Ok(true);
    }
    match draft.as_file().try_lock() {
        Err(TryLockError::WouldBlock) => Ok(false),
        Ok(()) | Err(TryLockError::Error(_)) => is_called(draft.as_file(), draft.path()),
    }
}

/// Whether a name leads to this very file.
fn is_called(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match path.symlink_metadata() {
        Ok(found) => Ok((found.dev(), found.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes the drafts of this user that no living process holds. On a network drive the process
/// could live on another machine, whose locks are not seen here.
fn sweep(folder: &Path) -> io::Result<()> {
    if !cfg!(target_os = "linux") || network::of(folder)?.is_some() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_drafts_name) {
            // The next one may be another's to remove, or in use.
            let _ = remove_abandoned(&entry.path());
        }
    }
    Ok(())
}

/// Whether a name is one that [`draft`] gives.
fn is_drafts_name(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(PREFIX) else { return false };
    let chance = Kind::ALL.iter().find_map(|kind| rest.strip_suffix(kind.suffix()));
    chance.is_some_and(|chance| chance.len() == CHANCE && chance.bytes().all(|c| c.is_ascii_alphanumeric()))
}

fn remove_abandoned(path: &Path) -> io::Result<()> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    let found = file.metadata()?;
    if !found.is_file() || found.uid() != rustix::process::geteuid().as_raw() || file.try_lock().is_err() {
        return Ok(());
    }
    // Only its maker gives a draft another name, and holds the lock until that is done.
    if is_called(&file, path)? { fs::remove_file(path) } else { Ok(()) }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Leaves a draft as a killed process does.
    fn abandoned(folder: &Path, kind: Kind) -> std::path::PathBuf {
        let (file, path) = draft(folder, kind).expect("a draft").into_parts();
        drop(file);
        path.keep().expect("it stays")
    }

    #[test]
    fn what_nobody_holds_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let held = Kind::ALL.map(|kind| draft(folder, kind).expect("a draft"));
        let others = [".custcode-backup.part", "0123456789abcdef.part", ".custcode-0123456789abcdef.parts"];
        for name in others {
            fs::write(folder.join(name), "mine").expect("written");
        }
        fs::create_dir(folder.join(".custcode-folder0folder0ab.new")).expect("a folder");
        std::os::unix::fs::symlink("nowhere", folder.join(".custcode-link00link00link.new")).expect("a link");
        let stranger = abandoned(folder, Kind::Ledger);
        let root = rustix::process::geteuid().is_root();
        if root {
            std::os::unix::fs::chown(&stranger, Some(4242), None).expect("root gives files away");
        }
        let left = Kind::ALL.map(|kind| abandoned(folder, kind));

        drop(draft(folder, Kind::Output).expect("a draft"));
        assert_eq!(left.map(|path| path.exists()), [false; 3]);
        assert_eq!(held.each_ref().map(|draft| draft.path().exists()), [true; 3]);
        assert_eq!(others.map(|name| folder.join(name).exists()), [true; 3]);
        assert!(folder.join(".custcode-folder0folder0ab.new").is_dir());
        assert!(folder.join(".custcode-link00link00link.new").is_symlink());
        assert_eq!(stranger.exists(), root, "another user's stays");
    }

    #[test]
    fn a_folder_that_cannot_be_listed_takes_drafts_all_the_same() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o300)).expect("not to be listed");
        draft(folder.path(), Kind::Output).expect("a draft");
    }
}
