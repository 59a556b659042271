//! A row of the input as the first pass understood it, and its form in a spool.

use crate::registry::Result;
use crate::registry::customer::matching::{CodeOrigin, Keys};
use crate::registry::customer::names;
use crate::registry::customer::request::Description;
use crate::registry::json_fields::pairs;
use crate::registry::number::issue::UNCOUNTED;
use crate::rule::Prepared;

/// One customer of the file, checked against the rules but not yet against the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "its row number is what everybody calls the row")]
pub(super) struct Row<'s> {
    /// Row of the file, from 1, the header not counted.
    pub(super) row: u64,
    /// Line of the file where it starts.
    pub(super) line: u64,
    /// The rule's place in the rule book; none for a legacy code.
    pub(super) rule: Option<usize>,
    /// The code that the row brought, as written, or the only one its combination can have; none
    /// when a number must be taken.
    pub(super) code: Option<&'s str>,
    /// Whether the row itself brought the code.
    pub(super) brought: bool,
    /// The brought code as it came, where it is kept in another spelling.
    pub(super) spelling: Option<&'s str>,
    /// The brought code's number.
    pub(super) number: Option<u64>,
    /// Where it is numbered: scope text and printed parts by segment, separated by [`PART`]; of a
    /// row that no rule can number or read, why ([`Row::unfit`]).
    pub(super) place: &'s str,
    pub(super) reference: Option<&'s str>,
    pub(super) name: Option<&'s str>,
    /// `YYYY-MM-DD`.
    pub(super) date: &'s str,
    /// Whether the row itself says the date.
    pub(super) dated: bool,
    /// JSON object.
    pub(super) fields: &'s str,
    /// The fields as they were given, where some were derived, read from the code or taken by
    /// default besides: JSON object.
    pub(super) given: Option<&'s str>,
    /// JSON object.
    pub(super) attributes: &'s str,
}

/// Stands between a scope and its printed parts; no code can contain it.
pub(super) const PART: char = '\u{1f}';
/// Stands for "none" where a length is expected.
const NONE: u32 = u32::MAX;
/// The bits of [`Row::brought`] and [`Row::dated`].
const BROUGHT: u32 = 1;
const DATED: u32 = 2;
/// Texts of a row.
const TEXTS: usize = 9;

impl<'s> Row<'s> {
    /// Scope text.
    pub(super) fn scope(&self) -> &'s str {
        self.place.split(PART).next().unwrap_or_default()
    }

    /// Why no rule can number the row or read its code: it stands only for a customer whom the
    /// ledger knows.
    pub(super) fn unfit(&self) -> Option<&'s str> {
        (self.rule.is_none() && (self.code.is_none() || self.place != UNCOUNTED)).then_some(self.place)
    }

    /// By what it names its customer.
    pub(super) fn keys(&self) -> Keys<'s> {
        Keys {
            code: self.code,
            origin: if self.brought { CodeOrigin::List } else { CodeOrigin::Rules },
            reference: self.reference,
            reuse_reference: false,
            name: self.name,
            after_erasure: false,
        }
    }

    /// Whether its customer can only be told from others by the name.
    pub(super) fn has_no_key(&self) -> bool {
        self.code.is_none() && self.reference.is_none()
    }

    /// Whether nothing tells its customer from others: the next file cannot know it again.
    pub(super) fn is_nameless(&self) -> bool {
        self.has_no_key() && !self.name.is_some_and(names::is_name)
    }

    /// What somebody says with it of its customer: nothing that was taken by default, derived or
    /// read from the code.
    pub(super) fn description(&self) -> Result<Description> {
        Ok(Description {
            name: self.name.map(str::to_owned),
            reference: self.reference.map(str::to_owned),
            date: None,
            fields: pairs(self.given.unwrap_or(self.fields))?,
            attributes: pairs(self.attributes)?,
        })
    }

    /// The same with the date, where the row says it: everything by which namesakes are told apart.
    pub(super) fn described(&self) -> Result<Description> {
        let date = if self.dated { self.date.parse().ok() } else { None };
        Ok(Description { date, ..self.description()? })
    }

    /// What it prints.
    pub(super) fn prepared(&self) -> Prepared {
        let mut texts = self.place.split(PART).map(str::to_owned);
        Prepared { scope: texts.next().unwrap_or_default(), parts: texts.collect() }
    }

    /// Writes the row into `record`, replacing what is there: fixed numbers, the lengths of the
    /// texts, the texts.
    pub(super) fn encode(&self, record: &mut Vec<u8>) {
        record.clear();
        for number in [self.row, self.line, self.number.map_or(u64::MAX, |number| number)] {
            record.extend_from_slice(&number.to_le_bytes());
        }
        let rule = self.rule.map_or(NONE, |rule| u32::try_from(rule).expect("a rule file is small"));
        record.extend_from_slice(&rule.to_le_bytes());
        let flags = (u32::from(self.brought) * BROUGHT) | (u32::from(self.dated) * DATED);
        record.extend_from_slice(&flags.to_le_bytes());
        let texts = self.texts();
        for text in texts {
            let length =
                text.map_or(NONE, |text| u32::try_from(text.len()).expect("the reader bounds cells"));
            record.extend_from_slice(&length.to_le_bytes());
        }
        for text in texts.into_iter().flatten() {
            record.extend_from_slice(text.as_bytes());
        }
    }

    fn texts(&self) -> [Option<&'s str>; TEXTS] {
        let required = [self.place, self.date, self.fields, self.attributes].map(Some);
        let optional = [self.code, self.spelling, self.reference, self.name, self.given];
        let mut texts = [None; TEXTS];
        texts.iter_mut().zip(optional.into_iter().chain(required)).for_each(|(text, own)| *text = own);
        texts
    }

    /// Reads a row back. Spools are private to the process, so a malformed record is a defect, not
    /// an input.
    pub(super) fn decode(record: &'s [u8]) -> Self {
        let (numbers, rest) = record.split_at(24);
        let (lengths, rest) = rest.split_at(4 * (2 + TEXTS));
        let mut numbers = numbers
            .chunks_exact(8)
            .map(|bytes| u64::from_le_bytes(bytes.try_into().expect("a chunk of eight bytes")));
        let mut words = lengths
            .chunks_exact(4)
            .map(|bytes| u32::from_le_bytes(bytes.try_into().expect("a chunk of four bytes")));
        let mut next_number = || numbers.next().expect("three numbers");
        let (row, line, number) = (next_number(), next_number(), next_number());
        let mut next_word = || words.next().expect("two words and a length for each text");
        let (rule, flags) = (next_word(), next_word());
        let mut rest = std::str::from_utf8(rest).expect("only texts are encoded");
        let mut text = || {
            let length = next_word();
            (length != NONE).then(|| {
                let (text, behind) = rest.split_at(length as usize);
                rest = behind;
                text
            })
        };
        let (code, spelling, reference, name, given) = (text(), text(), text(), text(), text());
        let mut required = || text().unwrap_or_default();
        Self {
            row,
            line,
            rule: (rule != NONE).then_some(rule as usize),
            code,
            spelling,
            brought: flags & BROUGHT != 0,
            dated: flags & DATED != 0,
            number: (number != u64::MAX).then_some(number),
            reference,
            name,
            given,
            place: required(),
            date: required(),
            fields: required(),
            attributes: required(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_survives_the_spool() {
        let row = Row {
            row: 3,
            line: 9,
            rule: Some(2),
            code: None,
            brought: false,
            spelling: None,
            number: Some(0),
            place: "[\"01\"]\u{1f}01\u{1f}A",
            reference: Some("CRM:1"),
            name: Some("华东机械有限公司"),
            date: "2026-11-22",
            dated: true,
            fields: "{}",
            given: Some("{}"),
            attributes: "",
        };
        let mut record = vec![1, 2, 3];
        row.encode(&mut record);
        assert_eq!(Row::decode(&record), row);
        assert_eq!(row.scope(), "[\"01\"]");
        assert_eq!(row.prepared().parts, ["01", "A"]);
        let legacy =
            Row { rule: None, code: Some("老-1"), number: None, reference: None, name: None, ..row };
        legacy.encode(&mut record);
        assert_eq!(Row::decode(&record), legacy);
    }
}
