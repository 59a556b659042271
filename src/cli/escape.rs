//! Names made safe for a terminal: what would move the cursor, hide itself or turn the line around
//! is shown instead of sent.
//!
//! Files and pipes get names raw; only [`super::ui`] knows which of both a text goes to.

use std::borrow::Cow;

use crate::report::visible::is_treacherous;
pub(crate) use crate::report::visible::visible;

/// As [`visible`], line by line: line feeds stay.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    if is_harmless(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(visible).collect::<Vec<_>>().join("\n"))
}

/// What a terminal may be told by this program itself: bold, and back.
const STYLES: [&str; 2] = ["\u{1b}[1m", "\u{1b}[0m"];

/// As [`visible_lines`], with what this program styles itself. The last look at everything that
/// goes to a terminal: whatever a renderer forgot to escape stops here.
pub(crate) fn for_screen(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let style = STYLES.into_iter().find(|style| rest.starts_with(style));
        let whole = match (style, character) {
            (Some(style), _) => style,
            (None, '\r') if rest.starts_with("\r\n") => "\r\n",
            _ => &rest[..character.len_utf8()],
        };
        if whole.len() > character.len_utf8()
            || matches!(character, '\n' | '\t')
            || !is_treacherous(character)
        {
            out.push_str(whole);
        } else {
            out.extend(character.escape_default());
        }
        rest = &rest[whole.len()..];
    }
}

/// Whether a text can go to a terminal line by line as it is.
pub(crate) fn is_harmless(text: &str) -> bool {
    !text.chars().any(|character| character != '\n' && is_treacherous(character))
}

/// JSON text with the same characters as `\uXXXX`, which means the same to every reader of JSON.
pub(crate) fn visible_json(text: &str) -> Cow<'_, str> {
    if is_harmless(text) {
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
    fn only_this_program_s_styles_reach_a_screen() {
        let shown = |text: &str| {
            let mut out = String::new();
            for_screen(text, &mut out);
            out
        };
        assert_eq!(shown("\u{1b}[1mcode\u{1b}[0m\tx\r\n"), "\u{1b}[1mcode\u{1b}[0m\tx\r\n");
        assert_eq!(
            shown("a\u{1b}[2J\u{1b}]52;c;x\u{7}\rb\u{9b}\u{202e}"),
            "a\\u{1b}[2J\\u{1b}]52;c;x\\u{7}\\rb\\u{9b}\\u{202e}"
        );
    }

    #[test]
    fn json_keeps_its_meaning() {
        let text = serde_json::to_string("甲\u{202e}\u{e0041}\u{7f}乙").expect("serializes");
        let shown = visible_json(&text);
        assert_eq!(shown, "\"甲\\u202e\\udb40\\udc41\\u007f乙\"");
        assert_eq!(serde_json::from_str::<String>(&shown).expect("parses"), "甲\u{202e}\u{e0041}\u{7f}乙");
    }
}
