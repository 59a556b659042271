//! UTF-8 text as bytes of an encoding. A character that would not come back the same is an error, never replaced.

use std::io::{self, Write};

use encoding_rs::EncoderResult;

use super::Encoding;

/// Writes text in an encoding; the first time with what stands before any text.
pub(super) struct Encoder {
    encoding: Encoding,
    begun: bool,
    bytes: Vec<u8>,
}

impl Encoder {
    pub(super) fn new(encoding: Encoding) -> Self {
        Self { encoding, begun: false, bytes: Vec::new() }
    }

    /// Writes a text to `out`, all of it or an error.
    pub(super) fn write(&mut self, text: &str, out: &mut impl Write) -> io::Result<()> {
        let begins = !std::mem::replace(&mut self.begun, true);
        match self.encoding {
            Encoding::Utf8 => out.write_all(text.as_bytes()),
            Encoding::Utf8Bom => {
                if begins {
                    out.write_all(b"\xEF\xBB\xBF")?;
                }
                out.write_all(text.as_bytes())
            }
            Encoding::Utf16 => {
                self.bytes.clear();
                if begins {
                    self.bytes.extend([0xFF, 0xFE]);
                }
                self.bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
                out.write_all(&self.bytes)
            }
            Encoding::Gb18030 => {
                self.gb18030(text)?;
                out.write_all(&self.bytes)
            }
        }
    }

    fn gb18030(&mut self, text: &str) -> io::Result<()> {
        let mut encoder = encoding_rs::GB18030.new_encoder();
        let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
        self.bytes.resize(room.unwrap_or(0), 0);
        let (result, _, written) = encoder.encode_from_utf8_without_replacement(text, &mut self.bytes, true);
        self.bytes.truncate(written);
        match result {
            EncoderResult::Unmappable(character) => Err(unmappable(character)),
            EncoderResult::InputEmpty | EncoderResult::OutputFull => Ok(()),
        }
    }
}

fn unmappable(character: char) -> io::Error {
    let code = u32::from(character);
    let reason = format!("U+{code:04X} cannot be written in gb18030; write it with --encoding utf-8");
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
