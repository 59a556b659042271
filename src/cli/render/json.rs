//! JSON: one document with a schema number, or one object a line. Members are only ever added.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::Page;
use crate::cli::escape;

/// The version of every JSON document; raised when a member changes its meaning or goes away.
pub(crate) const SCHEMA: u32 = 1;

/// Writes `{"schema":1, …facts}`: indented on a terminal, in one line elsewhere.
pub(crate) fn document(facts: Map<String, Value>, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let whole = with_schema(facts);
    let text =
        if page.escape { serde_json::to_string_pretty(&whole)? } else { serde_json::to_string(&whole)? };
    writeln!(out, "{}", shown(&text, page))
}

/// Writes one object and a line feed.
pub(crate) fn line(item: &Map<String, Value>, page: Page, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", text(item, page)?)
}

/// One object in one line.
pub(crate) fn text(item: &Map<String, Value>, page: Page) -> io::Result<String> {
    Ok(shown(&serde_json::to_string(item)?, page).into_owned())
}

/// The facts with the schema number in front.
pub(crate) fn with_schema(facts: Map<String, Value>) -> Map<String, Value> {
    let mut whole = Map::from_iter([("schema".to_owned(), SCHEMA.into())]);
    whole.extend(facts);
    whole
}

fn shown(text: &str, page: Page) -> std::borrow::Cow<'_, str> {
    if page.escape { escape::visible_json(text) } else { text.into() }
}
