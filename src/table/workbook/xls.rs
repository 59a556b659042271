//! Sheets of an `.xls` file. Neither hidden rows nor formats of numbers can be told.

use std::io::{BufReader, Read as _};

use calamine::{Reader as _, SheetType, SheetVisible, Xls};

use super::gather::Gatherer;
use super::sheets::Listed;
use super::xlsx::with_data;
use super::{Area, Layout, broken, chosen};
use crate::table::fault::ReadError;
use crate::table::{Source, WorkbookReading};

/// Such a file is read as a whole; the format is for sheets of 65 536 rows.
const LONGEST: u64 = 256 << 20;

/// Reads the chosen sheets.
pub(super) fn read(
    source: &Source,
    reading: &WorkbookReading,
    gatherer: &mut Gatherer<'_>,
) -> Result<(), ReadError> {
    let name = source.name.as_str();
    if source.len() > LONGEST {
        return Err(broken(name, "it is longer than 256 MiB", Some("save it as .xlsx")));
    }
    if reading.visible_only {
        let reason = "which rows an .xls file hides cannot be told";
        return Err(broken(name, reason, Some("save it as .xlsx")));
    }
    let mut workbook = match Xls::new(BufReader::new(source.positioned())) {
        Ok(workbook) => workbook,
        Err(_) if is_encrypted(source) => {
            return Err(broken(name, "it is protected by a password", Some("save it without one")));
        }
        Err(error) => return Err(broken(name, format!("it cannot be read as a workbook: {error}"), None)),
    };
    let mut sheets = Vec::new();
    for sheet in workbook.sheets_metadata().to_vec() {
        if sheet.typ == SheetType::WorkSheet {
            let filled = workbook.worksheet_range(&sheet.name).is_ok_and(|range| !range.is_empty());
            sheets.push(Listed { hidden: sheet.visible != SheetVisible::Visible, filled, name: sheet.name });
        }
    }
    for place in chosen(name, &sheets, reading, &mut gatherer.notes)? {
        let sheet = &sheets[place].name;
        let merged = workbook.merge_cells_by_sheet_name(sheet).unwrap_or_default();
        let area =
            |it: calamine::Dimensions| Area { rows: (it.start.0, it.end.0), columns: (it.start.1, it.end.1) };
        gatherer.begin(sheet, Layout { merged: merged.into_iter().map(area).collect(), ..Layout::default() });
        let range = workbook.worksheet_range(sheet);
        let range = range
            .map_err(|error| broken(name, format!("its sheet {sheet:?} cannot be read: {error}"), None))?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, data) in range.used_cells() {
            let place = |start: u32, offset: usize| start + u32::try_from(offset).unwrap_or(u32::MAX - start);
            with_data(data, |value| gatherer.cell(place(top, row), place(left, column), value))?;
        }
        gatherer.end()?;
    }
    gatherer.notes.push(
        "an .xls file does not tell hidden rows and formats such as 0000: where it has them, save it as .xlsx"
            .to_owned(),
    );
    Ok(())
}

/// Whether it is a workbook behind a password, of which nothing but that can be read.
fn is_encrypted(source: &Source) -> bool {
    let mark: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut bytes = Vec::new();
    let read = source.positioned().take(LONGEST).read_to_end(&mut bytes);
    read.is_ok() && memchr::memmem::find(&bytes, &mark).is_some()
}
