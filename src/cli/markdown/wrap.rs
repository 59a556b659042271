//! Lines of a page, broken where a reader of the language would break them.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::Span;
use crate::cli::output::page::Page;

/// What does not begin a line.
const CLOSING: &str = "，。；：、）」』！？…—·”’％℃,.;:!?)]}%";
/// What does not end a line.
const OPENING: &str = "（「『“‘([{";

/// A part of a line that is not broken.
#[derive(Debug, Default, Clone)]
struct Piece {
    /// As shown, with styles.
    text: String,
    width: usize,
    /// Whether a blank stands before it on the same line.
    apart: bool,
}

/// The lines of `spans` in at most `width` columns, where the longest word allows it.
pub(super) fn lines(spans: &[Span], page: Page, width: usize) -> Vec<(String, usize)> {
    let mut lines = vec![(String::new(), 0)];
    for piece in pieces(spans, page, width) {
        let (line, filled) = lines.last_mut().expect("never empty");
        let gap = usize::from(piece.apart && *filled > 0);
        if *filled > 0 && *filled + gap + piece.width > width {
            lines.push((piece.text, piece.width));
        } else {
            line.push_str(&" "[..gap]);
            line.push_str(&piece.text);
            *filled += gap + piece.width;
        }
    }
    for (line, _) in &mut lines {
        // Neighbours of one style are one run.
        for gap in ["", " "] {
            *line = line.replace(&format!("\u{1b}[0m{gap}\u{1b}[1m"), gap);
        }
    }
    lines
}

/// Columns of `spans` in one line.
pub(super) fn width(spans: &[Span], page: Page) -> usize {
    lines(spans, page, usize::MAX).iter().map(|(_, width)| *width).max().unwrap_or(0)
}

/// Columns of the longest part that is not broken.
pub(super) fn longest(spans: &[Span], page: Page) -> usize {
    pieces(spans, page, usize::MAX).iter().map(|piece| piece.width).max().unwrap_or(0)
}

/// Cuts spans into what is not broken; a piece wider than `most` is broken all the same.
fn pieces(spans: &[Span], page: Page, most: usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut last = ' ';
    for span in spans {
        let (text, strong) = match span {
            Span::Words(text) => (text.clone(), false),
            Span::Strong(text) => (text.clone(), true),
            Span::Code(text) if page.colour => (text.clone(), true),
            // Without styles, the marks keep what is typed apart from what is said.
            Span::Code(text) => (format!("`{text}`"), false),
        };
        let mut run = String::new();
        for character in text.chars() {
            let blank = matches!(character, ' ' | '\n');
            let own = character.width().unwrap_or(0);
            let full = pieces.last().is_some_and(|piece| piece.width + run.width() + own > most);
            if blank || last == ' ' || may_break(last, character) || full {
                flush(&mut run, strong, page, &mut pieces);
            }
            if !blank && (last == ' ' || may_break(last, character) || full || pieces.is_empty()) {
                // A line feed between two Chinese characters is no blank.
                let apart = last == ' ' && !pieces.is_empty();
                pieces.push(Piece { apart, ..Piece::default() });
            }
            if blank {
                last = if character == '\n' && is_wide(last) { last } else { ' ' };
            } else {
                run.push(character);
                last = character;
            }
        }
        flush(&mut run, strong, page, &mut pieces);
    }
    pieces
}

/// Ends a run of one style.
fn flush(run: &mut String, strong: bool, page: Page, pieces: &mut [Piece]) {
    if let Some(piece) = pieces.last_mut()
        && !run.is_empty()
    {
        piece.width += run.width();
        piece.text.push_str(&if strong { page.strong(run) } else { run.clone() });
        run.clear();
    }
}

/// Whether a line may end between two characters that no blank parts: beside a Chinese one.
fn may_break(before: char, after: char) -> bool {
    before != ' '
        && (is_wide(before) || is_wide(after))
        && !CLOSING.contains(after)
        && !OPENING.contains(before)
}

fn is_wide(character: char) -> bool {
    character.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, width: usize) -> Vec<String> {
        let spans = [Span::Words(text.to_owned())];
        lines(&spans, Page::default(), width).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn words_stay_whole() {
        assert_eq!(broken("one two\nthree", 7), ["one two", "three"]);
        assert_eq!(broken("unbreakable", 4), ["unbr", "eaka", "ble"]);
    }

    #[test]
    fn chinese_breaks_anywhere_but_before_a_full_stop() {
        assert_eq!(broken("编码规则。流水号", 8), ["编码规", "则。流水", "号"]);
        assert_eq!(broken("编码（规则）\n流水号", 8), ["编码", "（规则）", "流水号"]);
        assert_eq!(broken("用 Excel 打开", 20), ["用 Excel 打开"]);
    }

    #[test]
    fn what_is_typed_keeps_to_its_comma() {
        let spans =
            [Span::Words("see ".to_owned()), Span::Code("new".to_owned()), Span::Words(", then".to_owned())];
        let shown: Vec<_> = lines(&spans, Page::default(), 10).into_iter().map(|(line, _)| line).collect();
        assert_eq!(shown, ["see `new`,", "then"]);
    }
}
