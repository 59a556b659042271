//! The segments of a code: as JSON, as aligned lines, and a caret under the character that is
//! wrong.

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::page::Page;
use super::table;
use crate::code::{Invalid, Kind};
use crate::rule::reading::ReadSegment;

/// A segment as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Segment<'a> {
    segment: &'a str,
    text: &'a str,
    /// Where it begins, in characters from 1.
    start: usize,
    meaning: Option<&'a str>,
    field: Option<&'a str>,
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// The segments of `code` as JSON.
pub(crate) fn list<'a>(code: &str, segments: &'a [ReadSegment]) -> Vec<Segment<'a>> {
    let day = |day: jiff::civil::Date| day.to_string();
    let one = |it: &'a ReadSegment| {
        let (field, value) = it.value.as_ref().map(|(field, value)| (&**field, &**value)).unzip();
        Segment {
            segment: &it.name,
            text: &it.text,
            start: code.get(..it.range.start).map_or(0, |before| before.chars().count()) + 1,
            meaning: (!it.meaning.is_empty()).then_some(&*it.meaning),
            field,
            value,
            from: it.period.from.map(day),
            until: it.period.until.map(day),
        }
    };
    segments.iter().map(one).collect()
}

/// A fault as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Fault<'a> {
    kind: &'static str,
    segment: &'a str,
    /// In characters from 1.
    position: usize,
    found: &'a str,
    expected: &'a str,
    message: String,
}

impl<'a> From<&'a Invalid> for Fault<'a> {
    fn from(fault: &'a Invalid) -> Self {
        Self {
            kind: kind(fault.kind),
            segment: &fault.segment,
            position: fault.offset + 1,
            found: &fault.found,
            expected: &fault.expected,
            message: fault.to_string(),
        }
    }
}

/// The stable word of a family of faults.
fn kind(kind: Kind) -> &'static str {
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
