//! Output files that are whole or absent: written beside their target, fsynced, renamed. What is no
//! file (standard output, a pipe, a device) gets everything at the end, out of a private temporary
//! file. No symbolic link is followed: it could lead into somebody else's pipe.

use std::fs::{self, File, Metadata};
use std::io::{self, Seek, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Access, Mode, OFlags};
use rustix::io::Errno;
use tempfile::NamedTempFile;

use super::private::private_file;
use crate::files::draft::{Kind, draft_for, folder_for};

/// How long the reader of a pipe may take to open it, and how often is looked.
const READER: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(5);

/// A file in the making, mode 0600; nothing of it is seen unless it is [`OutputFile::publish`]ed.
pub struct OutputFile {
    target: PathBuf,
    place: Place,
    replace: bool,
}

enum Place {
    /// Beside the target, in this folder.
    Beside { file: NamedTempFile, folder: PathBuf, sealed: bool },
    /// Here, for a target that is no regular file.
    Spooled { spool: File, stream: File },
    /// In a file that is not ours to show.
    Given(File),
}

impl OutputFile {
    /// Starts a file beside `target` (symlinks of the target are refused; so is a folder). Fails
    /// early when the place cannot be written. A device, a pipe that somebody reads and
    /// `/dev/stdout` are opened now and get everything at the end: nobody reads what is not
    /// published, and a slow reader holds nothing up.
    pub fn create(target: &Path) -> io::Result<Self> {
        Self::begin(target, true)
    }

    /// The same, but a file that is there stays: [`io::ErrorKind::AlreadyExists`], now or when it
    /// is published.
    pub fn create_new(target: &Path) -> io::Result<Self> {
        Self::begin(target, false)
    }

    fn begin(target: &Path, replace: bool) -> io::Result<Self> {
        let place = match stream(target)? {
            Some(stream) => Place::Spooled { spool: private_file()?, stream },
            None => beside(target, replace)?,
        };
        Ok(Self { target: target.to_owned(), place, replace })
    }

    /// Writes into a file of the caller, who shows it when all is done.
    pub fn over(file: &File) -> io::Result<Self> {
        Ok(Self { target: PathBuf::new(), place: Place::Given(file.try_clone()?), replace: false })
    }

    /// Flushes and fsyncs what was written; call before the commit that makes it true.
    pub fn seal(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Beside { file, sealed, .. } => {
                file.as_file().sync_all()?;
                *sealed = true;
                Ok(())
            }
            // Pipes and devices have nothing to fsync.
            Place::Spooled { spool: file, .. } | Place::Given(file) => file.flush(),
        }
    }

    /// Renames into place and fsyncs the folder; call after the commit. Seals first when that was
    /// not done.
    pub fn publish(mut self) -> io::Result<()> {
        if !matches!(self.place, Place::Beside { sealed: true, .. }) {
            self.seal()?;
        }
        match self.place {
            Place::Beside { file, folder, .. } => {
                let named = if self.replace {
                    file.persist(&self.target)
                } else {
                    file.persist_noclobber(&self.target)
                };
                named.map_err(|failed| failed.error)?;
                File::open(folder)?.sync_all()
            }
            Place::Spooled { mut spool, mut stream } => {
                spool.rewind()?;
                io::copy(&mut spool, &mut stream)?;
                stream.flush()
            }
            Place::Given(_) => Ok(()),
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            Place::Beside { file, sealed, .. } => {
                *sealed = false;
                file.as_file_mut().write(bytes)
            }
            Place::Spooled { spool: file, .. } | Place::Given(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Beside { file, .. } => file.as_file_mut().flush(),
            Place::Spooled { spool: file, .. } | Place::Given(file) => file.flush(),
        }
    }
}

/// The target opened, if it is neither a regular file, nor a folder, nor absent: a device, a pipe
/// that somebody reads, or what the shell opened.
pub fn stream(target: &Path) -> io::Result<Option<File>> {
    // Opened anew, a redirected standard stream would be written from its beginning.
    match target.to_str() {
        Some("/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1") => {
            return Ok(Some(io::stdout().as_fd().try_clone_to_owned()?.into()));
        }
        Some("/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2") => {
            return Ok(Some(io::stderr().as_fd().try_clone_to_owned()?.into()));
        }
        // What the shell opened for this program (`>(gzip)`) has a name that is a link.
        Some(name) if is_descriptor(name) => {
            return open_stream(target, &fs::metadata(target)?, OFlags::empty());
        }
        _ => {}
    }
    match fs::symlink_metadata(target) {
        Ok(found) if found.is_symlink() || found.is_file() || found.is_dir() => Ok(None),
        Ok(found) => {
            demand_own(target, &found)?;
            open_stream(target, &found, OFlags::NOFOLLOW)
        }
        // Told by whoever makes the file.
        Err(_) => Ok(None),
    }
}

/// Whether a name is that of an open file of this process.
fn is_descriptor(name: &str) -> bool {
    let number = ["/dev/fd/", "/proc/self/fd/"].into_iter().find_map(|folder| name.strip_prefix(folder));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Opens a pipe or a device. For the reader of a pipe, who may be starting as well, it waits a
/// moment, and not for ever.
fn open_stream(target: &Path, found: &Metadata, further: OFlags) -> io::Result<Option<File>> {
    let kind = found.file_type();
    if found.is_file() {
        return Ok(None);
    }
    if kind.is_block_device() || kind.is_socket() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is neither a file nor a stream"));
    }
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY | further;
    let begun = Instant::now();
    let file = loop {
        match rustix::fs::open(target, flags, Mode::empty()) {
            Err(Errno::NXIO) if kind.is_fifo() && begun.elapsed() < READER => thread::sleep(PAUSE),
            Err(Errno::NXIO) => return Err(io::Error::other("it is a pipe that nobody reads")),
            other => break File::from(other?),
        }
    };
    let opened = file.metadata()?;
    if (opened.dev(), opened.ino()) != (found.dev(), found.ino()) {
        return Err(io::Error::other("something else took its place"));
    }
    let flags = rustix::fs::fcntl_getfl(&file)?;
    rustix::fs::fcntl_setfl(&file, flags - OFlags::NONBLOCK)?;
    Ok(Some(file))
}

/// Refuses a pipe that somebody else left in a folder where everybody may leave something.
fn demand_own(target: &Path, found: &Metadata) -> io::Result<()> {
    let owner = found.uid();
    if !found.file_type().is_fifo() || owner == 0 || owner == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if fs::metadata(folder)?.mode() & 0o002 == 0 {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "it is a pipe of somebody else in a folder of everybody",
    ))
}

fn beside(target: &Path, replace: bool) -> io::Result<Place> {
    let folder = folder_for(target)?;
    match fs::symlink_metadata(target) {
        Ok(_) if !replace => return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is there already")),
        Ok(_) => rustix::fs::access(target, Access::WRITE_OK)?,
        Err(_) => {}
    }
    Ok(Place::Beside { file: draft_for(target, Kind::Output)?, folder: folder.to_owned(), sealed: false })
}
