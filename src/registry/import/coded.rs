//! Files that an import leaves beside the ledger: the input rows plus their codes, and the refused
//! rows with their reasons.

use super::rejects::Reject;
use super::{ImportRequest, Target};
use crate::registry::columns::{REJECT_COLUMNS, code_header};
use crate::registry::outputs::demand_room;
use crate::registry::{Error, Result, outputs};
use crate::table::{Cell, Encoding, Format, OutputFile, Reader, Record, RowWriter};

/// Walks the input again and writes chosen rows with further cells.
struct Copy {
    path: String,
    reader: Reader,
    record: Record,
    writer: RowWriter<OutputFile>,
    format: Format,
}

impl Copy {
    fn new(
        request: &ImportRequest<'_>,
        target: &Target<'_>,
        reader: &Reader,
        headers: &[&str],
    ) -> Result<Self> {
        // A workbook is written where a name asks for one.
        let found = reader.description().format.streamed();
        let (path, format, file) = match target {
            Target::Path(path) => (
                path.display().to_string(),
                Format::of_path(path).unwrap_or(found),
                outputs::create(path, request.force)?,
            ),
            Target::File(file) => {
                let path = "a temporary file".to_owned();
                let file = OutputFile::over(file);
                let file = file.map_err(|source| Error::Output { path: path.clone(), source })?;
                (path, found, file)
            }
        };
        let reader = reader.again(request.source)?;
        // Whatever opens the input opens what repeats its rows.
        let encoding = reader.description().encoding_again();
        let encoding = match encoding {
            Encoding::Utf8Bom if format != Format::Csv => Encoding::Utf8,
            encoding => encoding,
        };
        let writer = RowWriter::new(file, format, encoding, request.raw, headers);
        let writer = writer.map_err(|source| Error::Output { path: path.clone(), source })?;
        Ok(Self { path, reader, record: Record::default(), writer, format })
    }

    /// Reads on to a row; `false` when it is one that cannot be read.
    fn seek(&mut self, row: u64) -> Result<bool> {
        while self.record.row() < row {
            match self.reader.read(&mut self.record) {
                Ok(false) => return Ok(false),
                Err(error) if self.reader.is_done() => return Err(error.into()),
                Err(_) if self.record.row() == row => return Ok(false),
                Ok(true) | Err(_) => {}
            }
        }
        Ok(true)
    }

    fn write(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let written = self.writer.typed_row(cells);
        written.map_err(|source| Error::Output { path: self.path.clone(), source })
    }
}

/// `-o`: every row that has a code, with it. Where the input has a code column it is filled in,
/// else one is added at the end.
pub(super) struct Coded {
    copy: Copy,
    column: Option<usize>,
}

impl Coded {
    pub(super) fn create(
        request: &ImportRequest<'_>,
        target: &Target<'_>,
        reader: &Reader,
        column: Option<usize>,
    ) -> Result<Self> {
        let headers = reader.headers();
        let mut names: Vec<String> = headers.to_vec();
        let place = column.unwrap_or_else(|| {
            names.push(code_header(headers));
            headers.len()
        });
        if request.dry_run {
            names[place].push_str(" (not issued)");
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(Self { copy: Copy::new(request, target, reader, &names)?, column })
    }

    /// Refuses more rows than the file can hold, before any number is spent on them.
    pub(super) fn demand_room(&self, rows: u64) -> Result<()> {
        if self.copy.format.is_workbook() { demand_room(&self.copy.path, rows) } else { Ok(()) }
    }

    /// Writes one row of the input with its code.
    pub(super) fn row(&mut self, row: u64, code: &str) -> Result<()> {
        if !self.copy.seek(row)? {
            return Ok(());
        }
        let record = std::mem::take(&mut self.copy.record);
        let mut cells: Vec<Cell<'_>> = (0..record.len()).map(|cell| record.typed(cell)).collect();
        match self.column {
            // A code that the row brought stays as it is, a number in JSON too.
            Some(column) if record.cell(column) == code => {}
            Some(column) => cells[column] = Cell::Text(code),
            None => cells.push(Cell::Text(code)),
        }
        let written = self.copy.write(&cells);
        self.copy.record = record;
        written
    }

    /// Completes the file, durable under its temporary name; to be published after the commit.
    pub(super) fn seal(self) -> Result<(OutputFile, String)> {
        let path = self.copy.path;
        let sealed = self.copy.writer.finish().and_then(|mut file| file.seal().map(|()| file));
        match sealed {
            Ok(file) => Ok((file, path)),
            Err(source) => Err(Error::Output { path, source }),
        }
    }
}

/// `--rejects`: the refused rows as they came, with line and reasons; a mended file can be imported
/// as it is.
pub(super) struct RejectsFile {
    copy: Copy,
    columns: usize,
    pending: Option<Reject>,
}

impl RejectsFile {
    pub(super) fn create(request: &ImportRequest<'_>, target: &Target<'_>, reader: &Reader) -> Result<Self> {
        let headers = reader.headers();
        let own = headers.iter().map(String::as_str).filter(|header| !REJECT_COLUMNS.contains(header));
        let names: Vec<&str> = own.chain(REJECT_COLUMNS).collect();
        Ok(Self { copy: Copy::new(request, target, reader, &names)?, columns: headers.len(), pending: None })
    }

    /// Adds a refusal; several of one row become one line of the file.
    pub(super) fn push(&mut self, reject: &Reject, headers: &[String]) -> Result<()> {
        match &mut self.pending {
            Some(pending) if pending.row == reject.row => {
                pending.reason.push_str("; ");
                pending.reason.push_str(&reject.reason);
                Ok(())
            }
            _ => {
                let before = self.pending.replace(reject.clone());
                before.map_or(Ok(()), |reject| self.put(&reject, headers))
            }
        }
    }

    fn put(&mut self, reject: &Reject, headers: &[String]) -> Result<()> {
        let whole = self.copy.seek(reject.row)?;
        let record = std::mem::take(&mut self.copy.record);
        let line = self.copy.reader.description().line(reject.line).to_string();
        let own = (0..self.columns).filter(|column| !REJECT_COLUMNS.contains(&headers[*column].as_str()));
        let cell = |column| if whole && column < record.len() { record.typed(column) } else { Cell::Null };
        let mut cells: Vec<Cell<'_>> = own.map(cell).collect();
        cells.extend([line.as_str(), reject.reason.as_str()].map(Cell::Text));
        let written = self.copy.write(&cells);
        self.copy.record = record;
        written
    }

    /// Completes and publishes the file.
    pub(super) fn publish(mut self, headers: &[String]) -> Result<()> {
        if let Some(reject) = self.pending.take() {
            self.put(&reject, headers)?;
        }
        let path = self.copy.path;
        let published = self.copy.writer.finish().and_then(OutputFile::publish);
        published.map_err(|source| Error::Output { path, source })
    }
}
