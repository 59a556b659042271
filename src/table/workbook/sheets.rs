//! The sheets of a workbook, and where a row of the whole stands in its own sheet.

/// A sheet of a workbook, before it is read.
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) hidden: bool,
    /// Whether any cell has content.
    pub(super) filled: bool,
}

/// A sheet whose rows were read. Lines of several sheets are counted on, so that each has a number
/// of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetPart {
    /// Its name.
    pub name: String,
    /// Lines of the sheets before it.
    pub before: u64,
    /// The line of its header, 1-based, in the sheet.
    pub header: u64,
    /// The columns of its own header.
    pub(super) width: usize,
    /// For each column of the rows, the column of the sheet, from 0.
    pub(super) columns: Vec<Option<usize>>,
}

impl SheetPart {
    /// The cell of a line of this sheet, such as `B7`.
    pub(in crate::table) fn address(&self, line: u64, column: usize) -> Option<String> {
        let column = (*self.columns.get(column)?)?;
        Some(address(line - self.before, column))
    }
}

/// The name of a cell: its line from 1, its column from 0.
pub(super) fn address(line: u64, column: usize) -> String {
    format!("{}{line}", letters(column))
}

/// The letters of a column, from 0: `A`, `Z`, `AA`.
fn letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + u8::try_from(column % 26).unwrap_or(0));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_spreadsheets() {
        for (column, name) in [(0, "A7"), (25, "Z7"), (26, "AA7"), (51, "AZ7"), (52, "BA7"), (16383, "XFD7")]
        {
            assert_eq!(address(7, column), name);
        }
    }
}
