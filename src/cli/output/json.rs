//! JSON: one document with a schema number, or one object a line. Members are only ever added.
//!
//! A whole number that a reader with floating-point numbers would round is written as a string.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::page::Page;
use crate::cli::escape;

/// The version of every JSON document; raised when a member changes its meaning or goes away.
pub(crate) const SCHEMA: u32 = 1;

/// 2^53 − 1: the greatest whole number up to which a floating-point number tells each one from the
/// next.
const GREATEST: u64 = (1 << 53) - 1;

/// An answer with the schema number in front.
#[derive(Serialize)]
struct Document<'a, T: ?Sized> {
    schema: u32,
    #[serde(flatten)]
    answer: &'a T,
}

/// Pairs as an object, in their order.
pub(crate) fn pairs<N: Serialize, T: Serialize, S: serde::Serializer>(
    pairs: &[(N, T)],
    out: S,
) -> Result<S::Ok, S::Error> {
    out.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

/// Writes `{"schema":1, …members}`: indented on a terminal, in one line elsewhere.
pub(crate) fn document<T: Serialize + ?Sized>(answer: &T, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let whole = Document { schema: SCHEMA, answer };
    let text = if page.escape {
        serialized(&whole, PrettyFormatter::new())?
    } else {
        serialized(&whole, CompactFormatter)?
    };
    writeln!(out, "{}", shown(&text, page))
}

/// The same in one line.
pub(crate) fn document_line<T: Serialize + ?Sized>(answer: &T, page: Page) -> io::Result<String> {
    text(&Document { schema: SCHEMA, answer }, page)
}

/// Writes one object and a line feed.
pub(crate) fn line<T: Serialize + ?Sized>(
    item: &T,
    page: Page,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    writeln!(out, "{}", text(item, page)?)
}

/// One object in one line.
pub(crate) fn text<T: Serialize + ?Sized>(item: &T, page: Page) -> io::Result<String> {
    let text = serialized(item, CompactFormatter)?;
    Ok(match shown(&text, page) {
        Cow::Borrowed(_) => text,
        Cow::Owned(shown) => shown,
    })
}

fn shown(text: &str, page: Page) -> Cow<'_, str> {
    if page.escape { escape::visible_json(text) } else { text.into() }
}

fn serialized<T: Serialize + ?Sized>(value: &T, formatter: impl Formatter) -> io::Result<String> {
    let mut text = Vec::with_capacity(128);
    value.serialize(&mut Serializer::with_formatter(&mut text, ExactNumbers(formatter)))?;
    String::from_utf8(text).map_err(io::Error::other)
}

/// Writes as the formatter inside, but whole numbers beyond [`GREATEST`] as strings.
struct ExactNumbers<F>(F);

impl<F: Formatter> Formatter for ExactNumbers<F> {
    fn write_u64<W: ?Sized + Write>(&mut self, out: &mut W, value: u64) -> io::Result<()> {
        if value > GREATEST { write!(out, "\"{value}\"") } else { self.0.write_u64(out, value) }
    }

    fn write_i64<W: ?Sized + Write>(&mut self, out: &mut W, value: i64) -> io::Result<()> {
        if value.unsigned_abs() > GREATEST {
            write!(out, "\"{value}\"")
        } else {
            self.0.write_i64(out, value)
        }
    }

    fn write_u128<W: ?Sized + Write>(&mut self, out: &mut W, value: u128) -> io::Result<()> {
        if value > GREATEST.into() { write!(out, "\"{value}\"") } else { self.0.write_u128(out, value) }
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Numbers {
        exact: u64,
        above: u64,
        below: i64,
        wide: u128,
        small: u128,
        share: f64,
    }

    const NUMBERS: Numbers = Numbers {
        exact: GREATEST,
        above: GREATEST + 1,
        below: -(1 << 53),
        wide: u128::MAX,
        small: 7,
        share: 0.5,
    };

    #[test]
    fn whole_numbers_that_a_reader_would_round_are_strings() {
        assert_eq!(
            text(&NUMBERS, Page::default()).expect("memory"),
            "{\"exact\":9007199254740991,\"above\":\"9007199254740992\",\"below\":\"-9007199254740992\",\
             \"wide\":\"340282366920938463463374607431768211455\",\"small\":7,\"share\":0.5}"
        );
    }

    #[test]
    fn on_a_terminal_a_document_is_indented() {
        let mut out = Vec::new();
        let page = Page { escape: true, ..Page::default() };
        document(&std::collections::BTreeMap::from([("list", [1, 2])]), page, &mut out).expect("memory");
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "{\n  \"schema\": 1,\n  \"list\": [\n    1,\n    2\n  ]\n}\n"
        );
    }
}
