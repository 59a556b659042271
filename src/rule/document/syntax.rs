//! TOML's own traps, said in the words of someone who writes a rule file and not of someone who
//! writes a parser.

use std::ops::Range;

use toml::de::Error;

use super::tree::Document;
use crate::rule::Diagnostic;

impl Document {
    /// A finding for each syntax error of `text`, of which this document is.
    pub(in crate::rule) fn explain(&self, text: &str) -> Vec<Diagnostic> {
        self.errors.iter().map(|error| one(text, error)).collect()
    }
}

fn one(text: &str, error: &Error) -> Diagnostic {
    let span = error.span().unwrap_or(0..0);
    let found = text.get(span.clone()).unwrap_or_default();
    let message = error.message();
    if message.starts_with("invalid unquoted key") {
        return bare_key(span, found);
    }
    if message.starts_with("duplicate key") {
        return duplicate(text, span, found);
    }
    if message.starts_with("string values must be quoted") {
        return bare_value(span, found);
    }
    if message.starts_with("unexpected leading zero") {
        return Diagnostic::error("toml-leading-zero", span, "a number cannot begin with 0")
            .label("a code, not a number")
            .hint("put the code between quotes, so that its zeros are kept: \"01\"");
    }
    if message.starts_with("invalid date") {
        return Diagnostic::error(
            "toml-date",
            span,
            format!("{found:?} is no date: {}", after_comma(message)),
        )
        .hint("write dates as 2024-01-31, without quotes");
    }
    if message.starts_with("invalid basic string") || message.starts_with("invalid literal string") {
        return Diagnostic::error("toml-open-quote", span, "the text does not end on its line")
            .label("the closing quote is missing")
            .hint("close the text with the quote that opened it");
    }
    if message.starts_with("key with no value") {
        return Diagnostic::error("toml-syntax", span, "a key without = and a value")
            .hint("write key = \"value\"; a key with blanks needs quotes");
    }
    if message.starts_with("missing escaped value") {
        return Diagnostic::error("toml-syntax", span, "a backslash inside \"…\" begins an escape")
            .hint("use single quotes for text with backslashes: '…'");
    }
    if message.starts_with("unexpected key or value") {
        return Diagnostic::error("toml-syntax", span, "the line goes on after its value")
            .hint("one key on each line; a table on one line stands between { and }");
    }
    Diagnostic::error("toml-syntax", span, message.to_owned())
}

fn after_comma(message: &str) -> &str {
    message.split_once(", ").map_or(message, |(_, rest)| rest)
}

fn bare_key(span: Range<usize>, found: &str) -> Diagnostic {
    let finding = Diagnostic::error("toml-bare-key", span, format!("the key {found} needs quotes"));
    if found.is_ascii() {
        return finding.hint("only letters, digits, - and _ stand without quotes; a value follows after =");
    }
    finding.label("only A-Z a-z 0-9 - _ stand without quotes").hint(format!("write \"{found}\""))
}

fn duplicate(text: &str, span: Range<usize>, found: &str) -> Diagnostic {
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let header = text[line..].trim_start().starts_with('[');
    let finding = if header {
        let name = text[line..].split(['\n', '#']).next().unwrap_or_default().trim();
        Diagnostic::error("toml-duplicate", span.clone(), format!("the table {name} is given twice"))
            .hint("put all its keys under one header, or give the second another name")
    } else {
        Diagnostic::error("toml-duplicate", span.clone(), format!("the key {found} is given twice"))
            .hint("remove one of the two")
    };
    match first_place(text, span, found, header) {
        Some(first) => finding.note(format!("it stands first on line {first}")),
        None => finding,
    }
}

/// The line (from 1) above `span` where the same header or key stands; a guess by text, good enough
/// to look there.
fn first_place(text: &str, span: Range<usize>, found: &str, header: bool) -> Option<usize> {
    let this = text[..span.start].matches('\n').count();
    let wanted = text.lines().nth(this)?.split('#').next()?.trim();
    text.lines()
        .take(this)
        .position(|line| {
            let line = line.split('#').next().unwrap_or_default().trim();
            if header {
                line == wanted
            } else {
                line.split('=').next().is_some_and(|key| key.trim() == found)
            }
        })
        .map(|at| at + 1)
}

fn bare_value(span: Range<usize>, found: &str) -> Diagnostic {
    if found.is_empty() {
        return Diagnostic::error("toml-no-value", span, "the value is missing")
            .label("expected a value after =");
    }
    let bare = found.trim_matches(['“', '”', '‘', '’', '"', '\'', '＂']);
    let finding = Diagnostic::error("toml-bare-value", span, format!("the text {found} needs quotes"));
    if bare.len() < found.len() {
        return finding.label("these are not the quotes of a keyboard").hint(format!("write \"{bare}\""));
    }
    finding.label("text stands between quotes").hint(format!("write \"{bare}\""))
}
