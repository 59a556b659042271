//! The handbook as Markdown, as GitHub reads it: tables, and folded parts as HTML.

use super::document::{Block, Document, Line, Span, Table, TableCell, Text};
use super::html;
use crate::report::visible::visible;

/// Between the languages of a short text.
const BESIDE: &str = " / ";

/// Writes the page.
pub(super) fn write(document: &Document) -> String {
    let mut out = format!("# {}\n\n", inline(&document.title));
    paragraph(&document.edition, &mut out);
    out.extend([&words(&document.owner), "\n\n"]);
    for block in &document.blocks {
        write_block(block, &mut out);
    }
    out.push_str("---\n\n");
    paragraph(&document.colophon, &mut out);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn write_block(block: &Block, out: &mut String) {
    match block {
        Block::Heading { level, text, .. } => {
            out.extend([&"#".repeat(usize::from(*level)), " ", &inline(text), "\n\n"]);
        }
        Block::Paragraph(text) => paragraph(text, out),
        Block::Steps(list) => items(list, |nth| format!("{}. ", nth + 1), out),
        Block::Points(list) => items(list, |_| "- ".to_owned(), out),
        Block::Figure(letters) => {
            let whole: String = letters.iter().map(|(text, _)| text.as_str()).collect();
            let parts: Vec<String> = letters.iter().map(|(text, _)| code(text)).collect();
            out.extend([&code(&whole), " = ", &parts.join(" + "), "\n\n"]);
        }
        Block::Table(table) => write_table(table, out),
        Block::Folded { summary, table } => {
            out.extend(["<details><summary>", &html::inline(summary), "</summary>\n\n"]);
            write_table(table, out);
            out.push_str("</details>\n\n");
        }
    }
}

/// One paragraph a language.
fn paragraph(text: &Text, out: &mut String) {
    for one in languages(text) {
        out.extend([&line(one), "\n\n"]);
    }
}

fn items(list: &[Text], mark: impl Fn(usize) -> String, out: &mut String) {
    for (nth, text) in list.iter().enumerate() {
        let mark = mark(nth);
        let indent = format!("\\\n{}", " ".repeat(mark.len()));
        let lines: Vec<String> = languages(text).into_iter().map(line).collect();
        out.extend([&mark, &lines.join(&indent), "\n"]);
    }
    out.push('\n');
}

fn write_table(table: &Table, out: &mut String) {
    let head: Vec<String> = table.head.iter().map(inline).collect();
    out.extend(["| ", &head.join(" | "), " |\n|", &" --- |".repeat(head.len()), "\n"]);
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        out.extend(["| ", &cells.join(" | "), " |\n"]);
    }
    out.push('\n');
}

fn cell(cell: &TableCell) -> String {
    let text = inline(&cell.text);
    let text = if cell.strong && !text.is_empty() { format!("**{text}**") } else { text };
    "&emsp;".repeat(cell.depth) + &text
}

fn languages(text: &Text) -> Vec<&Line> {
    match text {
        Text::Plain(line) | Text::Chinese(line) | Text::English(line) => vec![line],
        Text::Both { chinese, english } => vec![chinese, english],
    }
}

/// A short text, its languages beside each other.
fn inline(text: &Text) -> String {
    languages(text).into_iter().map(line).collect::<Vec<_>>().join(BESIDE)
}

fn line(spans: &Line) -> String {
    let text: String = spans
        .iter()
        .map(|span| match span {
            Span::Words(text) => words(text),
            Span::Code(text) => code(text),
        })
        .collect();
    // Blanks at an end would be a line break, or keep a star from being an emphasis.
    text.trim().to_owned()
}

/// Text that means itself: what Markdown would read as markup gets a backslash.
fn words(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        // An address would become a link: www.example.com, https://example.com.
        let address = (character == '.' && text[..at].ends_with(['w', 'W']))
            || (character == ':' && text[at..].starts_with("://"));
        if address || MARKUP.contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// What can be markup inside a line.
const MARKUP: &str = "\\`*_[]<>&|~#$@!^";

/// A code span. One that holds markup itself is written by the numbers of its characters, which no
/// rule of Markdown reads again.
fn code(text: &str) -> String {
    let text = visible(text);
    if text.is_empty() {
        return String::new();
    }
    let plain = |c: char| !c.is_ascii_punctuation() || "-_.,:;=/%+\"'(){}".contains(c);
    if text.chars().all(plain) && !text.starts_with(' ') {
        return format!("`{text}`");
    }
    let mut out = String::from("<code>");
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            out.extend(["&#", &u32::from(character).to_string(), ";"]);
        } else {
            out.push(character);
        }
    }
    out + "</code>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_themselves() {
        assert_eq!(words("A类 *重点*|<b>`x`"), "A类 \\*重点\\*\\|\\<b\\>\\`x\\`");
        assert_eq!(words("www.x.com: http://x"), "www\\.x.com: http\\://x");
        assert_eq!(words("a\nb\u{202e}"), "a\\\\nb\\\\u{202e}");
    }

    #[test]
    fn codes_are_spans_or_numbers() {
        assert_eq!(code("C20261122-0001"), "`C20261122-0001`");
        assert_eq!(code("a|`b"), "<code>a&#124;&#96;b</code>");
        assert_eq!(code(""), "");
    }

    #[test]
    fn both_languages_stand_beside_or_below_each_other() {
        let both = Text::Both {
            chinese: vec![Span::Words("编码".into())],
            english: vec![Span::Words("code".into())],
        };
        assert_eq!(inline(&both), "编码 / code");
        let mut out = String::new();
        paragraph(&both, &mut out);
        items(&[both], |nth| format!("{}. ", nth + 1), &mut out);
        assert_eq!(out, "编码\n\ncode\n\n1. 编码\\\n   code\n\n");
    }

    #[test]
    fn classes_are_indented_and_those_with_sub_classes_bold() {
        let mut one = TableCell::from(Text::plain("经销商 "));
        (one.depth, one.strong) = (2, true);
        assert_eq!(cell(&one), "&emsp;&emsp;**经销商**");
    }
}
