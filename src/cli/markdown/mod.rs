//! The reference's Markdown as blocks, which a terminal and a manual page are written from.

pub(crate) mod manual;
pub(crate) mod terminal;
mod wrap;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A part of a page.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    /// A heading and its level, 1 for the page's own.
    Heading(usize, Vec<Span>),
    Paragraph(Vec<Span>),
    /// Lines to be shown as they are.
    Code(String),
    /// The number of the first entry, where they are numbered, and the entries, each of any blocks.
    List(Option<u64>, Vec<Vec<Block>>),
    /// Rows of cells, the headers first.
    Table(Vec<Vec<Vec<Span>>>),
}

/// A piece of a line.
#[derive(Debug, PartialEq, Eq)]
enum Span {
    Words(String),
    Strong(String),
    /// What is typed, or read letter by letter.
    Code(String),
}

/// The blocks of a page.
fn parse(markdown: &str) -> Vec<Block> {
    let mut reader = Reader { events: Parser::new_ext(markdown, Options::ENABLE_TABLES) };
    reader.blocks()
}

struct Reader<I> {
    events: I,
}

impl<'a, I: Iterator<Item = Event<'a>>> Reader<I> {
    /// Blocks up to the end of what they lie in. Lines of a tight list's entry come without a
    /// paragraph around them.
    fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut line = Vec::new();
        let mut strong = false;
        while let Some(event) = self.events.next() {
            if let Event::Start(tag) = &event
                && let Some(block) = self.block(tag)
            {
                finish(&mut line, &mut blocks);
                blocks.push(block);
                continue;
            }
            match event {
                Event::End(TagEnd::Item | TagEnd::List(_)) => break,
                event => self.span(event, &mut strong, &mut line),
            }
        }
        finish(&mut line, &mut blocks);
        blocks
    }

    /// The block that begins with this tag, or nothing when it is part of a line.
    fn block(&mut self, tag: &Tag<'a>) -> Option<Block> {
        Some(match tag {
            Tag::Heading { level, .. } => Block::Heading(*level as usize, self.line()),
            Tag::Paragraph => Block::Paragraph(self.line()),
            Tag::CodeBlock(_) => Block::Code(self.code()),
            Tag::List(first) => Block::List(*first, self.entries()),
            Tag::Table(_) => Block::Table(self.rows()),
            // Comments guide the tests; nobody reads them.
            Tag::HtmlBlock => {
                self.code();
                return self.events.next().and_then(|event| match event {
                    Event::Start(next) => self.block(&next),
                    _ => None,
                });
            }
            _ => return None,
        })
    }

    /// The spans up to the end of a heading, paragraph or cell.
    fn line(&mut self) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut strong = false;
        while let Some(event) = self.events.next() {
            match event {
                Event::End(TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::TableCell) => break,
                event => self.span(event, &mut strong, &mut spans),
            }
        }
        spans
    }

    /// Adds what an event says to a line.
    fn span(&mut self, event: Event<'a>, strong: &mut bool, line: &mut Vec<Span>) {
        match event {
            Event::Start(Tag::Strong) => *strong = true,
            Event::End(TagEnd::Strong) => *strong = false,
            Event::Start(Tag::Link { dest_url, .. }) => self.link(&dest_url, line),
            Event::Text(text) if *strong => line.push(Span::Strong(text.into_string())),
            Event::Text(text) => line.push(Span::Words(text.into_string())),
            Event::Code(code) => line.push(Span::Code(code.into_string())),
            Event::SoftBreak | Event::HardBreak => line.push(Span::Words("\n".to_owned())),
            _ => {}
        }
    }

    /// Adds a link: its words, and where it leads when a reader of a terminal can go there.
    fn link(&mut self, target: &str, line: &mut Vec<Span>) {
        let mut strong = false;
        let mut words = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::End(TagEnd::Link) => break,
                event => self.span(event, &mut strong, &mut words),
            }
        }
        line.append(&mut words);
        let page = target.split('#').next().and_then(|file| file.strip_suffix(".md"));
        if let Some(page) = page.filter(|page| !page.is_empty() && !page.contains('/')) {
            line.push(Span::Words(" (".to_owned()));
            line.push(Span::Code(format!("custcode help -k {page}")));
            line.push(Span::Words(")".to_owned()));
        } else if target.starts_with("https://") {
            line.push(Span::Words(format!(" ({target})")));
        }
    }

    /// The text up to the end of a block that is not to be read.
    fn code(&mut self) -> String {
        let mut code = String::new();
        for event in self.events.by_ref() {
            match event {
                Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => break,
                Event::Text(text) => code.push_str(&text),
                _ => {}
            }
        }
        code
    }

    fn entries(&mut self) -> Vec<Vec<Block>> {
        let mut entries = Vec::new();
        while let Some(Event::Start(Tag::Item)) = self.events.next() {
            entries.push(self.blocks());
        }
        entries
    }

    fn rows(&mut self) -> Vec<Vec<Vec<Span>>> {
        let mut rows = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
                Event::Start(Tag::TableCell) => {
                    let cell = self.line();
                    rows.last_mut().expect("a cell lies in a row").push(cell);
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        rows
    }
}

/// What stands before an entry of a list.
fn bullet(first: Option<u64>, nth: usize, bullet: &str) -> String {
    first.map_or_else(|| bullet.to_owned(), |first| format!("{}.", first + nth as u64))
}

/// The words of a line, whatever their style.
fn plain(spans: &[Span]) -> String {
    let text = |span: &Span| match span {
        Span::Words(text) | Span::Strong(text) | Span::Code(text) => text.clone(),
    };
    spans.iter().map(text).collect()
}

/// Lines that are not in a block of their own are a paragraph.
fn finish(line: &mut Vec<Span>, blocks: &mut Vec<Block>) {
    if !line.is_empty() {
        blocks.push(Block::Paragraph(std::mem::take(line)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Span {
        Span::Words(text.to_owned())
    }

    #[test]
    fn every_kind_of_block_is_known() {
        let text = "# T\n\na `b`\n**c** [d](e.md#f)\n\n<!-- new folder -->\n```sh\nx  y\n```\n\n- one\n- two\n\n  ```sh\n  z\n  ```\n\n| h |\n|---|\n| i |\n";
        let code = |text: &str| Span::Code(text.to_owned());
        let expected = [
            Block::Heading(1, vec![words("T")]),
            Block::Paragraph(vec![
                words("a "),
                code("b"),
                words("\n"),
                Span::Strong("c".to_owned()),
                words(" "),
                words("d"),
                words(" ("),
                code("custcode help -k e"),
                words(")"),
            ]),
            Block::Code("x  y\n".to_owned()),
            Block::List(
                None,
                vec![
                    vec![Block::Paragraph(vec![words("one")])],
                    vec![Block::Paragraph(vec![words("two")]), Block::Code("z\n".to_owned())],
                ],
            ),
            Block::Table(vec![vec![vec![words("h")]], vec![vec![words("i")]]]),
        ];
        assert_eq!(parse(text), expected);
    }
}
