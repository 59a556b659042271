//! Cells that are read as something else than they stand in the file, told once a run.

use super::Listener;
use super::mapping::{Mapping, Marks};
use crate::table::Record;

/// Counts of such cells.
pub(super) struct Mended {
    /// Cells of each column whose marks of text were taken off.
    marked: Vec<u64>,
    /// Times with an offset, read as days of the rules' time zone.
    pub(super) converted: u64,
    /// Codes and values that got their leading zeros back.
    pub(super) repaired: u64,
}

impl Mended {
    pub(super) fn new(mapping: &Mapping) -> Self {
        Self { marked: vec![0; mapping.headers.len()], converted: 0, repaired: 0 }
    }

    /// Counts the cells of a row whose marks of text are taken off.
    pub(super) fn count_marks(&mut self, mapping: &Mapping, record: &Record) {
        for (column, marks) in mapping.marks.iter().enumerate() {
            if *marks != Marks::Stay && mapping.cell(record, column).len() < record.cell(column).trim().len()
            {
                self.marked[column] += 1;
            }
        }
    }

    /// Says what was read otherwise.
    pub(super) fn tell(&self, mapping: &Mapping, listener: &mut dyn Listener) {
        for (header, count) in mapping.headers.iter().zip(&self.marked).filter(|(_, count)| **count > 0) {
            let cells = counted(*count, "cell");
            listener.note(&format!("column {header}: marks of text (' or =\"\") were taken off {cells}"));
        }
        if let Some(column) = mapping.date.filter(|_| self.converted > 0) {
            let (header, times) = (&mapping.headers[column], counted(self.converted, "time"));
            let zone = mapping.dates.zone.iana_name().unwrap_or("this machine's time zone");
            listener.note(&format!(
                "column {header}: {times} with an offset from UTC: the days are those of {zone}"
            ));
        }
        if self.repaired > 0 {
            let cells = counted(self.repaired, "cell");
            listener.note(&format!("leading zeros were given back to {cells} (--repair)"));
        }
    }
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
