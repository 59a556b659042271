//! A row of the input as the first pass understood it, and its form in a spool.

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
    /// The code that the row brought, as written, or the only one its combination can have; none when a number must be taken.
    pub(super) code: Option<&'s str>,
    /// Whether the row itself brought the code.
    pub(super) brought: bool,
    /// The brought code's number.
    pub(super) number: Option<u64>,
    /// Scope text.
    pub(super) scope: &'s str,
    /// Printed parts by segment, separated by U+001F.
    pub(super) parts: &'s str,
    pub(super) reference: Option<&'s str>,
    pub(super) name: Option<&'s str>,
    /// `YYYY-MM-DD`.
    pub(super) date: &'s str,
    /// JSON object.
    pub(super) fields: &'s str,
    /// JSON object.
    pub(super) attributes: &'s str,
}

/// Stands between printed parts; no code can contain it.
pub(super) const PART: char = '\u{1f}';
/// Stands for "none" where a length is expected.
const NONE: u32 = u32::MAX;

impl<'s> Row<'s> {
    /// Writes the row into `record`, replacing what is there.
    pub(super) fn encode(&self, record: &mut Vec<u8>) {
        record.clear();
        for number in [self.row, self.line, self.number.map_or(u64::MAX, |number| number)] {
            record.extend_from_slice(&number.to_le_bytes());
        }
        let rule = self.rule.map_or(NONE, |rule| u32::try_from(rule).unwrap_or(NONE));
        record.extend_from_slice(&rule.to_le_bytes());
        record.push(u8::from(self.brought));
        for text in [self.code, self.reference, self.name] {
            encode_text(record, text);
        }
        for text in [self.scope, self.parts, self.date, self.fields, self.attributes] {
            encode_text(record, Some(text));
        }
    }

    /// Reads a row back. Spools are private to the process, so a malformed record is a defect, not an input.
    pub(super) fn decode(record: &'s [u8]) -> Self {
        let mut cursor = Cursor { rest: record };
        let (row, line, number) = (cursor.u64(), cursor.u64(), cursor.u64());
        let rule = cursor.u32();
        let brought = cursor.take(1) == [1];
        let (code, reference, name) = (cursor.text(), cursor.text(), cursor.text());
        let mut required = || cursor.text().unwrap_or_default();
        Self {
            row,
            line,
            rule: (rule != NONE).then_some(rule as usize),
            code,
            brought,
            number: (number != u64::MAX).then_some(number),
            scope: required(),
            parts: required(),
            reference,
            name,
            date: required(),
            fields: required(),
            attributes: required(),
        }
    }
}

fn encode_text(record: &mut Vec<u8>, text: Option<&str>) {
    let length =
        text.map_or(NONE, |text| u32::try_from(text.len()).expect("cells are bounded by the reader"));
    record.extend_from_slice(&length.to_le_bytes());
    record.extend_from_slice(text.unwrap_or_default().as_bytes());
}

/// Takes a record apart.
struct Cursor<'s> {
    rest: &'s [u8],
}

impl<'s> Cursor<'s> {
    fn take(&mut self, count: usize) -> &'s [u8] {
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        taken
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take(8).try_into().expect("eight bytes were taken"))
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take(4).try_into().expect("four bytes were taken"))
    }

    fn text(&mut self) -> Option<&'s str> {
        let length = self.u32();
        (length != NONE)
            .then(|| std::str::from_utf8(self.take(length as usize)).expect("only texts are encoded"))
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
            number: Some(0),
            scope: "[\"01\"]",
            parts: "01\u{1f}A",
            reference: Some("CRM:1"),
            name: Some("华东机械有限公司"),
            date: "2026-11-22",
            fields: "{}",
            attributes: "",
        };
        let mut record = vec![1, 2, 3];
        row.encode(&mut record);
        assert_eq!(Row::decode(&record), row);
        let legacy =
            Row { rule: None, code: Some("老-1"), number: None, reference: None, name: None, ..row };
        legacy.encode(&mut record);
        assert_eq!(Row::decode(&record), legacy);
    }
}
