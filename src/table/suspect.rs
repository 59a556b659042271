//! A file that is read in another encoding than its own. Only used to refuse and to hint.

use std::collections::HashSet;

use super::Encoding;
use super::encoding::detect::{alternating_nuls, detect_sample, has_utf16_bom};

/// Bytes of a file that are looked at before it is read.
pub(super) const HEAD: usize = 64 * 1024;

/// Different characters beyond ASCII that are valid UTF-8 by no chance when they are another
/// encoding. One in seven common characters of GB 18030 looks like UTF-8, 女 and 小 among them, and a
/// column can hold nothing else.
const NO_CHANCE: usize = 8;

/// What is certain of a file that was said to have another encoding.
pub(super) enum Contradiction {
    /// It has this one.
    Has(Encoding),
    /// It has not the one given.
    HasNot,
}

/// Whether the beginning of a file shows for certain that it has another encoding than given.
/// Without this a file could be read as nonsense without any error.
pub(super) fn contradiction(given: Encoding, head: &[u8]) -> Option<Contradiction> {
    let utf8 = Some(utf8_prefix(head)).filter(|text| head.len() - text.len() < 4);
    let utf16 = [Some(Encoding::Utf16), Encoding::of_label("utf-16be")].contains(&Some(given));
    match given {
        _ if utf16 && (has_utf16_bom(head) || head.is_empty() || head.contains(&0)) => None,
        // No UTF-16 text has commas or line ends without NUL bytes.
        _ if utf16 => Some(match utf8 {
            Some(_) => Contradiction::Has(Encoding::Utf8),
            None => detect_sample(head).certain().map_or(Contradiction::HasNot, Contradiction::Has),
        }),
        _ if has_utf16_bom(head) || alternating_nuls(head).is_some() => {
            detect_sample(head).certain().map(Contradiction::Has)
        }
        Encoding::Utf8 | Encoding::Utf8Bom => None,
        _ => {
            let text = utf8?;
            let different: HashSet<char> = text.chars().filter(|c| !c.is_ascii()).collect();
            let certain = text.starts_with('\u{FEFF}') || different.len() >= NO_CHANCE;
            certain.then_some(Contradiction::Has(Encoding::Utf8))
        }
    }
}

/// What to do with a file whose `sample` cannot be decoded with the encoding given.
pub(super) fn hint(given: Encoding, sample: &[u8], head: &[u8]) -> Option<String> {
    match given {
        Encoding::Utf8 | Encoding::Utf8Bom => {
            let other = detect_sample(sample).certain().filter(|other| *other != Encoding::Utf8);
            other.map(read_with)
        }
        _ if head.is_ascii() || utf8_prefix(head).len() + 4 <= head.len() => None,
        Encoding::Utf16 => None,
        _ => Some(read_with(Encoding::Utf8)),
    }
}

/// The words that name another encoding.
pub(super) fn read_with(encoding: Encoding) -> String {
    format!("read it with --encoding {encoding}")
}

fn utf8_prefix(bytes: &[u8]) -> &str {
    bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
}
