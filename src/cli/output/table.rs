//! Aligned columns for people: two blanks between them, wide characters counted as two, cut to the
//! terminal.
//!
//! Measured and written row by row, so that a list of a million customers needs no more memory than
//! one of ten.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::page::Page;
use crate::cli::escape::visible;

/// No column is cut below this.
const NARROWEST: usize = 8;

/// Widths of columns, learnt row by row.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    headers: Vec<String>,
    widths: Vec<usize>,
    /// Widest cell; a column where no row has anything is left out.
    filled: Vec<usize>,
    /// Whether each column is cut after all others; empty where none is.
    essential: Vec<bool>,
}

impl Columns {
    /// Starts with the headers.
    pub(crate) fn new<'a>(headers: impl IntoIterator<Item = &'a str>) -> Self {
        // Attributes are named by whoever made the file they came from; a header has to stay on its
        // line as a cell does.
        let headers: Vec<String> = headers.into_iter().map(|header| visible(header).into_owned()).collect();
        let widths: Vec<_> = headers.iter().map(|header| header.width()).collect();
        Self { filled: vec![0; headers.len()], headers, widths, essential: Vec::new() }
    }

    /// Learns a row.
    pub(crate) fn measure<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        for ((filled, width), cell) in self.filled.iter_mut().zip(&mut self.widths).zip(cells) {
            *filled = (*filled).max(cell.width());
            *width = (*width).max(*filled);
        }
    }

    /// Says which columns are cut after all others; those others may be left out altogether.
    pub(crate) fn cut_last(&mut self, essential: Vec<bool>) {
        self.essential = essential;
    }

    /// Makes everything fit, when all rows are known: the widest columns are cut to one common
    /// width, essential ones only where the others cannot be cut further. Where some are essential,
    /// others are left out from the right until a line fits. Gives how many.
    pub(crate) fn fit(&mut self, page: Page) -> usize {
        let Some(width) = page.width else { return 0 };
        if self.essential.is_empty() {
            self.cut(width, NARROWEST, |_| true);
            return 0;
        }
        let essential = std::mem::take(&mut self.essential);
        self.cut(width, NARROWEST, |place| !essential[place]);
        let mut left_out = 0;
        for place in (0..self.widths.len()).rev().filter(|place| !essential[*place]) {
            if self.line_width() <= width {
                break;
            }
            left_out += usize::from(self.filled[place] > 0);
            self.filled[place] = 0;
        }
        self.cut(width, 1, |_| true);
        left_out
    }

    /// Cuts the widest of the columns that may be cut to one common width, no smaller than
    /// `narrowest`, at which a line fits, if there is such a width.
    fn cut(&mut self, width: usize, narrowest: usize, may_be: impl Fn(usize) -> bool) {
        let cut = |place: usize, own: usize, cap: usize| if may_be(place) { own.min(cap) } else { own };
        let shown = || self.widths.iter().enumerate().filter(|(place, _)| self.filled[*place] > 0);
        let gaps = 2 * shown().count().saturating_sub(1);
        let widest = shown().map(|(_, own)| *own).max().unwrap_or(0);
        let fits =
            |cap: usize| shown().map(|(place, own)| cut(place, *own, cap)).sum::<usize>() + gaps <= width;
        let cap = (narrowest..=widest).rev().find(|cap| fits(*cap)).unwrap_or(narrowest);
        for (place, own) in self.widths.iter_mut().enumerate() {
            *own = cut(place, *own, cap);
        }
    }

    fn line_width(&self) -> usize {
        let shown = || self.widths.iter().zip(&self.filled).filter(|(_, filled)| **filled > 0);
        shown().map(|(own, _)| own).sum::<usize>() + 2 * shown().count().saturating_sub(1)
    }

    /// Appends the headers.
    pub(crate) fn head(&self, page: Page, text: &mut String) {
        let mut line = String::new();
        self.line(self.headers.iter().map(String::as_str), &mut line);
        text.push_str(&page.strong(line.trim_end()));
        text.push('\n');
    }

    /// Appends a row.
    pub(crate) fn line<'a>(&self, cells: impl IntoIterator<Item = &'a str>, text: &mut String) {
        let start = text.len();
        let shown = self.widths.iter().zip(&self.filled).zip(cells).filter(|((_, filled), _)| **filled > 0);
        for (place, ((width, _), cell)) in shown.enumerate() {
            if place > 0 {
                text.push_str("  ");
            }
            put(cell, *width, text);
        }
        text.truncate(start + text[start..].trim_end().len());
        text.push('\n');
    }
}

/// A small table in one piece; nothing at all when it has no rows.
pub(crate) fn render(headers: &[&str], rows: &[Vec<String>], page: Page) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| page.text(cell).into_owned()).collect()).collect();
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    let mut columns = Columns::new(headers.iter().copied());
    for row in &rows {
        columns.measure(row.iter().map(String::as_str));
    }
    columns.fit(page);
    columns.head(page, &mut text);
    for row in &rows {
        columns.line(row.iter().map(String::as_str), &mut text);
    }
    text
}

/// Appends `cell`, cut with `…` or filled with blanks to `width`.
pub(crate) fn put(cell: &str, width: usize, text: &mut String) {
    let own = cell.width();
    if own <= width {
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', width - own));
        return;
    }
    let mut left = width.saturating_sub(1);
    for character in cell.chars() {
        let wide = character.width().unwrap_or(0);
        if wide > left {
            break;
        }
        left -= wide;
        text.push(character);
    }
    text.push('…');
    text.extend(std::iter::repeat_n(' ', left));
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: [&str; 4] = ["code", "name", "ref", "date"];

    fn rows() -> Vec<Vec<String>> {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        vec![
            row(["01A0001", "华东机械有限公司", "", "2023-10-01"]),
            row(["C20231001-0001", "Ann", "", "2023-10-01"]),
        ]
    }

    #[test]
    fn chinese_names_are_aligned_and_empty_columns_left_out() {
        let text = render(&HEADERS, &rows(), Page::default());
        assert_eq!(
            text,
            "code            name              date\n\
             01A0001         华东机械有限公司  2023-10-01\n\
             C20231001-0001  Ann               2023-10-01\n"
        );
    }

    #[test]
    fn a_narrow_terminal_cuts_the_widest() {
        let text = render(&HEADERS, &rows(), Page { width: Some(34), ..Page::default() });
        assert_eq!(
            text,
            "code        name        date\n\
             01A0001     华东机械…   2023-10-01\n\
             C20231001…  Ann         2023-10-01\n"
        );
        assert!(text.lines().all(|line| line.width() <= 34));
    }

    #[test]
    fn essential_columns_are_cut_last_and_the_others_left_out() {
        let fitted = |width: usize| {
            let mut columns = Columns::new(["code", "name", "attribute", "other"]);
            columns.measure(["01A0001", "华东机械有限公司", "a long attribute", "another one"]);
            columns.cut_last(vec![true, true, false, false]);
            let left_out = columns.fit(Page { width: Some(width), ..Page::default() });
            let mut line = String::new();
            columns.line(["01A0001", "华东机械有限公司", "a long attribute", "another one"], &mut line);
            assert!(line.trim_end().width() <= width, "{line}");
            (line, left_out)
        };
        assert_eq!(fitted(60).0, "01A0001  华东机械有限公司  a long attribute  another one\n");
        assert_eq!(fitted(50).0, "01A0001  华东机械有限公司  a long at…  another o…\n");
        assert_eq!(fitted(40), ("01A0001  华东机械有限公司  a long …\n".to_owned(), 1));
        assert_eq!(fitted(30), ("01A0001  华东机械有限公司\n".to_owned(), 2));
        assert_eq!(fitted(20), ("01A0001  华东机械有…\n".to_owned(), 2));
    }

    #[test]
    fn a_terminal_is_protected() {
        let mut rows = rows();
        rows[1][1] = "A\u{1b}[2J".to_owned();
        let text = render(&HEADERS, &rows, Page { escape: true, ..Page::default() });
        assert!(text.contains("A\\u{1b}[2J"), "{text}");
        assert!(!text.contains('\u{1b}'));
    }
}
