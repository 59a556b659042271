//! A second opinion on tables: decoded whole, and read slowly and plainly, for the reader under
//! test to be compared with.

use std::collections::BTreeMap;

use custcode::table::{Encoding, Format};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Longest cell in bytes.
const CELL: usize = 64 * 1024;

/// What stands next in a CSV file.
#[derive(Debug, PartialEq)]
pub(crate) enum Row {
    /// A row, the line it begins at, its cells.
    Cells(u64, Vec<String>),
    /// Something that is no row.
    Fault,
    /// A quote that is never closed: the end.
    Unclosed,
}

/// The members of a JSON object with their texts as written.
pub(crate) type Object = BTreeMap<String, Box<RawValue>>;

/// A document of rows.
#[derive(Deserialize)]
struct Document {
    rows: Vec<Object>,
}

/// The text of a file without its mark; a byte 0xFF stands for what could not be decoded.
pub(crate) fn decoded(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    let charset = match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => return unmarked(bytes.to_vec()),
        Encoding::Gb18030 => encoding_rs::GB18030,
        Encoding::Utf16 if bytes.starts_with(&[0xFE, 0xFF]) => encoding_rs::UTF_16BE,
        Encoding::Utf16 => encoding_rs::UTF_16LE,
        Encoding::Legacy(_) => panic!("{encoding} is none of the fuzzed ones"),
    };
    let mut decoder = charset.new_decoder_without_bom_handling();
    let mut text = Vec::new();
    let mut rest = bytes;
    loop {
        let mut piece = vec![0; 3 * rest.len() + 16];
        let (result, read, wrote) = decoder.decode_to_utf8_without_replacement(rest, &mut piece, true);
        text.extend_from_slice(&piece[..wrote]);
        rest = &rest[read..];
        match result {
            encoding_rs::DecoderResult::InputEmpty => return unmarked(text),
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::Malformed(..) => text.push(0xFF),
        }
    }
}

fn unmarked(text: Vec<u8>) -> Vec<u8> {
    text.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec).unwrap_or(text)
}

/// Every row of a CSV text, the header first.
pub(crate) fn csv(text: &[u8]) -> Vec<Row> {
    let mut csv = Csv { text, at: 0, line: 1, delimiter: b',' };
    csv.delimiter = delimiter(text);
    let mut rows = Vec::new();
    while let Some(row) = csv.row() {
        let ended = row == Row::Unclosed;
        rows.push(row);
        if ended {
            break;
        }
    }
    rows
}

/// A comma that stands in the first line, else its first semicolon or TAB; quoted ones do not
/// count.
pub(crate) fn delimiter(text: &[u8]) -> u8 {
    let begin = text.iter().position(|byte| !b"\r\n".contains(byte)).unwrap_or(0);
    let (mut quoted, mut other) = (false, None);
    for &byte in &text[begin..] {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'\r' | b'\n' => break,
            b',' => return byte,
            b';' | b'\t' => other = other.or(Some(byte)),
            _ => {}
        }
    }
    other.unwrap_or(b',')
}

struct Csv<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
    delimiter: u8,
}

impl Csv<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Passes a line end, if one stands there.
    fn line_end(&mut self) -> bool {
        let length = match self.text.get(self.at..).unwrap_or_default() {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return false,
        };
        self.at += length;
        self.line += 1;
        true
    }

    fn row(&mut self) -> Option<Row> {
        while self.line_end() {}
        self.peek()?;
        let (begin, line) = (self.at, self.line);
        let mut cells = Vec::new();
        loop {
            let cell = if self.peek() == Some(b'"') {
                match self.quoted() {
                    None => return Some(Row::Unclosed),
                    Some(cell) => cell,
                }
            } else {
                self.until(|byte, delimiter| byte == delimiter || b"\r\n".contains(&byte))
            };
            cells.push(cell);
            match self.peek() {
                Some(byte) if byte == self.delimiter => self.at += 1,
                None | Some(b'\r' | b'\n') => break,
                Some(_) => {
                    self.until(|byte, _| b"\r\n".contains(&byte));
                    self.line_end();
                    return Some(Row::Fault);
                }
            }
        }
        let raw = &self.text[begin..self.at];
        let fits = !raw.contains(&0) && str::from_utf8(raw).is_ok() && cells.iter().all(|c| c.len() <= CELL);
        self.line_end();
        let texts = cells.into_iter().map(|cell| String::from_utf8(cell).ok()).collect::<Option<Vec<_>>>();
        Some(texts.filter(|_| fits).map_or(Row::Fault, |texts| Row::Cells(line, texts)))
    }

    /// What stands between two quotes; `None` when the second one is missing.
    fn quoted(&mut self) -> Option<Vec<u8>> {
        let mut cell = Vec::new();
        self.at += 1;
        loop {
            if self.peek() == Some(b'"') {
                self.at += 1;
                if self.peek() != Some(b'"') {
                    return Some(cell);
                }
                cell.push(b'"');
                self.at += 1;
            } else if matches!(self.peek(), Some(b'\r' | b'\n')) {
                let begin = self.at;
                self.line_end();
                cell.extend_from_slice(&self.text[begin..self.at]);
            } else {
                cell.push(self.peek()?);
                self.at += 1;
            }
        }
    }

    fn until(&mut self, ends: impl Fn(u8, u8) -> bool) -> Vec<u8> {
        let rest = &self.text[self.at..];
        let length = rest.iter().position(|byte| ends(*byte, self.delimiter)).unwrap_or(rest.len());
        self.at += length;
        rest[..length].to_vec()
    }
}

/// The objects of a JSON text; for one object a line, `None` stands for a line that is none. `Err`
/// = no document of objects.
pub(crate) fn json(text: &[u8], format: Format) -> Result<Vec<Option<Object>>, serde_json::Error> {
    if format == Format::Jsonl {
        let lines = text.split(|byte| b"\r\n".contains(byte)).filter(|line| !line.trim_ascii().is_empty());
        return Ok(lines.map(|line| serde_json::from_slice(line).ok()).collect());
    }
    let rows = match serde_json::from_slice::<Vec<Object>>(text) {
        Ok(rows) => rows,
        Err(_) => serde_json::from_slice::<Document>(text)?.rows,
    };
    Ok(rows.into_iter().map(Some).collect())
}

/// The cells of an object under these headers; `None` when it has a member that no cell can hold.
pub(crate) fn cells(object: &Object, headers: &[String]) -> Option<Vec<String>> {
    let members = object.values().map(|value| cell(value.get())).collect::<Option<Vec<_>>>()?;
    let by_name: BTreeMap<_, _> = object.keys().zip(members).collect();
    let listed = headers.iter().filter(|header| by_name.contains_key(header)).count();
    assert_eq!(listed, by_name.len(), "every member has a header: {object:?}");
    Some(headers.iter().map(|header| by_name.get(header).cloned().unwrap_or_default()).collect())
}

fn cell(value: &str) -> Option<String> {
    let text = match value.as_bytes().first()? {
        b'"' => serde_json::from_str(value).ok()?,
        b'{' | b'[' => return None,
        b'n' => String::new(),
        _ => value.to_owned(),
    };
    (!text.contains('\0') && text.len() <= CELL).then_some(text)
}
