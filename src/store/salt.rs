//! Random salts: what keeps a commitment from being guessed.

use crate::store::chain::Packed;
use crate::store::{Error, Result};

/// Bytes of a salt.
const BYTES: usize = 16;

/// Salts that are asked of the system at once.
const AT_ONCE: usize = 256;

/// Gives one salt after the other: 32 hexadecimal digits each.
#[derive(Debug, Default)]
pub struct Salts {
    random: Vec<u8>,
    /// Bytes of `random` that were given.
    given: usize,
}

impl Salts {
    /// A single one.
    pub fn one() -> Result<String> {
        let mut random = [0; BYTES];
        fill(&mut random)?;
        Ok(hex(&random))
    }

    /// Another one.
    pub fn give(&mut self) -> Result<String> {
        if self.given == self.random.len() {
            self.random.resize(BYTES * AT_ONCE, 0);
            fill(&mut self.random)?;
            self.given = 0;
        }
        let salt = hex(&self.random[self.given..self.given + BYTES]);
        // What was given is not given again, whatever reads this memory later.
        self.random[self.given..self.given + BYTES].fill(0);
        self.given += BYTES;
        Ok(salt)
    }
}

/// The digest of a request under a salt of its own, so that nobody finds out by guessing who was
/// meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salted {
    /// The salt.
    pub salt: String,
    /// What is kept of the digest.
    pub digest: String,
}

impl Salted {
    /// Under a new salt.
    pub fn new(digest: &str) -> Result<Self> {
        let salt = Salts::one()?;
        Ok(Self { digest: Self::digest(&salt, digest), salt })
    }

    /// What is kept of a digest under this salt.
    pub fn digest(salt: &str, digest: &str) -> String {
        Packed::default().text(salt).text("request").text(digest).digest()
    }
}

fn fill(random: &mut [u8]) -> Result<()> {
    getrandom::fill(random).map_err(|error| Error::Engine {
        context: "the system gave no random numbers".to_owned(),
        source: error.to_string().into(),
    })
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_salt_is_another() {
        let mut salts = Salts::default();
        let given: std::collections::BTreeSet<_> =
            (0..3 * AT_ONCE).map(|_| salts.give().expect("random numbers")).collect();
        assert_eq!(given.len(), 3 * AT_ONCE);
        assert!(given.iter().all(|salt| salt.len() == 32 && salt.bytes().all(|b| b.is_ascii_hexdigit())));
    }
}
