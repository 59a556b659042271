//! Rows in any of the five formats, written one by one, so that a million of them need no more
//! memory than ten.

use std::borrow::Cow;
use std::io::{self, BufRead, Write};

use serde::Serialize;

use super::page::Page;
use super::table::Columns;
use super::{json, plain};
use crate::cli::escape::visible;
use crate::cli::format::Format;
use crate::table::{self, Encoding, RowWriter};

/// Rows under way to where they are written.
pub(crate) struct Writer<W: Write> {
    page: Page,
    sink: Sink<W>,
    rows: u64,
}

enum Sink<W: Write> {
    /// Cells separated by tabs, until the widths of all columns are known.
    Table(Columns, W),
    Plain(W),
    Json(W),
    Jsonl(W),
    Csv(RowWriter<W>),
}

/// What was written, and how its columns are aligned where it is a table.
pub(crate) struct Written<W> {
    pub(crate) out: W,
    pub(crate) columns: Option<Columns>,
}

impl<W: Write> Writer<W> {
    /// Rows under `headers`, in JSON in the member `member` of the document.
    pub(crate) fn new(
        format: Format,
        page: Page,
        member: &str,
        headers: &[&str],
        mut out: W,
    ) -> io::Result<Self> {
        let sink = match format {
            Format::Table => Sink::Table(Columns::new(headers.iter().copied()), out),
            Format::Plain => Sink::Plain(out),
            Format::Json => {
                write!(out, "{{\"schema\":{},\"{member}\":[", json::SCHEMA)?;
                Sink::Json(out)
            }
            Format::Jsonl => Sink::Jsonl(out),
            Format::Csv => {
                Sink::Csv(RowWriter::new(out, table::Format::Csv, Encoding::Utf8, false, headers)?)
            }
        };
        Ok(Self { page, sink, rows: 0 })
    }

    /// Says which columns of a table are cut after all others.
    pub(crate) fn cut_last(&mut self, essential: Vec<bool>) {
        if let Sink::Table(columns, _) = &mut self.sink {
            columns.cut_last(essential);
        }
    }

    /// Writes a row: its cells, or in JSON its members.
    pub(crate) fn row<S: AsRef<str>, T: Serialize>(
        &mut self,
        cells: &[S],
        members: impl FnOnce() -> T,
    ) -> io::Result<()> {
        let page = self.page;
        let cells = || cells.iter().map(AsRef::as_ref);
        self.rows += 1;
        match &mut self.sink {
            Sink::Table(columns, out) => {
                // Whatever it is, a cell stays on its line.
                let shown: Vec<Cow<'_, str>> = cells().map(visible).collect();
                columns.measure(shown.iter().map(AsRef::as_ref));
                writeln!(out, "{}", shown.join("\t"))
            }
            Sink::Plain(out) => {
                let mut line = String::new();
                plain::line(cells(), page, &mut line);
                out.write_all(line.as_bytes())
            }
            Sink::Json(out) => {
                let separator = if self.rows > 1 { ",\n" } else { "" };
                write!(out, "{separator}{}", json::text(&members(), page)?)
            }
            Sink::Jsonl(out) => json::line(&members(), page, out),
            Sink::Csv(writer) => {
                let shown: Vec<Cow<'_, str>> = cells().map(|cell| page.text(cell)).collect();
                let cells: Vec<_> = shown.iter().map(|cell| Some(cell.as_ref())).collect();
                writer.row(&cells)
            }
        }
    }

    /// Where text goes that is no row, in a format for people or plain.
    pub(crate) fn text(&mut self) -> Option<&mut W> {
        match &mut self.sink {
            Sink::Table(_, out) | Sink::Plain(out) => Some(out),
            Sink::Json(_) | Sink::Jsonl(_) | Sink::Csv(_) => None,
        }
    }

    /// Lets out what was written so far; CSV stays in its own buffer.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Table(_, out) | Sink::Plain(out) | Sink::Json(out) | Sink::Jsonl(out) => out.flush(),
            Sink::Csv(_) => Ok(()),
        }
    }

    /// Ends the output; the members of `totals` end the JSON document.
    pub(crate) fn finish<T: Serialize>(self, totals: &T) -> io::Result<Written<W>> {
        let (mut out, columns) = match self.sink {
            Sink::Table(columns, out) => (out, Some(columns).filter(|_| self.rows > 0)),
            Sink::Plain(out) | Sink::Jsonl(out) => (out, None),
            Sink::Json(mut out) => {
                match json::text(totals, self.page)?.strip_prefix('{') {
                    Some(members) if members != "}" => writeln!(out, "],{members}")?,
                    _ => writeln!(out, "]}}")?,
                }
                (out, None)
            }
            Sink::Csv(writer) => (writer.finish()?, None),
        };
        out.flush()?;
        Ok(Written { out, columns })
    }
}

/// Aligns the rows of a table that a [`Writer`] has written; gives the number of columns that were
/// left out.
pub(crate) fn align(
    mut columns: Columns,
    rows: impl BufRead,
    page: Page,
    out: &mut impl Write,
) -> io::Result<usize> {
    let mut text = String::new();
    let left_out = columns.fit(page);
    columns.head(page, &mut text);
    for row in rows.lines() {
        columns.line(row?.split('\t'), &mut text);
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    Ok(left_out)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn written(format: Format) -> String {
        let mut writer =
            Writer::new(format, Page::default(), "codes", &["code", "name"], Vec::new()).expect("memory");
        for (code, name) in [("01A0001", "华东"), ("01A0002", "a,\tb")] {
            writer.row(&[code, name], || BTreeMap::from([("code", code)])).expect("memory");
        }
        let Written { out, columns } = writer.finish(&BTreeMap::from([("count", 2)])).expect("memory");
        let Some(columns) = columns else { return String::from_utf8(out).expect("text") };
        let mut aligned = Vec::new();
        align(columns, out.as_slice(), Page::default(), &mut aligned).expect("memory");
        String::from_utf8(aligned).expect("text")
    }

    #[test]
    fn one_writer_has_five_formats() {
        assert_eq!(written(Format::Table), "code     name\n01A0001  华东\n01A0002  a,\\tb\n");
        assert_eq!(written(Format::Plain), "01A0001\t华东\n01A0002\ta,\\tb\n");
        assert_eq!(
            written(Format::Json),
            "{\"schema\":1,\"codes\":[{\"code\":\"01A0001\"},\n{\"code\":\"01A0002\"}],\"count\":2}\n"
        );
        assert_eq!(written(Format::Jsonl), "{\"code\":\"01A0001\"}\n{\"code\":\"01A0002\"}\n");
        assert_eq!(written(Format::Csv), "code,name\n01A0001,华东\n01A0002,\"a,\tb\"\n");
    }
}
