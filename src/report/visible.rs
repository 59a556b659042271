//! Names made safe to show: what would move the cursor, hide itself or turn the line around is
//! written as an escape.

use std::borrow::Cow;

/// `text` with control, bidirectional and zero-width characters as visible escapes such as
/// `\u{202e}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_treacherous) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_treacherous(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Whether a terminal would do something else than show the character.
pub(crate) fn is_treacherous(character: char) -> bool {
    character.is_control()
        || matches!(character,
            // zero width
            '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
            // fillers that show as nothing
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
            // bidirectional
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
            // line and paragraph separators, annotations, tags
            | '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_borrowed() {
        for name in ["华东机械有限公司", "Müller & Söhne", "ｱｲｳ 😀", "", "O'Neil \"x\" \\n"]
        {
            assert!(matches!(visible(name), Cow::Borrowed(_)), "{name}");
        }
    }

    #[test]
    fn a_name_cannot_clear_the_screen() {
        assert_eq!(visible("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(visible("a\u{9b}2J"), "a\\u{9b}2J");
        assert_eq!(visible("a\rb\tc\nd"), "a\\rb\\tc\\nd");
    }

    #[test]
    fn a_name_cannot_turn_around_or_hide() {
        assert_eq!(visible("A\u{202e}cilbup"), "A\\u{202e}cilbup");
        assert_eq!(visible("vip\u{200b}\u{feff}"), "vip\\u{200b}\\u{feff}");
        assert_eq!(visible("x\u{2066}y\u{e0041}"), "x\\u{2066}y\\u{e0041}");
    }
}
