//! A code drawn with its segments: the code, and from each segment a line down to what it says.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::page::Page;
use super::table;
use crate::report::anatomy::{Anatomy, AnatomyPart};
use crate::report::language::Language;

/// Meanings are not folded into less than this.
const NARROWEST: usize = 16;

/// The characters that lines are made of.
#[derive(Debug, Clone, Copy)]
struct Strokes {
    down: char,
    corner: char,
    across: char,
}

/// Draws the example of `anatomy` and its segments, the last one first, because its line is the
/// shortest; `unicode` = the terminal has line characters.
pub(crate) fn draw(anatomy: &Anatomy<'_>, unicode: bool, page: Page) -> String {
    let strokes = if unicode {
        Strokes { down: '│', corner: '└', across: '─' }
    } else {
        Strokes { down: '|', corner: '+', across: '-' }
    };
    let code = anatomy.example.as_ref().map_or("", |example| &example.code);
    let texts = widest(anatomy, |part| part.text.clone().unwrap_or_default());
    let names = widest(anatomy, |part| page.text(part.name).into_owned());
    let widths = widest(anatomy, AnatomyPart::width);
    let reach = if code.is_empty() { 2 } else { code.width() + 5 };
    let whole = reach + texts + names + widths + 6;
    // On a narrow terminal names and widths give way to meanings.
    let roomy = page.width.is_none_or(|width| width >= whole + NARROWEST);
    let indent = if roomy { whole } else { reach + texts + 2 };
    let mut text = String::new();
    if !code.is_empty() {
        text.extend(["  ", &page.strong(code), "\n"]);
    }
    for (index, part) in anatomy.parts.iter().enumerate().rev() {
        let mut bars = String::from("  ");
        bars.push_str(&lines(code, &anatomy.parts[..index], strokes));
        let mut line = bars.clone();
        if let Some(start) = part.start {
            line.push(strokes.corner);
            line.extend(std::iter::repeat_n(strokes.across, code.width() + 2 - start));
            line.push(' ');
        }
        table::put(part.text.as_deref().unwrap_or_default(), texts, &mut line);
        if roomy {
            line.push_str("  ");
            table::put(&page.text(part.name), names, &mut line);
            line.push_str("  ");
            table::put(&part.width(), widths, &mut line);
        }
        line.push_str("  ");
        let meaning = anatomy.meaning(part, Language::English);
        for piece in folded(&page.text(&meaning), page.width, indent) {
            line.push_str(&piece);
            text.push_str(line.trim_end());
            text.push('\n');
            line.clone_from(&bars);
            line.extend(std::iter::repeat_n(' ', indent - bars.width()));
        }
    }
    text
}

/// The lines of the segments before one, up to where its own begins.
fn lines(code: &str, before: &[AnatomyPart<'_>], strokes: Strokes) -> String {
    let starts: Vec<usize> = before.iter().filter_map(|part| part.start).collect();
    let widths = before.iter().filter_map(|part| part.text.as_deref()).map(str::width);
    let end = if code.is_empty() { 0 } else { widths.sum() };
    (1..=end).map(|column| if starts.contains(&column) { strokes.down } else { ' ' }).collect()
}

fn widest<'b>(anatomy: &Anatomy<'b>, cell: impl Fn(&AnatomyPart<'b>) -> String) -> usize {
    anatomy.parts.iter().map(|part| cell(part).width()).max().unwrap_or(0)
}

/// `text` in pieces that fit behind `indent`: broken at blanks and between wide characters; one
/// piece where there is no room.
fn folded(text: &str, width: Option<usize>, indent: usize) -> Vec<String> {
    let Some(room) = width.and_then(|width| width.checked_sub(indent)).filter(|room| *room >= NARROWEST)
    else {
        return vec![text.to_owned()];
    };
    let mut pieces = vec![String::new()];
    for word in words(text) {
        let last = pieces.last_mut().expect("never empty");
        if last.width() + word.trim_end().width() > room && !last.is_empty() {
            pieces.push(word.to_owned());
        } else {
            last.push_str(word);
        }
    }
    pieces
}

/// What must stay together: words with the blank behind them, wide characters one by one.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut last: Option<char> = None;
    for (at, character) in text.char_indices() {
        let wide = |c: char| c.width().is_some_and(|width| width > 1);
        let breaks =
            last.is_some_and(|last| (last == ' ' && character != ' ') || (wide(last) && wide(character)));
        if breaks {
            words.push(&text[start..at]);
            start = at;
        }
        last = Some(character);
    }
    words.push(&text[start..]);
    words
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::rule::{Bundle, ProvedBook};

    fn drawn(rule: &str, unicode: bool, width: Option<usize>) -> String {
        let book = ProvedBook::load(Bundle::built_in()).expect("proved");
        let anatomy = Anatomy::of(&book, book.rule(rule).expect("built in"), date(2026, 11, 22));
        draw(&anatomy, unicode, Page { width, ..Page::default() })
    }

    #[test]
    fn each_segment_has_a_line_to_what_it_says() {
        assert_eq!(
            drawn("graded", true, None),
            concat!(
                "  01A0001\n",
                "  │ │└───── 0001  seq       4  sequence number, counts within 客户类型, 行业\n",
                "  │ └────── A     industry  1  行业: A → 制造业\n",
                "  └──────── 01    type      2  客户类型: 01 → A类 重点客户\n",
            )
        );
    }

    #[test]
    fn ascii_does_where_nothing_else_is_shown() {
        assert_eq!(
            drawn("yearly", false, None),
            concat!(
                "  K2026-00001\n",
                "  ||   |+------ 00001  seq      5  sequence number, counts within record date (year)\n",
                "  ||   +------- -      -        1  always the same\n",
                "  |+----------- 2026   date:%Y  4  record date (year)\n",
                "  +------------ K      K        1  always the same\n",
            )
        );
    }

    #[test]
    fn a_narrow_terminal_folds_meanings_beside_the_lines() {
        let text = drawn("graded", true, Some(54));
        assert_eq!(
            text,
            concat!(
                "  01A0001\n",
                "  │ │└───── 0001  seq       4  sequence number, counts\n",
                "  │ │                          within 客户类型, 行业\n",
                "  │ └────── A     industry  1  行业: A → 制造业\n",
                "  └──────── 01    type      2  客户类型: 01 → A类 重点\n",
                "                               客户\n",
            )
        );
        assert!(text.lines().all(|line| line.width() <= 54));
    }

    #[test]
    fn words_break_at_blanks_and_between_wide_characters() {
        assert_eq!(words("a bc 客户x 类"), ["a ", "bc ", "客", "户x ", "类"]);
        assert_eq!(folded("", Some(40), 2), [""]);
    }
}
