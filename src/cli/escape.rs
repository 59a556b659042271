//! Names made safe for a terminal: what would move the cursor, hide itself or turn the line around is shown instead of sent.
//!
//! Files and pipes get names raw; only [`super::ui`] knows which of both a text goes to.

use std::borrow::Cow;

/// `text` with control, bidirectional and zero-width characters as visible escapes such as `\u{202e}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
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

/// As [`visible`], line by line: line feeds stay.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|character| character != '\n' && is_treacherous(character)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(visible).collect::<Vec<_>>().join("\n"))
}

/// JSON text with the same characters as `\uXXXX`, which means the same to every reader of JSON.
pub(crate) fn visible_json(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|character| character != '\n' && is_treacherous(character)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if character != '\n' && is_treacherous(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                shown.extend(["\\u", &format!("{unit:04x}")]);
            }
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Whether a terminal would do something else than show the character.
fn is_treacherous(character: char) -> bool {
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

    #[test]
    fn lines_stay_lines() {
        assert_eq!(visible_lines("a\nb\u{7f}\n"), "a\nb\\u{7f}\n");
        assert!(matches!(visible_lines("a\nb"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_keeps_its_meaning() {
        let text = serde_json::to_string("甲\u{202e}\u{e0041}\u{7f}乙").expect("serializes");
        let shown = visible_json(&text);
        assert_eq!(shown, "\"甲\\u202e\\udb40\\udc41\\u007f乙\"");
        assert_eq!(serde_json::from_str::<String>(&shown).expect("parses"), "甲\u{202e}\u{e0041}\u{7f}乙");
    }
}
