//! Workbooks of spreadsheet programs: `.xlsx`, `.xls` and `.ods` in, `.xlsx` out.
//!
//! A workbook is known by its content. Its rows are read once, from the first to the last, into a
//! private temporary file; whoever reads them again reads that. What unpacks to far more than its
//! own size is refused before any of it is read.

mod archive;
mod cells;
mod gather;
mod ods;
mod rows;
mod sheets;
mod write;
mod xls;
mod xlsx;

use std::collections::BTreeSet;

use super::fault::ReadError;
use super::{Format, Source, WorkbookReading};
use archive::Archive;
use gather::Gatherer;
use sheets::Listed;

pub use sheets::SheetPart;

pub(super) use rows::SheetRows;
pub(super) use write::SheetWriter;

/// The rows of a sheet of Excel: no more are written.
pub const ROW_LIMIT: u64 = 1_048_576;

/// The columns of a sheet of a spreadsheet program: in no cell beyond them stands anything.
const COLUMN_LIMIT: u32 = 16_384;

/// How a ZIP file begins, which `.xlsx` and `.ods` are.
const ZIP: &[u8] = b"PK\x03\x04";
/// How a compound file begins, which `.xls` is.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// What a workbook held.
pub(super) struct Workbook {
    pub(super) format: Format,
    pub(super) headers: Vec<String>,
    pub(super) rows: SheetRows,
    pub(super) notes: Vec<String>,
}

/// A rectangle of cells, rows and columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    rows: (u32, u32),
    columns: (u32, u32),
}

/// What is known of a sheet besides its cells.
#[derive(Debug, Default)]
struct Layout {
    /// Whether any cell has content.
    filled: bool,
    /// Rows that are hidden, from 0.
    hidden: BTreeSet<u32>,
    merged: Vec<Area>,
}

/// Whether a file that begins with `head` is a workbook or another file of that kind; no text
/// begins so.
pub(super) fn is_workbook(head: &[u8]) -> bool {
    head.starts_with(ZIP) || head.starts_with(COMPOUND)
}

/// Reads the rows of a workbook.
pub(super) fn open(source: &Source, head: &[u8], reading: &WorkbookReading) -> Result<Workbook, ReadError> {
    let mut gatherer = Gatherer::new(&source.name, reading)?;
    let format = if head.starts_with(COMPOUND) {
        xls::read(source, reading, &mut gatherer)?;
        Format::Xls
    } else {
        let mut archive = Archive::open(source)?;
        if archive.holds("content.xml") {
            ods::read(&mut archive, reading, &mut gatherer)?;
            Format::Ods
        } else {
            xlsx::read(source, &mut archive, reading, &mut gatherer)?;
            Format::Xlsx
        }
    };
    gatherer.finish(format, source.len())
}

/// The sheets that are read, by their places, as asked: the one that is named, all that are filled,
/// or the only one of these. Sheets that are hidden are read where they are named.
fn chosen(
    name: &str,
    sheets: &[Listed],
    reading: &WorkbookReading,
    notes: &mut Vec<String>,
) -> Result<Vec<usize>, ReadError> {
    let filled: Vec<usize> = (0..sheets.len()).filter(|place| sheets[*place].filled).collect();
    let visible: Vec<usize> = filled.iter().copied().filter(|place| !sheets[*place].hidden).collect();
    let names = |places: &[usize]| places.iter().map(|place| sheets[*place].name.clone()).collect();
    let refused = |wanted: Option<&str>, places: &[usize]| {
        let wanted = wanted.map(str::to_owned);
        Err(ReadError::Sheets { name: name.to_owned(), wanted, sheets: names(places) })
    };
    let read = match reading.sheet.as_deref() {
        Some(wanted) => match sheets.iter().position(|sheet| sheet.name == wanted) {
            Some(place) => vec![place],
            None if wanted == "all" => visible.clone(),
            None => return refused(Some(wanted), &filled),
        },
        None => match visible.as_slice() {
            [] if filled.len() == 1 => filled.clone(),
            [] if filled.len() > 1 => return refused(None, &filled),
            [place] => vec![*place],
            [] => Vec::new(),
            _ => return refused(None, &visible),
        },
    };
    let unread = filled.iter().copied().filter(|it| sheets[*it].hidden && !read.contains(it));
    let unread: Vec<String> = names(&unread.collect::<Vec<_>>());
    if reading.sheet.as_deref().is_none_or(|wanted| wanted == "all") && !unread.is_empty() {
        notes.push(format!("hidden and not read: sheet {}; --sheet reads it", unread.join(", ")));
    }
    Ok(read)
}

/// A workbook that cannot be read.
fn broken(name: &str, reason: impl Into<String>, hint: Option<&str>) -> ReadError {
    ReadError::Workbook { name: name.to_owned(), reason: reason.into(), hint: hint.map(str::to_owned) }
}
