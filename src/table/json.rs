//! JSON Lines and JSON documents into rows: one object at a time, whatever the size of the file.
//! Cuts the text into objects; what stands in an object is left to `object`.

use serde::Deserialize;

use super::columns::Columns;
use super::fault::{Fault, Malformed};
use super::object::{self, Cells};
use super::record::Record;
use super::scan;
use super::window::{Narrow, Window};

/// JSON objects as rows.
pub(super) struct Json {
    window: Window,
    place: Place,
    /// 1-based line at the beginning of the window.
    line: u64,
    /// Whether the window stands at the beginning of that line, so that columns are known.
    line_begins: bool,
    columns: Columns,
    cells: Cells,
    /// The text of the object that was read last, where it is wanted.
    kept: Option<String>,
}

/// Where in the file the window stands, and so what can come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a file of one object a line.
    Lines,
    /// Before a document.
    Document,
    /// Before the first object of the array, which an object holds or not.
    First { held: bool },
    /// Behind an object of the array.
    Behind { held: bool },
    /// Behind the document.
    End,
}

/// What stands before the objects: the beginning of a document, its array closed again.
#[derive(Deserialize)]
struct Opening {
    schema: u64,
    #[serde(rename = "rows")]
    _rows: [(); 0],
}

impl Json {
    /// `lines` = one object a line, else one document.
    pub(super) fn open(window: Window, lines: bool) -> Self {
        let place = if lines { Place::Lines } else { Place::Document };
        Self {
            window,
            place,
            line: 1,
            line_begins: true,
            columns: Columns::default(),
            cells: Cells::default(),
            kept: None,
        }
    }

    /// Keeps the text of each object from here on.
    pub(super) fn keep_text(&mut self) {
        self.kept = Some(String::new());
    }

    /// The text of the object that was read last.
    pub(super) fn text(&self) -> &str {
        self.kept.as_deref().unwrap_or_default()
    }

    /// Bytes taken from the source.
    pub(super) fn consumed(&self) -> u64 {
        self.window.consumed()
    }

    /// Reads all objects for their member names. A fault of one object is left to the reading that
    /// follows.
    pub(super) fn collect_columns(mut self) -> Result<Columns, Fault> {
        loop {
            match self.next() {
                Ok(Some(length)) => {
                    let columns = &mut self.columns;
                    let mut refused = None;
                    if let Ok(object) = std::str::from_utf8(&self.window.text()[..length]) {
                        // What is wrong with the object itself is found again when it is read for
                        // its cells.
                        let _ = object::each_member(object, |name, _| {
                            columns.add(name).inspect_err(|reason| refused = Some(reason.clone()))
                        });
                    }
                    if let Some(reason) = refused {
                        return Err(Malformed::line(self.line, reason).fatal().into());
                    }
                    self.leave(length);
                }
                Ok(None) => return Ok(self.columns),
                Err(Fault::Text(fault)) if !self.columns.names().is_empty() && fault.fatal => {
                    return Ok(self.columns);
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Gives the columns that rows are read into.
    pub(super) fn with_columns(mut self, columns: Columns) -> Self {
        self.columns = columns;
        self
    }

    /// Reads the next object; `false` at the end. Behind a fault that is not fatal the next one can
    /// be read.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<bool, Fault> {
        record.begin(self.line, false);
        let Some(length) = self.next()? else { return Ok(false) };
        record.begin(self.line, false);
        let raw = &self.window.text()[..length];
        if let Some(kept) = &mut self.kept {
            *kept = String::from_utf8_lossy(raw).into_owned();
        }
        let read = match std::str::from_utf8(raw) {
            Ok(object) => self.cells.take(object, self.line, &self.columns).map(|()| self.cells.give(record)),
            Err(error) => Err(Malformed {
                undecodable: Some(raw.to_vec()),
                ..Malformed::at(self.line, raw, error.valid_up_to(), "undecodable bytes")
            }),
        };
        let read = read.map_err(|fault| self.without_unknown_column(fault));
        self.leave(length);
        Ok(read.map(|()| true)?)
    }

    /// Moves the window to the next object and gives its length.
    fn next(&mut self) -> Result<Option<usize>, Fault> {
        match self.place {
            Place::Lines => self.next_line(),
            Place::End => Ok(None),
            Place::Document => {
                self.open_document()?;
                self.next()
            }
            Place::First { held } => match self.skip_blanks()? {
                Some(b']') => self.close_document(held),
                _ => self.next_object(held),
            },
            Place::Behind { held } => match self.skip_blanks()? {
                Some(b']') => self.close_document(held),
                Some(b',') => {
                    self.leave(1);
                    self.skip_blanks()?;
                    self.next_object(held)
                }
                _ => Err(self.unexpected("`,` or `]`")),
            },
        }
    }

    /// Moves the window behind blank lines and gives the length of the line there.
    fn next_line(&mut self) -> Result<Option<usize>, Fault> {
        loop {
            let (end, next) = self.window.line_from(0).map_err(|narrow| self.too_long(narrow))?;
            if next == 0 {
                return Ok(None);
            }
            if !self.window.text()[..end].trim_ascii().is_empty() {
                return Ok(Some(end));
            }
            self.leave(next);
        }
    }

    /// Measures the object at the beginning of the window by its braces.
    fn next_object(&mut self, held: bool) -> Result<Option<usize>, Fault> {
        if self.byte(0)? != Some(b'{') {
            return Err(self.unexpected("an object `{…}`"));
        }
        self.place = Place::Behind { held };
        let (mut depth, mut at) = (0_usize, 0);
        loop {
            let found = self.find(at, |text| memchr::memchr3(b'"', b'{', b'}', text))?;
            match self.window.text()[found] {
                b'{' => depth += 1,
                b'}' if depth == 1 => return Ok(Some(found + 1)),
                b'}' => depth -= 1,
                _ => {
                    at = self.end_of_string(found)?;
                    continue;
                }
            }
            at = found + 1;
        }
    }

    fn end_of_string(&mut self, open: usize) -> Result<usize, Fault> {
        let mut at = open + 1;
        loop {
            let found = self.find(at, |text| memchr::memchr2(b'"', b'\\', text))?;
            if self.window.text()[found] == b'"' {
                return Ok(found + 1);
            }
            at = found + 2;
        }
    }

    /// Passes `[`, or the beginning of a document up to the array of its rows.
    fn open_document(&mut self) -> Result<(), Fault> {
        match self.skip_blanks()? {
            None => return Err(Malformed::line(self.line, "the file is empty").fatal().into()),
            Some(b'[') => {
                self.leave(1);
                self.place = Place::First { held: false };
                return Ok(());
            }
            Some(_) => {}
        }
        let array = self.window.find(0, |text| memchr::memchr(b'[', text)).ok().flatten();
        let opening = array.and_then(|array| {
            let closed = [&self.window.text()[..array], b"[]}"].concat();
            serde_json::from_slice::<Opening>(&closed).ok().map(|opening| (array, opening))
        });
        match opening {
            Some((array, Opening { schema: 1, .. })) => {
                self.leave(array + 1);
                self.place = Place::First { held: true };
                Ok(())
            }
            Some((_, Opening { schema, .. })) => {
                let reason = format!("rows of schema {schema}, this version reads schema 1");
                Err(Malformed::line(self.line, reason).fatal().into())
            }
            None => Err(self.unexpected("`[`, or `{\"schema\":1,\"rows\":[`")),
        }
    }

    fn close_document(&mut self, held: bool) -> Result<Option<usize>, Fault> {
        self.leave(1);
        if held {
            if self.skip_blanks()? != Some(b'}') {
                return Err(self.unexpected("`}` behind the rows"));
            }
            self.leave(1);
        }
        if self.skip_blanks()?.is_some() {
            return Err(self.unexpected("nothing behind the document"));
        }
        self.place = Place::End;
        Ok(None)
    }

    /// Moves the window behind white space and gives the byte there.
    fn skip_blanks(&mut self) -> Result<Option<u8>, Fault> {
        let full = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        loop {
            if let Some(blanks) = self.window.text().iter().position(full) {
                self.leave(blanks);
                return self.byte(0);
            }
            // A CR stays in sight, so that it counts once with its LF.
            let blanks = self.window.text();
            self.leave(blanks.len() - usize::from(blanks.last() == Some(&b'\r')));
            if !self.window.widen().map_err(|narrow| self.too_long(narrow))? {
                return Ok(None);
            }
        }
    }

    fn find(&mut self, from: usize, search: impl Fn(&[u8]) -> Option<usize>) -> Result<usize, Fault> {
        let found = self.window.find(from, search).map_err(|narrow| self.too_long(narrow))?;
        found.ok_or_else(|| {
            Malformed::line(self.line, "the object that begins here is never closed").fatal().into()
        })
    }

    fn without_unknown_column(&self, fault: Malformed) -> Malformed {
        let known = self.line_begins || fault.line > self.line;
        Malformed { column: fault.column.filter(|_| known), ..fault }
    }

    fn byte(&mut self, at: usize) -> Result<Option<u8>, Fault> {
        self.window.byte(at).map_err(|narrow| self.too_long(narrow))
    }

    fn leave(&mut self, length: usize) {
        let left = &self.window.text()[..length];
        self.line += scan::count_lines(left);
        if let Some(last) = left.last() {
            self.line_begins = matches!(last, b'\n' | b'\r');
        }
        self.window.advance(length);
    }

    fn unexpected(&self, expected: &str) -> Fault {
        let found =
            match self.window.text().utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next()) {
                Some(found) => format!("found {found:?}"),
                None => "the file ends".to_owned(),
            };
        Malformed::line(self.line, format!("{found} where {expected} is expected")).fatal().into()
    }

    fn too_long(&self, narrow: Narrow) -> Fault {
        match narrow {
            Narrow::Io(error) => Fault::Io(error),
            Narrow::Record => Malformed::line(self.line, "the object is longer than 1 MiB").fatal().into(),
        }
    }
}
