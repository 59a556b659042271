//! Bytes of a source as UTF-8, in constant memory. What cannot be decoded becomes the byte 0xFF,
//! which no UTF-8 text holds: whoever checks the text finds it in its place, and reading can go on
//! behind it.

use std::io::{self, Read};

use super::Encoding;

/// Bytes read from the source at once.
const CHUNK: usize = 64 * 1024;

/// Space that [`Decoded::read`] must be given at least: one character and a mark.
pub(super) const MIN_SPACE: usize = 16;

/// A source as UTF-8.
pub(super) struct Decoded {
    input: Box<dyn Read + Send>,
    transcoder: Option<Transcoder>,
    consumed: u64,
}

struct Transcoder {
    decoder: encoding_rs::Decoder,
    pending: Vec<u8>,
    start: usize,
    input_ended: bool,
    finished: bool,
}

impl Decoded {
    /// `head` is the beginning of the source, for the byte order of UTF-16.
    pub(super) fn new(input: Box<dyn Read + Send>, encoding: Encoding, head: &[u8]) -> Self {
        let charset = Some(encoding.charset(head)).filter(|charset| *charset != encoding_rs::UTF_8);
        let transcoder = charset.map(|charset| Transcoder {
            decoder: charset.new_decoder_without_bom_handling(),
            pending: Vec::new(),
            start: 0,
            input_ended: false,
            finished: false,
        });
        Self { input, transcoder, consumed: 0 }
    }

    /// Bytes taken from the source.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Puts text into `space` (at least [`MIN_SPACE`] bytes) and gives its length; 0 at the end.
    pub(super) fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let Some(transcoder) = &mut self.transcoder else {
            let read = read_some(&mut self.input, space)?;
            self.consumed += read as u64;
            return Ok(read);
        };
        loop {
            let written = transcoder.decode(space);
            if written > 0 || transcoder.finished {
                return Ok(written);
            }
            self.consumed += transcoder.refill(&mut self.input)?;
        }
    }
}

impl Transcoder {
    /// Decodes pending bytes into `space` until either runs out.
    fn decode(&mut self, space: &mut [u8]) -> usize {
        let mut written = 0;
        while !self.finished && space.len() - written >= MIN_SPACE {
            // The last byte of the space is kept for the mark.
            let room = space.len() - 1;
            let (result, read, wrote) = self.decoder.decode_to_utf8_without_replacement(
                &self.pending[self.start..],
                &mut space[written..room],
                self.input_ended,
            );
            self.start += read;
            written += wrote;
            match result {
                encoding_rs::DecoderResult::InputEmpty => {
                    self.finished = self.input_ended;
                    break;
                }
                encoding_rs::DecoderResult::OutputFull => break,
                encoding_rs::DecoderResult::Malformed(..) => {
                    space[written] = 0xFF;
                    written += 1;
                }
            }
        }
        written
    }

    fn refill(&mut self, input: &mut dyn Read) -> io::Result<u64> {
        self.pending.resize(CHUNK, 0);
        let read = read_some(input, &mut self.pending)?;
        self.pending.truncate(read);
        self.start = 0;
        self.input_ended = read == 0;
        Ok(read as u64)
    }
}

fn read_some(input: &mut dyn Read, space: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(space) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(bytes: &[u8], encoding: Encoding, space: usize) -> Vec<u8> {
        let head = bytes.to_vec();
        let mut decoded = Decoded::new(Box::new(io::Cursor::new(bytes.to_vec())), encoding, &head);
        let (mut text, mut space) = (Vec::new(), vec![0; space]);
        loop {
            match decoded.read(&mut space).expect("a cursor does not fail") {
                0 => return text,
                length => text.extend_from_slice(&space[..length]),
            }
        }
    }

    #[test]
    fn real_gbk_bytes_become_text() {
        assert_eq!(decode(b"\xBF\xCD\xBB\xA7,A\n", Encoding::Gb18030, 64), "客户,A\n".as_bytes());
    }

    #[test]
    fn what_cannot_be_decoded_is_marked_and_the_rest_goes_on() {
        assert_eq!(decode(b"\xBF\xCD\xFF,\xBB\xA7", Encoding::Gb18030, 64), b"\xE5\xAE\xA2\xFF,\xE6\x88\xB7");
        assert_eq!(decode(b"\xBF", Encoding::Gb18030, 64), b"\xFF");
        assert_eq!(decode(b"a\0\0\xD8b\0c", Encoding::Utf16, 64), b"a\xFFb\xFF");
    }

    #[test]
    fn utf16_follows_its_byte_order_mark() {
        assert_eq!(decode(b"\xFE\xFF\x5B\xA2", Encoding::Utf16, 64), "\u{FEFF}客".as_bytes());
        assert_eq!(decode(b"\xFF\xFE\xA2\x5B", Encoding::Utf16, 64), "\u{FEFF}客".as_bytes());
        assert_eq!(decode(b"\xA2\x5B", Encoding::Utf16, 64), "客".as_bytes());
    }

    proptest! {
        #[test]
        fn the_size_of_the_space_changes_nothing(text in any::<String>(), space in MIN_SPACE..100) {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            prop_assume!(!bytes.starts_with(&[0xFE, 0xFF]));
            prop_assert_eq!(decode(&bytes, Encoding::Utf16, space), text.as_bytes());
        }
    }
}
