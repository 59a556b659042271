//! Which encoding a file more likely has than the one it is read with. Only used to refuse and to
//! hint, never to read.

use std::collections::HashSet;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, GB18030};

use super::Encoding;

/// Bytes of a file that are looked at before it is read.
pub(super) const HEAD: usize = 64 * 1024;

/// Different characters beyond ASCII that are valid UTF-8 by no chance when they are another
/// encoding. One in seven common characters of GB 18030 looks like UTF-8, 女 and 小 among them, and a
/// column can hold nothing else.
const NO_CHANCE: usize = 8;

/// The encoding that the beginning of a file shows for certain, where it is another one than given.
/// Without this a file could be read as nonsense without any error.
pub(super) fn certain(given: Encoding, head: &[u8]) -> Option<Encoding> {
    let utf8 = Some(utf8_prefix(head)).filter(|text| head.len() - text.len() < 4);
    match given {
        Encoding::Utf16 if has_utf16_bom(head) || head.is_empty() => None,
        Encoding::Utf16 if head.contains(&0) => None,
        // No UTF-16 text has commas or line ends without NUL bytes.
        Encoding::Utf16 => Some(if utf8.is_some() { Encoding::Utf8 } else { Encoding::Gb18030 }),
        _ if has_utf16_bom(head) || has_alternating_nuls(head) => Some(Encoding::Utf16),
        Encoding::Gb18030 => {
            let text = utf8?;
            let different: HashSet<char> = text.chars().filter(|c| !c.is_ascii()).collect();
            let certain = text.starts_with('\u{FEFF}') || different.len() >= NO_CHANCE;
            certain.then_some(Encoding::Utf8)
        }
        Encoding::Utf8 | Encoding::Utf8Bom => None,
    }
}

/// What to do with a file whose `sample` cannot be decoded with the encoding given.
pub(super) fn hint(given: Encoding, sample: &[u8], head: &[u8]) -> Option<String> {
    let utf8 = head.len() - utf8_prefix(head).len() < 4;
    match given {
        Encoding::Utf8 | Encoding::Utf8Bom => match likely_charset(sample) {
            charset if charset == GB18030 || charset == encoding_rs::GBK => {
                Some(read_with(Encoding::Gb18030))
            }
            charset if charset == encoding_rs::UTF_8 => None,
            charset => Some(format!("it looks like {}; save it as UTF-8 first", charset.name())),
        },
        Encoding::Gb18030 => utf8.then(|| read_with(Encoding::Utf8)),
        // Another one would have been certain before anything was read.
        Encoding::Utf16 => None,
    }
}

/// The words that name another encoding.
pub(super) fn read_with(encoding: Encoding) -> String {
    format!("read it with --encoding {encoding}")
}

fn likely_charset(sample: &[u8]) -> &'static encoding_rs::Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    // The top-level domain settles samples too short to tell: what is Chinese by its rules is taken
    // for Chinese.
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    if guess.is_single_byte() && is_gb18030(sample) && mostly_pairs(sample) { GB18030 } else { guess }
}

/// Whether the bytes beyond ASCII come in runs of even length, as those of Chinese words in GBK
/// mostly do.
fn mostly_pairs(sample: &[u8]) -> bool {
    let runs = sample.split(u8::is_ascii).filter(|run| !run.is_empty());
    let (even, odd): (Vec<_>, Vec<_>) = runs.partition(|run| run.len() % 2 == 0);
    even.len() > odd.len()
}

fn is_gb18030(sample: &[u8]) -> bool {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = vec![0; decoder.max_utf8_buffer_length_without_replacement(sample.len()).unwrap_or(0)];
    let (result, ..) = decoder.decode_to_utf8_without_replacement(sample, &mut text, false);
    matches!(result, DecoderResult::InputEmpty)
}

fn utf8_prefix(bytes: &[u8]) -> &str {
    bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
}

fn has_utf16_bom(head: &[u8]) -> bool {
    head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF])
}

/// Whether NULs stand where UTF-16 has the upper half of ASCII: all at odd or all at even places,
/// not a few, and beside something that ends a cell or a line.
fn has_alternating_nuls(head: &[u8]) -> bool {
    let pairs = head.as_chunks::<2>().0;
    let nuls = |half: usize| pairs.iter().filter(|pair| pair[half] == 0).count();
    let (first, second) = (nuls(0), nuls(1));
    let ends = |pair: &[u8; 2]| matches!(pair, [0, end] | [end, 0] if b",;\t\r\n".contains(end));
    first.min(second) == 0 && first.max(second) * 25 >= pairs.len().max(1) && pairs.iter().any(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn utf16_is_seen_by_its_mark_or_its_nuls() {
        assert_eq!(certain(Encoding::Utf8, b"\xFF\xFEa\0,\0b\0"), Some(Encoding::Utf16));
        assert_eq!(
            certain(Encoding::Utf8, &utf16("客户编码,名称\n01A0001,华东机械\n")),
            Some(Encoding::Utf16)
        );
        assert_eq!(certain(Encoding::Gb18030, &utf16("code,name\n")), Some(Encoding::Utf16));
        assert_eq!(certain(Encoding::Utf16, &utf16("code,name\n")), None);
        assert_eq!(certain(Encoding::Utf8, b"a\0b\nc,d,e\0,f"), None, "stray NULs are another fault");
    }

    #[test]
    fn text_that_would_become_nonsense_is_refused() {
        let text = "客户编码,客户名称\n01A0001,华东机械有限公司\n";
        assert_eq!(certain(Encoding::Gb18030, text.as_bytes()), Some(Encoding::Utf8));
        assert_eq!(certain(Encoding::Gb18030, b"\xEF\xBB\xBFa,b\n"), Some(Encoding::Utf8));
        assert_eq!(certain(Encoding::Utf16, text.as_bytes()), Some(Encoding::Utf8));
        assert_eq!(certain(Encoding::Utf16, &gbk(text)), Some(Encoding::Gb18030));
        assert_eq!(certain(Encoding::Gb18030, &gbk(text)), None);
        assert_eq!(certain(Encoding::Gb18030, b"code,name\n"), None);
        let women = format!("code,sex\n{}", "1,女\n".repeat(1000));
        assert_eq!(certain(Encoding::Gb18030, &gbk(&women)), None, "女 is valid UTF-8, too");
        assert_eq!(certain(Encoding::Utf8, text.as_bytes()), None);
    }

    #[test]
    fn gbk_is_hinted_at_however_short() {
        for text in ["客户", "编码,名称\n", "01A0001,华东机械有限公司\n", "a,b\n1,Zhang 张\n", "联通"]
        {
            let hint = hint(Encoding::Utf8, &gbk(text), &gbk(text));
            assert_eq!(hint.as_deref(), Some("read it with --encoding gb18030"), "{text}");
        }
    }

    #[test]
    fn another_charset_is_named() {
        let latin = b"code,name\n1,Caf\xE9 M\xFCller GmbH\n2,Soci\xE9t\xE9 G\xE9n\xE9rale\n";
        let hint = hint(Encoding::Utf8, latin, latin);
        assert_eq!(hint.as_deref(), Some("it looks like windows-1252; save it as UTF-8 first"));
    }
}
