//! The staff handbook: how to read a code, which rule is used when, how to get a code, every
//! dictionary, what to do when ….
//!
//! For those who never saw a command line. The sections under `content` say it as a `document`,
//! `markdown` and `html` write it. The same rules on the same day give the same bytes.

mod content;
mod document;
mod html;
mod markdown;

use jiff::civil::Date;

pub use document::Languages;

use crate::rule::RuleBook;

/// What a handbook is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// GitHub's Markdown.
    #[default]
    Markdown,
    /// One page without scripts and without anything from elsewhere.
    Html,
}

/// How a handbook is wanted.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Markdown or HTML.
    pub form: Form,
    /// The languages of our own words; labels stand as the rule file has them.
    pub languages: Languages,
    /// Whose handbook it is: the company's name. The rule file's when not given.
    pub owner: Option<String>,
}

/// The handbook of `book`, its edition of `today`.
pub fn write(book: &RuleBook, request: &Request, today: Date) -> String {
    let document = content::document(book, request, today);
    match request.form {
        Form::Markdown => markdown::write(&document),
        Form::Html => html::write(&document),
    }
}
