//! What the columns of a file hold, looked at in its first rows, before any row is taken in: no
//! number is spent on a file that is not understood.
//!
//! A column of codes or of identifiers that nobody mapped stops the run, and so does a file in which
//! nothing tells one customer from another. What counts the rows of its list is no identifier.

mod cell;
mod column;
mod law;
mod rows;
mod spelling;
mod unclear;

pub use unclear::{SeenColumn, Unclear};

pub(super) use rows::Rows;

use column::Column;

use super::ImportRequest;
use super::mapping::Mapping;
use crate::registry::Result;
use crate::registry::columns::{Meaning, is_attribute};
use crate::rule::RuleBook;
use crate::rule::headers::{self, Known};

/// What was seen in the first rows.
pub(super) struct Inspection {
    pub(super) columns: Vec<Column>,
}

impl Inspection {
    /// Looks at the first rows of a file. Columns that count its rows are mapped to nothing.
    pub(super) fn of(book: &RuleBook, rows: &mut Rows, mapping: &mut Mapping) -> Self {
        let mut columns: Vec<Column> = mapping.headers.iter().map(|header| Column::new(header)).collect();
        for record in rows.sample() {
            for (place, column) in columns.iter_mut().enumerate() {
                column.add(book, record.cell(place));
            }
        }
        for (place, column) in columns.iter_mut().enumerate() {
            let assumed = !mapping.named[place] && !is_attribute(&mapping.headers[place]);
            column.assumed = assumed && matches!(mapping.targets[place], Meaning::Attribute(_));
            let headed = headers::usual(&mapping.headers[place]) == Some(Known::RowNumber);
            if column.assumed && column.counts_rows(headed, place == 0) {
                mapping.targets[place] = Meaning::Known(Known::RowNumber);
                column.assumed = false;
                column.row_number = true;
                if !headed {
                    rows.watch(place);
                }
            }
        }
        Self { columns }
    }

    /// Refuses a file whose columns are not understood.
    pub(super) fn demand_meaning(&self, request: &ImportRequest<'_>, mapping: &Mapping) -> Result<()> {
        law::demand(&self.columns, request, mapping)
    }
}
