//! What the name of a file says of its content.

use std::path::Path;

use crate::registry::Error;
use crate::table::Format;

/// File name endings of spreadsheet programs.
const WORKBOOKS: [&str; 5] = ["xlsx", "xls", "xlsm", "ods", "et"];

/// The format that a file's name tells, if it tells one; a workbook is refused.
pub(crate) fn format(path: &Path) -> Result<Option<Format>, Error> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if WORKBOOKS.iter().any(|workbook| ending.eq_ignore_ascii_case(workbook)) {
        return Err(Error::usage(
            format!("{} is a workbook; custcode reads and writes csv, jsonl and json", path.display()),
            "in the spreadsheet: save as \"CSV UTF-8\"".to_owned(),
        ));
    }
    Ok(Format::of_path(path))
}

/// Whether a name is that of a file of rows or a workbook.
pub(crate) fn is_table(path: &Path) -> bool {
    let is_option = path.to_string_lossy().starts_with('-');
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let workbook = WORKBOOKS.iter().any(|workbook| ending.eq_ignore_ascii_case(workbook));
    !is_option && (workbook || Format::of_path(path).is_some())
}
