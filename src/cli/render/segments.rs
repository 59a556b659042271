//! The segments of a code: as JSON, as aligned lines, and a caret under the character that is wrong.

use serde_json::{Map, Value};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Page, object, table};
use crate::code::{Invalid, Kind};
use crate::rule::reading::ReadSegment;

/// A segment as JSON; `start` counts characters from 1, `from` and `until` stand there where the value has them.
pub(crate) fn segment(code: &str, segment: &ReadSegment) -> Value {
    let start = code.get(..segment.range.start).map_or(0, |before| before.chars().count()) + 1;
    let (field, value) = segment.value.clone().unzip();
    let mut facts = object([
        ("segment", segment.name.as_str().into()),
        ("text", segment.text.as_str().into()),
        ("start", start.into()),
        ("meaning", (!segment.meaning.is_empty()).then_some(segment.meaning.as_str()).into()),
        ("field", field.into()),
        ("value", value.into()),
    ]);
    let days = [("from", segment.period.from), ("until", segment.period.until)];
    facts.extend(days.into_iter().filter_map(|(name, day)| Some((name.to_owned(), day?.to_string().into()))));
    facts.into()
}

/// All segments as JSON.
pub(crate) fn list(code: &str, segments: &[ReadSegment]) -> Value {
    segments.iter().map(|one| segment(code, one)).collect::<Vec<_>>().into()
}

/// A fault as JSON; `position` counts characters from 1.
pub(crate) fn fault(fault: &Invalid) -> Map<String, Value> {
    object([
        ("kind", kind(fault.kind).into()),
        ("segment", fault.segment.as_str().into()),
        ("position", (fault.offset + 1).into()),
        ("found", fault.found.as_str().into()),
        ("expected", fault.expected.as_str().into()),
        ("message", fault.to_string().into()),
    ])
}

/// The stable word of a family of faults.
pub(crate) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Length => "length",
        Kind::Format => "format",
        Kind::Component => "component",
        Kind::CheckDigit => "check-digit",
    }
}

/// A fault in one line, for scripts.
pub(crate) fn sentence(rule: &str, fault: &Invalid) -> String {
    let found = if fault.found.is_empty() { "the end".to_owned() } else { format!("{:?}", fault.found) };
    format!("{fault}, not {found} at character {} (rule {rule})", fault.offset + 1)
}

/// Two aligned lines a code: the code, and a caret with what should stand there.
pub(crate) fn caret(code: &str, fault: &Invalid, page: Page) -> String {
    let shown = page.text(code);
    // Escapes lengthen what stands before the fault, so the caret is measured on what is shown.
    let before: String = code.chars().take(fault.offset).collect();
    let indent = page.text(&before).width();
    let found: usize = fault.found.chars().map(|c| c.width().unwrap_or(0)).sum();
    format!("  {shown}\n  {}{} {fault}\n", " ".repeat(indent), page.strong(&"^".repeat(found.max(1))))
}

/// Segment, text and meaning, one line each, aligned; literals without a meaning are left out.
pub(crate) fn lines(segments: &[ReadSegment], page: Page) -> String {
    let told: Vec<_> = segments.iter().filter(|one| !one.meaning.is_empty()).collect();
    let names = told.iter().map(|one| one.name.width()).max().unwrap_or(0);
    let texts = told.iter().map(|one| one.text.width()).max().unwrap_or(0);
    let mut text = String::new();
    for one in told {
        text.push_str("  ");
        table::put(&one.name, names, &mut text);
        text.push_str("  ");
        table::put(&one.text, texts, &mut text);
        text.push_str("  ");
        text.push_str(&page.text(&one.meaning));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Period;

    fn wrong(offset: usize, found: &str) -> Invalid {
        Invalid {
            kind: Kind::Component,
            index: 1,
            segment: "industry".into(),
            offset,
            found: found.into(),
            expected: "one of A, B, C".into(),
        }
    }

    #[test]
    fn the_caret_stands_under_the_fault() {
        assert_eq!(
            caret("01X0001", &wrong(2, "X"), Page::default()),
            "  01X0001\n    ^ industry is one of A, B, C\n"
        );
    }

    #[test]
    fn the_caret_counts_wide_and_escaped_characters() {
        assert_eq!(
            caret("０１X", &wrong(2, "X"), Page::default()),
            "  ０１X\n      ^ industry is one of A, B, C\n"
        );
        let page = Page { escape: true, ..Page::default() };
        assert_eq!(
            caret("0\u{200b}X", &wrong(2, "X"), page),
            "  0\\u{200b}X\n           ^ industry is one of A, B, C\n"
        );
    }

    #[test]
    fn an_end_that_comes_too_early_is_told() {
        let sentence = sentence("graded", &wrong(2, ""));
        assert_eq!(sentence, "industry is one of A, B, C, not the end at character 3 (rule graded)");
    }

    #[test]
    fn meanings_are_aligned() {
        let one = |name: &str, text: &str, meaning: &str| ReadSegment {
            name: name.into(),
            text: text.into(),
            range: 0..0,
            meaning: meaning.into(),
            value: None,
            period: Period::default(),
        };
        let segments = [one("type", "01", "客户类型 A类"), one("-", "-", ""), one("seq", "0001", "number 1")];
        assert_eq!(lines(&segments, Page::default()), "  type  01    客户类型 A类\n  seq   0001  number 1\n");
    }
}
