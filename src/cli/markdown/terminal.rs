//! A page on a terminal: headings bold, tables aligned, code as it is.

use super::{Block, Span, bullet, parse, plain, wrap};
use crate::cli::output::page::Page;

/// No line of prose is longer, however wide the terminal is.
const WIDEST: usize = 100;
/// How far code stands in.
const INDENT: usize = 4;
/// No column of a table is narrower, where its words are longer than that.
const NARROWEST: usize = 10;

/// The page as text for people.
pub(crate) fn render(markdown: &str, page: Page) -> String {
    let width = page.width.unwrap_or(WIDEST).clamp(20, WIDEST);
    let mut text = String::new();
    for line in blocks(&parse(markdown), page, width) {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Blocks with a blank line between them.
fn blocks(blocks: &[Block], page: Page, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for block in blocks {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        match block {
            Block::Heading(_, spans) => {
                let title = wrap::lines(&[Span::Strong(plain(spans))], page, width);
                lines.extend(title.into_iter().map(|(line, _)| line));
            }
            Block::Paragraph(spans) => {
                lines.extend(wrap::lines(spans, page, width).into_iter().map(|(line, _)| line));
            }
            Block::Code(code) => {
                lines.extend(code.lines().map(|line| format!("{}{line}", " ".repeat(INDENT))));
            }
            Block::List(first, entries) => lines.extend(list(*first, entries, page, width)),
            Block::Table(rows) => lines.extend(table(rows, page, width)),
        }
    }
    lines
}

/// Entries below each other, with a blank line between them where one has several blocks.
fn list(first: Option<u64>, entries: &[Vec<Block>], page: Page, width: usize) -> Vec<String> {
    let loose = entries.iter().any(|entry| entry.len() > 1);
    let mut lines = Vec::new();
    for (nth, entry) in entries.iter().enumerate() {
        if loose && !lines.is_empty() {
            lines.push(String::new());
        }
        let mark = bullet(first, nth, "-") + " ";
        let blank = " ".repeat(mark.len());
        for (at, line) in blocks(entry, page, width - mark.len()).iter().enumerate() {
            lines.push(format!("{}{line}", if at == 0 { &mark } else { &blank }));
        }
    }
    lines
}

/// Aligned columns; a cell that is too long goes on below.
pub(super) fn table(rows: &[Vec<Vec<Span>>], page: Page, width: usize) -> Vec<String> {
    let widths = columns(rows, page, width);
    let mut lines = Vec::new();
    for (nth, row) in rows.iter().enumerate() {
        let head: Vec<_> = row.iter().map(|cell| vec![Span::Strong(plain(cell))]).collect();
        let row = if nth == 0 { &head } else { row };
        let cells: Vec<_> =
            row.iter().zip(&widths).map(|(cell, width)| wrap::lines(cell, page, *width)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let mut line = String::new();
            for (place, (cell, width)) in cells.iter().zip(&widths).enumerate() {
                let (text, own) = cell.get(at).cloned().unwrap_or_default();
                line.push_str(if place == 0 { "" } else { "  " });
                line.push_str(&text);
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(own)));
            }
            lines.push(line);
        }
        if nth == 0 {
            let rule = widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("  ");
            lines.push(rule);
        }
    }
    lines
}

/// The width of each column: what it needs, or where that is too much, one common width for the
/// widest ones, but not less than a word of theirs.
fn columns(rows: &[Vec<Vec<Span>>], page: Page, width: usize) -> Vec<usize> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let most = |measure: fn(&[Span], Page) -> usize, column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| measure(cell, page)).max().unwrap_or(0)
    };
    let natural: Vec<usize> = (0..count).map(|column| most(wrap::width, column)).collect();
    let word: Vec<usize> =
        (0..count).map(|column| most(wrap::longest, column).min(width / 3).max(NARROWEST)).collect();
    let room = width.saturating_sub(2 * count.saturating_sub(1));
    let capped = |cap: usize| -> Vec<usize> {
        natural.iter().zip(&word).map(|(own, word)| (*own).min(cap.max(*word))).collect()
    };
    let fits = |cap: &usize| capped(*cap).iter().sum::<usize>() <= room;
    capped((1..=width).rev().find(fits).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_and_its_long_cells_go_on_below() {
        let text = "| 键 | means |\n|---|---|\n| `a` | one two three four five |\n| 编码规则 | x |\n";
        let page = Page { width: Some(26), ..Page::default() };
        let expected = "键        means\n────────  ────────────────\n`a`       one two three\n          four five\n编码规则  x\n";
        assert_eq!(render(text, page), expected);
    }

    #[test]
    fn styles_are_bold_and_nothing_else() {
        let page = Page { width: Some(80), colour: true, ..Page::default() };
        assert_eq!(render("# T\n\n`x` y\n", page), "\u{1b}[1mT\u{1b}[0m\n\n\u{1b}[1mx\u{1b}[0m y\n");
    }
}
