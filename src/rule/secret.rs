//! The address of a ledger can hold a password: a finding on its line shows the key and not the
//! value.

use std::borrow::Cow;
use std::ops::Range;

/// What stands for a value.
const HIDDEN: &str = "\"…\"";

/// What stands around a value, and is none of it.
const AROUND: [char; 10] = ['"', '\'', '“', '”', '‘', '’', '[', ']', '{', '}'];

/// Where the value begins that must not be shown, in a line that names a ledger or looks like it.
fn secret(line: &str) -> Option<usize> {
    let first = line.len() - line.trim_start_matches([' ', '\t', '"', '\'']).len();
    let rest = &line[first..];
    let key = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())];
    let ours = !key.is_empty() && strsim::osa_distance(&key.to_ascii_lowercase(), "store") <= 1;
    let url = line.find("://").filter(|_| line.contains('@'));
    let found = url.or_else(|| line.to_ascii_lowercase().find("password"));
    if !ours && found.is_none() {
        return None;
    }
    let assigned = line.find('=').map(|at| at + 1).filter(|at| found.is_none_or(|found| *at <= found));
    let begin = assigned.unwrap_or(if ours { first + key.len() } else { 0 });
    let value = line[begin..].trim_start();
    let number = value.trim_end().bytes().all(|byte| byte.is_ascii_digit());
    (!number).then(|| line.len() - value.len())
}

/// Lines as they may be shown, and where a range of them is then. What follows a hidden value in a
/// text of several lines is hidden, too.
pub(super) fn shown(lines: &str, range: Range<usize>) -> (Cow<'_, str>, Range<usize>) {
    let (mut at, mut hidden) = (0, None);
    for line in lines.split_inclusive('\n') {
        if let Some(begin) = secret(line.trim_end_matches(['\n', '\r'])) {
            hidden = Some(at + begin);
            break;
        }
        at += line.len();
    }
    let Some(begin) = hidden else { return (lines.into(), range) };
    let text = format!("{}{HIDDEN}", &lines[..begin]);
    let (start, end) = (range.start.min(begin), if range.end > begin { text.len() } else { range.end });
    (text.into(), start..end)
}

/// A sentence about a line, without the value of that line.
pub(super) fn about(line: &str, sentence: &mut String) {
    let Some(begin) = secret(line) else { return };
    let value = line[begin..].trim().trim_matches(AROUND);
    // Less would be a part of other words.
    if value.chars().count() >= 4 {
        *sentence = sentence.replace(value, "…");
    }
    // Without its escapes, or cut off where the value ended for the parser.
    let words: Vec<_> = sentence.split(' ').collect();
    let hidden = |word: &&str| word.contains("://") || word.to_ascii_lowercase().contains("password");
    if words.iter().any(hidden) {
        let words = words.into_iter().map(|word| if hidden(&word) { HIDDEN } else { word });
        *sentence = words.collect::<Vec<_>>().join(" ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_hidden_and_the_key_is_not() {
        for (line, expected) in [
            ("store = \"postgres://u:p@h/d", "store = \"…\""),
            ("  'stroe'=x", "  'stroe'=\"…\""),
            ("STORE \"p\"", "STORE \"…\""),
            ("store.url = x", "store.url = \"…\""),
            ("timezone = 'postgres://u:p@h'", "timezone = \"…\""),
            ("postgres://u:p@h/d?a=b", "\"…\""),
            ("store = '''\nu:p@h", "store = \"…\""),
        ] {
            assert_eq!(shown(line, 0..1).0, expected, "{line}");
        }
    }

    #[test]
    fn other_lines_are_shown_as_they_are() {
        for line in [
            "store_group = \"sales\"",
            "scope = [\"type\"]",
            "label = \"https://example.com\"",
            "store = 5",
            "store =",
            "[store",
        ] {
            assert_eq!(shown(line, 2..3), (line.into(), 2..3));
        }
    }

    #[test]
    fn the_caret_points_to_what_is_hidden() {
        assert_eq!(shown("store = \"abc", 8..12).1, 8..13);
        assert_eq!(shown("store = \"abc", 12..12).1, 8..13);
        assert_eq!(shown("store = \"abc", 0..5).1, 0..5);
    }
}
