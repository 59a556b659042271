//! Writing rows: CSV (formulas neutralised), JSON Lines, JSON.

use std::io::{self, Write};

use super::Encoding;

/// A file format of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, quoted where needed, LF line ends.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// One JSON document: `{"schema":1,"rows":[…]}`.
    Json,
}

/// Writes rows of cells under fixed headers.
pub struct RowWriter<W: Write> {
    inner: W,
}

impl<W: Write> RowWriter<W> {
    /// Starts a table. `raw` = cells that a spreadsheet would take for formulas are left as they are.
    pub fn new(
        _inner: W,
        _format: Format,
        _encoding: Encoding,
        _raw: bool,
        _headers: &[&str],
    ) -> io::Result<Self> {
        todo!()
    }
    /// Writes one row; `None` = no value (an empty CSV cell, an absent JSON member).
    pub fn row(&mut self, _cells: &[Option<&str>]) -> io::Result<()> {
        todo!()
    }
    /// Ends the table and flushes; without it the output is not complete.
    pub fn finish(self) -> io::Result<W> {
        let _ = &self.inner;
        todo!()
    }
}

/// The cell as a spreadsheet can show it without running it: a text that begins with `=`, `+`, `-`, `@`, TAB, CR or their full-width forms
/// (after any run of `'`) gets one `'` in front. Reversed by [`unguard`].
pub fn guard(_cell: &str) -> std::borrow::Cow<'_, str> {
    todo!()
}

/// The reverse of [`guard`].
pub fn unguard(_cell: &str) -> &str {
    todo!()
}
