//! CSV text into rows, strictly. Lines without quotes, which nearly all are, take the short way; a
//! row with quotes is first measured, then checked, then copied. Knows nothing of headers and how
//! many cells a row should have.

use super::fault::{Fault, Malformed};
use super::reading::LineEnd;
use super::record::Record;
use super::scan;
use super::window::{CELL_LIMIT, Narrow, Window};

/// Bytes around undecodable text that are kept to look for its encoding.
const SAMPLE: usize = 4096;

const DOUBLE_IT: &str = "a quote that belongs to the text is written twice: \"\"";

/// CSV rows.
pub(super) struct Csv {
    window: Window,
    delimiter: u8,
    /// Take the guards of formulas off.
    unguard: bool,
    /// 1-based line at the beginning of the window.
    line: u64,
    pieces: Vec<Piece>,
}

/// A part of a row with quotes: bytes of the window that go into a cell.
struct Piece {
    from: usize,
    to: usize,
    ends_cell: bool,
}

impl Csv {
    /// Looks at the header line for the delimiter: a comma; where there is none, the first `;` or
    /// TAB.
    pub(super) fn open(mut window: Window, unguard: bool) -> Result<Self, Fault> {
        let delimiter = match delimiter(&mut window) {
            Ok(delimiter) => delimiter,
            // Too long a header is reported when it is read.
            Err(Narrow::Record) => b',',
            Err(Narrow::Io(error)) => return Err(Fault::Io(error)),
        };
        Ok(Self { window, delimiter, unguard, line: 1, pieces: Vec::new() })
    }

    /// Bytes taken from the source.
    pub(super) fn consumed(&self) -> u64 {
        self.window.consumed()
    }

    /// 1-based line of the next row.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// How the line at the beginning of the window ends; LF where it has no end.
    pub(super) fn line_end(&mut self) -> LineEnd {
        let Ok((end, next)) = self.window.line_from(0) else { return LineEnd::Lf };
        match &self.window.text()[end..next] {
            b"\r\n" => LineEnd::CrLf,
            b"\r" => LineEnd::Cr,
            _ => LineEnd::Lf,
        }
    }

    /// The delimiter.
    pub(super) fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// Reads the next row that is no blank line; `false` at the end. Behind a fault that is not
    /// fatal the next row can be read.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<bool, Fault> {
        loop {
            record.begin(self.line, self.unguard);
            let (end, next) = match self.window.line_from(0) {
                Ok(line) => line,
                Err(narrow) => return Err(self.endless(narrow)),
            };
            if next == 0 {
                return Ok(false);
            }
            if end == 0 {
                self.window.advance(next);
                self.line += 1;
                continue;
            }
            let line = &self.window.text()[..end];
            if memchr::memchr2(b'"', 0, line).is_some() {
                self.read_quoted(record)?;
            } else {
                let cut = match std::str::from_utf8(line) {
                    Ok(line) => {
                        record.cut(line, self.delimiter);
                        Ok(())
                    }
                    Err(error) => Err(self.undecodable(error.valid_up_to())),
                };
                self.window.advance(next);
                self.line += 1;
                cut?;
            }
            return within_limit(record).map(|()| true);
        }
    }

    /// Reads a row that holds a quote or a NUL.
    fn read_quoted(&mut self, record: &mut Record) -> Result<(), Fault> {
        let next = self.measure()?;
        let raw = &self.window.text()[..next];
        let checked = if let Some(nul) = memchr::memchr(0, raw) {
            Err(Malformed::at(self.line, raw, nul, "a NUL byte")
                .hint("this is no text, or its encoding is another one; see --encoding"))
        } else {
            match std::str::from_utf8(raw) {
                Ok(raw) => {
                    for piece in &self.pieces {
                        record.push_str(&raw[piece.from..piece.to]);
                        if piece.ends_cell {
                            record.end_cell();
                        }
                    }
                    Ok(())
                }
                Err(error) => Err(self.undecodable(error.valid_up_to())),
            }
        };
        self.leave(next);
        Ok(checked?)
    }

    /// Finds the pieces of a row with quotes and where the next row begins. Where text stands
    /// behind a closing quote the rest of that line is given up.
    fn measure(&mut self) -> Result<usize, Fault> {
        self.pieces.clear();
        let mut at = 0;
        loop {
            at = if self.byte(at)? == Some(b'"') { self.quoted_cell(at)? } else { self.plain_cell(at)? };
            match self.byte(at)? {
                None => return Ok(at),
                Some(byte) if byte == self.delimiter => at += 1,
                Some(b'\n') => return Ok(at + 1),
                Some(b'\r') => return Ok(at + 1 + usize::from(self.byte(at + 1)? == Some(b'\n'))),
                Some(_) => {
                    let fault = self.fault_at(at, "text after the closing quote of a cell").hint(DOUBLE_IT);
                    let (_, next) = self.window.line_from(at).map_err(|narrow| self.too_long(narrow))?;
                    self.leave(next);
                    return Err(fault.into());
                }
            }
        }
    }

    /// Measures a cell without quotes and gives its end.
    fn plain_cell(&mut self, from: usize) -> Result<usize, Fault> {
        let delimiter = self.delimiter;
        let end = self
            .window
            .find(from, |text| memchr::memchr3(delimiter, b'\n', b'\r', text))
            .map_err(|narrow| self.too_long(narrow))?
            .unwrap_or(self.window.text().len());
        self.pieces.push(Piece { from, to: end, ends_cell: true });
        Ok(end)
    }

    /// Measures the cell whose quote opens at `open` and gives the place behind its closing quote.
    fn quoted_cell(&mut self, open: usize) -> Result<usize, Fault> {
        let mut from = open + 1;
        loop {
            match self.window.find(from, |text| memchr::memchr(b'"', text)) {
                Ok(Some(quote)) => {
                    let doubled = self.byte(quote + 1)? == Some(b'"');
                    // Of a doubled quote the first one belongs to the text.
                    let to = quote + usize::from(doubled);
                    self.pieces.push(Piece { from, to, ends_cell: !doubled });
                    if !doubled {
                        return Ok(quote + 1);
                    }
                    from = quote + 2;
                }
                Ok(None) => {
                    let reason = "the quote opened here is never closed";
                    return Err(self.fault_at(open, reason).hint(DOUBLE_IT).fatal().into());
                }
                Err(Narrow::Record) => {
                    let reason = "the quote opened here is not closed within 1 MiB";
                    return Err(self.fault_at(open, reason).hint(DOUBLE_IT).fatal().into());
                }
                Err(Narrow::Io(error)) => return Err(Fault::Io(error)),
            }
        }
    }

    fn byte(&mut self, at: usize) -> Result<Option<u8>, Fault> {
        self.window.byte(at).map_err(|narrow| self.too_long(narrow))
    }

    fn leave(&mut self, next: usize) {
        self.line += scan::count_lines(&self.window.text()[..next]);
        self.window.advance(next);
    }

    fn fault_at(&self, offset: usize, reason: &str) -> Malformed {
        Malformed::at(self.line, self.window.text(), offset, reason)
    }

    fn undecodable(&self, offset: usize) -> Malformed {
        let text = self.window.text();
        let sample = text[..text.len().min(offset + SAMPLE)].to_vec();
        Malformed { undecodable: Some(sample), ..self.fault_at(offset, "undecodable bytes") }
    }

    /// The fault of a line that does not end; where a quote may be the cause, that quote.
    fn endless(&mut self, narrow: Narrow) -> Fault {
        let fault = self.too_long(narrow);
        if matches!(fault, Fault::Text(_)) && self.window.text().contains(&b'"') {
            return self.measure().err().unwrap_or(fault);
        }
        fault
    }

    fn too_long(&self, narrow: Narrow) -> Fault {
        match narrow {
            Narrow::Io(error) => Fault::Io(error),
            Narrow::Record => Malformed::line(self.line, "the row is longer than 1 MiB").fatal().into(),
        }
    }
}

fn within_limit(record: &Record) -> Result<(), Fault> {
    match record.longest() {
        Some((length, column)) if length > CELL_LIMIT => {
            let reason = format!("the cell of column {} is longer than 64 KiB", column + 1);
            Err(Malformed::line(record.line(), reason).into())
        }
        _ => Ok(()),
    }
}

fn delimiter(window: &mut Window) -> Result<u8, Narrow> {
    let (mut quoted, mut other, mut begun, mut at) = (false, None, false, 0);
    while let Some(byte) = window.byte(at)? {
        at += 1;
        match byte {
            b'\n' | b'\r' if !quoted => {
                if begun {
                    break;
                }
                continue;
            }
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b',' => return Ok(b','),
            b';' | b'\t' if other.is_none() => other = Some(byte),
            _ => {}
        }
        begun = true;
    }
    Ok(other.unwrap_or(b','))
}
