//! Date segments: `%Y %y %m %d %j %G %V` and literal text, printed and parsed.

use jiff::civil::Date;

/// A checked date format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFormat {
    text: String,
}

/// An unknown directive at a byte offset of the format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown date directive {directive:?}")]
pub struct DateFormatError {
    /// As written, e.g. `%Q`.
    pub directive: String,
    /// Byte offset in the format.
    pub offset: usize,
}

impl DateFormat {
    /// Checks `format`; every directive has a fixed width, so the printed date has one too.
    pub fn new(_format: &str) -> Result<Self, DateFormatError> {
        todo!()
    }
    /// The format as written.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// Characters of a printed date.
    pub fn width(&self) -> usize {
        todo!()
    }
    /// Appends `date` (years 0001–9999) to `out`.
    pub fn print(&self, _date: Date, _out: &mut String) {
        todo!()
    }
}
