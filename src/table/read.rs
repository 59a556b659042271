//! Reading CSV strictly: own line numbers, limits, unclosed quotes seen, every fault with its line.

use super::{Encoding, Source};

/// One row of a file, reused from call to call.
#[derive(Debug, Default)]
pub struct Record {}

impl Record {
    /// The cell of a column, by index; cells are valid UTF-8.
    pub fn cell(&self, _column: usize) -> &str {
        todo!()
    }
    /// Number of cells.
    pub fn len(&self) -> usize {
        todo!()
    }
    /// Whether the row has no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// 1-based line where the row starts.
    pub fn line(&self) -> u64 {
        todo!()
    }
    /// 1-based number of the row, the header not counted.
    pub fn row(&self) -> u64 {
        todo!()
    }
}

/// A file that is no table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The source failed.
    #[error("could not read {name}: {source}")]
    Io {
        /// The file.
        name: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is malformed at a line: ragged row, unclosed quote, NUL byte, too long a field, no header …
    #[error("{name}:{line}: {reason}")]
    Malformed {
        /// The file.
        name: String,
        /// 1-based line.
        line: u64,
        /// 1-based column (characters) where known.
        column: Option<u64>,
        /// What is wrong.
        reason: String,
        /// What to do.
        hint: Option<String>,
    },
}

/// A strict CSV reader with a header row.
pub struct Reader {}

impl Reader {
    /// Reads the header: refuses an empty file, empty or duplicate headers.
    pub fn open(
        _source: &Source,
        _format: super::Format,
        _encoding: Encoding,
        _raw: bool,
    ) -> Result<Self, ReadError> {
        todo!()
    }
    /// Header texts.
    pub fn headers(&self) -> &[String] {
        todo!()
    }
    /// Bytes of the source consumed so far, for progress.
    pub fn consumed(&self) -> u64 {
        todo!()
    }
    /// Reads the next row into `record`; `false` at the end. A ragged row is an error of that row ([`ReadError::Malformed`]); reading can go
    /// on after it. After an unclosed quote or an I/O error it cannot: [`Reader::is_done`].
    pub fn read(&mut self, _record: &mut Record) -> Result<bool, ReadError> {
        todo!()
    }
    /// Whether nothing more can be read.
    pub fn is_done(&self) -> bool {
        todo!()
    }
}
