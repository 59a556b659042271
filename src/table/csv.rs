//! CSV text into rows, strictly. Lines without quotes, which nearly all are, take the short way; a
//! row with quotes is first measured, then checked, then copied. Knows nothing of headers and how
//! many cells a row should have.

use super::dialect::{self, Dialect, LineEnd, Sniffed};
use super::fault::{Fault, Malformed};
use super::reading::Reading;
use super::record::Record;
use super::scan;
use super::window::{CELL_LIMIT, Narrow, Window};

/// Bytes around undecodable text that are kept to look for its encoding.
const SAMPLE: usize = 4096;
/// Bytes from the header on that are looked at for the delimiter.
const SNIFFED: usize = 64 * 1024;

const DOUBLE_IT: &str = "a quote that belongs to the text is written twice: \"\"";

/// CSV rows.
pub(super) struct Csv {
    window: Window,
    dialect: Dialect,
    /// The same as in the dialect.
    delimiter: u8,
    /// What lines that are no rows begin with.
    comment: Option<String>,
    /// Take the guards of formulas off.
    unguard: bool,
    /// 1-based line at the beginning of the window.
    line: u64,
    pieces: Vec<Piece>,
    /// The text of the row that was read last, where it is wanted.
    kept: Option<String>,
}

/// A part of a row with quotes: bytes of the window that go into a cell.
struct Piece {
    from: usize,
    to: usize,
    ends_cell: bool,
}

impl Csv {
    /// Opens the rows at their header, and finds out what `reading` does not say of the dialect.
    /// The delimiter is the one that a line `sep=;` names, else the one of comma, semicolon, TAB
    /// and bar that the header has and the rows agree with.
    pub(super) fn open(window: Window, reading: &Reading) -> Result<Self, Fault> {
        let dialect = Dialect::default();
        let delimiter = dialect.delimiter;
        let (comment, unguard) = (reading.comment.clone(), !reading.raw);
        let mut csv =
            Self { window, dialect, delimiter, comment, unguard, line: 1, pieces: Vec::new(), kept: None };
        let named = csv.named_delimiter()?;
        csv.dialect.sep_line = named.is_some();
        match reading.header {
            Some((first, _)) => csv.skip_to(first)?,
            None => csv.skip_no_rows()?,
        }
        csv.dialect.line_end = csv.line_end();
        let whole = csv.look_ahead()?;
        let sample = csv.window.text();
        let found = match reading.delimiter.or(named) {
            Some(known) => Sniffed::Certain(known),
            None => dialect::sniff(sample, whole),
        };
        csv.delimiter = match found {
            Sniffed::Certain(delimiter) => delimiter,
            Sniffed::Open(delimiters) => return Err(csv.headers_by(&delimiters)),
        };
        csv.dialect.delimiter = csv.delimiter;
        csv.dialect.quoting = dialect::quoting(csv.window.text(), csv.delimiter);
        Ok(csv)
    }

    /// Takes the first line where it is `sep=;`, which spreadsheets obey.
    fn named_delimiter(&mut self) -> Result<Option<u8>, Fault> {
        // Too long a line is told when it is read.
        let (end, next) = match self.window.line_from(0) {
            Ok(line) => line,
            Err(Narrow::Record) => return Ok(None),
            Err(Narrow::Io(error)) => return Err(Fault::Io(error)),
        };
        let named = dialect::named_by(&self.window.text()[..end]);
        if named.is_some() {
            self.leave(next);
        }
        Ok(named)
    }

    /// Leaves the lines above a line behind.
    fn skip_to(&mut self, line: u64) -> Result<(), Fault> {
        while self.line < line {
            let (_, next) = self.window.line_from(0).map_err(|narrow| self.too_long(narrow))?;
            if next == 0 {
                let reason = format!("the file has no line {line}");
                return Err(Malformed::line(self.line, reason).into());
            }
            self.leave(next);
        }
        Ok(())
    }

    /// Leaves blank lines and comments behind.
    fn skip_no_rows(&mut self) -> Result<(), Fault> {
        loop {
            let (end, next) = match self.window.line_from(0) {
                Ok(line) => line,
                Err(Narrow::Record) => return Ok(()),
                Err(Narrow::Io(error)) => return Err(Fault::Io(error)),
            };
            if next == 0 || end > 0 && !self.is_comment(end) {
                return Ok(());
            }
            self.leave(next);
        }
    }

    fn is_comment(&self, end: usize) -> bool {
        let comment = self.comment.as_ref();
        comment.is_some_and(|comment| self.window.text()[..end].starts_with(comment.as_bytes()))
    }

    /// Brings the beginning of the rows into sight; whether that is all of them.
    fn look_ahead(&mut self) -> Result<bool, Fault> {
        while self.window.text().len() < SNIFFED {
            match self.window.widen() {
                Ok(true) => {}
                Ok(false) => return Ok(true),
                Err(Narrow::Record) => break,
                Err(Narrow::Io(error)) => return Err(Fault::Io(error)),
            }
        }
        Ok(false)
    }

    /// Each delimiter with the header that it makes.
    fn headers_by(&mut self, delimiters: &[u8]) -> Fault {
        let Ok((end, _)) = self.window.line_from(0) else { return Fault::Delimiters(Vec::new()) };
        let line = String::from_utf8_lossy(&self.window.text()[..end]);
        let cells = |delimiter: char| line.split(delimiter).map(str::to_owned).collect();
        let all = delimiters.iter().map(|delimiter| char::from(*delimiter));
        Fault::Delimiters(all.map(|delimiter| (delimiter, cells(delimiter))).collect())
    }

    /// Keeps the text of each row from here on.
    pub(super) fn keep_text(&mut self) {
        self.kept = Some(String::new());
    }

    /// The text of the row that was read last, without its line end.
    pub(super) fn text(&self) -> &str {
        self.kept.as_deref().unwrap_or_default()
    }

    fn keep(&mut self, length: usize) {
        if let Some(kept) = &mut self.kept {
            let text = String::from_utf8_lossy(&self.window.text()[..length]);
            text.trim_end_matches(['\r', '\n']).clone_into(kept);
        }
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
    fn line_end(&mut self) -> LineEnd {
        let Ok((end, next)) = self.window.line_from(0) else { return LineEnd::Lf };
        match &self.window.text()[end..next] {
            b"\r\n" => LineEnd::CrLf,
            b"\r" => LineEnd::Cr,
            _ => LineEnd::Lf,
        }
    }

    /// What was found of the dialect.
    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
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
            if end == 0 || self.is_comment(end) {
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
                self.keep(next);
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
            at = match self.byte(at)? {
                Some(b'"') => {
                    let close = self.quoted_cell(at)?;
                    self.behind_quoted(close)?
                }
                Some(b' ' | b'\t') => match self.blank_and_quoted_cell(at)? {
                    Some(end) => end,
                    None => self.plain_cell(at)?,
                },
                _ => self.plain_cell(at)?,
            };
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

    /// Measures a cell in quotes with blanks around them, which are no part of it; `None` where the
    /// quotes do not hold all of the cell.
    fn blank_and_quoted_cell(&mut self, from: usize) -> Result<Option<usize>, Fault> {
        let open = self.behind_blanks(from)?;
        if self.byte(open)? != Some(b'"') {
            return Ok(None);
        }
        // A quote that is not closed in its line is more likely a part of the text.
        let (end, _) = self.window.line_from(open).map_err(|narrow| self.too_long(narrow))?;
        if memchr::memchr(b'"', &self.window.text()[open + 1..end]).is_none() {
            return Ok(None);
        }
        let known = self.pieces.len();
        if let Ok(close) = self.quoted_cell(open) {
            let end = self.behind_quoted(close)?;
            if self.ends_cell(end)? {
                return Ok(Some(end));
            }
        }
        self.pieces.truncate(known);
        Ok(None)
    }

    /// The end of a cell behind its closing quote: behind blanks where nothing else follows.
    fn behind_quoted(&mut self, close: usize) -> Result<usize, Fault> {
        let end = self.behind_blanks(close)?;
        Ok(if self.ends_cell(end)? { end } else { close })
    }

    fn ends_cell(&mut self, at: usize) -> Result<bool, Fault> {
        let delimiter = self.delimiter;
        Ok(self.byte(at)?.is_none_or(|byte| byte == delimiter || matches!(byte, b'\n' | b'\r')))
    }

    fn behind_blanks(&mut self, mut at: usize) -> Result<usize, Fault> {
        while let Some(byte @ (b' ' | b'\t')) = self.byte(at)?
            && byte != self.delimiter
        {
            at += 1;
        }
        Ok(at)
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
        self.keep(next);
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
