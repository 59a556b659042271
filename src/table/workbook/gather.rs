//! Cells of sheets gathered into rows: the first row with content is the header, blank ones are
//! passed over, merged ranges are refused or filled.

use std::collections::BTreeSet;
use std::io::{BufWriter, Write as _};

use super::cells::Value;
use super::rows::{Row, SheetRows};
use super::sheets::{SheetPart, address};
use super::{Area, COLUMN_LIMIT, Layout, Workbook, broken};
use crate::table::fault::ReadError;
use crate::table::private::private_file;
use crate::table::record::Kind;
use crate::table::{Format, WorkbookReading};

/// The column of the sheets' names.
const SHEET: &str = "sheet";
/// Another name for it.
const OTHER: &str = "sheet of the workbook";

/// What is odd about cells, counted.
#[derive(Default)]
struct Oddity {
    cells: u64,
    first: String,
}

/// A merged range with the value that it repeats.
struct Merged {
    area: Area,
    value: Option<(Kind, String)>,
}

/// Gathers rows.
pub(super) struct Gatherer<'g> {
    name: &'g str,
    reading: &'g WorkbookReading,
    out: BufWriter<std::fs::File>,
    pub(super) notes: Vec<String>,
    /// The sheets read, with their own headers.
    sheets: Vec<(SheetPart, Vec<String>)>,
    lines: u64,
    hidden: BTreeSet<u32>,
    merged: Vec<Merged>,
    /// Place of the row under way, from 0.
    place: Option<u32>,
    /// Cells of the row under way: column, kind, where its text ends.
    cells: Vec<(u32, Kind, usize)>,
    text: String,
    row: Row,
    passed: u64,
    damaged: Oddity,
    errors: Oddity,
}

impl<'g> Gatherer<'g> {
    pub(super) fn new(name: &'g str, reading: &'g WorkbookReading) -> Result<Self, ReadError> {
        let file = private_file().map_err(|source| ReadError::Io { name: name.to_owned(), source })?;
        Ok(Self {
            name,
            reading,
            out: BufWriter::with_capacity(256 * 1024, file),
            notes: Vec::new(),
            sheets: Vec::new(),
            lines: 0,
            hidden: BTreeSet::new(),
            merged: Vec::new(),
            place: None,
            cells: Vec::new(),
            text: String::new(),
            row: Row::default(),
            passed: 0,
            damaged: Oddity::default(),
            errors: Oddity::default(),
        })
    }

    /// Begins a sheet.
    pub(super) fn begin(&mut self, name: &str, layout: Layout) {
        let part =
            SheetPart { name: name.to_owned(), before: self.lines, header: 0, width: 0, columns: Vec::new() };
        self.sheets.push((part, Vec::new()));
        self.hidden = layout.hidden;
        self.merged = layout.merged.into_iter().map(|area| Merged { area, value: None }).collect();
        self.merged.sort_by_key(|merged| merged.area.rows);
        self.place = None;
        self.passed = 0;
    }

    /// Takes the next cell of the sheet; its row and column are counted from 0. Rows come in order.
    pub(super) fn cell(&mut self, row: u32, column: u32, value: Value<'_>) -> Result<(), ReadError> {
        if self.place != Some(row) {
            if self.place.is_some_and(|place| place > row) {
                return Err(broken(
                    self.name,
                    format!("its rows are not in order at line {}", row + 1),
                    None,
                ));
            }
            self.end_row()?;
            self.place = Some(row);
        }
        if column >= COLUMN_LIMIT {
            let reason = format!("line {} has more than {COLUMN_LIMIT} columns", row + 1);
            return Err(broken(self.name, reason, None));
        }
        let kind = value.write(&mut self.text);
        self.cells.push((column, kind, self.text.len()));
        Ok(())
    }

    /// Ends the sheet.
    pub(super) fn end(&mut self) -> Result<(), ReadError> {
        self.end_row()?;
        self.lines += self.place.map_or(0, |place| u64::from(place) + 1);
        let Some((sheet, _)) = self.sheets.last() else { return Ok(()) };
        if self.passed > 0 {
            let rows = if self.passed == 1 { "row is" } else { "rows are" };
            let what = if self.reading.visible_only {
                "left out"
            } else {
                "read as well; --visible-only leaves them out"
            };
            self.notes.push(format!("sheet {}: {} hidden {rows} {what}", sheet.name, self.passed));
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), ReadError> {
        let Some(place) = self.place else { return Ok(()) };
        self.lay(place);
        let filled = (0..self.row.cells.len()).any(|column| !self.row.cell(column).0.is_empty());
        if !filled && !self.reading.fill_merged {
            return Ok(());
        }
        let Some((sheet, headers)) = self.sheets.last_mut() else { return Ok(()) };
        if sheet.header == 0 {
            if !filled {
                return Ok(());
            }
            sheet.header = u64::from(place) + 1;
            headers.extend((0..self.row.cells.len()).map(|column| self.row.cell(column).0.to_owned()));
            while headers.last().is_some_and(|header| header.trim().is_empty()) {
                headers.pop();
            }
            self.refuse_merged(place, true)?;
            return Ok(());
        }
        self.refuse_merged(place, false)?;
        if !filled {
            return Ok(());
        }
        if self.hidden.contains(&place) {
            self.passed += 1;
            if self.reading.visible_only {
                return Ok(());
            }
        }
        self.fill(place);
        self.look(place);
        self.row.line = u64::from(place) + 1;
        self.row.sheet = u32::try_from(self.sheets.len() - 1).unwrap_or(0);
        let written = self.row.write(&mut self.out);
        written.map_err(|source| ReadError::Io { name: self.name.to_owned(), source })
    }

    /// Lays the cells of the row under way side by side.
    fn lay(&mut self, place: u32) {
        self.row.clear();
        if !self.cells.is_sorted_by_key(|(column, _, _)| *column) {
            self.sort();
        }
        let mut start = 0;
        for (column, kind, end) in self.cells.drain(..) {
            let column = column as usize;
            while self.row.cells.len() < column {
                self.row.cells.push((self.row.text.len(), Kind::Null));
            }
            // A cell that stands twice counts once.
            if self.row.cells.len() == column {
                self.row.text.push_str(&self.text[start..end]);
                self.row.cells.push((self.row.text.len(), kind));
            }
            start = end;
        }
        self.text.clear();
        let row = &self.row;
        let begin = self.merged.partition_point(|merged| merged.area.rows.0 < place);
        for merged in &mut self.merged[begin..] {
            if merged.area.rows.0 > place {
                break;
            }
            let (text, kind) = row.cell(merged.area.columns.0 as usize);
            if !text.is_empty() {
                merged.value = Some((kind, text.to_owned()));
            }
        }
    }

    fn sort(&mut self) {
        let mut start = 0;
        let mut cells: Vec<(u32, Kind, String)> = Vec::new();
        for (column, kind, end) in self.cells.drain(..) {
            cells.push((column, kind, self.text[start..end].to_owned()));
            start = end;
        }
        cells.sort_by_key(|(column, _, _)| *column);
        self.text.clear();
        for (column, kind, text) in cells {
            self.text.push_str(&text);
            self.cells.push((column, kind, self.text.len()));
        }
    }

    /// Stops at a merged range that holds a value for several cells of customers: the cells below
    /// would be read as empty ones. `header`: the row is the header, where a range may lie that
    /// goes on below.
    fn refuse_merged(&mut self, place: u32, header: bool) -> Result<(), ReadError> {
        let Some((sheet, headers)) = self.sheets.last() else { return Ok(()) };
        let touches = |merged: &&Merged| {
            let (first, last) = merged.area.rows;
            let begins = if header { first <= place && last > place } else { first == place };
            begins && merged.value.is_some() && (merged.area.columns.0 as usize) < headers.len()
        };
        let end = self.merged.partition_point(|merged| merged.area.rows.0 <= place);
        let begin = if header { 0 } else { self.merged.partition_point(|merged| merged.area.rows.0 < place) };
        match self.merged[begin..end].iter().find(touches) {
            Some(merged) if !self.reading.fill_merged => {
                let Area { rows, columns } = merged.area;
                let cell = |row: u32, column: u32| address(u64::from(row) + 1, column as usize);
                let range = format!("{}:{}", cell(rows.0, columns.0), cell(rows.1, columns.1));
                Err(ReadError::Merged { name: self.name.to_owned(), sheet: sheet.name.clone(), range })
            }
            _ => Ok(()),
        }
    }

    /// Repeats the values of merged ranges in their other cells.
    fn fill(&mut self, place: u32) {
        if !self.reading.fill_merged {
            return;
        }
        let covers = |merged: &&Merged| merged.area.rows.0 <= place && place <= merged.area.rows.1;
        let end = self.merged.partition_point(|merged| merged.area.rows.0 <= place);
        let mut filled: Vec<(usize, Kind, String)> = Vec::new();
        // What a range covers beside the columns of the customers is nobody's.
        let width = self.sheets.last().map_or(0, |(_, headers)| headers.len());
        for merged in self.merged[..end].iter().filter(covers) {
            let Some((kind, value)) = &merged.value else { continue };
            let columns = merged.area.columns.0..=merged.area.columns.1;
            let columns = columns.map(|column| column as usize).take_while(|column| *column < width);
            filled.extend(columns.map(|column| (column, *kind, value.clone())));
        }
        if filled.is_empty() {
            return;
        }
        let width = self.row.cells.len().max(filled.iter().map(|(column, ..)| column + 1).max().unwrap_or(0));
        let old = std::mem::take(&mut self.row);
        for column in 0..width {
            let (text, own) = old.cell(column);
            let (kind, text) = match filled.iter().find(|(it, ..)| *it == column) {
                Some((_, kind, value)) if text.is_empty() => (*kind, value.as_str()),
                _ => (own, text),
            };
            self.row.text.push_str(text);
            self.row.cells.push((self.row.text.len(), kind));
        }
        // Ranges that are behind are not looked at again.
        self.merged.retain(|merged| merged.area.rows.1 > place);
    }

    /// Counts what is odd about the cells of the row.
    fn look(&mut self, place: u32) {
        for (column, (_, kind)) in self.row.cells.iter().enumerate() {
            let oddity = match kind {
                Kind::Damaged => &mut self.damaged,
                Kind::Error => &mut self.errors,
                _ => continue,
            };
            oddity.cells += 1;
            if oddity.cells == 1 {
                let sheet = self.sheets.last().map_or("", |(sheet, _)| sheet.name.as_str());
                let cell_name = address(u64::from(place) + 1, column);
                oddity.first = format!("sheet {sheet}, {cell_name}: {}", self.row.cell(column).0);
            }
        }
    }

    /// The rows of all sheets under the headers of all.
    pub(super) fn finish(mut self, format: Format, length: u64) -> Result<Workbook, ReadError> {
        let named = self.reading.sheet.as_deref() == Some("all")
            && !self.sheets.iter().any(|(it, _)| it.name == "all");
        let mut headers: Vec<String> = Vec::new();
        for (sheet, own) in &mut self.sheets {
            if !named {
                headers.clone_from(own);
                sheet.columns = (0..own.len()).map(Some).collect();
                continue;
            }
            // A header that a sheet has twice is two columns.
            for (place, header) in own.iter().enumerate() {
                if times(&headers, header) < times(&own[..=place], header) {
                    headers.push(header.clone());
                }
            }
        }
        let mut sheets = Vec::new();
        for (mut sheet, own) in self.sheets {
            sheet.width = own.len();
            if named {
                let place = |(at, header): (usize, &String)| {
                    let before = times(&headers[..at], header);
                    let mut equal = (0..own.len()).filter(|column| own[*column] == *header);
                    equal.nth(before)
                };
                sheet.columns = headers.iter().enumerate().map(place).collect();
            }
            sheets.push(sheet);
        }
        if named {
            let taken = headers.iter().any(|header| header == SHEET);
            headers.push(if taken { OTHER } else { SHEET }.to_owned());
        }
        for (oddity, one, many) in [
            (
                &self.damaged,
                "number of more than 15 digits has lost its last digits",
                "numbers of more than 15 digits have lost their last digits",
            ),
            (&self.errors, "cell holds the error of a formula", "cells hold errors of formulas"),
        ] {
            if oddity.cells > 0 {
                let what = if oddity.cells == 1 { one } else { many };
                self.notes.push(format!("{} {what}; the first is {}", oddity.cells, oddity.first));
            }
        }
        let io = |source| ReadError::Io { name: self.name.to_owned(), source };
        self.out.flush().map_err(io)?;
        let file = self.out.into_inner().map_err(|error| io(error.into_error()))?;
        let rows = SheetRows::new(file, length, sheets, named).map_err(io)?;
        Ok(Workbook { format, headers, rows, notes: self.notes })
    }
}

/// How often a header stands among others.
fn times(headers: &[String], header: &String) -> usize {
    headers.iter().filter(|it| *it == header).count()
}
