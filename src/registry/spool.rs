//! What one pass over many rows leaves for the next: records in a private temporary file, so that
//! memory stays flat.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;

use crate::registry::{Error, Result};
use crate::table::private_file;

/// Bytes gathered before a write, and read ahead.
const BUFFER: usize = 128 * 1024;

/// Records on their way into a temporary file, which has no name and goes with the process.
pub(crate) struct Spool {
    file: BufWriter<File>,
    records: u64,
}

impl Spool {
    pub(crate) fn new() -> Result<Self> {
        let file = private_file().map_err(temporary)?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), records: 0 })
    }

    pub(crate) fn push(&mut self, record: &[u8]) -> Result<()> {
        let length = u32::try_from(record.len()).expect("records are bounded by the reader's limits");
        self.records += 1;
        self.file
            .write_all(&length.to_le_bytes())
            .and_then(|()| self.file.write_all(record))
            .map_err(temporary)
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> u64 {
        self.records
    }

    /// Reads the records from the first; independent of other readings.
    pub(crate) fn records(&mut self) -> Result<Records<'_>> {
        self.file.flush().map_err(temporary)?;
        let file = At { file: self.file.get_ref(), offset: 0 };
        Ok(Records { file: BufReader::with_capacity(BUFFER, file), left: self.records })
    }
}

/// Records in the order they were pushed.
pub(crate) struct Records<'s> {
    file: BufReader<At<'s>>,
    left: u64,
}

impl Records<'_> {
    /// Reads the next record into `record`; `false` after the last.
    pub(crate) fn next(&mut self, record: &mut Vec<u8>) -> Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        let mut length = [0; 4];
        self.file.read_exact(&mut length).map_err(temporary)?;
        record.resize(u32::from_le_bytes(length) as usize, 0);
        self.file.read_exact(record).map_err(temporary)?;
        Ok(true)
    }
}

/// A reader with a position of its own on a shared file.
struct At<'f> {
    file: &'f File,
    offset: u64,
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.offset)?;
        self.offset += count as u64;
        Ok(count)
    }
}

/// A failure of a temporary file.
pub(crate) fn temporary(source: io::Error) -> Error {
    Error::Temporary { folder: std::env::temp_dir(), source }
}
