//! Writing rows: CSV (formulas neutralised), JSON Lines, JSON in any encoding; workbooks.

use std::io::{self, Write};

use super::dialect::{self, Dialect, Quoting};
use super::encode::Encoder;
use super::guard::is_formula;
use super::workbook::SheetWriter;
use super::{Cell, Encoding, Format};

/// Bytes of text gathered before they are written.
const BUFFER: usize = 256 * 1024;

/// Writes rows of cells under fixed headers.
pub struct RowWriter<W: Write> {
    inner: W,
    encoder: Encoder,
    format: Format,
    raw: bool,
    dialect: Dialect,
    /// How a JSON member begins, `"name":`, for each column; its length is the number of columns.
    members: Vec<String>,
    rows: u64,
    text: String,
    sheet: Option<Box<SheetWriter>>,
}

impl<W: Write> RowWriter<W> {
    /// Starts a table. `raw` = cells that a spreadsheet would take for formulas are left as they
    /// are; it matters to CSV only, headers included.
    pub fn new(
        inner: W,
        format: Format,
        encoding: Encoding,
        raw: bool,
        headers: &[&str],
    ) -> io::Result<Self> {
        Self::in_dialect(inner, format, encoding, raw, headers, Dialect::default())
    }

    /// The same in a dialect of CSV; it matters to no other format.
    pub fn in_dialect(
        inner: W,
        format: Format,
        encoding: Encoding,
        raw: bool,
        headers: &[&str],
        dialect: Dialect,
    ) -> io::Result<Self> {
        let mut writer = Self {
            inner,
            encoder: Encoder::new(encoding),
            format,
            raw,
            dialect,
            members: headers.iter().map(|header| json_member(header)).collect(),
            rows: 0,
            text: String::new(),
            sheet: None,
        };
        if format.is_workbook() {
            writer.sheet = Some(Box::new(SheetWriter::new(headers)?));
            return Ok(writer);
        }
        writer.text.reserve(BUFFER + BUFFER / 4);
        match format {
            Format::Csv => writer.header(headers),
            Format::Jsonl | Format::Xlsx | Format::Xls | Format::Ods => {}
            Format::Json => writer.text.push_str("{\"schema\":1,\"rows\":["),
        }
        Ok(writer)
    }

    /// Writes one row; `None` = no value: an empty CSV cell, a JSON `null` (so that the first row
    /// already names every column, and a round trip keeps their order).
    pub fn row(&mut self, cells: &[Option<&str>]) -> io::Result<()> {
        self.any_row(cells)
    }

    /// Writes one row of cells that keep their JSON types.
    pub fn typed_row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.any_row(cells)
    }

    fn any_row<'c, C: Into<Cell<'c>> + Copy>(&mut self, cells: &[C]) -> io::Result<()> {
        if cells.len() != self.members.len() {
            let reason = format!("a row of {} cells under {} headers", cells.len(), self.members.len());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        }
        if let Some(sheet) = &mut self.sheet {
            return sheet.row(cells.iter().map(|cell| (*cell).into()));
        }
        match self.format {
            Format::Csv | Format::Xlsx | Format::Xls | Format::Ods => self.csv_row(cells),
            Format::Jsonl => {
                self.object(cells);
                self.text.push('\n');
            }
            Format::Json => {
                self.text.push_str(if self.rows == 0 { "\n" } else { ",\n" });
                self.object(cells);
            }
        }
        self.rows += 1;
        if self.text.len() >= BUFFER { self.write_out() } else { Ok(()) }
    }

    /// Ends the table and flushes; without it the output is not complete.
    pub fn finish(mut self) -> io::Result<W> {
        if self.format == Format::Json {
            self.text.push_str("\n]}\n");
        }
        if let Some(sheet) = self.sheet.take() {
            sheet.finish(&mut self.inner)?;
        } else {
            self.write_out()?;
        }
        self.inner.flush()?;
        Ok(self.inner)
    }

    fn write_out(&mut self) -> io::Result<()> {
        self.encoder.write(&self.text, &mut self.inner)?;
        self.text.clear();
        Ok(())
    }

    /// The header line. A reader looks there for the delimiter and skips a BOM: what could mislead
    /// it is quoted.
    fn header(&mut self, headers: &[&str]) {
        let Dialect { delimiter, sep_line, quoting, .. } = self.dialect;
        if sep_line {
            self.text.push_str("sep=");
            self.text.push(char::from(delimiter));
            self.end_line();
        }
        for (column, header) in headers.iter().enumerate() {
            if column > 0 {
                self.text.push(char::from(delimiter));
            }
            let guard = !self.raw && is_formula(header);
            let quote = quoting == Quoting::All
                || headers.len() == 1 && header.is_empty()
                || header.contains('\u{FEFF}')
                || dialect::misleads(header)
                || column == 0 && dialect::named_by(header.as_bytes()).is_some()
                || needs_quotes(header, delimiter);
            push_csv(&mut self.text, header, guard, quote);
        }
        self.end_line();
    }

    fn csv_row<'c, C: Into<Cell<'c>> + Copy>(&mut self, cells: &[C]) {
        let Dialect { delimiter, quoting, .. } = self.dialect;
        let all = quoting == Quoting::All;
        for (column, cell) in cells.iter().enumerate() {
            if column > 0 {
                self.text.push(char::from(delimiter));
            }
            let cell = (*cell).into().text();
            // Under a header without any delimiter a reader cuts at commas.
            let quote = all || needs_quotes(cell, delimiter) || cells.len() == 1 && cell.contains(',');
            push_csv(&mut self.text, cell, !self.raw && is_formula(cell), quote);
        }
        // The only cell of a row, empty, would be a blank line.
        if let [cell] = cells
            && !all
            && (*cell).into().text().is_empty()
        {
            self.text.push_str("\"\"");
        }
        self.end_line();
    }

    fn end_line(&mut self) {
        self.text.push_str(self.dialect.line_end.text());
    }

    fn object<'c, C: Into<Cell<'c>> + Copy>(&mut self, cells: &[C]) {
        self.text.push('{');
        let mut first = true;
        for (member, cell) in self.members.iter().zip(cells) {
            let cell: Cell<'_> = (*cell).into();
            if cell == Cell::Absent {
                continue;
            }
            if !first {
                self.text.push(',');
            }
            first = false;
            self.text.push_str(member);
            match cell {
                Cell::Text(text) => push_json(&mut self.text, text),
                Cell::Literal(text) => self.text.push_str(text),
                Cell::Null | Cell::Absent => self.text.push_str("null"),
            }
        }
        self.text.push('}');
    }
}

/// Whether a CSV cell must stand in quotes. Without an early end, which is rare, the loop is
/// vectorised.
fn needs_quotes(cell: &str, delimiter: u8) -> bool {
    let needs = |byte| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    cell.bytes().fold(false, |found, byte| found | needs(byte))
}

/// Whether a byte stands escaped in a JSON text.
fn needs_escape(byte: u8) -> bool {
    matches!(byte, ..0x20 | b'"' | b'\\')
}

fn push_csv(text: &mut String, cell: &str, guard: bool, quote: bool) {
    if quote {
        text.push('"');
    }
    if guard {
        text.push('\'');
    }
    if quote {
        for (part, piece) in cell.split('"').enumerate() {
            if part > 0 {
                text.push_str("\"\"");
            }
            text.push_str(piece);
        }
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

/// Appends a JSON string.
pub fn push_json(text: &mut String, cell: &str) {
    text.push('"');
    if cell.bytes().fold(false, |needs, byte| needs | needs_escape(byte)) {
        push_escaped(text, cell);
    } else {
        text.push_str(cell);
    }
    text.push('"');
}

/// How a JSON member begins, `"name":`; made once where the member stands in every row.
pub fn json_member(name: &str) -> String {
    let mut member = String::with_capacity(name.len() + 3);
    push_json(&mut member, name);
    member.push(':');
    member
}

fn push_escaped(text: &mut String, cell: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut from = 0;
    for (at, byte) in cell.bytes().enumerate().filter(|(_, byte)| needs_escape(*byte)) {
        text.push_str(&cell[from..at]);
        from = at + 1;
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            _ => {
                text.push_str("\\u00");
                text.push(char::from(HEX[usize::from(byte >> 4)]));
                text.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    text.push_str(&cell[from..]);
}
