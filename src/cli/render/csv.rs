//! Small answers as CSV, by the writer that also writes exports: quoted where needed, formulas neutralised.

use std::io::{self, Write};

use super::{Page, Records};
use crate::table::{Encoding, Format, RowWriter};

/// Writes headers and rows.
pub(crate) fn write(records: &Records, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = RowWriter::new(out, Format::Csv, Encoding::Utf8, false, &records.headers)?;
    for row in &records.rows {
        let shown: Vec<_> = row.iter().map(|cell| page.text(cell)).collect();
        let cells: Vec<_> = shown.iter().map(|cell| (!cell.is_empty()).then_some(cell.as_ref())).collect();
        writer.row(&cells)?;
    }
    writer.finish().map(|_| ())
}
