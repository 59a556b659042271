//! Where rows come from: a file, or standard input spooled to a private temporary file so that it
//! can be read twice.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, FileTypeExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::files::Digest;

use super::private::private_file;
use super::window::RECORD_LIMIT;

/// Bytes read at once for a digest.
const CHUNK: usize = 256 * 1024;

/// Bytes that are kept of a stream at most; a larger input is given as a file, which needs no copy.
const LONGEST_STREAM: u64 = 8 << 30;

/// A stream may take so many bytes however little space is free: where there is less, the disk says
/// so.
const SHORT_STREAM: u64 = 1 << 20;

/// An input that can be read several times; what was read once is read again, even if the file is
/// replaced meanwhile.
///
/// One handle stays open and is read by position, so a new file moved to the same path is not seen.
/// Bytes appended later are not read, bytes cut off are an error; a file that was written into is
/// told by [`Source::unchanged`].
#[derive(Debug, Clone)]
pub struct Source {
    /// For messages: the path as given, or `<stdin>`.
    pub name: String,
    /// The path, unless it was standard input.
    pub path: Option<PathBuf>,
    file: Arc<File>,
    length: u64,
    modified: Option<SystemTime>,
}

impl Source {
    /// Opens a file, or spools standard input (`-`) to an unlinked 0600 temporary file; so is what
    /// can be read only once, as a pipe. Refuses a folder, and a stream that is longer than 8 GiB
    /// or than half of the free space of the temporary folder: the other half is for what is made
    /// of its rows.
    pub fn open(argument: &str) -> io::Result<Self> {
        if argument == "-" {
            return Self::spool("<stdin>", None, &mut io::stdin().lock());
        }
        let path = PathBuf::from(argument);
        // Looked at before it is opened: opening a device can do something.
        let kind = std::fs::metadata(&path)?.file_type();
        if kind.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, not a file"));
        }
        if kind.is_socket() || kind.is_block_device() || kind.is_char_device() && !is_own_input(&path) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a device, not a file"));
        }
        let mut file = File::open(&path)?;
        let metadata = file.metadata()?;
        // Files that the kernel makes up while they are read say they have no bytes.
        if !metadata.is_file() || metadata.len() == 0 {
            return Self::spool(argument, Some(path), &mut file);
        }
        Ok(Self::over(argument, Some(path), file, &metadata))
    }

    fn spool(name: &str, path: Option<PathBuf>, input: &mut dyn Read) -> io::Result<Self> {
        let spooled = private_file().and_then(|mut file| {
            let most = Most::beside(&file);
            keep(input, &mut file, &most)?;
            Ok((file.metadata()?, file))
        });
        let (metadata, file) = spooled.map_err(|error| {
            if error.kind() == io::ErrorKind::InvalidData {
                return error;
            }
            let folder = std::env::temp_dir();
            io::Error::new(
                error.kind(),
                format!("could not be kept in {} to be read twice: {error}", folder.display()),
            )
        })?;
        Ok(Self::over(name, path, file, &metadata))
    }

    fn over(name: &str, path: Option<PathBuf>, file: File, metadata: &Metadata) -> Self {
        Self {
            name: name.to_owned(),
            path,
            file: Arc::new(file),
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }

    /// A reader from the beginning; independent of earlier ones.
    pub fn reader(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Positioned { file: Arc::clone(&self.file), next: 0, end: self.length }))
    }

    /// The same for whoever moves about in it.
    pub(super) fn positioned(&self) -> Positioned {
        Positioned { file: Arc::clone(&self.file), next: 0, end: self.length }
    }

    /// Bytes in all.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the file still has the length and the time of modification it was opened with.
    pub fn unchanged(&self) -> io::Result<bool> {
        let now = self.file.metadata()?;
        Ok(now.len() == self.length && now.modified().ok() == self.modified)
    }

    /// SHA-256 of the content, in hex.
    pub fn digest(&self) -> io::Result<String> {
        let (mut reader, mut digest, mut chunk) = (self.reader()?, Digest::default(), vec![0; CHUNK]);
        loop {
            match reader.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => digest.add(&chunk[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(digest.hex())
    }

    /// At most `length` bytes from the beginning.
    pub(super) fn head(&self, length: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.reader()?.take(length as u64).read_to_end(&mut head)?;
        Ok(head)
    }
}

/// Whether a path stands for what the caller has open: `/dev/stdin`, `/dev/fd/3`, a terminal.
fn is_own_input(path: &Path) -> bool {
    path == Path::new("/dev/stdin")
        || path == Path::new("/dev/tty")
        || path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd")
}

/// Bytes without the end of a line or an object that no row can have: in UTF-16 the longest one
/// takes three times its length.
const ENDLESS: usize = 4 * RECORD_LIMIT;

/// How much of a stream is kept.
struct Most {
    bytes: u64,
    /// The free space of the temporary folder says so.
    by_space: bool,
}

impl Most {
    /// What a stream may take where `file` lies. Where the free space cannot be told, the general
    /// limit alone counts.
    fn beside(file: &File) -> Self {
        let found = rustix::fs::fstatvfs(file).ok().filter(|found| found.f_blocks > 0);
        let half = found.map(|found| found.f_bavail.saturating_mul(found.f_frsize) / 2);
        match half {
            Some(half) if half < LONGEST_STREAM => Self { bytes: half.max(SHORT_STREAM), by_space: true },
            _ => Self { bytes: LONGEST_STREAM, by_space: false },
        }
    }

    fn exceeded(&self) -> io::Error {
        let size = match self.bytes {
            bytes if bytes >= 1 << 30 => format!("{} GiB", bytes >> 30),
            bytes => format!("{} MiB", bytes >> 20),
        };
        let why = if self.by_space {
            format!(", half of the free space of {}", std::env::temp_dir().display())
        } else {
            String::new()
        };
        let reason = format!("it is longer than {size}{why}; a larger input can be given as a file");
        io::Error::new(io::ErrorKind::InvalidData, reason)
    }
}

/// Copies `input`, unless it goes on and on, without the end of a row or without an end at all:
/// such a thing would fill the disk.
fn keep(input: &mut dyn Read, file: &mut File, most: &Most) -> io::Result<()> {
    let (mut chunk, mut open, mut kept) = (vec![0; CHUNK], 0, 0_u64);
    loop {
        let read = match input.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let text = &chunk[..read];
        open = match memchr::memrchr3(b'\n', b'\r', b'}', text) {
            Some(end) => read - end - 1,
            None => open + read,
        };
        if open > ENDLESS {
            let reason = format!("{} MiB without the end of a row", ENDLESS >> 20);
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        kept += read as u64;
        if kept > most.bytes {
            return Err(most.exceeded());
        }
        file.write_all(text)?;
    }
}

/// A reader with a place of its own in a shared file.
pub(super) struct Positioned {
    pub(super) file: Arc<File>,
    pub(super) next: u64,
    pub(super) end: u64,
}

impl Read for Positioned {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.next)).unwrap_or(usize::MAX);
        let length = space.len().min(left);
        let read = self.file.read_at(&mut space[..length], self.next)?;
        if read == 0 && length > 0 {
            let reason = "the file has become shorter while it was read";
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, reason));
        }
        self.next += read as u64;
        Ok(read)
    }
}

impl Seek for Positioned {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(offset) => self.end.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.next.checked_add_signed(offset),
        };
        self.next = to.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::super::private::private_file;
    use super::*;

    /// What keeping an endless stream of rows ends with.
    fn endless(most: &Most) -> String {
        let mut file = private_file().expect("a temporary file");
        let rows = b"vip,A\n".repeat(1 << 20);
        let error = keep(&mut rows.as_slice(), &mut file, most).expect_err("it is too long");
        assert!(file.metadata().expect("a file").len() <= most.bytes);
        error.to_string()
    }

    #[test]
    fn a_stream_without_end_is_refused_at_its_limit() {
        assert_eq!(
            endless(&Most { bytes: 2 << 20, by_space: false }),
            "it is longer than 2 MiB; a larger input can be given as a file"
        );
        let folder = std::env::temp_dir();
        assert_eq!(
            endless(&Most { bytes: 3 << 20, by_space: true }),
            format!(
                "it is longer than 3 MiB, half of the free space of {}; a larger input can be given as a file",
                folder.display()
            )
        );
    }

    #[test]
    fn no_stream_may_take_more_than_half_of_the_free_space() {
        let file = private_file().expect("a temporary file");
        let free = rustix::fs::fstatvfs(&file).expect("a file system");
        let most = Most::beside(&file);
        assert!(most.bytes <= (free.f_blocks * free.f_frsize / 2).clamp(SHORT_STREAM, LONGEST_STREAM));
    }
}
