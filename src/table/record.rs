//! One row of cells in one buffer, reused from row to row; cells are borrowed from it.

use super::guard;

/// What a cell was in JSON or in a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Absent,
    Null,
    /// A number, `true` or `false`.
    Literal,
    Text,
    /// A number of more digits than a spreadsheet keeps.
    Damaged,
    /// What a formula of a spreadsheet failed with.
    Error,
}

/// A cell as it is written: with its JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'c> {
    /// No member in JSON, an empty cell in CSV.
    Absent,
    /// `null` in JSON, an empty cell in CSV.
    Null,
    /// A number, `true` or `false`, as it was written.
    Literal(&'c str),
    /// A text.
    Text(&'c str),
}

impl<'c> Cell<'c> {
    /// Its text; empty where there is none.
    pub fn text(self) -> &'c str {
        match self {
            Self::Absent | Self::Null => "",
            Self::Literal(text) | Self::Text(text) => text,
        }
    }
}

impl<'c> From<Option<&'c str>> for Cell<'c> {
    fn from(text: Option<&'c str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

/// One row of a file, reused from call to call.
#[derive(Debug, Default)]
pub struct Record {
    /// The cells with one ASCII byte between two of them.
    text: String,
    /// Where each cell ends in `text`.
    ends: Vec<usize>,
    /// What each cell was in JSON; empty where the row comes from CSV.
    kinds: Vec<Kind>,
    guarded: bool,
    flawed: bool,
    line: u64,
    row: u64,
}

impl Record {
    /// The cell of a column, by index; cells are valid UTF-8. The guard against formulas that an
    /// export put before it is taken off. A column beyond the row is empty.
    pub fn cell(&self, column: usize) -> &str {
        let Some(&end) = self.ends.get(column) else { return "" };
        let start = if column == 0 { 0 } else { self.ends[column - 1] + 1 };
        let cell = &self.text[start..end];
        if self.guarded && cell.starts_with('\'') { guard::unguard(cell) } else { cell }
    }

    /// The cell of a column as it stood in the file.
    pub fn typed(&self, column: usize) -> Cell<'_> {
        match self.kinds.get(column) {
            Some(Kind::Absent) => Cell::Absent,
            Some(Kind::Null) => Cell::Null,
            Some(Kind::Literal) => Cell::Literal(self.cell(column)),
            Some(Kind::Text | Kind::Damaged | Kind::Error) | None => Cell::Text(self.cell(column)),
        }
    }

    /// Whether [`Record::flaw`] has something to say of any cell.
    pub fn is_flawed(&self) -> bool {
        self.flawed
    }

    /// Why the cell of a column does not say what it should.
    pub fn flaw(&self, column: usize) -> Option<&'static str> {
        match self.kinds.get(column)? {
            Kind::Damaged => Some(
                "more than 15 digits in a cell of numbers: the spreadsheet lost the last ones; enter it as text",
            ),
            Kind::Error => Some("the formula of the cell failed"),
            _ => None,
        }
    }

    /// The cells in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|column| self.cell(column))
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the row has no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// 1-based line where the row starts.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// 1-based number of the row, the header not counted.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// Empties it for the row that begins at `line`. `guarded` = cells may have been guarded by an
    /// export.
    #[inline]
    pub(super) fn begin(&mut self, line: u64, guarded: bool) {
        self.text.clear();
        self.ends.clear();
        self.kinds.clear();
        self.line = line;
        self.guarded = guarded;
        self.flawed = false;
    }

    /// Leaves out cells behind the first `columns` where all of them are empty.
    pub(super) fn drop_surplus(&mut self, columns: usize) {
        if columns > 0 && (columns..self.len()).all(|column| self.cell(column).trim().is_empty()) {
            self.ends.truncate(columns);
        }
    }

    pub(super) fn set_row(&mut self, row: u64) {
        self.row = row;
    }

    /// Takes a whole line without quotes, cut at each `delimiter`.
    #[inline]
    pub(super) fn cut(&mut self, line: &str, delimiter: u8) {
        self.text.push_str(line);
        self.ends.extend(memchr::memchr_iter(delimiter, line.as_bytes()));
        self.ends.push(line.len());
    }

    /// Adds to the cell at the end.
    pub(super) fn push_str(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    /// Ends the cell at the end.
    pub(super) fn end_cell(&mut self) {
        self.ends.push(self.text.len());
        self.text.push(',');
    }

    /// Says what the cell that ends next was in JSON.
    pub(super) fn push_kind(&mut self, kind: Kind) {
        self.flawed |= matches!(kind, Kind::Damaged | Kind::Error);
        self.kinds.push(kind);
    }

    /// Length of the longest cell and its column.
    pub(super) fn longest(&self) -> Option<(usize, usize)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|end| end + 1));
        let lengths = self.ends.iter().zip(starts).map(|(end, start)| end - start);
        lengths.zip(0..).max_by_key(|(length, _)| *length)
    }
}
