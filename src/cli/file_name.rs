//! What the name of a file says of its content.

use std::path::Path;

use crate::registry::Error;
use crate::table::Format;

/// The format in which a file of this name is written, if its name tells one; workbooks are written
/// as `.xlsx` only.
pub(crate) fn format(path: &Path) -> Result<Option<Format>, Error> {
    let format = Format::of_path(path);
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if format.is_some_and(Format::is_workbook) && !ending.eq_ignore_ascii_case("xlsx") {
        return Err(Error::usage(
            format!("{} would be a workbook of a kind that is only read", path.display()),
            format!("-o {}", path.with_extension("xlsx").display()),
        ));
    }
    Ok(format)
}

/// Whether a name is that of a file of rows or a workbook.
pub(crate) fn is_table(path: &Path) -> bool {
    let is_option = path.to_string_lossy().starts_with('-');
    !is_option && Format::of_path(path).is_some()
}
