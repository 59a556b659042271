//! What can be wrong with a file of rows: [`ReadError`] for the caller, `Fault` before the file's
//! name is put to it.

use std::io;

use super::encoding::Candidate;
use super::scan;

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
        source: io::Error,
    },
    /// The file is malformed at a line: ragged row, unclosed quote, NUL byte, too long a field, no
    /// header …
    #[error("{name}:{line}{}: {reason}", .column.map(|column| format!(":{column}")).unwrap_or_default())]
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
    /// The file reads as text in several encodings.
    #[error("{name} could be in several encodings: {}", told(.candidates))]
    AmbiguousEncoding {
        /// The file.
        name: String,
        /// How it reads in each, the likeliest first.
        candidates: Vec<Candidate>,
    },
    /// The rows agree with the header whichever of several delimiters is taken.
    #[error("{name}: cells could be separated by {}", separated(.candidates))]
    AmbiguousDelimiter {
        /// The file.
        name: String,
        /// Each delimiter with the header that it makes.
        candidates: Vec<(char, Vec<String>)>,
    },
    /// The workbook is damaged, protected, too large or none.
    #[error("{name}: {reason}")]
    Workbook {
        /// The file.
        name: String,
        /// What is wrong.
        reason: String,
        /// What to do.
        hint: Option<String>,
    },
    /// Several sheets of the workbook have rows, or none is called as asked.
    #[error("{}", sheets_told(.name, .wanted.as_deref(), .sheets))]
    Sheets {
        /// The file.
        name: String,
        /// The sheet that was asked for.
        wanted: Option<String>,
        /// The sheets with rows.
        sheets: Vec<String>,
    },
    /// A merged range covers cells of customers, of which only the first has the value.
    #[error("{name}, sheet {sheet}, {range}: merged cells hold one value for several rows or columns")]
    Merged {
        /// The file.
        name: String,
        /// The sheet.
        sheet: String,
        /// The range, such as `B2:B21`.
        range: String,
    },
}

/// Each delimiter with the cells that it makes of the header.
fn separated(candidates: &[(char, Vec<String>)]) -> String {
    let told = |(delimiter, cells): &(char, Vec<String>)| format!("{delimiter:?} ({})", cells.join(" · "));
    candidates.iter().map(told).collect::<Vec<_>>().join(" or ")
}

fn sheets_told(name: &str, wanted: Option<&str>, sheets: &[String]) -> String {
    let all = sheets.join(", ");
    match wanted {
        Some(wanted) => format!("{name} has no sheet {wanted:?}; with rows: {all}"),
        None => format!("{name} has several sheets with rows: {all}"),
    }
}

/// Each encoding with what it makes of the first cells.
fn told(candidates: &[Candidate]) -> String {
    let told = |it: &Candidate| format!("{} reads {:?}", it.encoding, it.sample);
    candidates.iter().map(told).collect::<Vec<_>>().join(", ")
}

/// A fault inside this room.
#[derive(Debug)]
pub(super) enum Fault {
    /// The source failed.
    Io(io::Error),
    /// The text is malformed.
    Text(Malformed),
    /// Several delimiters fit.
    Delimiters(Vec<(char, Vec<String>)>),
}

/// Malformed text at a place.
#[derive(Debug, Default)]
pub(super) struct Malformed {
    /// 1-based line.
    pub(super) line: u64,
    /// 1-based column in characters.
    pub(super) column: Option<u64>,
    pub(super) reason: String,
    pub(super) hint: Option<String>,
    /// The bytes are no text in the encoding: a sample of them, to look for an encoding to hint at.
    pub(super) undecodable: Option<Vec<u8>>,
    /// Nothing can be read behind it.
    pub(super) fatal: bool,
}

impl Malformed {
    /// A fault of a whole line or row.
    pub(super) fn line(line: u64, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into(), ..Self::default() }
    }

    /// A fault at byte `offset` of `raw`, which begins at the beginning of line `line`.
    pub(super) fn at(line: u64, raw: &[u8], offset: usize, reason: impl Into<String>) -> Self {
        let before = &raw[..offset];
        Self {
            line: line + scan::count_lines(before),
            column: Some(scan::chars_in_last_line(before) + 1),
            reason: reason.into(),
            ..Self::default()
        }
    }

    /// Adds what to do.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Marks that nothing can be read behind it.
    pub(super) fn fatal(mut self) -> Self {
        self.fatal = true;
        self
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Malformed> for Fault {
    fn from(malformed: Malformed) -> Self {
        Self::Text(malformed)
    }
}
