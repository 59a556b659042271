//! Answers of any length: spooled row by row while the ledger is read, and shown when it was let
//! go, so that whoever reads slowly keeps nobody from issuing.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek as _};

use serde::Serialize;

use super::error::failure::Failure;
use super::output::page::Page;
use super::output::writer::{self, Writer, Written};
use super::ui::Ui;
use crate::registry::Error;
use crate::table::private_file;

/// An answer under way.
pub(crate) struct Stream {
    page: Page,
    writer: Writer<BufWriter<File>>,
}

impl Stream {
    /// An answer under these headers; in JSON its rows are the member `member`.
    pub(crate) fn new<S: AsRef<str>>(ui: Ui, member: &str, headers: &[S]) -> Result<Self, Failure> {
        let headers: Vec<&str> = headers.iter().map(AsRef::as_ref).collect();
        let writer = Writer::new(ui.format(), ui.page(), member, &headers, temporary()?);
        Ok(Self { page: ui.page(), writer: writer.map_err(temporary_fault)? })
    }

    /// Adds a row: its cells, or in JSON its members.
    pub(crate) fn push<S: AsRef<str>, T: Serialize>(
        &mut self,
        cells: &[S],
        members: impl FnOnce() -> T,
    ) -> Result<(), Error> {
        self.writer.row(cells, members).map_err(temporary_fault)
    }

    /// Says which columns of a table are cut after all others; of these, some are left out where
    /// the terminal is too narrow.
    pub(crate) fn cut_last(&mut self, essential: Vec<bool>) {
        self.writer.cut_last(essential);
    }

    /// Shows everything; the members of `totals` end the JSON document. Gives the number of columns
    /// that were left out of a table.
    pub(crate) fn show<T: Serialize>(self, totals: &T) -> Result<usize, Failure> {
        let Written { out, columns } = self.writer.finish(totals).map_err(temporary_fault)?;
        let mut file = rewound(out)?;
        let mut left_out = 0;
        Ui::print(|out| match columns {
            Some(columns) => {
                left_out = writer::align(columns, BufReader::new(file), self.page, out)?;
                Ok(())
            }
            None => io::copy(&mut file, out).map(drop),
        })?;
        Ok(left_out)
    }
}

/// A private file without a name, gone when it is closed.
pub(crate) fn temporary() -> Result<BufWriter<File>, Failure> {
    Ok(BufWriter::new(private()?))
}

/// The same without a buffer.
pub(crate) fn private() -> Result<File, Failure> {
    Ok(private_file().map_err(temporary_fault)?)
}

/// A failure of such a file.
pub(crate) fn temporary_fault(source: io::Error) -> Error {
    Error::Temporary { folder: std::env::temp_dir(), source }
}

/// The file behind the buffer, from its beginning.
pub(crate) fn rewound(spool: BufWriter<File>) -> Result<File, Failure> {
    let mut file = spool.into_inner().map_err(|error| temporary_fault(error.into_error()))?;
    file.rewind().map_err(temporary_fault)?;
    Ok(file)
}
