//! The handbook as one HTML page: nothing from elsewhere, no script, readable on a phone, printable
//! on A4.

use super::document::{Block, Document, Languages, Line, Span, Table, TableCell, Text, Tint};
use crate::report::language::Language;
use crate::report::visible::visible;

/// How the page looks.
const STYLE: &str = include_str!("style.css");

/// Colours of fields; with more fields they come again.
const COLOURS: usize = 6;

/// What a browser may load for the page: nothing. So the page is harmless wherever it is put.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Writes the page.
pub(super) fn write(document: &Document) -> String {
    let language = match document.languages {
        Languages::Only(Language::English) => "en",
        Languages::Only(Language::Chinese) | Languages::Both => "zh-CN",
    };
    let (title, owner) = (unmarked(&document.title), escape(&document.owner));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} · {owner}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n"
    );
    element("h1", "", &inline(&document.title), &mut out);
    element("p", " class=\"owner\"", &format!("<bdi>{owner}</bdi>"), &mut out);
    element("p", " class=\"edition\"", &inline(&document.edition), &mut out);
    out.push_str("</header>\n");
    contents(document, &mut out);
    out.push_str("<main>\n");
    for block in &document.blocks {
        write_block(block, &mut out);
    }
    out.push_str("</main>\n<footer>\n");
    paragraph(&document.colophon, &mut out);
    out.push_str("</footer>\n</body>\n</html>\n");
    out
}

/// Links to the sections.
fn contents(document: &Document, out: &mut String) {
    let label = match document.languages {
        Languages::Only(Language::English) => "Contents",
        Languages::Only(Language::Chinese) | Languages::Both => "目录",
    };
    out.extend(["<nav aria-label=\"", label, "\">\n<ol>\n"]);
    for block in &document.blocks {
        if let Block::Heading { level: 2, anchor, text } = block {
            out.extend(["<li><a href=\"#", anchor, "\">", &inline(text), "</a></li>\n"]);
        }
    }
    out.push_str("</ol>\n</nav>\n");
}

fn write_block(block: &Block, out: &mut String) {
    match block {
        Block::Heading { level, anchor, text } => {
            element(&format!("h{level}"), &format!(" id=\"{anchor}\""), &inline(text), out);
        }
        Block::Paragraph(text) => paragraph(text, out),
        Block::Steps(list) => items("ol", list, out),
        Block::Points(list) => items("ul", list, out),
        Block::Figure(letters) => {
            let mut drawn = String::new();
            for (text, colour) in letters {
                drawn.extend(["<span class=\"", &tint(*colour), "\">", &escape(text), "</span>"]);
            }
            element("p", " class=\"figure\"", &drawn, out);
        }
        Block::Table(table) => write_table(table, out),
        Block::Folded { summary, table } => {
            out.push_str("<details>\n");
            element("summary", "", &inline(summary), out);
            write_table(table, out);
            out.push_str("</details>\n");
        }
    }
}

fn element(name: &str, attributes: &str, content: &str, out: &mut String) {
    out.extend(["<", name, attributes, ">", content, "</", name, ">\n"]);
}

/// One paragraph a language.
fn paragraph(text: &Text, out: &mut String) {
    match text {
        Text::Plain(one) | Text::Chinese(one) | Text::English(one) => element("p", "", &line(one), out),
        Text::Both { chinese, english } => {
            element("p", "", &line(chinese), out);
            element("p", " class=\"en\" lang=\"en\"", &line(english), out);
        }
    }
}

fn items(kind: &str, list: &[Text], out: &mut String) {
    out.extend(["<", kind, ">\n"]);
    for text in list {
        element("li", "", &inline(text), out);
    }
    out.extend(["</", kind, ">\n"]);
}

fn write_table(table: &Table, out: &mut String) {
    out.push_str("<div class=\"table\"><table>\n<thead><tr>");
    for head in &table.head {
        out.extend(["<th scope=\"col\">", &inline(head), "</th>"]);
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for one in row {
            out.push_str(&cell(one));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

fn cell(cell: &TableCell) -> String {
    let mut classes = Vec::new();
    if cell.depth > 0 {
        classes.push(format!("depth-{}", cell.depth));
    }
    if cell.strong {
        classes.push("upper".to_owned());
    }
    let class = if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", classes.join(" ")) };
    let text = match cell.tint {
        Some(colour) => format!("<span class=\"{}\">{}</span>", tint(colour), inline(&cell.text)),
        None => inline(&cell.text),
    };
    format!("<td{class}>{text}</td>")
}

/// The class of a segment's colour.
fn tint(tint: Tint) -> String {
    match tint {
        Tint::Literal => "tint literal".to_owned(),
        Tint::Field(place) => format!("tint field-{}", place % COLOURS),
        Tint::Date => "tint date".to_owned(),
        Tint::Number => "tint number".to_owned(),
        Tint::Check => "tint check".to_owned(),
    }
}

/// A text; of two languages the second one marked.
pub(super) fn inline(text: &Text) -> String {
    match text {
        Text::Plain(one) | Text::Chinese(one) | Text::English(one) => line(one),
        Text::Both { chinese, english } => {
            format!("{} <span class=\"en\" lang=\"en\">{}</span>", line(chinese), line(english))
        }
    }
}

/// A text where no markup can stand.
fn unmarked(text: &Text) -> String {
    let bare = |line: &Line| line.iter().map(|span| escape(span.text())).collect::<String>();
    match text {
        Text::Plain(one) | Text::Chinese(one) | Text::English(one) => bare(one),
        Text::Both { chinese, english } => format!("{} {}", bare(chinese), bare(english)),
    }
}

fn line(spans: &Line) -> String {
    let span = |span: &Span| match span {
        Span::Words(text) => escape(text),
        Span::Code(text) if text.is_empty() => String::new(),
        Span::Code(text) => format!("<code>{}</code>", typed(text)),
    };
    spans.iter().map(span).collect()
}

/// What is typed; of several words each is kept on one line, or `--name` would seem to be two.
fn typed(text: &str) -> String {
    if !text.contains(' ') {
        return escape(text);
    }
    let words: Vec<String> = text.split(' ').map(|word| format!("<span>{}</span>", escape(word))).collect();
    words.join(" ")
}

/// Text that means itself, between tags and in quoted attributes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_itself() {
        assert_eq!(escape("<script>\"&'</script>"), "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;");
        assert_eq!(escape("a\u{202e}b\nc"), "a\\u{202e}b\\nc");
    }

    #[test]
    fn words_to_type_are_kept_together() {
        assert_eq!(typed("A<1"), "A&lt;1");
        assert_eq!(
            typed("new --name \"x\""),
            "<span>new</span> <span>--name</span> <span>&quot;x&quot;</span>"
        );
    }

    #[test]
    fn the_second_language_is_marked() {
        let both = Languages::Both.fixed("编码 `x`", "code `x`");
        assert_eq!(
            inline(&both),
            "编码 <code>x</code> <span class=\"en\" lang=\"en\">code <code>x</code></span>"
        );
        assert_eq!(inline(&Languages::Only(Language::English).fixed("编码", "code")), "code");
    }

    #[test]
    fn a_field_keeps_its_colour_and_colours_come_again() {
        assert_eq!(tint(Tint::Field(1)), tint(Tint::Field(1 + COLOURS)));
        let mut one = TableCell::from(Text::code("01"));
        one.tint = Some(Tint::Field(0));
        assert_eq!(cell(&one), "<td><span class=\"tint field-0\"><code>01</code></span></td>");
    }
}
