//! Empty cells that got a default: counted, so that nobody is surprised by what was taken for them.
//! What the ledger knows already keeps what it has, and a row that is refused or repeats another
//! takes nothing; who is who turns out after all rows are read.

use jiff::civil::Date;

use super::decision::{Decision, Identified};
use crate::registry::Result;
use crate::registry::customer::request::Values;
use crate::registry::spool::Spool;
use crate::rule::RuleBook;

/// What would be taken for empty cells of printed columns.
pub(super) struct Defaulted {
    /// By field: its name and its default.
    fields: Vec<(String, String)>,
    /// Taken where there is no date.
    today: Date,
    /// For each row its place among the rows kept, its number, and the columns.
    rows: Spool,
}

impl Defaulted {
    pub(super) fn new(book: &RuleBook, today: Date) -> Result<Self> {
        let field =
            |(name, default): (&String, &Option<String>)| (name.clone(), default.clone().unwrap_or_default());
        let fields = book.fields().iter().map(|it| field((&it.name, &it.default))).collect();
        Ok(Self { fields, today, rows: Spool::new()? })
    }

    /// The printed fields that would get their default, by index, and the date behind the last of
    /// them if it would.
    pub(super) fn columns(&self, values: &Values, printed: &[String], date: bool) -> Vec<usize> {
        let empty = |index: &usize| values.key(*index).is_none() && printed.contains(&self.fields[*index].0);
        (0..self.fields.len()).filter(empty).chain(date.then_some(self.fields.len())).collect()
    }

    /// Keeps in mind what the row at this place leaves empty.
    pub(super) fn push(&mut self, place: u64, row: u64, columns: &[usize]) -> Result<()> {
        if columns.is_empty() {
            return Ok(());
        }
        let columns = columns.iter().map(|column| *column as u64);
        let record: Vec<u8> = [place, row].into_iter().chain(columns).flat_map(u64::to_le_bytes).collect();
        self.rows.push(&record)
    }

    /// What was taken for new customers, in words.
    pub(super) fn notes(&mut self, identified: &mut Identified) -> Result<Vec<String>> {
        let mut counts = vec![0; self.fields.len() + 1];
        let (mut records, mut decisions) = (self.rows.records()?, identified.decisions.in_order()?);
        let (mut record, mut decision, mut seen) = (Vec::new(), Decision::Rejected, 0);
        while records.next(&mut record)? {
            let mut numbers = record
                .chunks_exact(8)
                .map(|bytes| u64::from_le_bytes(bytes.try_into().expect("a chunk of eight bytes")));
            let mut next = || numbers.next().expect("a place and a row");
            let (place, row) = (next(), next());
            while seen <= place {
                decision = decisions.next()?;
                seen += 1;
            }
            if *identified.overrides.get(&row).unwrap_or(&decision) == Decision::New {
                numbers
                    .filter_map(|column| usize::try_from(column).ok())
                    .for_each(|column| counts[column] += 1);
            }
        }
        let dates = counts.pop().unwrap_or_default();
        let fields = self.fields.iter().zip(counts).filter(|(_, count)| *count > 0);
        let fields = fields
            .map(|((field, default), count)| format!("{} without {field}: taken as {default}", rows(count)));
        let dates = (dates > 0).then(|| format!("{} without a date: taken as {}", rows(dates), self.today));
        Ok(fields.chain(dates).collect())
    }
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}
