//! The queue of writers: a lock of the kernel on a file beside the ledger.
//!
//! SQLite's own waiting polls ever more slowly, so that newcomers overtake those who waited; the
//! kernel wakes the first in line. The file is never deleted (or two processes could hold locks on
//! two files of that name) and the lock vanishes with its holder, however that ends.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::failure::engine;
use super::place::{Place, write_hint};
use crate::store::{Error, Patience, Result, holder};

/// After this time those who wait are told.
const NOTICE_AFTER: Duration = Duration::from_secs(1);

/// Bytes of the holder's description, filled up with blanks, and a line feed.
const SIGNATURE: usize = holder::DESCRIPTION + 1;

/// One wait for the ledger: when it began, when it ends, whether the user knows.
pub(super) struct Wait<'p> {
    begun: Instant,
    patience: Patience<'p>,
    told: bool,
}

impl<'p> Wait<'p> {
    pub(super) fn begin(patience: Patience<'p>) -> Self {
        Self { begun: Instant::now(), patience, told: false }
    }

    /// What is left until the deadline.
    fn left(&self) -> Duration {
        self.patience.deadline.saturating_sub(self.begun.elapsed())
    }

    /// The longest wait asked for.
    pub(super) fn deadline(&self) -> Duration {
        self.patience.deadline
    }

    /// How long to wait before something has to be said or given up.
    pub(super) fn slice(&self) -> Duration {
        let left = self.left();
        if self.told { left } else { left.min(NOTICE_AFTER.saturating_sub(self.begun.elapsed())) }
    }

    /// Called when a slice has passed: tells the user once, or gives up.
    pub(super) fn go_on(&mut self, holder: Option<String>) -> Result<()> {
        if self.left().is_zero() {
            return Err(Error::Busy { waited: self.begun.elapsed(), holder });
        }
        if !self.told && self.begun.elapsed() >= NOTICE_AFTER {
            self.told = true;
            (self.patience.notice)(holder.as_deref());
        }
        Ok(())
    }
}

/// The right to write; given back when dropped.
pub(super) struct Turn {
    _locked: File,
}

impl Turn {
    /// Waits in the queue, then signs with `holder`.
    pub(super) fn take(place: &Place, holder: &str, wait: &mut Wait<'_>) -> Result<Self> {
        let path = place.queue();
        let file = open(place, &path).map_err(|error| refused(place, &path, error))?;
        place.share()?;
        let locked = match file.try_lock() {
            Ok(()) => file,
            Err(TryLockError::WouldBlock) => stand_in_line(file, &path, wait)?,
            Err(TryLockError::Error(error)) => return Err(refused(place, &path, error)),
        };
        sign(&locked, holder);
        Ok(Self { _locked: locked })
    }
}

/// Opens the queue's file, making it when needed for those who may write the ledger; a symbolic
/// link planted there is not followed. Made by root, it belongs to the ledger's owner, who would be
/// locked out otherwise.
fn open(place: &Place, path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    let flags = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    options.read(true).write(true).mode(0o600).custom_flags(flags);
    match options.open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        other => return other,
    }
    let ledger = std::fs::metadata(place.file())?;
    let file = options.create(true).truncate(false).open(path)?;
    file.set_permissions(Permissions::from_mode(ledger.mode() & 0o660))?;
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::fchown(&file, Some(ledger.uid()), Some(ledger.gid()))?;
    }
    Ok(file)
}

fn refused(place: &Place, path: &Path, error: std::io::Error) -> Error {
    let doing = format!("could not lock {}", path.display());
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::ReadOnly {
            location: place.location().to_owned(),
            reason: format!("{doing}: {error}"),
            hint: write_hint(&error, path),
        },
        ErrorKind::StorageFull => Error::Full { detail: format!("{doing}: {error}") },
        _ => engine(&doing, error),
    }
}

/// Lets a helper thread wait for the lock, since a wait in the kernel knows no deadline. A helper
/// that is given up on drops the lock as soon as it gets it.
fn stand_in_line(file: File, path: &Path, wait: &mut Wait<'_>) -> Result<File> {
    let (sender, receiver) = mpsc::channel();
    let helper = move || {
        let locked = loop {
            match file.lock() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                done => break done,
            }
        };
        // Nobody listens any more when the deadline has passed; then the lock goes with the file.
        let _ = sender.send(locked.map(|()| file));
    };
    let doing = format!("could not wait for {}", path.display());
    thread::Builder::new().spawn(helper).map_err(|error| engine(&doing, error))?;
    loop {
        match receiver.recv_timeout(wait.slice()) {
            Ok(locked) => return locked.map_err(|error| engine(&doing, error)),
            Err(RecvTimeoutError::Timeout) => wait.go_on(signed(path))?,
            Err(RecvTimeoutError::Disconnected) => return Err(engine(&doing, "the waiting thread ended")),
        }
    }
}

/// Leaves the holder's description for those who wait. Written over by the next holder, so nobody
/// needs to clear it; being a courtesy, it may fail.
fn sign(locked: &File, holder: &str) {
    let description = holder::describe(holder, SystemTime::now());
    let mut text = [b' '; SIGNATURE];
    text[..description.len()].copy_from_slice(description.as_bytes());
    text[SIGNATURE - 1] = b'\n';
    let _ = locked.write_all_at(&text, 0);
}

/// The description of whoever holds the lock, as far as known.
fn signed(path: &Path) -> Option<String> {
    let mut text = Vec::with_capacity(SIGNATURE);
    File::open(path).ok()?.take(SIGNATURE as u64).read_to_end(&mut text).ok()?;
    let text = String::from_utf8_lossy(&text);
    // An older program wrote more.
    let text = text.lines().next()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{sign, signed};

    #[test]
    fn a_shorter_description_covers_a_longer_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("queue");
        let file = std::fs::File::create(&path).expect("a file");
        assert_eq!(signed(&path), None);
        sign(&file, &"客户编码".repeat(50));
        sign(&file, "new (process 7)");
        let read = signed(&path).expect("a description");
        assert!(read.starts_with("new (process 7) since 2") && read.ends_with('Z'), "{read}");
    }
}
