//! What is left of customers of whom everything personal was deleted, and the mark by which a
//! reference that comes back is known.

use sha2::{Digest as _, Sha256};

use super::record::Operation;
use super::{Result, random};

/// A customer of whom everything personal was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// The customer.
    pub customer: i64,
    /// Why.
    pub reason: String,
    /// When and by whom.
    pub operation: Operation,
}

/// What an erasure leaves.
#[derive(Debug, Clone, Copy)]
pub struct Remainder<'r> {
    /// JSON object of the fields that stay, since a code prints them.
    pub fields: &'r str,
    /// Why the rest goes.
    pub reason: &'r str,
    /// Whether references leave a mark.
    pub marks: bool,
}

/// A text of a customer that an erasure deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalText {
    /// What kind of text it is.
    pub kind: TextKind,
    /// The name of the field or attribute.
    pub name: Option<String>,
    /// The text.
    pub text: String,
}

/// A kind of text that is known of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextKind {
    /// The name.
    Name,
    /// An id in another system, also one that was dropped.
    Reference,
    /// A field that no code prints.
    Field,
    /// A free attribute.
    Attribute,
    /// What a change replaced, or by what, or why.
    Change,
    /// The reason of a change of a code's state.
    Reason,
}

impl TextKind {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Reference => "ref",
            Self::Field => "field",
            Self::Attribute => "attribute",
            Self::Change => "change",
            Self::Reason => "reason",
        }
    }
}

/// What came of the wish to write the ledger anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compaction {
    /// It holds nothing but its rows.
    Done,
    /// The engine did not let this user do it.
    Refused {
        /// Why.
        reason: String,
        /// What somebody who may has to run, one statement a line.
        commands: Vec<String>,
    },
}

/// Bytes that SHA-256 hashes at once: the length of a key of HMAC.
const BLOCK: usize = 64;

/// What every mark begins with.
const MARK: &str = "erased:";

/// The key of the marks: HMAC-SHA-256's inner and outer key, one behind the other in hex. Kept so,
/// a function of a server can compute a mark, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MarkKey(String);

impl MarkKey {
    /// A random one.
    pub(super) fn random() -> Result<Self> {
        let mut key = [0; BLOCK];
        random::fill(&mut key)?;
        Ok(Self::padded(&key))
    }

    fn padded(key: &[u8; BLOCK]) -> Self {
        const PADS: [u8; 2] = [0x36, 0x5c];
        Self(PADS.iter().map(|pad| random::hex(&key.map(|byte| byte ^ pad))).collect())
    }

    /// One that the ledger keeps; none where it is no key.
    pub(super) fn read(text: &str) -> Option<Self> {
        let whole = text.len() == 4 * BLOCK && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        whole.then(|| Self(text.to_owned()))
    }

    /// As the ledger keeps it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The mark of a reference.
    pub(super) fn mark(&self, reference: &str) -> String {
        let (inner, outer) = self.0.split_at(2 * BLOCK);
        let first = Sha256::new_with_prefix(bytes(inner)).chain_update(reference).finalize();
        let mark = Sha256::new_with_prefix(bytes(outer)).chain_update(first);
        format!("{MARK}{}", random::hex(&mark.finalize()))
    }
}

/// The bytes of a text in hex.
fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).filter_map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_that_of_hmac_sha_256() {
        // RFC 4231, test case 2; a key shorter than a block is filled up with zeros.
        let mut key = [0; BLOCK];
        key[..4].copy_from_slice(b"Jefe");
        assert_eq!(
            MarkKey::padded(&key).mark("what do ya want for nothing?"),
            "erased:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let key = MarkKey::random().expect("random numbers");
        assert_eq!(MarkKey::read(key.as_str()), Some(key.clone()));
        assert_ne!(MarkKey::random().expect("random numbers"), key);
        assert_eq!(MarkKey::read("36"), None);
    }
}
