//! Text in which parts are packed, and its hash. A bulk write packs and hashes a million of these:
//! nothing here allocates more than the text itself.

use sha2::{Digest as _, Sha256};

/// Text in which every part is packed, so that no two lists of parts are alike.
#[derive(Debug, Clone, Default)]
pub struct Packed(String);

impl Packed {
    /// Adds a text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        push(&mut self.0, text);
        self
    }

    /// Adds a text that may be absent.
    #[must_use]
    pub fn optional(mut self, text: Option<&str>) -> Self {
        push_optional(&mut self.0, text);
        self
    }

    /// Adds a number that may be absent.
    #[must_use]
    pub fn number(mut self, number: Option<i128>) -> Self {
        push_optional(&mut self.0, number.map(|number| number.to_string()).as_deref());
        self
    }

    /// Adds a kind's letter and the hash of its items.
    #[must_use]
    pub(super) fn items(mut self, letter: char, items: Sha256) -> Self {
        self.0.push(letter);
        self.text(&hex(items))
    }

    /// What was packed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 of what was packed, in hex.
    pub fn digest(&self) -> String {
        hex(Sha256::new_with_prefix(&self.0)).as_ref().to_owned()
    }
}

/// Packs a text behind what is there.
pub(super) fn push(out: &mut String, text: &str) {
    push_digits(out, text.len() as u64);
    out.push(':');
    out.push_str(text);
}

/// Packs a text that may be absent.
pub(super) fn push_optional(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => push(out, text),
        None => out.push('-'),
    }
}

/// Packs a number that may be absent.
pub(super) fn push_number(out: &mut String, number: Option<u64>) {
    match number {
        Some(number) => {
            push_digits(out, u64::from(number.checked_ilog10().unwrap_or_default()) + 1);
            out.push(':');
            push_digits(out, number);
        }
        None => out.push('-'),
    }
}

fn push_digits(out: &mut String, number: u64) {
    const MOST: usize = 20;
    let (mut digits, mut first, mut left) = ([b'0'; MOST], MOST, number);
    loop {
        first -= 1;
        digits[first] = b"0123456789"[(left % 10) as usize];
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend(digits[first..].iter().map(|digit| char::from(*digit)));
}

/// A hash in lower-case hex.
pub(super) struct Hex([u8; 64]);

impl std::ops::Deref for Hex {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.0).expect("hex digits are ASCII")
    }
}

impl AsRef<str> for Hex {
    fn as_ref(&self) -> &str {
        self
    }
}

pub(super) fn hex(hasher: Sha256) -> Hex {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = [0; 64];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(hasher.finalize()) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    Hex(hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_tells_every_list_of_parts_from_every_other() {
        let lists: [&[Option<&str>]; 6] =
            [&[], &[None], &[Some("")], &[Some("a"), Some("b")], &[Some("ab")], &[Some("-"), None]];
        let packed: std::collections::BTreeSet<String> = lists
            .iter()
            .map(|list| list.iter().fold(Packed::default(), |packed, part| packed.optional(*part)).0)
            .collect();
        assert_eq!(packed.len(), lists.len());
        assert_eq!(Packed::default().text("客户").number(Some(7)).optional(None).as_str(), "6:客户1:7-");
    }

    #[test]
    fn a_number_is_packed_as_its_text() {
        for number in [0, 9, 10, 99, 100, 9_999_999_999, u64::MAX] {
            let mut fast = String::new();
            push_number(&mut fast, Some(number));
            assert_eq!(fast, Packed::default().number(Some(number.into())).0);
            assert_eq!(fast, Packed::default().text(&number.to_string()).0);
        }
    }

    #[test]
    fn a_hash_is_that_of_every_other_program() {
        // FIPS 180-2, appendix B.1.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(&*hex(Sha256::new_with_prefix("abc")), known);
    }
}
