//! Random salts: what keeps a commitment from being guessed.

use super::random;
use crate::store::Result;
use crate::store::chain::Packed;

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
    /// Another one.
    pub fn give(&mut self) -> Result<String> {
        if self.given == self.random.len() {
            self.random.resize(BYTES * AT_ONCE, 0);
            random::fill(&mut self.random)?;
            self.given = 0;
        }
        let salt = random::hex(&self.random[self.given..self.given + BYTES]);
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
        let salt = random::digits()?;
        Ok(Self { digest: Self::digest(&salt, digest), salt })
    }

    /// What is kept of a digest under this salt.
    pub fn digest(salt: &str, digest: &str) -> String {
        Packed::default().text(salt).text("request").text(digest).digest()
    }
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
