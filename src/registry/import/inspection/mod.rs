//! What the columns of a file hold, looked at in its first rows, before any row is taken in: no
//! number is spent on a file that is not understood.
//!
//! A column of codes or of identifiers that nobody mapped stops the run, and so does a file in
//! which nothing tells one customer from another. What counts the rows of its list is no
//! identifier.

mod cell;
mod column;
mod law;
mod rows;
mod second_header;
mod spelling;
mod total;
mod unclear;

pub use unclear::{SeenColumn, Unclear};

pub(super) use column::Column;
pub(super) use rows::Rows;

use total::Totals;

use super::ImportRequest;
use super::mapping::{Mapping, Why};
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
}

impl Inspected {
    /// Opens a file and looks at its first rows.
    pub(super) fn open(book: &RuleBook, request: &ImportRequest<'_>) -> Result<Self> {
        let reader = Reader::open(request.source, &request.reading())?;
        let rows = Rows::new(reader);
        let mapping = Mapping::new(
            book,
            rows.headers(),
            rows.second_header(),
            &request.map,
            request.key.as_deref(),
            &request.set,
        )?;
        let columns = mapping.headers.iter().map(|header| Column::new(header)).collect();
        let mut file = Self { rows, mapping, columns };
        file.look(book);
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

    /// Refuses a file whose columns are not understood.
    pub(super) fn demand_meaning(&self, request: &ImportRequest<'_>) -> Result<()> {
        law::demand(&self.columns, request, &self.mapping)
    }
}
