//! Sheets of an `.xlsx` file. One pass over all parts counts what they unpack to and finds hidden
//! rows and merged ranges; a second one over the chosen sheets reads their cells.

use std::collections::HashMap;
use std::io::BufReader;

use calamine::{Data, DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use quick_xml::events::Event;

use super::archive::{Archive, attribute};
use super::cells::Value;
use super::gather::Gatherer;
use super::sheets::Listed;
use super::{Area, Layout, broken, chosen};
use crate::table::fault::ReadError;
use crate::table::{Source, WorkbookReading};

/// Reads the chosen sheets.
pub(super) fn read(
    source: &Source,
    archive: &mut Archive<'_>,
    reading: &WorkbookReading,
    gatherer: &mut Gatherer<'_>,
) -> Result<(), ReadError> {
    let name = archive.name();
    let mut layouts = survey(archive)?;
    let refused = |error: &XlsxError| broken(name, format!("it cannot be read as a workbook: {error}"), None);
    let mut workbook = Xlsx::new(BufReader::new(source.positioned())).map_err(|error| refused(&error))?;
    let parts = sheet_parts(archive)?;
    let mut sheets = Vec::new();
    for sheet in workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        let layout = parts.get(&sheet.name).and_then(|part| layouts.get(part));
        let Some(layout) = layout else {
            return Err(broken(name, format!("its sheet {:?} is missing", sheet.name), None));
        };
        let hidden = sheet.visible != SheetVisible::Visible;
        sheets.push(Listed { name: sheet.name.clone(), hidden, filled: layout.filled });
    }
    for place in chosen(name, &sheets, reading, &mut gatherer.notes)? {
        let sheet = &sheets[place].name;
        gatherer.begin(sheet, parts.get(sheet).and_then(|part| layouts.remove(part)).unwrap_or_default());
        let mut cells = workbook.worksheet_cells_reader(sheet).map_err(|error| refused(&error))?;
        let styles = cells.styles();
        let formats: Vec<Option<String>> =
            styles.iter().map(|style| Some(style.number_format.as_ref()?.format_code.clone())).collect();
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|error| refused(&error))? {
            let (row, column) = cell.get_position();
            let format = formats.get(style).and_then(Option::as_deref);
            with_value(cell.get_value(), format, |value| gatherer.cell(row, column, value))?;
        }
        gatherer.end()?;
    }
    Ok(())
}

/// Hands the value of a cell on; nothing of an empty one.
fn with_value(
    data: &DataRef<'_>,
    format: Option<&str>,
    take: impl FnOnce(Value<'_>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    match data {
        DataRef::Empty => Ok(()),
        #[expect(clippy::cast_precision_loss, reason = "it was a float in the file")]
        DataRef::Int(number) => take(Value::Number(*number as f64, format)),
        DataRef::Float(number) => take(Value::Number(*number, format)),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            take(Value::Text(text))
        }
        DataRef::SharedString(text) => take(Value::Text(text)),
        DataRef::Bool(value) => take(Value::Bool(*value)),
        DataRef::DateTime(serial) => take(Value::Date(*serial)),
        DataRef::Error(error) => take(Value::Error(&error.to_string())),
    }
}

/// The same for a cell of an `.xls` file, whose formats are not known.
pub(super) fn with_data(
    data: &Data,
    take: impl FnOnce(Value<'_>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    match data {
        Data::Empty => Ok(()),
        #[expect(clippy::cast_precision_loss, reason = "it has 30 bits in the file")]
        Data::Int(number) => take(Value::Number(*number as f64, None)),
        Data::Float(number) => take(Value::Number(*number, None)),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => take(Value::Text(text)),
        Data::Bool(value) => take(Value::Bool(*value)),
        Data::DateTime(serial) => take(Value::Date(*serial)),
        Data::Error(error) => take(Value::Error(&error.to_string())),
    }
}

/// Unpacks every part within the bound; gives what the sheets look like by the names of their
/// parts.
fn survey(archive: &mut Archive<'_>) -> Result<HashMap<String, Layout>, ReadError> {
    let mut layouts = HashMap::new();
    for part in archive.parts() {
        if part.contains("worksheets/") && !part.contains("_rels/") {
            layouts.insert(part.clone(), layout(archive, &part)?);
        } else {
            archive.count(&part)?;
        }
    }
    Ok(layouts)
}

fn layout(archive: &mut Archive<'_>, part: &str) -> Result<Layout, ReadError> {
    let (mut layout, mut next) = (Layout::default(), 0);
    archive.events(part, true, |event| {
        let (Event::Start(element) | Event::Empty(element)) = event else { return Ok(()) };
        match element.local_name().as_ref() {
            "row" => {
                let place = attribute(element, "r").and_then(|row| row.parse::<u32>().ok());
                let place = place.map_or(next, |row| row.saturating_sub(1));
                next = place.saturating_add(1);
                if matches!(attribute(element, "hidden").as_deref(), Some("1" | "true")) {
                    layout.hidden.insert(place);
                }
            }
            "v" | "is" => layout.filled = true,
            "mergeCell" => layout.merged.extend(attribute(element, "ref").and_then(|range| area(&range))),
            _ => {}
        }
        Ok(())
    })?;
    Ok(layout)
}

/// The range of a text such as `A2:B5`.
fn area(range: &str) -> Option<Area> {
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    let (first, last) = (corner(first)?, corner(last)?);
    Some(Area { rows: (first.0, last.0), columns: (first.1, last.1) })
}

fn corner(cell: &str) -> Option<(u32, u32)> {
    let cell = cell.replace('$', "");
    let digits = cell.find(|character: char| character.is_ascii_digit())?;
    let (letters, digits) = cell.split_at(digits);
    let number = |total: u32, letter: u8| {
        let letter = letter.to_ascii_uppercase();
        letter.is_ascii_uppercase().then(|| total.saturating_mul(26) + u32::from(letter - b'A') + 1)
    };
    let column = letters.bytes().try_fold(0, number)?.checked_sub(1)?;
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column))
}

/// The part of each sheet, by the sheet's name.
fn sheet_parts(archive: &mut Archive<'_>) -> Result<HashMap<String, String>, ReadError> {
    let parts = archive.parts();
    let Some(workbook) = parts.iter().find(|part| part.ends_with("workbook.xml")) else {
        let binary = parts.iter().any(|part| part.ends_with("workbook.bin"));
        let reason =
            if binary { "it is a binary workbook (.xlsb)" } else { "it is a ZIP file, but no workbook" };
        let hint = binary.then_some("save it as .xlsx");
        return Err(broken(archive.name(), reason, hint));
    };
    let folder = workbook.trim_end_matches("workbook.xml").to_owned();
    let mut ids = HashMap::new();
    archive.events(&format!("{folder}_rels/workbook.xml.rels"), false, |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target"))
        {
            let part = match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("{folder}{target}"),
            };
            ids.insert(id, part);
        }
        Ok(())
    })?;
    let mut found = HashMap::new();
    archive.events(workbook, false, |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && element.local_name().as_ref() == "sheet"
            && let (Some(name), Some(id)) = (attribute(element, "name"), attribute(element, "id"))
            && let Some(part) = ids.get(&id)
        {
            found.insert(name, part.clone());
        }
        Ok(())
    })?;
    Ok(found)
}
