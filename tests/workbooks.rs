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
