//! The rows of a file, the first of them looked at before they are taken in.

use std::collections::VecDeque;

use super::second_header::is_header;
use super::total::Totals;
use super::unclear::{self, Unclear};
use crate::registry::import::Listener;
use crate::rule::headers;
use crate::table::{ReadError, Reader, Record};

/// Rows that are looked at.
const SAMPLE: usize = 500;
/// Bytes of cells that are looked at; rows can be long.
const SAMPLE_BYTES: usize = 4 << 20;

/// Columns with the header of another one that are told one by one.
const MOST_DOUBLED: usize = 5;

/// Totals that are told one by one.
const TOLD: u64 = 5;

/// A row that could not be read, and whether it is the last one.
struct Fault {
    error: ReadError,
    last: bool,
}

/// The rows of a file in their order.
pub(in crate::registry::import) struct Rows {
    reader: Reader,
    headers: Vec<String>,
    ahead: VecDeque<(Record, Option<Fault>)>,
    /// Whether the last fault given was the end of reading.
    ended: bool,
    /// Columns that seem to count the rows, until one does not.
    watched: Vec<usize>,
    /// Columns without a header that had no cell so far.
    vacant: Vec<usize>,
    filled: Option<(usize, String)>,
    broken: Option<(usize, u64, String)>,
    /// The first row, where it is a header, too.
    second_header: Option<Vec<String>>,
    totals: Option<Totals>,
    /// Rows that are no customers, and what was said of the first of them.
    left_out: u64,
    notes: Vec<String>,
    last: u64,
}

impl Rows {
    /// Reads the first rows.
    pub(in crate::registry::import) fn new(mut reader: Reader) -> Self {
        let mut ahead = VecDeque::new();
        let mut bytes = 0;
        while ahead.len() < SAMPLE && bytes < SAMPLE_BYTES {
            let mut record = Record::default();
            match reader.read(&mut record) {
                Ok(false) => break,
                Ok(true) => {
                    bytes += record.iter().map(str::len).sum::<usize>();
                    ahead.push_back((record, None));
                }
                Err(error) => ahead.push_back((record, Some(Fault { error, last: reader.is_done() }))),
            }
        }
        let headers = reader.headers().to_vec();
        let notes = doubled(reader.header_texts(), &headers);
        let joined = known_below(reader.header_lines());
        let first = ahead.front().filter(|(record, fault)| fault.is_none() && is_header(&headers, record));
        let second_header: Option<Vec<String>> =
            first.map(|(record, _)| record.iter().map(str::to_owned).collect());
        let is_row = second_header.is_some();
        let mut rows = Self {
            reader,
            headers,
            ahead,
            ended: false,
            watched: Vec::new(),
            vacant: Vec::new(),
            filled: None,
            broken: None,
            second_header: second_header.or(joined),
            totals: None,
            left_out: 0,
            notes,
            last: 0,
        };
        rows.notes.extend_from_slice(&rows.reader.description().notes);
        if is_row && let Some((record, _)) = rows.ahead.pop_front() {
            rows.last = record.row();
            rows.notes.push(format!("line {} is a second header line, no customer", record.line()));
        }
        rows
    }

    /// What reads the file, for those who read it once more.
    pub(in crate::registry::import) fn reader(&self) -> &Reader {
        &self.reader
    }

    pub(in crate::registry::import) fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The cells below the headers, where they name the columns, too.
    pub(in crate::registry::import) fn second_header(&self) -> Option<&[String]> {
        self.second_header.as_deref()
    }

    /// Whether a column has no header.
    pub(super) fn has_vacant_header(&self) -> bool {
        (0..self.headers.len()).any(|column| self.reader.is_unnamed(column))
    }

    /// Leaves out totals from here on.
    pub(super) fn leave_out(&mut self, totals: Totals) {
        self.totals = Some(totals);
    }

    /// Tells the rows that are no customers, when all are read, and counts all rows and the totals
    /// among them. Refuses a column that counted the first rows and then did not: it was to be
    /// ignored, and may be what the customers are known by.
    pub(in crate::registry::import) fn conclude(
        &mut self,
        listener: &mut dyn Listener,
    ) -> Result<(u64, u64), Unclear> {
        if let Some((column, line, cell)) = &self.broken {
            return Err(unclear::uncounted(&self.headers[*column], *line, cell));
        }
        if let Some((column, cell)) = &self.filled {
            let left = column.checked_sub(1).map(|left| self.headers[left].as_str());
            return Err(unclear::headless(*column, left, vec![cell.clone()]));
        }
        if let Some(more @ 1..) = self.left_out.checked_sub(TOLD) {
            self.notes.push(format!("and {more} more totals"));
        }
        self.notes.drain(..).for_each(|note| listener.note(&note));
        Ok((self.last, self.left_out))
    }

    /// Notes what is to be said of the rows.
    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// What there is to say of the first rows.
    pub(in crate::registry::import) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    /// The first rows that could be read.
    pub(in crate::registry::import) fn sample(&self) -> impl Iterator<Item = &Record> {
        self.ahead.iter().filter(|(_, fault)| fault.is_none()).map(|(record, _)| record)
    }

    /// Watches that a column goes on counting the rows.
    pub(super) fn watch(&mut self, column: usize) {
        self.watched.push(column);
    }

    /// Watches that a column without a header goes on having no cells.
    pub(super) fn watch_vacant(&mut self, column: usize) {
        self.vacant.push(column);
    }

    /// Reads the next row of a customer, as [`Reader::read`] does.
    pub(in crate::registry::import) fn read(&mut self, record: &mut Record) -> Result<bool, ReadError> {
        loop {
            let more = self.next(record)?;
            if more {
                self.last = record.row();
            }
            let total = self.totals.as_mut().filter(|_| more).and_then(|totals| totals.of(record));
            let Some(word) = total else { return Ok(more) };
            self.left_out += 1;
            if self.left_out <= TOLD {
                let what = if word.is_empty() {
                    "the sums of the rows above".to_owned()
                } else {
                    format!("{word:?}")
                };
                self.notes.push(format!(
                    "line {} (row {}) is a total, no customer: {what}; --keep-totals numbers it",
                    record.line(),
                    record.row()
                ));
            }
        }
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, ReadError> {
        if let Some((next, fault)) = self.ahead.pop_front() {
            *record = next;
            self.last = record.row();
            self.ended = fault.as_ref().is_some_and(|fault| fault.last);
            return fault.map_or(Ok(true), |fault| Err(fault.error));
        }
        let read = self.reader.read(record);
        self.ended = self.reader.is_done();
        let more = read?;
        if more && !self.watched.is_empty() {
            self.follow(record);
        }
        if more
            && let Some(&column) = self.vacant.iter().find(|column| !record.cell(**column).trim().is_empty())
        {
            self.filled = Some((column, record.cell(column).to_owned()));
            self.vacant.clear();
        }
        Ok(more)
    }

    /// Sees whether the watched columns still count. A list may begin with 0 or with 1, and rows
    /// that could not be read were counted too.
    fn follow(&mut self, record: &Record) {
        let is_next = |cell: &str| {
            let number = cell.trim().parse::<u64>();
            number.is_ok_and(|number| number == record.row() || number + 1 == record.row())
        };
        let broken = self.watched.iter().find(|column| !is_next(record.cell(**column)));
        if let Some(&column) = broken.filter(|_| !record.iter().all(|cell| cell.trim().is_empty())) {
            self.broken = Some((column, record.line(), record.cell(column).to_owned()));
            self.watched.clear();
        }
    }

    /// Bytes of the source consumed so far, for progress.
    pub(in crate::registry::import) fn consumed(&self) -> u64 {
        self.reader.consumed()
    }

    /// Whether nothing more can be read.
    pub(in crate::registry::import) fn is_done(&self) -> bool {
        self.ended
    }
}

/// Says which columns have the header of another one.
fn doubled(texts: &[String], headers: &[String]) -> Vec<String> {
    let is_other = |(text, header): &(&String, &String)| !text.trim().is_empty() && text != header;
    let told = |(text, header): (&String, &String)| {
        format!("another column is headed {:?} too; this one is called {header:?}", text.trim())
    };
    let mut others = texts.iter().zip(headers).filter(is_other);
    let mut notes: Vec<String> = others.by_ref().take(MOST_DOUBLED).map(told).collect();
    if let more @ 1.. = others.count() {
        notes.push(format!("and {more} more columns are headed as others are"));
    }
    notes
}

/// Of the lines of a header the text of each column that is known, else the lowest one.
fn known_below(lines: &[Vec<String>]) -> Option<Vec<String>> {
    let lowest = lines.last()?;
    let told = |column: usize| {
        let known = lines.iter().rev().find(|line| headers::usual(&line[column]).is_some());
        known.unwrap_or(lowest)[column].clone()
    };
    Some((0..lowest.len()).map(told).collect())
}
