//! From data to text: one renderer a format. Commands know what they found, renderers how it is written.

pub(crate) mod anatomy;
pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod plain;
pub(crate) mod segments;
pub(crate) mod table;

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::{Map, Value};

use super::args::Format;
use super::escape;

/// What a command found: facts for JSON, records for everything else.
pub(crate) trait Answer {
    /// The members of the JSON document; `schema` is put before them.
    fn facts(&self) -> Map<String, Value>;
    /// The objects of JSON Lines; the document itself unless the answer is a list.
    fn items(&self) -> Vec<Map<String, Value>> {
        vec![self.facts()]
    }

    /// Rows and columns.
    fn records(&self) -> Records;
    /// For people.
    fn page(&self, page: Page) -> String {
        table::render(&self.records(), page)
    }

    /// For scripts.
    fn plain(&self) -> String {
        plain::render(&self.records())
    }
}

/// Rows under headers; an empty cell is no value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Records {
    /// One word a column.
    pub(crate) headers: Vec<&'static str>,
    /// As many cells a row.
    pub(crate) rows: Vec<Vec<String>>,
}

/// Where text for people goes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Page {
    /// Columns of the terminal; unlimited when unknown.
    pub(crate) width: Option<usize>,
    /// Whether styles are understood.
    pub(crate) colour: bool,
    /// Whether a terminal must be protected from what names contain.
    pub(crate) escape: bool,
}

impl Page {
    /// `text` as it can stand on this page.
    pub(crate) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.escape { escape::visible(text) } else { Cow::Borrowed(text) }
    }

    /// `text` in bold where that is understood.
    pub(crate) fn strong(&self, text: &str) -> String {
        let style = anstyle::Style::new().bold();
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// Writes `answer` as `format`.
pub(crate) fn write(answer: &dyn Answer, format: Format, page: Page, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => out.write_all(answer.page(page).as_bytes()),
        Format::Plain => {
            let text = answer.plain();
            out.write_all(
                text.split_inclusive('\n').map(|line| shown(line, page)).collect::<String>().as_bytes(),
            )
        }
        Format::Json => json::document(answer.facts(), page, out),
        Format::Jsonl => answer.items().into_iter().try_for_each(|item| json::line(&item, page, out)),
        Format::Csv => csv::write(&answer.records(), page, out),
    }
}

/// A line with its end and its tabs kept.
fn shown(line: &str, page: Page) -> String {
    let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
    body.split('\t').map(|cell| page.text(cell)).collect::<Vec<_>>().join("\t") + end
}

/// Several pairs as a JSON object.
pub(crate) fn object<'a>(pairs: impl IntoIterator<Item = (&'a str, Value)>) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
