//! Output files that are whole or absent: written beside their target, fsynced, renamed. What is no file (standard output,
//! a pipe, a device) gets everything at the end, out of a private temporary file.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::Access;
use tempfile::NamedTempFile;

use super::private::private_file;
use super::spool::Positioned;

/// A file in the making, mode 0600; nothing of it is seen unless it is [`OutputFile::publish`]ed.
pub struct OutputFile {
    target: PathBuf,
    place: Place,
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
    /// Starts a file beside `target` (symlinks of the target are refused; so is a folder). Fails early when the place
    /// cannot be written. A device, a pipe and `/dev/stdout` are opened now and get everything at the end: nobody reads
    /// what is not published, and a slow reader holds nothing up.
    pub fn create(target: &Path) -> io::Result<Self> {
        let place = match stream(target)? {
            Some(stream) => Place::Spooled { spool: private_file()?, stream },
            None => beside(target)?,
        };
        Ok(Self { target: target.to_owned(), place })
    }

    /// Writes into a file of the caller, who shows it when all is done.
    pub fn over(file: &File) -> io::Result<Self> {
        Ok(Self { target: PathBuf::new(), place: Place::Given(file.try_clone()?) })
    }

    /// What was written so far, from its beginning; writing goes on where it was.
    pub fn written(&self) -> io::Result<impl Read> {
        let file = match &self.place {
            Place::Beside { file, .. } => file.as_file(),
            Place::Spooled { spool: file, .. } | Place::Given(file) => file,
        };
        Ok(Positioned { file: Arc::new(file.try_clone()?), next: 0, end: file.metadata()?.len() })
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

    /// Renames into place and fsyncs the folder; call after the commit. Seals first when that was not done.
    pub fn publish(mut self) -> io::Result<()> {
        if !matches!(self.place, Place::Beside { sealed: true, .. }) {
            self.seal()?;
        }
        match self.place {
            Place::Beside { file, folder, .. } => {
                file.persist(&self.target).map_err(|failed| failed.error)?;
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

/// The target opened, if it is neither a regular file, nor a folder, nor absent.
fn stream(target: &Path) -> io::Result<Option<File>> {
    // Opened anew, a redirected standard stream would be written from its beginning.
    let standard = match target.to_str() {
        Some("/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1") => io::stdout().as_fd().try_clone_to_owned(),
        Some("/dev/stderr" | "/dev/fd/2" | "/proc/self/fd/2") => io::stderr().as_fd().try_clone_to_owned(),
        _ => {
            return match fs::metadata(target) {
                Ok(found) if !found.is_file() && !found.is_dir() => {
                    File::options().write(true).open(target).map(Some)
                }
                _ => Ok(None),
            };
        }
    };
    standard.map(|handle| Some(File::from(handle)))
}

fn beside(target: &Path) -> io::Result<Place> {
    let refused = |kind, reason: &str| Err(io::Error::new(kind, reason));
    match fs::symlink_metadata(target) {
        Ok(found) if found.is_symlink() => {
            return refused(io::ErrorKind::InvalidInput, "it is a symbolic link; name the file it points to");
        }
        Ok(found) if found.is_dir() => return refused(io::ErrorKind::IsADirectory, "it is a folder"),
        Ok(_) => rustix::fs::access(target, Access::WRITE_OK)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let folder = match target.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) if target.file_name().is_some() => parent,
        _ => return refused(io::ErrorKind::InvalidInput, "it names no file"),
    };
    let file = tempfile::Builder::new().prefix(".custcode-").suffix(".part").tempfile_in(folder).map_err(
        |error| {
            let reason = error.get_ref().map_or_else(|| error.to_string(), ToString::to_string);
            io::Error::new(error.kind(), format!("no file can be made in {}: {reason}", folder.display()))
        },
    )?;
    Ok(Place::Beside { file, folder: folder.to_owned(), sealed: false })
}
