//! Files that an import leaves beside the ledger: the input rows plus their codes, and the refused
//! rows with their reasons.

use super::rejects::Reject;
use super::{ImportRequest, Target};
use crate::registry::columns::{REJECT_COLUMNS, code_header};
use crate::registry::outputs::demand_room;
use crate::registry::{Error, Result, outputs};
use crate::table::{Cell, Encoding, Format, OutputFile, Reader, Record, RowWriter};

/// A file that was begun, and the rows that go into it.
struct Begun {
    path: String,
    format: Format,
    file: OutputFile,
    reader: Reader,
    raw: bool,
}

impl Begun {
    fn new(request: &ImportRequest<'_>, target: &Target<'_>, reader: &Reader) -> Result<Self> {
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
        Ok(Self { path, format, file, reader: reader.again(request.source)?, raw: request.raw })
    }

    /// The headers of the input as the file has them: in JSON each must be another one.
    fn headers(&self) -> &[String] {
        if self.format == Format::Csv { self.reader.header_texts() } else { self.reader.headers() }
    }

    /// Whatever opens the input opens what repeats its rows: in its encoding and dialect.
    fn write(self, headers: &[&str]) -> Result<Copy> {
        let Self { path, format, file, reader, raw } = self;
        let found = reader.description();
        let encoding = match found.encoding_again() {
            Encoding::Utf8Bom if format != Format::Csv => Encoding::Utf8,
            encoding => encoding,
        };
        let writer = RowWriter::in_dialect(file, format, encoding, raw, headers, found.dialect());
        let writer = writer.map_err(|source| Error::Output { path: path.clone(), source })?;
        Ok(Copy { path, format, reader, record: Record::default(), writer })
    }
}

/// Walks the input again and writes chosen rows with further cells.
struct Copy {
    path: String,
    reader: Reader,
    record: Record,
    writer: RowWriter<OutputFile>,
    format: Format,
}

impl Copy {
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
        let begun = Begun::new(request, target, reader)?;
        let mut names: Vec<String> = begun.headers().to_vec();
        let place = column.unwrap_or_else(|| {
            names.push(code_header(&names));
            names.len() - 1
        });
        if request.dry_run {
            names[place].push_str(" (not issued)");
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(Self { copy: begun.write(&names)?, column })
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

/// `--rejects`, before it is known what stands in it.
pub(super) struct RejectsFile(Begun);

impl RejectsFile {
    pub(super) fn create(request: &ImportRequest<'_>, target: &Target<'_>, reader: &Reader) -> Result<Self> {
        let mut begun = Begun::new(request, target, reader)?;
        begun.reader.keep_text();
        Ok(Self(begun))
    }

    /// Begins the rows; `unsplit`: some of them could not be split into cells, and have their text.
    pub(super) fn begin(self, unsplit: bool) -> Result<RejectedRows> {
        let own: Vec<usize> = own_columns(self.0.reader.headers()).collect();
        let texts = self.0.headers().to_vec();
        let added = if unsplit { &REJECT_COLUMNS[..] } else { &REJECT_COLUMNS[..2] };
        let names: Vec<&str> =
            own.iter().map(|column| texts[*column].as_str()).chain(added.iter().copied()).collect();
        Ok(RejectedRows { copy: self.0.write(&names)?, own, unsplit, pending: None })
    }
}

/// The columns that a file has itself, and not from a file of rejected rows.
fn own_columns(headers: &[String]) -> impl Iterator<Item = usize> {
    (0..headers.len()).filter(|column| !REJECT_COLUMNS.contains(&headers[*column].as_str()))
}

/// `--rejects`: the refused rows as they came, with line and reasons; a mended file can be imported
/// as it is.
pub(super) struct RejectedRows {
    copy: Copy,
    own: Vec<usize>,
    unsplit: bool,
    pending: Option<Reject>,
}

impl RejectedRows {
    /// Adds a refusal; several of one row become one line of the file.
    pub(super) fn push(&mut self, reject: &Reject) -> Result<()> {
        match &mut self.pending {
            Some(pending) if pending.row == reject.row => {
                pending.reason.push_str("; ");
                pending.reason.push_str(&reject.reason);
                Ok(())
            }
            _ => {
                let before = self.pending.replace(reject.clone());
                before.map_or(Ok(()), |reject| self.put(&reject))
            }
        }
    }

    fn put(&mut self, reject: &Reject) -> Result<()> {
        let whole = self.copy.seek(reject.row)?;
        let record = std::mem::take(&mut self.copy.record);
        let text = if whole { String::new() } else { self.copy.reader.text().into_owned() };
        let line = self.copy.reader.description().line(reject.line).to_string();
        let cell = |column| if whole && column < record.len() { record.typed(column) } else { Cell::Null };
        let mut cells: Vec<Cell<'_>> = self.own.iter().map(|column| cell(*column)).collect();
        cells.extend([line.as_str(), reject.reason.as_str()].map(Cell::Text));
        if self.unsplit {
            cells.push(if whole { Cell::Null } else { Cell::Text(&text) });
        }
        let written = self.copy.write(&cells);
        self.copy.record = record;
        written
    }

    /// Completes and publishes the file.
    pub(super) fn publish(mut self) -> Result<()> {
        if let Some(reject) = self.pending.take() {
            self.put(&reject)?;
        }
        let path = self.copy.path;
        let published = self.copy.writer.finish().and_then(OutputFile::publish);
        published.map_err(|source| Error::Output { path, source })
    }
}
