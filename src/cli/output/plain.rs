//! Plain text for scripts: one record a line, cells separated by tabs, no header.
//!
//! A tab, line feed, carriage return or backslash inside a cell is written `\t`, `\n`, `\r`, `\\`,
//! or a record would not be one line.

use std::borrow::Cow;

use super::page::Page;

/// Appends one record, as it can stand on `page`.
pub(crate) fn line<'a>(cells: impl IntoIterator<Item = &'a str>, page: Page, text: &mut String) {
    for (place, one) in cells.into_iter().enumerate() {
        if place > 0 {
            text.push('\t');
        }
        text.push_str(&page.text(&cell(one)));
    }
    text.push('\n');
}

/// A cell that keeps its record on one line.
fn cell(text: &str) -> Cow<'_, str> {
    if !text.contains(['\t', '\n', '\r', '\\']) {
        return Cow::Borrowed(text);
    }
    let escaped = text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r");
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_line() {
        let mut text = String::new();
        line(["01A0001", "two\nlines\tand \\", ""], Page::default(), &mut text);
        assert_eq!(text, "01A0001\ttwo\\nlines\\tand \\\\\t\n");
    }
}
