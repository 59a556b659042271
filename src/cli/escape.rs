//! Names made safe for a terminal: what would move the cursor, hide itself or turn the line around is shown instead of sent.
//!
//! Files and pipes get names raw; only [`super::ui`] knows which of both a text goes to.

use std::borrow::Cow;

use crate::report::visible::is_treacherous;
pub(crate) use crate::report::visible::visible;

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

#[cfg(test)]
mod tests {
    use super::*;

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
