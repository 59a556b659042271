//! What the columns of a file hold, looked at in its first rows, before any row is taken in: no
//! number is spent on a file that is not understood.
//!
//! A column of codes or of identifiers that nobody mapped stops the run, and so does a file in
//! which nothing tells one customer from another. What counts the rows of its list is no
//! identifier.

mod cell;
mod column;
mod header_line;
mod law;
mod rows;
mod second_header;
mod spelling;
mod total;
mod unclear;

pub use unclear::{SeenColumn, Unclear};

pub(super) use column::Column;
pub(super) use rows::Rows;
pub(super) use spelling::{unquoted, with_zeros};

use total::Totals;

use super::ImportRequest;
use super::date::{self, DateOrder, Order};
use super::mapping::{Mapping, Marks, Why};
use crate::registry::Result;
use crate::registry::columns::{Meaning, is_attribute};
use crate::rule::RuleBook;
use crate::rule::headers::{self, Known};
use crate::table::Reader;

/// Columns that are added up to see whether a row is their total.
const AMOUNTS: usize = 4;

/// A file with what was seen in its first rows.
pub(super) struct Inspected {
    pub(super) rows: Rows,
    pub(super) mapping: Mapping,
    pub(super) columns: Vec<Column>,
    /// Why nothing can be said of its columns.
    no_header: Option<Unclear>,
    /// Why its dates cannot be read.
    no_order: Option<Unclear>,
}

impl Inspected {
    /// Opens a file and looks at its first rows.
    pub(super) fn open(book: &RuleBook, request: &ImportRequest<'_>) -> Result<Self> {
        let reader = Reader::open(request.source, &request.reading())?;
        let rows = Rows::new(reader);
        let mapped = |rows: &Rows, map, key| {
            let (headers, texts) = (rows.headers(), rows.reader().header_texts());
            Mapping::new(book, headers, texts, rows.second_header(), map, key, &request.set)
        };
        let mapping = mapped(&rows, &request.map, request.key.as_deref());
        let is_header = mapping.as_ref().is_ok_and(Mapping::knows_customers)
            && (rows.second_header().is_none() || !rows.has_vacant_header());
        let no_header = if is_header { None } else { header_line::elsewhere(book, request, rows.reader())? };
        let mapping = match mapping {
            // What --map names is in the other line.
            Err(_) if no_header.is_some() => mapped(&rows, &[], None)?,
            mapping => mapping?,
        };
        let reader = rows.reader();
        let mut columns: Vec<Column> = mapping.headers.iter().map(|header| Column::new(header)).collect();
        for (place, column) in columns.iter_mut().enumerate() {
            column.headless = reader.is_unnamed(place);
        }
        let mut file = Self { rows, mapping, columns, no_header, no_order: None };
        file.look(book);
        if !request.raw {
            file.find_marks();
        }
        file.mapping.dates.order = request.date_order;
        if request.date_order.is_none() {
            file.find_date_order();
        }
        if !request.keep_totals {
            let adds_up = |place: &usize| file.columns[*place].adds_up();
            let amounts: Vec<usize> = (0..file.columns.len()).filter(adds_up).take(AMOUNTS).collect();
            file.rows.leave_out(Totals::new(&file.mapping, &amounts));
        }
        Ok(file)
    }

    /// Looks at the first rows; columns that count them are mapped to nothing.
    fn look(&mut self, book: &RuleBook) {
        for record in self.rows.sample() {
            for (place, column) in self.columns.iter_mut().enumerate() {
                column.add(book, record.cell(place));
            }
        }
        let mapping = &mut self.mapping;
        for (place, column) in self.columns.iter_mut().enumerate() {
            let header = &mapping.headers[place];
            let assumed = !mapping.named[place] && !is_attribute(header);
            column.assumed = assumed && matches!(mapping.targets[place], Meaning::Attribute(_));
            if column.headless && column.assumed && (column.is_empty() || place == 0 && column.is_index()) {
                column.assumed = false;
                if column.is_empty() {
                    (mapping.targets[place], mapping.why[place]) = (Meaning::Ignored, Why::Empty);
                    self.rows.watch_vacant(place);
                } else {
                    mapping.targets[place] = Meaning::Known(Known::RowNumber);
                    mapping.why[place] = Why::Counts;
                    self.rows.watch(place);
                }
                continue;
            }
            let by_header = headers::usual(header) == Some(Known::RowNumber);
            if column.assumed && column.counts_rows(by_header, place == 0) {
                mapping.targets[place] = Meaning::Known(Known::RowNumber);
                mapping.why[place] = if by_header { Why::UsualHeader } else { Why::Counts };
                column.assumed = false;
                if !by_header {
                    self.rows.watch(place);
                }
            }
        }
    }

    /// Finds out which marks of text are none of a column's own: of cells that are read, any; of
    /// names, an apostrophe only where each of them has one.
    fn find_marks(&mut self) {
        for (place, column) in self.columns.iter().enumerate() {
            let seen = column.seen();
            self.mapping.marks[place] = match &self.mapping.targets[place] {
                Meaning::Known(Known::Code | Known::Reference | Known::Date) | Meaning::Field(_) => {
                    Marks::All
                }
                Meaning::Known(Known::Name | Known::GivenName | Known::FamilyName) => {
                    if seen.marked == seen.filled && seen.filled > 1 { Marks::All } else { Marks::Formula }
                }
                Meaning::Known(Known::RowNumber) | Meaning::Attribute(_) | Meaning::Ignored => Marks::Stay,
            };
        }
    }

    /// Finds out the order of day and month, where a cell tells it; asks where none does.
    fn find_date_order(&mut self) {
        let Some(column) = self.mapping.date else { return };
        let (mut seen, mut filled, mut days) = ([None, None, None], 0, None);
        for record in self.rows.sample() {
            let cell = self.mapping.cell(record, column).trim();
            filled += u64::from(!cell.is_empty());
            let place = match date::order(cell) {
                Some(Order::DayFirst) => 0,
                Some(Order::MonthFirst) => 1,
                Some(Order::Either) => 2,
                Some(Order::Days) => {
                    let (_, count) = days.get_or_insert((cell.to_owned(), 0));
                    *count += 1;
                    continue;
                }
                None => continue,
            };
            seen[place].get_or_insert_with(|| cell.to_owned());
        }
        let header = &self.mapping.headers[column];
        let (order, first) = match &seen {
            [Some(day), None, _] => (DateOrder::Dmy, format!("{day:?} can only be day first")),
            [None, Some(month), _] => (DateOrder::Mdy, format!("{month:?} can only be month first")),
            [Some(day), Some(month), _] => {
                self.no_order = Some(unclear::contradicting_dates(header, day, month));
                return;
            }
            [None, None, Some(cell)] => {
                self.no_order = Some(unclear::ambiguous_dates(header, cell));
                return;
            }
            [None, None, None] => {
                let all = days.filter(|(_, count)| *count == filled);
                self.no_order = all.map(|(cell, _)| unclear::numbered_days(header, &cell));
                return;
            }
        };
        self.mapping.dates.order = Some(order);
        let note = format!("column {header}: dates are read as {}: {first}", order.name());
        self.rows.note(note);
    }

    /// Refuses a file whose columns are not understood.
    pub(super) fn demand_meaning(&self, request: &ImportRequest<'_>) -> Result<()> {
        if let Some(unclear) = &self.no_header {
            return Err(unclear.clone().into());
        }
        law::demand(&self.columns, request, &self.mapping)?;
        self.no_order.as_ref().map_or(Ok(()), |unclear| Err(unclear.clone().into()))
    }
}
