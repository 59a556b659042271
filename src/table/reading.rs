//! How a file is to be read, and what was found in it.

use super::dialect::{Dialect, LineEnd, Quoting};
use super::encoding::Evidence;
use super::workbook::SheetPart;
use super::{Encoding, Format};

/// How a file is to be read. What is not said is found out, or refused where it is not certain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Its format.
    pub format: Format,
    /// Its encoding.
    pub encoding: Option<Encoding>,
    /// The locale, such as `zh_CN.UTF-8`; it decides where several encodings are possible and only
    /// that of the locale reads as text.
    pub locale: Option<String>,
    /// Cells that look like guarded formulas are left as they are; for files that were written raw.
    pub raw: bool,
    /// What stands between the cells of CSV: an ASCII character.
    pub delimiter: Option<u8>,
    /// First and last line of the header of CSV, 1-based; several lines are joined.
    pub header: Option<(u64, u64)>,
    /// Lines of CSV that begin with it are no rows.
    pub comment: Option<String>,
    /// What is read of a workbook.
    pub workbook: WorkbookReading,
}

/// What is read of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkbookReading {
    /// The sheet by its name; `all` for every visible one, with its name as a column.
    pub sheet: Option<String>,
    /// Leave out rows that are hidden, as by a filter.
    pub visible_only: bool,
    /// Repeat the value of a merged range in each of its cells.
    pub fill_merged: bool,
}

impl Reading {
    /// A file of a format whose encoding is known.
    pub fn of(format: Format, encoding: Encoding) -> Self {
        Self { format, encoding: Some(encoding), ..Self::default() }
    }
}

/// What was found in a file before its first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its format.
    pub format: Format,
    /// Its encoding.
    pub encoding: Encoding,
    /// What the encoding was told by.
    pub evidence: Evidence,
    /// Whether it begins with the byte order mark of UTF-8 or UTF-16.
    pub bom: bool,
    /// What stands between two cells of CSV.
    pub delimiter: Option<char>,
    /// How lines of CSV end.
    pub line_end: LineEnd,
    /// Which cells of CSV stand in quotes.
    pub quoting: Quoting,
    /// Whether the first line names the delimiter, as `sep=;`.
    pub sep_line: bool,
    /// First and last line of the header, 1-based; of a workbook that of the first sheet that is
    /// read. `None` in JSON.
    pub header_lines: Option<(u64, u64)>,
    /// The sheets that are read, where it is a workbook.
    pub sheets: Vec<SheetPart>,
    /// What is to be known of its content.
    pub notes: Vec<String>,
}

impl Description {
    /// Where a line is: `customers.csv:7`, or `customers.xlsx, sheet 客户, line 7`.
    pub fn place(&self, name: &str, line: u64) -> String {
        match self.sheet(line) {
            Some(sheet) => format!("{name}, sheet {}, line {}", sheet.name, line - sheet.before),
            None => format!("{name}:{line}"),
        }
    }

    /// The line as its own sheet counts it.
    pub fn line(&self, line: u64) -> u64 {
        line - self.sheet(line).map_or(0, |sheet| sheet.before)
    }

    /// The cell of a workbook in a line and a column, from 0: `B7`.
    pub fn address(&self, line: u64, column: usize) -> Option<String> {
        self.sheet(line)?.address(line, column)
    }

    fn sheet(&self, line: u64) -> Option<&SheetPart> {
        self.sheets.iter().rev().find(|sheet| sheet.before < line)
    }

    /// The encoding in which rows of this file are written again.
    pub fn encoding_again(&self) -> Encoding {
        match self.encoding {
            Encoding::Utf8 if self.bom => Encoding::Utf8Bom,
            encoding => encoding,
        }
    }

    /// How rows of this file are written as CSV.
    pub fn dialect(&self) -> Dialect {
        let Some(delimiter) = self.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok()) else {
            return Dialect::default();
        };
        Dialect { delimiter, line_end: self.line_end, quoting: self.quoting, sep_line: self.sep_line }
    }
}
