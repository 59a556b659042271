//! The rows of sheets as they lie in a private temporary file, read from there.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::sync::Arc;

use super::sheets::{SheetPart, address};
use crate::table::fault::{Fault, Malformed};
use crate::table::record::{Kind, Record};
use crate::table::spool::Positioned;
use crate::table::window::CELL_LIMIT;

/// Bytes read at once.
const CHUNK: usize = 256 * 1024;

/// One row on its way.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) sheet: u32,
    pub(super) cells: Vec<(usize, Kind)>,
    pub(super) text: String,
}

impl Row {
    /// Empties it.
    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
    }

    /// Writes it: numbers, the ends and kinds of the cells, the text.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let word = |number: usize| u32::try_from(number).map_err(io::Error::other).map(u32::to_le_bytes);
        out.write_all(&self.line.to_le_bytes())?;
        out.write_all(&self.sheet.to_le_bytes())?;
        out.write_all(&word(self.cells.len())?)?;
        for (end, kind) in &self.cells {
            out.write_all(&word(*end)?)?;
            out.write_all(&[*kind as u8])?;
        }
        out.write_all(self.text.as_bytes())
    }

    /// Reads the next one; `false` at the end.
    fn read(&mut self, from: &mut impl BufRead) -> io::Result<bool> {
        if from.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let mut head = [0; 16];
        from.read_exact(&mut head)?;
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        self.line = u64::from(word(0)) | u64::from(word(4)) << 32;
        self.sheet = word(8);
        self.clear();
        for _ in 0..word(12) {
            let mut cell = [0; 5];
            from.read_exact(&mut cell)?;
            let end = u32::from_le_bytes([cell[0], cell[1], cell[2], cell[3]]) as usize;
            self.cells.push((end, KINDS[usize::from(cell[4])]));
        }
        let length = self.cells.last().map_or(0, |(end, _)| *end);
        let mut text = std::mem::take(&mut self.text).into_bytes();
        text.resize(length, 0);
        from.read_exact(&mut text)?;
        self.text = String::from_utf8(text).map_err(io::Error::other)?;
        Ok(true)
    }

    /// The text and kind of a cell; nothing behind the last one.
    pub(super) fn cell(&self, column: usize) -> (&str, Kind) {
        let Some((end, kind)) = self.cells.get(column) else { return ("", Kind::Null) };
        let start = column.checked_sub(1).map_or(0, |before| self.cells[before].0);
        (&self.text[start..*end], *kind)
    }
}

/// The kinds of cells by the number that stands for each in the file: its own.
const KINDS: [Kind; 6] = [Kind::Absent, Kind::Null, Kind::Literal, Kind::Text, Kind::Damaged, Kind::Error];

/// Rows of one or several sheets.
pub(in crate::table) struct SheetRows {
    file: Arc<File>,
    length: u64,
    /// Length of the workbook itself.
    source: u64,
    reader: BufReader<Positioned>,
    sheets: Arc<Vec<SheetPart>>,
    /// The names of the sheets are the last column.
    named: bool,
    row: Row,
}

impl SheetRows {
    pub(super) fn new(file: File, source: u64, sheets: Vec<SheetPart>, named: bool) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self::over(Arc::new(file), length, source, Arc::new(sheets), named))
    }

    fn over(file: Arc<File>, length: u64, source: u64, sheets: Arc<Vec<SheetPart>>, named: bool) -> Self {
        let positioned = Positioned { file: Arc::clone(&file), next: 0, end: length };
        let reader = BufReader::with_capacity(CHUNK, positioned);
        Self { file, length, source, reader, sheets, named, row: Row::default() }
    }

    /// The same rows from the first one.
    pub(in crate::table) fn again(&self) -> Self {
        Self::over(Arc::clone(&self.file), self.length, self.source, Arc::clone(&self.sheets), self.named)
    }

    /// The sheets.
    pub(in crate::table) fn sheets(&self) -> &[SheetPart] {
        &self.sheets
    }

    /// Bytes of the workbook consumed, as far as its rows tell.
    pub(in crate::table) fn consumed(&self) -> u64 {
        let read = u128::from(self.reader.get_ref().next) * u128::from(self.source);
        u64::try_from(read / u128::from(self.length.max(1))).unwrap_or(self.source)
    }

    /// The cells of the row that was read last, separated by tabs.
    pub(in crate::table) fn text(&self) -> String {
        let cells: Vec<&str> = (0..self.row.cells.len()).map(|column| self.row.cell(column).0).collect();
        cells.join("\t")
    }

    /// Reads the next row; `false` at the end.
    pub(in crate::table) fn read(&mut self, record: &mut Record) -> Result<bool, Fault> {
        if !self.row.read(&mut self.reader)? {
            record.begin(0, false);
            return Ok(false);
        }
        let row = &self.row;
        let sheet = &self.sheets[row.sheet as usize];
        let line = sheet.before + row.line;
        record.begin(line, false);
        for place in &sheet.columns {
            let (text, kind) = place.map_or(("", Kind::Null), |column| row.cell(column));
            record.push_kind(kind);
            record.push_str(text);
            record.end_cell();
        }
        if self.named {
            record.push_kind(Kind::Text);
            record.push_str(&sheet.name);
            record.end_cell();
        }
        let beyond = (sheet.width..row.cells.len()).find(|column| !row.cell(*column).0.is_empty());
        if let Some(column) = beyond {
            let cell = address(row.line, column);
            return Err(Malformed::line(line, format!("{cell} stands beyond the last header")).into());
        }
        match record.longest() {
            Some((length, column)) if length > CELL_LIMIT => {
                let cell = sheet.address(line, column).unwrap_or_default();
                Err(Malformed::line(line, format!("{cell} is longer than 64 KiB")).into())
            }
            _ => Ok(true),
        }
    }
}
