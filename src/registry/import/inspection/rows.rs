//! The rows of a file, the first of them looked at before they are taken in.

use std::collections::VecDeque;

use super::Unclear;
use super::unclear;
use crate::table::{ReadError, Reader, Record};

/// Rows that are looked at.
const SAMPLE: usize = 500;
/// Bytes of cells that are looked at; rows can be long.
const SAMPLE_BYTES: usize = 4 << 20;

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
    /// Columns that seem to count the rows, with their first number, until one does not.
    watched: Vec<usize>,
    broken: Option<(usize, u64, String)>,
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
        Self { reader, headers, ahead, ended: false, watched: Vec::new(), broken: None }
    }

    pub(in crate::registry::import) fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The first rows that could be read.
    pub(super) fn sample(&self) -> impl Iterator<Item = &Record> {
        self.ahead.iter().filter(|(_, fault)| fault.is_none()).map(|(record, _)| record)
    }

    /// Watches that a column goes on counting the rows.
    pub(super) fn watch(&mut self, column: usize) {
        self.watched.push(column);
    }

    /// Reads the next row, as [`Reader::read`] does.
    pub(in crate::registry::import) fn read(&mut self, record: &mut Record) -> Result<bool, ReadError> {
        let more = match self.ahead.pop_front() {
            Some((next, fault)) => {
                *record = next;
                self.ended = fault.as_ref().is_some_and(|fault| fault.last);
                return fault.map_or(Ok(true), |fault| Err(fault.error));
            }
            None => {
                let read = self.reader.read(record);
                self.ended = self.reader.is_done();
                read?
            }
        };
        if more && !self.watched.is_empty() {
            self.follow(record);
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

    /// Refuses a column that counted the first rows and then did not: it was to be ignored, and may
    /// be what the customers are known by.
    pub(in crate::registry::import) fn demand_counted(&self) -> Result<(), Unclear> {
        match &self.broken {
            None => Ok(()),
            Some((column, line, cell)) => Err(unclear::uncounted(&self.headers[*column], *line, cell)),
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
