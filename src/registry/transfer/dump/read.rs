//! Reading a backup, and refusing one that is not as it was written: every digest and every count, the last line, nothing behind it.

use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

use serde::de::{Deserialize, Deserializer, Visitor};

use super::write::title;
use super::{FORMAT, Header, Title, Trailer};
use crate::files::Digest;
use crate::registry::Result;
use crate::registry::transfer::digest::{Sum, Summing};
use crate::registry::transfer::{Counting, Watch};
use crate::store::{self, TABLES, Table, Value};
use crate::table::ReadError;

/// Bytes read at once.
const BUFFER: usize = 256 * 1024;
/// The longest line; a rule file with its dictionaries is one value.
const LONGEST: u64 = 512 << 20;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Dump {
    pub(in super::super) header: Header,
    pub(in super::super) trailer: Trailer,
    /// Bytes in all.
    pub(in super::super) bytes: u64,
}

/// Takes a row of a table.
pub(in super::super) type Each<'e> = &'e mut dyn FnMut(&Table, &[Value<'_>]) -> store::Result<()>;

/// Reads a whole backup and hands every row to `each`; it is right only when this ends well. `total` rows are expected, for the
/// progress.
pub(in super::super) fn read(
    name: &str,
    input: impl Read,
    (doing, total): (&'static str, u64),
    watch: &mut dyn Watch,
    each: Each<'_>,
) -> Result<Dump> {
    let mut lines = Lines::of(name, input);
    let mut counting = Counting::new(watch, doing, total);
    lines.next()?;
    let header = header(&lines)?;
    lines.next()?;
    let mut sums = Vec::with_capacity(TABLES.len());
    for table in &TABLES {
        if lines.json::<Title>("the title of a table").ok() != Some(title(table)) {
            return Err(lines.fault(format!(
                "here the title of table {} has to stand, with the columns that this program knows",
                table.name
            )));
        }
        let first = lines.number + 1;
        let mut summing = Summing::default();
        lines.next()?;
        while lines.text().starts_with('[') {
            summing.add(lines.text());
            let cells: Vec<Cell<'_>> = lines.json("a row")?;
            if cells.len() != table.columns.len() {
                return Err(lines.fault(format!(
                    "{} values under {} columns",
                    cells.len(),
                    table.columns.len()
                )));
            }
            let values: Vec<Value<'_>> = cells.iter().map(Cell::value).collect();
            each(table, &values)?;
            counting.row()?;
            lines.next()?;
        }
        sums.push((summing.sum(table.name), first));
    }
    let before = lines.before.clone();
    let trailer: Trailer = lines.json("the last line")?;
    for (index, (sum, first)) in sums.iter().enumerate() {
        agree(&lines, trailer.tables.get(index), sum, *first)?;
    }
    if trailer.sha256 != before.hex() || trailer.rows != sums.iter().map(|(sum, _)| sum.rows).sum::<u64>() {
        return Err(
            lines.fault("the lines above are not those that were written: the digest of the whole differs")
        );
    }
    if lines.advance()? {
        return Err(lines.fault("something stands behind the last line"));
    }
    Ok(Dump { header, trailer, bytes: lines.bytes })
}

/// The first line.
fn header(lines: &Lines<'_, impl Read>) -> Result<Header> {
    let format = serde_json::from_str::<serde_json::Value>(lines.text()).ok();
    match format.as_ref().and_then(|header| header.get("custcode_backup")?.as_u64()) {
        None => Err(lines.fault("no backup of custcode: the first line does not say so")),
        Some(format) if format != u64::from(FORMAT) => Err(lines.fault(format!(
            "a backup of format {format}, this program knows {FORMAT}; use a newer custcode"
        ))),
        Some(_) => lines.json("the first line"),
    }
}

/// Compares what was read of a table with what was written of it.
fn agree(lines: &Lines<'_, impl Read>, written: Option<&Sum>, read: &Sum, first: u64) -> Result<()> {
    let Some(written) = written.filter(|written| written.table == read.table) else {
        return Err(lines.fault(format!("the last line does not know table {}", read.table)));
    };
    let last = first + read.rows.saturating_sub(1);
    if written.rows != read.rows {
        return Err(lines.fault_at(
            last,
            format!("table {} ends here with {} rows, but had {}", read.table, read.rows, written.rows),
        ));
    }
    if written.sha256 != read.sha256 {
        let reason =
            format!("table {}: a row of lines {first} to {last} is not as it was written", read.table);
        return Err(lines.fault_at(first, reason));
    }
    Ok(())
}

/// The lines of a file, hashed as they come.
struct Lines<'n, R> {
    name: &'n str,
    input: BufReader<R>,
    line: String,
    number: u64,
    bytes: u64,
    /// Of every line before this one.
    before: Digest,
}

impl<'n, R: Read> Lines<'n, R> {
    fn of(name: &'n str, input: R) -> Self {
        let input = BufReader::with_capacity(BUFFER, input);
        Self { name, input, line: String::new(), number: 0, bytes: 0, before: Digest::default() }
    }

    /// The next line; its absence is an error.
    fn next(&mut self) -> Result<()> {
        if self.advance()? {
            Ok(())
        } else {
            Err(self.fault("the file ends here without its last line: it was cut off"))
        }
    }

    /// The next line, if there is one.
    fn advance(&mut self) -> Result<bool> {
        self.before.add(&self.line);
        let mut bytes = std::mem::take(&mut self.line).into_bytes();
        bytes.clear();
        let read = Read::take(&mut self.input, LONGEST)
            .read_until(b'\n', &mut bytes)
            .map_err(|source| ReadError::Io { name: self.name.to_owned(), source })?;
        if read == 0 {
            return Ok(false);
        }
        self.number += 1;
        self.bytes += read as u64;
        self.line = String::from_utf8(bytes).map_err(|_| self.fault("not UTF-8"))?;
        if !self.line.ends_with('\n') {
            return Err(self.fault("the line has no end: the file was cut off"));
        }
        Ok(true)
    }

    /// The line with its end.
    fn text(&self) -> &str {
        &self.line
    }

    /// The line as JSON.
    fn json<'t, T: Deserialize<'t>>(&'t self, what: &str) -> Result<T> {
        serde_json::from_str(&self.line).map_err(|error| self.fault(format!("not {what}: {error}")))
    }

    fn fault(&self, reason: impl Into<String>) -> crate::registry::Error {
        self.fault_at(self.number, reason)
    }

    fn fault_at(&self, line: u64, reason: impl Into<String>) -> crate::registry::Error {
        let hint = Some("take an older backup, or a copy of this one from elsewhere".to_owned());
        let name = self.name.to_owned();
        ReadError::Malformed { name, line, column: None, reason: reason.into(), hint }.into()
    }
}

/// A value as it stands in a line.
enum Cell<'t> {
    Null,
    Integer(i64),
    Text(Cow<'t, str>),
}

impl Cell<'_> {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Integer(number) => Value::Integer(*number),
            Self::Text(text) => Value::Text(text),
        }
    }
}

impl<'de: 't, 't> Deserialize<'de> for Cell<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Cell<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a whole number or null")
            }
            fn visit_unit<E>(self) -> std::result::Result<Cell<'de>, E> {
                Ok(Cell::Null)
            }
            fn visit_i64<E>(self, number: i64) -> std::result::Result<Cell<'de>, E> {
                Ok(Cell::Integer(number))
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> std::result::Result<Cell<'de>, E> {
                i64::try_from(number).map(Cell::Integer).map_err(E::custom)
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> std::result::Result<Cell<'de>, E> {
                Ok(Cell::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> std::result::Result<Cell<'de>, E> {
                Ok(Cell::Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
