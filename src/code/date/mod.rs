//! Date segments: `%Y %y %m %d %j %G %V` and literal text, printed and parsed.

mod describe;
mod facts;

use std::collections::BTreeSet;

use jiff::civil::Date;

pub(crate) use facts::{DateFacts, Directive};

/// A checked date format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFormat {
    text: String,
    parts: Vec<DatePart>,
}

/// What stands in a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DatePart {
    Literal(String),
    Directive(Directive),
}

/// An unknown directive at a byte offset of the format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown date directive {directive:?}")]
pub struct DateFormatError {
    /// As written, e.g. `%Q`.
    pub directive: String,
    /// Byte offset in the format.
    pub offset: usize,
}

impl DateFormat {
    /// Checks `format`; every directive has a fixed width, so the printed date has one too.
    pub fn new(format: &str) -> Result<Self, DateFormatError> {
        let mut parts = Vec::new();
        let mut rest = format;
        while let Some(percent) = rest.find('%') {
            let (literal, directive) = rest.split_at(percent);
            if !literal.is_empty() {
                parts.push(DatePart::Literal(literal.to_owned()));
            }
            let letter = directive.chars().nth(1);
            let Some(known) = letter.and_then(Directive::from_letter) else {
                return Err(DateFormatError {
                    directive: directive.chars().take(2).collect(),
                    offset: format.len() - directive.len(),
                });
            };
            parts.push(DatePart::Directive(known));
            rest = &directive[2..];
        }
        if !rest.is_empty() {
            parts.push(DatePart::Literal(rest.to_owned()));
        }
        Ok(Self { text: format.to_owned(), parts })
    }

    /// The format as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Directives and the literal text between them, in order.
    pub(crate) fn parts(&self) -> &[DatePart] {
        &self.parts
    }

    /// Characters of a printed date.
    pub fn width(&self) -> usize {
        let widths = self.parts.iter().map(|part| match part {
            DatePart::Literal(text) => text.chars().count(),
            DatePart::Directive(directive) => directive.width(),
        });
        widths.sum()
    }

    /// Bytes of a printed date: more than characters where the literal text is not ASCII.
    pub(crate) fn byte_width(&self) -> usize {
        self.template().count()
    }

    /// Appends `date` (years 0001–9999) to `out`.
    pub fn print(&self, date: Date, out: &mut String) {
        for part in &self.parts {
            match part {
                DatePart::Literal(text) => out.push_str(text),
                DatePart::Directive(directive) => {
                    let digits = format!("{:0width$}", directive.of(date), width = directive.width());
                    out.push_str(&digits);
                }
            }
        }
    }

    /// What each byte of a printed date is: `Some(literal byte)`, or `None` for a digit.
    pub(crate) fn template(&self) -> impl Iterator<Item = Option<u8>> {
        self.parts.iter().flat_map(|part| {
            let (literal, digits) = match part {
                DatePart::Literal(text) => (text.as_bytes(), 0),
                DatePart::Directive(directive) => (&[][..], directive.width()),
            };
            literal.iter().copied().map(Some).chain(std::iter::repeat_n(None, digits))
        })
    }

    /// The characters that each byte of a printed date can be.
    pub(crate) fn places(&self) -> Vec<Vec<u8>> {
        let mut places = Vec::new();
        for part in &self.parts {
            match part {
                DatePart::Literal(text) => places.extend(text.bytes().map(|byte| vec![byte])),
                DatePart::Directive(directive) => {
                    let width = directive.width();
                    let mut digits = vec![BTreeSet::new(); width];
                    for number in directive.numbers() {
                        let text = format!("{number:0width$}");
                        digits.iter_mut().zip(text.bytes()).for_each(|(digits, digit)| {
                            digits.insert(digit);
                        });
                    }
                    places.extend(digits.into_iter().map(|digits| digits.into_iter().collect::<Vec<u8>>()));
                }
            }
        }
        places
    }

    /// Whether a printed date can be any digits in the places of the template: `%y` alone.
    pub(crate) fn is_any_digits(&self) -> bool {
        let directives = self.parts.iter().filter(|part| matches!(part, DatePart::Directive(_)));
        directives.eq([&DatePart::Directive(Directive::YearOfCentury)])
    }

    /// Adds what `text` says to `facts`; `text` must fit the [template](Self::template). False when
    /// it says something else than `facts`.
    pub(crate) fn read(&self, text: &[u8], facts: &mut DateFacts) -> bool {
        let mut rest = text;
        for part in &self.parts {
            match part {
                DatePart::Literal(literal) => rest = &rest[literal.len()..],
                DatePart::Directive(directive) => {
                    let (digits, after) = rest.split_at(directive.width());
                    let number = digits.iter().fold(0, |sum, &digit| sum * 10 + i16::from(digit - b'0'));
                    if !facts.add(*directive, number) {
                        return false;
                    }
                    rest = after;
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn printed(format: &str, date: Date) -> String {
        let mut out = String::new();
        DateFormat::new(format).expect(format).print(date, &mut out);
        out
    }

    #[test]
    fn every_directive_prints_its_width() {
        let day = date(2024, 12, 30);
        let cases = [
            ("%Y%m%d", "20241230"),
            ("%y-%j", "24-365"),
            ("%G-W%V", "2025-W01"),
            ("%Y年%m月", "2024年12月"),
            ("K", "K"),
        ];
        for (format, text) in cases {
            assert_eq!(printed(format, day), text);
            let format = DateFormat::new(format).expect(format);
            assert_eq!((format.width(), format.byte_width()), (text.chars().count(), text.len()));
        }
        assert_eq!(printed("%Y", date(7, 1, 1)), "0007");
    }

    #[test]
    fn an_unknown_directive_is_named_with_its_place() {
        let cases = [("%Y%Q", "%Q", 2), ("年%", "%", 3), ("%%", "%%", 0), ("%月", "%月", 0)];
        for (format, directive, offset) in cases {
            let expected = DateFormatError { directive: directive.to_owned(), offset };
            assert_eq!(DateFormat::new(format), Err(expected));
        }
    }
}
