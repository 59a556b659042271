//! Rows in PostgreSQL's binary form of COPY: what of a table is sent in one piece.
//!
//! The form: a signature, then for each row the number of fields and each field with its length
//! (-1: absent), then -1.

use super::link::Link;

/// Signature, flags, length of the extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// A row's number of fields that means there are no more rows.
const END: [u8; 2] = (-1_i16).to_be_bytes();

/// A field's length that means it is absent.
const ABSENT: [u8; 4] = (-1_i32).to_be_bytes();

/// Rows on their way to a table.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<u8>, u64);

impl Rows {
    /// Begins a row of so many fields.
    pub(super) fn row(&mut self, fields: i16) -> &mut Self {
        if self.0.is_empty() {
            self.0.extend_from_slice(HEADER);
        }
        self.0.extend_from_slice(&fields.to_be_bytes());
        self.1 += 1;
        self
    }

    /// The next field, a whole number.
    pub(super) fn integer(&mut self, number: i64) -> &mut Self {
        self.0.extend_from_slice(&8_i32.to_be_bytes());
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    /// The next field, a text. One longer than 2 GiB would end the copy with an error of the
    /// server.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.0.extend_from_slice(&i32::try_from(text.len()).unwrap_or(i32::MAX).to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// The next field, absent.
    pub(super) fn null(&mut self) -> &mut Self {
        self.0.extend_from_slice(&ABSENT);
        self
    }

    /// Bytes that wait.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sends all of them to the table and columns of `into` (`codes (id, …)`), and begins anew;
    /// whether the server wrote every row, from which a trigger that somebody made could keep it.
    pub(super) fn send(&mut self, link: &mut Link, into: &str) -> Result<bool, tokio_postgres::Error> {
        if self.0.is_empty() {
            return Ok(true);
        }
        self.0.extend_from_slice(&END);
        let sql = format!("COPY {into} FROM STDIN (FORMAT binary)");
        let sent = link.copy(&sql, &self.0);
        self.0.clear();
        let rows = std::mem::take(&mut self.1);
        sent.map(|written| written == rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_number_of_fields_each_with_its_length() {
        let mut rows = Rows::default();
        rows.row(3).integer(7).text("客").null();
        let expected =
            [&[0, 3, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 3][..], "客".as_bytes(), &[255; 4]];
        assert_eq!(rows.0[HEADER.len()..], expected.concat());
        assert_eq!(HEADER.len(), 19);
    }
}
