//! What the handbook says, section by section.

mod advice;
mod dictionaries;
mod issuing;
mod reading;

use jiff::civil::Date;

use super::Request;
use super::document::{Block, Document, Languages, Span, Text, words};
use crate::report::anatomy::Anatomy;
use crate::rule::RuleBook;

/// Characters of the digest that name an edition; all of them stand at the end of the page.
const EDITION: usize = 12;

/// What every section looks at.
struct Subject<'b> {
    book: &'b RuleBook,
    anatomies: Vec<Anatomy<'b>>,
    languages: Languages,
    today: Date,
}

/// The whole page.
pub(super) fn document(book: &RuleBook, request: &Request, today: Date) -> Document {
    let anatomies = book.rules().iter().map(|rule| Anatomy::of(book, rule, today)).collect();
    let subject = Subject { book, anatomies, languages: request.languages, today };
    let file = book.bundle.files.first().map_or("", |(name, _)| name.as_str());
    let edition: String = book.digest.chars().take(EDITION).collect();
    let mut blocks = Vec::new();
    reading::write(&subject, &mut blocks);
    issuing::rules(&subject, &mut blocks);
    issuing::commands(&subject, &mut blocks);
    dictionaries::write(&subject, &mut blocks);
    advice::check_digits(&subject, &mut blocks);
    advice::questions(&subject, &mut blocks);
    Document {
        languages: request.languages,
        title: request.languages.fixed("客户编码手册", "Customer codes: a handbook"),
        owner: request.owner.clone().unwrap_or_else(|| file.to_owned()),
        edition: request.languages.say(|language| {
            vec![
                Span::Words(language.pick("版本 ", "Edition ").to_owned()),
                Span::Code(edition.clone()),
                Span::Words(format!("{}{today}", language.pick("，", ", "))),
            ]
        }),
        blocks,
        colophon: request.languages.say(|language| {
            let mut line = words(language.pick(
                "本手册由 `custcode rules guide` 根据规则文件生成；规则改变后请重新生成。规则文件的摘要：",
                "Written by `custcode rules guide` from the rule file; when the rules change, write it anew. Digest of the rules: ",
            ));
            line.push(Span::Code(book.digest.clone()));
            line
        }),
    }
}

impl Subject<'_> {
    /// Begins a section.
    fn section(&self, anchor: &str, chinese: &str, english: &str) -> Block {
        let text = self.languages.fixed(chinese, english);
        Block::Heading { level: 2, anchor: anchor.to_owned(), text }
    }

    /// A paragraph of our own words.
    fn paragraph(&self, chinese: &str, english: &str) -> Block {
        Block::Paragraph(self.languages.fixed(chinese, english))
    }

    /// Heads of columns.
    fn head<const N: usize>(&self, columns: [(&str, &str); N]) -> Vec<Text> {
        columns.into_iter().map(|(chinese, english)| self.languages.fixed(chinese, english)).collect()
    }
}
