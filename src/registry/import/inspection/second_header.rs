//! A second header line, as import templates have it: technical names above captions.

use crate::rule::headers::{self, Known};
use crate::table::Record;

/// Whether the first row of a file is a header, too: it names the columns that customers are known
/// by, as the header does where that is known, and holds no data.
pub(super) fn is_header(headers: &[String], record: &Record) -> bool {
    if record.row() != 1 || !record.iter().all(is_title) {
        return false;
    }
    let known: Vec<(Option<Known>, Known)> = headers
        .iter()
        .zip(record.iter())
        .filter_map(|(header, cell)| Some((headers::usual(header), headers::usual(cell)?)))
        .collect();
    let agrees = |(above, below): &(Option<Known>, Known)| above.is_none_or(|above| above == *below);
    let identity = |known: &Known| !matches!(known, Known::Date | Known::RowNumber);
    known.iter().all(agrees) && known.iter().any(|(_, below)| identity(below))
}

/// Whether a cell may name a column.
pub(super) fn is_title(cell: &str) -> bool {
    !cell.contains('@') && cell.chars().filter(char::is_ascii_digit).count() < 2
}
