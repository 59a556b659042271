//! Output files that are whole or absent: written beside their target, fsynced, renamed.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file in the making, mode 0600; removed unless [`OutputFile::publish`]ed.
pub struct OutputFile {
    target: PathBuf,
}

impl OutputFile {
    /// Starts a file beside `target` (symlinks of the target are refused; so is a folder). Fails early when the place cannot be written.
    pub fn create(_target: &Path) -> io::Result<Self> {
        todo!()
    }
    /// The target.
    pub fn target(&self) -> &Path {
        &self.target
    }
    /// Flushes and fsyncs what was written; call before the commit that makes it true.
    pub fn seal(&mut self) -> io::Result<()> {
        todo!()
    }
    /// Renames into place and fsyncs the folder; call after the commit. Seals first when that was not done.
    pub fn publish(self) -> io::Result<()> {
        todo!()
    }
}

impl Write for OutputFile {
    fn write(&mut self, _buf: &[u8]) -> io::Result<usize> {
        todo!()
    }
    fn flush(&mut self) -> io::Result<()> {
        todo!()
    }
}
