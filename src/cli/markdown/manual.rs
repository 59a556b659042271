//! A page as a manual page of section 7.

use roff::{Inline, Roff, bold, roman};

use super::{Block, Span, bullet, parse, plain, terminal};
use crate::cli::output::page::Page;

/// Columns of a table in a manual page, which stands in by seven.
const COLUMNS: usize = 72;

/// The manual page `custcode-NAME`.
pub(crate) fn render(name: &str, title: &str, markdown: &str) -> String {
    let mut out = Roff::new();
    let name = format!("custcode-{name}");
    out.control("TH", [&*name, "7", "", concat!("custcode ", env!("CARGO_PKG_VERSION"))]);
    out.control("SH", ["NAME"]);
    out.text([roman(format!("{name} - {title}"))]);
    out.control("SH", ["DESCRIPTION"]);
    // The page's own heading is its name here.
    blocks(parse(markdown).get(1..).unwrap_or_default(), &mut out);
    out.render()
}

fn blocks(blocks: &[Block], out: &mut Roff) {
    for block in blocks {
        match block {
            Block::Heading(level, spans) => {
                out.control(if *level <= 2 { "SH" } else { "SS" }, [plain(spans).as_str()]);
            }
            Block::Paragraph(spans) => {
                out.control("PP", []);
                out.text(inlines(spans));
            }
            Block::Code(code) => as_it_is(code.lines(), out),
            Block::List(first, entries) => {
                for (nth, entry) in entries.iter().enumerate() {
                    let mark = bullet(*first, nth, "\\(bu");
                    out.control("IP", [mark.as_str(), if first.is_some() { "3" } else { "2" }]);
                    list_entry(entry, out);
                }
            }
            Block::Table(rows) => {
                let lines = terminal::table(rows, Page::default(), COLUMNS);
                as_it_is(lines.iter().map(|line| line.trim_end()), out);
            }
        }
    }
}

/// The first paragraph stands beside the bullet, what follows stands in as far.
fn list_entry(entry: &[Block], out: &mut Roff) {
    let (first, rest) = match entry {
        [Block::Paragraph(spans), rest @ ..] => (Some(spans), rest),
        rest => (None, rest),
    };
    if let Some(spans) = first {
        out.text(inlines(spans));
    }
    if !rest.is_empty() {
        out.control("RS", ["2"]);
        blocks(rest, out);
        out.control("RE", []);
    }
}

/// Lines that are not filled.
fn as_it_is<'a>(lines: impl Iterator<Item = &'a str>, out: &mut Roff) {
    out.control("PP", []);
    out.control("nf", []);
    for line in lines {
        out.text([roman(line)]);
    }
    out.control("fi", []);
}

fn inlines(spans: &[Span]) -> Vec<Inline> {
    let inline = |span: &Span| match span {
        Span::Words(text) => roman(text.replace('\n', " ")),
        Span::Strong(text) | Span::Code(text) => bold(text.clone()),
    };
    spans.iter().map(inline).collect()
}
