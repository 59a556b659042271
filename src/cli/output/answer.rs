//! What a command found. Its JSON is what serde makes of it; in the other formats it has rows under
//! columns that it names.

use std::io::{self, Write};

use serde::Serialize;

use super::page::Page;
use super::writer::Writer;
use super::{json, table};
use crate::cli::format::Format;

/// What a command found, with the members of its JSON document.
pub(crate) trait Answer: Serialize {
    /// One word a column; none where the answer is said in words unless it is JSON.
    fn columns(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// As many cells a row as there are columns; an empty cell is no value.
    fn rows(&self) -> Vec<Vec<String>> {
        Vec::new()
    }

    /// The objects of JSON Lines; the document itself unless the answer is a list.
    fn items(&self, lines: &mut JsonLines<'_>) -> io::Result<()> {
        lines.push(self)
    }

    /// For people, where it is no table.
    fn page(&self, page: Page) -> String {
        table::render(&self.columns(), &self.rows(), page)
    }

    /// For scripts, where it is not one record a line.
    fn plain(&self) -> Option<String> {
        None
    }
}

/// Where the objects of JSON Lines go.
pub(crate) struct JsonLines<'o> {
    page: Page,
    out: &'o mut dyn Write,
}

impl JsonLines<'_> {
    /// Writes one object.
    pub(crate) fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> io::Result<()> {
        json::line(item, self.page, self.out)
    }

    /// Writes several.
    pub(crate) fn extend<T: Serialize>(&mut self, items: impl IntoIterator<Item = T>) -> io::Result<()> {
        items.into_iter().try_for_each(|item| self.push(&item))
    }
}

/// Writes `answer` as `format`.
pub(crate) fn write<A: Answer>(
    answer: &A,
    format: Format,
    page: Page,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Table => out.write_all(answer.page(page).as_bytes()),
        Format::Json => json::document(answer, page, out),
        Format::Jsonl => answer.items(&mut JsonLines { page, out }),
        Format::Plain | Format::Csv => {
            if let (Format::Plain, Some(text)) = (format, answer.plain()) {
                let shown: String = text.split_inclusive('\n').map(|line| shown(line, page)).collect();
                return out.write_all(shown.as_bytes());
            }
            let mut writer = Writer::new(format, page, "rows", &answer.columns(), out)?;
            for row in answer.rows() {
                writer.row(&row, || ())?;
            }
            writer.finish(&()).map(drop)
        }
    }
}

/// A line with its end and its tabs kept.
fn shown(line: &str, page: Page) -> String {
    let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
    body.split('\t').map(|cell| page.text(cell)).collect::<Vec<_>>().join("\t") + end
}
