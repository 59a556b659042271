//! UTF-8 text as bytes of an encoding. A character that would not come back the same is an error,
//! never replaced.

use std::io::{self, Write};

use encoding_rs::EncoderResult;

use super::Encoding;

/// Writes text in an encoding; the first time with what stands before any text.
pub(super) struct Encoder {
    encoding: Encoding,
    begun: bool,
    bytes: Vec<u8>,
    units: Vec<u16>,
}

impl Encoder {
    pub(super) fn new(encoding: Encoding) -> Self {
        Self { encoding, begun: false, bytes: Vec::new(), units: Vec::new() }
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
                if begins {
                    out.write_all(&[0xFF, 0xFE])?;
                }
                self.utf16(text, u16::to_le_bytes);
                out.write_all(&self.bytes)
            }
            Encoding::Gb18030 => {
                // All of them begin with this byte, which is no part of another character.
                for at in memchr::memchr_iter(0xEE, text.as_bytes()) {
                    let character = text[at..].chars().next();
                    if let Some(character) = character.filter(|c| comes_back_as_another(*c)) {
                        return Err(self.unmappable(character));
                    }
                }
                self.charset(encoding_rs::GB18030, text)?;
                out.write_all(&self.bytes)
            }
            Encoding::Legacy(_) => {
                let charset = self.encoding.charset(b"");
                if charset == encoding_rs::UTF_16BE {
                    if begins {
                        out.write_all(&[0xFE, 0xFF])?;
                    }
                    self.utf16(text, u16::to_be_bytes);
                } else {
                    self.charset(charset, text)?;
                    self.same_again(charset, text)?;
                }
                out.write_all(&self.bytes)
            }
        }
    }

    fn utf16(&mut self, text: &str, to_bytes: fn(u16) -> [u8; 2]) {
        // One unit more than needed is what the conversion asks for.
        self.units.resize(text.len() + 1, 0);
        let length = encoding_rs::mem::convert_str_to_utf16(text, &mut self.units);
        self.bytes.resize(length * 2, 0);
        for (pair, unit) in self.bytes.as_chunks_mut::<2>().0.iter_mut().zip(&self.units) {
            *pair = to_bytes(*unit);
        }
    }

    fn charset(&mut self, charset: &'static encoding_rs::Encoding, text: &str) -> io::Result<()> {
        let mut encoder = charset.new_encoder();
        let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
        self.bytes.resize(room.unwrap_or(0), 0);
        let (result, _, written) = encoder.encode_from_utf8_without_replacement(text, &mut self.bytes, true);
        self.bytes.truncate(written);
        match result {
            EncoderResult::Unmappable(character) => Err(self.unmappable(character)),
            EncoderResult::InputEmpty | EncoderResult::OutputFull => Ok(()),
        }
    }

    /// Refuses what an encoding writes as another character: `¥` of `Shift_JIS` would be a `\\`.
    fn same_again(&self, charset: &'static encoding_rs::Encoding, text: &str) -> io::Result<()> {
        let (again, _) = charset.decode_without_bom_handling(&self.bytes);
        if again == text {
            return Ok(());
        }
        let differs = text.chars().zip(again.chars()).find(|(written, read)| written != read);
        Err(self.unmappable(differs.map_or('\u{FFFD}', |(written, _)| written)))
    }

    fn unmappable(&self, character: char) -> io::Error {
        let (code, encoding) = (u32::from(character), self.encoding);
        let reason = format!("U+{code:04X} cannot be written in {encoding}; write it with --encoding utf-8");
        io::Error::new(io::ErrorKind::InvalidData, reason)
    }
}

/// The private characters that an older GB 18030 had at the places of characters that Unicode has
/// got since.
fn comes_back_as_another(character: char) -> bool {
    matches!(
        character,
        '\u{E78D}'
            ..='\u{E796}'
                | '\u{E81E}'
                | '\u{E826}'
                | '\u{E82B}'
                | '\u{E82C}'
                | '\u{E832}'
                | '\u{E843}'
                | '\u{E854}'
                | '\u{E864}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(encoding: Encoding, text: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Encoder::new(encoding).write(text, &mut bytes).map(|()| bytes)
    }

    #[test]
    fn marks_stand_once_at_the_beginning() {
        let mut encoder = Encoder::new(Encoding::Utf16);
        let mut bytes = Vec::new();
        for text in ["客", "A𠮷"] {
            encoder.write(text, &mut bytes).expect("a Vec takes everything");
        }
        assert_eq!(bytes, b"\xFF\xFE\xA2\x5BA\0\x42\xD8\xB7\xDF");
        assert_eq!(encode(Encoding::Utf8Bom, "A").expect("written"), b"\xEF\xBB\xBFA");
        assert_eq!(encode(Encoding::Utf8, "A").expect("written"), b"A");
        assert_eq!(encode(Encoding::Gb18030, "客户").expect("written"), b"\xBF\xCD\xBB\xA7");
    }

    #[test]
    fn gb18030_gives_every_character_back_or_refuses_it() {
        let mut refused = 0;
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            match encode(Encoding::Gb18030, &text) {
                Ok(bytes) => assert_eq!(encoding_rs::GB18030.decode_without_bom_handling(&bytes).0, text),
                Err(_) => refused += 1,
            }
        }
        assert_eq!(refused, 19, "private characters only");
    }

    #[test]
    fn no_encoding_writes_what_reads_as_something_else() {
        for label in
            ["shift_jis", "euc-jp", "iso-2022-jp", "big5", "euc-kr", "windows-1252", "koi8-u", "utf-16be"]
        {
            let encoding = Encoding::of_label(label).expect("a label");
            for character in ['a', '¥', '‾', '−', '客', 'é', 'Я', '가', '𠮷', '～'] {
                let text = format!("a{character}b");
                let Ok(bytes) = encode(encoding, &text) else { continue };
                let head = bytes.clone();
                let (again, _, _) = encoding.charset(&head).decode(&bytes);
                assert_eq!(again, text, "{label}");
            }
        }
        let error = encode(Encoding::of_label("latin1").expect("a label"), "客").expect_err("refused");
        assert!(error.to_string().starts_with("U+5BA2 cannot be written in windows-1252"), "{error}");
    }

    #[test]
    fn a_character_that_would_be_lost_is_named() {
        let error = encode(Encoding::Gb18030, "龴\u{E5E5}").expect_err("refused").to_string();
        assert_eq!(error, "U+E5E5 cannot be written in gb18030; write it with --encoding utf-8");
    }
}
