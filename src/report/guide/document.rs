//! A page as data: blocks of text in one or two languages. The sections make it, the two writers
//! make Markdown and HTML of it; nothing in it is markup, so nothing that a rule file holds can
//! become markup.

use crate::report::language::Language;

/// The languages of our own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Languages {
    /// One.
    Only(Language),
    /// Chinese and, beside or below it, English.
    #[default]
    Both,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    Words(String),
    /// A code, a command, or what else is typed and read letter by letter.
    Code(String),
}

/// Spans in a row.
pub(super) type Line = Vec<Span>;

/// A text: the same in every language (from the rule file), or in the languages of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Text {
    Plain(Line),
    Chinese(Line),
    English(Line),
    Both { chinese: Line, english: Line },
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableCell {
    pub(super) text: Text,
    /// The colour of a segment.
    pub(super) tint: Option<Tint>,
    /// The level in a class tree, from 0.
    pub(super) depth: usize,
    /// Whether it stands out: a class with sub-classes.
    pub(super) strong: bool,
}

/// The colour of a segment: the same on its letters and in the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tint {
    Literal,
    /// By the place of the field in the rule file, so that a field has one colour on the whole
    /// page.
    Field(usize),
    Date,
    Number,
    Check,
}

/// A table with a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) head: Vec<Text>,
    pub(super) rows: Vec<Vec<TableCell>>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// Level 2 begins a section and has the name by which it is linked; level 3 a part of it.
    Heading {
        level: u8,
        anchor: String,
        text: Text,
    },
    Paragraph(Text),
    /// Steps that follow each other.
    Steps(Vec<Text>),
    /// Sentences in no order.
    Points(Vec<Text>),
    /// A code in its segments.
    Figure(Vec<(String, Tint)>),
    Table(Table),
    /// A long table behind one line of text.
    Folded {
        summary: Text,
        table: Table,
    },
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) languages: Languages,
    pub(super) title: Text,
    /// Whose it is.
    pub(super) owner: String,
    /// Digest and date.
    pub(super) edition: Text,
    pub(super) blocks: Vec<Block>,
    /// The last line.
    pub(super) colophon: Text,
}

impl Languages {
    /// A text of which `tell` knows every language.
    pub(super) fn say(self, tell: impl Fn(Language) -> Line) -> Text {
        match self {
            Self::Only(Language::Chinese) => Text::Chinese(tell(Language::Chinese)),
            Self::Only(Language::English) => Text::English(tell(Language::English)),
            Self::Both => {
                let (chinese, english) = (tell(Language::Chinese), tell(Language::English));
                // A label alone has no language of ours.
                if chinese == english { Text::Plain(chinese) } else { Text::Both { chinese, english } }
            }
        }
    }

    /// Fixed words, in which `…` between back quotes is what is typed.
    pub(super) fn fixed(self, chinese: &str, english: &str) -> Text {
        self.say(|language| words(language.pick(chinese, english)))
    }
}

impl Text {
    /// What the rule file says.
    pub(super) fn plain(text: &str) -> Self {
        Self::Plain(vec![Span::Words(text.to_owned())])
    }

    /// A code.
    pub(super) fn code(text: &str) -> Self {
        Self::Plain(vec![Span::Code(text.to_owned())])
    }
}

impl Span {
    /// Its letters.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Words(text) | Self::Code(text) => text,
        }
    }
}

impl From<Text> for TableCell {
    fn from(text: Text) -> Self {
        Self { text, tint: None, depth: 0, strong: false }
    }
}

/// Our own words as a line: what stands between back quotes is typed.
pub(super) fn words(text: &str) -> Line {
    let pieces = text.split('`').enumerate().filter(|(_, piece)| !piece.is_empty());
    let span = |(nth, piece): (usize, &str)| {
        if nth % 2 == 1 { Span::Code(piece.to_owned()) } else { Span::Words(piece.to_owned()) }
    };
    pieces.map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_quotes_in_our_own_words_are_typed() {
        let code = |text: &str| Span::Code(text.to_owned());
        let plain = |text: &str| Span::Words(text.to_owned());
        assert_eq!(words("type `custcode` here"), [plain("type "), code("custcode"), plain(" here")]);
        assert_eq!(words("`a``b`"), [code("a"), code("b")]);
    }

    #[test]
    fn a_text_has_the_languages_of_the_page() {
        let chinese = Languages::Only(Language::Chinese).fixed("编码", "code");
        assert_eq!(chinese, Text::Chinese(words("编码")));
        assert_eq!(
            Languages::Both.fixed("编码", "code"),
            Text::Both { chinese: words("编码"), english: words("code") }
        );
        assert_eq!(Languages::Both.fixed("VIP", "VIP"), Text::plain("VIP"));
    }
}
