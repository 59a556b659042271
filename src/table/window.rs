//! A window onto decoded text that holds one whole record at a time, and never much more than the
//! largest allowed.

use std::io;

use super::decode::{self, Decoded};

/// Bytes of the window while records are of ordinary length.
const SIZE: usize = 256 * 1024;

/// Bytes of the longest record that is read.
pub(super) const RECORD_LIMIT: usize = 1024 * 1024;

/// Bytes of the longest cell that is read.
pub const CELL_LIMIT: usize = 64 * 1024;

/// Room for the longest record, its line end, and what the decoder asks for.
const LARGEST: usize = RECORD_LIMIT + 2 * decode::MIN_SPACE;

/// The window could not be opened wider.
#[derive(Debug)]
pub(super) enum Narrow {
    /// The source failed.
    Io(io::Error),
    /// The record is longer than [`RECORD_LIMIT`].
    Record,
}

/// A window that begins at the record to be read; offsets count from there.
pub(super) struct Window {
    input: Decoded,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
}

impl Window {
    /// Opens a window at the beginning, behind a BOM.
    pub(super) fn open(input: Decoded) -> io::Result<Self> {
        const BOM: &[u8] = b"\xEF\xBB\xBF";
        let mut window = Self { input, buffer: vec![0; SIZE], start: 0, end: 0, ended: false };
        while window.end < BOM.len() && !window.ended {
            window.fill()?;
        }
        if window.text().starts_with(BOM) {
            window.advance(BOM.len());
        }
        Ok(window)
    }

    /// What is in sight.
    pub(super) fn text(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Bytes taken from the source.
    pub(super) fn consumed(&self) -> u64 {
        self.input.consumed()
    }

    /// Leaves a record behind.
    pub(super) fn advance(&mut self, length: usize) {
        self.start += length;
    }

    /// Brings more into sight; `false` at the end of the source.
    pub(super) fn widen(&mut self) -> Result<bool, Narrow> {
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < decode::MIN_SPACE {
            if self.buffer.len() >= LARGEST {
                return Err(Narrow::Record);
            }
            self.buffer.resize((self.buffer.len() * 2).min(LARGEST), 0);
        }
        self.fill().map_err(Narrow::Io)
    }

    /// The byte at an offset, or `None` behind the end.
    pub(super) fn byte(&mut self, offset: usize) -> Result<Option<u8>, Narrow> {
        loop {
            if let Some(byte) = self.text().get(offset) {
                return Ok(Some(*byte));
            }
            if !self.widen()? {
                return Ok(None);
            }
        }
    }

    /// The first place at or behind `from` that `search` finds in the text given to it; `None` =
    /// not up to the end.
    #[inline]
    pub(super) fn find(
        &mut self,
        mut from: usize,
        search: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<Option<usize>, Narrow> {
        loop {
            if let Some(found) = self.text().get(from..).and_then(&search) {
                return Ok(Some(from + found));
            }
            from = from.max(self.text().len());
            if !self.widen()? {
                return Ok(None);
            }
        }
    }

    /// The end of the line that holds offset `from`, and the beginning of the next one; equal only
    /// at the end of the source, where a last line needs no line end.
    #[inline]
    pub(super) fn line_from(&mut self, from: usize) -> Result<(usize, usize), Narrow> {
        let Some(end) = self.find(from, |text| memchr::memchr2(b'\n', b'\r', text))? else {
            let end = self.text().len();
            return if end > RECORD_LIMIT { Err(Narrow::Record) } else { Ok((end, end)) };
        };
        if end > RECORD_LIMIT {
            return Err(Narrow::Record);
        }
        let crlf = self.text()[end] == b'\r' && self.byte(end + 1)? == Some(b'\n');
        Ok((end, end + 1 + usize::from(crlf)))
    }

    fn fill(&mut self) -> io::Result<bool> {
        let read = self.input.read(&mut self.buffer[self.end..])?;
        self.end += read;
        self.ended = read == 0;
        Ok(read > 0)
    }
}
