//! Where rows come from: a file, or standard input spooled to a private temporary file so that it can be read twice.

use std::path::PathBuf;

/// An input that can be read several times; what was read once is read again, even if the file is replaced meanwhile.
pub struct Source {
    /// For messages: the path as given, or `<stdin>`.
    pub name: String,
    /// The path, unless it was standard input.
    pub path: Option<PathBuf>,
}

impl Source {
    /// Opens a file, or spools standard input (`-`) to an unlinked 0600 temporary file.
    pub fn open(_argument: &str) -> std::io::Result<Self> {
        todo!()
    }
    /// A reader from the beginning; independent of earlier ones.
    pub fn reader(&self) -> std::io::Result<Box<dyn std::io::Read + Send>> {
        todo!()
    }
    /// Bytes in all.
    pub fn len(&self) -> u64 {
        todo!()
    }
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Whether the file is as it was when opened.
    pub fn unchanged(&self) -> std::io::Result<bool> {
        todo!()
    }
    /// SHA-256 of the content, in hex.
    pub fn digest(&self) -> std::io::Result<String> {
        todo!()
    }
}
