//! The pattern text: literal characters and `{…}` placeholders, each with its place in the file.
//! What a placeholder names is the affair of `segments`.

use std::ops::Range;

use super::unprintable;
use crate::rule::Diagnostic;
use crate::rule::document::{Findings, Text};

/// One part of a pattern text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item<'p> {
    pub(super) kind: ItemKind<'p>,
    /// Bytes in the rule file, braces included.
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ItemKind<'p> {
    /// Always this text.
    Literal(String),
    /// `{name}`, `{name.attribute}`, `{name@level}`, `{name:width}`.
    Field { name: &'p str, attribute: Option<&'p str>, level: Option<usize>, width: Option<usize> },
    /// `{date:FORMAT}`.
    Date(&'p str),
    /// `{seq:WIDTH}`.
    Sequence(usize),
    /// `{check}`.
    Check,
}

/// Where the characters of a TOML string stand in the file.
pub(super) struct Places {
    whole: Range<usize>,
    /// Where its first character stands; `None` with escapes, when only the whole string can be
    /// pointed at.
    first: Option<usize>,
}

impl Places {
    pub(super) fn of(file: &str, text: &Text<'_>) -> Self {
        let raw = file.get(text.span.clone()).unwrap_or_default();
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        let inner = raw.get(quotes..raw.len().saturating_sub(quotes)).unwrap_or_default();
        Self { whole: text.span.clone(), first: (inner == text.text).then_some(text.span.start + quotes) }
    }

    pub(super) fn at(&self, range: Range<usize>) -> Range<usize> {
        self.first.map_or_else(|| self.whole.clone(), |first| first + range.start..first + range.end)
    }
}

/// Splits a pattern text; what cannot be read is reported and left out.
pub(super) fn scan<'p>(text: &'p str, places: &Places, findings: &mut Findings) -> Vec<Item<'p>> {
    let mut items: Vec<Item<'p>> = Vec::new();
    let mut at = 0;
    while let Some(symbol) = text[at..].chars().next() {
        let rest = &text[at..];
        let end = at + symbol.len_utf8();
        if rest.starts_with("{{") || rest.starts_with("}}") {
            literal(&mut items, symbol, places.at(at..at + 2));
            at += 2;
            continue;
        }
        match symbol {
            '{' => {
                let Some(length) = rest.find('}') else {
                    findings.add(
                        Diagnostic::error("bad-pattern", places.at(at..end), "a { is never closed")
                            .label("expected a } after it")
                            .hint("write {{ for a brace that is printed"),
                    );
                    return items;
                };
                let span = places.at(at..at + length + 1);
                let inside = &text[at + 1..at + length];
                let kind = placeholder(
                    inside,
                    |range| places.at(at + 1 + range.start..at + 1 + range.end),
                    findings,
                );
                items.extend(kind.map(|kind| Item { kind, span }));
                at += length + 1;
                continue;
            }
            '}' => findings.add(
                Diagnostic::error("bad-pattern", places.at(at..end), "a } without its {")
                    .hint("write }} for a brace that is printed"),
            ),
            _ if unprintable(&rest[..symbol.len_utf8()]).is_some() => findings.add(
                Diagnostic::error(
                    "bad-pattern",
                    places.at(at..end),
                    format!("{symbol:?} cannot stand in a code"),
                )
                .label("expected an ASCII letter, digit or sign"),
            ),
            _ => literal(&mut items, symbol, places.at(at..end)),
        }
        at = end;
    }
    items
}

/// Appends to the literal that stands last, or begins one.
fn literal(items: &mut Vec<Item<'_>>, symbol: char, span: Range<usize>) {
    if let Some(Item { kind: ItemKind::Literal(text), span: all }) = items.last_mut() {
        text.push(symbol);
        all.end = span.end;
        return;
    }
    items.push(Item { kind: ItemKind::Literal(symbol.to_string()), span });
}

/// Reads what stands between two braces.
fn placeholder<'p>(
    inside: &'p str,
    place: impl Fn(Range<usize>) -> Range<usize>,
    findings: &mut Findings,
) -> Option<ItemKind<'p>> {
    let (name, option) = match inside.split_once(':') {
        Some((name, option)) => (name, Some(option)),
        None => (inside, None),
    };
    let all = 0..inside.len();
    let behind_colon = name.len() + usize::from(option.is_some())..inside.len();
    let read = match (name, option) {
        ("date", Some(format)) if !format.is_empty() => Ok(ItemKind::Date(format)),
        ("date", _) => Err((
            all,
            "a date without its format".to_owned(),
            "write {date:%Y%m%d}; see %Y %y %m %d %j %G %V",
        )),
        ("seq", Some(width)) => match width.parse() {
            Ok(width @ 1..=18) => Ok(ItemKind::Sequence(width)),
            _ => Err((
                behind_colon,
                format!("{width:?} is no width of a sequence"),
                "a sequence prints 1 to 18 digits: {seq:4}",
            )),
        },
        ("seq", None) => {
            Err((all, "a sequence without its width".to_owned(), "write {seq:4} for four digits"))
        }
        ("check", None) => Ok(ItemKind::Check),
        ("check", Some(_)) => Err((
            behind_colon,
            "a check digit has no width".to_owned(),
            "its algorithm says how many characters it prints",
        )),
        _ if name.is_empty() || name.starts_with('.') => Err((
            all,
            "an empty placeholder".to_owned(),
            "name a field, or write {{ }} for braces that are printed",
        )),
        (_, None) => field(name, None),
        (_, Some(width)) => match width.parse() {
            Ok(width @ 1..) => field(name, Some(width)),
            _ => Err((
                behind_colon,
                format!("{width:?} is no width"),
                "{name:4} asserts that 4 characters are printed",
            )),
        },
    };
    match read {
        Ok(kind) => Some(kind),
        Err((range, message, hint)) => {
            findings.add(Diagnostic::error("bad-pattern", place(range), message).hint(hint));
            None
        }
    }
}

/// What is wrong with a placeholder: where in it, the message, the hint.
type Wrong = (Range<usize>, String, &'static str);

/// Reads `name`, `name.attribute` or `name@level`.
fn field(text: &str, width: Option<usize>) -> Result<ItemKind<'_>, Wrong> {
    if let Some((name, level)) = text.split_once('@') {
        return match level.parse() {
            Ok(level @ 1..) => Ok(ItemKind::Field { name, attribute: None, level: Some(level), width }),
            _ => Err((
                name.len() + 1..text.len(),
                format!("{level:?} is no level"),
                "levels count from 1: {class@1}",
            )),
        };
    }
    let (name, attribute) = match text.split_once('.') {
        Some((name, attribute)) => (name, Some(attribute)),
        None => (text, None),
    };
    Ok(ItemKind::Field { name, attribute, level: None, width })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str) -> (Vec<ItemKind<'_>>, Vec<(String, String)>) {
        let places = Places { whole: 0..text.len(), first: Some(0) };
        let mut findings = Findings::default();
        let items = scan(text, &places, &mut findings).into_iter().map(|item| item.kind).collect();
        let found = findings.list.into_iter().map(|f| (f.message, text[f.span].to_owned())).collect();
        (items, found)
    }

    #[test]
    fn every_placeholder_is_known() {
        use ItemKind::*;
        let field = |name, attribute, level, width| Field { name, attribute, level, width };
        let (items, found) = scanned("K-{{{type}}}{type.letter}{class@2:4}{date:%Y-%m}{seq:4}{check}");
        assert_eq!(found, []);
        let expected = [
            Literal("K-{".into()),
            field("type", None, None, None),
            Literal("}".into()),
            field("type", Some("letter"), None, None),
            field("class", None, Some(2), Some(4)),
            Date("%Y-%m"),
            Sequence(4),
            Check,
        ];
        assert_eq!(items, expected);
    }

    #[test]
    fn faults_are_pointed_at() {
        for (text, message, place) in [
            ("A{type", "a { is never closed", "{"),
            ("A}B", "a } without its {", "}"),
            ("A客B", "'客' cannot stand in a code", "客"),
            ("A B", "' ' cannot stand in a code", " "),
            ("{seq}", "a sequence without its width", "seq"),
            ("{seq:19}", "\"19\" is no width of a sequence", "19"),
            ("{date}", "a date without its format", "date"),
            ("{class@x}", "\"x\" is no level", "x"),
            ("{check:2}", "a check digit has no width", "2"),
            ("{}", "an empty placeholder", ""),
            ("{type:0}", "\"0\" is no width", "0"),
        ] {
            assert_eq!(scanned(text).1, [(message.to_owned(), place.to_owned())], "{text}");
        }
    }
}
