//! Workbooks in and out: what their cells say, which sheet is read, what is refused, and that what
//! is written is read back.

mod cells;
mod refused;
mod sheets;
mod written;

use crate::import::RULES;
use crate::support::Test;

/// A company with rules and an empty ledger.
fn company() -> Test {
    Test::new().rules(RULES)
}

/// A file of `tests/workbooks/files`, made with openpyxl, xlwt and odfpy.
fn fixture(name: &str) -> Vec<u8> {
    let path = crate::support::project().join("tests/workbooks/files").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A company that has such a file.
fn having(name: &str) -> Test {
    company().file(name, fixture(name))
}

/// A workbook of these sheets, each a name and rows of CSV.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).expect("a name");
        for (row, line) in (0..).zip(rows.lines()) {
            for (column, cell) in (0..).zip(line.split(',')).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(row, column, cell).expect("a cell");
            }
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}
