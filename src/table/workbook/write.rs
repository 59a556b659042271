//! Writing an `.xlsx` file: one sheet, header bold and frozen, columns as wide as their content,
//! codes as text that no spreadsheet marks as numbers stored as text.

use std::io::{self, Seek as _, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, IgnoreError, Workbook, Worksheet, XlsxError};

use super::ROW_LIMIT;
use crate::table::Cell;
use crate::table::private::private_file;

/// Characters of the narrowest and of the widest column.
const WIDTHS: (usize, usize) = (6, 60);
/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// A sheet in the making. Its rows wait in a temporary file.
pub(in crate::table) struct SheetWriter {
    workbook: Workbook,
    sheet: Worksheet,
    widths: Vec<usize>,
    row: u32,
}

impl SheetWriter {
    pub(in crate::table) fn new(headers: &[&str]) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        // The same rows are the same file, whenever they are written.
        let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(|error| fault(&error))?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let mut sheet = workbook.new_worksheet_with_constant_memory().map_err(|error| fault(&error))?;
        let bold = Format::new().set_bold();
        sheet.set_name("customers").map_err(|error| fault(&error))?;
        sheet.set_freeze_panes(1, 0).map_err(|error| fault(&error))?;
        for (column, header) in (0..).zip(headers) {
            sheet.write_string_with_format(0, column, *header, &bold).map_err(|error| fault(&error))?;
        }
        let widths = headers.iter().map(|header| width(header)).collect();
        Ok(Self { workbook, sheet, widths, row: 0 })
    }

    /// Writes one row.
    pub(in crate::table) fn row<'c>(&mut self, cells: impl Iterator<Item = Cell<'c>>) -> io::Result<()> {
        self.row += 1;
        if u64::from(self.row) >= ROW_LIMIT {
            return Err(io::Error::other("a sheet has at most 1048576 rows"));
        }
        for ((column, cell), widest) in (0..).zip(cells).zip(&mut self.widths) {
            let text = cell.text();
            if text.is_empty() {
                continue;
            }
            *widest = (*widest).max(width(text));
            let written = match cell {
                Cell::Literal("true") => self.sheet.write_boolean(self.row, column, true),
                Cell::Literal("false") => self.sheet.write_boolean(self.row, column, false),
                Cell::Literal(text) => match plain_number(text) {
                    Some(number) => self.sheet.write_number(self.row, column, number),
                    None => self.sheet.write_string(self.row, column, text),
                },
                _ => self.sheet.write_string(self.row, column, text),
            };
            written.map_err(|error| fault(&error))?;
        }
        Ok(())
    }

    /// Writes the whole file.
    pub(in crate::table) fn finish(mut self, out: &mut impl Write) -> io::Result<()> {
        for (column, width) in (0..).zip(&self.widths) {
            let width = u32::try_from((width + 2).clamp(WIDTHS.0, WIDTHS.1)).unwrap_or(0);
            self.sheet.set_column_width(column, f64::from(width)).map_err(|error| fault(&error))?;
        }
        if let Some(last) = self.widths.len().checked_sub(1).and_then(|last| u16::try_from(last).ok()) {
            let text = IgnoreError::NumberStoredAsText;
            let rows = self.row.max(1);
            self.sheet.ignore_error_range(0, 0, rows, last, text).map_err(|error| fault(&error))?;
        }
        self.workbook.push_worksheet(self.sheet);
        let mut file = private_file()?;
        self.workbook.save_to_writer(&mut file).map_err(|error| fault(&error))?;
        file.rewind()?;
        io::copy(&mut file, out).map(|_| ())
    }
}

/// A number that a spreadsheet keeps and shows as it is written here.
fn plain_number(text: &str) -> Option<f64> {
    let number: f64 = text.parse().ok()?;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (digits <= DIGITS && number.to_string() == text).then_some(number)
}

/// Characters that a text takes; Chinese ones are twice as wide.
fn width(text: &str) -> usize {
    let line = |line: &str| line.chars().map(|it| if it >= '\u{1100}' { 2 } else { 1 }).sum();
    text.lines().map(line).max().unwrap_or(0)
}

fn fault(error: &XlsxError) -> io::Error {
    io::Error::other(match error {
        XlsxError::MaxStringLengthExceeded => {
            "a cell is longer than the 32767 characters that a workbook takes; write csv".to_owned()
        }
        XlsxError::RowColumnLimitError => "a sheet has at most 1048576 rows and 16384 columns".to_owned(),
        error => error.to_string(),
    })
}
